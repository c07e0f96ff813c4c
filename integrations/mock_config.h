// The mock configuration (MockConfigFile.json), in the format of Step Functions Local: which answers the tasks of a
// state machine get in a test case, in the place of the work being done. For people: docs/mocks.md; for editors:
// schemas/mock-config.schema.json.
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/result.h"
#include "engine/json/document.h"
#include "engine/json/value.h"

namespace gait {

// What the attempts `first` to `last` of a state get: `Return`, or the error of `Throw`.
struct MockedAttempts {
  int64_t first = 0, last = 0;
  Result<Value> answer;
};

// One of MockedResponses: its attempts by their number, of which none has two answers. May be empty: who names it has
// no answer for any attempt.
using MockedResponse = std::vector<MockedAttempts>;

// Which mocked response each state gets, by the state's name.
using TestCase = std::map<std::string, std::string, std::less<>>;

// Immutable once it was read.
struct MockConfig {
  std::map<std::string, std::map<std::string, TestCase, std::less<>>, std::less<>> state_machines;  // by their names
  std::map<std::string, MockedResponse, std::less<>> responses;                                     // by theirs

  // Null if there is none.
  const TestCase* Find(std::string_view state_machine, std::string_view test_case) const;
};

struct MockConfigParse {
  MockConfig config;  // of use if `diagnostics` has no errors; all that a test case names is there then
  Diagnostics diagnostics;
};

// Finds all that is wrong with the text.
MockConfigParse ReadMockConfig(std::string_view text, DocumentFormat format);

// The findings that there are, for the documentation.
struct MockRule {
  std::string_view id;  // stable
  Severity severity;
  std::string_view summary;  // one line
};
std::span<const MockRule> MockRules();

}  // namespace gait
