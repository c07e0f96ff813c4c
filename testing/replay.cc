#include "testing/replay.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/history/event_table.h"
#include "testing/history_answers.h"

namespace gait {
namespace {

using T = EventType;

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string TextOf(const HistoryEvent& event, EventField field) {
  const Value* value = event.Get(field);
  return value == nullptr || !value->is_string() ? "" : std::string(value->as_string());
}

bool Enters(T type) { return RowOf(type).number == NumberMeaning::kState; }
bool Leaves(T type) { return RowOf(type).number == NumberMeaning::kNext; }

// Tells nothing about the definition: it follows from what is around it, or from who does the work.
bool IsPassedOver(T type) {
  switch (type) {
    case T::kTaskStarted:
    case T::kTaskSubmitted:
    case T::kLambdaFunctionStarted:
    case T::kActivityStarted:
    case T::kMapIterationStarted:
    case T::kMapIterationSucceeded:
    case T::kMapIterationFailed:
    case T::kMapIterationAborted:
    case T::kTaskStateAborted:
    case T::kWaitStateAborted:
    case T::kMapStateAborted:
    case T::kParallelStateAborted: return true;
    default: return false;
  }
}

// "Pass" of PassStateEntered.
std::string KindOf(const HistoryEvent& entered) {
  const std::string_view name = RowOf(entered.type).name;
  return std::string(name.substr(0, name.find("StateEntered"))) + " state";
}

bool EndsFromOutside(T type) { return type == T::kExecutionAborted || type == T::kExecutionTimedOut; }

// The events of a branch that are compared: those before `end`, if it is not 0.
std::vector<const HistoryEvent*> StepsOf(const HistoryBranch& branch, int64_t end = 0) {
  std::vector<const HistoryEvent*> steps;
  for (const HistoryEvent& event : branch.events) {
    if (end != 0 && event.id >= end) break;
    if (!IsPassedOver(event.type)) steps.push_back(&event);
  }
  return steps;
}

std::string Failure(const HistoryEvent& event) {
  const std::string error = TextOf(event, EventField::kError), cause = TextOf(event, EventField::kCause);
  return (error.empty() ? "without an error name" : "with the error " + Quoted(error)) +
         (cause.empty() ? "" : " and the cause " + Quoted(cause));
}

// What the event says, as a clause with what is compared as its subject.
std::string Told(const HistoryEvent& event) {
  if (Enters(event.type)) return "goes on to the state " + Quoted(event.name.as_string());
  if (Leaves(event.type)) return "leaves the state " + Quoted(event.name.as_string());
  if (SchedulesTask(event.type)) return "calls " + TextOf(event, EventField::kResource);
  if (FailsTask(event.type)) return "the task fails " + Failure(event);
  switch (event.type) {
    case T::kExecutionSucceeded: return "the execution succeeds";
    case T::kExecutionFailed: return "the execution fails " + Failure(event);
    case T::kExecutionTimedOut: return "the execution times out";
    case T::kExecutionAborted: return "the execution is aborted";
    case T::kTaskSucceeded:
    case T::kLambdaFunctionSucceeded:
    case T::kActivitySucceeded: return "the task succeeds";
    case T::kParallelStateStarted: return "starts its branches";
    case T::kParallelStateSucceeded: return "all branches succeed";
    case T::kParallelStateFailed: return "a branch fails";
    case T::kMapStateStarted: return "starts a Map over " + std::to_string(event.number) + " items";
    case T::kMapStateSucceeded: return "the Map succeeds";
    case T::kMapStateFailed: return "the Map fails";
    case T::kMapRunStarted: return "starts a Map Run";
    case T::kEvaluationFailed: return "an expression fails " + Failure(event);
    default: return std::string(RowOf(event.type).name);
  }
}

// One branch on both sides.
class BranchComparison {
 public:
  // `again`: of ReplayRun::again; may be null.
  BranchComparison(const RecordedHistory& history, const HistoryBranch& recorded, const HistoryBranch& now,
                   const HistoryBranch* again, const ReplayRun& run, const SameAnyway& same)
      : history_(history),
        recorded_(recorded),
        now_(now),
        again_(again == nullptr ? std::vector<const HistoryEvent*>() : StepsOf(*again)),
        run_(run),
        same_(same) {}

