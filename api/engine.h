// The engine behind the public header: it owns the store, the clock, the integrations and the runner, and hands each
// the tables of the layers above it. The one place that knows every layer.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "api/api_error.h"
#include "api/execution_log.h"
#include "api/gait.hpp"
#include "api/log_groups.h"
#include "api/own_service.h"
#include "api/pending.h"
#include "api/respond.h"
#include "engine/base/prometheus.h"
#include "engine/base/quotas.h"
#include "engine/definition/compile.h"
#include "engine/run/clock.h"
#include "engine/run/random.h"
#include "engine/run/runner.h"
#include "engine/store/store.h"
#include "integrations/integration_table.h"
#include "integrations/mock_config.h"
#include "integrations/service_models.h"

namespace gait {

struct FoundExecution;

class Retention;
struct RedrivesUnderWay;

// What an engine stands on. The simulation (tests/simulation) hands it another disk, clock and driver than a process
// has.
struct Surroundings {
  std::unique_ptr<Store> store;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Random> random;
  // Its `integration_of` is asked before the engine's own integrations are; what opens and writes objects, and a
  // `mocked_answer_of`, are its own.
  RunnerOptions runner;
};

class EngineCore {
 public:
  explicit EngineCore(EngineOptions options);
  EngineCore(EngineOptions options, Surroundings surroundings);
  ~EngineCore();

  // As the public header has them.
  void Start();
  void Stop();
  bool started() const { return started_; }
  bool stopped() const { return stopped_; }

  // Answers the operation `name`, or UnknownOperationException. Any thread.
  void Call(std::string_view name, const Value& request, Respond respond);

  std::optional<std::string> Failure() const;
  void WriteMetrics(PrometheusText& text) const;
  // A start came under a name in use; was it the same start again, which is answered as the first?
  void CountNameInUse(bool same) { (same ? starts_repeated_ : starts_refused_).fetch_add(1); }

  const EngineOptions& options() const { return options_; }
  const Account& account() const { return account_; }
  const Quotas& quotas() const { return quotas_; }
  Store& store() { return *store_; }
  Clock& clock() { return *clock_; }
  Random& random() { return *random_; }
  Runner& runner() { return *runner_; }
  // Held by what reads of a state machine or an activity and then changes it.
  std::mutex& changes() { return changes_; }
  RedrivesUnderWay& redrives() { return *redrives_; }
  IntegrationTable& integrations() { return *integrations_; }
  // The mock configuration; null if there is none.
  const MockConfig* mocks() const { return mocks_ ? &*mocks_ : nullptr; }

  LogGroups& log_groups() { return log_groups_; }
  // Executions log from now on, as their state machines say. Nothing listens to them before: that costs nothing.
  void StartLog();
  // Waits until what executions logged before is written.
  void FlushLog();
  // Of AWS's services; looked for when the first is asked for.
  ServiceModels& service_models();

  // Compiles a definition with this engine's quotas.
  CompileResult Compile(std::string_view definition, std::string_view type, bool to_execute = true) const;
  // The compiled revision; it is in the store, so it compiles.
  std::shared_ptr<const StateMachine> MachineOf(int64_t definition_id);
  // What the runner is told of an execution that is in the store, or is about to be.
  StartRequest RequestOf(const StateMachineRecord& machine, const DefinitionRecord& definition, std::string name);
  // Runs `start`, which is given a function that takes the answer, and waits for that; nothing if the engine stops.
  template <typename Answer, typename F>
  std::optional<Answer> Await(F start) {
    const auto pending = std::make_shared<Pending<Answer>>();
    start([pending](Answer answer) { pending->Give(std::move(answer)); });
    return waiting_.Wait(*pending, std::nullopt);
  }
  // Waits until the STANDARD execution has ended; nothing if the engine stops, or after `at_most`.
  std::optional<ExecutionResult> AwaitEnd(const FoundExecution& execution,
                                          std::optional<std::chrono::milliseconds> at_most);
  // Calls `ended` when it has ended: at once, or from a thread of the runner.
  void WhenEnded(const FoundExecution& execution, std::function<void(const ExecutionResult&)> ended);

  // Takes up stored executions; without `resume` they stand still, to be ended.
  void Recover(const std::vector<ExecutionRecord>& executions, bool resume);
  void Recover(const ExecutionRecord& execution, bool resume) { Recover(std::vector{execution}, resume); }

 private:
  void Recover(const ExecutionRecord& execution, StartRequest request, bool resume);

  const EngineOptions options_;
  const Account account_;
  const Quotas quotas_;
  const std::optional<MockConfig> mocks_;
  std::unique_ptr<Random> random_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Store> store_;
  LogGroups log_groups_;
  std::unique_ptr<ExecutionLog> log_;  // outlives the runner, whose threads use it
  std::once_flag start_log_;
  std::atomic<bool> log_started_{false};
  OwnService own_service_{*this};
  std::unique_ptr<IntegrationTable> integrations_;
  const std::unique_ptr<RedrivesUnderWay> redrives_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<Retention> retention_;  // null: histories are kept for ever
  int64_t first_execution_ = 0;           // the first that was not there when the database was opened
  std::atomic<bool> started_{false}, stopped_{false};
  std::atomic<uint64_t> starts_refused_{0}, starts_repeated_{0};
  std::once_flag stop_;
  std::once_flag find_service_models_;
  std::unique_ptr<ServiceModels> service_models_;
  WaitingThreads waiting_;
  std::mutex changes_;

  std::mutex mutex_;
  std::map<int64_t, std::shared_ptr<const StateMachine>> machines_;  // by definition id; guarded by mutex_
  // The ends of executions that threads wait for, so that waits which time out leave one callback behind at the most.
  std::map<int64_t, std::shared_ptr<Pending<ExecutionResult>>> ends_;  // by execution id; guarded by mutex_
};

}  // namespace gait
