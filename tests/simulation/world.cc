#include "tests/simulation/world.h"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "engine/definition/compile.h"
#include "engine/history/event_table.h"
#include "engine/history/fold.h"
#include "engine/json/write.h"
#include "states/state_table.h"
#include "tests/simulation/express.h"
#include "tests/simulation/generator.h"
#include "tests/simulation/history_tree.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/nested.h"
#include "tests/simulation/process.h"
#include "tests/simulation/task_plan.h"

namespace gait::simulation {
namespace {

constexpr Timestamp kBegin{1'800'000'000'000};
// Nothing that is generated takes as long.
constexpr size_t kStepsMax = 100'000;
constexpr Duration kTimeMax = Duration::Days(2);

using T = EventType;

constexpr int64_t kMachine = 1;  // the id of the machine that clients start

bool IsStarted(T type) {
  return type == T::kTaskStarted || type == T::kLambdaFunctionStarted || type == T::kActivityStarted;
}

class World {
 public:
  World(uint64_t seed, Planted planted) : planted_(planted), random_(seed * 2 + 1) {
    facts_.seed = seed;
    SeededRandom generates(seed * 2);
    generated_ = Generate(generates);
    Create(generated_.machine);
    Create(generated_.child);
    Create(generated_.express);
    for (const std::string& arn : generated_.activities) {
      ActivityRecord activity;
      activity.name = arn.substr(arn.rfind(':') + 1);
      disk_.CreateActivity(activity);
    }
  }

  ~World() {
    EndProcess(process_);
    EndProcess(zombie_);
  }

  void Run() {
    PrepareClients();
    try {
      while (!Over()) Step();
    } catch (const std::exception& e) {
      throw Violation{kNoBugs, e.what()};
    }
    EndProcess(process_);
    EndProcess(zombie_);
    std::map<int64_t, GeneratedMachine> machines;
    for (const auto& [id, machine] : machines_) machines[id] = *machine.generated;
    CheckInvariants(disk_, machines, facts_, started_);
  }

  void Fill(Report& report, bool with_histories) {
    for (const auto& [id, machine] : machines_) {
      const GeneratedMachine& m = *machine.generated;
      report.machines += m.name + " " + ToPrettyJson(m.definition) + "\ninput " + ToJson(m.input) + "\n";
    }
    report.executions = express_.size();
    for (const auto& [arn, run] : express_.all()) {
      if (with_histories) report.histories += "execution " + arn + "\n" + Describe(run.events);
    }
    report.steps = steps_;
    report.restarts = facts_.restarts.size();
    report.tasks = given_out_.size();
    for (const ExecutionRecord& e : AllExecutions(disk_)) {
      ++report.executions;
      if (!with_histories) continue;
      report.histories += "execution " + std::to_string(e.id) + " " + e.name + " " + std::string(StatusName(e.status)) +
                          (e.map_run_id == 0 ? "" : " of run " + std::to_string(e.map_run_id)) + "\n" +
                          Describe(DecodeHistory(disk_.LoadHistory(e)));
    }
  }

 private:
  struct Machine {
    const GeneratedMachine* generated;
    std::shared_ptr<const StateMachine> compiled;
    StateMachineRecord record;
  };
  // What somebody outside does at a time. Of a task that a process has given out, it is gone with the process.
  struct Deed {
    Timestamp due_at;
    int generation = 0;  // 0: of no process
    std::function<void()> act;
  };
  // Who starts an execution, and asks again until it is answered.
  struct Starter {
    std::string name;
    bool answered = false;
  };
  // Who holds a task token.
  struct Token {
    std::string text;
    TaskId task;
    TaskPlan plan;
    bool taken = false;    // its answer was
    bool refused = false;  // nobody waits for it any more
  };
  // Who has an execution redriven that has ended without success.
  struct Redriver {
    int64_t execution;
    int64_t count;  // the how many-th redrive it is
    int asked = 0;  // the generation that was, and has not answered
    bool answered = false;
  };
  struct Worker {
    std::string activity;
    bool polls = false;
  };

