#include "engine/lang/jsonpath/decimal.h"

#include <doctest/doctest.h>

namespace gait::jsonpath {
namespace {

TEST_CASE("what is a decimal number") {
  for (const char* text : {"0", "-1", "+1", "01", ".5", "5.", "1e3", "1E+3", "1.5e-3", "1e0000000000000003"}) {
    CAPTURE(text);
    CHECK(IsDecimal(text));
  }
  for (const char* text : {"", ".", "-", "+-1", "--1", "1 ", " 1", "1e", "e1", "1e+", "1.2.3", "0x1", "1_0", "1d",
                           "NaN", "Infinity", "1e99999999999", "1e1.5", "1e-+1"}) {
    CAPTURE(text);
    CHECK_FALSE(IsDecimal(text));
  }
}

TEST_CASE("decimal numbers compare by value") {
  // Each is less than the next.
  const char* ascending[] = {"-1e400", "-10", "-9.99", "-0.1",  "-1e-9",   "0",   "1e-400", "0.0999",
                             "0.1",    "1",   "1.01",  "12345", "12345.6", "1e5", "1e400"};
  for (size_t a = 0; a < std::size(ascending); ++a) {
    for (size_t b = 0; b < std::size(ascending); ++b) {
      CAPTURE(ascending[a]);
      CAPTURE(ascending[b]);
      const int sign = CompareDecimals(ascending[a], ascending[b]);
      CHECK((sign < 0) == (a < b));
      CHECK((sign > 0) == (a > b));
    }
  }
  CHECK(CompareDecimals("-0.00", "0e5") == 0);
  CHECK(CompareDecimals("100", "1E+2") == 0);
  CHECK(CompareDecimals("0.0150", "15e-3") == 0);
  CHECK(CompareDecimals("007.", "+7.000") == 0);
}

}  // namespace
}  // namespace gait::jsonpath
