#include "engine/json/document.h"

#include <doctest/doctest.h>

#include "engine/base/quotas.h"
#include "engine/json/write.h"

namespace gait {
namespace {

std::string Yaml(std::string_view text) {
  const DocumentParse parse = ParseDocument(text, DocumentFormat::kYaml);
  return parse ? ToJson(*parse.value) : "refused: " + parse.message;
}

TEST_CASE("the format follows the file's name") {
  CHECK(FormatOfFile("a.asl.yaml") == DocumentFormat::kYaml);
  CHECK(FormatOfFile("a.yml") == DocumentFormat::kYaml);
  CHECK(FormatOfFile("a.asl.json") == DocumentFormat::kJson);
  CHECK(FormatOfFile("a") == DocumentFormat::kJson);
}

TEST_CASE("YAML scalars follow the core schema of YAML 1.2") {
  CHECK(Yaml("a: 1\nb: -2.5\nc: true\nd: null\ne: ~\nf:\ng: text") ==
        R"({"a":1,"b":-2.5,"c":true,"d":null,"e":null,"f":null,"g":"text"})");
  CHECK(Yaml("[yes, no, on, off, '1', \"true\", 0x1F, 1e3]") == R"(["yes","no","on","off","1","true",31,1000.0])");
  CHECK(Yaml("2016-03-14T01:59:00Z") == R"("2016-03-14T01:59:00Z")");
  CHECK(Yaml("a: |\n  one\n  two\n") == R"({"a":"one\ntwo\n"})");
  CHECK(Yaml("") == "null");
}

TEST_CASE("YAML aliases are expanded, within bounds") {
  CHECK(Yaml("a: &x {b: 1}\nc: *x") == R"({"a":{"b":1},"c":{"b":1}})");
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string n = std::to_string(i), before = "*a" + std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [" + before;
    for (int j = 1; j < 10; ++j) bomb += "," + before;
    bomb += "]\n";
  }
  CHECK(Yaml(bomb) == "refused: The aliases expand to too many values");
  CHECK(Yaml(std::string(2000, '[')).starts_with("refused: "));
}

TEST_CASE("YAML errors say where") {
  const DocumentParse parse = ParseDocument("a: 1\nb: [1, 2\nc: 3\n", DocumentFormat::kYaml);
  REQUIRE_FALSE(parse);
  CHECK(parse.position.line >= 2);
  CHECK(Yaml("? [1]\n: x") == "refused: A key must be a text, not a sequence or a mapping");
}

TEST_CASE("an unquoted placeholder is a value of its own") {
  const DocumentParse parse =
      ParseDocument(R"({"Seconds": ${Delay}, "Resource": "${Arn}", "x": "a\"${b}"})", DocumentFormat::kJson);
  REQUIRE(parse);
  CHECK(IsPlaceholder(*parse.value->Find("Seconds")));
  CHECK_FALSE(IsPlaceholder(*parse.value->Find("Resource")));
  CHECK(ToJson(Substitute(*parse.value, {{"Delay", "30"}, {"Arn", "arn:x"}, {"unused", "1"}})) ==
        R"({"Seconds":30,"Resource":"arn:x","x":"a\"${b}"})");
  const DocumentParse yaml = ParseDocument("Seconds: ${Delay}\nResource: '${Arn}'\n", DocumentFormat::kYaml);
  REQUIRE(yaml);
  CHECK(ToJson(Substitute(*yaml.value, {{"Delay", "30"}, {"Arn", "a"}})) == R"({"Seconds":30,"Resource":"a"})");
}

TEST_CASE("substitution in keys, several times in one text, and of what is no JSON") {
  const DocumentParse parse = ParseDocument(R"({"${k}": "${a}-${b}-${a}", "n": ${t}})", DocumentFormat::kJson);
  REQUIRE(parse);
  CHECK(ToJson(Substitute(*parse.value, {{"k", "K"}, {"a", "1"}, {"b", "2"}, {"t", "plain text"}})) ==
        R"({"K":"1-2-1","n":"plain text"})");
}

TEST_CASE("positions of keys and values") {
  const std::string_view text =
      "{\n  \"é\": 1, \"States\": {\n    \"A/B\": { \"Next\": \"X\" },\n    \"l\": [1, [2], 3]\n  }\n}";
  const Positions positions = Positions::Of(text, DocumentFormat::kJson);
  CHECK(positions.KeyAt("/States") == SourcePosition{2, 11});
  CHECK(positions.ValueAt("/é") == SourcePosition{2, 8});
  CHECK(positions.KeyAt("/States/A~1B/Next") == SourcePosition{3, 14});
  CHECK(positions.ValueAt("/States/A~1B/Next") == SourcePosition{3, 22});
  CHECK(positions.ValueAt("/States/l/1/0") == SourcePosition{4, 15});
  CHECK(positions.ValueAt("/States/l/2") == SourcePosition{4, 19});
  CHECK(positions.KeyAt("/States/A~1B/Missing") == SourcePosition{3, 5});
  CHECK(positions.ValueAt("") == SourcePosition{1, 1});
}

