// Runs one execution in a test: virtual time, tasks that the test answers, no store and no threads. With
// `crash_after_turn` the execution is lost after that turn and recovered from its stored events, as a restart would.
// With `redrives` it is redriven so often, unless it succeeds.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/compile.h"
#include "engine/history/codec.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/run/execution.h"
#include "engine/task/resource.h"
#include "states/state_table.h"

namespace gait::testing {

inline Value Json(std::string_view text) {
  JsonParse parsed = ParseJson(text);
  REQUIRE_MESSAGE(parsed, std::string(text));
  return *parsed.value;
}

inline std::string Lines(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& d : diagnostics) text += d.rule + " " + d.pointer + ": " + d.message + "\n";
  return text;
}

inline std::shared_ptr<const StateMachine> Compiled(std::string_view definition,
                                                    StateMachineType type = StateMachineType::kStandard) {
  CompileOptions options;
  options.states = StateTypes();
  options.type = type;
  CompileResult result = CompileDefinition(definition, options);
  REQUIRE_MESSAGE(result.machine != nullptr, Lines(result.diagnostics));
  return result.machine;
}

// Every activity exists but the one that is called "deleted".
struct TrialActivities : ActivityRegistry {
  bool HasActivity(std::string_view arn) const override { return !arn.ends_with(":deleted"); }
};

// What came of an execution.
struct TrialResult {
  std::vector<HistoryEvent> events;
  ExecutionStatus status = ExecutionStatus::kRunning;
  Value output;
  std::optional<std::string> error, cause;
  Timestamp started_at, stopped_at;

  double seconds() const { return static_cast<double>((stopped_at - started_at).ms) / 1000; }

  // The output as JSON, or `ERROR: cause`.
  std::string text() const {
    if (status == ExecutionStatus::kSucceeded) return ToJson(output);
    return error.value_or("(no error)") + ": " + cause.value_or("(no cause)");
  }

  // The types of the events between ExecutionStarted and the last, of the states that `state` names or of all.
  std::string types() const {
    std::string types;
    for (const HistoryEvent& e : events) {
      if (!IsShown(e.type) || EndsExecution(e.type) || e.type == EventType::kExecutionStarted) continue;
      types += (types.empty() ? "" : " ") + std::string(RowOf(e.type).name);
    }
    return types;
  }

  const HistoryEvent& first(EventType type) const {
    const auto at = std::find_if(events.begin(), events.end(), [&](const auto& e) { return e.type == type; });
    REQUIRE_MESSAGE(at != events.end(), RowOf(type).name);
    return *at;
  }
  size_t count(EventType type) const {
    return static_cast<size_t>(
        std::count_if(events.begin(), events.end(), [&](const auto& e) { return e.type == type; }));
  }
};

class Trial {
 public:
  // What a task answers; nothing: it never does.
  using Worker = std::function<std::optional<Result<Value>>(const DispatchTask&)>;

  explicit Trial(std::string_view definition) : machine_(Compiled(definition)) {}

  Worker worker = [](const DispatchTask& task) { return Result<Value>(task.parameters.value()); };
  Quotas quotas = {};
  int crash_after_turn = -1;  // -1: never
  int redrives = 0;
  int turns = 0;  // out: of the last run
  std::function<void()> before_redrive;
  Timestamp start = *ParseTimestamp("2026-03-14T01:59:00Z");

  TrialResult Run(std::string_view input = "{}") {
    events_.clear();
    timers_.clear();
    tasks_.clear();
    turns = 0;
    now_ = start;
    random_ = std::make_unique<SeededRandom>(7);
    execution_ = NewExecution();
    Take(execution_->Start(Payload::FromUser(Json(input), input), now_));
    Go();
    for (int i = 0; i < redrives && CanBeRedriven(); ++i) {
      timers_.clear();
      tasks_.clear();
      now_ = now_ + Duration::Seconds(60);
      if (before_redrive) before_redrive();
      Take(execution_->Redrive(std::nullopt, now_));
      Go();
    }
    const Progress& p = execution_->progress();
    TrialResult outcome{events_,        p.status(),    p.output().present() ? p.output().value() : Value(), {}, {},
                        p.started_at(), p.stopped_at()};
    if (p.error().is_string()) outcome.error = p.error().as_string();
    if (p.cause().is_string()) outcome.cause = p.cause().as_string();
    return outcome;
  }

