// Whatever compiles has a value that is JSON or fails with a code, within its time.
#include <cstdlib>
#include <string_view>

#include "engine/base/random.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/lang/jsonata/expression.h"

namespace {

constexpr std::string_view kInput = R"({
  "id": "o-17", "n": 3, "f": -1.5, "t": true, "nil": null, "s": "Grüße, 😀 a1b22", "when": "2026-03-14T01:59:26.535Z",
  "tags": ["b", "a", "c"], "numbers": [3, 1, 2, 10], "empty": [], "none": {}, "matrix": [[1, 2], [3, [4]]],
  "lines": [
    {"sku": "x", "qty": 2, "price": 10.5, "notes": [{"text": "fragile", "by": {"name": "Ana"}}]},
    {"sku": "y", "qty": 1, "price": 5, "notes": []},
    {"sku": "x", "qty": 3, "price": 1}
  ],
  "tree": {"v": 1, "kids": [{"v": 2, "kids": [{"v": 3}]}, {"v": 4}]}
})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const gait::Value kDocument = *gait::ParseJson(kInput).value;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool step_functions : {false, true}) {
    const auto compiled = gait::jsonata::Expression::Compile(text, {step_functions});
    if (std::holds_alternative<gait::jsonata::Failure>(compiled)) continue;
    gait::SeededRandom random(7);
    const gait::Value variables = gait::Value::Object({{"states", gait::Value::Object({{"input", kDocument}})}});
    gait::jsonata::Limits limits;
    limits.time_ms = 200;
    const auto result = std::get<gait::jsonata::Expression>(compiled).Evaluate(
        kDocument, variables, {*gait::ParseTimestamp("2026-03-14T01:59:26.535Z"), random}, limits);
    if (const auto* failure = std::get_if<gait::jsonata::Failure>(&result)) {
      if (failure->code.empty() || failure->message.empty()) std::abort();
      if (!failure->value.is_undefined()) gait::ToJson(failure->value);
      continue;
    }
    const gait::Value& value = std::get<gait::Value>(result);
    if (!value.is_undefined() && !gait::ParseJson(gait::ToJson(value))) std::abort();
  }
  return 0;
}