TEST_CASE("positions in YAML") {
  const Positions positions = Positions::Of("States:\n  A:\n    Type: Pass\n    L: [1, x]\n", DocumentFormat::kYaml);
  CHECK(positions.KeyAt("/States/A/Type") == SourcePosition{3, 5});
  CHECK(positions.ValueAt("/States/A/Type") == SourcePosition{3, 11});
  CHECK(positions.ValueAt("/States/A/L/1") == SourcePosition{4, 12});
}

TEST_CASE("columns in YAML are code points, with a byte order mark and with CR LF too") {
  for (const std::string_view text :
       {"é: {ä: 1, b: x}\nc:\n  - ü: z\n", "\xef\xbb\xbfé: {ä: 1, b: x}\r\nc:\r\n  - ü: z\r\n"}) {
    const Positions positions = Positions::Of(text, DocumentFormat::kYaml);
    CHECK(positions.KeyAt("/é/b") == SourcePosition{1, 11});
    CHECK(positions.ValueAt("/é/b") == SourcePosition{1, 14});
    CHECK(positions.ValueAt("/c/0/ü") == SourcePosition{3, 8});
  }
}

TEST_CASE("bytes that no YAML text has") {
  CHECK(Yaml(std::string_view("a: x\0y", 7)) == "refused: A NUL byte stands in the document");
  CHECK(Yaml("a: \x04\nb: 1") == "refused: A control character stands in the document");
  CHECK(Yaml("a: \xff") == "refused: Invalid encoding: the text is not UTF-8");
  CHECK(Yaml(std::string_view("\xff\xfe{\0}\0", 6)) == "refused: The text is UTF-16; it has to be UTF-8");
  CHECK(ParseDocument("a: 1\nb: é\xff", DocumentFormat::kYaml).position == SourcePosition{2, 5});
}

TEST_CASE("the short forms of CloudFormation's functions, where they are asked for") {
  const std::string_view text =
      "a: !Ref X\nb: !Sub\n  - '${v}'\n  - v: !GetAtt Y.Arn\nc: !If [C, !Sub x, 1]\nd: &d !Join ['', [a]]\ne: *d\n";
  const DocumentParse parse = ParseDocument(text, DocumentFormat::kYaml, YamlTags::kFunctions);
  REQUIRE(parse);
  CHECK(ToJson(*parse.value) == R"({"a":{"Ref":"X"},"b":{"Fn::Sub":["${v}",{"v":{"Fn::GetAtt":"Y.Arn"}}]},)"
                                R"("c":{"Fn::If":["C",{"Fn::Sub":"x"},1]},"d":{"Fn::Join":["",["a"]]},)"
                                R"("e":{"Fn::Join":["",["a"]]}})");
  const Positions positions = Positions::Of(text, DocumentFormat::kYaml, YamlTags::kFunctions);
  CHECK(positions.ValueAt("/a") == SourcePosition{1, 4});
  CHECK(positions.ValueAt("/b/Fn::Sub/0") == SourcePosition{3, 5});
  CHECK(positions.ValueAt("/b/Fn::Sub/1/v/Fn::GetAtt") == SourcePosition{4, 8});
  CHECK(positions.ValueAt("/c/Fn::If/2") == SourcePosition{5, 20});
  CHECK(Yaml("a: !Ref X") == R"({"a":"X"})");
}

TEST_CASE("a tag on a line of its own with its block scalar, no further indented") {
  const std::string_view text = "P:\n  Q:\n    !Sub |\n    {\n      x\n    }\n  R: 1\n";
  const DocumentParse parse = ParseDocument(text, DocumentFormat::kYaml, YamlTags::kFunctions);
  REQUIRE(parse);
  CHECK(ToJson(*parse.value) == R"({"P":{"Q":{"Fn::Sub":"{\n  x\n}\n"},"R":1}})");
  const Positions positions = Positions::Of(text, DocumentFormat::kYaml, YamlTags::kFunctions);
  CHECK(positions.ValueAt("/P/Q/Fn::Sub").line == 3);
  CHECK(positions.ValueAt("/P/R") == SourcePosition{7, 6});
}

TEST_CASE("the positions of a part") {
  const Positions part = Positions::Of("a:\n  b: {c: 1}\n  bb: 2\nab: 3\n", DocumentFormat::kYaml).Under("/a/b");
  CHECK(part.KeyAt("") == SourcePosition{2, 3});
  CHECK(part.ValueAt("/c") == SourcePosition{2, 10});
  CHECK(part.ValueAt("/x") == SourcePosition{2, 6});
}

TEST_CASE("keys that stand twice are noted") {
  const Positions positions =
      Positions::Of("{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": 2},\n \"a\": 3}", DocumentFormat::kJson);
  REQUIRE(positions.duplicates().size() == 2);
  CHECK(positions.duplicates().at("/a") == SourcePosition{3, 2});
  CHECK(positions.duplicates().at("/b/c") == SourcePosition{2, 16});
}

TEST_CASE("a syntax error is placed, behind a byte order mark too") {
  const DocumentParse parse = ParseDocument("\xef\xbb\xbf{\n  \"a\": 1,\n  \"b\" 2\n}", DocumentFormat::kJson);
  REQUIRE_FALSE(parse);
  CHECK(parse.position == SourcePosition{3, 7});
}

}  // namespace
}  // namespace gait
