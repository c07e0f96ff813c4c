#include "engine/definition/compile.h"

#include <set>

#include "engine/definition/rule_table.h"
#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Lines;
using testing::OneState;

CompileResult Compile(std::string_view text, CompileOptions options = {}) {
  options.states = StateTypes();
  return CompileDefinition(text, options);
}

// What is found: "rule pointer", a line each.
std::string Found(std::string_view text, CompileOptions options = {}) {
  std::string found;
  for (const Diagnostic& d : Compile(text, options).diagnostics) {
    found += (found.empty() ? "" : "\n") + d.rule + (d.pointer.empty() ? "" : " " + d.pointer);
  }
  return found;
}

struct Row {
  std::string definition;
  std::string found;
};

void CheckRows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.definition);
    CHECK(Found(row.definition) == row.found);
  }
}

constexpr const char* kPass = R"("Type": "Pass", "End": true)";

TEST_CASE("a valid definition has no findings") {
  const CompileResult result = Compile(R"({"Comment": "c", "StartAt": "S", "TimeoutSeconds": 60, "Version": "1.0",
      "States": {"S": {"Type": "Succeed"}}})");
  CHECK(result.diagnostics.empty());
  REQUIRE(result.machine != nullptr);
  CHECK(result.machine->timeout_seconds() == 60);
  CHECK(result.machine->graph().at(0).name().as_string() == "S");
}

TEST_CASE("the text and the top level") {
  CheckRows({
      {"", "not-an-object"},
      {" \n", "not-an-object"},
      {"{", "invalid-json"},
      {"[]", "not-an-object"},
      {"{}", "missing-required-field"},
      {R"({"StartAt": "S", "States": {}})", "dangling-transition /StartAt\nempty-states /States"},
      {R"({"StartAt": "S", "States": [], "Version": "2.0"})", "bad-type /States\nunsupported-version /Version"},
      {R"({"StartAt": "X", "States": {"S": {"Type": "Succeed"}}})",
       "dangling-transition /StartAt\nunreachable-state /States/S"},
      {R"({"StartAt": "S", "Sttes": 1, "States": {"S": {"Type": "Succeed"}}})", "unknown-field /Sttes"},
      {R"({"StartAt": "S", "TimeoutSeconds": -1, "States": {"S": {"Type": "Succeed"}}})",
       "number-out-of-range /TimeoutSeconds"},
      {R"({"StartAt": "S", "QueryLanguage": 1, "States": {"S": {"Type": "Succeed"}}})", "bad-type /QueryLanguage"},
  });
}

TEST_CASE("states and transitions") {
  CheckRows({
      {OneState(R"("End": true)"), "missing-required-field /States/S"},
      {OneState(R"("Type": "Pas", "End": true)"), "unknown-state-type /States/S/Type"},
      {OneState(R"("Type": "Pass")"), "missing-next /States/S"},
      {OneState(R"("Type": "Pass", "End": true, "Next": "S")"), "both-next-and-end /States/S"},
      {OneState(R"("Type": "Pass", "Next": "T")"), "dangling-transition /States/S/Next"},
      {OneState(R"("Type": "Pass", "Next": "S")"), "no-terminal-state /States"},
      {R"({"StartAt": "S", "States": {"S": {"Type": "Succeed"}, "T": {"Type": "Succeed"}}})",
       "unreachable-state /States/T"},
      {OneState(std::string(kPass) + R"(, "Seconds": 1)"), "field-not-allowed /States/S/Seconds"},
      {OneState(std::string(kPass) + R"(, "Coment": "")"), "unknown-field /States/S/Coment"},
      {OneState(std::string(kPass) + R"(, "Comment": 1)"), "bad-type /States/S/Comment"},
      {R"({"StartAt": ")" + std::string(81, 'n') + R"(", "States": {")" + std::string(81, 'n') +
           R"(": {"Type": "Succeed"}}})",
       "state-name-too-long /States/" + std::string(81, 'n')},
      {OneState(
           R"("Type": "Parallel", "End": true, "Branches": [{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}])"),
       "duplicate-state-name /States/S/Branches/0/States/S"},
      // A transition does not leave its States object.
      {R"({"StartAt": "P", "States": {"E": {"Type": "Succeed"}, "P": {"Type": "Parallel", "Next": "E", "Branches": [
          {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "E"}}}]}}})",
       "dangling-transition /States/P/Branches/0/States/A/Next"},
  });
}

