#include "integrations/mock_config.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"
#include "integrations/mocked_response.h"

namespace gait {
namespace {

using namespace config_rule;
using namespace mock_rule;

constexpr std::string_view kNoResponse = "missing-response";

constexpr MockRule kRules[] = {
    {kInvalidText, Severity::kError, "the text is not JSON, or not YAML"},
    {kNotAnObject, Severity::kError, "the file, a section or an entry is not an object"},
    {kUnknownField, Severity::kWarning, "there is no such field: it is not read"},
    {kDuplicateField, Severity::kError, "a field stands twice in its object"},
    {kBadType, Severity::kError, "the value has the wrong type"},
    {kNoResponse, Severity::kError, "a test case names a mocked response that is not there"},
    {kBadAttempts, Severity::kError, R"(the key is no attempt, as "0", and no range of them, as "1-3")"},
    {kOverlap, Severity::kError, "an attempt has two answers"},
    {kGap, Severity::kWarning, "an attempt before the last one has no answer: the execution fails when it comes to it"},
    {kNoAnswer, Severity::kError, "an attempt has neither Return nor Throw, or a Throw without Error"},
    {kTwoAnswers, Severity::kError, "an attempt has both Return and Throw"},
};

Severity SeverityOf(std::string_view rule) {
  const auto* row = std::find_if(std::begin(kRules), std::end(kRules), [&](const MockRule& r) { return r.id == rule; });
  GAIT_CHECK(row != std::end(kRules), "no such rule: " + std::string(rule));
  return row->severity;
}

// "$schema" is for editors, "Comment" for people.
constexpr std::string_view kFileFields[] = {"StateMachines", "MockedResponses", "Comment", "$schema"};
constexpr std::string_view kStateMachineFields[] = {"TestCases", "Comment"};

class Reader : MockedResponseReader {
 public:
  Reader(std::string_view text, DocumentFormat format) : MockedResponseReader(text, format, SeverityOf) {}

  MockConfigParse Read() {
    if (const auto file = Open(ParseWithoutPlaceholders())) ReadFile(*file);
    return {std::move(config_), std::move(diagnostics_)};
  }

 private:
  void ReadFile(const Value& file) {
    if (!Check(file, Place(), kFileFields)) return;
    // The responses first: the test cases name them.
    ForEach(file, Place(), "MockedResponses", [this](std::string_view name, const Value& response, const Place& place) {
      config_.responses[std::string(name)] = ReadResponse(response, place);  // also if it is faulty: it is there
    });
    ForEach(file, Place(), "StateMachines", [this](std::string_view name, const Value& machine, const Place& place) {
      auto& test_cases = config_.state_machines[std::string(name)];
      if (!Check(machine, place, kStateMachineFields)) return;
      ForEach(machine, place, "TestCases", [&](std::string_view test_case, const Value& states, const Place& at) {
        ReadTestCase(states, at, test_cases[std::string(test_case)]);
      });
    });
  }

  void ReadTestCase(const Value& states, const Place& place, TestCase& test_case) {
    if (!IsObject(states, place)) return;
    for (const Member& state : states.members()) {
      const Place at = place.Key(state.name());
      if (!state.value.is_string()) {
        AddAtValue(kBadType, at, "A state's mock must be the name of a mocked response",
                   R"(as in "Charge": "Declined")");
        continue;
      }
      const std::string_view name = state.value.as_string();
      if (!config_.responses.contains(name)) {
        std::vector<std::string_view> names;
        for (const auto& [known, response] : config_.responses) names.push_back(known);
        AddAtValue(kNoResponse, at, "There is no mocked response '" + std::string(name) + "'",
                   Known(name, names, "MockedResponses has:"));
      }
      test_case.emplace(state.name(), name);
    }
  }

  // Calls `read` for each member of the object's field, which is an object itself or is reported.
  template <typename F>
  void ForEach(const Value& object, const Place& place, std::string_view field, F read) {
    const Value* section = object.Find(field);
    if (section == nullptr || !IsObject(*section, place.Key(field))) return;
    for (const Member& m : section->members()) read(m.name(), m.value, place.Key(field).Key(m.name()));
  }

  MockConfig config_;
};

}  // namespace

const TestCase* MockConfig::Find(std::string_view state_machine, std::string_view test_case) const {
  const auto machine = state_machines.find(state_machine);
  if (machine == state_machines.end()) return nullptr;
  const auto it = machine->second.find(test_case);
  return it == machine->second.end() ? nullptr : &it->second;
}

MockConfigParse ReadMockConfig(std::string_view text, DocumentFormat format) { return Reader(text, format).Read(); }

std::span<const MockRule> MockRules() { return kRules; }

}  // namespace gait
