// Intrinsic functions of JSONPath states: `States.Format('{} and {}', $.a, $$.Execution.Name)`.
// https://states-language.net/#appendix-b and
// https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-intrinsic-functions.html
//
// A call is compiled once, its paths with it; a compiled call is immutable and may be shared between threads.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/lang/scope.h"

namespace gait {

struct IntrinsicSyntaxError {
  std::string message;  // "States.Foo is no intrinsic function; did you mean States.Format?"
  size_t offset = 0;    // the byte of the text at which it was noticed
};

class IntrinsicCall {
 public:
  // REQUIRES: LooksLikeIntrinsic(text).
  static std::variant<IntrinsicCall, IntrinsicSyntaxError> Compile(std::string_view text);

  // The function's result. Fails with States.IntrinsicFailure, or with States.Runtime where a path argument names
  // nothing; `field` is the name of the field that the call stands in, for the cause.
  Result<Value> Evaluate(const Scope& scope, std::string_view field) const;

  const std::string& text() const;
  // The names of the variables that the call reads, without their `$`, in order; a name may come twice.
  const std::vector<std::string>& variables() const;
  // The name of the outermost function: `States.Format`.
  std::string_view function() const;

 private:
  struct Compiled;
  explicit IntrinsicCall(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

// Does a text begin as a call does (`States.`)? What does not is a path.
bool LooksLikeIntrinsic(std::string_view text);

// One row a function; the parser, the checks and the documentation read it.
struct IntrinsicFunction {
  std::string_view name;  // `States.Format`
  int arguments_min;
  int arguments_max;  // -1: any number
  std::string_view summary;
};
std::span<const IntrinsicFunction> IntrinsicFunctions();

}  // namespace gait
