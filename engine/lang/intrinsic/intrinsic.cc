#include "engine/lang/intrinsic/intrinsic.h"

#include <cmath>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/base/quotas.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/call.h"
#include "engine/lang/intrinsic/function_table.h"
#include "engine/lang/intrinsic/functions.h"

namespace gait {

struct IntrinsicCall::Compiled {
  std::string text;  // `root` refers to it
  std::vector<std::string> variables;
  intrinsic::Call root;
};

namespace intrinsic {
namespace {

void CollectVariables(const Call& call, std::vector<std::string>& names) {
  for (const Argument& argument : call.arguments) {
    if (const auto* path = std::get_if<Path>(&argument.is)) {
      if (path->root() == Path::Root::kVariable) names.push_back(path->variable());
    } else if (const auto* nested = std::get_if<Call>(&argument.is)) {
      CollectVariables(*nested, names);
    }
  }
}

// REQUIRES: not kAny.
Value::Type TypeOf(IntrinsicType type) {
  switch (type) {
    case IntrinsicType::kAny: break;
    case IntrinsicType::kString:
    case IntrinsicType::kTemplate: return Value::Type::kString;
    case IntrinsicType::kInteger: return Value::Type::kNumber;
    case IntrinsicType::kBoolean: return Value::Type::kBool;
    case IntrinsicType::kArray: return Value::Type::kArray;
    case IntrinsicType::kObject: return Value::Type::kObject;
  }
  return Value::Type::kUndefined;
}

std::string TypeText(Value::Type type) {
  switch (type) {
    case Value::Type::kUndefined:
    case Value::Type::kOpaque: break;
    case Value::Type::kNull: return "null";
    case Value::Type::kBool: return "a boolean";
    case Value::Type::kNumber: return "a number";
    case Value::Type::kString: return "a string";
    case Value::Type::kArray: return "an array";
    case Value::Type::kObject: return "an object";
  }
  return "no value";
}

// Half up: 1.5 gives 2, -1.5 gives -1, as seen on AWS. Not floor(x + 0.5), whose sum rounds 0.49999999999999994 to 1.
// Undefined for what int64 cannot hold.
Value Rounded(double x) {
  const double floor = std::floor(x);
  const double rounded = x - floor >= 0.5 ? floor + 1 : floor;
  constexpr double kLimit = 0x1p63;
  if (!(rounded >= -kLimit && rounded < kLimit)) return Value();
  return Value::Int(static_cast<int64_t>(rounded));
}

// The arguments of one call: nearly every call has at most three, which need no memory of their own.
class ArgumentValues {
 public:
  explicit ArgumentValues(size_t count) : count_(count) {
    if (count > kInline) many_.resize(count);
  }
  std::span<Value> span() { return count_ > kInline ? std::span<Value>(many_) : std::span<Value>(few_, count_); }

 private:
  static constexpr size_t kInline = 3;
  const size_t count_;
  Value few_[kInline];
  std::vector<Value> many_;
};

// What a result adds to what the evaluation has made: the bytes of a text, of a container those of its JSON text.
size_t BytesOf(const Value& value) {
  if (value.is_string()) return value.as_string().size();
  return value.size() == 0 ? 0 : JsonSize(value);
}

// One evaluation. Where a function below gives undefined, error_ says why.
class Evaluation {
 public:
  Evaluation(const Scope& scope, std::string_view field) : scope_(scope), field_(field) {}

  Value Of(const Call& call) {
    ArgumentValues storage(call.arguments.size());
    const std::span<Value> values = storage.span();
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = Of(call.arguments[i]);
      if (values[i].is_undefined()) return Value();
    }
    for (size_t i = 0; i < values.size(); ++i) {
      if (!Adapt(call, i, values[i])) return Value();
    }
    Arguments arguments(values, scope_.random);
    Value result = call.function->evaluate(arguments);
    if (result.is_undefined()) return Fail(call, arguments.failure());
    if (result.depth() > kNestingMax) return Fail(call, CauseText(Cause::kNestingTooDeep));
    bytes_made_ += BytesOf(result);
    if (bytes_made_ > kIntrinsicResultBytesMax) return Fail(call, "the result is too large");
    return result;
  }

