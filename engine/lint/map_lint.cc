// Maps whose results pass what a state may hand on, and what inline Maps cannot do.
#include "engine/json/members.h"
#include "engine/lint/checks.h"

namespace gait::lint {
namespace {

// Of so few items the results are small enough, as a rule.
constexpr int64_t kFewItems = 100;
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
constexpr int64_t kInlineConcurrencyMax = 40;

// May a limit keep the results few? One that is not known until it runs may.
bool MayReadFewItems(const StateView& state) {
  const Value& reader = *state.Find("ItemReader");
  if (HasPlaceholder(reader)) return true;
  const Value* config = reader.Find("ReaderConfig");
  if (config == nullptr) return false;
  const Value* max = config->Find("MaxItems");
  if (max == nullptr) return config->Find("MaxItemsPath") != nullptr;
  return !max->is_int() || (max->as_int() > 0 && max->as_int() <= kFewItems);
}

// Does what is handed on have the results in it, as far as the fields tell?
bool KeepsResults(const StateView& state) {
  if (state.jsonata()) {
    const Value* output = state.Find("Output");
    return output == nullptr || TextOf(*state.object, "Output") == "{% $states.result %}";
  }
  if (state.Has("ResultSelector")) return false;
  for (const char* field : {"ResultPath", "OutputPath"}) {
    const Value* path = state.Find(field);
    if (path != nullptr && (path->is_null() || IsPlaceholder(*path))) return false;
  }
  return true;
}

}  // namespace

void CheckMapResult(const StateView& state, LintContext& context) {
  if (state.inner.empty() || !state.inner[0]->distributed || !state.Has("ItemReader") || state.Has("ResultWriter"))
    return;
  if (MayReadFewItems(state) || !KeepsResults(state)) return;
  context.report.Add("result-too-large", state.place,
                     "The results of all children are put into one output, which may have 256 KiB: with many items the "
                     "Map fails when all its work is done",
                     "write them to S3 with a ResultWriter");
}

void CheckInlineConcurrency(const StateView& state, LintContext& context) {
  const Value* max = state.Find("MaxConcurrency");
  if (state.inner.empty() || state.inner[0]->distributed || max == nullptr || !max->is_int()) return;
  if (max->as_int() <= kInlineConcurrencyMax) return;
  context.report.Add("inline-concurrency", state.place.Key("MaxConcurrency"),
                     "An inline Map runs at most 40 iterations at a time", "a Distributed Map runs up to 10,000");
}

}  // namespace gait::lint