TEST_CASE("paths, templates and calls") {
  const std::string pass = kPass;
  CheckRows({
      {OneState(pass + R"(, "InputPath": "$.a[")"), "bad-jsonpath /States/S/InputPath"},
      {OneState(pass + R"(, "ResultPath": "$.a[*]")"), "bad-reference-path /States/S/ResultPath"},
      {OneState(pass + R"(, "ResultPath": "a")"), "bad-reference-path /States/S/ResultPath"},
      {OneState(pass + R"(, "Parameters": {"x.$": "y"})"), "bad-payload-template /States/S/Parameters/x.$"},
      {OneState(pass + R"(, "Parameters": {"x.$": 1})"), "bad-payload-template /States/S/Parameters/x.$"},
      {OneState(pass + R"-(, "Parameters": {"x.$": "States.Nope()"})-"), "bad-intrinsic /States/S/Parameters/x.$"},
      {OneState(pass + R"(, "Parameters": {"x": 1, "x.$": "$"})"), "duplicate-template-field /States/S/Parameters/x.$"},
      {OneState(R"-("Type": "Fail", "ErrorPath": "States.Format(")-"), "bad-intrinsic /States/S/ErrorPath"},
      {OneState(R"("Type": "Fail", "Error": "E", "ErrorPath": "$.e")"), "value-and-path /States/S"},
      {OneState(pass + R"(, "Assign": {"states": 1})"), "reserved-variable-name /States/S/Assign/states"},
      {OneState(pass + R"(, "Assign": {"1x": 1})"), "bad-variable-name /States/S/Assign/1x"},
      {OneState(pass + R"(, "Output": {})"), "jsonata-field-in-jsonpath-state /States/S/Output"},
  });
}

TEST_CASE("each type of state") {
  CheckRows({
      {OneState(R"("Type": "Choice", "Choices": [])"),
       "no-terminal-state /States\nchoice-without-choices /States/S/Choices"},
      {OneState(R"("Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true}])"),
       "choice-rule-without-next /States/S/Choices/0"},
      {OneState(R"("Type": "Parallel", "Branches": [], "End": true)"), "parallel-without-branches /States/S/Branches"},
      {OneState(R"("Type": "Wait", "End": true)"), "wait-without-time /States/S"},
      {OneState(R"("Type": "Wait", "End": true, "Seconds": 1, "Timestamp": "2016-03-14T01:59:00Z")"),
       "wait-two-times /States/S"},
      {OneState(R"("Type": "Wait", "End": true, "Timestamp": "noon")"), "bad-timestamp /States/S/Timestamp"},
      {OneState(R"("Type": "Task", "End": true)"), "missing-required-field /States/S"},
      {OneState(R"("Type": "Task", "End": true, "Resource": "lambda")"), "invalid-resource /States/S/Resource"},
      {OneState(R"("Type": "Task", "End": true, "Resource": "${Function}")"),
       "unresolved-placeholder /States/S/Resource"},
      {OneState(R"("Type": "Map", "End": true)"), "map-without-processor /States/S"},
      {OneState(R"("Type": "Map", "End": true, "Iterator": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}},
                   "ItemSelector": {}, "Parameters": {})"),
       "map-parameters-and-itemselector /States/S"},
      {OneState(R"("Type": "Parallel", "End": true)"), "missing-required-field /States/S"},
      {OneState(R"("Type": "Parallel", "End": true, "Branches": [1])"), "bad-type /States/S/Branches/0"},
  });
}

