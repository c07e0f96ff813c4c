#include "engine/lang/jsonata/format_number.h"

#include <doctest/doctest.h>

#include "engine/json/parse.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

struct Row {
  double number;
  std::string_view picture;
  std::string_view result;  // or the code of the error
  std::string_view options = {};
};

void Check(const Row& row) {
  CAPTURE(row.number);
  CAPTURE(row.picture);
  const Value options = row.options.empty() ? Value() : *ParseJson(row.options).value;
  std::string result;
  try {
    result = FormatNumber(row.number, row.picture, options);
  } catch (const Error& error) {
    result = error.code();
  }
  CHECK(result == row.result);
}

TEST_CASE("numbers by pictures") {
  const Row rows[] = {
      {0, "0", "0"},
      {0, "#", "0"},
      {7, "000", "007"},
      {1234.5, "0", "1234"},
      {1235.5, "0", "1236"},
      {0.75, "#.##", ".75"},
      {3, "#.##", "3.0"},
      {3, "0.##", "3"},
      {3.14159, "0.00", "3.14"},
      {1e6, "#,##0.00", "1,000,000.00"},
      {999, "#,##0", "999"},
      {1234567, "####,###,#0", "12,345,67"},
      {0.0000001, "0.0000000", "0.0000001"},
      {-1.5, "0.0", "-1.5"},
      {-1.5, "$0.00", "-$1.50"},
      {-1.5, "0.0;(0.0)", "(1.5)"},
      {1.5, "0.0;(0.0)", "1.5"},
      {19.99, "€ 0.00 net", "€ 19.99 net"},
      {0.256, "0%", "26%"},
      {0.256, "0.0‰", "256.0‰"},
      {123456, "0.00e0", "1.23e5"},
      {0.00123, "00.0e00", "12.3e-04"},
      {-5000, "0.0e0", "-5.0e3"},
      {0, "0.0e00", "0.0e00"},
  };
  for (const Row& row : rows) Check(row);
}

TEST_CASE("halves go to the even digit, and the decimal digits are what is rounded") {
  const Row rows[] = {
      {0.5, "0", "0"},          {1.5, "0", "2"},         {2.5, "0", "2"},         {-2.5, "0", "-2"},
      {0.125, "0.00", "0.12"},  {0.375, "0.00", "0.38"}, {2.675, "0.00", "2.68"}, {1.005, "0.00", "1.00"},
      {9.995, "0.00", "10.00"}, {1.45, "0.0", "1.4"},
  };
  for (const Row& row : rows) Check(row);
}

TEST_CASE("large numbers are written as JavaScript's toFixed writes them") {
  const Row rows[] = {
      {9007199254740994.0, "#,##0", "9,007,199,254,740,994"},
      {1e20, "0.0", "100000000000000000000.0"},
      {1e21, "0", "1e+21"},
      {1.5e25, "0.0", "1.5e+25"},
      {1.5e30, "0.0", "1.5e+3"},  // as in the reference, see WriteMantissa
  };
  for (const Row& row : rows) Check(row);
}

TEST_CASE("other characters") {
  const Row rows[] = {
      {1234567.891, "#.##0,00", "1.234.567,89", R"({"decimal-separator": ",", "grouping-separator": "."})"},
      {42, "٠٠٠", "٠٤٢", R"({"zero-digit": "٠"})"},
      {42, "𝟎𝟎𝟎", "𝟎𝟒𝟐", R"({"zero-digit": "𝟎"})"},
      {-3, "0", "−3", R"({"minus-sign": "−"})"},
      {1234, "0.0E0", "1.2E3", R"({"exponent-separator": "E"})"},
      {7, "?0", "?7"},
      {7, "!0", "7", R"({"digit": "!"})"},
      {0.5, "0 pct", "50 pct", R"({"percent": "pct"})"},
      {-4, "0|<0>", "<4>", R"({"pattern-separator": "|"})"},
      {1, "0", "1", R"({"unknown": 1})"},
      {1, "0", "T0410", R"({"digit": 1})"},
      {1, "#", "T0410", R"({"zero-digit": ""})"},
  };
  for (const Row& row : rows) Check(row);
}

TEST_CASE("pictures that are none") {
  const Row rows[] = {
      {1, "0;0;0", "D3080"}, {1, "0.0.0", "D3081"}, {1, "%0%", "D3082"},   {1, "‰0‰", "D3083"},
      {1, "%0‰", "D3084"},   {1, "", "D3085"},      {1, "total", "D3086"}, {1, "0x0", "D3086"},
      {1, "0.,0", "D3087"},  {1, "#,", "D3088"},    {1, "#,,0", "D3089"},  {1, "0#", "D3090"},
      {1, "0.#0", "D3091"},  {1, "0e0%", "D3092"},  {1, "0e#", "D3093"},   {1, "0.0;x", "D3086"},
  };
  for (const Row& row : rows) Check(row);
}

TEST_CASE("pictures that ask for too much") {
  Check({1, "0." + std::string(101, '0'), "U1001"});
  Check({1, std::string(1'000'000, '0'), "U1001"});
  Check({1, std::string(309, '0') + "e0", "U1001"});
  const std::string text(1'000'000, 'x');
  CHECK(FormatNumber(1, text + "0", Value()).size() == text.size() + 1);
}

}  // namespace
}  // namespace gait::jsonata
