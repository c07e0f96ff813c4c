#include "engine/diagram/diagram.h"

#include "engine/diagram/labels.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

using Kind = Diagram::TransitionKind;

std::string TextAt(const Value& object, std::string_view name) {
  const Value* text = object.Find(name);
  return text != nullptr && text->is_string() ? std::string(text->as_string()) : "";
}

class DiagramMaker {
 public:
  // A scope is read when it is its turn: the definition's depth costs no stack.
  Diagram Make(const Value& definition) {
    Add(std::nullopt, "", definition, Place());
    for (size_t i = 0; i < waiting_.size(); ++i) ReadScope(i);
    return std::move(diagram_);
  }

 private:
  struct Waiting {
    const Value* object;
    Place place;
  };
  // The numbers of a scope's states, by their names.
  using Numbers = std::map<std::string_view, size_t>;

  void Add(std::optional<size_t> owner, std::string label, const Value& object, const Place& place) {
    diagram_.scopes.push_back({owner, std::move(label), place.pointer()});
    waiting_.push_back({&object, place});
  }

  void ReadScope(size_t scope) {
    const auto [object, place] = waiting_[scope];
    const Value* states = object->is_object() ? object->Find("States") : nullptr;
    if (states == nullptr) return;
    Numbers numbers;
    for (const Member& m : states->members()) {
      if (!m.value.is_object()) continue;
      numbers[m.name()] = diagram_.states.size();
      diagram_.states.push_back({std::string(m.name()), TextAt(m.value, "Type"), TextAt(m.value, "Comment"),
                                 place.Key("States").Key(m.name()).pointer(), scope});
    }
    if (const auto start = numbers.find(TextAt(*object, "StartAt")); start != numbers.end()) {
      diagram_.scopes[scope].start_at = start->second;
    }
    for (const Member& m : states->members()) {
      if (!m.value.is_object()) continue;
      const Place state = place.Key("States").Key(m.name());
      ReadTransitions(numbers.at(m.name()), m.value, state, numbers);
      ReadInner(numbers.at(m.name()), m.value, state);
    }
  }

  void ReadTransitions(size_t from, const Value& state, const Place& place, const Numbers& numbers) {
    const auto lead = [&](Kind kind, const Value& object, const char* field, const Place& at, std::string label = "") {
      const auto to = numbers.find(TextAt(object, field));
      if (to == numbers.end()) return;
      diagram_.transitions.push_back({from, to->second, kind, std::move(label), at.Key(field).pointer()});
    };
    ForEachObject(state, "Choices", place, [&](const Value& rule, const Place& at, size_t) {
      lead(Kind::kRule, rule, "Next", at, RuleLabel(rule));
    });
    lead(Kind::kDefault, state, "Default", place);
    lead(Kind::kNext, state, "Next", place);
    ForEachObject(state, "Catch", place, [&](const Value& catcher, const Place& at, size_t) {
      lead(Kind::kCatch, catcher, "Next", at, CatcherLabel(catcher));
    });
    const Value* end = state.Find("End");
    const std::string type = TextAt(state, "Type");
    if (type == "Succeed" || type == "Fail") {
      diagram_.transitions.push_back({from, Diagram::kNone, Kind::kEnd, "", place.pointer()});
    } else if (end != nullptr && end->is_bool() && end->as_bool()) {
      diagram_.transitions.push_back({from, Diagram::kNone, Kind::kEnd, "", place.Key("End").pointer()});
    }
  }

  void ReadInner(size_t owner, const Value& state, const Place& place) {
    for (const char* name : {"ItemProcessor", "Iterator"}) {
      const Value* processor = state.Find(name);
      if (processor != nullptr && processor->is_object()) Add(owner, "Item processor", *processor, place.Key(name));
    }
    ForEachObject(state, "Branches", place, [&](const Value& branch, const Place& at, size_t index) {
      Add(owner, "Branch " + std::to_string(index + 1), branch, at);
    });
  }

  template <typename Visit>
  static void ForEachObject(const Value& state, const char* field, const Place& place, Visit visit) {
    const Value* list = state.Find(field);
    if (list == nullptr) return;
    for (size_t i = 0; i < list->items().size(); ++i) {
      if (list->items()[i].is_object()) visit(list->items()[i], place.Key(field).Index(i), i);
    }
  }

  Diagram diagram_;
  std::vector<Waiting> waiting_;  // of each scope its object
};

}  // namespace

Diagram DiagramOf(const Value& definition) { return DiagramMaker().Make(definition); }

std::string_view MarkName(Mark mark) {
  switch (mark) {
    case Mark::kTaken: return "taken";
    case Mark::kFailed: return "failed";
    case Mark::kRunning: return "running";
    case Mark::kMissed: return "missed";
  }
  return "";
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNext: return "Next";
    case Kind::kDefault: return "Default";
    case Kind::kRule: return "Rule";
    case Kind::kCatch: return "Catch";
    case Kind::kEnd: return "End";
  }
  return "";
}

}  // namespace gait