TEST_CASE("Retry and Catch") {
  const std::string task =
      R"("Type": "Task", "End": true, "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f")";
  CheckRows({
      {OneState(task + R"(, "Retry": [{"ErrorEquals": []}])"), "empty-error-equals /States/S/Retry/0/ErrorEquals"},
      {OneState(task + R"(, "Retry": [{"ErrorEquals": ["States.ALL", "A"]}])"),
       "states-all-not-alone /States/S/Retry/0/ErrorEquals"},
      {OneState(task + R"(, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}])"),
       "states-all-not-last /States/S/Retry/0/ErrorEquals"},
      {OneState(task + R"(, "Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.5}])"),
       "number-out-of-range /States/S/Retry/0/BackoffRate"},
      {OneState(task + R"(, "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 1.5}])"),
       "bad-type /States/S/Retry/0/MaxAttempts"},
      {OneState(task + R"(, "Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "HALF"}])"),
       "bad-enum-value /States/S/Retry/0/JitterStrategy"},
      {OneState(task + R"(, "Retry": [{"ErrorEquals": ["States.Timout"]}])"),
       "bad-reserved-error-name /States/S/Retry/0/ErrorEquals/0"},
      {OneState(task + R"(, "Catch": [{"ErrorEquals": ["A"], "Next": "No"}])"),
       "dangling-transition /States/S/Catch/0/Next"},
      {OneState(std::string(kPass) + R"(, "Retry": [])"), "field-not-allowed /States/S/Retry"},
  });
}

TEST_CASE("a finding says where it is, what is wrong and what to do") {
  const CompileResult result =
      Compile("{\n  \"StartAt\": \"Strat\",\n  \"States\": {\"Start\": {\"Type\": \"Succeed\"}}\n}\n");
  REQUIRE(!result.diagnostics.empty());
  const Diagnostic& d = result.diagnostics[0];
  CHECK(d.position.line == 2);
  CHECK(d.position.column == 14);
  CHECK(d.location == "/StartAt");
  CHECK(d.code == "MISSING_TRANSITION_TARGET");
  CHECK(d.hint == "did you mean 'Start'?");
}

TEST_CASE("placeholders are filled in, an unquoted one too") {
  const std::string text =
      R"({"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": ${Delay}, "Comment": "${What}", "End": true}}})";
  CHECK(Found(text) == "unresolved-placeholder /States/S/Seconds");  // a text may contain what looks like one
  CompileOptions options;
  options.keep_placeholders = true;
  CHECK(Found(text, options).empty());
  options.keep_placeholders = false;
  options.substitutions = {{"Delay", "5"}, {"What", "a \"pause\""}};
  const CompileResult result = Compile(text, options);
  CHECK(Lines(result.diagnostics).empty());
  CHECK(ToJson(*result.definition.Find("States")->Find("S")) ==
        R"({"Type":"Wait","Seconds":5,"Comment":"a \"pause\"","End":true})");
}

