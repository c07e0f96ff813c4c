#include "engine/definition/catcher.h"

#include <algorithm>

#include "engine/base/edit_distance.h"
#include "engine/base/error_names.h"
#include "engine/definition/fixes.h"
#include "engine/definition/state_reader.h"
#include "engine/json/document.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {
    Text("Comment"),
    Structure("ErrorEquals", FieldType::kArray, /*required=*/true),
    Text("Next", /*required=*/true),
    NullablePath("ResultPath", FieldType::kReferencePath),
    Template("Output", FieldLanguage::kJsonata),
    Template("Assign"),
};

// Names that begin with `States.` are reserved: another one never happens.
void CheckReserved(const FieldReader& entry, std::string_view name, const Place& place) {
  if (!name.starts_with("States.") || name.starts_with("States.Http.")) return;
  std::vector<std::string_view> known;
  for (const ErrorName& row : ReservedErrorNames()) known.push_back(row.name);
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  const auto near = DidYouMean(name, known);
  Diagnostic& finding =
      entry.report().Add("bad-reserved-error-name", place, "There is no error '" + std::string(name) + "'",
                         near ? "did you mean " + std::string(*near) + "?"
                              : "names that begin with States. are reserved for the errors of the States Language");
  // AWS takes a name of the user's own here (published workflows fail with one, and catch it): only a slip of a letter
  // is sure to be an error.
  const auto sure = SureMatch(name, known);
  if (sure) finding.fix = SetTo(Value::String(*sure), place);
  if (!sure) finding.severity = Severity::kWarning;
}

}  // namespace

FieldTable CatcherFields() { return kFields; }

std::vector<std::string> ReadErrorEquals(const FieldReader& entry, size_t number, size_t count) {
  std::vector<std::string> names;
  const Value* array = entry.Get("ErrorEquals");
  if (array == nullptr) return names;
  const Place place = entry.place().Key("ErrorEquals");
  if (array->size() == 0) entry.report().Add("empty-error-equals", place, "Value cannot be empty");
  for (size_t i = 0; i < array->size(); ++i) {
    const Value& item = array->items()[i];
    if (IsPlaceholder(item)) continue;
    if (!item.is_string()) {
      entry.report().Add("bad-type", place.Index(i), "Expected value of type [STRING]");
      continue;
    }
    names.emplace_back(item.as_string());
    CheckReserved(entry, names.back(), place.Index(i));
  }
  if (std::find(names.begin(), names.end(), error_names::kAll) != names.end()) {
    if (array->size() > 1) {
      entry.report().Add("states-all-not-alone", place, "States.ALL must appear alone and at end of list");
    } else if (number + 1 != count) {
      entry.report().Add("states-all-not-last", place, "States.ALL must appear alone and at end of list",
                         "move this entry to the end: those behind it are never reached");
    }
  }
  return names;
}

const Catcher* FindCatcher(const std::vector<Catcher>& catchers, const WorkflowError& error, bool by_heartbeat) {
  for (const Catcher& c : catchers) {
    if (std::any_of(c.error_equals.begin(), c.error_equals.end(),
                    [&](const std::string& name) { return ErrorMatches(name, error, by_heartbeat); })) {
      return &c;
    }
  }
  return nullptr;
}

std::vector<Catcher> ReadCatchers(const FieldReader& state,
                                  const std::function<int64_t(const Value&, const Place&)>& target) {
  std::vector<Catcher> catchers;
  const Value* array = state.Get("Catch");
  if (array == nullptr) return catchers;
  for (size_t i = 0; i < array->size(); ++i) {
    const Place place = state.place().Key("Catch").Index(i);
    if (IsPlaceholder(array->items()[i])) continue;
    if (!array->items()[i].is_object()) {
      state.report().Add("bad-type", place, "Expected value of type [OBJECT]");
      continue;
    }
    const FieldReader entry(array->items()[i], place, state.language(), {kFields}, {}, state.report());
    Catcher c;
    c.error_equals = ReadErrorEquals(entry, i, array->size());
    if (const Value* next = entry.Get("Next")) c.next = target(*next, place.Key("Next"));
    c.result_path = entry.NullablePath("ResultPath");
    const std::string location = "Catch[" + std::to_string(i) + "]/";
    c.assign = ReadAssign(entry, location);
    c.language = state.language();
    c.output = entry.Template("Output", location + "Output");
    catchers.push_back(std::move(c));
  }
  return catchers;
}

}  // namespace gait
