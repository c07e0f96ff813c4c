#include "engine/base/timestamp.h"

#include <doctest/doctest.h>

#include <ostream>

namespace gait {
namespace {

TEST_CASE("a timestamp is written in UTC with milliseconds") {
  CHECK(FormatTimestamp({0}) == "1970-01-01T00:00:00.000Z");
  CHECK(FormatTimestamp({1'457'920'740'123}) == "2016-03-14T01:59:00.123Z");
  CHECK(FormatTimestamp({-1}) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("timestamps are read as an ISO 8601 extended offset date-time") {
  struct Row {
    const char* text;
    int64_t ms;
  };
  const Row rows[] = {
      {"2016-03-14T01:59:00Z", 1'457'920'740'000},      {"2016-03-14T01:59Z", 1'457'920'740'000},
      {"2016-03-14T01:59:00.1Z", 1'457'920'740'100},    {"2016-03-14T01:59:00.123456789Z", 1'457'920'740'123},
      {"2016-03-14T02:59:00+01:00", 1'457'920'740'000}, {"2016-03-13T20:29:00-05:30", 1'457'920'740'000},
      {"2000-02-29T00:00:00Z", 951'782'400'000},        {"1969-12-31T23:59:59Z", -1000},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto t = ParseTimestamp(row.text);
    REQUIRE(t.has_value());
    CHECK(t->ms == row.ms);
  }
}

TEST_CASE("what is no such date-time is refused") {
  for (const char* text :
       {"", "2016-03-14", "2016-03-14T01:59:00", "2016-03-14 01:59:00Z", "2016-03-14t01:59:00Z", "2016-03-14T01:59:00z",
        "2016-13-05T21:29:29Z", "2016-02-30T00:00:00Z", "2015-02-29T00:00:00Z", "2016-12-05T25:29:29Z",
        "2016-12-05T21:60:29Z", "2016-12-05T21:29:60Z", "05-12-2016T21:29:29Z", "2016-03-14T01:59:00.Z",
        "2016-03-14T01:59:00.1234567890Z", "2016-03-14T01:59:00ZZ", "2016-03-14T01:59:00+19:00"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseTimestamp(text).has_value());
  }
}

}  // namespace
}  // namespace gait