TEST_CASE("a placeholder that is kept may be any state, type, target and structure") {
  CompileOptions options;
  options.format = DocumentFormat::kYaml;
  options.keep_placeholders = true;
  const std::string a = "StartAt: A\nStates:\n  A:\n", b = "\n  B: {Type: Succeed}\n";
  struct {
    std::string text;
    bool whole;  // is there a machine?
  } const rows[] = {
      {"StartAt: ${S}\nStates:\n  A: {Type: Pass, Next: B}" + b, false},
      {"StartAt: x${S}\nStates:\n  A: {Type: Pass, Next: B}" + b, false},
      {a + "    Type: ${T}" + b, false},
      {a + "    Type: '${T}'\n    Any: 1" + b, false},
      {"StartAt: A\nStates:\n  A: ${A}" + b, false},
      {a + "    Type: Pass\n    Next: ${N}" + b, true},
      {a + "    Type: Pass\n    Next: '${N}'" + b, true},
      {a + "    Type: Choice\n    Choices: ${C}\n    Default: B" + b, false},
      {a + "    Type: Parallel\n    Branches: ${C}\n    Next: B" + b, false},
      {a + "    Type: Map\n    ItemProcessor: ${C}\n    Next: B" + b, false},
      {a +
           "    Type: Parallel\n    Branches: [{StartAt: X, States: {X: {Type: Succeed}}}]\n    Retry: ${C}\n    Next: "
           "B" +
           b,
       true},
      {a +
           "    Type: Parallel\n    Branches:\n      - ${C}\n    Catch:\n      - ${C}\n    Retry:\n      - ${C}\n    "
           "Next: B" +
           b,
       false},
      {a + "    Type: Choice\n    Choices:\n      - ${C}" + b, false},
      {"StartAt: A\nStates: ${X}\n", true},
      {a + "    Type: Pass\n    Parameters:\n      x.$: ${P}\n      y.$: 'x${P}'\n    Next: B" + b, true},
      {a + "    Type: Pass\n    InputPath: 'x${P}'\n    Next: B" + b, true},
      {a + "    Type: Map\n    Next: B\n    Label: 'x${P}'\n    ItemProcessor:\n" +
           "      ProcessorConfig: {Mode: 'x${P}', ExecutionType: EXPRESS}\n      StartAt: X\n" +
           "      States: {X: {Type: Succeed}}" + b,
       true},
      {a + "    Type: Map\n    Next: B\n    ItemProcessor:\n      ProcessorConfig: ${P}\n      StartAt: X\n" +
           "      States: {X: {Type: Succeed}}" + b,
       true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const CompileResult result = Compile(row.text, options);
    CHECK(Lines(result.diagnostics).empty());
    CHECK((result.machine != nullptr) == row.whole);
  }
  // What has nothing to do with it is found all the same.
  CHECK(Found(a + "    Type: Pass\n    Next: ${N}\n  C: {Type: Pass, Next: D}" + b, options) ==
        "dangling-transition /States/C/Next");
  options.keep_placeholders = false;
  CHECK(Found(a + "    Type: Pass\n    Next: 'x${N}'" + b, options) ==
        "dangling-transition /States/A/Next\nunreachable-state /States/B");
}

TEST_CASE("YAML is read as JSON is") {
  CompileOptions options;
  options.format = DocumentFormat::kYaml;
  CHECK(Found("StartAt: S\nStates:\n  S:\n    Type: Wait\n    Seconds: 5\n    End: true\n", options).empty());
  const CompileResult bad = Compile("StartAt: S\nStates:\n  S:\n    Type: Wait\n    End: true\n", options);
  REQUIRE(bad.diagnostics.size() == 1);
  CHECK(bad.diagnostics[0].rule == "wait-without-time");
  CHECK(bad.diagnostics[0].position.line == 3);
}

TEST_CASE("what stands twice is told, and the last one counts") {
  const CompileResult result =
      Compile("{\"StartAt\": \"S\", \"StartAt\": \"T\",\n\"States\": {\"T\": {\"Type\": \"Succeed\"}}}");
  CHECK(result.machine != nullptr);
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].rule == "duplicate-key");
  CHECK(result.diagnostics[0].severity == Severity::kWarning);
  CHECK(result.diagnostics[0].position.column == 18);
}

