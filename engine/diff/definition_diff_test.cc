#include "engine/diff/definition_diff.h"

#include <doctest/doctest.h>

#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

std::string Line(const FieldChange& f) {
  return "  " + f.pointer + (f.is_transition ? " *" : "") + ": " + (f.before ? ToJson(*f.before) : "-") + " -> " +
         (f.after ? ToJson(*f.after) : "-") + "\n";
}

// What changed, a line each: "+ name (scope)", then the fields.
std::string Differences(std::string_view before, std::string_view after) {
  const DefinitionDiff diff = CompareDefinitions(*ParseJson(before).value, *ParseJson(after).value);
  std::string text;
  for (const ScopeChange& scope : diff.scopes) {
    text += "{" + scope.scope + "}\n";
    for (const FieldChange& f : scope.fields) text += Line(f);
  }
  for (const StateChange& s : diff.states) {
    text += std::string(1, "+-=>~"[static_cast<size_t>(s.kind)]) + " " +
            (s.name == s.old_name ? "" : s.old_name + " -> ") + s.name + " " + s.type + " {" + s.scope + "}\n";
    for (const FieldChange& f : s.fields) text += Line(f);
  }
  return text;
}

std::string Machine(const std::string& states, const std::string& more = R"("StartAt": "A")") {
  return "{" + more + R"(, "States": {)" + states + "}}";
}

TEST_CASE("differences are those of meaning") {
  const struct {
    const char* what;
    std::string before, after;
    std::string differences;
  } rows[] = {
      {"the order of keys and the form of numbers", Machine(R"("A": {"Type": "Wait", "Seconds": 1.0, "End": true})"),
       Machine(R"("A": {"End": true, "Seconds": 1, "Type": "Wait"})"), ""},
      {"fields of the machine, a state more, a transition",
       Machine(R"("A": {"Type": "Pass", "End": true})", R"("StartAt": "A", "TimeoutSeconds": 5)"),
       Machine(R"("A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"})", R"("StartAt": "A", "Comment": "x")"),
       "{}\n  /TimeoutSeconds: 5 -> -\n  /Comment: - -> \"x\"\n"
       "~ A Pass {}\n  /End *: true -> -\n  /Next *: - -> \"B\"\n+ B Succeed {}\n"},
      {"a state that is gone, another in its place", Machine(R"("A": {"Type": "Pass", "Result": 1, "End": true})"),
       Machine(R"("B": {"Type": "Fail"})", R"("StartAt": "B")"),
       "{}\n  /StartAt *: \"A\" -> \"B\"\n+ B Fail {}\n- A Pass {}\n"},
      {"renamed states: what leads to them is no change, what else became different is",
       Machine(R"("A": {"Type": "Task", "Resource": "r", "Next": "B"}, "B": {"Type": "Succeed", "Comment": "b"})"),
       Machine(R"("X": {"Type": "Task", "Resource": "r", "Next": "Y"}, "Y": {"Type": "Succeed", "Comment": "b"})",
               R"("StartAt": "X")"),
       "= A -> X Task {}\n= B -> Y Succeed {}\n"},
      {"one rule more in front is one change",
       Machine(R"("A": {"Type": "Choice", "Choices": [{"Condition": "p", "Next": "B"}]}, "B": {"Type": "Succeed"})"),
       Machine(
           R"("A": {"Type": "Choice", "Choices": [{"Condition": "q", "Next": "A"}, {"Condition": "p", "Next": "B"}]},
                  "B": {"Type": "Succeed"})"),
       "~ A Choice {}\n  /Choices/0: - -> {\"Condition\":\"q\",\"Next\":\"A\"}\n"},
      {"deep within a field; a key called Next there is no transition",
       Machine(R"("A": {"Type": "Pass", "Result": {"Next": {"a/b": [1, 2]}}, "Catch": [{"Next": "A"}], "End": true})"),
       Machine(R"("A": {"Type": "Pass", "Result": {"Next": {"a/b": [1, 3]}}, "Catch": [{"Next": "B"}], "End": true})"),
       "~ A Pass {}\n  /Result/Next/a~1b/1: 2 -> 3\n  /Catch/0/Next *: \"A\" -> \"B\"\n"},
      {"states within states, a branch more, a renamed frame",
       Machine(R"("A": {"Type": "Parallel", "End": true, "Branches": [
                 {"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}}]})"),
       Machine(R"("P": {"Type": "Parallel", "End": true, "Branches": [
                 {"StartAt": "L", "States": {"L": {"Type": "Wait", "End": true}}},
                 {"StartAt": "M", "States": {"M": {"Type": "Fail"}}}]})",
               R"("StartAt": "P")"),
       "= A -> P Parallel {}\n  /Branches/1: - -> {}\n~ L Wait {P / Branch 1}\n  /Type: \"Pass\" -> \"Wait\"\n"
       "+ M Fail {P / Branch 2}\n"},
      {"a state that went into a Map, whose Iterator is an ItemProcessor now",
       Machine(R"("A": {"Type": "Map", "End": true, "Iterator": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}},
                  "B": {"Type": "Fail"})"),
       Machine(R"("A": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "I", "States": {
                  "I": {"Type": "Succeed"}, "B": {"Type": "Fail"}}}})"),
       "~ A Map {}\n  /ItemProcessor: - -> {}\n  /Iterator: {} -> -\n> B Fail {A}\n"},
      {"faulty ones", R"([])", R"({"States": {"A": 1, "B": {"Branches": [2], "Type": 3}}})", "+ A  {}\n+ B  {}\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(Differences(row.before, row.after) == row.differences);
    CHECK(Differences(row.after, row.after) == "");
  }
}

}  // namespace
}  // namespace gait
