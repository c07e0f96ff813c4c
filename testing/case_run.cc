#include "testing/case_run.h"

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <utility>

#include "api/engine.h"
#include "engine/base/check.h"
#include "engine/base/error_names.h"
#include "engine/json/document.h"
#include "engine/run/clock.h"
#include "engine/run/random.h"
#include "engine/store/memory_store.h"
#include "engine/task/resource.h"
#include "integrations/mocked.h"
#include "integrations/s3_bytes.h"

namespace gait {
namespace {

// The test case that the execution runs, as far as the engine knows: any but "", for then mocks are asked.
constexpr std::string_view kTestCase = "case";
constexpr uint64_t kSeed = 1;

// What a ResultWriter writes into a bucket that is nowhere.
class DroppedBytes : public ByteSink {
 public:
  std::optional<WorkflowError> Write(std::string_view) override { return std::nullopt; }
  std::optional<WorkflowError> Finish() override { return std::nullopt; }
};

std::string Times(int64_t n) { return n == 1 ? "1 attempt" : std::to_string(n) + " attempts"; }

// Where the mock of a state has no answer.
bool Answers(const MockedResponse& response, int64_t attempt) {
  for (const MockedAttempts& a : response) {
    if (attempt >= a.first && attempt <= a.last) return true;
  }
  return false;
}

BucketTargets BucketsOf(const std::string& targets_file) {
  if (targets_file.empty()) return {};
  std::ifstream file(targets_file, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return ReadTargets(text.str(), FormatOfFile(targets_file), std::filesystem::path(targets_file).parent_path().string())
      .targets.buckets;
}

// Calls `visit` with each ARN that a Task of the definition names.
void ForEachResource(const Value& value, const std::function<void(std::string_view)>& visit) {
  if (value.is_array()) {
    for (const Value& item : value.items()) ForEachResource(item, visit);
  } else if (value.is_object()) {
    for (const Member& m : value.members()) {
      if (m.name() == "Resource" && m.value.is_string()) visit(m.value.as_string());
      ForEachResource(m.value, visit);
    }
  }
}

// One case while it runs. Told of events and decisions by the engine's threads.
class Case : public Decisions {
 public:
  explicit Case(const CaseRequest& request) : request_(request), buckets_(BucketsOf(request.targets_file)) {
    auto& test_case = mocks_.state_machines[request.state_machine][std::string(kTestCase)];
    for (const auto& [state, response] : request.mocks) {
      test_case.emplace(state, state);
      mocks_.responses.emplace(state, response);
    }
  }

  CaseOutcome Run() {
    EngineOptions options;
    options.targets_file = request_.targets_file;
    options.virtual_clock = true;
    options.workers = 1;
    options.log = request_.log;
    EngineCore core(options, Around());
    core_ = &core;
    const StartRequest start = Prepare(core);
    arn_ = start.info.arn;
    core.runner().Observe([this](const ExecutionInfo& info, const std::vector<HistoryEvent>& events) {
      const std::lock_guard lock(mutex_);
      for (const HistoryEvent& event : events) Note(info, event);
    });
    core.runner().Start(
        start, [](StartResult, const ExecutionSnapshot&) {},
        [this](const ExecutionSnapshot& snapshot) {
          const std::lock_guard lock(mutex_);
          end_ = snapshot;
          changed_.notify_one();
        });
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, request_.real_time_max, [this] { return end_.has_value(); });
      stands_still_ = end_ && end_->status == ExecutionStatus::kRunning;
    }
    core.Stop();  // nobody calls any more
    Conclude();
    return std::move(outcome_);
  }

  void Decided(std::string_view state, Decision decision, size_t place) override {
    const std::lock_guard lock(mutex_);
    Taken& taken = outcome_.taken;
    const std::pair<std::string, size_t> what(state, place);
    switch (decision) {
      case Decision::kRule: ++taken.rules[what]; break;
      case Decision::kDefault: ++taken.defaults[what.first]; break;
      case Decision::kRetrier: ++taken.retriers[what]; break;
      case Decision::kCatcher: ++taken.catchers[what]; break;
    }
  }

 private:
  Surroundings Around() {
    Surroundings around;
    around.store = std::make_unique<MemoryStore>();
    around.random = std::make_unique<SeededRandom>(kSeed);
    auto clock = std::make_unique<VirtualClock>(request_.start_time.value_or(SystemClock().Now()));
    around.runner.workers = 1;
    around.runner.virtual_clock = clock.get();
    around.clock = std::move(clock);
    around.runner.mocked_answer_of = [this](const MockedTask& task) { return Answer(task); };
    around.runner.open_object = [this](std::string_view bucket,
                                       std::string_view key) -> Result<std::unique_ptr<ByteSink>> {
      const bool is_there = buckets_.contains(bucket) || buckets_.contains("*");
      if (is_there) return OpenS3Result(core_->integrations().s3(), bucket, key);
      return std::unique_ptr<ByteSink>(std::make_unique<DroppedBytes>());
    };
    return around;
  }

