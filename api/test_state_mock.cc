#include "api/test_state_mock.h"

#include <algorithm>

#include "api/members.h"
#include "engine/json/parse.h"
#include "engine/task/resource.h"
#include "integrations/service_operations.h"
#include "integrations/service_shapes.h"

namespace gait {
namespace {

ApiError Invalid(std::string message) { return {"ValidationException", std::move(message)}; }

// The result of a task, by the model of the service that would have given it.
std::optional<ApiError> CheckTaskResult(const Value& result, const Value& state, bool required, ServiceModels& models) {
  const auto resource = ParseTaskResource(TextOf(state, "Resource"));
  const auto operation = resource ? ServiceOperationOf(*resource) : std::nullopt;
  if (!operation) return std::nullopt;
  const auto unchecked = [&](const std::string& why) {
    return Invalid("Mock result schema validation is not possible: " + why +
                   ". Set the mock's fieldValidationMode to NONE to go without.");
  };
  const auto model = models.Find(operation->service);
  if (model == nullptr) {
    const std::string places = models.Places();
    return unchecked("gait finds no service model of '" + operation->service + "' " +
                     (places.empty() ? "because botocore is not installed" : "in " + places) +
                     ". Install botocore (Debian's python3-botocore), or name a folder of its models with "
                     "--service-models");
  }
  const auto name = model->OperationName(operation->action);
  if (!name) return unchecked("the model of '" + operation->service + "' has no operation " + operation->action);
  if (auto finding = CheckOutput(*model, *name, result, required, operation->any_member)) {
    return Invalid("Mock result schema validation error: " + *finding);
  }
  return std::nullopt;
}

std::optional<ApiError> CheckResult(const Value& result, const Value& state, std::string_view mode,
                                    ServiceModels& models) {
  const std::string_view type = TextOf(state, "Type");
  if (type == "Task") {
    return mode == "NONE" ? std::nullopt : CheckTaskResult(result, state, mode == "STRICT", models);
  }
  if (type == "Map" && state.Find("ResultWriter") != nullptr) {
    if (!result.is_object()) return Invalid("Mocked result must be a JSON object.");
    return std::nullopt;
  }
  if (!result.is_array()) return Invalid("Mocked result must be an array.");
  if (type == "Parallel" && result.size() != state.Find("Branches")->size()) {
    return Invalid("Mocked result must contain the same number of items as number of Parallel branches.");
  }
  return std::nullopt;
}

// The context object's members, and their types. https://docs.aws.amazon.com/step-functions/latest/dg/
// input-output-contextobject.html
struct ContextRow {
  std::string_view within, name;
  enum : uint8_t { kText, kInteger, kObject, kAny } type;
};
constexpr ContextRow kContext[] = {
    {"", "Execution", ContextRow::kObject},
    {"", "State", ContextRow::kObject},
    {"", "StateMachine", ContextRow::kObject},
    {"", "Task", ContextRow::kObject},
    {"Execution", "Id", ContextRow::kText},
    {"Execution", "Input", ContextRow::kAny},
    {"Execution", "Name", ContextRow::kText},
    {"Execution", "RoleArn", ContextRow::kText},
    {"Execution", "StartTime", ContextRow::kText},
    {"Execution", "RedriveCount", ContextRow::kInteger},
    {"Execution", "RedriveTime", ContextRow::kText},
    {"State", "EnteredTime", ContextRow::kText},
    {"State", "Name", ContextRow::kText},
    {"State", "RetryCount", ContextRow::kInteger},
    {"StateMachine", "Id", ContextRow::kText},
    {"StateMachine", "Name", ContextRow::kText},
    {"Task", "Token", ContextRow::kText},
};

// What is wrong with the members of `object`, which is the context object (`within` "") or a member of it.
std::optional<std::string> ContextFinding(const Value& object, std::string_view within) {
  for (const Member& m : object.members()) {
    if (within.empty() && m.name() == "Map") return "'Map' field is not supported when mocking a Context object";
    const auto row = std::find_if(std::begin(kContext), std::end(kContext),
                                  [&](const ContextRow& r) { return r.within == within && r.name == m.name(); });
    if (row == std::end(kContext)) return "Field '" + std::string(m.name()) + "' is not allowed";
    const std::string name = (within.empty() ? "" : std::string(within) + ".") + std::string(m.name());
    if (row->type == ContextRow::kText && !m.value.is_string()) return name + " must be a string";
    if (row->type == ContextRow::kInteger && !m.value.is_int()) return name + " must be a number";
    if (row->type != ContextRow::kObject) continue;
    if (!m.value.is_object()) return name + " must be an object";
    if (auto finding = ContextFinding(m.value, m.name())) return finding;
  }
  return std::nullopt;
}

}  // namespace

std::variant<Result<Value>, ApiError> ReadMock(const Value& mock, const Value& state, ServiceModels& models) {
  const std::string_view type = TextOf(state, "Type");
  if (type != "Task" && type != "Map" && type != "Parallel") {
    return Invalid("State type '" + std::string(type) + "' is not supported when a mock is specified");
  }
  if (const Value* error = mock.Find("errorOutput"); error != nullptr && !error->is_null()) {
    auto name = OptionalText(*error, "error");
    if (!name) return Invalid("An error was not specified in the mocked error output.");
    return Result<Value>(WorkflowError{std::move(name), OptionalText(*error, "cause")});
  }
  const auto text = OptionalText(mock, "result");
  if (!text) return Invalid("A test mock should have one of the following fields: [result, errorOutput].");
  JsonParse parse = ParseJson(*text);
  if (!parse) return Invalid("Mocked result must be valid JSON");
  const std::string_view mode = TextOf(mock, "fieldValidationMode", "STRICT");
  if (auto error = CheckResult(*parse.value, state, mode, models)) return *std::move(error);
  return Result<Value>(*std::move(parse.value));
}

std::variant<Value, ApiError> ReadContext(std::string_view text, const Value& state) {
  const auto invalid = [](const std::string& why) { return Invalid("Invalid Context object provided: " + why); };
  JsonParse parse = ParseJson(text);
  if (!parse) return invalid("must be valid JSON");
  if (!parse.value->is_object()) return invalid("must be an object");
  if (auto finding = ContextFinding(*parse.value, "")) return invalid(*finding);
  const auto resource = ParseTaskResource(TextOf(state, "Resource"));
  const bool waits = resource && resource->pattern != TaskPattern::kRequestResponse;
  if (parse.value->Find("Task") != nullptr && !waits) {
    return invalid(
        "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service "
        "integration pattern");
  }
  return *std::move(parse.value);
}

}  // namespace gait
