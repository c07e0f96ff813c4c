// What the service accepts and refuses, rule by rule: a definition, and what is found in it, "rule location" of each.
#include <doctest/doctest.h>

#include "engine/definition/compile.h"
#include "states/state_table.h"
#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;

Diagnostics Findings(std::string_view text, StateMachineType type = StateMachineType::kStandard) {
  CompileOptions options;
  options.states = StateTypes();
  options.type = type;
  options.keep_placeholders = true;
  return CompileDefinition(text, options).diagnostics;
}

std::string Found(std::string_view text, StateMachineType type = StateMachineType::kStandard) {
  std::string found;
  for (const Diagnostic& d : Findings(text, type)) {
    found += (found.empty() ? "" : "\n") + d.rule + (d.location.empty() ? "" : " " + d.location);
  }
  return found;
}

struct Row {
  std::string fields;  // of the state S, mostly
  std::string found;
};

void CheckRows(const std::string& before, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    const std::string definition = OneState(before + row.fields);
    CAPTURE(definition);
    CHECK(Found(definition) == row.found);
  }
}

const std::string kTask =
    R"("Type": "Task", "End": true, "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f")";
const std::string kJsonata = R"("QueryLanguage": "JSONata", "End": true, )";

std::string Distributed(const std::string& more, const std::string& execution_type = "STANDARD",
                        const std::string& inner = R"({"Type": "Succeed"})") {
  return OneState(R"("Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED",
      "ExecutionType": ")" +
                  execution_type + R"("}, "StartAt": "I", "States": {"I": )" + inner + "}}" + more);
}

TEST_CASE("the bounds of numbers") {
  CheckRows(
      kTask,
      {
          {R"(, "TimeoutSeconds": 1, "HeartbeatSeconds": 1)", "number-out-of-range /States/S/HeartbeatSeconds"},
          {R"(, "TimeoutSeconds": 0)", "number-out-of-range /States/S/TimeoutSeconds"},
          {R"(, "TimeoutSeconds": 99999999)", ""},
          {R"(, "TimeoutSeconds": 100000000)", "number-out-of-range /States/S/TimeoutSeconds"},
          {R"(, "HeartbeatSeconds": 1.5)", "bad-type /States/S/HeartbeatSeconds"},
          {R"(, "Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 0, "MaxAttempts": 99999999, "BackoffRate": 1.0,
          "MaxDelaySeconds": 31622400, "JitterStrategy": "FULL", "Comment": "c"}])",
           ""},
          {R"(, "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 100000000}])",
           "number-out-of-range /States/S/Retry[0]/MaxAttempts"},
          {R"(, "Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.99}])",
           "number-out-of-range /States/S/Retry[0]/BackoffRate"},
          {R"(, "Retry": [{"ErrorEquals": ["A"], "MaxDelaySeconds": 31622401}])",
           "number-out-of-range /States/S/Retry[0]/MaxDelaySeconds"},
          {R"(, "Retry": [{"ErrorEquals": ["A"], "MaxDelaySeconds": 0}])",
           "number-out-of-range /States/S/Retry[0]/MaxDelaySeconds"},
          {R"(, "Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "SOME"}])",
           "bad-enum-value /States/S/Retry[0]/JitterStrategy"},
      });
  CheckRows(R"("Type": "Wait", "End": true, )",
            {
                {R"("Seconds": 0)", ""},
                {R"("Seconds": 99999999)", ""},
                {R"("Seconds": 100000000)", "number-out-of-range /States/S/Seconds"},
                {R"("Seconds": -1)", "number-out-of-range /States/S/Seconds"},
                {R"("Seconds": "5")", "bad-type /States/S/Seconds"},
            });
  for (const Row& row : std::vector<Row>{
           {R"(, "MaxConcurrency": 100000, "ToleratedFailurePercentage": 0.5, "ToleratedFailureCount": 0)", ""},
           {R"(, "MaxConcurrency": -1)", "number-out-of-range /States/S/MaxConcurrency"},
           {R"(, "ToleratedFailurePercentage": 100.5)", "number-out-of-range /States/S/ToleratedFailurePercentage"},
           {R"(, "ToleratedFailureCount": -1)", "number-out-of-range /States/S/ToleratedFailureCount"},
           {R"(, "ItemBatcher": {"MaxItemsPerBatch": 0})",
            "number-out-of-range /States/S/ItemBatcher/MaxItemsPerBatch"},
       }) {
    CAPTURE(row.fields);
    CHECK(Found(Distributed(row.fields)) == row.found);
  }
}

