#include "engine/lint/data_flow.h"

#include "engine/lint/testing.h"

namespace gait {
namespace {

using testing::Findings;
using testing::Linted;

struct Row {
  std::string a, b, found;
};

// A leads to B: the fields of both, and what is found.
void CheckPairs(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    const std::string machine =
        R"({"StartAt": "A", "States": {"A": {"Next": "B", )" + row.a + R"(}, "B": {"End": true, )" + row.b + "}}}";
    CAPTURE(machine);
    CHECK(Findings(machine) == row.found);
  }
}

std::string Pass(const std::string& fields) { return R"("Type": "Pass", )" + fields; }

TEST_CASE("paths into what a Pass hands on") {
  const std::string at = "path-cannot-exist /States/B/";
  const std::string order = Pass(R"("Result": {"order": {"id": 1, "lines": [{"n": 1}]}, "null": null})");
  CheckPairs({
      {order, Pass(R"("Parameters": {"x.$": "$.order.id"})"), ""},
      {order, Pass(R"("Parameters": {"x.$": "$.order.total"})"), at + "Parameters/x.$"},
      {order, Pass(R"("Parameters": {"x": [{"y.$": "$.orders"}]})"), at + "Parameters/x/0/y.$"},
      {order, Pass(R"("InputPath": "$['order']['id']")"), ""},
      {order, Pass(R"("InputPath": "$.order.id.deeper")"), at + "InputPath"},
      {order, Pass(R"("InputPath": "$.null.deeper")"), at + "InputPath"},
      {order, Pass(R"("InputPath": "$.order.lines[0].n")"), ""},
      {order, Pass(R"("InputPath": "$.order.lines[1]")"), at + "InputPath"},
      {order, Pass(R"("InputPath": "$.order.lines.n")"), at + "InputPath"},
      {order, Pass(R"("InputPath": "$.order.lines[*].m")"), ""},
      {order, Pass(R"("InputPath": "$.lines[*].n")"), ""},  // finds nothing, which is an array
      {order, Pass(R"("InputPath": "$..anything")"), ""},
      {order, Pass(R"~("InputPath": "$.order.lines.length()")~"), ""},
      {order, Pass(R"("InputPath": "$.order", "OutputPath": "$.id")"), ""},
      {order, Pass(R"("InputPath": "$.order", "Parameters": {"x.$": "$.order.id"})"), at + "Parameters/x.$"},
      {order, Pass(R"~("Parameters": {"x.$": "States.Format('{} $.no {}', $.order.id, $.no)"})~"),
       at + "Parameters/x.$"},
      {order, Pass(R"("Parameters": {"x.$": "$$.Execution.Name", "y.$": "$.order"})"), ""},
      {order, Pass(R"("Result": 1, "ResultPath": "$.order.result")"), ""},
      {order, Pass(R"("OutputPath": "$.no")"), at + "OutputPath"},
      {order, R"("Type": "Wait", "SecondsPath": "$.seconds")", at + "SecondsPath"},
      {Pass(R"("Comment": "nothing is known of the input")"), Pass(R"("InputPath": "$.a.b")"), ""},
      {Pass(R"("Parameters": {"all.$": "$"})"), Pass(R"("InputPath": "$.all.b")"), ""},
      {Pass(R"("Parameters": {"all.$": "$"})"), Pass(R"("InputPath": "$.b")"), at + "InputPath"},
      {Pass(R"("Parameters": ${any})"), Pass(R"("InputPath": "$.b")"), ""},
      {Pass(R"("Result": {"a": 1}, "ResultPath": "$.made")"), Pass(R"("InputPath": "$.b")"), ""},
      {Pass(R"("Result": {"a": 1}, "ResultPath": "$.made")"), Pass(R"("InputPath": "$.made.b")"), at + "InputPath"},
      {Pass(R"("InputPath": null)"), Pass(R"("InputPath": "$.b")"), at + "InputPath"},
      {Pass(R"("Assign": {"v": {"a": 1}})"), Pass(R"("InputPath": "$v.a")"), ""},
      {Pass(R"("Assign": {"v": {"a": 1}})"), Pass(R"("InputPath": "$v.b")"), at + "InputPath"},
  });
}

TEST_CASE("paths into what a service answers, and into errors") {
  const std::string at = "path-cannot-exist /States/B/InputPath",
                    retry = R"(, "Retry": [{"ErrorEquals": ["States.ALL"]}])";
  const auto invoke = [&](const std::string& more) {
    return R"("Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload": {"id.$": "$.id"}})" +
           retry + more;
  };
  CheckPairs({
      {invoke(""), Pass(R"("InputPath": "$.Payload.total")"), ""},
      {invoke(""), Pass(R"("InputPath": "$.total")"), at},
      {invoke(R"(, "OutputPath": "$.Payload")"), Pass(R"("InputPath": "$.total")"), ""},
      {invoke(R"(, "OutputPath": "$.Payloads")"), Pass(R"("Comment": "")"), "path-cannot-exist /States/A/OutputPath"},
      {invoke(R"(, "ResultPath": "$.priced")"), Pass(R"("InputPath": "$.total")"), ""},
      {invoke(R"(, "ResultPath": "$.priced")"), Pass(R"("InputPath": "$.priced.total")"), at},
      {invoke(R"(, "ResultSelector": {"total.$": "$.Payload.total"})"), Pass(R"("InputPath": "$.total")"), ""},
      {invoke(R"(, "ResultSelector": {"total.$": "$.total"})"), Pass(R"("InputPath": "$.total")"),
       "path-cannot-exist /States/A/ResultSelector/total.$"},
      // What it was given is read behind it as well.
      {invoke(""), Pass(R"("InputPath": "$.id")"), "input-overwritten /States/A"},
      {invoke(R"(, "ResultPath": null)"), Pass(R"("InputPath": "$.id")"), ""},
  });
  const std::string caught =
      R"({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
      "Retry": [{"ErrorEquals": ["States.ALL"]}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"PATH}]},
      "B": {"Type": "Pass", "End": true, "Parameters": {"e.$": "$.Error", "id.$": "$.id"}}}})";
  const auto with = [&](const std::string& path) { return std::string(caught).replace(caught.find("PATH"), 4, path); };
  const Diagnostics found = Linted(with(""));
  REQUIRE(found.size() == 1);
  CHECK(found[0].pointer == "/States/B/Parameters/id.$");
  CHECK(found[0].message == "There is no $.id on the way A (caught) -> B");
  CHECK(Findings(with(R"(, "ResultPath": "$.error")")) == "");
}

