// Succeed: ends its States object well. https://states-language.net/#succeed-state
#include "states/data_flow.h"
#include "states/retry_catch.h"
#include "states/state_table.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {kInputPathField, kOutputPathField, kOutputField};

class Succeed : public State {
 public:
  explicit Succeed(const StateReader& reader) : State(reader), flow_(reader) {}

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/false);
    const Payload raw = scope.branch().payload;
    Enter(message, EventType::kSucceedStateEntered, scope, out);
    Result<Payload> input = flow_.Input(scope, raw);
    if (!input) return out.Fail(Reported(scope, out, std::move(input).error()));
    Result<Passed> passed = flow_.PassOn(scope, *input);
    if (!passed) return out.Fail(Reported(scope, out, std::move(passed).error()));
    out.Add(ExitedEvent(EventType::kSucceedStateExited, scope, name(), std::move(passed).value(), kEnd));
  }

 private:
  const DataFlow flow_;
};

}  // namespace

const StateType kSucceedType = {
    "Succeed", kFields, /*has_next=*/false,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Succeed>(reader); }};

}  // namespace gait
