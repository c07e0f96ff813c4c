#include "testing/test_case_reader.h"

#include <algorithm>
#include <limits>

#include "api/request_checks.h"
#include "engine/json/write.h"

namespace gait {

using namespace config_rule;
using namespace mock_rule;
using namespace test_rule;

namespace {

using enum TestFieldType;

constexpr TestField kExpectFields[] = {{"comment", kAny},        {"status", kText},  {"output", kAny},
                                       {"outputMatches", kAny},  {"error", kText},   {"cause", kText},
                                       {"causeMatches", kText},  {"path", kTexts},   {"pathIncludes", kTexts},
                                       {"pathExcludes", kTexts}, {"calls", kObject}, {"elapsed", kAny},
                                       {"variables", kObject}};
constexpr TestField kCallsFields[] = {{"count", kAny}, {"arguments", kArray}, {"argumentsMatch", kArray}};
constexpr TestField kElapsedFields[] = {{"atLeast", kAny}, {"atMost", kAny}};
constexpr TestField kContextFields[] = {{"Execution", kObject}};
constexpr TestField kExecutionFields[] = {{"Name", kText}, {"StartTime", kText}};
constexpr std::string_view kInOrderFields[] = {"Return", "Throw", "Comment", "Repeat"};
constexpr std::string_view kStatuses[] = {"SUCCEEDED", "FAILED", "TIMED_OUT"};

bool Has(const Value& value, TestFieldType type) {
  switch (type) {
    case kAny: return true;
    case kText: return value.is_string();
    case kObject: return value.is_object();
    case kNumber: return value.is_number();
    case kArray: return value.is_array();
    case kTexts:
      return value.is_array() &&
             std::all_of(value.items().begin(), value.items().end(), [](const Value& v) { return v.is_string(); });
  }
  return false;
}

std::string_view Called(TestFieldType type) {
  switch (type) {
    case kText: return "a string";
    case kTexts: return "an array of strings";
    case kObject: return "an object";
    case kArray: return "an array";
    case kNumber: return "a number";
    case kAny: break;
  }
  return "a value";
}

}  // namespace

bool TestCaseReader::CheckFields(const Value& object, const Place& place, std::span<const TestField> fields) {
  if (!IsObject(object, place)) return false;
  for (const Member& m : object.members()) {
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const TestField& f) { return f.name == m.name(); });
    if (field == fields.end()) {
      std::vector<std::string_view> names;
      for (const TestField& f : fields) names.push_back(f.name);
      AddUnknown(place, m.name(), names);
    } else if (!Has(m.value, field->type)) {
      AddAtValue(kBadType, place.Key(m.name()),
                 "'" + std::string(m.name()) + "' must be " + std::string(Called(field->type)), "");
    }
  }
  for (const TestField& field : fields) {
    if (field.required && object.Find(field.name) == nullptr) {
      AddAtKey(kMissingField, place, "The field '" + std::string(field.name) + "' is missing", "");
    }
  }
  return true;
}

std::optional<std::string> TestCaseReader::TextOf(const Value& object, std::string_view field) {
  const Value* value = object.Find(field);
  return value != nullptr && value->is_string() ? std::optional<std::string>(value->as_string()) : std::nullopt;
}

const Value* TestCaseReader::ObjectOf(const Value& object, std::string_view field) {
  const Value* value = object.Find(field);
  return value != nullptr && value->is_object() ? value : nullptr;
}

const Value* TestCaseReader::ArrayOf(const Value& object, std::string_view field) {
  const Value* value = object.Find(field);
  return value != nullptr && value->is_array() ? value : nullptr;
}

void TestCaseReader::AddUnknownName(std::string_view rule, const Place& place, bool at_key, std::string message,
                                    std::string_view name, std::span<const std::string_view> names, std::string intro) {
  std::string hint = Known(name, names, std::move(intro));
  if (at_key) return AddAtKey(rule, place, std::move(message), std::move(hint));
  AddAtValue(rule, place, std::move(message), std::move(hint));
}

void TestCaseReader::CheckState(std::string_view name, const Place& place, bool at_key, bool is_task) {
  if (types_.empty()) return;
  const auto state = types_.find(name);
  if (state == types_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [other, type] : types_) {
      if (!is_task || type == "Task") names.push_back(other);
    }
    AddUnknownName(kUnknownState, place, at_key, "The definition has no state '" + std::string(name) + "'", name, names,
                   "it has:");
  } else if (is_task && state->second != "Task") {
    AddAtKey(kNotATask, place, "'" + std::string(name) + "' is no Task but a " + state->second,
             "only tasks are called, and have mocks");
  }
}

// ---- Mocks