  void Create(const GeneratedMachine& generated) {
    CompileOptions options;
    options.states = StateTypes();
    options.type = generated.express ? StateMachineType::kExpress : StateMachineType::kStandard;
    CompileResult compiled = CompileDefinition(ToJson(generated.definition), options);
    std::string findings;
    for (const Diagnostic& d : compiled.diagnostics) findings += d.pointer + ": " + d.message + "; ";
    Require(compiled.machine != nullptr, "what is generated compiles", findings);
    StateMachineRecord record;
    record.name = generated.name;
    record.type = TypeName(options.type);
    DefinitionRecord definition;
    definition.text = ToJson(generated.definition);
    record = *disk_.CreateStateMachine(record, definition);
    machines_[record.id] = {&generated, std::move(compiled.machine), record};
  }

  bool OneIn(uint64_t n) { return random_.Below(n) == 0; }
  Duration Soon(uint64_t ms) { return Duration::Milliseconds(static_cast<int64_t>(random_.Below(ms))); }
  void After(Duration delay, std::function<void()> act, int generation = 0) {
    deeds_.push_back({clock_.Now() + delay, generation, std::move(act)});
  }
  bool Lives(int generation) const {
    return (process_ && process_->generation() == generation) || (zombie_ && zombie_->generation() == generation);
  }

  // ---- What happens next

  bool Over() {
    if (!std::all_of(starters_.begin(), starters_.end(), [](const Starter& s) { return s.answered; })) return false;
    if (!std::all_of(redrivers_.begin(), redrivers_.end(), [](const Redriver& r) { return r.answered; })) return false;
    if (express_calls_left_ > 0 || express_.AnyUnderWay(generation_)) return false;
    // What ends with the executions, as the map runs do, is on its way.
    const bool quiet = process_ != nullptr && process_->Ready() == 0 && !process_->runner().failed();
    return quiet && disk_.RunningExecutions().empty();
  }

  void Step() {
    Require(++steps_ < kStepsMax && clock_.Now() < kBegin + kTimeMax, kAcknowledged, "an execution does not end");
    if (process_ == nullptr) return Boot();
    if (zombie_ != nullptr && OneIn(60)) return EndProcess(zombie_);
    if (restarts_left_ > 0 && OneIn(120)) return Restart();
    if (process_->runner().failed() && OneIn(20)) return Restart();
    const size_t ours = process_->Ready();
    if (ours == 0 && !settled_at_) settled_at_ = clock_.Now();
    const size_t zombies = zombie_ == nullptr ? 0 : zombie_->Ready();
    const std::vector<size_t> due = DueDeeds();
    const size_t all = ours + zombies + due.size();
    if (ours == 0 && OneIn(4) && !process_->runner().failed()) {
      CheckTimers();
      CheckStopped();
    }
    if (all == 0 || OneIn(30)) return LetTimePass(all == 0);
    size_t which = random_.Below(all);
    try {
      if (which < ours) {
        process_->Do(which);
      } else if ((which -= ours) < zombies) {
        zombie_->Do(which);
      } else {
        Act(due[which - zombies]);
      }
    } catch (const Crash&) {
      EndProcess(process_);
    }
  }

  std::vector<size_t> DueDeeds() const {
    std::vector<size_t> due;
    for (size_t i = 0; i < deeds_.size(); ++i) {
      if (deeds_[i].due_at <= clock_.Now()) due.push_back(i);
    }
    return due;
  }
  void Act(size_t deed) {
    const auto act = std::move(deeds_[deed].act);
    deeds_.erase(deeds_.begin() + static_cast<ptrdiff_t>(deed));
    act();
  }

  // To the next moment at which something is due; or, where not all is done that could be, as on a slow machine, no
  // further than to the next.
  void LetTimePass(bool idle) {
    std::optional<Timestamp> next;
    const auto consider = [&](std::optional<Timestamp> t) {
      if (t && *t > clock_.Now() && (!next || *t < *next)) next = t;
    };
    for (const Deed& d : deeds_) consider(d.due_at);
    consider(process_->NextTimer());
    if (zombie_ != nullptr) consider(zombie_->NextTimer());
    if (next) return clock_.AdvanceTo(OneIn(3) ? *next + Soon(300) : *next);
    if (!idle) return;
    Require(process_->runner().failed(), kAcknowledged, "an execution waits for nothing");
    Restart();
  }

