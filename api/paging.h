// Pages of a list: how many rows, and the opaque token of the next page.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/api_error.h"
#include "engine/base/timestamp.h"

namespace gait {

// A token says where the next page begins, of which list, and until when it is good: 24 hours.
std::string MakePageToken(std::string_view list, int64_t position, Timestamp now);

struct Page {
  int64_t position = 0;  // where it begins; 0 for the first
  size_t size = 100;
};

// Reads `maxResults` (0 and absent: 100; at most 1,000) and `nextToken` of a request. `list` names what is listed, so
// that a token of another list is refused.
std::variant<Page, ApiError> ReadPage(const Value& request, std::string_view list, Timestamp now);

// The answer with a page of `list`, its rows under `member`. `records` has one more than the page if there is another
// page, which begins behind the `position` of this one's last.
template <typename Record, typename Row>
Value AnswerPage(std::string_view member, const std::vector<Record>& records, int64_t Record::*position,
                 const Page& page, std::string_view list, Timestamp now, Row row) {
  const size_t size = std::min(records.size(), page.size);
  ArrayBuilder rows(size);
  for (size_t i = 0; i < size; ++i) rows.Add(row(records[i]));
  ObjectBuilder answer;
  answer.Add(member, rows.Build());
  if (records.size() > page.size) {
    answer.Add("nextToken", Value::String(MakePageToken(list, records[page.size - 1].*position, now)));
  }
  return answer.Build();
}

}  // namespace gait
