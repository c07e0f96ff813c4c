#include "templates/host.h"

#include <doctest/doctest.h>

namespace gait::templates {
namespace {

TEST_CASE("positions to offsets and back") {
  const LineIndex lines("ab\r\né!\n\nx");
  struct {
    SourcePosition position;
    size_t offset;
  } const rows[] = {{{1, 1}, 0}, {{1, 3}, 2}, {{2, 1}, 4}, {{2, 2}, 6},
                    {{2, 3}, 7}, {{3, 1}, 8}, {{4, 1}, 9}, {{4, 2}, 10}};
  for (const auto& row : rows) {
    CHECK(lines.OffsetOf(row.position) == row.offset);
    CHECK(lines.PositionOf(row.offset) == row.position);
  }
  CHECK(lines.OffsetOf({9, 9}) == 10);
  CHECK(lines.PositionOf(99) == SourcePosition{4, 2});
}

// The scalar begins at the first `@`, which is taken away, and so is the second one: the byte of the `X` in the decoded
// text has to come from where it was.
TEST_CASE("where the bytes of a scalar came from") {
  constexpr auto kJson = DocumentFormat::kJson, kYaml = DocumentFormat::kYaml;
  struct {
    const char* what;
    DocumentFormat format;
    std::string host, decoded;
  } const rows[] = {
      {"JSON", kJson, R"({"a": @"{\"b\": \"é@X\"}"})", R"({"b": "éX"})"},
      {"JSON with every escape", kJson, R"(@"\n\t\\\u00e9\ud83d\ude00\/@X")", "\n\t\\é😀/X"},
      {"plain", kYaml, "a: @b c @X", "b c X"},
      {"plain over lines", kYaml, "a: @b\n  c\n\n  d @X", "b c\nd X"},
      {"single quotes", kYaml, "a: @'it''s\n   @X'", "it's X"},
      {"double quotes", kYaml, "a: @\"\\x41\\\n   \\U0001F600 b\n  \\u00e9@X\"", "A😀 b éX"},
      {"literal", kYaml, "a: @|-\n    {\n      é: @X\n    }\nb: 1", "{\n  é: X\n}"},
      {"literal with a comment and an indentation", kYaml, "a: @|2+ # why\n     {\n    \n    @X\n", "   {\n  \n  X\n"},
      {"folded", kYaml, "a: @>\n  b\n  c\n\n  d\n    e\n  @X\n", "b c\nd\n  e\nX\n"},
      {"with a tag and an anchor", kYaml, "a: @!Sub &x |\n  b\n  @X\n", "b\nX\n"},
      {"with a tag on a line before", kYaml, "a: @!Sub\n  'b @X'\n", "b X"},
      {"literal with CR LF", kYaml, "a: @|\r\n  b\r\n  @X\r\n", "b\nX\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    std::string host = row.host;
    const size_t at = host.find('@');
    host.erase(at, 1);
    const size_t expected = host.find('@');
    host.erase(expected, 1);
    const std::vector<size_t> offsets = OffsetsOfScalar(host, at, row.format, row.decoded);
    REQUIRE(offsets.size() == row.decoded.size());
    CHECK(offsets[row.decoded.find('X')] == expected);
  }
}

TEST_CASE("a scalar and a text that do not fit together") {
  CHECK(OffsetsOfScalar("\"abc\"", 0, DocumentFormat::kJson, "abd").size() == 2);
  CHECK(OffsetsOfScalar("", 0, DocumentFormat::kYaml, "abd").empty());
}

}  // namespace
}  // namespace gait::templates
