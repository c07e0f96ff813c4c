#include "engine/diagram/history_marks.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace gait {
namespace {

using Kind = Diagram::TransitionKind;
constexpr size_t kNone = Diagram::kNone;

struct Event {
  int64_t id = 0;
  std::string_view type, state;  // the latter of ...StateEntered and ...StateExited
  size_t before = kNone;         // the place of the event that it follows
  size_t entered = kNone;        // the place of the ...StateEntered of the state that it is about
  bool exited = false;           // of a ...StateEntered: the state was left
  bool caught = false;           // the same: by a Catcher
  size_t newest = 0;             // of a ...StateEntered: the place of the last event about it

  bool enters() const { return type.ends_with("StateEntered"); }
  bool exits() const { return type.ends_with("StateExited"); }
  bool fails() const { return type.ends_with("Failed") || type.ends_with("TimedOut") || type == "FailStateEntered"; }
};

std::string_view TextAt(const Value& object, std::string_view name) {
  const Value* text = object.Find(name);
  return text != nullptr && text->is_string() ? text->as_string() : std::string_view();
}

int64_t NumberAt(const Value& object, std::string_view name) {
  const Value* number = object.Find(name);
  return number != nullptr && number->is_int() ? number->as_int() : 0;
}

std::string_view StateOf(const Value& event) {
  for (const char* details : {"stateEnteredEventDetails", "stateExitedEventDetails"}) {
    const Value* object = event.Find(details);
    if (object != nullptr && object->is_object()) return TextAt(*object, "name");
  }
  return {};
}

class Path {
 public:
  Path(const Diagram& diagram, std::vector<Event> events) : diagram_(diagram), events_(std::move(events)) {
    for (size_t i = 0; i < diagram_.states.size(); ++i) numbers_.emplace(diagram_.states[i].name, i);
    for (size_t i = 0; i < events_.size(); ++i) Attribute(i);
  }

  Marks Mark() {
    for (const Event& e : events_) {
      if (e.enters()) MarkState(e);
    }
    std::set<size_t> followed;  // the exits that another state was entered after
    for (const Event& e : events_) {
      if (!e.enters() || e.before == kNone || !events_[e.before].exits()) continue;
      followed.insert(e.before);
      MarkTransitions(e.before, e.state);
    }
    for (size_t i = 0; i < events_.size(); ++i) {
      if (events_[i].exits() && !followed.contains(i)) MarkTransitions(i, {});
      if (events_[i].type == "FailStateEntered") MarkTransitions(i, {});
    }
    return std::move(marks_);
  }

 private:
  // Which state is the event about? What leads back to it does so over the events that it follows.
  void Attribute(size_t i) {
    Event& event = events_[i];
    if (event.enters()) {
      event.entered = event.newest = i;
      return;
    }
    size_t at = event.before == kNone ? kNone : events_[event.before].entered;
    const auto is_owner = [&](const Event& e) {
      if (event.exits()) return e.state == event.state;
      // What a Parallel or Map tells follows the last event of a branch.
      if (event.type.starts_with("Parallel")) return e.type == "ParallelStateEntered";
      if (event.type.starts_with("Map")) return e.type == "MapStateEntered";
      return true;
    };
    while (at != kNone && (events_[at].exited || !is_owner(events_[at]))) at = Around(at);
    if (at == kNone) return;
    event.entered = at;
    events_[at].newest = i;
    if (!event.exits()) return;
    events_[at].exited = true;
    events_[at].caught = event.before != kNone && events_[event.before].fails();
  }

  // The ...StateEntered event before this one.
  size_t Around(size_t entered) const {
    const size_t before = events_[entered].before;
    return before == kNone ? kNone : events_[before].entered;
  }

  bool Ended() const { return events_.back().type.starts_with("Execution") && !IsBegin(events_.back().type); }
  static bool IsBegin(std::string_view type) { return type == "ExecutionStarted" || type == "ExecutionRedriven"; }
  bool Stopped() const {
    return events_.back().type == "ExecutionAborted" || events_.back().type == "ExecutionTimedOut";
  }

  bool EndedBadly() const { return Ended() && events_.back().type != "ExecutionSucceeded"; }

