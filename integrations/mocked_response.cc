#include "integrations/mocked_response.h"

#include <algorithm>
#include <charconv>

namespace gait {

using namespace config_rule;
using namespace mock_rule;

namespace {

constexpr std::string_view kThrowFields[] = {"Error", "Cause"};

std::optional<int64_t> AttemptOf(std::string_view digits) {
  int64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  const bool all = error == std::errc() && end == digits.data() + digits.size();
  return all && digits.front() != '-' && n <= kMockedAttemptMax ? std::optional(n) : std::nullopt;
}

}  // namespace

MockedResponse MockedResponseReader::ReadResponse(const Value& response, const Place& place) {
  MockedResponse attempts;
  if (!IsObject(response, place)) return attempts;
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
    auto answer = ReadAnswer(m.value, at, kAnswerFields);
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
  if (diagnostics_.size() != wrong) return attempts;  // what is missing may be what was refused
  int64_t next = 0;
  for (const MockedAttempts& a : attempts) {
    if (a.first != next) {
      AddAtKey(kGap, place, "Attempt " + std::to_string(next) + " has no answer",
               "attempts count from 0, without gaps");
      break;
    }
    next = a.last + 1;
  }
  return attempts;
}

std::optional<Result<Value>> MockedResponseReader::ReadAnswer(const Value& attempt, const Place& place,
                                                              std::span<const std::string_view> fields) {
  if (!Check(attempt, place, fields)) return std::nullopt;
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

bool MockedResponseReader::Check(const Value& object, const Place& place, std::span<const std::string_view> fields) {
  if (!IsObject(object, place)) return false;
  for (const Member& m : object.members()) {
    if (std::find(fields.begin(), fields.end(), m.name()) != fields.end()) continue;
    AddUnknown(place, m.name(), fields);
  }
  return true;
}

}  // namespace gait