  // Nothing is under way in the process: what is on the disk tells when it is to be called back.
  void CheckTimers() {
    for (const ExecutionRecord& e : disk_.RunningExecutions()) {
      const auto require = [&](Timestamp from, Timestamp to, const std::string& what) {
        Require(process_->HasTimer(e.id, from, to), kNoTimerLost, what);
      };
      const std::string which = " of execution " + std::to_string(e.id);
      const Progress progress = Folded(HistoryOf(e.id));
      const auto timeout = machines_.at(e.state_machine_id).compiled->timeout_seconds();
      if (timeout && e.map_run_id == 0) {
        const Timestamp due = progress.timed_from() + Duration::Seconds(*timeout);
        require(due, due, "the time-out" + which);
      }
      for (const Branch* b : progress.branches()) {
        if (b->phase == Branch::Phase::kWaiting || b->phase == Branch::Phase::kRetrying) {
          require(b->due_at, b->due_at, "that of branch " + std::to_string(b->id) + which);
        }
        if (b->task == nullptr) continue;
        const std::string task = "task " + std::to_string(b->task->scheduled_event) + which;
        if (b->task->timeout_seconds) {
          const Timestamp due = b->task->scheduled_at + Duration::Seconds(*b->task->timeout_seconds);
          require(due, due, "the time-out of " + task);
        }
        if (!b->task->heartbeat_seconds || b->task->token_hash.is_undefined()) continue;
        // The last that was noted moved it, or that the process took the task up.
        const auto heard = heard_by_.find({e.id, b->task->scheduled_event});
        const Timestamp since = heard == heard_by_.end() ? *settled_at_ : std::max(*settled_at_, heard->second);
        require(clock_.Now(), since + Duration::Seconds(*b->task->heartbeat_seconds), "the heartbeat of " + task);
      }
    }
  }

  // The nested executions that run and whose tasks do not wait for their ends any more.
  std::vector<ExecutionRecord> Abandoned() {
    std::vector<ExecutionRecord> abandoned;
    for (const ExecutionRecord& e : disk_.RunningExecutions()) {
      const std::string key = StartedBy(HistoryOf(e.id).front());
      if (key.empty() || e.redrive_count > 0) continue;  // that somebody else has redriven it is no task's affair
      const auto [parent_arn, event] = ReadKey(key);
      const int64_t parent = disk_.FindExecution(kMachine, parent_arn.substr(parent_arn.rfind(':') + 1))->id;
      const auto events = HistoryOf(parent);
      const auto scheduled =
          std::find_if(events.begin(), events.end(), [id = event](const HistoryEvent& s) { return s.id == id; });
      const bool waits = WaitsForEnd(scheduled->Get(EventField::kResource)->as_string());
      if (waits && !IsAwaited({parent, event})) abandoned.push_back(e);
    }
    return abandoned;
  }
  // Nothing is under way in the process: what it had to stop has ended.
  void CheckStopped() {
    for (const ExecutionRecord& e : Abandoned()) {
      Require(orphans_.contains(e.id), kNestedStops, "execution " + std::to_string(e.id) + " runs on");
    }
  }
  static Progress Folded(const std::vector<HistoryEvent>& events) {
    Progress progress;
    for (const HistoryEvent& e : events) progress.Apply(e);
    return progress;
  }

  // ---- Processes

