#include "templates/hcl_tokens.h"

#include <doctest/doctest.h>

namespace gait::templates {
namespace {

std::string Tokens(std::string_view text) {
  HclTokens tokens(text);
  std::string out;
  for (HclToken token = tokens.Next(); token.kind != HclToken::Kind::kEnd; token = tokens.Next()) {
    const bool text_of_its_own = token.kind == HclToken::Kind::kString || token.kind == HclToken::Kind::kHeredoc;
    out += (out.empty() ? "" : " ") + (text_of_its_own ? "[" + std::string(token.text) + "]" : std::string(token.text));
  }
  return out;
}

TEST_CASE("tokens") {
  struct {
    const char *text, *tokens;
  } const rows[] = {
      {"a = b == c ? 1 : 2", "a = b == c ? 1 : 2"},
      {"# x {\n// y {\n/* z {\n */ a", "a"},
      {R"(a = "b ${f("}")} \" c" d)", R"(a = [b ${f("}")} \" c] d)"},
      {R"(a = "$${b" c)", R"(a = [$${b] c)"},
      {"a = <<EOF\n { \"EOF\"\nEOF\nb", "a = [ { \"EOF\"\n] b"},
      {"a = <<-EOF\r\n  x\r\n  EOF\r\nb", "a = [  x\r\n] b"},
      {"a = <<EOF\nnever ends", "a = [never ends]"},
      {"a = \"never ends", "a = [never ends]"},
      {"a = <<", "a = []"},
      {"/* never ends", ""},
  };
  for (const auto& row : rows) CHECK(Tokens(row.text) == row.tokens);
}

TEST_CASE("interpolations become placeholders of the same length") {
  struct {
    std::string text, masked;
  } const rows[] = {
      {R"({"a": "${var.b}", "n": ${c[0].d}})", R"({"a": "${var.b}", "n": ${c_0_.d}})"},
      {R"("${join(",", {a = "}"})}")", R"("${join_______a________}")"},
      {"$${a b} %%{ c }", "$${a b} %%{ c }"},
      {"${never ends", "${never_endss"},
  };
  for (const auto& row : rows) {
    std::string text = row.text;
    CHECK(MaskInterpolations(text));
    CHECK(text.size() == row.text.size());
    if (row.text != "${never ends") CHECK(text == row.masked);
  }
  std::string directive = "%{ if a }x%{ endif }";
  CHECK_FALSE(MaskInterpolations(directive));
}

}  // namespace
}  // namespace gait::templates
