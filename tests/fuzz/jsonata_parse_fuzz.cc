// Any bytes either compile as JSONata or are refused with a code, in either mode.
#include <cstdlib>
#include <string_view>

#include "engine/lang/jsonata/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool step_functions : {false, true}) {
    const auto compiled = gait::jsonata::Expression::Compile(text, {step_functions});
    const auto* failure = std::get_if<gait::jsonata::Failure>(&compiled);
    if (failure != nullptr && (failure->code.empty() || failure->message.empty())) std::abort();
  }
  return 0;
}
