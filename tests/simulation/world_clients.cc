// Those who start executions, STANDARD and EXPRESS ones, end and redrive them.
#include <algorithm>

#include "engine/json/write.h"
#include "tests/simulation/one_world.h"

namespace gait::simulation {

using T = EventType;

StartRequest World::Request(Process& process, int64_t state_machine_id, const std::string& name) {
  const Machine& machine = machines_.at(state_machine_id);
  StartRequest request =
      process.core().RequestOf(machine.record, *disk_.GetDefinition(machine.record.definition_id), name);
  request.input = Payload(machine.generated->input);
  return request;
}

void World::AskAgain() {
  for (size_t i = 0; i < starters_.size(); ++i) {
    if (!starters_[i].answered) After(Soon(3000), [this, i] { StartExecution(i); });
  }
  for (size_t i = 0; i < redrivers_.size(); ++i) {
    if (!redrivers_[i].answered) After(Soon(3000), [this, i] { Redrive(i); });
  }
}

void World::PrepareClients() {
  restarts_left_ = random_.Below(6);
  resident_max_ = OneIn(4) ? 1000 : static_cast<int64_t>(random_.Below(2));
  if (!OneIn(4)) timers_ahead_ = Soon(OneIn(2) ? 1000 : 4000);
  far_executions_max_ = OneIn(2) ? 1 : 1 + random_.Below(3);
  disk_failures_left_ = OneIn(3) ? random_.Below(3) : 0;
  object_failures_left_ = OneIn(3) ? 1 + random_.Below(3) : 0;
  const uint64_t executions = 1 + random_.Below(3);
  for (uint64_t i = 0; i < executions; ++i) {
    for (uint64_t n = OneIn(3) ? 2 : 1; n > 0; --n) starters_.push_back({"run-" + std::to_string(i)});
  }
  express_calls_left_ = OneIn(2) ? 1 + random_.Below(2) : 0;
  for (uint64_t i = 0; i < express_calls_left_; ++i) After(Soon(20'000), [this] { CallExpress(); });
  for (const std::string& arn : generated_.activities) {
    for (uint64_t n = 1 + random_.Below(2); n > 0; --n) workers_.push_back({arn});
  }
}

Process* World::Reach() {
  if (zombie_ != nullptr && OneIn(4) && !zombie_->runner().failed()) return zombie_.get();
  return process_ == nullptr || process_->runner().failed() ? nullptr : process_.get();
}

void World::StartExecution(size_t starter) {
  if (starters_[starter].answered) return;
  Process* const process = Reach();
  if (process == nullptr) return After(Soon(3000), [this, starter] { StartExecution(starter); });
  const int generation = process->generation();
  process->runner().Start(
      Request(*process, kMachine, starters_[starter].name),
      [this, starter, generation](StartResult result, const ExecutionSnapshot& s) {
        if (!Lives(generation)) return;
        MayDie(generation);
        Starter& who = starters_[starter];
        if (result == StartResult::kFailed) return After(Soon(3000), [this, starter] { StartExecution(starter); });
        who.answered = true;
        if (result == StartResult::kNameTaken) {
          return Require(disk_.FindExecution(kMachine, who.name).has_value(), kUniqueNames, who.name + " is not taken");
        }
        const auto record = disk_.GetExecution(s.id);
        Require(record && record->name == who.name, Lost(generation), "the start of " + who.name + " is not durable");
        Require(names_.insert(who.name).second, kUniqueNames, who.name + " was started twice");
        started_.insert(s.id);
        if (OneIn(6)) After(Soon(20'000), [this, id = s.id] { Abort(id); });
      },
      [this, generation](const ExecutionSnapshot& s) { Closed(generation, s); });
}

const char* World::Lost(int generation) const {
  return zombie_ != nullptr && zombie_->generation() == generation ? kFenced : kJournalFirst;
}

void World::Closed(int generation, const ExecutionSnapshot& s) {
  if (!Lives(generation) || s.status == ExecutionStatus::kRunning) return;
  MayDie(generation);
  const auto record = disk_.GetExecution(s.id);
  Require(record && record->status == s.status, Lost(generation),
          "the end of execution " + std::to_string(s.id) + " is not durable");
  ConsiderRedrive(*record);
}

void World::ConsiderRedrive(const ExecutionRecord& record) {
  const bool may_be_redriven = record.status != ExecutionStatus::kSucceeded && record.map_run_id == 0;
  if (!may_be_redriven || record.redrive_count == 2 || !OneIn(3)) return;
  const bool asked_for = std::any_of(redrivers_.begin(), redrivers_.end(), [&](const Redriver& r) {
    return r.execution == record.id && r.count > record.redrive_count;
  });
  if (asked_for) return;
  redrivers_.push_back({record.id, record.redrive_count + 1});
  After(Soon(8000), [this, redriver = redrivers_.size() - 1] { Redrive(redriver); });
}

void World::Redrive(size_t redriver) {
  Redriver& who = redrivers_[redriver];
  if (who.answered || Lives(who.asked)) return;
  const ExecutionRecord record = *disk_.GetExecution(who.execution);
  who.answered = record.redrive_count >= who.count;  // before the process ended that was asked
  if (who.answered) return;
  Process* const process = Reach();
  if (process == nullptr) return After(Soon(3000), [this, redriver] { Redrive(redriver); });
  const int generation = who.asked = process->generation();
  process->runner().Redrive(
      Request(*process, record.state_machine_id, record.name), record, disk_.LoadHistory(record), std::nullopt,
      [this, redriver, generation](StartResult result, const ExecutionSnapshot& s) {
        if (!Lives(generation)) return;
        MayDie(generation);
        Redriver& answered = redrivers_[redriver];
        answered.asked = 0;
        if (result != StartResult::kStarted) return After(Soon(3000), [this, redriver] { Redrive(redriver); });
        Require(
            disk_.GetExecution(s.id)->redrive_count == answered.count, Lost(generation),
            "redrive " + std::to_string(answered.count) + " of execution " + std::to_string(s.id) + " is not durable");
        answered.answered = true;
      },
      [this, generation](const ExecutionSnapshot& s) { Closed(generation, s); });
}

void World::Abort(int64_t id) {
  Process* const process = Reach();
  if (process == nullptr) return After(Soon(3000), [this, id] { Abort(id); });
  facts_.aborted.insert(id);
  process->runner().Abort(
      id, "Stopped", "by somebody outside",
      [this, generation = process->generation()](const ExecutionSnapshot& s) { Closed(generation, s); });
}

void World::CallExpress() {
  Process* const process = Reach();
  if (process == nullptr) return After(Soon(3000), [this] { CallExpress(); });
  --express_calls_left_;
  const Value request = Value::Object({{"stateMachineArn", Value::String(StateMachineArn(Account{}, "express"))},
                                       {"name", Value::String("again-and-again")},
                                       {"input", Value::String(ToJson(generated_.express.input))}});
  const bool waits = OneIn(2);
  process->core().Call(waits ? "StartSyncExecution" : "StartExecution", request,
                       [this, waits, generation = process->generation()](const ApiResult& result) {
                         if (!Lives(generation)) return;
                         MayDie(generation);
                         const auto* answer = std::get_if<Value>(&result);
                         Require(answer != nullptr, kNoBugs, "an EXPRESS execution does not start");
                         const std::string arn(answer->Find("executionArn")->as_string());
                         const ExpressRuns::Run& run = express_.At(generation, arn);
                         if (waits) CheckAnswer(arn, run.events.back(), *answer);
                       });
}

void World::CheckAnswer(const std::string& arn, const HistoryEvent& last, const Value& answer) {
  const auto told = [&](const char* member) {
    const Value* v = answer.Find(member);
    return v == nullptr ? Value() : *v;
  };
  const auto of = [&](EventField field) {
    const Value* v = last.Get(field);
    return v == nullptr ? Value() : *v;
  };
  const bool succeeded = last.type == T::kExecutionSucceeded;
  const std::string_view status = succeeded                            ? "SUCCEEDED"
                                  : last.type == T::kExecutionFailed   ? "FAILED"
                                  : last.type == T::kExecutionTimedOut ? "TIMED_OUT"
                                                                       : "";
  Require(told("status") == Value::String(status) && told("error") == of(EventField::kError) &&
              told("cause") == of(EventField::kCause) &&
              told("output") == (succeeded ? Value::String(last.payload.text()) : Value()),
          kModel, "who started " + arn + " was told " + ToJson(answer));
}

}  // namespace gait::simulation
