// Reading mocked responses: the answers of a state's attempts, as they stand in a mock configuration and in test files.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/base/result.h"
#include "integrations/config_reader.h"
#include "integrations/mock_config.h"

namespace gait {

// The findings that a response may have, beside those of every file, by their ids.
namespace mock_rule {
inline constexpr std::string_view kBadAttempts = "bad-attempts", kOverlap = "overlapping-attempts",
                                  kGap = "attempts-with-gap", kNoAnswer = "attempt-without-answer",
                                  kTwoAnswers = "attempt-with-two-answers";
}

// More attempts than any Retry asks for; what is larger is a slip.
inline constexpr int64_t kMockedAttemptMax = 1'000'000'000;

class MockedResponseReader : protected ConfigReader {
 protected:
  using ConfigReader::ConfigReader;

  // The answers by attempt: {"0": {...}, "1-3": {...}}.
  MockedResponse ReadResponse(const Value& response, const Place& place);
  // One answer: its Return or its Throw. Nothing if it is faulty. `fields`: those that it may have.
  std::optional<Result<Value>> ReadAnswer(const Value& answer, const Place& place,
                                          std::span<const std::string_view> fields);
  static constexpr std::string_view kAnswerFields[] = {"Return", "Throw", "Comment"};

  // Reports fields that there are not. False if it is no object.
  bool Check(const Value& object, const Place& place, std::span<const std::string_view> fields);
};

}  // namespace gait
