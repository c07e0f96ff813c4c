#include "tests/simulation/world.h"

#include <algorithm>
#include <exception>

#include "engine/definition/compile.h"
#include "engine/json/write.h"
#include "states/state_table.h"
#include "tests/simulation/history_tree.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/nested.h"
#include "tests/simulation/one_world.h"

namespace gait::simulation {
namespace {

// Nothing that is generated takes as long.
constexpr size_t kStepsMax = 100'000;
constexpr Duration kTimeMax = Duration::Days(2);

}  // namespace

World::World(uint64_t seed, Planted planted) : planted_(planted), random_(seed * 2 + 1) {
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

World::~World() {
  EndProcess(process_);
  EndProcess(zombie_);
}

void World::Run() {
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

void World::Fill(Report& report, bool with_histories) {
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

void World::Create(const GeneratedMachine& generated) {
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

bool World::Over() {
  if (!std::all_of(starters_.begin(), starters_.end(), [](const Starter& s) { return s.answered; })) return false;
  if (!std::all_of(redrivers_.begin(), redrivers_.end(), [](const Redriver& r) { return r.answered; })) return false;
  if (express_calls_left_ > 0 || express_.AnyUnderWay(generation_)) return false;
  // What ends with the executions, as the map runs do, is on its way.
  const bool quiet = process_ != nullptr && process_->Ready() == 0 && !process_->runner().failed();
  return quiet && disk_.RunningExecutions().empty();
}

void World::Step() {
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

std::vector<size_t> World::DueDeeds() const {
  std::vector<size_t> due;
  for (size_t i = 0; i < deeds_.size(); ++i) {
    if (deeds_[i].due_at <= clock_.Now()) due.push_back(i);
  }
  return due;
}

void World::Act(size_t deed) {
  const auto act = std::move(deeds_[deed].act);
  deeds_.erase(deeds_.begin() + static_cast<ptrdiff_t>(deed));
  act();
}

void World::LetTimePass(bool idle) {
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

void World::CheckTimers() {
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

std::vector<ExecutionRecord> World::Abandoned() {
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

void World::CheckStopped() {
  for (const ExecutionRecord& e : Abandoned()) {
    Require(orphans_.contains(e.id), kNestedStops, "execution " + std::to_string(e.id) + " runs on");
  }
}

Progress World::Folded(const std::vector<HistoryEvent>& events) {
  Progress progress;
  for (const HistoryEvent& e : events) progress.Apply(e);
  return progress;
}

void World::Boot() {
  Process::Options options;
  options.generation = ++generation_;
  settled_at_.reset();
  express_.ProcessBegan(generation_, clock_.Now());
  // What the process before this one should have stopped, and did not come to.
  for (const ExecutionRecord& e : Abandoned()) orphans_.insert(e.id);
  options.seed = facts_.seed;
  options.start_task = [this](Process& p, TaskRequest r, std::shared_ptr<TaskListener> l) {
    StartTask(p, std::move(r), std::move(l));
  };
  options.open_items = [this, fate = FateOfObjects()](const ItemReading& reading) {
    return OpenItems(facts_.seed, reading, fate);
  };
  options.open_object = [this, fate = FateOfObjects()](std::string_view bucket, std::string_view key) {
    Require(bucket == kResultBucket, kModel, "a result is written to " + std::string(bucket));
    return OpenResult(facts_.objects, key, fate);
  };
  options.log = [](Process& p, const std::string& line) {
    const bool expected =
        line.starts_with("the store failed") || line.ends_with("the simulated object cannot be written");
    Require(expected, kNoBugs, "process " + std::to_string(p.generation()) + ": " + line);
  };
  options.resident_max = resident_max_;
  options.timers_ahead = timers_ahead_;
  options.far_executions_max = far_executions_max_;
  options.acknowledges_early = planted_ == Planted::kEffectBeforeCommit;
  options.loses_timers = planted_ == Planted::kTimerLost;
  options.stores_cursors_first = planted_ == Planted::kCursorFirst;
  options.redrives_succeeded = planted_ == Planted::kSucceededAgain;
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

void World::EndProcess(std::unique_ptr<Process>& process) {
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

void World::Restarted() {
  facts_.restarts.push_back(clock_.Now());
  if (restarts_left_ > 0) --restarts_left_;
}

void World::Restart() {
  if (zombie_ != nullptr || OneIn(2)) return EndProcess(process_);
  process_->store().Fence();
  zombie_ = std::move(process_);
  Restarted();
}

void World::MayDie(int generation) {
  if (process_ == nullptr || process_->generation() != generation || crash_after_ == 0) return;
  if (--crash_after_ == 0) throw Crash{};
}

void World::WhileDiskIsBusy(int generation) {
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

void World::ActBeside(int generation, size_t deed) {
  try {
    Act(deed);
  } catch (const Crash&) {
    if (process_ != nullptr && process_->generation() == generation) throw;
    EndProcess(process_);
  }
}

void World::Written(const Batch& batch) {
  for (const Batch::Start& start : batch.starts) {
    Require(!machines_.at(start.execution.state_machine_id).generated->express, kExpressGone,
            "execution " + std::to_string(start.execution.id) + " was stored");
    const bool nested = machines_.at(start.execution.state_machine_id).generated == &generated_.child;
    if (nested && !start.name_taken && OneIn(8)) {
      After(Soon(8000), [this, id = start.execution.id] { Abort(id); });
    }
  }
  WrittenOfMapRuns(batch);
}

std::vector<HistoryEvent> World::HistoryOf(int64_t execution) {
  const auto record = disk_.GetExecution(execution);
  return record ? DecodeHistory(disk_.LoadHistory(*record)) : std::vector<HistoryEvent>();
}

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
