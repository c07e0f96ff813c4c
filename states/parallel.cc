// Parallel: runs its branches side by side and joins their outputs. https://states-language.net/#parallel-state
#include "engine/base/error_names.h"
#include "states/abort.h"
#include "states/data_flow.h"
#include "states/field_tables.h"
#include "states/redrive.h"
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
    Structure("Branches", FieldType::kArray, /*required=*/true),
};

constexpr FieldRow kBranchFields[] = {
    Text("Comment"),
    Text("StartAt", /*required=*/true),
    Structure("States", FieldType::kObject, /*required=*/true),
};

class Parallel : public State {
 public:
  explicit Parallel(const StateReader& reader) : State(reader), flow_(reader), retry_catch_(reader) {
    const Value* branches = reader.Get("Branches");
    if (branches == nullptr) return;
    const Place place = reader.place().Key("Branches");
    if (branches->size() == 0) reader.report().Add("parallel-without-branches", place, "Value cannot be empty");
    for (size_t i = 0; i < branches->size(); ++i) {
      if (IsPlaceholder(branches->items()[i])) continue;
      branches_.push_back(ReadBranch(reader, branches->items()[i], place.Index(i)));
    }
  }

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/true);
    if (Begins(message)) {
      Enter(message, EventType::kParallelStateEntered, scope, out);
      if (IsRedrivenWithin(scope.branch())) return RedriveChildren(scope, out);
      return Start(scope, out);
    }
    if (std::holds_alternative<ResumeState>(message)) {
      if (scope.branch().phase == Branch::Phase::kRetrying) ResumeRetry(scope, out);
      return;
    }
    if (const auto* timer = std::get_if<TimerDue>(&message)) {
      if (IsRetryDue(*timer, scope)) Start(scope, out);
      return;
    }
    if (std::holds_alternative<ChildSucceeded>(message)) {
      const Children& children = *scope.branch().children;
      if (children.running == 0) Join(children.results, scope, out);
      return;
    }
    if (const auto* failed = std::get_if<ChildFailed>(&message)) OnChildFailed(*failed, scope, out);
    if (const auto* mocked = std::get_if<ChildrenMocked>(&message)) OnChildrenMocked(*mocked, scope, out);
  }

  const StateGraph* ChildGraph(int64_t index) const override { return branches_[static_cast<size_t>(index)].get(); }
  void AppendTargets(std::vector<int64_t>& targets) const override {
    State::AppendTargets(targets);
    retry_catch_.AppendTargets(targets);
  }
  void AppendGraphs(std::vector<const StateGraph*>& graphs) const override {
    for (const auto& branch : branches_) graphs.push_back(branch.get());
  }

 private:
  static std::unique_ptr<const StateGraph> ReadBranch(const StateReader& reader, const Value& branch,
                                                      const Place& place) {
    if (branch.is_object()) {
      const FieldReader fields(branch, place, QueryLanguage::kJsonPath, {kBranchFields}, {}, reader.report());
    }
    return reader.Graph(branch, place);
  }

  void Start(StepScope& scope, Outcome& out) const {
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return Fail(std::move(input).error(), scope, out);
    Result<Payload> arguments = flow_.Arguments(scope, *input);
    if (!arguments) return Fail(std::move(arguments).error(), scope, out);
    out.Add(HistoryEvent(EventType::kParallelStateStarted, scope.branch().id)
                .With(std::move(arguments).value())
                .Number(static_cast<int64_t>(branches_.size())));
  }

  // Those that succeeded keep their results.
  static void RedriveChildren(const StepScope& scope, Outcome& out) {
    while (HasChildrenToRedrive(scope.branch())) RedriveNextChild(scope.branch(), out);
  }

  void Join(const std::vector<Value>& results, StepScope& scope, Outcome& out) const {
    ArrayBuilder outputs(results.size());
    for (const Value& result : results) outputs.Add(result);
    Succeed(outputs.Build(), scope, out);
  }

  void Succeed(Value result, StepScope& scope, Outcome& out) const {
    out.Add(HistoryEvent(EventType::kParallelStateSucceeded, scope.branch().id));
    Result<Passed> passed = flow_.Output(scope, scope.branch().payload, std::move(result));
    if (!passed) return Fail(std::move(passed).error(), scope, out);
    out.Add(ExitedEvent(EventType::kParallelStateExited, scope, name(), std::move(passed).value(), next()));
  }

  // One branch fails, and all are stopped where they are.
  void OnChildFailed(const ChildFailed& failed, StepScope& scope, Outcome& out) const {
    out.Add(HistoryEvent(EventType::kBranchFailed, failed.child));
    AbortChildren(*this, scope.branch().id, scope.progress(), out);
    retry_catch_.Handle({failed.error, false, EventType::kParallelStateFailed}, *this, EventType::kParallelStateExited,
                        scope, out);
  }

  void OnChildrenMocked(const ChildrenMocked& mocked, StepScope& scope, Outcome& out) const {
    if (mocked.result) return Succeed(*mocked.result, scope, out);
    retry_catch_.Handle({mocked.result.error(), false, EventType::kParallelStateFailed}, *this,
                        EventType::kParallelStateExited, scope, out);
  }

  void Fail(WorkflowError error, StepScope& scope, Outcome& out) const {
    retry_catch_.Handle({Reported(scope, out, std::move(error)), false, std::nullopt}, *this,
                        EventType::kParallelStateExited, scope, out);
  }

  const DataFlow flow_;
  const RetryCatch retry_catch_;
  std::vector<std::unique_ptr<const StateGraph>> branches_;
};

}  // namespace

FieldTable BranchFields() { return kBranchFields; }

const StateType kParallelType = {
    "Parallel", kFields, /*has_next=*/true,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Parallel>(reader); }};

}  // namespace gait