TEST_CASE("the graph") {
  const auto machine = [](const std::string& states) { return R"({"StartAt": "A", "States": {)" + states + "}}"; };
  const std::string loop = R"({"StartAt": "L", "States": {"L": {"Type": "Pass", "Next": "L"}}})";
  for (
      const Row& row : std::vector<Row>{
          // Nothing ends the machine: that, and no word of what cannot be reached.
          {R"("A": {"Type": "Pass", "Next": "A"}, "B": {"Type": "Pass", "Next": "A"})", "no-terminal-state"},
          {R"("A": {"Type": "Parallel", "End": true, "Branches": [)" + loop + "]}", ""},
          {R"("A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail"})", ""},
          {R"("A": {"Type": "Pass", "Next": "X"}, "B": {"Type": "Fail"})",
           "dangling-transition /States/A/Next\nunreachable-state /States/B"},
          {R"("A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "X"}], "Default": "Y"})",
           "dangling-transition /States/A/Choices[0]/Next\ndangling-transition /States/A/Default"},
          {R"("A": {"Type": "Pass"})", "missing-next /States/A"},
          {R"("A": {"Type": "Pass", "End": false})", "missing-next /States/A"},
          {R"("A": {"Type": "Pass", "End": false, "Next": "B"}, "B": {"Type": "Succeed"})",
           "both-next-and-end /States/A"},
          {R"("A": {"Type": "Succeed", "Next": "A"})", "field-not-allowed /States/A"},
          // The first of the text has the name.
          {R"("A": {"Type": "Parallel", "Next": "B", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]},
               "B": {"Type": "Succeed"})",
           "duplicate-state-name /States/B"},
          {R"("A": {"Type": "Map", "End": true, "Iterator": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}})",
           "duplicate-state-name /States/A/Iterator/States/A"},
          // Names are not escaped, and cannot be confused by that.
          {R"("A": {"Type": "Pass", "Next": "a/b"}, "a/b": {"Type": "Wait", "End": true})",
           "wait-without-time /States/a/b"},
      }) {
    CAPTURE(row.fields);
    CHECK(Found(machine(row.fields)) == row.found);
  }
}

TEST_CASE("the fields that the types of states have") {
  struct Type {
    const char* start;
    std::vector<const char*> refused;
  };
  // Of fields that some other type has; in the language of each.
  const std::vector<Type> types = {
      {R"("Type": "Pass", "End": true)", {"ResultSelector", "Retry", "Catch", "TimeoutSeconds", "Branches", "Error"}},
      {R"("Type": "Wait", "Seconds": 1, "End": true)",
       {"Parameters", "ResultPath", "ResultSelector", "Result", "Retry"}},
      {R"("Type": "Succeed")", {"Parameters", "ResultPath", "Result", "Assign", "Next", "End", "Retry"}},
      {R"("Type": "Fail")", {"InputPath", "OutputPath", "Parameters", "Assign", "Next", "End", "Catch"}},
      {R"("Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "S"}], "Default": "S")",
       {"Parameters", "ResultPath", "Next", "End", "Retry", "Result"}},
      {R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true)",
       {"Result", "Branches", "Seconds", "MaxConcurrency", "Choices"}},
  };
  for (const Type& type : types) {
    for (const char* field : type.refused) {
      const std::string definition = OneState(std::string(type.start) + ", \"" + field + "\": {}");
      CAPTURE(definition);
      CHECK(Found(definition).find("field-not-allowed /States/S") != std::string::npos);
    }
  }
  // In JSONata, Arguments is for what does work; a Map has none.
  CheckRows(
      kJsonata,
      {
          {R"("Type": "Pass", "Arguments": {})", "field-not-allowed /States/S"},
          {R"("Type": "Map", "Arguments": {}, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}})",
           "field-not-allowed /States/S"},
          {R"("Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"},
          "Output": null, "Assign": {"a": 1, "Next": "{% 1 %}"})",
           ""},
      });
}

