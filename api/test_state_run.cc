#include "api/test_state_run.h"

#include <algorithm>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {
namespace {

constexpr Duration kLongest = Duration::Seconds(300);

// The name of a state that is tested, in what it and its user see (recorded, also where the state has another).
constexpr std::string_view kStateName = "StateName";

// Its tasks are mocked: that there is no such activity does not matter.
class EveryActivity : public ActivityRegistry {
 public:
  bool HasActivity(std::string_view) const override { return true; }
};

ExecutionInfo InfoOf(EngineCore& engine, const StateToTest& test) {
  ExecutionInfo info;
  // None that the store gives out: integrations tell tasks apart by it.
  info.id = static_cast<int64_t>(engine.random().Next() >> 2) | (int64_t{1} << 62);
  info.name = engine.random().Uuid();
  info.state_machine_name = engine.random().Uuid();
  // Recorded: without the run's id that other EXPRESS executions have.
  info.arn = "arn:" + engine.account().partition + ":states:" + engine.account().region + ":" + engine.account().id +
             ":express:" + info.state_machine_name + ":" + info.name;
  info.state_machine_arn = StateMachineArn(engine.account(), info.state_machine_name);
  info.role_arn = test.role_arn;
  info.type = StateMachineType::kExpress;
  info.account = engine.account();
  return info;
}

Value Without(const Value& object, std::string_view member) {
  ObjectBuilder rest(object.size());
  for (const Member& m : object.members()) {
    if (m.name() != member) rest.Add(m.key, m.value);
  }
  return rest.Build();
}

std::optional<std::string> TextAt(const Value& object, std::string_view member) {
  const Value* text = object.is_object() ? object.Find(member) : nullptr;
  return text == nullptr ? std::nullopt : std::optional<std::string>(text->as_string());
}

// The run. Messages come from any thread, one is handled at a time.
class StateTest : public Inspection, public std::enable_shared_from_this<StateTest> {
 public:
  using Done = std::function<void(std::variant<StateTestResult, ApiError>)>;

  StateTest(EngineCore& engine, StateToTest test, Done done)
      : engine_(engine), test_(std::move(test)), info_(InfoOf(engine, test_)), done_(std::move(done)) {}

  void Start() {
    engine_.runner().activity().Begin();
    const Timestamp now = engine_.clock().Now();
    deadline_ = now + kLongest;
    HistoryEvent started(EventType::kExecutionStarted);
    started.payload = test_.input;
    started.timestamp = now;
    progress_.Append(started);
    if (test_.variables.size() > 0) progress_.branch(0).variables = test_.variables;
    Deliver(EnterState{});
    engine_.runner().activity().End();
  }

  void Deliver(const Message& message) {
    std::optional<std::variant<StateTestResult, ApiError>> result;
    Done done;
    std::vector<Effect> effects;
    std::vector<int64_t> abandoned;
    {
      const std::lock_guard lock(mutex_);
      if (done_ == nullptr) return;
      try {
        if (Step(message, effects)) result = std::move(result_);
        abandoned = progress_.TakeAbandoned().tasks;
      } catch (const std::exception& e) {  // a bug: who asked is told, and the engine goes on
        result = ApiError{"InternalFailure", e.what(), 500};
      }
      // With the result: a message that another thread brings meanwhile finds a test that has ended.
      if (result) done = std::exchange(done_, nullptr);
    }
    for (int64_t event : abandoned) engine_.integrations().StopTask({info_.id, event});
    if (result) return done(*std::move(result));
    if (test_.mock) return Mock();
    for (Effect& effect : effects) Perform(effect);
  }

  // ---- Of the state; with the lock held
  void Note(Inspected what, Value value) override { result_.notes[static_cast<size_t>(what)] = std::move(value); }

  Value ContextObject(Value made) override {
    if (test_.context) {
      // The iteration is the state's own: nobody else can give it.
      const Value* map = made.Find("Map");
      return map == nullptr ? *test_.context : test_.context->With("Map", *map);
    }
    Value execution = Without(*made.Find("Execution"), "RedriveCount");
    if (info_.role_arn.empty()) execution = std::move(execution).With("RoleArn", Value::Null());
    if (const Value* found = made.Find("State")) {
      Value state = found->With("Name", Value::String(kStateName));
      if (state.Find("RetryCount") != nullptr) state = std::move(state).With("RetryCount", Value::Int(test_.retries));
      made = std::move(made).With("State", std::move(state));
    }
    return std::move(made).With("Execution", std::move(execution));
  }