  // `may_be_shorter`: the branch was stopped before its end, on the side. `end`: see StepsOf.
  void Run(int64_t end, bool recorded_may_be_shorter, bool now_may_be_shorter) {
    const auto recorded = StepsOf(recorded_, end), now = StepsOf(now_);
    for (size_t i = 0; i < std::max(recorded.size(), now.size()); ++i) {
      const HistoryEvent* r = i < recorded.size() ? recorded[i] : nullptr;
      const HistoryEvent* n = i < now.size() ? now[i] : nullptr;
      if (r != nullptr && SucceedsTask(r->type) && history_.Unknown(*r)) {  // there was no answer to go on with
        cut_ = true;
        return;
      }
      if (r != nullptr && EndsFromOutside(r->type) && (n == nullptr || n->type != r->type)) return;
      if (r == nullptr && (recorded_may_be_shorter || n == nullptr)) return;
      if (n == nullptr && now_may_be_shorter) return;
      if (r == nullptr) return Differ("transition", nullptr, "nothing more happens here", ToldNow(*n));
      if (n == nullptr) return Differ("transition", r, Told(*r), "nothing more happens here");
      other_ = i < again_.size() && again_[i]->type == n->type ? again_[i] : nullptr;
      CompareEvents(*r, *n);
      if (difference_) return;
      last_ = r;
      ++compared_;
      if (Enters(r->type)) state_ = r->name.as_string();
      if (r->type == T::kMapRunStarted) {
        map_run_state_ = state_;
        cut_ = true;
        return;
      }
    }
  }

  std::optional<ReplayDifference>& difference() { return difference_; }
  int64_t compared() const { return compared_; }
  // It went no further, because what follows depends on what the history does not tell.
  bool cut() const { return cut_; }
  // The state whose Map Run that was; "" if it was none.
  const std::string& map_run_state() const { return map_run_state_; }

 private:
  std::string ToldNow(const HistoryEvent& event) const {
    const bool unanswered = run_.unanswered.contains(event.id);
    return Told(event) + (unanswered ? ", which the recording has no answer for" : "");
  }

  void Differ(std::string what, const HistoryEvent* event, std::string recorded, std::string now,
              std::vector<ValueDifference> values = {}) {
    const HistoryEvent* at = event != nullptr ? event : last_ != nullptr ? last_ : nullptr;
    ReplayDifference d;
    d.what = std::move(what);
    d.event = at != nullptr ? at->id : recorded_.begun_by;
    d.type = at != nullptr ? RowOf(at->type).name : "";
    d.state = state_;
    d.branch = recorded_.description;
    d.recorded = std::move(recorded);
    d.now = std::move(now);
    d.values = std::move(values);
    difference_ = std::move(d);
  }

  // True if they are the same, or differ only where the other run differs, too. `anew` is what that has.
  bool Values(std::string_view what, const HistoryEvent& r, const Value& recorded, const Value& now, const Value& anew,
              const std::string& subject) {
    auto values = DifferencesOf(recorded, now, same_);
    if (values.empty()) return true;
    if (!anew.is_undefined()) {
      SameAnyway same = same_;
      for (const ValueDifference& v : DifferencesOf(now, anew, {})) same.ignored.push_back(v.pointer);
      values = DifferencesOf(recorded, now, same);
      if (values.empty()) return true;
    }
    Differ(std::string(what), &r, subject, subject, std::move(values));
    return false;
  }

  static Value PayloadOf(const HistoryEvent* event) {
    return event != nullptr && event->payload.present() ? event->payload.value() : Value();
  }

  bool Payloads(std::string_view what, const HistoryEvent& r, const HistoryEvent& n, const std::string& subject) {
    if (RowOf(r.type).payload.empty() || (history_.Unknown(r) && !r.payload.present())) return true;
    return Values(what, r, PayloadOf(&r), PayloadOf(&n), PayloadOf(other_), subject);
  }

  bool Texts(EventField field, const HistoryEvent& r, const HistoryEvent& n) {
    const std::string now = TextOf(n, field);
    return SameText(TextOf(r, field), now) || (other_ != nullptr && !SameText(now, TextOf(*other_, field)));
  }