TEST_CASE("the query language") {
  CheckRows("", {
                    {R"("Type": "Pass", "End": true, "QueryLanguage": "jsonata")",
                     "bad-query-language /States/S/QueryLanguage"},
                    {R"("Type": "Pass", "End": true, "Output": {})", "jsonata-field-in-jsonpath-state /States/S"},
                    {kJsonata + R"("Type": "Pass", "InputPath": "$")", "jsonpath-field-in-jsonata-state /States/S"},
                    {kJsonata + R"("Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "S"}])",
                     "field-not-allowed /States/S\njsonpath-field-in-jsonata-state "
                     "/States/S/Choices[0]/Variable\n"
                     "jsonpath-field-in-jsonata-state /States/S/Choices[0]/IsNull"},
                });
  // A state in a JSONata Map has the language of the machine.
  CHECK(Found(OneState(kJsonata + R"("Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I":
      {"Type": "Pass", "Output": 1, "End": true}}})")) ==
        "jsonata-field-in-jsonpath-state /States/S/ItemProcessor/States/I");
  CHECK(Found(OneState(R"("Type": "Parallel", "End": true, "Branches": [{"QueryLanguage": "JSONata", "StartAt": "I",
      "States": {"I": {"Type": "Succeed"}}}])")) == "query-language-misplaced /States/S/Branches[0]");
  // What else is wrong with a downgraded state is not looked for.
  CHECK(Found(R"({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Pass", "End": true,
      "QueryLanguage": "JSONPath", "Nonsense": 1}}})") == "query-language-downgrade /States/S");
}

TEST_CASE("JSONata expressions") {
  CheckRows(
      kJsonata,
      {
          {R"("Type": "Pass", "Output": {"a": {"b": ["{% x %}"]}})",
           "jsonata-top-level-reference /States/S/Output/a/b[0]"},
          {R"("Type": "Pass", "Output": "{% $states.input.x[y = 1]^(z).{'k': w} %}")", ""},
          {R"("Type": "Pass", "Output": "{% [phone, phone, fax] %}")",
           "jsonata-top-level-reference /States/S/Output\njsonata-top-level-reference /States/S/Output"},
          {R"("Type": "Pass", "Output": "{% $ %}")", "jsonata-top-level-reference /States/S/Output"},
          {R"("Type": "Pass", "Output": "{% $$ %}")", "jsonata-unsupported-reference /States/S/Output"},
          {R"("Type": "Pass", "Output": "{% $states.errorOutput %}")",
           "jsonata-unsupported-reference /States/S/Output"},
          {R"("Type": "Pass", "Output": "x %}")", "jsonata-not-an-expression /States/S/Output"},
          {R"("Type": "Pass", "Output": "{% $states.input%}")", ""},
          {R"("Type": "Pass", "Output": "{%%}")", "jsonata-syntax-error /States/S/Output"},
          {R"("Type": "Pass", "Comment": "{% ( %}", "Output": null)", ""},
          {R"("Type": "Wait", "Seconds": "{% ( %}")", "jsonata-syntax-error /States/S/Seconds"},
          {R"("Type": "Wait", "Timestamp": "soon %}")", "jsonata-not-an-expression /States/S/Timestamp"},
          {R"("Type": "Map", "Items": 7, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}})",
           "bad-type /States/S/Items"},
          {R"("Type": "Map", "Items": "[1]", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}})",
           "jsonata-not-an-expression /States/S/Items"},
          {R"("Type": "Map", "Items": "${Items}", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}})",
           ""},
      });
  const auto choice = [](const std::string& condition) {
    return Found(R"({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Choice", "Choices":
        [{"Condition": )" +
                 condition + R"(, "Next": "T", "Comment": "c"}]}, "T": {"Type": "Succeed"}}})");
  };
  CHECK(choice("true").empty());
  CHECK(choice(R"("{% $states.input.a %}")").empty());
  CHECK(choice(R"("$states.input.a")") == "jsonata-not-an-expression /States/S/Choices[0]/Condition");
  CHECK(choice("1") == "bad-choice-rule /States/S/Choices[0]/Condition");
  // The sentences of the service.
  const auto message = [](const std::string& expression) {
    return Findings(OneState(kJsonata + R"("Type": "Pass", "Output": ")" + expression + "\"")).at(0).message;
  };
  CHECK(message("{% [1, 2 %}") == R"(Expected "]" before end of expression)");
  CHECK(message("{% a[1,2] %}") == R"(Expected "]", got ",")");
  CHECK(message("{% 1 + %}") == "Unexpected end of expression");
  CHECK(message("{% 'a %}") == "String literal must be terminated by a matching quote");
  CHECK(message("{% phone %}") == "Reference to 'phone' at the top level is not supported.");
  CHECK(message("{% $$ %}") == "Reference to '$$' is not supported.");
  CHECK(message("{% $states.result %}") == "Field '$states.result' does not exist.");
  CHECK(message("{% 1") == "JSONata string must start with {% and end with %}");
}