StateMocks TestCaseReader::ReadMocks(const Value& mocks, const Place& place) {
  StateMocks result;
  for (const Member& m : mocks.members()) {
    const Place at = place.Key(m.name());
    CheckState(m.name(), at, /*at_key=*/true, /*is_task=*/true);
    if (auto response = ReadMock(m.value, at)) result.emplace(m.name(), *std::move(response));
  }
  return result;
}

std::optional<MockedResponse> TestCaseReader::ReadMock(const Value& mock, const Place& place) {
  if (mock.is_array()) return ReadAnswersInOrder(mock, place);
  if (!IsObject(mock, place)) return std::nullopt;
  const bool is_answer = mock.size() == 0 || std::any_of(std::begin(kAnswerFields), std::end(kAnswerFields),
                                                         [&](auto field) { return mock.Find(field) != nullptr; });
  if (!is_answer) return ReadResponse(mock, place);
  auto answer = ReadAnswer(mock, place, kAnswerFields);
  if (!answer) return std::nullopt;
  return MockedResponse{{0, std::numeric_limits<int64_t>::max(), *std::move(answer)}};
}

std::optional<MockedResponse> TestCaseReader::ReadAnswersInOrder(const Value& answers, const Place& place) {
  if (answers.size() == 0) {
    AddAtValue(kNoAnswer, place, "The mock has no answers", "");
    return std::nullopt;
  }
  MockedResponse response;
  int64_t next = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    const Place at = place.Index(i);
    const Value& entry = answers.items()[i];
    auto answer = ReadAnswer(entry, at, kInOrderFields);
    if (!answer) continue;
    int64_t last = next;
    if (const Value* repeat = entry.Find("Repeat")) {
      const bool is_last = i + 1 == answers.size();
      const bool counts = repeat->is_int() && repeat->as_int() >= 1 && repeat->as_int() <= kMockedAttemptMax;
      const bool ever = repeat->is_bool() && repeat->as_bool();
      if (!counts && !ever) {
        AddAtValue(kBadValue, at.Key("Repeat"), "'Repeat' must be a number of attempts, or true",
                   "true, in the last entry, is for all attempts that follow");
        continue;
      }
      if (ever && !is_last) {
        AddAtValue(kBadValue, at.Key("Repeat"), "What follows an answer that repeats for ever is never given",
                   "give it a number of attempts");
        continue;
      }
      last = ever ? std::numeric_limits<int64_t>::max() : next + repeat->as_int() - 1;
    }
    response.push_back({next, last, *std::move(answer)});
    if (last == std::numeric_limits<int64_t>::max()) break;
    next = last + 1;
  }
  return response;
}

void TestCaseReader::ReadContext(const Value& context, const Place& place, TestCaseSpec& spec) {
  CheckFields(context, place, kContextFields);
  const Value* execution = ObjectOf(context, "Execution");
  if (execution == nullptr) return;
  const Place at = place.Key("Execution");
  CheckFields(*execution, at, kExecutionFields);
  if (const auto name = TextOf(*execution, "Name")) {
    if (!IsValidName(*name)) {
      AddAtValue(kBadValue, at.Key("Name"), "'" + *name + "' cannot be an execution's name",
                 "1 to 80 characters, without blanks and < > { } [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : /");
    }
    spec.execution_name = *name;
  }
  if (const auto text = TextOf(*execution, "StartTime")) {
    spec.start_time = ParseTimestamp(*text);
    if (!spec.start_time) {
      AddAtValue(kBadValue, at.Key("StartTime"), "'" + *text + "' is no timestamp", "as in 2026-01-31T12:00:00Z");
    }
  }
}

// ---- Expectations

Expectations TestCaseReader::ReadExpectations(const Value& expect, const Place& place) {
  Expectations result;
  result.status = ExecutionStatus::kSucceeded;
  if (!CheckFields(expect, place, kExpectFields)) return result;
  if (const Value* output = expect.Find("output")) result.output = *output;
  if (const Value* output = expect.Find("outputMatches")) result.output_matches = *output;
  result.error = TextOf(expect, "error");
  result.cause = TextOf(expect, "cause");
  result.cause_matches = TextOf(expect, "causeMatches");
  ReadStatus(expect, place, result);
  result.path = StatesOf(expect, place, "path");
  result.path_includes = StatesOf(expect, place, "pathIncludes");
  result.path_excludes = StatesOf(expect, place, "pathExcludes");
  if (const Value* calls = ObjectOf(expect, "calls")) ReadCalls(*calls, place.Key("calls"), result);
  if (const Value* elapsed = expect.Find("elapsed")) ReadElapsed(*elapsed, place.Key("elapsed"), result);
  if (const Value* variables = ObjectOf(expect, "variables")) result.variables = *variables;
  return result;
}

