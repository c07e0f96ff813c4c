#include "engine/lang/jsonata/expression.h"

#include <cmath>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/parser.h"

namespace gait::jsonata {
namespace {

Failure FailureOf(const Error& error, std::string_view text) {
  Failure failure;
  failure.code = error.code();
  failure.message = error.message();
  if (error.position()) failure.position = CountCodePoints(text.substr(0, *error.position()));
  failure.token = error.token();
  failure.value = error.value().is_opaque() ? Value() : error.value();
  return failure;
}

// Without what JSON has not: a function within the result is written as an empty text, an infinity as null.
Value Cleaned(const Value& value) {
  if (value.is_opaque()) return Value::String("");
  if (value.is_double() && !std::isfinite(value.as_double())) return Value::Null();
  if (value.is_array()) {
    ArrayBuilder array(value.size());
    for (const Value& item : value.items()) array.Add(Cleaned(item));
    return array.Build();
  }
  if (value.is_object()) {
    ObjectBuilder object(value.size());
    for (const Member& m : value.members()) object.Add(m.key, Cleaned(m.value));
    return object.Build();
  }
  return value;
}

bool IsJson(const Value& value) {
  if (value.is_opaque() || (value.is_double() && !std::isfinite(value.as_double()))) return false;
  for (const Value& item : value.items()) {
    if (!IsJson(item)) return false;
  }
  for (const Member& m : value.members()) {
    if (!IsJson(m.value)) return false;
  }
  return true;
}

}  // namespace

struct Expression::Compiled {
  std::string text;
  Names names;
  Tree tree;
  Mode mode = Mode::kStates;
};

Expression::Expression(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

std::variant<Expression, Failure> Expression::Compile(std::string_view text, const Options& options) {
  auto compiled = std::make_unique<Compiled>();
  compiled->text = IsUtf8(text) ? std::string(text) : ReplaceInvalidUtf8(text);
  compiled->mode = options.step_functions ? Mode::kStates : Mode::kCore;
  try {
    compiled->tree = ParseExpression(compiled->text, !options.step_functions, compiled->names);
  } catch (const Error& error) {
    return FailureOf(error, compiled->text);
  }
  return Expression(std::move(compiled));
}

std::variant<Value, Failure> Expression::Evaluate(const Value& input, const Value& variables, const Services& services,
                                                  const Limits& limits) const {
  // What the error holds may be the evaluation's: it is read before that ends.
  std::optional<Failure> failure;
  Value result;
  {
    Evaluation evaluation(compiled_->names, compiled_->mode, services.now, services.random,
                          {limits.time_ms, limits.depth});
    try {
      result = evaluation.Run(compiled_->tree, input, variables);
    } catch (const Error& error) {
      failure = FailureOf(error, compiled_->text);
      if (!IsJson(failure->value)) failure->value = Cleaned(failure->value);
    }
    if (!IsJson(result)) result = result.is_opaque() ? Value() : Cleaned(result);
    result.set_marks(0);
  }
  if (failure) return *std::move(failure);
  return result;
}

}  // namespace gait::jsonata
