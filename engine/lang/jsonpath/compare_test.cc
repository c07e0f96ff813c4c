#include "engine/lang/jsonpath/compare.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/json/parse.h"

namespace gait::jsonpath {
namespace {

TEST_CASE("how two values compare") {
  struct {
    std::string expected;
    std::string actual;
    Order order;
  } rows[] = {
      {"1", "1.0", Order::kEqual},
      {"1", "2", Order::kLess},
      {"9007199254740993", "9007199254740992.0", Order::kGreater},
      {"9223372036854775808", "9223372036854775807", Order::kGreater},
      {"123456789012345678901234567890", "123456789012345678901234567890", Order::kEqual},
      {R"("54")", "54.0", Order::kEqual},
      {R"("0.10")", "0.1", Order::kEqual},
      {R"("0.10000000000000000001")", "0.1", Order::kGreater},
      {R"("+5")", "5", Order::kEqual},
      {R"("1e3")", "1000", Order::kEqual},
      {R"("-0")", "0", Order::kEqual},
      {R"("x")", "5", Order::kNotANumber},
      {R"("")", "5", Order::kNotANumber},
      {R"("inf")", "5", Order::kNotANumber},
      {"5", R"("5")", Order::kIncomparable},
      {R"("a")", R"("b")", Order::kLess},
      {R"("a")", R"("ab")", Order::kLess},
      {R"("it\\'s")", R"("it's")", Order::kEqual},
      {R"("a\\nb")", R"("a\\nb")", Order::kEqual},
      {R"("𝄞")", "\"\uE000\"", Order::kLess},  // UTF-16 puts surrogates before U+E000
      {R"("é")", R"("𝄞")", Order::kLess},
      {R"("null")", "null", Order::kEqual},
      {R"("null")", R"("null")", Order::kEqual},
      {"null", "0", Order::kLess},
      {R"("a")", "null", Order::kGreater},
      {R"("TRUE")", "true", Order::kEqual},
      {R"("yes")", "false", Order::kEqual},
      {"false", "true", Order::kLess},
      {"true", R"("true")", Order::kIncomparable},
      {"1", "true", Order::kIncomparable},
      {"[]", "[]", Order::kIncomparable},
      {R"("a")", "{}", Order::kIncomparable},
      {"{}", "null", Order::kGreater},
  };
  for (const auto& row : rows) {
    CAPTURE(row.expected);
    CAPTURE(row.actual);
    CHECK(Compare(*ParseJson(row.expected).value, *ParseJson(row.actual).value) == row.order);
  }
}

TEST_CASE("a value equals itself") {
  const Value value = Value::Array({Value::Int(1)});
  CHECK(Compare(value, value) == Order::kEqual);
}

}  // namespace
}  // namespace gait::jsonpath
