// Pages of a list: how many rows, and the opaque token of the next page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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

}  // namespace gait
