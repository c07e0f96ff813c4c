// The world of one seed, for its own sources: see tests/simulation/world.h.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/fold.h"
#include "tests/simulation/express.h"
#include "tests/simulation/generator.h"
#include "tests/simulation/objects.h"
#include "tests/simulation/process.h"
#include "tests/simulation/task_plan.h"
#include "tests/simulation/world.h"

namespace gait::simulation {

// When the first process starts.
inline constexpr Timestamp kBegin{1'800'000'000'000};

// The id of the machine that clients start.
inline constexpr int64_t kMachine = 1;

class World {
 public:
  World(uint64_t seed, Planted planted);

  ~World();
  void Run();
  void Fill(Report& report, bool with_histories);

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

  void Create(const GeneratedMachine& generated);

  bool OneIn(uint64_t n) { return random_.Below(n) == 0; }
  Duration Soon(uint64_t ms) { return Duration::Milliseconds(static_cast<int64_t>(random_.Below(ms))); }
  void After(Duration delay, std::function<void()> act, int generation = 0) {
    deeds_.push_back({clock_.Now() + delay, generation, std::move(act)});
  }
  bool Lives(int generation) const {
    return (process_ && process_->generation() == generation) || (zombie_ && zombie_->generation() == generation);
  }

  // ---- What happens next

  bool Over();
  void Step();

  std::vector<size_t> DueDeeds() const;
  void Act(size_t deed);

  // To the next moment at which something is due; or, where not all is done that could be, as on a slow machine, no
  // further than to the next.
  void LetTimePass(bool idle);

  // Nothing is under way in the process: what is on the disk tells when it is to be called back.
  void CheckTimers();

  // The nested executions that run and whose tasks do not wait for their ends any more.
  std::vector<ExecutionRecord> Abandoned();
  // Nothing is under way in the process: what it had to stop has ended.
  void CheckStopped();
  static Progress Folded(const std::vector<HistoryEvent>& events);

  // ---- Processes

  void Boot();

  void EndProcess(std::unique_ptr<Process>& process);
  void Restarted();

  // Killed, or its store taken over while it lives on.
  void Restart();

  std::vector<HistoryEvent> HistoryOfExpressChild(std::string_view arn);

  // Of those that the process which boots reads and writes.
  ObjectFate FateOfObjects();

  // A point at which the process may be killed.
  void MayDie(int generation);

  // Other threads work, and messages arrive.
  void WhileDiskIsBusy(int generation);

  // The process that this kills may be another one than that which waits for its disk.
  void ActBeside(int generation, size_t deed);

  void Written(const Batch& batch);
  // Which part of a Map Run's child ran in which of the run's, and I6.
  void WrittenOfMapRuns(const Batch& batch);
  void CheckConcurrency(const MapRunRecord& run);
  // Somebody changes how a run goes on.
  void UpdateMapRun(int64_t id);
  void NoteMapRedrive(int64_t child, int64_t redrive_count, int64_t map_redrive);
  static const Value* StateNamed(const Value& graph, std::string_view name) { return graph.Find("States")->Find(name); }

  // ---- Those outside (world_clients.cc)

  void PrepareClients();

  // Those whom the process that they asked did not answer.
  void AskAgain();
  StartRequest Request(Process& process, int64_t state_machine_id, const std::string& name);

  // Whom somebody outside reaches: most often the process that owns the store. Null: nobody just now.
  Process* Reach();
  void StartExecution(size_t starter);

  // The invariant that a process breaks that says what is not so.
  const char* Lost(int generation) const;
  void Closed(int generation, const ExecutionSnapshot& s);
  void ConsiderRedrive(const ExecutionRecord& record);
  void Redrive(size_t redriver);
  void Abort(int64_t id);

  // Starts an EXPRESS execution, and may wait for its end. Who gets no answer does not ask again.
  void CallExpress();
  static void CheckAnswer(const std::string& arn, const HistoryEvent& last, const Value& answer);

  // ---- Those who do tasks (world_tasks.cc)

  std::vector<HistoryEvent> HistoryOf(int64_t execution);

  // Is it on the disk that the attempt was given out?
  bool IsStartDurable(const TaskId& id);

  // Does the execution, as it is on the disk, wait for the attempt?
  bool IsAwaited(const TaskId& id);

  // A task leaves the process.
  void GivenOut(const Process& process, const TaskId& id, bool idempotent);

  // A task of an EXPRESS execution leaves the process. Gives what it is called in the facts.
  TaskId GivenOutByExpress(const Process& process, const TaskRequest& request);

  void StartTask(Process& process, TaskRequest request, std::shared_ptr<TaskListener> listener);
  void HoldToken(const std::string& text, const TaskPlan& plan);

  // Somebody who has never seen the token, and knows all but its random bits.
  void Forge(size_t number);
  void SendHeartbeat(size_t number, int left);
  void Heard(const TaskId& task, Timestamp sent);

  void Answer(size_t number);
  void Refused(Token& t, int generation);
  // The planted bug: a token stands for its state, not for its attempt.
  TaskToken TokenOfNextAttempt(size_t number);

  void Poll(size_t worker);

  const Planted planted_;
  SeededRandom random_;  // all choices
  VirtualClock clock_{kBegin};
  Generated generated_;
  MemoryStore disk_;
  std::map<int64_t, Machine> machines_;  // by their ids
  Facts facts_;
  ExpressRuns express_{facts_, generated_.express.definition, generated_.machine.definition,
                       [this](std::string_view arn) { return HistoryOfExpressChild(arn); }};

  std::vector<Deed> deeds_;
  std::vector<Starter> starters_;
  std::vector<Token> tokens_;
  std::vector<Worker> workers_;
  std::vector<Redriver> redrivers_;
  std::map<TaskId, int> given_out_;       // to the generation that did it last
  std::map<TaskId, Timestamp> heard_by_;  // not later did its holder get the token, or was the last heartbeat noted
  std::set<int64_t> orphans_;             // nested executions whose process ended before it had stopped them
  std::set<int64_t> started_;             // acknowledged
  std::set<int64_t> map_runs_;            // that were stored
  std::set<std::string> names_;           // of these

  size_t steps_ = 0;
  int generation_ = 0;
  int64_t resident_max_ = 0;
  Duration timers_ahead_ = RunnerOptions().timers_ahead;
  size_t far_executions_max_ = 0;
  uint64_t express_calls_left_ = 0;
  uint64_t restarts_left_ = 0, disk_failures_left_ = 0, object_failures_left_ = 0;
  std::optional<Timestamp> settled_at_;  // the process had done all that it could when it began
  uint64_t crash_after_ = 0;             // so many points at which the process may die; 0: it does not
  std::unique_ptr<Process> process_, zombie_;
};

}  // namespace gait::simulation
