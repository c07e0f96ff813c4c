// Task: has work done. https://states-language.net/#task-state
#include <algorithm>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/json/document.h"
#include "engine/json/write.h"
#include "engine/task/resource.h"
#include "engine/task/task_token.h"
#include "states/data_flow.h"
#include "states/retry_catch.h"
#include "states/state_table.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {
    kInputPathField,
    kOutputPathField,
    kResultPathField,
    kParametersField,
    kArgumentsField,
    kOutputField,
    kAssignField,
    kResultSelectorField,
    kRetryField,
    kCatchField,
    Text("Resource", /*required=*/true),
    Structure("Credentials", FieldType::kObject),
    Integer("TimeoutSeconds", 1, kSecondsMax),
    {"TimeoutSecondsPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
    Integer("HeartbeatSeconds", 1, kSecondsMax),
    {"HeartbeatSecondsPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
};

// The events of an attempt, by what the Resource is.
struct TaskEvents {
  EventType scheduled, started, succeeded, failed, timed_out;
};
constexpr TaskEvents kLambdaEvents = {EventType::kLambdaFunctionScheduled, EventType::kLambdaFunctionStarted,
                                      EventType::kLambdaFunctionSucceeded, EventType::kLambdaFunctionFailed,
                                      EventType::kLambdaFunctionTimedOut};
constexpr TaskEvents kActivityEvents = {EventType::kActivityScheduled, EventType::kActivityStarted,
                                        EventType::kActivitySucceeded, EventType::kActivityFailed,
                                        EventType::kActivityTimedOut};
constexpr TaskEvents kServiceEvents = {EventType::kTaskScheduled, EventType::kTaskStarted, EventType::kTaskSucceeded,
                                       EventType::kTaskFailed, EventType::kTaskTimedOut};

Value OptionalInt(const std::optional<int64_t>& n) { return n ? Value::Int(*n) : Value(); }
Value OptionalText(const std::optional<std::string>& text) { return text ? Value::String(*text) : Value(); }

class Task : public State {
 public:
  explicit Task(const StateReader& reader)
      : State(reader),
        flow_(reader),
        retry_catch_(reader),
        timeout_(reader.NumberOrPathOf("TimeoutSeconds", "TimeoutSecondsPath")),
        heartbeat_(reader.NumberOrPathOf("HeartbeatSeconds", "HeartbeatSecondsPath")) {
    ReadResource(reader);
    ReadCredentials(reader);
    if (timeout_.literal && heartbeat_.literal && *heartbeat_.literal >= *timeout_.literal) {
      reader.report().Add("number-out-of-range", reader.place().Key("HeartbeatSeconds"),
                          CauseText(Cause::kHeartbeatNotSmaller));
    }
    events_ = resource_.kind == TaskResource::Kind::kLambdaFunction ? &kLambdaEvents
              : resource_.kind == TaskResource::Kind::kActivity     ? &kActivityEvents
                                                                    : &kServiceEvents;
    resource_name_ = Value::String(resource_.HistoryName());
    resource_type_ = Value::String(resource_.service);
  }

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/true);
    if (Begins(message)) {
      Enter(message, EventType::kTaskStateEntered, scope, out);
      return Start(scope, out);
    }
    if (std::holds_alternative<ResumeState>(message)) return Resume(scope, out);
    if (const auto* timer = std::get_if<TimerDue>(&message)) return OnTimer(*timer, scope, out);
    if (const auto* started = std::get_if<TaskStarted>(&message)) {
      if (IsAwaited(scope, started->scheduled_event) && !scope.branch().task->started) OnStarted(*started, scope, out);
    } else if (const auto* heartbeat = std::get_if<TaskHeartbeat>(&message)) {
      if (IsAwaited(scope, heartbeat->scheduled_event)) out.Heard(scope.branch().id);
    } else if (const auto* submitted = std::get_if<TaskSubmitted>(&message)) {
      // A task that is taken up after a restart may be told of it once more.
      if (IsAwaited(scope, submitted->scheduled_event) && !scope.branch().task->submitted)
        OnSubmitted(*submitted, scope, out);
    } else if (const auto* succeeded = std::get_if<TaskSucceeded>(&message)) {
      if (IsAwaited(scope, succeeded->scheduled_event)) OnSucceeded(succeeded->output, scope, out);
    } else if (const auto* failed = std::get_if<TaskFailed>(&message)) {
      if (IsAwaited(scope, failed->scheduled_event)) OnFailed(failed->error, scope, out);
    }
  }

  void AppendTargets(std::vector<int64_t>& targets) const override {
    State::AppendTargets(targets);
    retry_catch_.AppendTargets(targets);
  }

 private:
  void ReadResource(const StateReader& reader) {
    const auto text = reader.Text("Resource");
    if (!text || text->starts_with(kPlaceholderMark)) return;
    const Place place = reader.place().Key("Resource");
    if (text->find("${") != std::string::npos) {
      if (reader.context().to_execute) {
        reader.report().Add("unresolved-placeholder", place, "The Resource has a placeholder without a value",
                            "give it one with --substitution NAME=VALUE");
      }
      return;
    }
    auto resource = ParseTaskResource(*text);
    if (!resource) {
      const bool is_integration = text->starts_with("arn:") && text->find(":states:::") != std::string::npos;
      reader.report().Add(
          "invalid-resource", place, is_integration ? NotRecognized(*text) : "Value is not a valid resource ARN",
          "a Lambda function's ARN, an activity's, or an integration such as arn:aws:states:::lambda:invoke");
      return;
    }
    if (auto why = WhyUnsupported(*resource)) {
      reader.report().Add("invalid-resource", place, NotRecognized(*text), *std::move(why));
    } else {
      CheckParameters(reader, *resource);
    }
    if (reader.context().type == StateMachineType::kExpress) CheckExpress(reader, *resource, place);
    resource_ = *std::move(resource);
  }

  static std::string NotRecognized(const std::string& resource) {
    return "The resource provided " + resource +
           " is not recognized. The value is not a valid resource ARN, or the resource is not available in this "
           "region.";
  }

  // A member may be given as `NAME.$` as well. Where there are no parameters the input is what is called with.
  static void CheckParameters(const StateReader& reader, const TaskResource& resource) {
    const std::string_view field = reader.language() == QueryLanguage::kJsonata ? "Arguments" : "Parameters";
    const Value* parameters = reader.Get(field);
    if (parameters == nullptr || !parameters->is_object()) return;
    for (const Member& m : parameters->members()) {
      if (m.name().find("${") != std::string_view::npos) return;  // it may be any of them
    }
    for (const std::string_view name : RequiredParameters(resource)) {
      if (parameters->Find(name) != nullptr || parameters->Find(std::string(name) + ".$") != nullptr) continue;
      reader.report().Add("missing-required-field", reader.place().Key(field),
                          "The field '" + std::string(name) + "' is required but was missing",
                          resource.service + ":" + resource.action + " cannot be called without it");
    }
  }

  static void CheckExpress(const StateReader& reader, const TaskResource& resource, const Place& place) {
    std::string_view what;
    if (resource.kind == TaskResource::Kind::kActivity) what = "Activity ARN";
    if (resource.pattern == TaskPattern::kSync || resource.pattern == TaskPattern::kSync2)
      what = "'.sync' service integration ";  // AWS's sentences end in a space here
    if (resource.pattern == TaskPattern::kWaitForTaskToken) what = "'.waitForTaskToken' service integration ";
    if (what.empty()) return;
    reader.report().Add("not-for-express", place, "Express state machine does not support " + std::string(what),
                        "use a STANDARD state machine");
  }

  void ReadCredentials(const StateReader& reader) {
    const Value* credentials = reader.Get("Credentials");
    if (credentials == nullptr) return;
    const Place place = reader.place().Key("Credentials");
    if (resource_.kind == TaskResource::Kind::kActivity) {
      reader.report().Add("bad-credentials", place, "The field 'Credentials' is not supported for activities");
    } else if (credentials->Find("RoleArn") == nullptr && credentials->Find("RoleArn.$") == nullptr) {
      reader.report().Add("bad-credentials", place, "The field 'RoleArn' is required but was missing");
    }
    credentials_ = reader.Template("Credentials");
  }

  // Recorded: the token of a `.sync` task is good as well.
  bool has_token() const { return resource_.pattern != TaskPattern::kRequestResponse; }
  bool is_activity() const { return resource_.kind == TaskResource::Kind::kActivity; }

  // Is this the attempt that the branch waits for?
  static bool IsAwaited(const StepScope& scope, int64_t scheduled_event) {
    const Branch& b = scope.branch();
    return b.task != nullptr && b.task->scheduled_event == scheduled_event;
  }

  // Begins an attempt: the first, or a retry, for which the parameters are evaluated again.
  void Start(StepScope& scope, Outcome& out) const {
    if (is_activity() && !scope.activities().HasActivity(resource_.arn)) {
      return Fail({std::string(error_names::kRuntime), CauseText(Cause::kActivityDoesNotExist, {resource_.arn})}, scope,
                  out);
    }
    const Payload raw = scope.branch().payload;
    Result<Payload> input = flow_.Input(scope, raw);
    if (!input) return Fail(std::move(input).error(), scope, out);
    std::string token;
    if (has_token()) {
      // What is evaluated below may hold the token, and the next event is the one that schedules the attempt.
      token = MakeTaskToken({scope.execution().id, scope.progress().last_event_id() + 1}, scope.random());
      scope.SetTaskToken(token);
    }
    Result<Payload> parameters = flow_.Arguments(scope, *input);
    if (!parameters) return Fail(std::move(parameters).error(), scope, out);
    Result<std::optional<int64_t>> timeout = Seconds(timeout_, "TimeoutSecondsPath", scope, input->value());
    if (!timeout) return Fail(std::move(timeout).error(), scope, out);
    Result<std::optional<int64_t>> heartbeat = Seconds(heartbeat_, "HeartbeatSecondsPath", scope, input->value());
    if (!heartbeat) return Fail(std::move(heartbeat).error(), scope, out);
    Result<Value> credentials = Credentials(scope, input->value());
    if (!credentials) return Fail(std::move(credentials).error(), scope, out);

    HistoryEvent scheduled(events_->scheduled, scope.branch().id);
    if (!scope.progress().test_case().empty()) scheduled.name = name();  // the fold counts the attempts of each state
    if (resource_.kind == TaskResource::Kind::kService) scheduled.Set(EventField::kResourceType, resource_type_);
    scheduled.Set(EventField::kResource, resource_name_);
    if (resource_.kind == TaskResource::Kind::kService) {
      scheduled.Set(EventField::kRegion, Value::String(scope.execution().account.region));
    }
    scheduled.payload = *parameters;
    scheduled.Set(EventField::kTimeoutInSeconds, OptionalInt(*timeout));
    if (resource_.kind != TaskResource::Kind::kLambdaFunction) {
      scheduled.Set(EventField::kHeartbeatInSeconds, OptionalInt(*heartbeat));
    }
    scheduled.Set(EventField::kTaskCredentials, std::move(credentials).value());
    if (has_token()) scheduled.Set(EventField::kTokenHash, Value::String(HashOfTaskToken(token)));
    out.Add(std::move(scheduled));
    if (!is_activity()) out.Add(Event(events_->started, scope));
    Dispatch(scope, out, std::move(token), /*recovered=*/false);
    StartTimers(scope, out);
  }

  void Dispatch(const StepScope& scope, Outcome& out, std::string token, bool recovered) const {
    const TaskAttempt& attempt = *scope.branch().task;
    DispatchTask effect;
    effect.branch = scope.branch().id;
    effect.scheduled_event = attempt.scheduled_event;
    effect.resource = &resource_;
    effect.state_name = name().as_string();
    effect.attempt = scope.branch().retry_count;
    effect.parameters = attempt.parameters;
    effect.timeout_seconds = attempt.timeout_seconds;
    effect.heartbeat_seconds = attempt.heartbeat_seconds;
    effect.task_token = std::move(token);
    effect.recovered = recovered;
    effect.test_case = scope.progress().test_case();
    effect.mocked_attempt = attempt.number;
    out.Perform(std::move(effect));
  }

  void StartTimers(const StepScope& scope, Outcome& out) const {
    const Branch& b = scope.branch();
    const TaskAttempt& attempt = *b.task;
    if (attempt.timeout_seconds) {
      out.Perform(StartTimer{b.id, TimerKind::kTaskTimeout, attempt.scheduled_event,
                             attempt.scheduled_at + Duration::Seconds(*attempt.timeout_seconds)});
    }
    if (!is_activity() || attempt.started) StartHeartbeatTimer(scope, out, scope.now());
  }

  // Who is asked to call back, or has taken an activity's task, is expected to send heartbeats.
  void StartHeartbeatTimer(const StepScope& scope, Outcome& out, Timestamp since) const {
    const Branch& b = scope.branch();
    const bool expected = resource_.pattern == TaskPattern::kWaitForTaskToken || is_activity();
    if (!b.task->heartbeat_seconds || !expected) return;
    out.Perform(StartTimer{b.id, TimerKind::kHeartbeat, b.task->scheduled_event,
                           since + Duration::Seconds(*b.task->heartbeat_seconds)});
  }

  void Resume(StepScope& scope, Outcome& out) const {
    if (scope.branch().phase == Branch::Phase::kRetrying) return ResumeRetry(scope, out);
    if (scope.branch().task == nullptr) return;
    // A token that was handed out is still good: nothing is given out twice.
    const TaskAttempt& attempt = *scope.branch().task;
    const bool submitted = attempt.submitted && resource_.pattern == TaskPattern::kWaitForTaskToken;
    const bool held_by_token = submitted || (is_activity() && attempt.started);
    if (!held_by_token) {
      // The history has the token's hash alone; who is given the task again finds the token where it was the last time.
      std::string token;
      if (has_token()) token = FindTaskToken(attempt.parameters.text(), attempt.token_hash.as_string());
      Dispatch(scope, out, std::move(token), /*recovered=*/attempt.started);
    }
    StartTimers(scope, out);
  }

  void OnTimer(const TimerDue& timer, StepScope& scope, Outcome& out) const {
    if (IsRetryDue(timer, scope)) return Start(scope, out);
    const bool timeout = timer.kind == TimerKind::kTaskTimeout || timer.kind == TimerKind::kHeartbeat;
    if (!timeout || !IsAwaited(scope, timer.event)) return;
    const TaskAttempt& attempt = *scope.branch().task;
    if (timer.kind == TimerKind::kHeartbeat && attempt.heard_at.ms != 0 &&
        scope.now() < attempt.heard_at + Duration::Seconds(*attempt.heartbeat_seconds)) {
      return StartHeartbeatTimer(scope, out, attempt.heard_at);
    }
    const WorkflowError error{std::string(error_names::kTimeout), std::nullopt};
    out.Add(ErrorEvent(events_->timed_out, error, scope));
    retry_catch_.Handle({error, timer.kind == TimerKind::kHeartbeat, std::nullopt}, *this, EventType::kTaskStateExited,
                        scope, out);
  }

  void OnStarted(const TaskStarted& started, StepScope& scope, Outcome& out) const {
    out.Add(HistoryEvent(events_->started, scope.branch().id)
                .Field(EventField::kWorkerName, started.worker_name)
                .Field(EventField::kTokenHash, Value::String(started.token_hash)));
    StartHeartbeatTimer(scope, out, scope.now());
  }

  void OnSubmitted(const TaskSubmitted& submitted, StepScope& scope, Outcome& out) const {
    HistoryEvent event = Event(EventType::kTaskSubmitted, scope);
    event.payload = submitted.output;
    out.Add(std::move(event));
  }

  void OnSucceeded(const Payload& output, StepScope& scope, Outcome& out) const {
    const std::string_view of = resource_.kind == TaskResource::Kind::kService ? resource_.service : resource_.arn;
    if (auto error = CheckPayload(scope, output.value(), of)) return OnFailed(*std::move(error), scope, out);
    HistoryEvent event = Event(events_->succeeded, scope);
    event.payload = output;
    out.Add(std::move(event));
    if (scope.inspected()) scope.Note(Inspected::kResult, output.value());
    Result<Passed> passed = flow_.Output(scope, scope.branch().payload, output.value());
    if (!passed) return Fail(std::move(passed).error(), scope, out);
    out.Add(ExitedEvent(EventType::kTaskStateExited, scope, name(), std::move(passed).value(), next()));
  }

  void OnFailed(WorkflowError error, StepScope& scope, Outcome& out) const {
    out.Add(ErrorEvent(events_->failed, error, scope));
    retry_catch_.Handle({std::move(error), false, std::nullopt}, *this, EventType::kTaskStateExited, scope, out);
  }

  // A failure of the state itself, which has no event of its own.
  void Fail(WorkflowError error, StepScope& scope, Outcome& out) const {
    retry_catch_.Handle({Reported(scope, out, std::move(error)), false, std::nullopt}, *this,
                        EventType::kTaskStateExited, scope, out);
  }

  // An event of the attempt with the fields by which a service's events name it.
  HistoryEvent Event(EventType type, const StepScope& scope) const {
    HistoryEvent event(type, scope.branch().id);
    if (resource_.kind == TaskResource::Kind::kService) {
      event.Set(EventField::kResourceType, resource_type_);
      event.Set(EventField::kResource, resource_name_);
    }
    return event;
  }

  HistoryEvent ErrorEvent(EventType type, const WorkflowError& error, const StepScope& scope) const {
    HistoryEvent event = Event(type, scope);
    event.Set(EventField::kError, OptionalText(error.error));
    event.Set(EventField::kCause, OptionalText(error.cause));
    return event;
  }

  static Result<std::optional<int64_t>> Seconds(const NumberOrPath& field, std::string_view path_field,
                                                const StepScope& scope, const Value& input) {
    if (!field.present()) return std::optional<int64_t>();
    Result<double> seconds = EvaluateNumber(scope, field, path_field, input, /*integer=*/true);
    if (!seconds) return std::move(seconds).error();
    if (*seconds < 1 || *seconds > kSecondsMax) {
      return WorkflowError{
          std::string(error_names::kRuntime),
          CauseText(Cause::kTimeoutNotPositive,
                    {path_field, std::to_string(static_cast<int64_t>(std::clamp(*seconds, -9e18, 9e18))),
                     field.path ? field.path->text() : std::string()})};
    }
    return std::optional<int64_t>(static_cast<int64_t>(*seconds));
  }

  // As the history shows them: `{"roleArn": "..."}`; undefined if there are none.
  Result<Value> Credentials(const StepScope& scope, const Value& input) const {
    if (!credentials_) return Value();
    Result<Value> evaluated = credentials_->Evaluate(scope.ForExpression(input));
    if (!evaluated) return evaluated;
    const Value* role = evaluated->Find("RoleArn");
    return Value::Object({{"roleArn", role == nullptr ? Value::Null() : *role}});
  }

  const DataFlow flow_;
  const RetryCatch retry_catch_;
  TaskResource resource_;
  const TaskEvents* events_ = nullptr;
  Value resource_name_, resource_type_;
  const NumberOrPath timeout_, heartbeat_;
  std::optional<PayloadTemplate> credentials_;
};

}  // namespace

const StateType kTaskType = {
    "Task", kFields, /*has_next=*/true,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Task>(reader); }};

}  // namespace gait