  // Ends the execution from outside when nothing else can happen.
  bool abort_at_the_end = false;

 private:
  struct Task {
    DispatchTask task;
    Result<Value> answer;
  };

  void Go() {
    const auto runs = [&] { return execution_->progress().status() == ExecutionStatus::kRunning; };
    while (runs() && Next()) {
    }
    if (runs() && abort_at_the_end) Take(execution_->Abort(std::nullopt, std::nullopt, now_));
  }

  bool CanBeRedriven() const {
    const Progress& p = execution_->progress();
    return p.status() != ExecutionStatus::kRunning && p.status() != ExecutionStatus::kSucceeded &&
           p.last_event_id() <= quotas.history_events_max - 2;
  }

  std::unique_ptr<Execution> NewExecution() {
    ExecutionInfo info;
    info.account = Account{};
    info.name = "run-1";
    info.state_machine_name = "machine";
    info.state_machine_arn = StateMachineArn(info.account, info.state_machine_name);
    info.arn = ExecutionArn(info.account, info.state_machine_name, info.name);
    info.role_arn = "arn:aws:iam::123456789012:role/gait";
    return std::make_unique<Execution>(info, machine_, machine_->graph(), quotas, *random_, activities_);
  }

  void Take(Turn turn) {
    for (;;) {
      for (HistoryEvent& e : turn.events) events_.push_back(std::move(e));
      for (Effect& effect : turn.effects) {
        if (auto* timer = std::get_if<StartTimer>(&effect)) timers_.push_back(*timer);
        if (auto* task = std::get_if<DispatchTask>(&effect)) Dispatch(std::move(*task));
      }
      if (turns++ == crash_after_turn) {
        turn = Recover();
      } else if (turn.more) {
        turn = execution_->Continue(now_);
      } else {
        return;
      }
    }
  }

  void Dispatch(DispatchTask task) {
    if (auto answer = worker(task)) tasks_.push_back({std::move(task), *std::move(answer)});
  }

  // All that is in memory is lost, but not the answers of tasks that are under way: their targets are idempotent.
  Turn Recover() {
    std::string stored;
    HistoryCodec writer, reader;
    for (const HistoryEvent& e : events_) writer.Encode(e, stored);
    execution_ = NewExecution();
    timers_.clear();
    tasks_.clear();
    for (std::string_view rest = stored; !rest.empty();) execution_->Restore(reader.Decode(rest));
    return execution_->Resume(now_);
  }

  // Answers a task, or lets the time of the next timer come.
  bool Next() {
    if (!tasks_.empty()) {
      // The one that was scheduled first, so that the order is the same after a recovery.
      const auto first = std::min_element(tasks_.begin(), tasks_.end(), [](const Task& a, const Task& b) {
        return a.task.scheduled_event < b.task.scheduled_event;
      });
      Task t = std::move(*first);
      tasks_.erase(first);
      if (t.answer) {
        Take(execution_->Deliver(t.task.branch, TaskSucceeded{t.task.scheduled_event, Payload(*t.answer)}, now_));
      } else {
        Take(execution_->Deliver(t.task.branch, TaskFailed{t.task.scheduled_event, t.answer.error()}, now_));
      }
      return true;
    }
    // Of those due at the same time the same one, too.
    const auto next = std::min_element(timers_.begin(), timers_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.due_at, a.event) < std::pair(b.due_at, b.event);
    });
    if (next == timers_.end()) return false;
    const StartTimer timer = *next;
    timers_.erase(next);
    now_ = std::max(now_, timer.due_at);
    Take(execution_->Deliver(timer.branch, TimerDue{timer.kind, timer.event}, now_));
    return true;
  }

  const std::shared_ptr<const StateMachine> machine_;
  const TrialActivities activities_;
  std::unique_ptr<Random> random_;
  std::unique_ptr<Execution> execution_;
  std::vector<HistoryEvent> events_;
  std::vector<StartTimer> timers_;
  std::vector<Task> tasks_;
  Timestamp now_;
};

// A machine of one state `S`, from its fields: `"Type": "Pass", "Result": 1`. It ends there.
inline std::string OneState(std::string_view fields) {
  return R"({"StartAt": "S", "States": {"S": {)" + std::string(fields) + "}}}";
}

}  // namespace gait::testing
