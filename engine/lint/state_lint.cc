// What any state may have: fields that have a successor, waits and literals that are too long.
#include "engine/json/members.h"
#include "engine/json/write.h"
#include "engine/lint/checks.h"

namespace gait::lint {
namespace {

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
constexpr int64_t kStandardSecondsMax = 31'536'000;
constexpr int64_t kExpressSecondsMax = 300;
constexpr size_t kPayloadBytesMax = 256 * 1024;

struct RenamedField {
  std::string_view was, is;
};
constexpr RenamedField kRenamedMapFields[] = {{"Iterator", "ItemProcessor"}, {"Parameters", "ItemSelector"}};

}  // namespace

void CheckDeprecatedFields(const StateView& state, LintContext& context) {
  for (const RenamedField& field : kRenamedMapFields) {
    if (!state.Has(field.was)) continue;
    const std::string was(field.was), is(field.is);
    const Place place = state.place.Key(was);
    Diagnostic& found =
        context.report.Add("deprecated-field", place, was + " is the old name of " + is, "rename it to " + is);
    found.fix = Fix{Fix::Kind::kRenameKey, "Rename " + was + " to " + is, place.pointer(), is, ""};
  }
}

void CheckWait(const StateView& state, LintContext& context) {
  const Value* seconds = state.Find("Seconds");
  if (seconds == nullptr || !seconds->is_int()) return;
  const bool express = context.type == StateMachineType::kExpress;
  const int64_t max = express ? kExpressSecondsMax : kStandardSecondsMax;
  if (seconds->as_int() >= max) {
    context.report.Add("wait-too-long", state.place.Key("Seconds"),
                       std::string("An execution of ") + (express ? "an EXPRESS" : "a STANDARD") +
                           " state machine ends after " + (express ? "5 minutes" : "a year") +
                           " at the latest: it cannot wait for so long");
    return;
  }
  // A Distributed Map's children have no time limit of the machine's.
  for (const ScopeView* scope = state.scope; scope != nullptr; scope = scope->around ? scope->around->scope : nullptr) {
    if (scope->distributed) return;
  }
  const Value* timeout = context.definition.Find("TimeoutSeconds");
  if (timeout == nullptr || !timeout->is_int() || timeout->as_int() == 0 || seconds->as_int() < timeout->as_int())
    return;
  context.report.Add("wait-too-long", state.place.Key("Seconds"),
                     "The state machine's TimeoutSeconds of " + std::to_string(timeout->as_int()) +
                         " ends every execution that waits for so long");
}

void CheckLiteralSize(const StateView& state, LintContext& context) {
  for (const char* field : {"Result", "Items"}) {
    const Value* value = state.Find(field);
    if (value == nullptr || value->size() == 0) continue;
    const size_t size = JsonSize(*value);
    if (size <= kPayloadBytesMax) continue;
    context.report.Add("result-too-large", state.place.Key(field),
                       std::string(field) + " has " + std::to_string(size) + " bytes; a state's output may have " +
                           std::to_string(kPayloadBytesMax),
                       "keep it in S3 and read it from there");
  }
}

}  // namespace gait::lint