  bool Failures(std::string_view what, const HistoryEvent& r, const HistoryEvent& n) {
    // The cause of a time-out is told by who waited: the service, or Step Functions.
    const bool causes = TextOf(r, EventField::kError) != "States.Timeout" || !FailsTask(r.type);
    if (Texts(EventField::kError, r, n) && (!causes || Texts(EventField::kCause, r, n))) return true;
    Differ(std::string(what), &r, Told(r), ToldNow(n));
    return false;
  }

  void CompareEvents(const HistoryEvent& r, const HistoryEvent& n) {
    const bool same_kind =
        r.type == n.type || (FailsTask(r.type) && FailsTask(n.type)) || (Enters(r.type) && Enters(n.type));
    if (!same_kind) return DifferentKinds(r, n);
    if (Enters(r.type)) return Entered(r, n);
    if (Leaves(r.type)) return Left(r, n);
    if (SchedulesTask(r.type)) return Scheduled(r, n);
    if (FailsTask(r.type)) {
      Failures("answer", r, n);
      return;
    }
    switch (r.type) {
      case T::kExecutionStarted: return;  // the run was started with it
      case T::kExecutionSucceeded: Payloads("output", r, n, "the output of the execution"); return;
      case T::kExecutionFailed: Failures("end", r, n); return;
      case T::kMapRunFailed: Failures("error", r, n); return;
      case T::kEvaluationFailed: Failures("error", r, n); return;
      case T::kMapStateStarted:
        if (r.number != n.number) Differ("items", &r, Told(r), Told(n));
        return;
      default: Payloads("answer", r, n, "the answer"); return;
    }
  }

  void DifferentKinds(const HistoryEvent& r, const HistoryEvent& n) {
    const bool ends = EndsExecution(r.type) || EndsExecution(n.type);
    const bool fails =
        n.type == T::kEvaluationFailed || r.type == T::kEvaluationFailed || n.type == T::kExecutionFailed;
    const bool calls = SchedulesTask(r.type) || SchedulesTask(n.type);
    const bool enters = Enters(r.type) || Enters(n.type);  // and the other one does not
    Differ(fails    ? "error"
           : enters ? "transition"
           : ends   ? "end"
           : calls  ? "call"
                    : "transition",
           &r, Told(r), ToldNow(n));
  }

  void Entered(const HistoryEvent& r, const HistoryEvent& n) {
    if (r.name.as_string() != n.name.as_string()) {
      const bool first = state_.empty() && recorded_.parent == nullptr;
      return Differ(first ? "start" : "transition", &r,
                    first ? "begins with the state " + Quoted(r.name.as_string()) : Told(r),
                    first ? "begins with the state " + Quoted(n.name.as_string()) : ToldNow(n));
    }
    // That is what the difference is about, and not the state before.
    const std::string before = std::exchange(state_, std::string(r.name.as_string()));
    if (r.type != n.type) return Differ("state", &r, "it is a " + KindOf(r), "it is a " + KindOf(n));
    if (Payloads("input", r, n, "the input of the state")) state_ = before;
  }

  void Left(const HistoryEvent& r, const HistoryEvent& n) {
    if (!Payloads("output", r, n, "the output of the state") || history_.Unknown(r)) return;
    const auto variables = [](const HistoryEvent* e) {
      const Value* assigned = e == nullptr ? nullptr : e->Get(EventField::kAssignedVariables);
      return assigned == nullptr ? Value::Object() : *assigned;
    };
    Values("variables", r, variables(&r), variables(&n), other_ == nullptr ? Value() : variables(other_),
           "the variables that the state assigns");
  }

