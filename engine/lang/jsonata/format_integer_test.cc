#include "engine/lang/jsonata/format_integer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

struct Row {
  double number;
  std::string_view picture;
  std::string_view text;  // or the code of the error
};

void CheckFormat(const Row& row) {
  CAPTURE(row.number);
  CAPTURE(row.picture);
  std::string result;
  try {
    result = FormatInteger(row.number, row.picture);
  } catch (const Error& error) {
    result = error.code();
  }
  CHECK(result == row.text);
}

void CheckBothWays(const Row& row) {
  CheckFormat(row);
  CAPTURE(row.text);
  CHECK(ParseInteger(row.text, row.picture) == row.number);
}

TEST_CASE("integers that read back as they are written") {
  const Row rows[] = {
      {0, "0", "0"},
      {42, "0000", "0042"},
      {-42, "0000", "-0042"},
      {1234567, "#,##0", "1,234,567"},
      {999, "#,##0", "999"},
      {1234567, "#:##,000", "12:34,567"},
      {12345678, "##,##,000", "123,45,678"},
      {1, "0;o", "1st"},
      {12, "0;o", "12th"},
      {22, "0;o", "22nd"},
      {113, "0;o", "113th"},
      {1003, "#,##0;o", "1,003rd"},
      {2024, "٠", "٢٠٢٤"},
      {-7, "०००", "-००७"},
      {4, "i", "iv"},
      {1999, "I", "MCMXCIX"},
      {0, "I", ""},
      {26, "a", "z"},
      {703, "A", "AAA"},
      {0, "w", "zero"},
      {13, "Ww", "Thirteen"},
      {80, "W;o", "EIGHTIETH"},
      {101, "w", "one hundred and one"},
      {1100, "w", "one thousand, one hundred"},
      {2000012, "w;o", "two million and twelfth"},
      {5e9, "w;o", "five billionth"},
      {9e15, "w", "nine thousand trillion"},
  };
  for (const Row& row : rows) CheckBothWays(row);
}

TEST_CASE("integers as they are written only") {
  const Row rows[] = {
      {1.9, "0", "1"},      {-1.1, "0", "-2"},        {123456789012345680000.0, "0", "123456789012345680000"},
      {1e21, "0", "1e+21"}, {11, "٠;o", "١١th"},      {-21, "w", "-twenty-one"},
      {5, "0;c", "5"},      {1234, "#,##,##0", ",4"},  // as in the reference, see InsertFromRight
      {1, "#", "D3130"},    {1, "", "D3130"},         {1, "β", "D3130"},
      {1, "0٠", "D3131"},   {1e7, "i", "U1001"},
  };
  for (const Row& row : rows) CheckFormat(row);
  CheckFormat({1, std::string(1'000'000, '0'), "U1001"});
}

TEST_CASE("integers in texts of another form") {
  const Row rows[] = {
      {31, "0", "31 days"},     {31, "0", "  31"},         {-31, "#,##0", "-31"},
      {5, "Ww", "five"},        {21, "w", "TWENTY-FIRST"}, {1984, "w", "nineteen hundred and eighty-four"},
      {1234, "#,##0", "12,34"}, {1, "#.##0", "1.234"},  // a comma repeats, in the reference
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(ParseInteger(row.text, row.picture) == row.number);
  }
  const Row no_numbers[] = {{0, "0", ""},         {0, "0", "x1"},         {0, "w", "dozen"},
                            {0, "w", "one  two"}, {0, "I", "MCMXCIX BC"}, {0, "I", "xiv"}};
  for (const Row& row : no_numbers) {
    CAPTURE(row.text);
    CHECK(std::isnan(ParseInteger(row.text, row.picture)));
  }
  CHECK(std::isinf(ParseInteger(std::string(400, '9'), "0")));
  CHECK_THROWS_AS(ParseInteger("1", "#"), Error);
}

TEST_CASE("a numbering that nobody implements is named in the error") {
  try {
    FormatInteger(1, "①;o");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.value() == Value::String("①"));
  }
}

}  // namespace
}  // namespace gait::jsonata