  void Boot() {
    Process::Options options;
    options.generation = ++generation_;
    settled_at_.reset();
    // What the process before this one should have stopped, and did not come to.
    for (const ExecutionRecord& e : Abandoned()) orphans_.insert(e.id);
    options.seed = facts_.seed;
    options.start_task = [this](Process& p, TaskRequest r, std::shared_ptr<TaskListener> l) {
      StartTask(p, std::move(r), std::move(l));
    };
    options.log = [](Process& p, const std::string& line) {
      Require(line.starts_with("the store failed"), kNoBugs, "process " + std::to_string(p.generation()) + ": " + line);
    };
    options.resident_max = resident_max_;
    options.timers_ahead = timers_ahead_;
    options.far_executions_max = far_executions_max_;
    options.acknowledges_early = planted_ == Planted::kEffectBeforeCommit;
    options.loses_timers = planted_ == Planted::kTimerLost;
    options.loses_stored_timers = planted_ == Planted::kStoredTimerLost;
    SimulatedStore::Fate fate;
    fate.call = [this, generation = generation_] { MayDie(generation); };
    fate.busy = [this, generation = generation_] { WhileDiskIsBusy(generation); };
    fate.disk_fails = [this] { return disk_failures_left_ > 0 && OneIn(40) && disk_failures_left_-- > 0; };
    fate.written = [this](const Batch& batch) { Written(batch); };
    crash_after_ = restarts_left_ > 0 && OneIn(2) ? 1 + random_.Below(80) : 0;
    try {
      process_ = std::make_unique<Process>(disk_, clock_, random_, std::move(fate), std::move(options));
      // From now on no client's request reads them.
      for (const auto& [id, machine] : machines_) process_->core().MachineOf(machine.record.definition_id);
      process_->runner().Observe([this, generation = generation_](const ExecutionInfo& info, const auto& events) {
        if (info.type == StateMachineType::kExpress) express_.Observe(generation, info, events);
      });
      // As EngineCore does it.
      const std::vector<MapRunRecord> map_runs = process_->store().RunningMapRuns();
      std::vector<ExecutionRecord> running = process_->store().RunningExecutions();
      std::reverse(running.begin(), running.end());
      for (const ExecutionRecord& e : running) {
        process_->core().Recover(e, /*resume=*/true);
        process_->runner().WhenClosed(
            e.id, [this, generation = generation_](const ExecutionSnapshot& s) { Closed(generation, s); });
        if (OneIn(2)) process_->DoTurn();
      }
      process_->runner().StopAbandoned(map_runs);
    } catch (const Crash&) {
      return EndProcess(process_);
    }
    AskAgain();
    for (size_t i = 0; i < workers_.size(); ++i) {
      workers_[i].polls = false;
      After(Soon(3000), [this, i] { Poll(i); });
    }
  }

  StartRequest Request(Process& process, int64_t state_machine_id, const std::string& name) {
    const Machine& machine = machines_.at(state_machine_id);
    StartRequest request =
        process.core().RequestOf(machine.record, *disk_.GetDefinition(machine.record.definition_id), name);
    request.input = Payload(machine.generated->input);
    return request;
  }

  // Those whom the process that they asked did not answer.
  void AskAgain() {
    for (size_t i = 0; i < starters_.size(); ++i) {
      if (!starters_[i].answered) After(Soon(3000), [this, i] { StartExecution(i); });
    }
    for (size_t i = 0; i < redrivers_.size(); ++i) {
      if (!redrivers_[i].answered) After(Soon(3000), [this, i] { Redrive(i); });
    }
  }

  void EndProcess(std::unique_ptr<Process>& process) {
    if (process == nullptr) return;
    const std::unique_ptr<Process> dead = std::move(process);
    express_.ProcessEnded(dead->generation());
    std::erase_if(deeds_, [&](const Deed& d) { return d.generation == dead->generation(); });
    if (dead->store().fenced()) {
      AskAgain();
    } else {
      Restarted();
    }
  }
  void Restarted() {
    facts_.restarts.push_back(clock_.Now());
    if (restarts_left_ > 0) --restarts_left_;
  }

  // Killed, or its store taken over while it lives on.
  void Restart() {
    if (zombie_ != nullptr || OneIn(2)) return EndProcess(process_);
    process_->store().Fence();
    zombie_ = std::move(process_);
    Restarted();
  }

  // A point at which the process may be killed.
  void MayDie(int generation) {
    if (process_ == nullptr || process_->generation() != generation || crash_after_ == 0) return;
    if (--crash_after_ == 0) throw Crash{};
  }

  // Other threads work, and messages arrive.
  void WhileDiskIsBusy(int generation) {
    for (uint64_t i = random_.Below(3); i > 0; --i) {
      const std::vector<size_t> due = DueDeeds();
      if (!due.empty() && OneIn(3)) {
        ActBeside(generation, due[random_.Below(due.size())]);
      } else if (process_ != nullptr && process_->generation() == generation) {
        process_->DoTurn();
      } else if (zombie_ != nullptr && zombie_->generation() == generation) {
        zombie_->DoTurn();
      }
    }
  }