TEST_CASE("paths and calls") {
  CheckRows(
      R"("Type": "Pass", "End": true, )",
      {
          {R"("InputPath": null, "OutputPath": null, "ResultPath": null)", ""},
          {R"("InputPath": "a")", "bad-jsonpath /States/S/InputPath"},
          {R"("ResultPath": "$$.a")", "bad-reference-path /States/S/ResultPath"},
          {R"("ResultPath": "$.a[0:1]")", "bad-reference-path /States/S/ResultPath"},
          {R"("Parameters": {"a.$": "$.[0].body", "b.$": "$.a[?(@.T.Text==PAID)].b", "c.$": "$.[*].['b', 'k']"})", ""},
          {R"("Parameters": {"o": {"a.$": "b"}})", "bad-payload-template /States/S/Parameters/o"},
          {R"-("Parameters": {"a.$": "States.Format('\\\"')"})-", "bad-intrinsic /States/S/Parameters"},
          {R"("Parameters": [1, "a"])", ""},
          {R"("Assign": {"a.$": "$.b", "c": {"d.$": "$$.Execution.Id"}})", ""},
          {R"("Assign": {"a-b": 1, "1c": 1, "states": 1})",
           "bad-variable-name /States/S/Assign/a-b\nbad-variable-name /States/S/Assign/1c\n"
           "reserved-variable-name /States/S/Assign/states"},
      });
  CheckRows("", {
                    {R"("Type": "Map", "End": true, "ItemsPath": "items",
          "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}})",
                     "bad-jsonpath /States/S/ItemsPath"},
                });
}