void TestCaseReader::ReadStatus(const Value& expect, const Place& place, Expectations& result) {
  const bool fails = result.error || result.cause || result.cause_matches;
  if (fails) result.status = std::nullopt;
  const auto text = TextOf(expect, "status");
  if (text) {
    const Place at = place.Key("status");
    if (std::find(std::begin(kStatuses), std::end(kStatuses), *text) == std::end(kStatuses)) {
      AddUnknownName(kBadValue, at, /*at_key=*/false, "'" + *text + "' is no status of an execution that has ended",
                     *text, kStatuses, "one of:");
      return;
    }
    result.status = StatusOf(*text);
    if (fails && result.status == ExecutionStatus::kSucceeded) {
      AddAtValue(kContradiction, at, "An execution that succeeded has no error", "remove the status, or the error");
    }
  }
  const bool succeeds = result.output || result.output_matches;
  if (succeeds && result.status != ExecutionStatus::kSucceeded) {
    AddAtKey(kContradiction, place.Key(result.output ? "output" : "outputMatches"),
             "An execution that did not succeed has no output", "remove the output");
  }
}

std::optional<Value> TestCaseReader::StatesOf(const Value& expect, const Place& place, std::string_view field) {
  const Value* states = ArrayOf(expect, field);
  if (states == nullptr || !Has(*states, kTexts)) return std::nullopt;
  for (size_t i = 0; i < states->size(); ++i) {
    CheckState(states->items()[i].as_string(), place.Key(field).Index(i), /*at_key=*/false, /*is_task=*/false);
  }
  return *states;
}

std::optional<int64_t> TestCaseReader::CountOf(const Value& value, const Place& place) {
  if (value.is_int() && value.as_int() >= 0) return value.as_int();
  AddAtValue(kBadType, place, "A number of calls must be an integer, and not negative", "");
  return std::nullopt;
}

void TestCaseReader::ReadCalls(const Value& calls, const Place& place, Expectations& result) {
  for (const Member& m : calls.members()) {
    const Place at = place.Key(m.name());
    CheckState(m.name(), at, /*at_key=*/true, /*is_task=*/true);
    ExpectedCalls& expected = result.calls[std::string(m.name())];
    if (m.value.is_array()) {
      expected.arguments = m.value;
    } else if (!m.value.is_object()) {
      expected.count = CountOf(m.value, at);
    } else if (CheckFields(m.value, at, kCallsFields)) {
      if (const Value* count = m.value.Find("count")) expected.count = CountOf(*count, at.Key("count"));
      const Value* exact = ArrayOf(m.value, "arguments");
      const Value* partial = ArrayOf(m.value, "argumentsMatch");
      if (exact != nullptr && partial != nullptr) {
        AddAtKey(kContradiction, at.Key("argumentsMatch"), "There are arguments and argumentsMatch",
                 "remove one of them");
      }
      if (partial != nullptr) expected.match = Match::kPartial;
      if (exact != nullptr || partial != nullptr) expected.arguments = exact != nullptr ? *exact : *partial;
      if (expected.count && expected.arguments && *expected.count != static_cast<int64_t>(expected.arguments->size())) {
        AddAtValue(kContradiction, at.Key("count"),
                   "There are arguments of " + std::to_string(expected.arguments->size()) + " calls",
                   "the count may be left out");
      }
      if (m.value.size() == 0) AddAtValue(kMissingField, at, "Nothing is expected of the calls", "as in: 2");
    }
  }
}

std::optional<double> TestCaseReader::SecondsOf(const Value& value, const Place& place) {
  if (value.is_number() && value.as_double() >= 0) return value.as_double();
  AddAtValue(kBadType, place, "A time must be a number of seconds, and not negative", "");
  return std::nullopt;
}

void TestCaseReader::ReadElapsed(const Value& elapsed, const Place& place, Expectations& result) {
  if (!elapsed.is_object()) {
    result.elapsed_at_least = result.elapsed_at_most = SecondsOf(elapsed, place);
    return;
  }
  CheckFields(elapsed, place, kElapsedFields);
  if (const Value* least = elapsed.Find("atLeast")) result.elapsed_at_least = SecondsOf(*least, place.Key("atLeast"));
  if (const Value* most = elapsed.Find("atMost")) result.elapsed_at_most = SecondsOf(*most, place.Key("atMost"));
  if (elapsed.size() == 0) AddAtValue(kMissingField, place, "Nothing is expected of the time", "as in: {atMost: 60}");
  if (result.elapsed_at_least && result.elapsed_at_most && *result.elapsed_at_least > *result.elapsed_at_most) {
    AddAtValue(kContradiction, place, "No time is as long as that and as short", "atLeast is the smaller one");
  }
}

}  // namespace gait