  // The process that this kills may be another one than that which waits for its disk.
  void ActBeside(int generation, size_t deed) {
    try {
      Act(deed);
    } catch (const Crash&) {
      if (process_ != nullptr && process_->generation() == generation) throw;
      EndProcess(process_);
    }
  }

  // I6 of Distributed Maps.
  void Written(const Batch& batch) {
    for (const Batch::Start& start : batch.starts) {
      Require(!machines_.at(start.execution.state_machine_id).generated->express, kExpressGone,
              "execution " + std::to_string(start.execution.id) + " was stored");
      const bool nested = machines_.at(start.execution.state_machine_id).generated == &generated_.child;
      if (nested && !start.name_taken && OneIn(8)) {
        After(Soon(8000), [this, id = start.execution.id] { Abort(id); });
      }
      if (start.execution.map_run_id == 0) continue;
      const MapRunRecord run = *disk_.GetMapRun(start.execution.map_run_id);
      const Value& graph = machines_.at(start.execution.state_machine_id).generated->definition;
      const Value* map = StateNamed(graph, run.state_name);
      const Value* limit = map->Find("MaxConcurrency");
      if (limit == nullptr || limit->as_int() == 0) continue;
      const auto children = disk_.ChildrenOf(run.id);
      const auto running = std::count_if(children.begin(), children.end(), [](const ExecutionRecord& e) {
        return e.status == ExecutionStatus::kRunning;
      });
      Require(running <= limit->as_int(), kConcurrency,
              std::to_string(running) + " children of " + run.state_name + " at a time");
    }
  }
  static const Value* StateNamed(const Value& graph, std::string_view name) { return graph.Find("States")->Find(name); }

  // ---- Those outside

  void PrepareClients() {
    restarts_left_ = random_.Below(6);
    resident_max_ = OneIn(4) ? 1000 : static_cast<int64_t>(random_.Below(2));
    if (!OneIn(4)) timers_ahead_ = Soon(OneIn(2) ? 1000 : 4000);
    far_executions_max_ = OneIn(2) ? 1 : 1 + random_.Below(3);
    disk_failures_left_ = OneIn(3) ? random_.Below(3) : 0;
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

  // Whom somebody outside reaches: most often the process that owns the store. Null: nobody just now.
  Process* Reach() {
    if (zombie_ != nullptr && OneIn(4) && !zombie_->runner().failed()) return zombie_.get();
    return process_ == nullptr || process_->runner().failed() ? nullptr : process_.get();
  }

  void StartExecution(size_t starter) {
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
            return Require(disk_.FindExecution(kMachine, who.name).has_value(), kUniqueNames,
                           who.name + " is not taken");
          }
          const auto record = disk_.GetExecution(s.id);
          Require(record && record->name == who.name, Lost(generation), "the start of " + who.name + " is not durable");
          Require(names_.insert(who.name).second, kUniqueNames, who.name + " was started twice");
          started_.insert(s.id);
          if (OneIn(6)) After(Soon(20'000), [this, id = s.id] { Abort(id); });
        },
        [this, generation](const ExecutionSnapshot& s) { Closed(generation, s); });
  }

  // The invariant that a process breaks that says what is not so.
  const char* Lost(int generation) const {
    return zombie_ != nullptr && zombie_->generation() == generation ? kFenced : kJournalFirst;
  }

  void Closed(int generation, const ExecutionSnapshot& s) {
    if (!Lives(generation) || s.status == ExecutionStatus::kRunning) return;
    MayDie(generation);
    const auto record = disk_.GetExecution(s.id);
    Require(record && record->status == s.status, Lost(generation),
            "the end of execution " + std::to_string(s.id) + " is not durable");
    ConsiderRedrive(*record);
  }

  void ConsiderRedrive(const ExecutionRecord& record) {
    const bool may_be_redriven = record.status != ExecutionStatus::kSucceeded && record.map_run_id == 0;
    if (!may_be_redriven || record.redrive_count == 2 || !OneIn(3)) return;
    const bool asked_for = std::any_of(redrivers_.begin(), redrivers_.end(), [&](const Redriver& r) {
      return r.execution == record.id && r.count > record.redrive_count;
    });
    if (asked_for) return;
    redrivers_.push_back({record.id, record.redrive_count + 1});
    After(Soon(8000), [this, redriver = redrivers_.size() - 1] { Redrive(redriver); });
  }