TEST_CASE("what cannot be executed yet is refused before it is, and accepted where it is only checked") {
  CompileOptions check;
  check.keep_placeholders = true;
  const auto reader = [](const std::string& fields, const std::string& mode) {
    return OneState(R"("Type": "Map", "End": true, "ItemReader": {)" + fields +
                    R"(}, "ItemProcessor": {"ProcessorConfig": {)" + mode +
                    R"(}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}})");
  };
  const std::string distributed = R"("Mode": "DISTRIBUTED", "ExecutionType": "STANDARD")";
  const std::string get = R"("Resource": "arn:aws:states:::s3:getObject")";
  CHECK(Found(reader(get, distributed)).empty());
  CHECK(Found(reader(get + R"(, "ReaderConfig": {"InputType": "JSONL"})", distributed)).empty());
  CHECK(Found(reader(R"("Resource": "arn:aws:states:::s3:listObjectsV2")", distributed)).empty());
  for (const char* config :
       {R"("InputType": "MANIFEST")", R"("ManifestType": "S3_INVENTORY")",
        R"("InputType": "CSV", "ManifestType": "ATHENA_DATA")", R"("InputType": "JSON", "ItemsPointer": "/a")"}) {
    CHECK(Found(reader(get + R"(, "ReaderConfig": {)" + config + "}", distributed)).empty());
  }
  const std::string list = R"("Resource": "arn:aws:states:::s3:listObjectsV2")";
  CHECK(Found(reader(list + R"(, "ReaderConfig": {"InputType": "CSV", "Transformation": "LOAD_AND_FLATTEN"})",
                     distributed))
            .empty());
  struct Row {
    std::string reader, found;
  };
  for (const Row& r : std::vector<Row>{
           {get + R"(, "ReaderConfig": {"InputType": "CSV", "ManifestType": "S3_INVENTORY"})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig/InputType"},
           {get + R"(, "ReaderConfig": {"ManifestType": "ATHENA_DATA"})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig/ManifestType"},
           {get + R"(, "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "a"})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig/ItemsPointer"},
           {list + R"(, "ReaderConfig": {"InputType": "MANIFEST"})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig/InputType"},
           {list + R"(, "ReaderConfig": {"Transformation": "LOAD_AND_FLATTEN"})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig/Transformation"},
           {get + R"(, "ReaderConfig": {"InputType": "CSV", "Transformation": "LOAD_AND_FLATTEN"})",
            "not-implemented /States/S/ItemReader/ReaderConfig/Transformation"},
           {get + R"(, "ReaderConfig": {"ManifestType": "ICEBERG"})",
            "not-implemented /States/S/ItemReader/ReaderConfig/ManifestType"},
       }) {
    CAPTURE(r.reader);
    CHECK(Found(reader(r.reader, distributed)).starts_with(r.found));
    CHECK(Found(reader(r.reader, distributed), check).empty());
  }
  CHECK(Found(reader(get + R"(, "ReaderConfig": {"InputType": "PARQUET"})", distributed)).empty());
  CHECK(Found(reader(get, R"("Mode": "INLINE")")).starts_with("bad-item-reader /States/S/ItemReader"));
}