  void Scheduled(const HistoryEvent& r, const HistoryEvent& n) {
    const auto resource = [](const HistoryEvent& e) {
      const std::string type = TextOf(e, EventField::kResourceType);
      return (type.empty() ? "" : type + ":") + TextOf(e, EventField::kResource);
    };
    if (resource(r) != resource(n)) {
      return Differ(
          "call", &r, "calls " + resource(r),
          "calls " + resource(n) + (run_.unanswered.contains(n.id) ? ", which the recording has no answer for" : ""));
    }
    if (!Payloads("parameters", r, n, "the parameters of the call of " + resource(r))) return;
    const auto limits = [](const HistoryEvent* e) {
      ObjectBuilder told;
      if (e == nullptr) return Value();
      for (const EventField f :
           {EventField::kTimeoutInSeconds, EventField::kHeartbeatInSeconds, EventField::kTaskCredentials}) {
        if (const Value* value = e->Get(f)) told.Add(FieldName(f), *value);
      }
      return told.Build();
    };
    Values("call", r, limits(&r), limits(&n), limits(other_), "the settings of the call of " + resource(r));
  }

  const RecordedHistory& history_;
  const HistoryBranch& recorded_;
  const HistoryBranch& now_;
  const std::vector<const HistoryEvent*> again_;
  const ReplayRun& run_;
  const SameAnyway& same_;

  const HistoryEvent* other_ = nullptr;  // of the other run, what is compared; null if that went another way
  std::string state_;                    // the one that both are in, or were last
  const HistoryEvent* last_ = nullptr;   // of the recording, that was found again
  int64_t compared_ = 0;
  bool cut_ = false;
  std::string map_run_state_;
  std::optional<ReplayDifference> difference_;
};

// Did something stop the branches and iterations that ran in this branch, or keep them from beginning?
bool StopsChildren(const HistoryBranch& branch) {
  return std::any_of(branch.events.begin(), branch.events.end(), [](const HistoryEvent& e) {
    return e.type == T::kParallelStateFailed || e.type == T::kMapStateFailed || EndsFromOutside(e.type) ||
           e.type == T::kParallelStateAborted || e.type == T::kMapStateAborted || e.type == T::kExecutionFailed;
  });
}

using Branches = std::set<const HistoryBranch*>;

// Those that failed by themselves, and so had the states fail that they are a part of.
Branches FailedIn(const HistoryTree& tree) {
  Branches failed;
  for (const auto& branch : tree.branches()) {
    for (const HistoryEvent& e : branch->events) {
      if (e.type != T::kParallelStateFailed && e.type != T::kMapStateFailed && e.type != T::kExecutionFailed) continue;
      const HistoryBranch* from = tree.BranchOf(e.previous_event_id);
      for (; from != nullptr && from != branch.get(); from = from->parent) failed.insert(from);
    }
  }
  return failed;
}

// Was the branch stopped before its end, or can that not be told?
bool MayBeShorter(const HistoryBranch& branch, const Branches& failed, bool execution_ended) {
  if (!execution_ended) return true;
  if (failed.contains(&branch)) return false;
  for (const HistoryBranch* b = branch.parent; b != nullptr; b = b->parent) {
    if (StopsChildren(*b)) return true;
  }
  return false;
}

bool EndedByItself(const std::vector<HistoryEvent>& events) {
  return !events.empty() && EndsExecution(events.back().type) && !EndsFromOutside(events.back().type);
}

class WholeComparison {
 public:
  WholeComparison(const RecordedHistory& history, const HistoryTree& recorded, const ReplayRun& run,
                  const SameAnyway& same)
      : history_(history),
        recorded_(recorded),
        run_(run),
        same_(same),
        now_(HistoryTree::Of(run.events)),
        again_(HistoryTree::Of(run.again)),
        failed_recorded_(FailedIn(recorded)),
        failed_now_(FailedIn(now_)) {}

  ReplayComparison Run() {
    // The children first: where one cannot be compared to its end, its parents cannot be compared further.
    const auto& branches = recorded_.branches();
    std::for_each(branches.rbegin(), branches.rend(), [this](const auto& branch) { CompareBranch(*branch); });
    for (const auto& branch : branches) {
      if (now_.Find(branch->path) == nullptr) Missing(*branch);
    }
    Notes();
    return std::move(result_);
  }