  StartRequest Prepare(EngineCore& core) {
    const ApiResult created =
        *core.Await<ApiResult>([&](auto done) { core.Call("CreateStateMachine", Creation(core), done); });
    if (const auto* error = std::get_if<ApiError>(&created)) throw EngineError(error->message);
    const StateMachineRecord machine = *core.store().FindStateMachine(request_.state_machine);
    const DefinitionRecord revision = *core.store().GetDefinition(machine.definition_id);
    const Value definition = ParseDocument(revision.text, DocumentFormat::kJson).value.value();
    ForEachResource(definition, [&](std::string_view arn) {  // the activities are there
      const auto resource = ParseTaskResource(arn);
      if (resource && resource->kind == TaskResource::Kind::kActivity) core.runner().activities().Register(arn);
    });
    StartRequest start = core.RequestOf(machine, revision, ExecutionName(core));
    start.input = Payload(request_.input);
    start.info.test_case = kTestCase;
    start.info.decisions = this;
    return start;
  }

  // Those who do work may remember executions by their names.
  std::string ExecutionName(EngineCore& core) const {
    if (!request_.execution_name.empty()) return request_.execution_name;
    return request_.targets_file.empty() ? core.random().Uuid() : SystemRandom().Uuid();
  }

  Value Creation(EngineCore& core) const {
    return Value::Object({{"name", Value::String(request_.state_machine)},
                          {"definition", Value::String(request_.definition)},
                          {"type", Value::String(TypeName(request_.type))},
                          {"roleArn", Value::String("arn:aws:iam::" + core.account().id + ":role/gait")}});
  }

  std::optional<Result<Value>> Answer(const MockedTask& task) {
    const std::string state(task.state);
    const auto mock = request_.mocks.find(task.state);
    if (mock == request_.mocks.end()) {
      // With targets, too, nobody comes for the tasks of an activity.
      const bool is_activity = task.resource.kind == TaskResource::Kind::kActivity;
      if (!request_.targets_file.empty() && !is_activity) return std::nullopt;
      return Problem("the state " + state + " calls " + task.resource.arn + " and has no mock");
    }
    if (!Answers(mock->second, task.attempt)) {
      return Problem("the state " + state + " is tried once more after " + Times(task.attempt) +
                     ", and its mock has no answer for that");
    }
    return MockedAnswer(mocks_, task);
  }

  Result<Value> Problem(std::string what) {
    const std::lock_guard lock(mutex_);
    outcome_.problems.push_back(what);
    return WorkflowError{std::string(error_names::kRuntime), std::move(what)};
  }

  void Note(const ExecutionInfo& info, const HistoryEvent& event) {
    const EventRow& row = RowOf(event.type);
    if (row.number == NumberMeaning::kState) ++outcome_.taken.entered[std::string(event.name.as_string())];
    if (row.number == NumberMeaning::kNext) ++outcome_.taken.left[std::string(event.name.as_string())];
    const bool scheduled = event.type == EventType::kTaskScheduled || event.type == EventType::kActivityScheduled ||
                           event.type == EventType::kLambdaFunctionScheduled;
    if (scheduled) {
      const Value* resource = event.Get(EventField::kResource);
      outcome_.calls.push_back({std::string(event.name.as_string()),
                                resource == nullptr ? "" : std::string(resource->as_string()), event.payload.value()});
    }
    if (info.arn != arn_) return;
    outcome_.events.push_back(event);
    if (event.branch != 0) return;
    if (row.number == NumberMeaning::kState) outcome_.path.emplace_back(event.name.as_string());
    if (const Value* assigned = event.Get(EventField::kAssignedVariables)) {
      for (const Member& m : assigned->members()) {
        outcome_.variables = std::move(outcome_.variables).With(m.name(), m.value);
      }
    }
  }

  void Conclude() {
    const std::lock_guard lock(mutex_);
    if (stands_still_) {
      outcome_.problems.emplace_back("the execution stands still: gait has a bug, or no memory");
      return;
    }
    if (!end_ || end_->status == ExecutionStatus::kRunning) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(request_.real_time_max).count();
      std::string problem = "the execution did not end within " + std::to_string(seconds) + " s of real time";
      if (!outcome_.path.empty()) problem += "; it came to the state " + outcome_.path.back();
      outcome_.problems.push_back(std::move(problem));
      return;
    }
    outcome_.status = end_->status;
    if (end_->status == ExecutionStatus::kSucceeded) outcome_.output = end_->output.value();
    outcome_.error = end_->error;
    outcome_.cause = end_->cause;
    outcome_.elapsed = end_->stopped_at - end_->started_at;
  }

  const CaseRequest& request_;
  const BucketTargets buckets_;
  MockConfig mocks_;
  EngineCore* core_ = nullptr;
  std::string arn_;

  std::mutex mutex_;
  std::condition_variable changed_;
  CaseOutcome outcome_;                   // guarded by mutex_
  std::optional<ExecutionSnapshot> end_;  // guarded by mutex_
  bool stands_still_ = false;             // guarded by mutex_
};

}  // namespace

CaseOutcome RunCase(const CaseRequest& request) {
  try {
    return Case(request).Run();
  } catch (const EnvironmentError& e) {
    throw EngineError(e.what());
  }
}

}  // namespace gait
