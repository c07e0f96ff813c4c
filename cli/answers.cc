#include "cli/answers.h"

#include <cmath>

#include "cli/command.h"

namespace gait::cli {

Value Answered(ApiResult result) {
  if (auto* error = std::get_if<ApiError>(&result)) throw UsageError(error->message);
  return std::get<Value>(std::move(result));
}

Timestamp DateIn(const Value& answer, std::string_view member) {
  return {std::llround(answer.Find(member)->as_double() * 1000)};
}

Value WithDates(Value answer) {
  for (const char* member : {"startDate", "stopDate", "redriveDate"}) {
    if (answer.Find(member) == nullptr) continue;
    const std::string date = FormatTimestamp(DateIn(answer, member));
    answer = std::move(answer).With(member, Value::String(date));
  }
  return answer;
}

}  // namespace gait::cli
