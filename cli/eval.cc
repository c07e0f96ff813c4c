// gait eval: one expression, or a stream of them.
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "cli/command.h"
#include "cli/files.h"
#include "engine/base/error_names.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/intrinsic.h"
#include "engine/lang/path.h"
#include "engine/run/random.h"

namespace gait::cli {
namespace {

constexpr size_t kInputBytesMax = 64 * 1'048'576;

struct Options {
  std::string language;
  std::string expression;
  std::string input = "{}";
  std::string context;
  std::string variables;
  bool batch = false;
};

struct Request {
  std::string expression;
  Value input;  // undefined: none
  Value context, variables;
};

// {"code", "phase", "message"}: why an expression has no value.
Value Error(std::string_view code, std::string_view phase, std::string_view message) {
  return Value::Object({{"error", Value::Object({{"code", Value::String(code)},
                                                 {"phase", Value::String(phase)},
                                                 {"message", Value::String(message)}})}});
}

Value ResultOf(Value value) { return Value::Object({{"result", std::move(value)}}); }

struct FixedContext : ContextObject {
  Value value;
  const Value& AsValue() const override { return value; }
};

Value EvaluateJsonPath(const Request& request) {
  auto compiled = JsonPath::Compile(request.expression);
  if (auto* error = std::get_if<JsonPathSyntaxError>(&compiled))
    return Error("invalid-path", "compile", error->message);
  auto result = std::get<JsonPath>(compiled).Evaluate(request.input);
  if (auto* value = std::get_if<Value>(&result)) return ResultOf(std::move(*value));
  const JsonPathMiss& miss = std::get<JsonPathMiss>(result);
  return Error(miss.kind == JsonPathMiss::Kind::kNotFound ? "path-not-found" : "invalid-path", "evaluate",
               miss.message);
}

Value EvaluateIntrinsic(const Request& request) {
  if (!LooksLikeIntrinsic(request.expression)) {
    return Error("invalid-expression", "compile", "the call of an intrinsic function begins with States.");
  }
  auto compiled = IntrinsicCall::Compile(request.expression);
  if (auto* error = std::get_if<IntrinsicSyntaxError>(&compiled)) {
    return Error("invalid-expression", "compile", error->message);
  }
  SystemRandom random;
  FixedContext context;
  context.value = request.context.is_undefined() ? Value::Object() : request.context;
  const VariableScope variables{request.variables, nullptr};
  const Value input = request.input.is_undefined() ? Value::Object() : request.input;
  Result<Value> result = std::get<IntrinsicCall>(compiled).Evaluate({&input, &context, &variables, &random}, "");
  if (result) return ResultOf(std::move(result).value());
  const std::string error = result.error().error.value_or("");
  return Error(error == error_names::kRuntime ? "path-not-found" : error, "evaluate",
               result.error().cause.value_or(""));
}

Value Evaluate(const std::string& language, const Request& request) {
  return language == "jsonpath" ? EvaluateJsonPath(request) : EvaluateIntrinsic(request);
}

Value MemberOf(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value == nullptr ? Value() : *value;
}

// One JSON request a line in, one JSON answer a line out.
int Batch(const Options& options) {
  for (std::string line; std::getline(std::cin, line);) {
    const JsonParse parse = ParseJson(line);
    Value answer;
    if (!parse || !parse.value->is_object()) {
      answer = Error("invalid-request", "compile", parse ? "the line is not an object" : parse.error.message);
    } else {
      const Value expression = MemberOf(*parse.value, "expr");
      Request request{expression.is_string() ? std::string(expression.as_string()) : "",
                      MemberOf(*parse.value, "input"), MemberOf(*parse.value, "context"),
                      MemberOf(*parse.value, "variables")};
      answer = Evaluate(options.language, request);
      if (const Value* id = parse.value->Find("id")) answer = answer.With("id", *id);
    }
    std::cout << ToJson(answer) << std::endl;  // flushed: the other side waits for it
  }
  return kSucceeded;
}

Value ParseArgument(const std::string& argument, const char* option) {
  if (argument.empty()) return Value();
  JsonParse parse = ParseJson(ReadJsonArgument(argument, kInputBytesMax));
  if (!parse) throw UsageError(std::string(option) + " is not JSON: " + parse.error.message);
  return *std::move(parse.value);
}

int One(const Options& options) {
  const Request request{options.expression, ParseArgument(options.input, "--input"),
                        ParseArgument(options.context, "--context"), ParseArgument(options.variables, "--variables")};
  const Value answer = Evaluate(options.language, request);
  if (const Value* result = answer.Find("result")) {
    std::printf("%s\n", ToPrettyJson(*result).c_str());
    return kSucceeded;
  }
  const Value& error = *answer.Find("error");
  std::fprintf(stderr, "gait: %s: %s\n", std::string(error.Find("code")->as_string()).c_str(),
               std::string(error.Find("message")->as_string()).c_str());
  return kFailed;
}

}  // namespace

std::function<int()> ConfigureEval(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("LANGUAGE", options->language, "jsonpath or intrinsic")
      ->required()
      ->check(CLI::IsMember({"jsonpath", "intrinsic"}));
  auto* expression = app.add_option("EXPR", options->expression, "the expression");
  app.add_option("--input", options->input, "what $ refers to: JSON, @FILE or -")->capture_default_str();
  app.add_option("--context", options->context, "what $$ refers to: JSON, @FILE or -");
  app.add_option("--variables", options->variables, "the variables, without $: a JSON object, @FILE or -");
  app.add_flag("--batch", options->batch, "one JSON request a line on standard input, one JSON answer a line");
  return [options, expression] {
    if (options->batch) return Batch(*options);
    if (expression->empty()) throw UsageError("gait eval needs EXPR, or --batch");
    return One(*options);
  };
}

}  // namespace gait::cli
