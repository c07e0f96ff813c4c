// Pass: passes its input on, or a fixed result. https://states-language.net/#pass-state
#include "states/data_flow.h"
#include "states/retry_catch.h"
#include "states/state_table.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {
    kInputPathField,  kOutputPathField, {"Result", FieldType::kAny, FieldLanguage::kJsonPath},
    kResultPathField, kParametersField, kOutputField,
    kAssignField,
};

class Pass : public State {
 public:
  explicit Pass(const StateReader& reader) : State(reader), flow_(reader) {
    if (const Value* result = reader.Get("Result")) result_ = *result;
    WarnOfPaths(result_, reader.place().Key("Result"), reader.report());
  }

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/false);
    const Payload raw = scope.branch().payload;
    Enter(message, EventType::kPassStateEntered, scope, out);
    Result<Passed> passed = Run(scope, raw);
    if (!passed) return out.Fail(Reported(scope, out, std::move(passed).error()));
    out.Add(ExitedEvent(EventType::kPassStateExited, scope, name(), std::move(passed).value(), next()));
  }

 private:
  // Result is never evaluated.
  static void WarnOfPaths(const Value& value, const Place& place, Report& report) {
    const bool is_call = value.is_string() && LooksLikeIntrinsic(value.as_string()) &&
                         std::holds_alternative<IntrinsicCall>(IntrinsicCall::Compile(value.as_string()));
    if (is_call || (value.is_string() && LooksLikePath(value.as_string()))) {
      report.Add("pass-result-is-static", place, "The Result of a Pass state is taken as it is: a path in it is a text",
                 "use Parameters, with a name that ends in .$");
    }
    for (size_t i = 0; i < value.items().size(); ++i) WarnOfPaths(value.items()[i], place.Index(i), report);
    for (const Member& m : value.members()) WarnOfPaths(m.value, place.Key(m.name()), report);
  }

  Result<Passed> Run(const StepScope& scope, const Payload& raw) const {
    if (language() == QueryLanguage::kJsonata) return flow_.PassOn(scope, raw);
    Result<Payload> input = flow_.Input(scope, raw);
    if (!input) return std::move(input).error();
    if (!result_.is_undefined()) {
      scope.Note(Inspected::kResult, result_);
      return flow_.Output(scope, raw, result_);
    }
    Result<Payload> arguments = flow_.Arguments(scope, *input);
    if (!arguments) return std::move(arguments).error();
    return flow_.Output(scope, raw, arguments->value());
  }

  const DataFlow flow_;
  Value result_;  // undefined if there is none
};

}  // namespace

const StateType kPassType = {
    "Pass", kFields, /*has_next=*/true,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Pass>(reader); }};

}  // namespace gait
