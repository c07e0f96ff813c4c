#include "engine/diagram/diagram.h"

#include <doctest/doctest.h>

#include "engine/diagram/labels.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

Diagram Of(std::string_view text) { return DiagramOf(*ParseJson(text).value); }

// "kind from -> to (label) pointer", a line each.
std::string Transitions(const Diagram& diagram) {
  std::string lines;
  for (const Diagram::Transition& t : diagram.transitions) {
    lines += std::string(KindName(t.kind)) + " " + diagram.states[t.from].name + " -> " +
             (t.to == Diagram::kNone ? "." : diagram.states[t.to].name) +
             (t.label.empty() ? "" : " (" + t.label + ")") + " " + t.pointer + "\n";
  }
  return lines;
}

size_t Count(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

constexpr const char* kNested = R"({
  "StartAt": "Ask",
  "States": {
    "Ask": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 1, "Next": "Both"}], "Default": "No"},
    "Both": {
      "Type": "Parallel", "Comment": "at once", "Next": "Yes", "Catch": [{"ErrorEquals": ["A", "B"], "Next": "No"}],
      "Branches": [
        {"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}},
        {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
          "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}}}
      ]
    },
    "Yes": {"Type": "Succeed"},
    "No": {"Type": "Fail"}
  }
})";

TEST_CASE("a diagram has every scope, state and transition, with where it stands") {
  const Diagram diagram = Of(kNested);
  CHECK(Transitions(diagram) ==
        "Rule Ask -> Both ($.n > 1) /States/Ask/Choices/0/Next\n"
        "Default Ask -> No /States/Ask/Default\n"
        "Next Both -> Yes /States/Both/Next\n"
        "Catch Both -> No (A, B) /States/Both/Catch/0/Next\n"
        "End Yes -> . /States/Yes\n"
        "End No -> . /States/No\n"
        "End L -> . /States/Both/Branches/0/States/L/End\n"
        "End M -> . /States/Both/Branches/1/States/M/End\n"
        "End I -> . /States/Both/Branches/1/States/M/ItemProcessor/States/I\n");
  REQUIRE(diagram.scopes.size() == 4);
  CHECK(diagram.scopes[2].label == "Branch 2");
  CHECK(diagram.scopes[2].pointer == "/States/Both/Branches/1");
  CHECK(diagram.states[*diagram.scopes[2].owner].name == "Both");
  CHECK(diagram.scopes[3].label == "Item processor");
  CHECK(diagram.states[diagram.scopes[3].start_at].name == "I");
  CHECK(diagram.states[1].comment == "at once");
  CHECK(diagram.states[1].type == "Parallel");
}

TEST_CASE("of a faulty definition is drawn what there is") {
  for (const char* text : {"null", "[]", "{}", R"({"States": []})", R"({"States": {"A": 1}})", R"({"StartAt": {}})"}) {
    CAPTURE(text);
    const Diagram diagram = Of(text);
    CHECK(diagram.scopes.size() == 1);
    CHECK(diagram.states.empty());
    CHECK(ToDot(diagram).ends_with("}\n"));
    CHECK(ToMermaid(diagram).starts_with("flowchart TD\n"));
  }
  const Diagram diagram = Of(R"({"StartAt": "Nobody", "States": {
    "A": {"Next": "Gone", "End": "yes", "Catch": [{"Next": "B"}, 5], "Choices": {"Next": "B"}, "Branches": [7]},
    "B": {"Type": 3, "Next": "A", "Choices": [{"Next": "A"}], "ItemProcessor": {"StartAt": "X"}}
  }})");
  CHECK(diagram.scopes[0].start_at == Diagram::kNone);
  CHECK(Transitions(diagram) ==
        "Catch A -> B /States/A/Catch/0/Next\nRule B -> A /States/B/Choices/0/Next\nNext B -> A /States/B/Next\n");
  CHECK(ToDot(diagram).find("cluster") == std::string::npos);  // nothing stands in that item processor
}

