// Choice: goes on with the first rule that holds. https://states-language.net/#choice-state
#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "states/choice_rule.h"
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
    Structure("Choices", FieldType::kArray, /*required=*/true),
    Text("Default"),
};

class Choice : public State {
 public:
  explicit Choice(const StateReader& reader) : State(reader), flow_(reader) {
    ReadChoices(reader);
    if (const Value* next = reader.Get("Default")) default_ = reader.Target(*next, reader.place().Key("Default"));
  }

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/false);
    const Payload raw = scope.branch().payload;
    Enter(message, EventType::kChoiceStateEntered, scope, out);
    Result<Payload> input = flow_.Input(scope, raw);
    if (!input) return out.Fail(Reported(scope, out, std::move(input).error()));
    for (const Rule& rule : rules_) {
      Result<bool> holds = rule.expression ? Holds(*rule.expression, scope, input->value())
                                           : rule.condition.Holds(scope, input->value());
      if (!holds) return out.Fail(Reported(scope, out, std::move(holds).error()));
      if (*holds) return Leave(scope, out, *input, &rule, rule.next);
    }
    if (default_) return Leave(scope, out, *input, nullptr, *default_);
    out.Fail(Reported(scope, out, {std::string(error_names::kNoChoiceMatched), CauseText(Cause::kNoChoiceMatched)}));
  }

  void AppendTargets(std::vector<int64_t>& targets) const override {
    for (const Rule& rule : rules_) targets.push_back(rule.next);
    if (default_) targets.push_back(*default_);
  }

 private:
  struct Rule {
    ChoiceRule condition;
    int64_t next;
    std::optional<PayloadTemplate> assign;
    std::optional<PayloadTemplate> expression, output;  // JSONata
  };

  static void CheckCondition(Report& report, const Place& place, const Value* condition) {
    if (condition == nullptr || condition->is_bool()) return;
    if (!condition->is_string()) {
      report.Add("bad-choice-rule", place, "Expected value of type [BOOLEAN]",
                 "write an expression, {% ... %}, or true or false");
    } else if (!LooksLikeJsonata(condition->as_string())) {
      report.Add("jsonata-not-an-expression", place, "JSONata string must start with {% and end with %}",
                 "write an expression, {% ... %}, or true or false");
    }
  }

  static Result<bool> Holds(const PayloadTemplate& expression, const StepScope& scope, const Value& input) {
    Result<Value> value = expression.EvaluateAs("boolean", scope.ForExpression(input));
    if (!value) return std::move(value).error();
    return value->is_bool() && value->as_bool();
  }

  void ReadChoices(const StateReader& reader) {
    const Value* choices = reader.Get("Choices");
    if (choices == nullptr) return;
    const Place list = reader.place().Key("Choices");
    if (choices->size() == 0) reader.report().Add("choice-without-choices", list, "Value cannot be empty");
    for (size_t i = 0; i < choices->size(); ++i) {
      const Value& object = choices->items()[i];
      const Place place = list.Index(i);
      if (IsPlaceholder(object)) continue;
      if (!object.is_object()) {
        reader.report().Add("bad-type", place, "Expected value of type [OBJECT]");
        continue;
      }
      const FieldReader rule(object, place, reader.language(), {ChoiceRuleFields()}, {}, reader.report());
      const Value* next = rule.Get("Next");
      if (object.Find("Next") == nullptr) {
        reader.report().Add("choice-rule-without-next", place, "These fields are required: [Next]");
      }
      const Value* condition = rule.Get("Condition");
      CheckCondition(reader.report(), place.Key("Condition"), condition);
      const std::string location = "Choices[" + std::to_string(i) + "]/";
      rules_.push_back({ChoiceRule::Read(rule, object, /*nested=*/false),
                        next == nullptr ? kNowhere : reader.Target(*next, place.Key("Next")),
                        ReadAssign(rule, location), rule.Template("Condition", location + "Condition"),
                        rule.Template("Output", location + "Output")});
    }
  }

  // The Assign of a rule that holds replaces the state's, which is for the Default (recorded: BASE_ASSIGN_IN_CHOICE).
  void Leave(const StepScope& scope, Outcome& out, const Payload& input, const Rule* rule, int64_t next) const {
    Result<Passed> passed =
        rule == nullptr ? flow_.PassOn(scope, input) : flow_.PassOn(scope, input, rule->assign, rule->output);
    if (!passed) return out.Fail(Reported(scope, out, std::move(passed).error()));
    scope.Decided(rule == nullptr ? Decision::kDefault : Decision::kRule,
                  rule == nullptr ? 0 : static_cast<size_t>(rule - rules_.data()));
    out.Add(ExitedEvent(EventType::kChoiceStateExited, scope, name(), std::move(passed).value(), next));
  }

  const DataFlow flow_;
  std::vector<Rule> rules_;
  std::optional<int64_t> default_;
};

}  // namespace

const StateType kChoiceType = {
    "Choice", kFields, /*has_next=*/false,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Choice>(reader); }};

}  // namespace gait