TEST_CASE("JSONata is compiled with the definition, and sees what the field has") {
  const auto found = [](std::string_view fields) {
    return Found(OneState(R"("QueryLanguage": "JSONata", "End": true, )" + std::string(fields)));
  };
  CHECK(found(R"("Type": "Pass", "Output": "{% $states.input.a + 1 %}")").empty());
  CHECK(found(R"("Type": "Pass", "Output": {"a": ["{% 1 + %}"]})")
            .starts_with("jsonata-syntax-error /States/S/Output/a/0"));
  CHECK(found(R"("Type": "Pass", "Output": "{% 1")").starts_with("jsonata-not-an-expression /States/S/Output"));
  CHECK(found(R"("Type": "Wait", "Seconds": "soon")").starts_with("bad-type /States/S/Seconds"));
  CHECK(Found(R"({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [
      {"Condition": "yes", "Next": "T"}]}, "T": {"Type": "Succeed"}}})")
            .starts_with("jsonata-not-an-expression"));
  CHECK(found(R"("Type": "Pass", "Output": "{% $eval('1') %}")").starts_with("jsonata-unsupported-reference"));
  CHECK(found(R"("Type": "Pass", "Output": "{% $states.result %}")").starts_with("jsonata-unsupported-reference"));
  CHECK(found(R"("Type": "Pass", "Output": "{% $states.errorOutput %}")").starts_with("jsonata-unsupported-reference"));
  CHECK(found(R"("Type": "Pass", "Output": "{% a.b %}")").starts_with("jsonata-top-level-reference"));
  CHECK(found(R"("Type": "Pass", "Output": "{% $$.a %}")").starts_with("jsonata-unsupported-reference"));
  CHECK(found(R"("Type": "Pass", "Output": "{% $states.input.list[a = 1].{'b': b} %}")").empty());
  CHECK(found(R"("Type": "Pass", "Output": "{% $map($states.input, function($x) { $x.a }) %}")").empty());
  const std::string task = R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", )";
  CHECK(found(task + R"("Output": "{% $states.result %}", "Assign": {"x": "{% $states.result %}"})").empty());
  CHECK(found(task + R"("Arguments": "{% $states.result %}")").starts_with("jsonata-unsupported-reference"));
  const std::string caught = R"("Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S", "Output": )";
  CHECK(found(task + caught + R"("{% $states.errorOutput.Error %}"}])").empty());
  CHECK(found(task + caught + R"("{% $states.result %}"}])").starts_with("jsonata-unsupported-reference"));
}

TEST_CASE("EXPRESS state machines cannot wait for others") {
  CompileOptions options;
  options.type = StateMachineType::kExpress;
  for (const char* resource :
       {"arn:aws:states:::sqs:sendMessage.waitForTaskToken", "arn:aws:states:::batch:submitJob.sync",
        "arn:aws:states:us-east-1:123456789012:activity:a"}) {
    CHECK(Found(OneState(R"("Type": "Task", "End": true, "Resource": ")" + std::string(resource) + "\""), options) ==
          "not-for-express /States/S/Resource");
  }
}

TEST_CASE("a definition over the quota is not looked at") {
  CompileOptions options;
  options.quotas.definition_bytes_max = 100;
  CHECK(Found(std::string(101, ' '), options) == "too-large");
}

TEST_CASE("branches nest without end, and the compiler does not") {
  std::string text = R"({"StartAt": "E", "States": {"E": {"Type": "Succeed"}}})";
  for (int i = 0; i < 100; ++i) {
    const std::string name = "P" + std::to_string(i);
    text = R"({"StartAt": ")" + name + R"(", "States": {")" + name +
           R"(": {"Type": "Parallel", "End": true, "Branches": [)" + text + "]}}}";
  }
  CHECK(!Compile(text).diagnostics.empty());
}

TEST_CASE("a placeholder may stand for any object") {
  CompileOptions options;
  options.keep_placeholders = true;
  const auto map = [](const std::string& fields) {
    return OneState(R"("Type": "Map", "End": true, )" + fields +
                    R"(, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "I", "States": {"I": {"Type": "Succeed"}}})");
  };
  for (const char* field : {"ItemReader", "ItemBatcher", "ResultWriter", "Retry", "Catch", "ItemSelector"}) {
    CAPTURE(field);
    CHECK(Found(map("\"" + std::string(field) + "\": ${X}"), options) == "");
  }
  CHECK(Found(OneState(R"("Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": ${X}, "StartAt": "I",
      "States": {"I": {"Type": "Succeed"}}})"),
              options) == "");
}

