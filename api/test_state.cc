#include "api/test_state.h"

#include <algorithm>
#include <iterator>

#include "api/json_message.h"
#include "api/members.h"
#include "api/state_machines.h"
#include "api/test_state_mock.h"
#include "api/test_state_run.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/task/resource.h"

namespace gait {
namespace {

using I = Inspected;

ApiError Invalid(std::string message) { return {"ValidationException", std::move(message)}; }

// What is shown of a state's data, by its type (recorded). A Pass with a Result shows nothing of its input.
struct ShownRow {
  std::string_view type;
  Inspected what[10];
  size_t count;
};
constexpr ShownRow kShown[] = {
    {"Task",
     {I::kAfterInputPath, I::kAfterParameters, I::kAfterArguments, I::kResult, I::kAfterResultSelector,
      I::kAfterResultPath},
     6},
    {"Pass", {I::kAfterInputPath, I::kAfterParameters, I::kResult, I::kAfterResultSelector, I::kAfterResultPath}, 5},
    {"Parallel", {I::kAfterResultSelector, I::kAfterResultPath}, 2},
    {"Map",
     {I::kAfterInputPath, I::kAfterItemsPath, I::kAfterItemsPointer, I::kAfterItemSelector, I::kAfterItemBatcher,
      I::kAfterResultSelector, I::kAfterResultPath, I::kToleratedFailureCount, I::kToleratedFailurePercentage,
      I::kMaxConcurrency},
     10},
    {"Choice", {I::kAfterInputPath}, 1},
    {"Wait", {I::kAfterInputPath}, 1},
    {"Succeed", {I::kAfterInputPath}, 1},
    {"Fail", {I::kAfterInputPath}, 1},
};

// The members of the API's InspectionData: JSON as text, or a number as such.
struct MemberName {
  Inspected what;
  std::string_view name;
  bool is_number;
};
constexpr MemberName kNames[] = {
    {I::kAfterInputPath, "afterInputPath", false},
    {I::kAfterParameters, "afterParameters", false},
    {I::kAfterArguments, "afterArguments", false},
    {I::kResult, "result", false},
    {I::kAfterResultSelector, "afterResultSelector", false},
    {I::kAfterResultPath, "afterResultPath", false},
    {I::kAfterItemsPath, "afterItemsPath", false},
    {I::kAfterItemsPointer, "afterItemsPointer", false},
    {I::kAfterItemSelector, "afterItemSelector", false},
    {I::kAfterItemBatcher, "afterItemBatcher", false},
    {I::kToleratedFailureCount, "toleratedFailureCount", true},
    {I::kToleratedFailurePercentage, "toleratedFailurePercentage", true},
    {I::kMaxConcurrency, "maxConcurrency", true},
};

Value Text(const std::string& text) { return Value::String(text); }

Value ErrorDetails(const StateTestResult& result) {
  ObjectBuilder details;
  if (const Value& index = result.note(I::kCatchIndex); index.is_int()) details.Add("catchIndex", index);
  if (const Value& index = result.note(I::kRetryIndex); index.is_int()) details.Add("retryIndex", index);
  if (result.retry_backoff_seconds) {
    details.Add("retryBackoffIntervalSeconds", Value::Int(*result.retry_backoff_seconds));
  }
  return details.Build();
}

Value InspectionData(const StateTestResult& result, std::string_view type, const Payload& input) {
  ObjectBuilder data;
  data.Add("input", Text(input.text()));
  const auto row =
      std::find_if(std::begin(kShown), std::end(kShown), [&](const ShownRow& r) { return r.type == type; });
  const bool fixed = type == "Pass" && !result.note(I::kResult).is_undefined();
  for (const MemberName& member : kNames) {
    const Inspected* end = row->what + row->count;
    const Value& value = result.note(member.what);
    if (value.is_undefined() || std::find(row->what, end, member.what) == end) continue;
    if (fixed && member.what == I::kAfterInputPath) continue;
    data.Add(member.name, member.is_number ? value : Text(ToJson(value)));
  }
  if (!result.variables.is_undefined()) data.Add("variables", Text(ToJson(result.variables)));
  if (!result.request.is_undefined()) data.Add("request", result.request);
  if (!result.response.is_undefined()) data.Add("response", result.response);
  if (Value details = ErrorDetails(result); details.size() > 0) data.Add("errorDetails", std::move(details));
  return data.Build();
}

Value AnswerOf(const StateTestResult& result, std::string_view type, bool inspected, const Payload& input) {
  ObjectBuilder answer;
  if (result.output) answer.Add("output", Text(*result.output));
  if (result.error) answer.Add("error", Text(*result.error));
  if (result.cause) answer.Add("cause", Text(*result.cause));
  if (inspected) answer.Add("inspectionData", InspectionData(result, type, input));
  if (result.next_state) answer.Add("nextState", Text(*result.next_state));
  answer.Add("status", Value::String(result.status));
  return answer.Build();
}

// ---- The state

// The names of the states that one leads to.
void AppendTargets(const Value& object, std::vector<std::string>& targets) {
  for (const char* field : {"Next", "Default"}) {
    const Value* to = object.is_object() ? object.Find(field) : nullptr;
    if (to != nullptr && to->is_string()) targets.emplace_back(to->as_string());
  }
  for (const char* field : {"Choices", "Catch"}) {
    const Value* entries = object.is_object() ? object.Find(field) : nullptr;
    if (entries == nullptr) continue;
    for (const Value& entry : entries->items()) AppendTargets(entry, targets);
  }
}

// A machine around one state, which has what it leads to. Its diagnostics are AWS's: they name the state StateName.
std::string MachineAround(const Value& state) {
  constexpr std::string_view kName = "StateName";
  ObjectBuilder states;
  states.Add(kName, state);
  std::vector<std::string> targets;
  AppendTargets(state, targets);
  for (const std::string& target : targets) {
    if (target != kName) states.Add(target, Value::Object({{"Type", Value::String("Succeed")}}));
  }
  return ToJson(Value::Object({{"StartAt", Value::String(kName)}, {"States", states.Build()}}));
}

struct FoundState {
  const StateGraph* graph = nullptr;
  const State* state = nullptr;
};

// In `graph` or within its states.
FoundState FindState(const StateGraph& graph, std::string_view name) {
  std::vector<const StateGraph*> rest = {&graph};
  while (!rest.empty()) {
    const StateGraph* at = rest.back();
    rest.pop_back();
    for (size_t i = 0; i < at->size(); ++i) {
      const State& state = at->at(static_cast<int64_t>(i));
      if (state.name().as_string() == name) return {at, &state};
      state.AppendGraphs(rest);
    }
  }
  return {};
}

// The same in the definition: the state's object, or null.
const Value* FindDefinition(const Value& object, std::string_view name) {
  const Value* states = object.is_object() ? object.Find("States") : nullptr;
  if (states == nullptr) return nullptr;
  if (const Value* found = states->Find(name)) return found;
  for (const Member& m : states->members()) {
    std::vector<const Value*> inner = {m.value.Find("ItemProcessor"), m.value.Find("Iterator")};
    if (const Value* branches = m.value.Find("Branches")) {
      for (const Value& branch : branches->items()) inner.push_back(&branch);
    }
    for (const Value* within : inner) {
      const Value* found = within == nullptr ? nullptr : FindDefinition(*within, name);
      if (found != nullptr) return found;
    }
  }
  return nullptr;
}

struct Definition {
  std::shared_ptr<const StateMachine> machine;
  FoundState found;
  Value state;  // its object
};

std::variant<Definition, ApiError> ReadDefinition(EngineCore& engine, const Value& request) {
  const std::string_view text = TextOf(request, "definition");
  const auto name = OptionalText(request, "stateName");
  const JsonParse parse = name ? JsonParse() : ParseJson(text);
  const bool one_state = parse && parse.value->is_object();
  CompileResult compiled =
      engine.Compile(one_state ? MachineAround(*parse.value) : std::string(text), "STANDARD", /*to_execute=*/false);
  if (auto error = InvalidDefinition(compiled.diagnostics)) return *std::move(error);
  Definition definition;
  definition.machine = std::move(compiled.machine);
  definition.found = FindState(definition.machine->graph(), name.value_or("StateName"));
  if (definition.found.state == nullptr) return Invalid("State not found in definition");
  definition.state = *FindDefinition(compiled.definition, name.value_or("StateName"));
  return definition;
}

// ---- The request

// The members that are for a mock alone, and how AWS calls them.
struct MockOnly {
  std::string_view within, member, what;
};
constexpr MockOnly kMockOnly[] = {
    {"", "context", "Context"},
    {"stateConfiguration", "retrierRetryCount", "RetrierRetryCount"},
    {"stateConfiguration", "errorCausedByState", "ErrorCausedByState"},
    {"stateConfiguration", "mapIterationFailureCount", "MapIterationFailureCount"},
    {"stateConfiguration", "mapItemReaderData", "MapItemReaderData"},
};

const Value* Given(const Value& object, std::string_view member) {
  const Value* value = object.Find(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const Value* Given(const Value& request, std::string_view within, std::string_view member) {
  const Value* object = within.empty() ? &request : Given(request, within);
  return object == nullptr ? nullptr : Given(*object, member);
}

// What needs no look at the state.
std::optional<ApiError> CheckCombination(const Value& request) {
  const Value* mock = Given(request, "mock");
  if (mock == nullptr) {
    for (const MockOnly& row : kMockOnly) {
      if (Given(request, row.within, row.member) == nullptr) continue;
      return Invalid("TestState does not support " + std::string(row.what) + " when a mock is not specified.");
    }
    return std::nullopt;
  }
  if (Given(*mock, "result") != nullptr && Given(*mock, "errorOutput") != nullptr) {
    return Invalid("A test mock should have only one of the following fields: [result, errorOutput].");
  }
  const Value* reveal = Given(request, "revealSecrets");
  if (reveal != nullptr && reveal->as_bool()) {
    return Invalid("TestState does not support RevealSecrets when a mock is specified.");
  }
  return std::nullopt;
}

// What a state that is run for real must not be, and what it must be given.
std::optional<ApiError> CheckUnmocked(const Value& request, const Value& state) {
  const auto unsupported = [](std::string_view what) {
    return ApiError{"InvalidDefinition", "TestState API does not support " + std::string(what)};
  };
  const std::string_view type = TextOf(state, "Type");
  if (type == "Map" || type == "Parallel") {
    return unsupported(
        "Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]");
  }
  if (type != "Task") return std::nullopt;
  const auto resource = ParseTaskResource(TextOf(state, "Resource"));
  if (resource && resource->kind == TaskResource::Kind::kActivity) return unsupported("Activity tasks.");
  if (resource && resource->pattern != TaskPattern::kRequestResponse) {
    return unsupported("'.sync' or '.waitForTaskToken' integration patterns.");
  }
  if (Given(request, "roleArn") == nullptr) return Invalid("RoleArn must be specified when testing a Task state");
  return std::nullopt;
}

std::optional<ApiError> ReadMocked(EngineCore& engine, const Value& request, const Definition& definition,
                                   StateToTest& test) {
  auto mock = ReadMock(*Given(request, "mock"), definition.state, engine.service_models());
  if (auto* error = std::get_if<ApiError>(&mock)) return std::move(*error);
  test.mock = std::get<Result<Value>>(std::move(mock));
  if (const auto text = OptionalText(request, "context")) {
    auto context = ReadContext(*text, definition.state);
    if (auto* error = std::get_if<ApiError>(&context)) return std::move(*error);
    test.context = std::get<Value>(std::move(context));
  }
  const Value* config = Given(request, "stateConfiguration");
  if (config != nullptr) {
    if (const Value* count = Given(*config, "retrierRetryCount")) test.retries = count->as_int();
    if (const Value* count = Given(*config, "mapIterationFailureCount")) test.failed_iterations = count->as_int();
    test.item_reader_data = OptionalText(*config, "mapItemReaderData");
    if (const auto cause = OptionalText(*config, "errorCausedByState")) {
      std::vector<const StateGraph*> within;
      definition.found.state->AppendGraphs(within);
      if (std::none_of(within.begin(), within.end(),
                       [&](const StateGraph* graph) { return FindState(*graph, *cause).state != nullptr; })) {
        return Invalid("State not found in definition");
      }
    }
  }
  if (definition.state.Find("ItemReader") != nullptr && !test.item_reader_data) {
    return Invalid("ItemReader data must be specified when testing a Map state with ItemReader specified.");
  }
  return std::nullopt;
}

std::variant<StateToTest, ApiError> ReadTest(EngineCore& engine, const Value& request) {
  if (auto error = CheckCombination(request)) return *std::move(error);
  auto read = ReadDefinition(engine, request);
  if (auto* error = std::get_if<ApiError>(&read)) return std::move(*error);
  Definition& definition = std::get<Definition>(read);
  StateToTest test;
  test.graph = definition.found.graph;
  test.state = definition.found.state;
  if (const Value* retry = definition.state.Find("Retry")) test.retriers = retry->size();
  test.role_arn = TextOf(request, "roleArn");
  if (!test.role_arn.empty() && !ParseArn(test.role_arn)) return InvalidArn("Invalid Role Arn: " + test.role_arn);
  test.variables = Value::Object();
  if (const auto text = OptionalText(request, "variables")) {
    JsonParse variables = ParseJson(*text);
    if (!variables || !variables.value->is_object()) return Invalid("Variables must be a valid JSON object");
    test.variables = *std::move(variables.value);
  }
  const auto error = Given(request, "mock") == nullptr ? CheckUnmocked(request, definition.state)
                                                       : ReadMocked(engine, request, definition, test);
  if (error) return *error;
  const std::string_view text = TextOf(request, "input", "{}");
  JsonParse input = ParseJson(text);
  if (!input) {
    return ApiError{"InvalidExecutionInput", "Invalid State Machine Execution Input: '" + JacksonMessage(text) + "'"};
  }
  test.input = Payload::FromUser(*std::move(input.value), text);
  test.wants_exchange = TextOf(request, "inspectionLevel") == "TRACE";
  test.machine = std::move(definition.machine);
  return test;
}

}  // namespace

void TestState(EngineCore& engine, const Value& request, Respond respond) {
  auto read = ReadTest(engine, request);
  if (auto* error = std::get_if<ApiError>(&read)) return respond(std::move(*error));
  StateToTest& test = std::get<StateToTest>(read);
  const bool inspected = TextOf(request, "inspectionLevel", "INFO") != "INFO";
  const auto done = [respond, inspected, type = std::string(test.state->type()),
                     input = test.input](const std::variant<StateTestResult, ApiError>& result) {
    if (const auto* error = std::get_if<ApiError>(&result)) return respond(*error);
    respond(AnswerOf(std::get<StateTestResult>(result), type, inspected, input));
  };
  RunStateTest(engine, std::move(test), done);
}

}  // namespace gait