TEST_CASE("a check's answer that replaces what was checked") {
  const std::string retry = R"(, "Retry": [{"ErrorEquals": ["States.ALL"]}])";
  const auto machine = [&](const std::string& given, const std::string& more) {
    return R"({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "C")" +
           more + given + retry + R"(},
        "C": {"Type": "Choice", "Default": "B", "Choices": [{"Variable": "$.isDuplicate", "BooleanEquals": true, "Next": "D"}]},
        "B": {"Type": "Pass", "End": true, "InputPath": "$.detail.object.key"}, "D": {"Type": "Succeed"}}})";
  };
  const std::string key = R"(, "Parameters": {"key.$": "$.detail.object.key"})",
                    overwritten = "input-overwritten /States/A";
  CHECK(Findings(machine(key, "")) == overwritten);
  // With the ResultPath the Choice would have to look at $.check as well; it may be in the input.
  CHECK(Findings(machine(key, R"(, "ResultPath": "$.check")")) == "");
  CHECK(Findings(machine(key, R"(, "ResultPath": null)")) == "");
  // It may answer with what it was given.
  CHECK(Findings(machine("", "")) == "");
  CHECK(Findings(machine(R"(, "Parameters": {"detail.$": "$.detail"})", "")) == "");
  CHECK(Findings(machine(R"(, "Parameters": {"key.$": "$.detail.object.key", "event.$": "$"})", "")) == "");
  CHECK(Findings(machine(R"(, "Parameters": {"key.$": "$.detail['object', 'bucket']"})", "")) == "");
  CHECK(Findings(machine(R"(, "Parameters": {"key.$": "$.key"})", "")) == "");
}

TEST_CASE("expressions that are one path") {
  const std::string j = R"("QueryLanguage": "JSONata", )", at = "path-cannot-exist /States/B/Output";
  const std::string made =
      j + Pass(R"("Output": {"order": {"id": 1}, "list": [{"n": 1}], "in": "{% $states.input %}"})");
  CheckPairs({
      {made, j + Pass(R"("Output": "{% $states.input.order.id %}")"), ""},
      {made, j + Pass(R"("Output": "{% $states.input.orders %}")"), at},
      {made, j + Pass(R"("Output": "{% $states.input.list.n %}")"), ""},
      {made, j + Pass(R"("Output": "{% $states.input.in.any %}")"), ""},
      {made, j + Pass(R"("Output": "{% $exists($states.input.orders) %}")"), ""},
      {made, j + Pass(R"("Output": {"a": ["{% $states.input.no %}"]})"), at + "/a/0"},
  });
}