  Result<Value> ItemReaderData() override {
    if (test_.item_reader_data) return Value::String(*test_.item_reader_data);
    return WorkflowError{std::string(error_names::kItemReaderFailed), "The test has no data for the ItemReader"};
  }

  // ---- Of the task; from any thread
  void Exchanged(bool request, Value value) {
    const std::lock_guard lock(mutex_);
    (request ? result_.request : result_.response) = std::move(value);
  }
  bool wants_exchange() const { return test_.wants_exchange; }
  EngineCore& engine() { return engine_; }

 private:
  // Did the state end? REQUIRES: the lock is held.
  bool Step(const Message& message, std::vector<Effect>& effects) {
    static const EveryActivity kEveryActivity;
    const Timestamp now = engine_.clock().Now();
    Outcome outcome(progress_, now, engine_.quotas().history_events_max);
    {
      const ActivityRegistry& activities =
          test_.mock ? static_cast<const ActivityRegistry&>(kEveryActivity) : engine_.runner().activities();
      StepScope scope(info_, progress_, 0, now, engine_.random(), engine_.quotas(), activities, this);
      test_.state->Step(message, scope, outcome);
    }
    effects = outcome.TakeEffects();
    const Branch& branch = progress_.branch(0);
    if (auto failure = outcome.TakeFailure()) {
      result_.status = "FAILED";
      result_.error = std::move(failure->error);
      result_.cause = std::move(failure->cause);
    } else if (branch.phase == Branch::Phase::kReady || branch.phase == Branch::Phase::kFinished) {
      const bool caught = !result_.note(Inspected::kCatchIndex).is_undefined();
      result_.status = caught ? "CAUGHT_ERROR" : "SUCCEEDED";
      if (caught) SetFailure();
      result_.output = branch.payload.text();
      if (branch.next != kEnd) result_.next_state = test_.graph->at(branch.next).name().as_string();
    } else if (branch.phase == Branch::Phase::kRetrying) {
      result_.status = "RETRIABLE";
      SetFailure();
      result_.retry_backoff_seconds = (branch.due_at.ms - now.ms + 500) / 1000;
    } else {
      // As the state would stand after them, when the mocked error comes.
      Branch& b = progress_.branch(0);
      b.retries.assign(test_.retriers, static_cast<int>(std::min<int64_t>(test_.retries, INT32_MAX)));
      return false;
    }
    if (branch.variables.size() > 0) result_.variables = branch.variables;
    return true;
  }

  void SetFailure() {
    const Value& failure = result_.note(Inspected::kFailure);
    result_.error = TextAt(failure, "Error");
    result_.cause = TextAt(failure, "Cause");
  }

  // The mock does not fit.
  void Refuse(std::string message) {
    Done done;
    {
      const std::lock_guard lock(mutex_);
      done = std::exchange(done_, nullptr);
    }
    done(ApiError{"ValidationException", std::move(message)});
  }

  // What is mocked comes at once, and on this thread: nobody else has the test.
  void Mock() {
    if (std::exchange(mocked_, true)) return;
    const Branch& branch = progress_.branch(0);
    if (branch.task != nullptr) {
      const int64_t event = branch.task->scheduled_event;
      if (*test_.mock) return Deliver(TaskSucceeded{event, Payload(**test_.mock)});
      return Deliver(TaskFailed{event, test_.mock->error()});
    }
    const Value& noted = result_.note(Inspected::kIterations);
    const int64_t iterations = noted.is_int() ? noted.as_int() : 0;
    if (test_.failed_iterations > iterations && noted.is_int()) {
      return Refuse("Map iteration failure count must be less than or equal to the number of Map iterations");
    }
    const bool by_items = noted.is_int() && *test_.mock && (**test_.mock).is_array();
    const auto results = by_items ? static_cast<int64_t>((**test_.mock).size()) : iterations;
    if (results != iterations && results != iterations - test_.failed_iterations) {
      return Refuse("Input array does not equal the mocked result array's size.");
    }
    Deliver(ChildrenMocked{*test_.mock, iterations, test_.failed_iterations});
  }

