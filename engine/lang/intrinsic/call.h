// A compiled call, and how a text becomes one. Internal to engine/lang/intrinsic.
//
//   call      = name "(" [ argument *( "," argument ) ] ")"        name directly before "("
//   argument  = "'" *( character / "\'" / "\{" / "\}" / "\\" ) "'" / number / "true" / "false" / "null" / path / call
//
// White space may stand around an argument, and behind the outermost call.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "engine/lang/intrinsic/intrinsic.h"
#include "engine/lang/path.h"

namespace gait::intrinsic {

struct Argument;

struct Call {
  const IntrinsicFunction* function = nullptr;
  std::vector<Argument> arguments;  // as many as the function takes
  std::string_view text;            // the part of the whole text that is this call
};

struct Argument {
  std::variant<Value, Path, Call> is;
};

// The call refers to `text`, which must stay where it is for as long as the call is used.
std::variant<Call, IntrinsicSyntaxError> Parse(std::string_view text);

}  // namespace gait::intrinsic
