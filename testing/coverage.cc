#include "testing/coverage.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/edit_distance.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

template <typename Counts, typename Key>
int64_t TimesOf(const Counts& counts, const Key& key) {
  const auto it = counts.find(key);
  return it == counts.end() ? 0 : it->second;
}

std::string Text(const Value* value) {
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

// Walks the definition, which compiles.
class Counter {
 public:
  Counter(Coverage& coverage, const Positions& positions, const Taken& taken)
      : coverage_(coverage), positions_(positions), taken_(taken) {}

  void Scope(const Value& scope, const Place& place) {
    const Value* states = scope.Find("States");
    if (states == nullptr || !states->is_object()) return;
    for (const Member& m : states->members()) {
      State(std::string(m.name()), m.value, place.Key("States").Key(m.name()));
    }
  }

 private:
  void State(const std::string& name, const Value& state, const Place& place) {
    Add(CoverageKind::kStates, name, "the state " + name, place, TimesOf(taken_.entered, name));
    if (Text(state.Find("Type")) == "Choice") {
      Choice(name, state, place);
    } else {
      Exits(name, state, place);
    }
    if (const Value* retriers = List(state, "Retry")) {
      for (size_t i = 0; i < retriers->size(); ++i) {
        Add(CoverageKind::kRetriers, name, "Retrier " + std::to_string(i + 1) + " of " + name,
            place.Key("Retry").Index(i), TimesOf(taken_.retriers, std::pair(name, i)));
      }
    }
    if (const Value* branches = List(state, "Branches")) {
      for (size_t i = 0; i < branches->size(); ++i) Scope(branches->items()[i], place.Key("Branches").Index(i));
    }
    for (const std::string_view field : {"ItemProcessor", "Iterator"}) {
      const Value* processor = state.Find(field);
      if (processor != nullptr && processor->is_object()) Scope(*processor, place.Key(field));
    }
  }

  void Choice(const std::string& name, const Value& state, const Place& place) {
    if (const Value* rules = List(state, "Choices")) {
      for (size_t i = 0; i < rules->size(); ++i) {
        const Place at = place.Key("Choices").Index(i);
        const int64_t times = TimesOf(taken_.rules, std::pair(name, i));
        Add(CoverageKind::kRules, name, "rule " + std::to_string(i + 1) + " of " + name, at, times);
        Transition(name, Text(rules->items()[i].Find("Next")), at.Key("Next"), times);
      }
    }
    if (const Value* next = state.Find("Default")) {
      const int64_t times = TimesOf(taken_.defaults, name);
      Add(CoverageKind::kRules, name, "the Default of " + name, place.Key("Default"), times);
      Transition(name, Text(next), place.Key("Default"), times);
    }
  }

  void Exits(const std::string& name, const Value& state, const Place& place) {
    int64_t left = TimesOf(taken_.left, name);  // by a Catcher, too: these are taken off
    const Value* catchers = List(state, "Catch");
    for (size_t i = 0; catchers != nullptr && i < catchers->size(); ++i) {
      left -= TimesOf(taken_.catchers, std::pair(name, i));
    }
    if (const Value* next = state.Find("Next")) Transition(name, Text(next), place.Key("Next"), left);
    const Value* end = state.Find("End");
    if (end != nullptr && end->is_bool() && end->as_bool()) Transition(name, "", place.Key("End"), left);
    for (size_t i = 0; catchers != nullptr && i < catchers->size(); ++i) {
      const Place at = place.Key("Catch").Index(i);
      const int64_t times = TimesOf(taken_.catchers, std::pair(name, i));
      Add(CoverageKind::kCatchers, name, "Catcher " + std::to_string(i + 1) + " of " + name, at, times);
      Transition(name, Text(catchers->items()[i].Find("Next")), at.Key("Next"), times);
    }
  }

  void Transition(const std::string& from, const std::string& to, const Place& place, int64_t times) {
    Add(CoverageKind::kTransitions, from, to.empty() ? "the end of " + from : "the transition of " + from + " to " + to,
        place, times);
  }

  static const Value* List(const Value& state, std::string_view field) {
    const Value* list = state.Find(field);
    return list != nullptr && list->is_array() ? list : nullptr;
  }

  void Add(CoverageKind kind, const std::string& state, std::string what, const Place& place, int64_t times) {
    const std::string pointer = place.pointer();
    coverage_.items[static_cast<size_t>(kind)].push_back(
        {state, std::move(what), pointer, positions_.KeyAt(pointer), times});
  }

  Coverage& coverage_;
  const Positions& positions_;
  const Taken& taken_;
};

std::optional<double> PercentOf(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  double percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool good = error == std::errc() && end == text.data() + text.size() && percent >= 0 && percent <= 100;
  return good ? std::optional(percent) : std::nullopt;
}

}  // namespace

CoverageCount Coverage::Count(CoverageKind kind) const {
  CoverageCount count;
  for (const CoverageItem& item : of(kind)) {
    ++count.all;
    if (item.times > 0) ++count.covered;
  }
  return count;
}

Coverage CoverageOf(const TestedDefinition& definition, const Taken& taken) {
  Coverage coverage;
  coverage.path = definition.path;
  coverage.source = definition.source;
  coverage.definition = definition.value;
  const Positions positions = Positions::Of(definition.source, definition.format);
  Counter(coverage, positions, taken).Scope(definition.value, Place());
  return coverage;
}

Marks MarksOf(const Coverage& coverage) {
  Marks marks;
  const auto mark_of = [](const CoverageItem& item) { return item.times > 0 ? Mark::kTaken : Mark::kMissed; };
  for (const CoverageItem& item : coverage.of(CoverageKind::kStates)) {
    marks.states.emplace(item.state, mark_of(item));
    marks.transitions.emplace(item.pointer, mark_of(item));  // from a Succeed or a Fail to the end
  }
  for (const CoverageItem& item : coverage.of(CoverageKind::kTransitions)) {
    marks.transitions.emplace(item.pointer, mark_of(item));
  }
  return marks;
}

CoverageMinimum ReadCoverageMinimum(std::string_view text) {
  CoverageMinimum minimum;
  if (const auto percent = PercentOf(text)) {
    minimum.percent[static_cast<size_t>(CoverageKind::kStates)] = *percent;
    return minimum;
  }
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    const auto percent = PercentOf(part.substr(std::min(part.size(), equals + 1)));
    const auto kind = std::find(kCoverageNames.begin(), kCoverageNames.end(), name);
    if (kind == kCoverageNames.end()) {
      const auto meant = DidYouMean(name, kCoverageNames);
      minimum.error = "there is no coverage of '" + std::string(name) + "'" +
                      (meant ? "; did you mean '" + std::string(*meant) + "'?"
                             : ", only of states, transitions, rules, catchers and retriers");
      return minimum;
    }
    if (!percent) {
      minimum.error = "'" + std::string(part) + "' has no percentage from 0 to 100";
      return minimum;
    }
    minimum.percent[static_cast<size_t>(kind - kCoverageNames.begin())] = *percent;
  }
  return minimum;
}

}  // namespace gait
