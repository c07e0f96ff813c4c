// Wait: until when. https://states-language.net/#wait-state
#include <cmath>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/json/document.h"
#include "engine/json/write.h"
#include "states/data_flow.h"
#include "states/retry_catch.h"
#include "states/state_table.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {
    kInputPathField,
    kOutputPathField,
    kOutputField,
    kAssignField,
    Integer("Seconds", 0, kSecondsMax),
    PathField("SecondsPath"),
    Text("Timestamp"),
    PathField("TimestampPath"),
};

WorkflowError Runtime(Cause cause, std::initializer_list<std::string_view> arguments) {
  return {std::string(error_names::kRuntime), CauseText(cause, arguments)};
}

class Wait : public State {
 public:
  explicit Wait(const StateReader& reader)
      : State(reader),
        flow_(reader),
        seconds_(reader.Number("Seconds")),
        seconds_path_(reader.PathOf("SecondsPath")),
        timestamp_path_(reader.PathOf("TimestampPath")),
        seconds_expression_(reader.Expression("Seconds")),
        timestamp_expression_(reader.Expression("Timestamp")) {
    reader.ExactlyOne("wait-without-time", "wait-two-times", {"SecondsPath", "Seconds", "TimestampPath", "Timestamp"});
    const Value* timestamp = reader.Get("Timestamp");
    if (timestamp == nullptr || IsPlaceholder(*timestamp)) return;
    if (language() == QueryLanguage::kJsonata && LooksLikeJsonata(timestamp->as_string())) return;
    timestamp_ = ParseTimestamp(timestamp->as_string());
    if (!timestamp_ && timestamp->as_string().find("${") == std::string_view::npos) {
      ReportBadTimestamp(reader, "Timestamp", timestamp->as_string());
    }
  }

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/false);
    if (Begins(message)) {
      Enter(message, EventType::kWaitStateEntered, scope, out);
      return Start(scope, out);
    }
    if (std::holds_alternative<ResumeState>(message)) return StartWaiting(scope, out);
    const auto* timer = std::get_if<TimerDue>(&message);
    if (timer == nullptr || timer->kind != TimerKind::kWait || scope.branch().phase != Branch::Phase::kWaiting ||
        timer->event != scope.branch().entered_event) {
      return;
    }
    Leave(scope, out);
  }

 private:
  void Start(StepScope& scope, Outcome& out) const {
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return out.Fail(Reported(scope, out, std::move(input).error()));
    const Result<Timestamp> until = Until(scope, input->value());
    if (!until) return out.Fail(Reported(scope, out, until.error()));
    if (*until <= scope.now()) return Leave(scope, out);
    out.Add(
        HistoryEvent(EventType::kWaitScheduled, scope.branch().id).Field(EventField::kDueAt, Value::Int(until->ms)));
    StartWaiting(scope, out);
  }

  void StartWaiting(const StepScope& scope, Outcome& out) const {
    out.Perform(StartTimer{scope.branch().id, TimerKind::kWait, scope.branch().entered_event, scope.branch().due_at});
  }

  void Leave(const StepScope& scope, Outcome& out) const {
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return out.Fail(Reported(scope, out, std::move(input).error()));
    Result<Passed> passed = flow_.PassOn(scope, *input);
    if (!passed) return out.Fail(Reported(scope, out, std::move(passed).error()));
    out.Add(ExitedEvent(EventType::kWaitStateExited, scope, name(), std::move(passed).value(), next()));
  }

  Result<Timestamp> Until(const StepScope& scope, const Value& input) const {
    if (seconds_) return scope.now() + Duration::Seconds(static_cast<int64_t>(*seconds_));
    if (timestamp_) return *timestamp_;
    if (seconds_expression_ || timestamp_expression_) return UntilEvaluated(scope, input);
    const Path& path = seconds_path_ ? *seconds_path_ : *timestamp_path_;
    auto found = path.Evaluate(scope.ForExpression(input));
    const Value* value = std::get_if<Value>(&found);
    if (seconds_path_) return UntilSeconds(scope, path, value);
    const std::optional<Timestamp> at =
        value != nullptr && value->is_string() ? ParseTimestamp(value->as_string()) : std::nullopt;
    if (at) return *at;
    const std::string text = value == nullptr     ? ""
                             : value->is_string() ? std::string(value->as_string())
                                                  : ToJson(*value);
    return Runtime(Cause::kTimestampPathInvalid, {path.text(), text});
  }

  Result<Timestamp> UntilEvaluated(const StepScope& scope, const Value& input) const {
    if (seconds_expression_) {
      Result<Value> seconds = seconds_expression_->EvaluateAs("number", scope.ForExpression(input));
      if (!seconds) return std::move(seconds).error();
      const double wait = std::min(std::floor(seconds->as_double()), kSecondsMax);
      if (wait >= 0) return scope.now() + Duration::Seconds(static_cast<int64_t>(wait));
      return WorkflowError{std::string(error_names::kQueryEvaluationError),
                           CauseText(Cause::kSecondsNegative, {"Seconds", ToJson(*seconds)}), "Seconds"};
    }
    Result<Value> text = timestamp_expression_->EvaluateAs("string", scope.ForExpression(input));
    if (!text) return std::move(text).error();
    if (const auto at = ParseTimestamp(text->as_string())) return *at;
    return WorkflowError{std::string(error_names::kQueryEvaluationError),
                         CauseText(Cause::kTimestampInvalid, {text->as_string()}), "Timestamp"};
  }

  static Result<Timestamp> UntilSeconds(const StepScope& scope, const Path& path, const Value* value) {
    if (value == nullptr) return Runtime(Cause::kSecondsPathMissing, {path.text()});
    if (!value->is_int()) {
      const std::string text = value->is_string() ? std::string(value->as_string()) : ToJson(*value);
      return Runtime(Cause::kSecondsPathNotLong, {path.text(), text});
    }
    const int64_t seconds = value->as_int();
    if (seconds < 0) return Runtime(Cause::kSecondsNegative, {path.text(), ToJson(*value)});
    return scope.now() + Duration::Seconds(std::min<int64_t>(seconds, static_cast<int64_t>(kSecondsMax)));
  }

  const DataFlow flow_;
  const std::optional<double> seconds_;
  const std::optional<Path> seconds_path_;
  std::optional<Timestamp> timestamp_;
  const std::optional<Path> timestamp_path_;
  const std::optional<PayloadTemplate> seconds_expression_, timestamp_expression_;
};

}  // namespace

const StateType kWaitType = {
    "Wait", kFields, /*has_next=*/true,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Wait>(reader); }};

}  // namespace gait
