#include "integrations/mocked.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {
namespace {

// Is it the answer of Lambda's Invoke, which is what a mock of a function is? Then the state's result is the payload,
// as it is when the function is invoked.
bool IsInvokeAnswer(const Value& value) {
  if (!value.is_object() || value.Find("Payload") == nullptr) return false;
  constexpr std::string_view kMembers[] = {"ExecutedVersion", "FunctionError",       "LogResult", "Payload",
                                           "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"};
  return std::all_of(value.members().begin(), value.members().end(), [&](const Member& m) {
    return std::find(std::begin(kMembers), std::end(kMembers), m.name()) != std::end(kMembers);
  });
}

Result<Value> RuntimeError(std::string cause) {
  return WorkflowError{std::string(error_names::kRuntime), std::move(cause)};
}

}  // namespace

std::optional<Result<Value>> MockedAnswer(const MockConfig& config, const MockedTask& task) {
  const TestCase* test_case = config.Find(task.state_machine, task.test_case);
  if (test_case == nullptr) return RuntimeError(CauseText(Cause::kNoTestCase, {task.test_case, task.state_machine}));
  const auto state = test_case->find(task.state);
  if (state == test_case->end()) return std::nullopt;
  const auto response = config.responses.find(state->second);
  if (response != config.responses.end()) {
    for (const MockedAttempts& attempts : response->second) {
      if (task.attempt < attempts.first || task.attempt > attempts.last) continue;
      const bool function = task.resource.kind == TaskResource::Kind::kLambdaFunction;
      if (function && attempts.answer && IsInvokeAnswer(*attempts.answer)) return *attempts.answer->Find("Payload");
      return attempts.answer;
    }
  }
  return RuntimeError(CauseText(Cause::kNoMockedAttempt, {state->second, std::to_string(task.attempt)}));
}

}  // namespace gait
