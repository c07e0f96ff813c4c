#include "engine/lang/jsonata/date_time.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

constexpr double kNow = 1'709'253'296'789;  // 2024-03-01T00:34:56.789Z, a Friday
constexpr double kDay = 86'400'000;

double MillisOf(std::string_view iso8601) { return *ParseMillis(iso8601, std::nullopt, kNow); }

std::string FormatOrCode(double millis, std::optional<std::string_view> picture, std::string_view timezone = "") {
  try {
    return FormatMillis(millis, picture, timezone);
  } catch (const Error& error) {
    return error.code();
  }
}

// In ISO 8601; "none", "NaN", or the code of the error.
std::string ParsedText(std::string_view text, std::optional<std::string_view> picture) {
  try {
    const std::optional<double> millis = ParseMillis(text, picture, kNow);
    if (!millis) return "none";
    return std::isnan(*millis) ? "NaN" : FormatMillis(*millis, std::nullopt, "");
  } catch (const Error& error) {
    return error.code();
  }
}

TEST_CASE("ISO 8601 without a picture") {
  struct Row {
    std::string_view text, result;
  };
  const Row rows[] = {
      {"2024", "2024-01-01T00:00:00.000Z"},
      {"2024-02", "2024-02-01T00:00:00.000Z"},
      {"2024-02-29", "2024-02-29T00:00:00.000Z"},
      {"2024-02-29T12:30:45", "2024-02-29T12:30:45.000Z"},
      {"2024-02-29T12:30:45.6789Z", "2024-02-29T12:30:45.678Z"},
      {"2024-02-29T12:30:45+05:30", "2024-02-29T07:00:45.000Z"},
      {"2024-02-29T12:30:45.5-0800", "2024-02-29T20:30:45.500Z"},
      {"2024-12-31T24:00:00Z", "2025-01-01T00:00:00.000Z"},
      {"2023-02-29", "2023-03-01T00:00:00.000Z"},
      {"0050-06-07", "0050-06-07T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"2024-13", "NaN"},
      {"2024-00-10", "NaN"},
      {"2024-01-32", "NaN"},
      {"2024-01-01T25:00:00Z", "NaN"},
      {"2024-01-01T24:00:01Z", "NaN"},
      {"2024-01-01+01:00", "NaN"},
      {"2024-01-01T00:00:00+24:00", "NaN"},
      {"", "D3110"},
      {"24-01-01", "D3110"},
      {"2024-1-1", "D3110"},
      {"2024-01-01T12:30", "D3110"},
      {"2024-01-01T12:30:60", "D3110"},
      {"2024-01-01 12:30:00", "D3110"},
      {"2024-01-01T12:30:00.", "D3110"},
      {"2024-01-01T12:30:00z", "D3110"},
      {"2024-01-01T12:30:00Z ", "D3110"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(ParsedText(row.text, std::nullopt) == row.result);
  }
}

TEST_CASE("moments by pictures") {
  struct Row {
    std::string_view moment, picture, result;
    std::string_view timezone = "";
  };
  const Row rows[] = {
      {"2024-03-01T00:34:56.789Z", "", ""},
      {"2024-03-01T00:34:56.789Z", "[[it]] [Y]", "[it] 2024"},
      {"2024-03-01T00:34:56.789Z", "[Y0001]/[M01]/[D01] [H01]:[m01]:[s01].[f001]", "2024/03/01 00:34:56.789"},
      {"2024-03-01T00:34:56.789Z", "[ D1o ] [MNn] [Y]", "1st March 2024"},
      {"2024-03-01T00:34:56.789Z", "[FNn,3-3] [MN,3-3] [Y,2-2] [Y00]", "Fri MAR 24 24"},
      {"2024-03-01T00:34:56.789Z", "[F]/[F1] [d] [H]:[m] [h]:[m] [P] [PN]", "friday/5 61 0:34 12:34 am AM"},
      {"2024-03-01T13:00:00Z", "[h]:[m] [P] [C] [E]", "1:00 pm ISO ISO"},
      {"2024-03-01T00:34:56.789Z", "[DWwo] of [MN], [YI] ([Yw])",
       "First of MARCH, MMXXIV (two thousand and twenty-four)"},
      {"2024-03-01T00:34:56.789Z", "[D٠١] [Da] [MA]", "٠١ a C"},
      {"2024-12-30T00:00:00Z", "[Y] [X]-W[W01]-[F1]", "2024 2025-W01-1"},
      {"2027-01-03T23:59:59.999Z", "[Y] [X]-W[W01]-[F1]", "2027 2026-W53-7"},
      {"2024-03-01T00:34:56.789Z", "week [w] of [xNn]", "week 5 of February"},
      {"2024-09-30T00:00:00Z", "week [w] of [xNn]", "week 1 of October"},
      {"2024-03-01T00:34:56.789Z", "[H01]:[m] [Z]", "06:04 +05:30", "+0530"},
      {"2024-03-01T00:34:56.789Z", "[D] [H01]:[m] [Z0] [Z00] [Z0000] [z]", "29 19:34 -5 -05 -0500 GMT-05:00", "-0500"},
      {"2024-03-01T00:34:56.789Z", "[Z0] [Z01:01t] [Z0101t]", "+5:30 +05:30 +0530", "+0530"},
      {"2024-03-01T00:34:56.789Z", "[Z0t] [Z01:01t] [Z0000] [z]", "Z Z +0000 GMT+00:00"},
      {"2024-03-01T00:34:56.789Z", "[Y", "D3135"},
      {"2024-03-01T00:34:56.789Z", "[]", "D3132"},
      {"2024-03-01T00:34:56.789Z", "[Q]", "D3132"},
      {"2024-03-01T00:34:56.789Z", "[Q1]", "D3132"},
      {"2024-03-01T00:34:56.789Z", "[DN]", "D3133"},
      {"2024-03-01T00:34:56.789Z", "[Z00000]", "D3134"},
      {"2024-03-01T00:34:56.789Z", "[Zw]", "D3134"},
      {"2024-03-01T00:34:56.789Z", "[Yβ]", "D3130"},
      {"2024-03-01T00:34:56.789Z", "[Y0٠]", "D3131"},
      {"2024-03-01T00:34:56.789Z", "[Y,1000000000]", "U1001"},
      {"2024-03-01T00:34:56.789Z", "[Y]", "T0410", "CET"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.picture);
    CHECK(FormatOrCode(MillisOf(row.moment), row.picture, row.timezone) == row.result);
  }
}

TEST_CASE("moments without a picture") {
  CHECK(FormatOrCode(0, std::nullopt) == "1970-01-01T00:00:00.000Z");
  CHECK(FormatOrCode(kNow, std::nullopt) == "2024-03-01T00:34:56.789Z");
  CHECK(FormatOrCode(kNow, std::nullopt, "-0100") == "2024-02-29T23:34:56.789-01:00");
  CHECK(FormatOrCode(-0.5, std::nullopt) == "1970-01-01T00:00:00.000Z");
  CHECK(FormatOrCode(8.64e15, "[Y]-[M]-[D]") == "275760-9-13");
  CHECK(FormatOrCode(-8.64e15, "[Y]-[M]-[D]") == "-271821-4-20");
  CHECK(FormatOrCode(8.64e15 + 1, std::nullopt) == "T0410");
}

TEST_CASE("every day of eight centuries reads back as it is written") {
  for (double day = -150'000; day < 150'000; day += 7) {
    const double millis = day * kDay;
    const std::string text = FormatMillis(millis, "[D1o] [MNn] [Y0001]", "");
    CAPTURE(text);
    REQUIRE(ParseMillis(text, "[D1o] [MNn] [Y0001]", kNow) == millis);
  }
}

TEST_CASE("texts by pictures") {
  struct Row {
    std::string_view text, picture, result;
  };
  const Row rows[] = {
      {"29/2/2024", "[D]/[M]/[Y]", "2024-02-29T00:00:00.000Z"},
      {"20240229T123045", "[Y0001][M01][D01]T[H01][m01][s01]", "2024-02-29T12:30:45.000Z"},
      {"29 FEB 2024", "[D] [MNn,3-3] [Y]", "D3136"},  // the names' case counts: the month is missing
      {"29 Feb 2024", "[D] [MNn,3-3] [Y]", "2024-02-29T00:00:00.000Z"},
      {"Thursday the twenty-ninth of February, MMXXIV", "[FNn] the [Dwo] of [MNn], [YI]", "2024-02-29T00:00:00.000Z"},
      {"2024-060", "[Y0001]-[d001]", "2024-02-29T00:00:00.000Z"},
      {"2024-02-29 12:15 am", "[Y]-[M]-[D] [h]:[m] [P]", "2024-02-29T00:15:00.000Z"},
      {"2024-02-29 12:15 PM", "[Y]-[M]-[D] [h]:[m] [P]", "2024-02-29T12:15:00.000Z"},
      {"2024-02-29 9 pm", "[Y]-[M]-[D] [h] [P]", "2024-02-29T21:00:00.000Z"},
      {"2024-02-29T10:00:00.25+02:00", "[Y]-[M]-[D]T[H]:[m]:[s].[f][Z]", "2024-02-29T08:00:00.250Z"},
      {"2024-02-29 10 GMT-3", "[Y]-[M]-[D] [H] [z0]", "2024-02-29T13:00:00.000Z"},
      {"2024-02-29 10 +0530", "[Y]-[M]-[D] [H] [Z0000]", "2024-02-29T04:30:00.000Z"},
      {"30.2.2023", "[D].[M].[Y]", "2023-03-02T00:00:00.000Z"},
      {"1.5.24", "[D].[M].[Y,2-2]", "1924-05-01T00:00:00.000Z"},
      // What the text does not say is now in front of what it says, and the beginning behind.
      {"2020", "[Y]", "2020-01-01T00:00:00.000Z"},
      {"July", "[MNn]", "2024-07-01T00:00:00.000Z"},
      {"17", "[D]", "2024-03-17T00:00:00.000Z"},
      {"08:30", "[H]:[m]", "2024-03-01T08:30:00.000Z"},
      {"2020-17", "[Y]-[D]", "D3136"},
      {"08 30", "[H] [s]", "D3136"},
      {"2024-W09-4", "[X]-W[W]-[F1]", "D3136"},
      // Each takes as much as the others leave.
      {"123", "[H][m]", "2024-03-01T01:23:00.000Z"},
      {"1230", "[H01][m01]", "2024-03-01T12:30:00.000Z"},
      {"twenty-one", "[Dw]-[Hw]", "2024-03-20T01:00:00.000Z"},
      {"Mayor", "[MNn]or", "2024-05-01T00:00:00.000Z"},
      {"DATE 5", "date [D]", "2024-03-05T00:00:00.000Z"},
      {"2024-02-29", "[Y]/[M]/[D]", "none"},
      {"2024-02-29 ", "[Y]-[M]-[D]", "none"},
      {"", "[Y]", "none"},
      {"same", "same", "none"},
      {"999999999", "[Y]", "NaN"},
      {"1", "[Y", "D3135"},
      {"1", "[Q]", "D3132"},
      {"1", "[YN]", "D3133"},
      {"ISO", "[C]", "D3133"},
      {"1", "[Yβ]", "D3130"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.picture);
    CHECK(ParsedText(row.text, row.picture) == row.result);
  }
}

TEST_CASE("long texts and pictures") {
  std::string components, digits(5'000, '1');
  while (components.size() < 9'000) components += "[Y]";
  CHECK(ParsedText(digits, components) == "NaN");  // the last year takes what the others leave
  CHECK(ParsedText(std::string(1'000'000, '1'), "[Y][M]") == "none");
  CHECK(ParsedText("1", std::string(1'000'000, 'x')) == "U1001");
  CHECK(FormatOrCode(0, std::string(1'000'000, 'x')).size() == 1'000'000);
}

TEST_CASE("errors say what is wrong") {
  const auto value_of = [](std::string_view picture) {
    try {
      FormatMillis(0, picture, "");
    } catch (const Error& error) {
      return error.value();
    }
    return Value();
  };
  CHECK(value_of("[é]") == Value::String("é"));
  CHECK(value_of("[hN]") == Value::String("h"));
  CHECK(value_of("[Z010101]") == Value::Int(6));
  try {
    ParseMillis("soon", std::nullopt, kNow);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.value() == Value::String("soon"));
  }
}

}  // namespace
}  // namespace gait::jsonata