 private:
  void CompareBranch(const HistoryBranch& branch) {
    const HistoryBranch* now = now_.Find(branch.path);
    const int64_t redriven = history_.redriven_at_event;
    if (now == nullptr || (redriven != 0 && branch.begun_by >= redriven)) return;
    const auto limit = ends_.find(&branch);
    const int64_t end = limit == ends_.end() ? redriven : limit->second;
    BranchComparison comparison(history_, branch, *now, again_.Find(branch.path), run_, same_);
    comparison.Run(end, end != 0 || MayBeShorter(branch, failed_recorded_, EndedByItself(history_.events)),
                   MayBeShorter(*now, failed_now_, EndedByItself(run_.events)));
    result_.compared += comparison.compared();
    if (comparison.difference()) {
      differing_.insert(&branch);
      Take(*std::move(comparison.difference()));
    }
    if (!comparison.cut()) return;
    for (const HistoryBranch* b = &branch; b->parent != nullptr; b = b->parent) {
      int64_t& parent_end = ends_.try_emplace(b->parent, redriven == 0 ? branch.begun_by : redriven).first->second;
      parent_end = std::min(parent_end, branch.begun_by);
    }
    ends_.try_emplace(&branch, branch.begun_by);
    if (const std::string& state = comparison.map_run_state(); !state.empty()) {
      result_.notes.push_back("The state " + Quoted(state) +
                              " starts a Map Run, whose executions are not in this history: what follows it is not "
                              "compared.");
    }
  }

  // The branch does not begin now. Where its parent goes another way, ends early or is not compared, that is why.
  void Missing(const HistoryBranch& branch) {
    if (MayBeShorter(branch, failed_recorded_, true)) return;
    if (history_.redriven_at_event != 0 && branch.begun_by >= history_.redriven_at_event) return;
    for (const HistoryBranch* b = branch.parent; b != nullptr; b = b->parent) {
      const HistoryBranch* now = now_.Find(b->path);
      if (now == nullptr || StopsChildren(*now)) return;
      if (differing_.contains(b) || ends_.contains(b)) return;
    }
    ReplayDifference d;
    d.what = "branch";
    d.event = branch.begun_by;
    d.type = RowOf(history_.events[static_cast<size_t>(branch.begun_by - 1)].type).name;
    d.state = branch.parent->state;
    if (const HistoryBranch* parent = branch.parent) d.branch = parent->description;
    d.recorded = "runs " + branch.description;
    d.now = "does not";
    Take(std::move(d));
  }

  void Take(ReplayDifference difference) {
    if (!result_.difference || difference.event < result_.difference->event) result_.difference = std::move(difference);
  }

  void Notes() {
    if (history_.redriven_at_event != 0) {
      result_.notes.push_back("The execution was redriven at event " + std::to_string(history_.redriven_at_event) +
                              ": what follows is not compared.");
    } else if (history_.pages_missing) {
      result_.notes.push_back("The history goes on after event " + std::to_string(history_.events.back().id) +
                              ", on pages that the file does not have: it is compared up to there.");
    } else if (!history_.ended) {
      result_.notes.push_back("The execution was still running when its history was read: it is compared up to event " +
                              std::to_string(history_.events.back().id) + ".");
    } else if (EndsFromOutside(history_.events.back().type)) {
      result_.notes.push_back("The execution was ended from outside: it is compared up to event " +
                              std::to_string(history_.events.back().id) + ".");
    }
    if (!history_.truncated.empty()) {
      result_.notes.push_back("The data of event " + std::to_string(*history_.truncated.begin()) +
                              (history_.truncated.size() > 1 ? " and others" : "") +
                              " was cut short in the history: that, and what depends on it, is not compared.");
    }
    if (run_.stopped) result_.notes.push_back("The execution now goes on for much longer; it was stopped.");
  }

  const RecordedHistory& history_;
  const HistoryTree& recorded_;
  const ReplayRun& run_;
  const SameAnyway& same_;
  const HistoryTree now_, again_;
  const Branches failed_recorded_, failed_now_;
  Branches differing_;                            // of the recording, as all below
  std::map<const HistoryBranch*, int64_t> ends_;  // of those that are not compared to their ends: the first event
  ReplayComparison result_;
};

}  // namespace

ReplayComparison Compare(const RecordedHistory& history, const HistoryTree& recorded, const ReplayRun& run,
                         const SameAnyway& same) {
  return WholeComparison(history, recorded, run, same).Run();
}

}  // namespace gait
