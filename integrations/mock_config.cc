#include "integrations/mock_config.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "engine/base/check.h"
#include "engine/json/parse.h"
#include "integrations/config_reader.h"

namespace gait {
namespace {

using namespace config_rule;

constexpr std::string_view kNoResponse = "missing-response", kBadAttempts = "bad-attempts",
                           kOverlap = "overlapping-attempts", kGap = "attempts-with-gap",
                           kNoAnswer = "attempt-without-answer", kTwoAnswers = "attempt-with-two-answers";

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
constexpr std::string_view kAttemptFields[] = {"Return", "Throw", "Comment"};
constexpr std::string_view kThrowFields[] = {"Error", "Cause"};

// More than any Retry asks for; what is larger is a slip.
constexpr int64_t kAttemptMax = 1'000'000'000;

std::optional<int64_t> AttemptOf(std::string_view digits) {
  int64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  const bool all = error == std::errc() && end == digits.data() + digits.size();
  return all && digits.front() != '-' && n <= kAttemptMax ? std::optional(n) : std::nullopt;
}

class Reader : ConfigReader {
 public:
  Reader(std::string_view text, DocumentFormat format) : ConfigReader(text, format, SeverityOf) {}

  MockConfigParse Read() {
    DocumentParse parse = ParseDocument(text_, format_);
    if (parse && format_ == DocumentFormat::kJson) RefusePlaceholders(parse);
    if (const auto file = Open(std::move(parse))) ReadFile(*file);
    return {std::move(config_), std::move(diagnostics_)};
  }

 private:
  // An unquoted ${NAME} is for templates: nothing is put in its place here.
  void RefusePlaceholders(DocumentParse& parse) const {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    const size_t skipped = text_.starts_with(kMark) ? kMark.size() : 0;
    const JsonParse strict = ParseJson(text_.substr(skipped));
    if (strict) return;
    parse.value.reset();
    parse.message = strict.error.message;
    parse.position = PositionOf(text_, skipped + strict.error.offset);
  }

  void ReadFile(const Value& file) {
    if (!Check(file, Place(), kFileFields)) return;
    // The responses first: the test cases name them.
    ForEach(file, Place(), "MockedResponses", [this](std::string_view name, const Value& response, const Place& place) {
      ReadResponse(name, response, place);
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

  void ReadResponse(std::string_view name, const Value& response, const Place& place) {
    MockedResponse& attempts = config_.responses[std::string(name)];  // also if it is faulty: it is there
    if (!IsObject(response, place)) return;
    const size_t wrong = diagnostics_.size();
    for (const Member& m : response.members()) {
      const Place at = place.Key(m.name());
      const size_t dash = m.name().find('-');
      const auto first = AttemptOf(m.name().substr(0, dash));
      const auto last = dash == std::string_view::npos ? first : AttemptOf(m.name().substr(dash + 1));
      if (!first || !last || *first > *last) {
        AddAtKey(kBadAttempts, at, "'" + std::string(m.name()) + "' is no attempt",
                 R"(the first attempt is "0"; "1-3" is three of them)");
        continue;
      }
      auto answer = ReadAnswer(m.value, at);
      if (!answer) continue;
      const auto twice = std::find_if(attempts.begin(), attempts.end(),
                                      [&](const MockedAttempts& a) { return *first <= a.last && a.first <= *last; });
      if (twice != attempts.end()) {
        AddAtKey(kOverlap, at, "Attempt " + std::to_string(std::max(*first, twice->first)) + " has an answer already",
                 "give each attempt one");
        continue;
      }
      attempts.push_back({*first, *last, *std::move(answer)});
    }
    std::sort(attempts.begin(), attempts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (diagnostics_.size() != wrong) return;  // what is missing may be what was refused
    int64_t next = 0;
    for (const MockedAttempts& a : attempts) {
      if (a.first != next) {
        AddAtKey(kGap, place, "Attempt " + std::to_string(next) + " has no answer",
                 "attempts count from 0, without gaps");
        return;
      }
      next = a.last + 1;
    }
  }

  std::optional<Result<Value>> ReadAnswer(const Value& attempt, const Place& place) {
    if (!Check(attempt, place, kAttemptFields)) return std::nullopt;
    const Value* returned = attempt.Find("Return");
    const Value* thrown = attempt.Find("Throw");
    if ((returned == nullptr) == (thrown == nullptr)) {
      AddAtKey(returned == nullptr ? kNoAnswer : kTwoAnswers, place,
               returned == nullptr ? "The attempt has no answer" : "The attempt has both Return and Throw",
               returned == nullptr ? R"(give it a "Return" or a "Throw")" : "remove one of them");
      return std::nullopt;
    }
    if (returned != nullptr) return Result<Value>(*returned);
    const Place at = place.Key("Throw");
    if (!Check(*thrown, at, kThrowFields)) return std::nullopt;
    WorkflowError error;
    bool good = true;
    for (const std::string_view field : kThrowFields) {
      const Value* text = thrown->Find(field);
      if (text == nullptr) continue;
      if (!text->is_string()) {
        AddAtValue(kBadType, at.Key(field), "'" + std::string(field) + "' must be a string", "");
        good = false;
        continue;
      }
      (field == "Error" ? error.error : error.cause) = text->as_string();
    }
    if (thrown->Find("Error") == nullptr) {
      AddAtKey(kNoAnswer, at, "Throw has no Error", R"(as in "Throw": {"Error": "Lambda.TooManyRequestsException"})");
      good = false;
    }
    return good ? std::optional(Result<Value>(std::move(error))) : std::nullopt;
  }

  // Calls `read` for each member of the object's field, which is an object itself or is reported.
  template <typename F>
  void ForEach(const Value& object, const Place& place, std::string_view field, F read) {
    const Value* section = object.Find(field);
    if (section == nullptr || !IsObject(*section, place.Key(field))) return;
    for (const Member& m : section->members()) read(m.name(), m.value, place.Key(field).Key(m.name()));
  }

  // Reports fields that there are not. False if it is no object.
  bool Check(const Value& object, const Place& place, std::span<const std::string_view> fields) {
    if (!IsObject(object, place)) return false;
    for (const Member& m : object.members()) {
      if (std::find(fields.begin(), fields.end(), m.name()) != fields.end()) continue;
      AddUnknown(place, m.name(), fields);
    }
    return true;
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