TEST_CASE("Retry, Catch and Choice") {
  CheckRows(kTask, {
                       {R"(, "Retry": [{"MaxAttempts": 1}])", "missing-required-field /States/S/Retry[0]"},
                       {R"(, "Catch": [{"ErrorEquals": ["States.ALL"]}])", "missing-required-field /States/S/Catch[0]"},
                       {R"(, "Retry": [{"ErrorEquals": ["States.Timeoutt"]}])",
                        "bad-reserved-error-name /States/S/Retry[0]/ErrorEquals[0]"},
                       {R"(, "Retry": [{"ErrorEquals": ["States.Http.StatusCode.503", "MyStates.Timeoutt"]}])", ""},
                   });
  // AWS takes a reserved name of the user's own.
  const Diagnostics own = Findings(OneState(kTask + R"(, "Retry": [{"ErrorEquals": ["States.QuorumMet"]}])"));
  REQUIRE(own.size() == 1);
  CHECK(own[0].severity == Severity::kWarning);
  const auto choice = [](const std::string& rule) {
    return Found(R"({"StartAt": "S", "States": {"T": {"Type": "Succeed"}, "S": {"Type": "Choice", "Default": "T",
        "Choices": [)" +
                 rule + "]}}}");
  };
  CHECK(choice(R"({"Variable": "$.a", "IsNull": true})") == "choice-rule-without-next /States/S/Choices[0]");
  CHECK(choice(R"({"Not": {"Variable": "$.a", "IsNull": true, "Next": "T"}, "Next": "T"})") ==
        "nested-rule-next /States/S/Choices[0]/Not");
  CHECK(choice(R"({"And": [], "Next": "T"})") == "bad-choice-rule /States/S/Choices[0]/And");
  CHECK(choice(R"({"Variable": "$.a", "IsNull": true, "IsString": true, "Next": "T"})") ==
        "bad-choice-rule /States/S/Choices[0]");
  CHECK(choice(R"({"Variable": "$.a", "Or": [{"Variable": "$.a", "IsNull": true}], "Next": "T"})") ==
        "bad-choice-rule /States/S/Choices[0]");
  CHECK(choice(R"({"Next": "T"})") == "bad-choice-rule /States/S/Choices[0]");
}