TEST_CASE("a variable that is read where it can never be set") {
  // A leads to B: the fields of A, those of B, and what is found.
  struct Pair {
    const char *a, *b, *found;
  };
  const std::vector<Pair> pairs = {
      {R"("Assign": {"x": 1})", R"("Parameters": {"p.$": "$x.y"})", ""},
      {R"("Assign": {"x.$": "$.a"})", R"("InputPath": "$x")", ""},
      {R"("Parameters": {"p.$": "$x"})", R"("Assign": {"x": 1})", "undefined-variable /States/A/Parameters/p.$"},
      {R"("Assign": {"x": 1, "y.$": "$x"})", R"("InputPath": "$y")", "undefined-variable /States/A/Assign/y.$"},
      {R"("Assign": {"y": 1})", R"~("Parameters": {"p.$": "States.Format('{}{}', $y, $x)"})~",
       "undefined-variable /States/B/Parameters/p.$"},
      // What an expression binds itself is its own.
      {R"("QueryLanguage": "JSONata", "Output": "{% ($x := 1; $map([1], function($i) { $i + $x })) %}")",
       R"("Comment": "$x")", ""},
      {R"("QueryLanguage": "JSONata", "Assign": {"x": 1})",
       R"("QueryLanguage": "JSONata", "Output": {"a": ["{% $sum($x) + $z %}"], "States": {"B": "{% $z %}"}})",
       "undefined-variable /States/B/Output/a/0\nundefined-variable /States/B/Output/States/B"},
      // A placeholder may stand for any variables.
      {R"("Assign": ${assign})", R"("InputPath": "$x")", ""},
  };
  for (const Pair& pair : pairs) {
    const std::string definition = std::string(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B", )") +
                                   pair.a + R"(}, "B": {"Type": "Pass", "End": true, )" + pair.b + "}}}";
    CAPTURE(definition);
    CompileOptions options;
    options.keep_placeholders = true;
    CHECK(Found(definition, options) == pair.found);
  }
}

TEST_CASE("the ways on which variables are set") {
  const std::string choice = R"({"StartAt": "C", "States": {
      "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsNull": true, "Next": "P", "Assign": {"ruled": 1}}],
            "Default": "T", "Assign": {"defaulted": 1}},
      "P": {"Type": "Parallel", "Next": "T", "Assign": {"behind": 1},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E", "Assign": {"caught": 1}}],
            "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true, "Assign": {"inner": 1},
              "Parameters": {"1.$": "$ruled", "2.$": "$defaulted", "3.$": "$behind", "4.$": "$inner"}}}}]},
      "T": {"Type": "Pass", "Next": "C", "Parameters": {"1.$": "$ruled", "2.$": "$behind", "3.$": "$caught", "4.$": "$inner"}},
      "E": {"Type": "Pass", "End": true, "Parameters": {"1.$": "$caught", "2.$": "$behind", "3.$": "$cauht"}}}})";
  // T leads back to C: what its loop sets is set the next time.
  CHECK(Found(choice) ==
        "undefined-variable /States/P/Branches/0/States/I/Parameters/4.$\n"
        "undefined-variable /States/T/Parameters/3.$\n"
        "undefined-variable /States/T/Parameters/4.$\n"
        "undefined-variable /States/E/Parameters/3.$");
  const CompileResult result = Compile(choice);
  CHECK(result.machine != nullptr);  // AWS takes it
  CHECK(result.diagnostics[0].hint == "no state that assigns it comes before this one: C -> P -> I");
  CHECK(result.diagnostics[3].hint == "no state assigns it; did you mean $caught?");

  const auto map = [](const std::string& config) {
    return R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"}, "M": {"Type": "Map",
        "End": true, "ItemSelector": {"x.$": "$x"}, "ItemProcessor": {)" +
           config + R"("StartAt": "I", "States": {"I": {"Type": "Pass", "End": true, "InputPath": "$x"}}}}}})";
  };
  CHECK(Found(map("")) == "");
  CHECK(Found(map(R"("ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, )")) ==
        "undefined-variable /States/M/ItemProcessor/States/I/InputPath");
}

TEST_CASE("every rule's id is one of a kind") {
  std::set<std::string_view> ids;
  for (const Rule& rule : Rules()) {
    CAPTURE(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK_FALSE(rule.summary.empty());
    CHECK_FALSE(rule.summary.ends_with('.'));
    CHECK(rule.advice.ends_with('.'));
  }
}

}  // namespace
}  // namespace gait