  WorkflowError TakeError() { return std::move(error_); }

 private:
  Value Of(const Argument& argument) {
    if (const auto* literal = std::get_if<Value>(&argument.is)) return *literal;
    if (const auto* path = std::get_if<Path>(&argument.is)) return Of(*path);
    return Of(std::get<Call>(argument.is));
  }

  Value Of(const Path& path) {
    auto found = path.Evaluate(scope_);
    if (auto* value = std::get_if<Value>(&found); value != nullptr && !value->is_undefined()) return std::move(*value);
    return Fail(path, std::get_if<JsonPathMiss>(&found));
  }

  // Checks that argument `i` has the type that it must have, and rounds an integer.
  bool Adapt(const Call& call, size_t i, Value& value) {
    const IntrinsicParameter& parameter = ParameterOf(*call.function, i);
    if (parameter.type == IntrinsicType::kAny) return true;
    std::string wrong;
    if (const Value::Type type = TypeOf(parameter.type); value.type() != type) {
      wrong = "must be " + TypeText(type) + ", not " + TypeText(value.type());
    } else if (type == Value::Type::kNumber && !value.is_int()) {
      value = Rounded(value.as_double());
      if (value.is_undefined()) wrong = "is out of range";
    }
    if (wrong.empty()) return true;
    Fail(call, "argument " + std::to_string(i + 1) + " (" + std::string(parameter.name) + ") " + wrong);
    return false;
  }

  Value Fail(const Call& call, std::string_view what) {
    error_ = {std::string(error_names::kIntrinsicFailure), CauseText(Cause::kIntrinsicFailure, {call.text, what})};
    return Value();
  }

  Value Fail(const Path& path, const JsonPathMiss* miss) {
    const Value* root = path.RootValue(scope_);
    error_.error = error_names::kRuntime;
    if (miss != nullptr && miss->kind == JsonPathMiss::Kind::kTooMuch) {
      error_.cause = CauseText(Cause::kInvalidPath, {path.text(), miss->message});
    } else if (path.root() == Path::Root::kVariable && root == nullptr) {
      error_.cause = CauseText(Cause::kVariableNotFound, {path.text(), field_});
    } else {
      const std::string input = ToJson(root == nullptr ? *scope_.input : *root);
      error_.cause = CauseText(Cause::kPathNotInInput, {path.text(), field_, input});
    }
    return Value();
  }

  const Scope& scope_;
  const std::string_view field_;
  size_t bytes_made_ = 0;
  WorkflowError error_;
};

}  // namespace
}  // namespace intrinsic

std::variant<IntrinsicCall, IntrinsicSyntaxError> IntrinsicCall::Compile(std::string_view text) {
  auto compiled = std::make_shared<Compiled>();
  compiled->text = text;
  auto parsed = intrinsic::Parse(compiled->text);
  if (auto* error = std::get_if<IntrinsicSyntaxError>(&parsed)) return std::move(*error);
  compiled->root = std::get<intrinsic::Call>(std::move(parsed));
  intrinsic::CollectVariables(compiled->root, compiled->variables);
  return IntrinsicCall(std::move(compiled));
}

Result<Value> IntrinsicCall::Evaluate(const Scope& scope, std::string_view field) const {
  intrinsic::Evaluation evaluation(scope, field);
  Value value = evaluation.Of(compiled_->root);
  if (value.is_undefined()) return evaluation.TakeError();
  return value;
}

const std::string& IntrinsicCall::text() const { return compiled_->text; }

const std::vector<std::string>& IntrinsicCall::variables() const { return compiled_->variables; }

std::string_view IntrinsicCall::function() const { return compiled_->root.function->name; }

bool LooksLikeIntrinsic(std::string_view text) { return text.starts_with("States."); }

}  // namespace gait