TEST_CASE("the ways on which a path is missing") {
  const auto join = [](const std::string& p, const std::string& q, const std::string& r) {
    return R"({"StartAt": "C", "States": {"C": {"Type": "Choice", "Default": "Q", "Choices": [{"Variable": "$.n", "IsNull": true, "Next": "P"}]},
        "P": {"Type": "Pass", "Next": "R", "Result": )" +
           p + R"(}, "Q": {"Type": "Pass", "Next": "R", "Result": )" + q + R"(}, )" + r + "}}";
  };
  const std::string reads = R"("R": {"Type": "Pass", "End": true, "InputPath": "$.a"})";
  CHECK(Findings(join(R"({"a": 1})", R"({"a": 2})", reads)) == "");
  const Diagnostics found = Linted(join(R"({"a": 1})", R"({"A": 2})", reads));
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "There is no $.a on the way Q -> R");
  CHECK(found[0].hint == "there is A; did you mean A?");
  // A Choice between the two may be made by what tells the ways apart; one that leads nowhere else is not.
  const std::string sorted =
      R"("R": {"Type": "Choice", "Default": "Y", "Choices": [{"Variable": "$.kind", "StringEquals": "p", "Next": "X"}]},
      "X": {"Type": "Pass", "End": true, "InputPath": "$.a"}, "Y": {"Type": "Succeed"})";
  CHECK(Findings(join(R"({"kind": "p", "a": 1})", R"({"kind": "q"})", sorted)) == "");
  CHECK(Findings(join(R"({"kind": "p", "b": 1})", R"({"kind": "q"})", sorted)) ==
        "path-cannot-exist /States/X/InputPath");
  const std::string asked =
      R"("R": {"Type": "Choice", "Default": "Y", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "X"}]},
      "X": {"Type": "Pass", "End": true, "InputPath": "$.a"}, "Y": {"Type": "Succeed"})";
  CHECK(Findings(join(R"({"kind": "p"})", R"({"kind": "q"})", asked)) == "");
}

TEST_CASE("branches and iterations") {
  const std::string parallel = R"("Type": "Parallel", "Branches": [
      {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true, "Parameters": {"a.$": "$.a"}}}},
      {"StartAt": "J", "States": {"J": {"Type": "Pass", "End": true, "Result": 1}}}])";
  const auto map = [](const std::string& items, const std::string& path) {
    return Pass(R"("Result": {"items": )" + items +
                R"(}, "Next": "M"}, "M": {"Next": "B", "Type": "Map", "ItemsPath": "$.items",
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true, "InputPath": ")" +
                path + R"("}}})");
  };
  CheckPairs({
      {parallel, Pass(R"("InputPath": "$[0].a")"), ""},
      {parallel, Pass(R"("InputPath": "$[0].b")"), "path-cannot-exist /States/B/InputPath"},
      {parallel, Pass(R"("InputPath": "$.a")"), "path-cannot-exist /States/B/InputPath"},
      {parallel, Pass(R"("InputPath": "$[2]")"), "path-cannot-exist /States/B/InputPath"},
  });
  const auto machine = [&](const std::string& items, const std::string& path) {
    std::string text = map(items, path);
    return R"({"StartAt": "A", "States": {"A": {)" + text +
           R"(}, "B": {"Type": "Pass", "End": true, "InputPath": "$[0]"}}})";
  };
  CHECK(Findings(machine(R"([{"n": 1}, {"n": 2}])", "$.n")) == "");
  CHECK(Findings(machine(R"([{"n": 1}, {"n": 2}])", "$.m")) ==
        "path-cannot-exist /States/M/ItemProcessor/States/I/InputPath");
  CHECK(Findings(machine(R"([{"n": 1}, {"m": 2}])", "$.m")) == "");
}

TEST_CASE("loops that nest what they carry come to an end") {
  CHECK(Findings(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"before.$": "$"}, "Next": "C"},
      "C": {"Type": "Choice", "Default": "E", "Choices": [{"Variable": "$.before.before.before", "IsPresent": true, "Next": "A"}]},
      "E": {"Type": "Succeed"}}})") == "");
}

TEST_CASE("outputs that no state looks at") {
  const std::string unused = "output-never-used /States/A/Result";
  const std::string a = Pass(R"("Result": {"a": 1})");
  CheckPairs({
      {a, Pass(R"("Result": 2)"), unused},
      {a, Pass(R"("Parameters": {"t.$": "$$.Execution.Name"})"), unused},
      {a, Pass(R"("Parameters": {"t.$": "$.a"})"), ""},
      {a, Pass(R"("Result": 2, "ResultPath": "$.b")"), ""},
      {a, Pass(R"("Comment": "hands it on")"), ""},
      {Pass(R"("Result": {"a": 1}, "Assign": {"v": 1})"), Pass(R"("InputPath": "$v", "Parameters": {})"), ""},
      {a, R"("Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "TimeoutSeconds": 9)", ""},
      {a,
       R"("Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "TimeoutSeconds": 9, "Parameters": {"b": 1})",
       unused},
      {R"("QueryLanguage": "JSONata", "Type": "Pass", "Output": 1)",
       R"("QueryLanguage": "JSONata", "Type": "Pass", "Output": 2)", "output-never-used /States/A/Output"},
      {R"("QueryLanguage": "JSONata", "Type": "Pass", "Output": 1)",
       R"("QueryLanguage": "JSONata", "Type": "Pass", "Output": "{% $states %}")", ""},
  });
}

}  // namespace
}  // namespace gait
