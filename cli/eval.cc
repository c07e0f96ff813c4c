// gait eval: one expression, or a stream of them.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/prompt.h"
#include "engine/base/error_names.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/intrinsic.h"
#include "engine/lang/jsonata/expression.h"
#include "engine/lang/path.h"
#include "engine/run/clock.h"
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
  std::string states;
  bool batch = false;
};

struct Request {
  std::string expression;
  Value input;  // undefined: none
  Value context, variables;
  // JSONata's
  bool step_functions = false;
  jsonata::Limits limits = {};
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

Value EvaluateJsonata(const Request& request) {
  const auto failed = [](const jsonata::Failure& failure, std::string_view phase) {
    ObjectBuilder error;
    error.Add("code", Value::String(failure.code));
    error.Add("phase", Value::String(phase));
    error.Add("message", Value::String(failure.message));
    if (failure.position) error.Add("position", Value::Int(static_cast<int64_t>(*failure.position)));
    if (failure.token) error.Add("token", Value::String(*failure.token));
    if (!failure.value.is_undefined()) error.Add("value", failure.value);
    return Value::Object({{"error", error.Build()}});
  };
  const auto compiled = jsonata::Expression::Compile(request.expression, {request.step_functions});
  if (const auto* failure = std::get_if<jsonata::Failure>(&compiled)) return failed(*failure, "compile");
  SystemRandom random;
  auto result = std::get<jsonata::Expression>(compiled).Evaluate(request.input, request.variables,
                                                                 {SystemClock().Now(), random}, request.limits);
  if (const auto* failure = std::get_if<jsonata::Failure>(&result)) return failed(*failure, "evaluate");
  Value& value = std::get<Value>(result);
  return value.is_undefined() ? Value::Object({{"undefined", Value::Bool(true)}}) : ResultOf(std::move(value));
}

struct Language {
  std::string_view name;
  Value (*evaluate)(const Request&);
};
constexpr Language kLanguages[] = {
    {"jsonata", EvaluateJsonata}, {"jsonpath", EvaluateJsonPath}, {"intrinsic", EvaluateIntrinsic}};

Value Evaluate(const std::string& language, const Request& request) {
  const auto found =
      std::find_if(std::begin(kLanguages), std::end(kLanguages), [&](const Language& l) { return l.name == language; });
  return found->evaluate(request);
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
      if (const Value* bindings = parse.value->Find("bindings")) request.variables = *bindings;
      const Value mode = MemberOf(*parse.value, "mode");
      request.step_functions = mode.is_string() && mode.as_string() == "states";
      if (const Value* limits = parse.value->Find("limits"); limits != nullptr && limits->is_object()) {
        const Value time = MemberOf(*limits, "time_ms"), depth = MemberOf(*limits, "depth");
        if (time.is_int()) request.limits.time_ms = time.as_int();
        if (depth.is_int()) request.limits.depth = static_cast<int>(depth.as_int());
      }
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

Request RequestOf(const Options& options) {
  Request request{options.expression, ParseArgument(options.input, "--input"),
                  ParseArgument(options.context, "--context"), ParseArgument(options.variables, "--variables")};
  if (const Value states = ParseArgument(options.states, "--states-context"); !states.is_undefined()) {
    request.step_functions = true;
    request.input = Value();
    request.variables = (request.variables.is_object() ? request.variables : Value::Object()).With("states", states);
  }
  return request;
}

int Show(const Value& answer) {
  if (const Value* result = answer.Find("result")) {
    std::printf("%s\n", ToPrettyJson(*result).c_str());
    return kSucceeded;
  }
  if (answer.Find("undefined") != nullptr) {
    std::fprintf(stderr, "gait: the expression has no value\n");
    return kFailed;
  }
  const Value& error = *answer.Find("error");
  std::fprintf(stderr, "gait: %s: %s\n", std::string(error.Find("code")->as_string()).c_str(),
               std::string(error.Find("message")->as_string()).c_str());
  return kFailed;
}

// One expression after the other, from a terminal.
int Ask(const Options& options) {
  Request request = RequestOf(options);
  std::vector<std::string> words;
  if (options.language == "jsonata") {
    for (const std::string& name : jsonata::FunctionNames({request.step_functions})) words.push_back("$" + name);
  }
  Prompt((options.language + "> ").c_str(), words, [&](const std::string& expression) {
    request.expression = expression;
    Show(Evaluate(options.language, request));
    std::fflush(stdout);
  });
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureEval(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("LANGUAGE", options->language, "jsonata, jsonpath or intrinsic")
      .Required()
      .OneOf({"jsonata", "jsonpath", "intrinsic"});
  const Option expression =
      line.Add("EXPR", options->expression, "the expression; without it, a terminal is asked for one after the other");
  line.Add("--input", options->input, "what $ refers to: JSON, @FILE or -").ShowDefault();
  line.Add("--context", options->context, "what $$ refers to: JSON, @FILE or -");
  line.Add("--variables", options->variables, "the variables, without $: a JSON object, @FILE or -");
  line.Add("--states-context", options->states,
           "jsonata as a state has it: $states, with input, context, result, errorOutput; JSON, @FILE or -");
  line.AddFlag("--batch", options->batch, "one JSON request a line on standard input, one JSON answer a line");
  return [options, expression] {
    if (options->batch) return Batch(*options);
    if (expression.given()) return Show(Evaluate(options->language, RequestOf(*options)));
    if (isatty(STDIN_FILENO) == 1) return Ask(*options);
    throw UsageError("gait eval needs EXPR, or --batch");
  };
}

}  // namespace gait::cli