TEST_CASE("a rule is labelled by what it asks for") {
  const struct {
    const char* rule;
    const char* label;
  } rows[] = {
      {R"({"Variable": "$.a", "StringEquals": "x\"y", "Next": "N"})", R"($.a = "x\"y")"},
      {R"({"Variable": "$.a", "StringLessThanEqualsPath": "$.b"})", "$.a <= $.b"},
      {R"({"Variable": "$.a", "StringMatches": "log-*"})", R"($.a matches "log-*")"},
      {R"({"Variable": "$.a", "TimestampGreaterThan": "2024-01-01T00:00:00Z"})", "$.a > \"2024-01-01T00:00:00Z\""},
      {R"({"Variable": "$.a", "IsPresent": false})", "$.a is not present"},
      {R"({"And": [{"Variable": "$.a", "IsNull": true}, {"Not": {"Variable": "$.b", "BooleanEquals": true}}]})",
       "$.a is null and not ($.b = true)"},
      {R"({"Or": [{"And": [{"Condition": "p"}, {"Condition": "q"}]}, {"Condition": "r"}]})", "(p and q) or r"},
      {R"({"Condition": "{%\n $states.input.total   > 5 %}"})", "$states.input.total > 5"},
      {R"({"Condition": "{% $length($states.input.customer.name) > 20 %}"})",
       "$length($states.input.customer.name) > …"},
      {R"({"Variable": "$.ü", "Strange": [1]})", "$.ü Strange [1]"},
      {R"({"StringEquals": "x"})", "? = \"x\""},
      {R"({"Not": {"Not": {"Not": {"Not": {"Not": {"Condition": "x"}}}}}})", "not (not (not (not (…))))"},
      {R"({"And": 3, "Next": "N"})", ""},
      {R"(4)", "…"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.rule);
    CHECK(RuleLabel(*ParseJson(row.rule).value) == row.label);
  }
}

TEST_CASE("dot draws inner states in clusters, and marks in colours") {
  Marks marks;
  marks.states = {{"Ask", Mark::kTaken}, {"Both", Mark::kRunning}, {"L", Mark::kTaken}, {"M", Mark::kFailed}};
  marks.transitions = {{"/States/Ask/Choices/0/Next", Mark::kTaken}};
  const std::string dot = ToDot(Of(kNested), marks);
  CHECK(Count(dot, "subgraph cluster_s") == 2);  // Both and M
  CHECK(Count(dot, "subgraph cluster_b") == 2);  // the branches; the item processor is the only one in M
  CHECK(Count(dot, "class=\"taken\"") == 3);
  CHECK(Count(dot, "class=\"running\"") == 1);
  CHECK(Count(dot, "style=\"rounded,dashed,filled\", label=<Both<br/>") == 1);
  CHECK(Count(dot, "class=\"failed\"") == 1);
  CHECK(dot.find("e1 -> s2") != std::string::npos);  // Both's Next begins where its branches meet
  CHECK(dot.find("s1 -> s3 [weight=1, label=< A, B >, style=dashed") != std::string::npos);  // its Catch does not
  CHECK(dot.find("e5 -> e1") != std::string::npos);  // M ends, and with it its branch
}

TEST_CASE("no text of a definition leaves its label") {
  const Diagram diagram = Of(R"({"StartAt": "a\"];\n<b>&\\", "States": {
    "a\"];\n<b>&\\": {"Type": "Choice", "Comment": "\\\" x=\\", "Choices": [{"Condition": "{%% a < \"b\" %}", "Next": "1. 日本 end"}]},
    "1. 日本 end": {"Type": "Succeed"}}})");
  const std::string dot = ToDot(diagram);
  CHECK(dot.find(R"(label=<a&quot;]; &lt;b&gt;&amp;\\<br/>)") != std::string::npos);
  CHECK(dot.find(R"(tooltip="\\&quot; x=\\")") != std::string::npos);
  CHECK(dot.find("1. 日本 end") != std::string::npos);
  CHECK(dot.find("label=< % a &lt; &quot;b&quot; >") != std::string::npos);
  const std::string mermaid = ToMermaid(diagram);
  CHECK(mermaid.find(R"(s0{{"a#34;]#59; #60;b#62;#38;#92;<br/>)") != std::string::npos);
  CHECK(mermaid.find(R"(|"#37; a #60; #34;b#34;"|)") != std::string::npos);
  CHECK(mermaid.find(R"(s1(["1#46; 日本 end<br/>)") != std::string::npos);
}

TEST_CASE("a mermaid arrow is painted by its number") {
  Marks marks;
  marks.transitions = {{"/States/A/Next", Mark::kTaken}};
  const std::string text = ToMermaid(
      Of(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}})"),
      marks);
  CHECK(text.find("  start --> s0\n  s0 --> s1\n  s1 --> finish\n") != std::string::npos);
  CHECK(text.find("linkStyle 1 stroke:#007a5a") != std::string::npos);
  CHECK(Count(text, "linkStyle") == 1);
}

TEST_CASE("the JSON graph refers to states and scopes by their places") {
  Marks marks;
  marks.states = {{"A", Mark::kMissed}};
  const Value graph = ToJsonGraph(Of(R"({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true}}})"), marks);
  CHECK(ToJson(graph) == R"({"scopes":[{"owner":null,"label":"","pointer":"","startAt":0}],)"
                         R"("states":[{"name":"A","type":"Task","pointer":"/States/A","scope":0,"mark":"missed"}],)"
                         R"("transitions":[{"from":0,"to":null,"kind":"End","pointer":"/States/A/End"}]})");
}

}  // namespace
}  // namespace gait