  void Perform(Effect& effect);
  void Dispatch(DispatchTask& task);
  void TimeOut(const TaskId& task);

  EngineCore& engine_;
  const StateToTest test_;
  const ExecutionInfo info_;
  Timestamp deadline_;

  std::mutex mutex_;
  Done done_;               // null once it was called; guarded by mutex_
  bool mocked_ = false;     // the mock was given
  Progress progress_;       // guarded by mutex_
  StateTestResult result_;  // guarded by mutex_
};

// Takes the task's answer to the test.
class TaskAnswer : public TaskListener {
 public:
  TaskAnswer(std::shared_ptr<StateTest> test, int64_t scheduled_event)
      : test_(std::move(test)), activity_(test_->engine().runner().activity()), scheduled_event_(scheduled_event) {
    activity_.Begin();
  }
  ~TaskAnswer() override { activity_.End(); }

  void Succeeded(Value output) override { test_->Deliver(TaskSucceeded{scheduled_event_, Payload(std::move(output))}); }
  void Failed(WorkflowError error) override { test_->Deliver(TaskFailed{scheduled_event_, std::move(error)}); }
  void Submitted(Value output) override { test_->Deliver(TaskSubmitted{scheduled_event_, Payload(std::move(output))}); }
  bool wants_exchange() const override { return test_->wants_exchange(); }
  void Requested(Value request) override { test_->Exchanged(/*request=*/true, std::move(request)); }
  void Responded(Value response) override { test_->Exchanged(/*request=*/false, std::move(response)); }

 private:
  const std::shared_ptr<StateTest> test_;
  Activity& activity_;
  const int64_t scheduled_event_;
};

void StateTest::Perform(Effect& effect) {
  if (auto* timer = std::get_if<StartTimer>(&effect)) {
    const TimerDue due{timer->kind, timer->event};
    if (timer->kind == TimerKind::kWait) {  // nothing else keeps the test
      const bool too_long = timer->due_at > deadline_;
      engine_.runner().At(too_long ? deadline_ : timer->due_at, [self = shared_from_this(), too_long, due] {
        too_long ? self->TimeOut({}) : self->Deliver(due);
      });
    } else if (timer->kind != TimerKind::kRetry && timer->due_at < deadline_) {
      engine_.runner().At(timer->due_at, [weak = weak_from_this(), due] {
        if (const auto self = weak.lock()) self->Deliver(due);
      });
    }
  } else if (auto* task = std::get_if<DispatchTask>(&effect)) {
    Dispatch(*task);
  }
}

void StateTest::Dispatch(DispatchTask& task) {
  TaskRequest request;
  request.id = {info_.id, task.scheduled_event};
  request.resource = *task.resource;
  request.parameters = task.parameters.value();
  request.execution_arn = info_.arn;
  request.state_name = std::move(task.state_name);
  request.attempt = task.attempt;
  request.task_token = std::move(task.task_token);
  request.account = info_.account;
  request.timeout_seconds = task.timeout_seconds;
  const auto listener = std::make_shared<TaskAnswer>(shared_from_this(), task.scheduled_event);
  Integration* integration = engine_.integrations().Find(request.resource);
  if (integration == nullptr) {
    return listener->Failed(
        {std::string(error_names::kTaskFailed), CauseText(Cause::kNoTarget, {request.resource.arn})});
  }
  engine_.runner().At(deadline_, [weak = weak_from_this(), id = request.id] {
    if (const auto self = weak.lock()) self->TimeOut(id);
  });
  integration->Start(std::move(request), listener);
}

void StateTest::TimeOut(const TaskId& task) {
  StateTestResult result;
  Done done;
  {
    const std::lock_guard lock(mutex_);
    if (done_ == nullptr) return;
    done = std::exchange(done_, nullptr);
    result = std::move(result_);
  }
  if (task.execution != 0) engine_.integrations().StopTask(task);
  result.status = "FAILED";
  result.error = std::string(error_names::kTimeout);
  done(std::move(result));
}

}  // namespace

void RunStateTest(EngineCore& engine, StateToTest test,
                  std::function<void(std::variant<StateTestResult, ApiError>)> done) {
  std::make_shared<StateTest>(engine, std::move(test), std::move(done))->Start();
}

}  // namespace gait