TEST_CASE("Maps") {
  const std::string get = R"(, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": )";
  const std::string put = R"("Resource": "arn:aws:states:::s3:putObject")";
  for (const Row& row : std::vector<Row>{
           {get + R"({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "TAB"}})", ""},
           {get + R"({"InputType": "CSV"}})", "bad-item-reader /States/S/ItemReader/ReaderConfig"},
           {get + R"({"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig"},
           {get + R"({"InputType": "CSV", "CSVHeaderLocation": "SECOND_ROW"}})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig/CSVHeaderLocation"},
           {get + R"({"InputType": "XML"}})", "bad-item-reader /States/S/ItemReader/ReaderConfig/InputType"},
           {get + R"({"InputType": "${Type}"}})", ""},
           {get + R"({"InputType": "JSON", "CSVHeaderLocation": "FIRST_ROW"}})",
            "bad-item-reader /States/S/ItemReader/ReaderConfig"},
           {R"(, "ItemReader": {"Parameters": {"Bucket": "b"}})", "reader-without-resource /States/S/ItemReader"},
           {R"(, "ItemReader": {"Resource": "arn:aws:states:::dynamodb:scan"})",
            "bad-item-reader /States/S/ItemReader/Resource"},
           {R"(, "ItemReader": {"Resource": "arn:${Partition}:states:::s3:listObjectsV2"})", ""},
           {R"(, "ItemBatcher": {"BatchInput": {"a": 1}})", "bad-item-batcher /States/S/ItemBatcher"},
           {R"(, "ItemBatcher": {"MaxInputBytesPerBatchPath": "$.n"})", ""},
           {R"(, "ResultWriter": {})", "bad-result-writer /States/S/ResultWriter"},
           {R"(, "ResultWriter": {"WriterConfig": {"OutputType": "JSONL", "Transformation": "FLATTEN"}})", ""},
           {R"(, "ResultWriter": {"WriterConfig": {"OutputType": "XML"}})",
            "bad-enum-value /States/S/ResultWriter/WriterConfig/OutputType"},
           {R"(, "ResultWriter": {)" + put + "}", "bad-result-writer /States/S/ResultWriter"},
           {R"(, "ResultWriter": {"Parameters": {"Bucket": "b"}})", "bad-result-writer /States/S/ResultWriter"},
           {R"(, "ResultWriter": {)" + put + R"(, "Parameters": {"Bucket": "b"}, "WriterConfig": {}})", ""},
           {R"(, "ResultWriter": {)" + put + R"(, "Arguments": {"Bucket": "b"}})",
            "bad-result-writer /States/S/ResultWriter\n"
            "jsonata-field-in-jsonpath-state /States/S/ResultWriter/Arguments"},
           {R"(, "Label": "")", "bad-label /States/S/Label"},
           {R"(, "Label": "a b")", "bad-label /States/S/Label"},
           {R"(, "Label": "a\u0001")", "bad-label /States/S/Label"},
           {R"(, "Label": "a`")", "bad-label /States/S/Label"},
           {R"(, "Label": "a-b_c.d(e)'!@+=/é")", ""},
           {R"(, "Label": ")" + std::string(41, 'x') + "\"", "bad-label /States/S/Label"},
       }) {
    CAPTURE(row.fields);
    CHECK(Found(Distributed(row.fields)) == row.found);
  }
  CHECK(Found(Distributed("", "EXPRESS",
                          R"({"Type": "Task", "End": true, "Resource": "arn:aws:states:::glue:startJobRun.sync"})")) ==
        "not-for-express /States/S/ItemProcessor/States/I/Resource");
  CHECK(Found(OneState(R"("Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"},
      "StartAt": "I", "States": {"I": {"Type": "Succeed"}}})")) ==
        "missing-required-field /States/S/ItemProcessor/ProcessorConfig");
  CHECK(Found(OneState(R"("Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE",
      "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}})")) ==
        "executiontype-in-inline-map /States/S/ItemProcessor/ProcessorConfig");
  CHECK(Found(Distributed(""), StateMachineType::kExpress) ==
        "not-for-express /States/S/ItemProcessor/ProcessorConfig/Mode");
}

TEST_CASE("the resources of a Task") {
  const auto found = [](const std::string& resource, const std::string& more = "") {
    return Found(OneState(R"("Type": "Task", "End": true, "Resource": ")" + resource + "\"" + more));
  };
  const std::string refused = "invalid-resource /States/S/Resource";
  for (const char* service : {"lambda:invoke", "sns:publish", "sqs:sendMessage", "dynamodb:getItem", "events:putEvents",
                              "apigateway:invoke", "http:invoke", "aws-sdk:s3:listBuckets"}) {
    CAPTURE(service);
    CHECK(found(std::string("arn:aws:states:::") + service).empty());
    CHECK(found(std::string("arn:aws:states:::") + service + ".sync") == refused);
  }
  for (const char* service :
       {"athena:startQueryExecution", "batch:submitJob", "codebuild:startBuild", "elasticmapreduce:createCluster",
        "emr-containers:startJobRun", "emr-serverless:startJobRun", "glue:startJobRun", "databrew:startJobRun",
        "mediaconvert:createJob", "sagemaker:createTrainingJob"}) {
    CAPTURE(service);
    CHECK(found(std::string("arn:aws:states:::") + service + ".sync").empty());
    CHECK(found(std::string("arn:aws:states:::") + service + ".sync:2") == refused);
    CHECK(found(std::string("arn:aws:states:::") + service + ".waitForTaskToken") == refused);
  }
  CHECK(found("arn:aws:states:::dynamodb:getItem.waitForTaskToken") == refused);
  CHECK(found("arn:aws:states:::states:startExecution.sync:2").empty());
  for (const char* resource :
       {"", "lambda", "arn:aws:states:::lambda", "arn:aws:states:::lamda:invoke", "arn:aws:states:::lambda:Invoke",
        "arn:aws:states:::dynamodb:query", "arn:aws:states:::s3:putObject", "arn:aws:states:::aws-sdk:S3:getObject",
        "arn:aws:states:::aws-sdk:s3:GetObject", "arn:aws:states:::athena:getQueryResults.sync"}) {
    CAPTURE(resource);
    CHECK(found(resource) == refused);
  }
  // A service that the table does not know yet, another service's own ARN, a placeholder.
  for (const char* resource : {"arn:aws:states:::quantumledger:execute", "arn:aws:swf:us-east-1:123456789012:task:X",
                               "arn:${AWS::Partition}:states:::lambda:invoke.sync", "${Function}"}) {
    CAPTURE(resource);
    CHECK(found(resource).empty());
  }
  const std::string publish = "arn:aws:states:::sns:publish";
  CHECK(found(publish, R"(, "Parameters": {"Message.$": "$", "TopicArn": "t"})").empty());
  CHECK(found(publish, R"(, "Parameters": {"${Key}": 1})").empty());
  CHECK(found(publish, R"(, "Parameters": {"TopicArn": "t"})") == "missing-required-field /States/S/Parameters");
  CHECK(found("arn:aws:states:::sqs:sendMessage", R"(, "QueryLanguage": "JSONata", "Arguments": {"QueueUrl": "q"})") ==
        "missing-required-field /States/S/Arguments");
  CHECK(found("arn:aws:states:::sqs:sendMessage", R"(, "QueryLanguage": "JSONata", "Arguments": "{% $states.input %}")")
            .empty());
  CHECK(Found(OneState(kTask + R"(, "Credentials": {})")) == "bad-credentials /States/S/Credentials");
  CHECK(found("arn:aws:states:us-east-1:123456789012:activity:a", R"(, "Credentials": {"RoleArn": "r"})") ==
        "bad-credentials /States/S/Credentials");
}

TEST_CASE("timestamps") {
  for (const char* good :
       {"2016-03-14T01:59:00Z", "2016-03-14T01:59:00.123Z", "2016-03-14T01:59:00+02:00", "2016-03-14T01:59:00-08:00"}) {
    CAPTURE(good);
    CHECK(Found(OneState(std::string(R"("Type": "Wait", "End": true, "Timestamp": ")") + good + "\"")).empty());
  }
  for (const char* bad :
       {"2016-03-14t01:59:00Z", "2016-03-14T01:59:00z", "2016-03-14T01:59:00", "2016-03-14", "2016-02-30T01:59:00Z",
        "2016-03-14T24:59:00Z", "2016-03-14 01:59:00Z", "{% $states.input.t %}"}) {
    CAPTURE(bad);
    CHECK(Found(OneState(std::string(R"("Type": "Wait", "End": true, "Timestamp": ")") + bad + "\"")) ==
          "bad-timestamp /States/S/Timestamp");
  }
}

TEST_CASE("the warnings of the service") {
  const std::string pass = R"("Type": "Pass", "End": true, )";
  CheckRows(
      "",
      {
          {pass + R"("Parameters": {"id": "$.orderId"})", "no-dollar /States/S/Parameters/id"},
          {pass + R"-("Parameters": {"o": {"id": "States.UUID()"}})-", "no-dollar /States/S/Parameters/o/id"},
          {pass +
               R"("Parameters": {"price": "$5", "currency": "$", "greeting": "States. of the union", "list": ["$.a"]})",
           ""},
          {pass + R"("Assign": {"id": "$$.Execution.Id"})", "no-dollar /States/S/Assign/id"},
          {pass + R"("Result": {"id": "$.orderId", "list": ["$.a", "b"]})",
           "pass-result-is-static /States/S/Result/id\npass-result-is-static /States/S/Result/list[0]"},
          {pass + R"("Result": "$5.00")", ""},
          {R"("Type": "Fail", "Cause": "$.cause")", "no-path /States/S/Cause"},
          {R"-("Type": "Fail", "Error": "States.Format('E{}', $.n)")-", "no-path /States/S/Error"},
          {R"("Type": "Fail", "Error": "States.Timeout", "Cause": "it took too long")", ""},
          {kJsonata + R"("Type": "Pass", "Output": {"id": "$.orderId"})", ""},
      });
  const auto choice = [](const std::string& rule) {
    return Found(R"({"StartAt": "S", "States": {"T": {"Type": "Succeed"}, "S": {"Type": "Choice", "Default": "T",
        "Choices": [{"Variable": "$.a", "Next": "T", )" +
                 rule + "}]}}}");
  };
  CHECK(choice(R"("StringEquals": "$.b")") == "no-path /States/S/Choices[0]/StringEquals");
  CHECK(choice(R"("StringMatches": "$.b")").empty());  // there is no StringMatchesPath
  CHECK(choice(R"("StringEquals": "$b")").empty());
}

}  // namespace
}  // namespace gait
