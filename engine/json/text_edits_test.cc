#include "engine/json/text_edits.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

constexpr auto kJson = DocumentFormat::kJson;
constexpr auto kYaml = DocumentFormat::kYaml;

std::string KeyAndValue(std::string_view text, DocumentFormat format, std::string_view pointer) {
  const TextRanges ranges = TextRanges::Of(text, format);
  const TextRanges::Entry* entry = ranges.Find(pointer);
  if (entry == nullptr) return "none";
  const auto part = [&](TextRange r) { return std::string(text.substr(r.begin, r.end - r.begin)); };
  return part(entry->key) + "|" + part(entry->value);
}

std::string PointerAt(std::string_view text, DocumentFormat format, std::string_view mark) {
  const TextRanges ranges = TextRanges::Of(text, format);
  const TextRanges::Entry* entry = ranges.At(text.find(mark));
  return entry == nullptr ? "none" : entry->pointer;
}

std::string Fixed(std::string_view text, DocumentFormat format, const Fix& fix) {
  return ApplyEdits(text, EditsOf(fix, text, format, TextRanges::Of(text, format)));
}

TEST_CASE("where the parts of JSON stand") {
  constexpr std::string_view text = "\xef\xbb\xbf{\"a/b\": [1, {\"c\": \"x\\\"}\"}],\n \"n\": ${N}, \"e\": {}}";
  CHECK(KeyAndValue(text, kJson, "/a~1b") == R"("a/b"|[1, {"c": "x\"}"}])");
  CHECK(KeyAndValue(text, kJson, "/a~1b/1/c") == R"("c"|"x\"}")");
  CHECK(KeyAndValue(text, kJson, "/n") == "\"n\"|${N}");
  CHECK(KeyAndValue(text, kJson, "/e") == "\"e\"|{}");
  CHECK(PointerAt(text, kJson, "x\\") == "/a~1b/1/c");
  CHECK(PointerAt(text, kJson, "1, {") == "/a~1b/0");
}

TEST_CASE("JSON that is still being written") {
  struct Case {
    std::string_view text, pointer, expected;
  };
  constexpr Case kCases[] = {
      {R"({"States": {"A": {"Type": "Pass", "Ne)", "/States/A/Ne", "\"Ne|"},
      {R"({"A": {"Next": }, "B": 1})", "/A/Next", "\"Next\"|"},
      {R"({"A": {"Next": }, "B": 1})", "/B", "\"B\"|1"},
      {"{\"Next\": \n \"End\": true}", "/Next", "\"Next\"|"},
      {"{\"Next\": \n \"End\": true}", "/End", "\"End\"|true"},
      {"{\"Next\": \"A\n \"End\": true}", "/Next", "\"Next\"|\"A"},
      {"{\"Next\": \"A\n \"End\": true}", "/End", "\"End\"|true"},
      {R"({"a": [1, 2}, "b": 3})", "/a/1", "|2"},
      {R"({"a" 1, , "b": 3)", "/b", "\"b\"|3"},
      {R"(}]{"a": {"b")", "/a/b", "\"b\"|"},
  };
  for (const Case& c : kCases) CHECK_MESSAGE(KeyAndValue(c.text, kJson, c.pointer) == c.expected, c.text);
  CHECK(TextRanges::Of(std::string(100'000, '['), kJson).entries().size() < 1'000);
}

TEST_CASE("where the parts of YAML stand") {
  constexpr std::string_view text =
      "StartAt: Ä\nStates:\n  Ä: {Type: Pass, \"Next\": 'it''s'}  # first\n  B:\n    Comment: |\n      two\n\n"
      "      lines\n    List:\n      - a: 1\n      - x y\n";
  CHECK(KeyAndValue(text, kYaml, "/StartAt") == "StartAt|Ä");
  CHECK(KeyAndValue(text, kYaml, "/States/Ä/Type") == "Type|Pass");
  CHECK(KeyAndValue(text, kYaml, "/States/Ä/Next") == "\"Next\"|'it''s'");
  CHECK(KeyAndValue(text, kYaml, "/States/B/Comment") == "Comment||\n      two\n\n      lines");
  CHECK(KeyAndValue(text, kYaml, "/States/B/List/0/a") == "a|1");
  CHECK(KeyAndValue(text, kYaml, "/States/B/List/1") == "|x y");
  CHECK(PointerAt(text, kYaml, "x y") == "/States/B/List/1");
  CHECK(KeyAndValue("\xef\xbb\xbf\"ä\": {ö: 1}", kYaml, "/ä/ö") == "ö|1");
  CHECK(TextRanges::Of("a: [", kYaml).entries().empty());
}

TEST_CASE("a fix changes what it must and nothing else") {
  constexpr std::string_view text = "{\n  \"Iterator\": {},\n  \"End\": \"true\"\n}\n";
  using K = Fix::Kind;
  CHECK(Fixed(text, kJson, {K::kRenameKey, "", "/Iterator", "ItemProcessor", ""}) ==
        "{\n  \"ItemProcessor\": {},\n  \"End\": \"true\"\n}\n");
  CHECK(Fixed(text, kJson, {K::kSetValue, "", "/End", "", "true"}) == "{\n  \"Iterator\": {},\n  \"End\": true\n}\n");
  CHECK(Fixed(text, kJson, {K::kAddMember, "", "", "Comment", "\"new\""}) ==
        "{\n  \"Iterator\": {},\n  \"End\": \"true\",\n  \"Comment\": \"new\"\n}\n");
  CHECK(Fixed(text, kJson, {K::kAddMember, "", "/Iterator", "StartAt", "\"A\""}) ==
        "{\n  \"Iterator\": { \"StartAt\": \"A\" },\n  \"End\": \"true\"\n}\n");
  CHECK(Fixed(text, kJson, {K::kRemoveMember, "", "/Iterator", "", ""}) == "{\n  \"End\": \"true\"\n}\n");
  CHECK(Fixed(text, kJson, {K::kRemoveMember, "", "/End", "", ""}) == "{\n  \"Iterator\": {}\n}\n");
  CHECK(Fixed("{\"a\": 1}", kJson, {K::kRemoveMember, "", "/a", "", ""}) == "{}");
  CHECK(Fixed(text, kJson, {K::kSetValue, "", "/nowhere", "", "1"}) == text);

  constexpr std::string_view yaml = "Iterator: # old\n  a: \"x\"\nEnd: 'true'\n";
  CHECK(Fixed(yaml, kYaml, {K::kRenameKey, "", "/Iterator", "ItemProcessor", ""}) ==
        "ItemProcessor: # old\n  a: \"x\"\nEnd: 'true'\n");
  CHECK(Fixed(yaml, kYaml, {K::kSetValue, "", "/End", "", "true"}) == "Iterator: # old\n  a: \"x\"\nEnd: true\n");
  CHECK(Fixed(yaml, kYaml, {K::kSetValue, "", "/Iterator", "", "{}"}) == yaml);
  CHECK(Fixed(yaml, kYaml, {K::kRemoveMember, "", "/End", "", ""}) == yaml);
}

TEST_CASE("edits that overlap: the earlier one is made") {
  CHECK(ApplyEdits("abcdef", {{{2, 4}, "X"}, {{0, 3}, "Y"}, {{5, 6}, ""}}) == "Yde");
}

}  // namespace
}  // namespace gait