  void Redrive(size_t redriver) {
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
          Require(disk_.GetExecution(s.id)->redrive_count == answered.count, Lost(generation),
                  "redrive " + std::to_string(answered.count) + " of execution " + std::to_string(s.id) +
                      " is not durable");
          answered.answered = true;
        },
        [this, generation](const ExecutionSnapshot& s) { Closed(generation, s); });
  }

  void Abort(int64_t id) {
    Process* const process = Reach();
    if (process == nullptr) return After(Soon(3000), [this, id] { Abort(id); });
    facts_.aborted.insert(id);
    process->runner().Abort(
        id, "Stopped", "by somebody outside",
        [this, generation = process->generation()](const ExecutionSnapshot& s) { Closed(generation, s); });
  }

  // Starts an EXPRESS execution, and may wait for its end. Who gets no answer does not ask again.
  void CallExpress() {
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
                           Require(express_.Knows(arn), kModel, "nobody has heard of " + arn);
                           if (waits) CheckAnswer(arn, express_.At(arn).events.back(), *answer);
                         });
  }
  static void CheckAnswer(const std::string& arn, const HistoryEvent& last, const Value& answer) {
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

  // ---- Tasks

  std::vector<HistoryEvent> HistoryOf(int64_t execution) {
    const auto record = disk_.GetExecution(execution);
    return record ? DecodeHistory(disk_.LoadHistory(*record)) : std::vector<HistoryEvent>();
  }

  // Is it on the disk that the attempt was given out?
  bool IsStartDurable(const TaskId& id) {
    std::optional<BranchId> branch;
    for (const HistoryEvent& e : HistoryOf(id.execution)) {
      if (e.id == id.scheduled_event && e.id != 0) branch = e.branch;
      if (branch == e.branch && IsStarted(e.type)) return true;
    }
    return false;
  }

  // Does the execution, as it is on the disk, wait for the attempt?
  bool IsAwaited(const TaskId& id) {
    const Progress progress = Folded(HistoryOf(id.execution));
    for (const Branch* b : progress.branches()) {
      if (b->task != nullptr && b->task->scheduled_event == id.scheduled_event) return true;
    }
    return false;
  }

  // A task leaves the process.
  void GivenOut(const Process& process, const TaskId& id, bool idempotent) {
    Require(!process.store().fenced() || idempotent, kFenced, "a process that lost the store gave out a task");
    Require(IsStartDurable(id), kJournalFirst,
            "task " + std::to_string(id.scheduled_event) + " of execution " + std::to_string(id.execution) +
                " was given out before that was durable");
    const auto [given, first] = given_out_.emplace(id, process.generation());
    Require(first || (idempotent && given->second != process.generation()), kOnceOnly,
            "task " + std::to_string(id.scheduled_event) + " of execution " + std::to_string(id.execution));
    given->second = process.generation();
    heard_by_[id] = clock_.Now();
  }

  // A task of an EXPRESS execution leaves the process. Gives what it is called in the facts.
  TaskId GivenOutByExpress(const Process& process, const TaskRequest& request) {
    Require(express_.Knows(request.execution_arn), kModel, "nobody has heard of " + request.execution_arn);
    const ExpressRuns::Run& run = express_.At(request.execution_arn);
    Require(run.generation == process.generation(), kExpressGone, "a task of one is given out after its process");
    const TaskId id{run.number, request.id.scheduled_event};
    Require(given_out_.emplace(id, process.generation()).second, kOnceOnly,
            "task " + std::to_string(id.scheduled_event) + " of " + request.execution_arn);
    return id;
  }

  void StartTask(Process& process, TaskRequest request, std::shared_ptr<TaskListener> listener) {
    const int generation = process.generation();
    MayDie(generation);
    const bool express = request.execution_arn.find(":express:") != std::string::npos;
    if (express) {
      request.id = GivenOutByExpress(process, request);
    } else {
      GivenOut(process, request.id, process.IsIdempotent(request));
    }
    const TaskPlan plan = PlanOf(facts_.seed, request.parameters);
    if (const Value* token = request.parameters.Find("token")) {
      HoldToken(std::string(token->as_string()), plan);
      const auto submitted = [listener] { listener->Submitted(Value::Object({{"took", Value::Bool(true)}})); };
      if (OneIn(2)) return submitted();
      return After(Soon(2000), submitted, generation);
    }
    if (plan.kind != TaskPlan::Kind::kNeverAnswers) {
      const auto answer = [this, listener, plan, id = request.id, express, generation] {
        if (express || (process_ && process_->generation() == generation)) facts_.answered.emplace(id, clock_.Now());
        if (plan.kind == TaskPlan::Kind::kSucceeds) return listener->Succeeded(plan.output);
        listener->Failed({plan.error, plan.cause});
      };
      if (plan.delay.ms != 0) return After(plan.delay, answer, generation);
      answer();
    }
    MayDie(generation);
  }

  void HoldToken(const std::string& text, const TaskPlan& plan) {
    // An idempotent target may be given its task, and the token in it, once more.
    const auto same = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& t) { return t.text == text; });
    const auto token = static_cast<size_t>(same - tokens_.begin());
    if (same == tokens_.end()) tokens_.push_back({text, ReadTaskToken(text)->task, plan});
    if (OneIn(4)) After(Soon(6000), [this, token] { Forge(token); });
    if (plan.heartbeat_every.ms != 0) {
      After(plan.heartbeat_every, [this, token, left = plan.heartbeats] { SendHeartbeat(token, left); });
    }
    if (plan.kind == TaskPlan::Kind::kNeverAnswers) return;
    Duration delay = plan.delay;
    for (int i = 0; i < plan.answers; ++i) {
      After(delay, [this, token] { Answer(token); });
      delay.ms += Soon(6000).ms;
    }
  }

  // Somebody who has never seen the token, and knows all but its random bits.
  void Forge(size_t number) {
    if (process_ == nullptr || process_->runner().failed()) return;
    std::string text = tokens_[number].text;
    text.back() = text.back() == 'A' ? 'B' : 'A';
    const TaskToken token = *ReadTaskToken(text);
    process_->runner().AnswerTask(
        token, TaskSucceeded{token.task.scheduled_event, Payload(Value::Null())},
        [](Runner::TokenUse use) { Require(use != Runner::TokenUse::kTaken, kTokenOnce, "a forged token was taken"); });
  }

  void SendHeartbeat(size_t number, int left) {
    if (left == 0 || tokens_[number].taken || tokens_[number].refused) return;
    After(tokens_[number].plan.heartbeat_every, [this, number, left] { SendHeartbeat(number, left - 1); });
    if (process_ == nullptr || process_->runner().failed()) return;
    const TaskToken token = *ReadTaskToken(tokens_[number].text);
    if (planted_ == Planted::kHeartbeatLost) return Heard(token.task, clock_.Now());
    process_->runner().AnswerTask(
        token, TaskHeartbeat{token.task.scheduled_event},
        [this, number, generation = process_->generation(), sent = clock_.Now()](Runner::TokenUse use) {
          if (!Lives(generation)) return;
          Token& t = tokens_[number];
          if (use == Runner::TokenUse::kNotAwaited) Refused(t, generation);
          if (use == Runner::TokenUse::kTaken && generation == generation_) Heard(t.task, sent);
        });
  }
  void Heard(const TaskId& task, Timestamp sent) {
    facts_.heartbeat_at[task] = std::max(facts_.heartbeat_at[task], sent);
    heard_by_[task] = clock_.Now();
  }

  void Answer(size_t number) {
    Process* const process = Reach();
    if (process == nullptr) return After(Soon(3000), [this, number] { Answer(number); });
    const TaskPlan& plan = tokens_[number].plan;
    TaskToken token = *ReadTaskToken(tokens_[number].text);
    if (planted_ == Planted::kTokenTwice && tokens_[number].taken) token = TokenOfNextAttempt(number);
    const int64_t event = token.task.scheduled_event;
    Message message = plan.kind == TaskPlan::Kind::kSucceeds ? Message(TaskSucceeded{event, Payload(plan.output)})
                                                             : Message(TaskFailed{event, {plan.error, plan.cause}});
    process->runner().AnswerTask(
        token, std::move(message), [this, number, generation = process->generation()](Runner::TokenUse use) {
          if (!Lives(generation)) return;
          Token& t = tokens_[number];
          switch (use) {
            case Runner::TokenUse::kTaken:
              Require(!t.taken, kTokenOnce,
                      "the token of event " + std::to_string(t.task.scheduled_event) + " was taken twice");
              Require(!IsAwaited(t.task), Lost(generation), "a token's answer is not durable");
              MayDie(generation);
              t.taken = true;
              break;
            case Runner::TokenUse::kNotAwaited: Refused(t, generation); break;
            case Runner::TokenUse::kFailed: After(Soon(3000), [this, number] { Answer(number); }); break;
          }
        });
  }
  void Refused(Token& t, int generation) {
    if (generation != generation_) return;  // who has lost the store does not know what was begun since
    Require(!IsAwaited(t.task), kTokenOnce,
            "the token of event " + std::to_string(t.task.scheduled_event) + " was refused, and its task waits");
    t.refused = true;
  }
  // The planted bug: a token stands for its state, not for its attempt.
  TaskToken TokenOfNextAttempt(size_t number) {
    for (const Token& t : tokens_) {
      if (t.task.execution == tokens_[number].task.execution && !t.taken && !t.refused) return *ReadTaskToken(t.text);
    }
    return *ReadTaskToken(tokens_[number].text);
  }

  void Poll(size_t worker) {
    if (workers_[worker].polls) return;
    Process* const process = Reach();
    if (process == nullptr) return After(Soon(3000), [this, worker] { Poll(worker); });
    const int generation = process->generation();
    workers_[worker].polls = true;
    process->runner().PollActivity(
        workers_[worker].activity, Value::String("worker"), [] { return true; },
        [this, worker, generation](PollStatus status, const ActivityTask& task) {
          if (!Lives(generation)) return;
          MayDie(generation);
          workers_[worker].polls = false;
          After(Soon(4000), [this, worker] { Poll(worker); });
          if (status != PollStatus::kTask) return;
          const Process& from = process_ && process_->generation() == generation ? *process_ : *zombie_;
          GivenOut(from, ReadTaskToken(task.token)->task, /*idempotent=*/false);
          HoldToken(task.token, PlanOf(facts_.seed, task.input.value()));
        });
  }

  const Planted planted_;
  SeededRandom random_;  // all choices
  VirtualClock clock_{kBegin};
  Generated generated_;
  MemoryStore disk_;
  std::map<int64_t, Machine> machines_;  // by their ids
  Facts facts_;
  ExpressRuns express_{facts_, generated_.express.definition};

  std::vector<Deed> deeds_;
  std::vector<Starter> starters_;
  std::vector<Token> tokens_;
  std::vector<Worker> workers_;
  std::vector<Redriver> redrivers_;
  std::map<TaskId, int> given_out_;       // to the generation that did it last
  std::map<TaskId, Timestamp> heard_by_;  // not later did its holder get the token, or was the last heartbeat noted
  std::set<int64_t> orphans_;             // nested executions whose process ended before it had stopped them
  std::set<int64_t> started_;             // acknowledged
  std::set<std::string> names_;           // of these

  size_t steps_ = 0;
  int generation_ = 0;
  int64_t resident_max_ = 0;
  Duration timers_ahead_ = RunnerOptions().timers_ahead;
  size_t far_executions_max_ = 0;
  uint64_t express_calls_left_ = 0;
  uint64_t restarts_left_ = 0, disk_failures_left_ = 0;
  std::optional<Timestamp> settled_at_;  // the process had done all that it could when it began
  uint64_t crash_after_ = 0;             // so many points at which the process may die; 0: it does not
  std::unique_ptr<Process> process_, zombie_;
};

}  // namespace

Report Simulate(uint64_t seed, Planted planted, bool verbose) {
  Report report;
  std::optional<World> world;
  try {
    world.emplace(seed, planted);
    world->Run();
  } catch (const Violation& violation) {
    report.clean = false;
    report.violation = violation;
  }
  if (world) world->Fill(report, verbose || !report.clean);
  return report;
}

}  // namespace gait::simulation
