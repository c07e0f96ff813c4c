// Reading a case of a test file: its mocks and its expectations. For test_file.cc alone.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "engine/definition/state_machine.h"
#include "integrations/mocked_response.h"
#include "testing/test_file.h"

namespace gait {

// The findings of test files that other files have not, by their ids.
namespace test_rule {
inline constexpr std::string_view kMissingField = "missing-field", kBadValue = "bad-value",
                                  kUnreadable = "unreadable-file", kDuplicateCase = "duplicate-case",
                                  kUnknownState = "unknown-state", kNotATask = "not-a-task",
                                  kUnknownTestCase = "unknown-test-case", kUnusedMock = "unused-mock",
                                  kContradiction = "contradiction";
}

enum class TestFieldType { kAny, kText, kTexts, kObject, kArray, kNumber };
struct TestField {
  std::string_view name;
  TestFieldType type;
  bool required = false;
};

class TestCaseReader : protected MockedResponseReader {
 protected:
  using MockedResponseReader::MockedResponseReader;

  // Reports fields that there are not, that are missing, and those with a value of the wrong type. False if it is no
  // object.
  bool CheckFields(const Value& object, const Place& place, std::span<const TestField> fields);
  // The member, if it has the type that the table of the object says; what has another was reported.
  static std::optional<std::string> TextOf(const Value& object, std::string_view field);
  static const Value* ObjectOf(const Value& object, std::string_view field);
  static const Value* ArrayOf(const Value& object, std::string_view field);

  StateMocks ReadMocks(const Value& mocks, const Place& place);
  Expectations ReadExpectations(const Value& expect, const Place& place);
  void ReadContext(const Value& context, const Place& place, TestCaseSpec& spec);

  void AddUnknownName(std::string_view rule, const Place& place, bool at_key, std::string message,
                      std::string_view name, std::span<const std::string_view> names, std::string intro);

  // The definition's states by their names; empty as long as it could not be read: then no name is wrong.
  std::map<std::string, std::string, std::less<>> types_;  // to their types

 private:
  std::optional<MockedResponse> ReadMock(const Value& mock, const Place& place);
  std::optional<MockedResponse> ReadAnswersInOrder(const Value& answers, const Place& place);
  void CheckState(std::string_view name, const Place& place, bool at_key, bool is_task);
  std::optional<Value> StatesOf(const Value& expect, const Place& place, std::string_view field);
  void ReadStatus(const Value& expect, const Place& place, Expectations& result);
  void ReadCalls(const Value& calls, const Place& place, Expectations& result);
  void ReadElapsed(const Value& elapsed, const Place& place, Expectations& result);
  std::optional<double> SecondsOf(const Value& value, const Place& place);
  std::optional<int64_t> CountOf(const Value& value, const Place& place);
};

}  // namespace gait
