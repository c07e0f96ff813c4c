// Fail: ends its States object with an error. https://states-language.net/#fail-state
#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/json/write.h"
#include "states/data_flow.h"
#include "states/state_table.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {
    Text("Error"),
    Text("Cause"),
    {"ErrorPath", FieldType::kPathOrCall, FieldLanguage::kJsonPath},
    {"CausePath", FieldType::kPathOrCall, FieldLanguage::kJsonPath},
};

// The functions whose result is a text: the ones that may stand here.
constexpr std::string_view kTextFunctions[] = {"States.Format",       "States.JsonToString", "States.ArrayGetItem",
                                               "States.Base64Encode", "States.Base64Decode", "States.Hash",
                                               "States.UUID"};

// `Error` and `ErrorPath`, or `Cause` and `CausePath`.
struct TextField {
  std::optional<std::string> literal;
  std::optional<PathOrCall> dynamic;
  std::optional<PayloadTemplate> expression;
  std::string path_name;

  TextField(const StateReader& reader, std::string_view name)
      : literal(reader.Text(name)), expression(reader.Expression(name)), path_name(std::string(name) + "Path") {
    reader.AtMostOne("value-and-path", {name, path_name});
    reader.WarnOfStaticPath(name);
    dynamic = reader.PathOrCallOf(path_name);
    const auto* call = dynamic ? std::get_if<IntrinsicCall>(&dynamic->content) : nullptr;
    if (call != nullptr &&
        std::find(std::begin(kTextFunctions), std::end(kTextFunctions), call->function()) == std::end(kTextFunctions)) {
      reader.report().Add("bad-intrinsic", reader.place().Key(path_name),
                          "The function '" + std::string(call->function()) + "' is not allowed in " + path_name,
                          "use one whose result is a text: " + Bracketed(kTextFunctions));
    }
  }

  Result<std::optional<std::string>> Evaluate(const StepScope& scope, const Value& input) const {
    if (expression) {
      Result<Value> text = expression->EvaluateAs("string", scope.ForExpression(input));
      if (!text) return std::move(text).error();
      return std::optional<std::string>(text->as_string());
    }
    if (!dynamic) return literal;
    Result<Value> value = Value();
    if (const auto* call = std::get_if<IntrinsicCall>(&dynamic->content)) {
      value = call->Evaluate(scope.ForExpression(input), path_name);
    } else {
      const Path& path = std::get<Path>(dynamic->content);
      auto found = path.Evaluate(scope.ForExpression(input));
      if (std::holds_alternative<JsonPathMiss>(found)) {
        const Value* root = path.RootValue(scope.ForExpression(input));
        return WorkflowError{std::string(error_names::kRuntime),
                             CauseText(Cause::kPathNotInInput,
                                       {path.text(), path_name, root == nullptr ? std::string() : ToJson(*root)})};
      }
      value = std::move(std::get<Value>(found));
    }
    if (!value) return std::move(value).error();
    if (!value->is_string()) {
      return WorkflowError{std::string(error_names::kRuntime),
                           CauseText(Cause::kErrorPathNotString, {path_name, ToJson(*value)})};
    }
    return std::optional<std::string>(value->as_string());
  }
};

class Fail : public State {
 public:
  explicit Fail(const StateReader& reader) : State(reader), error_(reader, "Error"), cause_(reader, "Cause") {}

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/false);
    const Payload raw = scope.branch().payload;
    Enter(message, EventType::kFailStateEntered, scope, out);
    if (scope.inspected() && language() == QueryLanguage::kJsonPath) {
      scope.Note(Inspected::kAfterInputPath, raw.value());
    }
    auto error = error_.Evaluate(scope, raw.value());
    if (!error) return out.Fail(Reported(scope, out, std::move(error).error()));
    auto cause = cause_.Evaluate(scope, raw.value());
    if (!cause) return out.Fail(Reported(scope, out, std::move(cause).error()));
    out.Fail({std::move(error).value(), std::move(cause).value()});
  }

  void AppendTargets(std::vector<int64_t>& targets) const override { targets.push_back(kEnd); }

 private:
  const TextField error_, cause_;
};

}  // namespace

const StateType kFailType = {
    "Fail", kFields, /*has_next=*/false,
    [](StateReader& reader) -> std::unique_ptr<const State> { return std::make_unique<Fail>(reader); }};

}  // namespace gait
