// Intrinsic functions of JSONPath states: `States.Format('{} and {}', $.a, $$.Execution.Name)`.
// https://states-language.net/#appendix-b and
// https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-intrinsic-functions.html
// What each function takes, gives and refuses: ../../../docs/intrinsics.md.
//
// A call is compiled once, its paths with it; a compiled call is immutable and may be shared between threads.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/lang/scope.h"

namespace gait {

// How deep calls may stand within one another, the outermost counted: `States.UUID()` is 1 deep. The guide allows 10.
inline constexpr int kIntrinsicDepthMax = 10;

// The most that the results of a call and of all calls within it may be together, as JSON text. Not AWS's, whose
// payloads end at 256 KiB: it keeps a text that names a large value a thousand times from filling the memory where
// --limits off lifts AWS's number.
inline constexpr size_t kIntrinsicResultBytesMax = 64 * 1024 * 1024;

struct IntrinsicSyntaxError {
  std::string message;  // "States.Fromat is no intrinsic function; did you mean States.Format?"
  size_t offset = 0;    // the byte of the text at which it was noticed
};

class IntrinsicCall {
 public:
  // The whole of `text` must be one call; white space may stand around arguments and behind the call. Any bytes are
  // safe. REQUIRES: LooksLikeIntrinsic(text), and UTF-8 if the call is to be evaluated.
  static std::variant<IntrinsicCall, IntrinsicSyntaxError> Compile(std::string_view text);

  // The function's result. Fails with States.IntrinsicFailure, or with States.Runtime where a path argument names
  // nothing; `field` is the name of the field that the call stands in, for the cause. Arguments are evaluated from left
  // to right, and the first that fails decides.
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

enum class IntrinsicType {
  kAny,
  kString,
  kTemplate,  // a string in which `{}` and backslashes mean something; a literal keeps its backslashes
  kInteger,   // a number; a fraction is rounded half up before the function sees it
  kBoolean,
  kArray,
  kObject,
};

struct IntrinsicParameter {
  std::string_view name;  // as the documentation and the causes call it; "" behind the last
  IntrinsicType type = IntrinsicType::kAny;
};

namespace intrinsic {
class Arguments;
}

// One row a function; the parser, the checks and the documentation read it.
struct IntrinsicFunction {
  static constexpr int kAnyNumber = -1;

  std::string_view name;  // `States.Format`
  int arguments_min;
  int arguments_max;  // or kAnyNumber
  std::string_view summary;
  std::array<IntrinsicParameter, 3> parameters;  // the last one named stands for all that follow
  Value (*evaluate)(intrinsic::Arguments&);      // functions.h
};
std::span<const IntrinsicFunction> IntrinsicFunctions();

}  // namespace gait