  // The Parallel or Map around the state that has been left, or null.
  const Event* LeftFrame(const Event& entered) const {
    const auto number = numbers_.find(entered.state);
    if (number == numbers_.end()) return nullptr;
    auto owner = diagram_.scopes[diagram_.states[number->second].scope].owner;
    for (size_t at = Around(static_cast<size_t>(&entered - events_.data())); owner && at != kNone; at = Around(at)) {
      if (events_[at].state != diagram_.states[*owner].name) continue;
      if (events_[at].exited) return &events_[at];
      owner = diagram_.scopes[diagram_.states[*owner].scope].owner;
    }
    return nullptr;
  }

  // Of several visits the one that ended worst counts; but one that a later one made good does not, as when a Map is
  // tried again.
  void MarkState(const Event& entered) {
    using gait::Mark;
    const Event* frame = LeftFrame(entered);
    Mark mark = Mark::kTaken;
    if (!entered.exited) {
      const bool over = Ended() || frame != nullptr;
      const bool failed = events_[entered.newest].fails() || (Stopped() && frame == nullptr);
      mark = !over ? Mark::kRunning : failed ? Mark::kFailed : Mark::kTaken;
    }
    const auto [it, is_new] = marks_.states.emplace(entered.state, mark);
    const bool made_good =
        it->second == Mark::kFailed && entered.exited && (frame == nullptr ? !EndedBadly() : !frame->caught);
    if (!is_new && (mark != Mark::kTaken || made_good)) it->second = mark;
  }

  // Those from the state that event `exit` left to the state `to`; "": to the end of the scope.
  void MarkTransitions(size_t exit, std::string_view to) {
    const auto from = numbers_.find(events_[exit].state);
    if (from == numbers_.end()) return;
    const size_t before = events_[exit].before;
    const bool caught = before != kNone && events_[before].fails();
    for (size_t i : TransitionsOf(from->second)) {
      const Diagram::Transition& t = diagram_.transitions[i];
      const bool leads_there = t.to == kNone ? to.empty() : diagram_.states[t.to].name == to;
      if (leads_there && (t.kind == Kind::kCatch) == (caught && HasCatchTo(from->second, to))) {
        marks_.transitions.emplace(t.pointer, gait::Mark::kTaken);
      }
    }
  }

  bool HasCatchTo(size_t from, std::string_view to) {
    const std::vector<size_t>& transitions = TransitionsOf(from);
    return std::any_of(transitions.begin(), transitions.end(), [&](size_t i) {
      const Diagram::Transition& t = diagram_.transitions[i];
      return t.kind == Kind::kCatch && diagram_.states[t.to].name == to;
    });
  }

  const std::vector<size_t>& TransitionsOf(size_t state) {
    if (transitions_of_.empty()) {
      transitions_of_.resize(diagram_.states.size());
      for (size_t i = 0; i < diagram_.transitions.size(); ++i) {
        transitions_of_[diagram_.transitions[i].from].push_back(i);
      }
    }
    return transitions_of_[state];
  }

  const Diagram& diagram_;
  std::vector<Event> events_;
  std::map<std::string_view, size_t> numbers_;  // of the diagram's states, by name
  std::vector<std::vector<size_t>> transitions_of_;
  Marks marks_;
};

}  // namespace

std::variant<Marks, std::string> MarksOfHistory(const Diagram& diagram, const Value& history) {
  const Value* list = history.is_object() ? history.Find("events") : &history;
  if (list == nullptr || !list->is_array()) return "it has no list of events";
  if (list->size() > kMarkedEventsMax) return "it has more than " + std::to_string(kMarkedEventsMax) + " events";
  std::vector<Event> events;
  for (size_t i = 0; i < list->size(); ++i) {
    const Value& item = list->items()[i];
    const std::string which = "event " + std::to_string(i) + " of the list ";
    if (!item.is_object()) return which + "is no object";
    Event event{NumberAt(item, "id"), TextAt(item, "type"), StateOf(item)};
    if (event.type.empty() || event.id <= 0) return which + "has no id or no type";
    events.push_back(event);
  }
  if (events.empty()) return Marks{};
  std::map<int64_t, const Value*> values;
  for (size_t i = 0; i < events.size(); ++i) values[events[i].id] = &list->items()[i];
  if (values.size() != events.size()) return "two of its events have the same id";
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.id < b.id; });
  std::map<int64_t, size_t> places;
  for (size_t i = 0; i < events.size(); ++i) {
    // An event that follows itself or a later one, which no history has, follows none.
    const auto before = places.find(NumberAt(*values[events[i].id], "previousEventId"));
    if (before != places.end()) events[i].before = before->second;
    places[events[i].id] = i;
  }
  return Path(diagram, std::move(events)).Mark();
}

}  // namespace gait
