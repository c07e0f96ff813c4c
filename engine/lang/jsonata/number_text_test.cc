#include "engine/lang/jsonata/number_text.h"

#include <doctest/doctest.h>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

TEST_CASE("numbers as $string writes them") {
  struct Case {
    double number;
    const char* text;
  };
  for (const Case& c : {Case{0, "0"},
                        {-0.0, "0"},
                        {5, "5"},
                        {-12.5, "-12.5"},
                        {0.1 + 0.2, "0.3"},
                        {22.0 / 7, "3.14285714285714"},
                        {1e20, "100000000000000000000"},
                        {1e21, "1e+21"},
                        {-1.5e300, "-1.5e+300"},
                        {1e-6, "0.000001"},
                        {1e-7, "1e-7"},
                        {1.25e-9, "1.25e-9"},
                        {5e-324, "5e-324"},
                        {9007199254740993.0, "9007199254740992"},
                        {5890840712243076, "5890840712243076"},
                        {100000000000000.5, "100000000000001"},
                        {1 + 1.0 / 32768, "1.00003051757813"},
                        {-1 - 1.0 / 32768, "-1.00003051757813"},
                        {0.9999999999999999, "1"}}) {
    CHECK(NumberText(c.number) == c.text);
  }
  CHECK(JavaScriptNumberText(0.1 + 0.2) == "0.30000000000000004");
  CHECK(JavaScriptNumberText(5e-324) == "5e-324");
}

TEST_CASE("texts as $number reads them") {
  struct Case {
    const char* text;
    double number;
  };
  for (const Case& c : {Case{"0", 0},
                        {"-0.05", -0.05},
                        {"007.50", 7.5},
                        {"1E3", 1000},
                        {"1e-400", 0},
                        {"0x1F", 31},
                        {"0Xff", 255},
                        {"0o17", 15},
                        {"0b101", 5},
                        {"0x20000000000001", 9007199254740992},
                        {"0x20000000000003", 9007199254740996},
                        {"0x4000000000000200000001", 0x1.0000000000001p+86}}) {
    CAPTURE(c.text);
    CHECK(ParseNumber(c.text) == c.number);
  }
  for (const char* text : {"", " ", "1 ", "+1", ".5", "1.", "1e", "--1", "1e400", "0x", "0xG", "0o8", "0b2", "-0x1",
                           "Infinity", "NaN", "1_0", "1,5"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(ParseNumber(text), Error);
  }
}

TEST_CASE("$formatBase") {
  CHECK(FormatBase(100, 2) == "1100100");
  CHECK(FormatBase(-255, 16) == "-ff");
  CHECK(FormatBase(2.5) == "2");
  CHECK(FormatBase(3.5) == "4");
  CHECK(FormatBase(-0.4, 3) == "0");
  CHECK(FormatBase(10, 36.5) == "a");
  CHECK(FormatBase(1e21) == "1e+21");
  CHECK(FormatBase(1e30, 36) == "2oy99wnkl1a000000000");
  CHECK_THROWS_AS(FormatBase(1, 1), Error);
  CHECK_THROWS_AS(FormatBase(1, 36.6), Error);
}

}  // namespace
}  // namespace gait::jsonata
