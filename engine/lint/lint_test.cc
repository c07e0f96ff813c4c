#include "engine/lint/lint.h"

#include "engine/definition/rule_table.h"
#include "engine/lint/testing.h"

namespace gait {
namespace {

using testing::Findings;
using testing::Linted;

struct Row {
  std::string fields;
  std::string found;
};

// What is found in a state S of these fields (`before`, then each row's), which may lead to A, B and X. `top` are
// fields of the machine.
void CheckRows(std::initializer_list<Row> rows, const std::string& before = "", const std::string& top = "",
               StateMachineType type = StateMachineType::kStandard) {
  for (const Row& row : rows) {
    const std::string fan = R"("StartAt": "Fan", "States": {"Fan": {"Type": "Choice", "Default": "S", "Choices": [
        {"Variable": "$.way", "StringEquals": "a", "Next": "A"}, {"Variable": "$.way", "StringEquals": "b", "Next": "B"},
        {"Variable": "$.way", "StringEquals": "x", "Next": "X"}]},)";
    const std::string machine = "{" + top + fan + R"("S": {)" + before + row.fields + R"(},
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}, "X": {"Type": "Fail", "Error": "X"}}})";
    CAPTURE(machine);
    CHECK(Findings(machine, type) == row.found);
  }
}

constexpr const char* kLambda = R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", )";
constexpr const char* kRetried = R"("Retry": [{"ErrorEquals": ["Lambda.ServiceException"]}], )";

TEST_CASE("a Choice without Default, unless its rules leave nothing out") {
  const auto choice = [](const std::string& rules) { return R"("Type": "Choice", "Choices": [)" + rules + "]"; };
  const auto rule = [](const std::string& ask) { return "{" + ask + R"(, "Next": "A"})"; };
  const std::string v = R"("Variable": "$.v", )", open = "choice-without-default /States/S";
  CheckRows({
      {choice(rule(v + R"("StringEquals": "a")")), open},
      {choice(rule(v + R"("StringEquals": "a")")) + R"(, "Default": "B")", ""},
      {choice(rule(v + R"("IsPresent": true)") + "," + rule(v + R"("IsPresent": false)")), ""},
      {choice(rule(v + R"("BooleanEquals": true)") + "," + rule(v + R"("BooleanEquals": false)")), ""},
      {choice(rule(v + R"("BooleanEquals": true)") + "," + rule(R"("Variable": "$.w", "BooleanEquals": false)")), open},
      {choice(rule(v + R"("StringEquals": "a")") + "," + rule(R"("Not": {"Variable": "$.v", "StringEquals": "a"})")),
       ""},
      {choice(rule(v + R"("NumericLessThan": 5)") + "," + rule(v + R"("NumericGreaterThanEquals": 5)")), ""},
      {choice(rule(v + R"("NumericLessThan": 5)") + "," + rule(v + R"("NumericGreaterThan": 5)")), open},
      {R"("QueryLanguage": "JSONata", )" + choice(rule(R"("Condition": "{% true %}")")), ""},
      {R"("QueryLanguage": "JSONata", )" + choice(rule(R"("Condition": "{% $states.input.a %}")")), open},
  });
}

TEST_CASE("Choice rules that are never taken") {
  const auto choice = [](const std::string& rules) {
    return R"("Type": "Choice", "Default": "B", "Choices": [)" + rules + "]";
  };
  const auto rule = [](const std::string& ask) { return R"({"Variable": "$.v", )" + ask + R"(, "Next": "A"})"; };
  const auto both = [](const std::string& a, const std::string& b) {
    return R"({"And": [{"Variable": "$.v", )" + a + R"(}, {"Variable": "$.v", )" + b + R"(}], "Next": "A"})";
  };
  const std::string second = "choice-rule-never-reached /States/S/Choices/1",
                    never = "choice-rule-never-holds /States/S/Choices/0";
  CheckRows({
      {choice(rule(R"("StringEquals": "a")") +
              R"(, {"Comment": "again", "StringEquals": "a", "Variable": "$.v", "Next": "X"})"),
       second},
      {choice(rule(R"("StringEquals": "a")") + "," + rule(R"("StringEquals": "b")")), ""},
      {choice(rule(R"("NumericGreaterThan": 5)") + "," + rule(R"("NumericGreaterThan": 9)")), second},
      {choice(rule(R"("NumericGreaterThan": 5)") + "," + rule(R"("NumericEquals": 6)")), second},
      {choice(rule(R"("NumericGreaterThan": 5)") + "," + rule(R"("NumericGreaterThanEquals": 5)")), ""},
      {choice(rule(R"("NumericGreaterThan": 9)") + "," + rule(R"("NumericGreaterThan": 5)")), ""},
      {choice(both(R"("StringEquals": "a")", R"("StringEquals": "b")")), never},
      {choice(both(R"("NumericGreaterThan": 5)", R"("NumericLessThan": 5)")), never},
      {choice(both(R"("NumericGreaterThanEquals": 5)", R"("NumericLessThanEquals": 5)")), ""},
      {choice(both(R"("NumericEquals": 5)", R"("NumericGreaterThan": 5)")), never},
      {choice(both(R"("StringEquals": "${a}")", R"("StringEquals": "${b}")")), ""},
      {choice(both(R"("StringGreaterThan": "a")", R"("StringLessThan": "b")")), ""},
      {R"("QueryLanguage": "JSONata", )" +
           choice(R"({"Condition": "{% true %}", "Next": "A"}, {"Condition": "{% $states.input.a %}", "Next": "X"})"),
       second},
      {R"("QueryLanguage": "JSONata", )" + choice(R"({"Condition": false, "Next": "A"})"), never},
  });
}

TEST_CASE("Retriers that never act") {
  const auto retry = [](const std::string& entries) { return R"("Retry": [)" + entries + R"(], "Next": "A")"; };
  const auto on = [](const std::string& names) { return R"({"ErrorEquals": [)" + names + "]}"; };
  const std::string second = "retrier-never-fires /States/S/Retry/1";
  CheckRows(
      {
          {retry(on(R"("States.TaskFailed")") + "," + on(R"("E")")), second},
          {retry(on(R"("States.TaskFailed")") + "," + on(R"("States.Timeout")")), ""},
          {retry(on(R"("States.TaskFailed")") + "," + on(R"("States.ALL")")), ""},
          {retry(on(R"("States.TaskFailed")") + "," + on(R"("States.DataLimitExceeded")")), ""},
          {retry(on(R"("States.Permissions", "States.TaskFailed")")), ""},  // alternatives
          {retry(on(R"("E", "Lambda.ServiceException")") + "," + on(R"("E")")), second},
          {retry(on(R"("E", "Lambda.ServiceException")") + "," + on(R"("E", "F")")),
           "repeated-error-name /States/S/Retry/1/ErrorEquals/0"},
          {retry(on(R"("Lambda.ServiceException", "E", "E")")), "repeated-error-name /States/S/Retry/0/ErrorEquals/2"},
          {R"("HeartbeatSeconds": 5, )" +
               retry(on(R"("Lambda.ServiceException", "States.Timeout")") + "," + on(R"("States.HeartbeatTimeout")")),
           second},
          {retry(R"({"ErrorEquals": ["States.Permissions"], "MaxAttempts": 0},)" + on(R"("States.ALL")")), ""},
      },
      kLambda);
}

TEST_CASE("errors that a state cannot raise") {
  const std::string put = R"("Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Next": "A",
      "Parameters": {"TableName": "t", "Item": {"id": {"S": "1"}}}, )";
  const auto on = [](const std::string& name) { return R"("Retry": [{"ErrorEquals": [")" + name + R"("]}])"; };
  const auto parallel = [&](const std::string& task) {
    return R"("Type": "Parallel", "Next": "A", "Branches": [{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true, "TimeoutSeconds": 9, )" +
           task + "}}}], ";
  };
  const std::string never = "error-never-raised /States/S/Retry/0/ErrorEquals/0";
  CheckRows({
      {put + on("Lambda.ServiceException"), never},
      {put + on("DynamoDB.ConditionalCheckFailedException"), ""},
      {put + on("States.HeartbeatTimeout"), never},
      {put + R"("HeartbeatSeconds": 9, )" + on("States.HeartbeatTimeout"), ""},
      {put + on("States.BranchFailed"), never},
      {put + on("States.QueryEvaluationError"), never},
      {put + on("States.Runtime"), never},
      {parallel(R"("Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": {"TableName": "t", "Item": {}})") +
           on("Lambda.ServiceException"),
       never},
      {parallel(R"("Resource": "arn:aws:states:us-east-1:123456789012:activity:a")") + on("Lambda.ServiceException"),
       ""},
      {parallel(R"("Resource": "arn:aws:lambda:us-east-1:123456789012:function:f")") + on("Lambda.ServiceException"),
       ""},
      {parallel(R"("Resource": "${Function}")") + on("Lambda.ServiceException"), ""},
  });
}

TEST_CASE("Catchers that let errors vanish") {
  const auto caught = [](const std::string& rest) {
    return R"("Next": "A", "Catch": [{"ErrorEquals": ["States.ALL"], )" + rest + "}]";
  };
  const std::string drops = "catch-all-drops-error /States/S/Catch/0", jsonata = R"("QueryLanguage": "JSONata", )";
  CheckRows(
      {
          {caught(R"("Next": "A")"), ""},
          {caught(R"("Next": "A", "ResultPath": "$.error")"), ""},
          {caught(R"("Next": "A", "ResultPath": null)"), drops},
          {caught(R"("Next": "X", "ResultPath": null)"), ""},
          {R"("Next": "A", "Catch": [{"ErrorEquals": ["Declined"], "Next": "A", "ResultPath": null}])", ""},
          {jsonata + caught(R"("Next": "A", "Output": {"ok": false})"), drops},
          {jsonata + caught(R"("Next": "A", "Output": "{% $states.errorOutput %}")"), ""},
          {R"("Next": "A", "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "X"}, {"ErrorEquals": ["Declined"], "Next": "X"}])",
           "catcher-never-fires /States/S/Catch/1"},
      },
      std::string(kLambda) + kRetried);
}

TEST_CASE("Lambda functions without a Retry") {
  const std::string
      found = "lambda-without-retry /States/S",
      invoke =
          R"("Type": "Task", "Next": "A", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"})";
  const auto retry = [](const std::string& name) {
    return R"("Retry": [{"ErrorEquals": [")" + name + R"("], "MaxAttempts": 0}], )";
  };
  CheckRows({
      {kLambda + std::string(R"("Next": "A")"), found},
      {invoke, found},
      {kLambda + retry("Declined") + R"("Next": "A")", found},
      {kLambda + retry("States.ALL") + R"("Next": "A")", ""},
      {kLambda + retry("States.TaskFailed") + R"("Next": "A")", ""},
      {kLambda + retry("Lambda.TooManyRequestsException") + R"("Next": "A")", ""},
      {R"("Type": "Task", "Resource": "${Function}", "Next": "A")", ""},
      {R"("Type": "Parallel", "Next": "A", )" + retry("States.ALL") +
           R"("Branches": [{"StartAt": "T", "States": {"T": {)" + kLambda + R"("End": true}}}])",
       ""},
  });
}

TEST_CASE("callbacks that nobody can answer, or for which nothing limits the wait") {
  const auto send = [](const std::string& body, const std::string& more) {
    return R"("Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Next": "A", )" + more +
           R"("Parameters": {"QueueUrl": "u", "MessageBody": )" + body + "}";
  };
  const std::string token = R"({"t.$": "$$.Task.Token"})", limit = R"("TimeoutSeconds": 5, )";
  const std::string lost = "task-token-not-passed /States/S/Parameters", endless = "callback-without-timeout /States/S";
  const std::string activity =
      R"("Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "Next": "A")";
  CheckRows({
      {send(token, limit), ""},
      {send(token, R"("HeartbeatSecondsPath": "$.h", )"), ""},
      {send(token, ""), endless},
      {send(R"({"t": "$$.Task.Token"})", limit), lost},
      {send(R"~({"t.$": "States.Format('{}', $$.Task.Token)"})~", limit), ""},
      {send(R"({"context.$": "$$"})", limit), ""},
      {send("${Body}", limit), ""},
      {activity, endless},
      {R"("Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 5, "Next": "A",
          "Arguments": {"QueueUrl": "u", "MessageBody": "{% $string({'t': $states.context.Task.Token}) %}"})",
       ""},
  });
  CheckRows({{send(token, ""), ""}, {activity, ""}}, "", R"("TimeoutSeconds": 600, )");
}

TEST_CASE("names of executions that are refused") {
  const auto start = [](const std::string& name) {
    return R"("Type": "Task", "Next": "A", "Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "m", )" +
           name + "}";
  };
  const std::string unsafe = "unsafe-execution-name /States/S/Parameters/Name.$";
  CheckRows({
      {start(R"("Name.$": "$.detail.object.key")"), unsafe},
      {start(R"~("Name.$": "States.Format('{}-{}', $.bucket, $.key)")~"), unsafe},
      {start(R"("Name.$": "$['objectKey']")"), unsafe},
      {start(R"("Name.$": "$$.Execution.StartTime")"), unsafe},
      {start(R"~("Name.$": "States.Hash($.detail.object.key, 'SHA-256')")~"), ""},
      {start(R"~("Name.$": "States.ArrayGetItem(States.StringSplit($.object.key, '/'), 1)")~"), ""},
      {start(R"("Name.$": "$.order.key")"), ""},
      {start(R"("Name.$": "$$.Execution.Name")"), ""},
      {R"("Type": "Task", "QueryLanguage": "JSONata", "Next": "A", "Resource": "arn:aws:states:::states:startExecution",
          "Arguments": {"StateMachineArn": "m", "Name": "{% $states.input.detail.object.key %}"})",
       "unsafe-execution-name /States/S/Arguments/Name"},
  });
}

TEST_CASE("what no execution can do") {
  const std::string arn = R"("Type": "Task", "Next": "A", "TimeoutSeconds": 5, "Resource": ")";
  const std::string placeholder = "placeholder-arn /States/S/Resource", wait = "wait-too-long /States/S/Seconds";
  CheckRows({
      {arn + R"(arn:aws:states:REGION:123456789012:activity:a")", placeholder},
      {arn + R"(arn:aws:states:us-gov-west-1:ACCOUNT_ID:activity:a")", placeholder},
      {arn + R"(arn:aws:states:${AWS::Region}:${AWS::AccountId}:activity:a")", ""},
      {R"("Type": "Wait", "Seconds": 31536000, "Next": "A")", wait},
      {R"("Type": "Wait", "Seconds": 31535999, "Next": "A")", ""},
  });
  CheckRows({{R"("Type": "Wait", "Seconds": 300, "Next": "A")", wait},
             {R"("Type": "Wait", "Seconds": 299, "Next": "A")", ""}},
            "", "", StateMachineType::kExpress);
  CheckRows(
      {{R"("Type": "Wait", "Seconds": 60, "Next": "A")", wait}, {R"("Type": "Wait", "Seconds": 59, "Next": "A")", ""}},
      "", R"("TimeoutSeconds": 60, )");
}

TEST_CASE("Maps") {
  const auto map = [](const std::string& mode, const std::string& more) {
    return R"("Type": "Map", "Next": "A", )" + more + R"("ItemProcessor": {)" + mode +
           R"("StartAt": "I", "States": {"I": {"Type": "Succeed"}}})";
  };
  const std::string distributed = R"("ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, )";
  const auto reader = [](const std::string& config) {
    return R"("ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"})" + config +
           "}, ";
  };
  const std::string large = "result-too-large /States/S";
  CheckRows({
      {map(distributed, reader("")), large},
      {map(distributed, reader(R"(, "ReaderConfig": {"MaxItems": 20})")), ""},
      {map(distributed, reader(R"(, "ReaderConfig": {"MaxItems": 20000})")), large},
      {map(distributed, reader("") + R"("ResultPath": null, )"), ""},
      {map(distributed,
           reader("") +
               R"("ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}, )"),
       ""},
      {map(distributed, R"("ItemsPath": "$.few", )"), ""},
      {map("", R"("MaxConcurrency": 41, )"), "inline-concurrency /States/S/MaxConcurrency"},
      {map(distributed, R"("MaxConcurrency": 41, )"), ""},
      {R"("Type": "Pass", "Next": "A", "Result": [")" + std::string(256 * 1024, 'x') + "\"]",
       "result-too-large /States/S/Result"},
  });
  const std::string legacy =
      R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "Parameters": {"i.$": "$$.Map.Item.Value"},
      "Iterator": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}}})";
  const Diagnostics found = Linted(legacy);
  REQUIRE(found.size() == 2);
  REQUIRE(found[0].fix.has_value());
  CHECK(*found[0].fix ==
        Fix{Fix::Kind::kRenameKey, "Rename Parameters to ItemSelector", "/States/M/Parameters", "ItemSelector", ""});
  CHECK(found[1].rule == "deprecated-field");
  CHECK(found[1].fix->name == "ItemProcessor");
}

TEST_CASE("a Retry of everything sends again what was sent") {
  const auto parallel = [](const std::string& call, const std::string& retry) {
    return R"("Type": "Parallel", "Next": "A", )" + retry +
           R"("Branches": [{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::)" +
           call + R"(", "Parameters": {}}}}])";
  };
  const std::string retry = R"("Retry": [{"ErrorEquals": ["States.ALL"]}], )";
  CheckRows({
      {parallel("aws-sdk:sns:publish", retry), "retry-repeats-effects /States/S/Retry"},
      {parallel("aws-sdk:sns:publish", ""), ""},
      {parallel("aws-sdk:sns:listTopics", retry), ""},
  });
}

TEST_CASE("variables that are never read, or not set on every way") {
  const std::string read = R"("Type": "Pass", "Next": "A", "Parameters": {"v.$": "$v"})";
  const auto machine = [&](const std::string& c, const std::string& set, const std::string& reader) {
    return R"({"StartAt": "C", "States": {"C": {"Type": "Choice", "Default": "R", "Choices": [{"Variable": "$.n", "IsNull": true, "Next": "P")" +
           c + R"(}]}, "P": {"Type": "Pass", "Next": "R")" + set + R"(}, "R": {"Type": "Pass", "End": true, )" +
           reader + "}}}";
  };
  const std::string set = R"(, "Assign": {"v": 1})", maybe = "possibly-undefined-variable /States/R/Parameters/v.$";
  const std::string jsonata = R"("QueryLanguage": "JSONata", "Output": )";
  struct Case {
    std::string definition, found;
  };
  const std::vector<Case> cases = {
      {machine("", set, R"("Parameters": {"v.$": "$v"})"), maybe},
      {machine(set, "", R"("Parameters": {"v.$": "$v"})"), maybe},
      {machine("", set, R"("Parameters": {"w": "$v"})"), "unused-variable /States/P/Assign/v"},
      {machine("", set, jsonata + R"("{% $v %}")"), "possibly-undefined-variable /States/R/Output"},
      // An expression may be made for both.
      {machine("", set, jsonata + R"("{% $exists($v) ? $v : 0 %}")"), ""},
      {machine("", set, jsonata + R"(${any})"), ""},
      // Behind a Choice that may be made by the same test.
      {R"({"StartAt": "C", "States": {"C": {"Type": "Choice", "Default": "D", "Choices": [{"Variable": "$.n", "IsNull": true, "Next": "P"}]},
          "P": {"Type": "Pass", "Next": "D", "Assign": {"v": 1}},
          "D": {"Type": "Choice", "Default": "E", "Choices": [{"Variable": "$.n", "IsNull": true, "Next": "R"}]},
          "R": {"Type": "Pass", "End": true, "InputPath": "$v"}, "E": {"Type": "Succeed"}}})",
       ""},
      {R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "M", "Assign": {"v": 1}}, "M": {"Type": "Map", "End": true,
          "ItemProcessor": {"StartAt": "R", "States": {"R": {"Type": "Pass", "End": true, "InputPath": "$v"}}}}}})",
       ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.definition);
    CHECK(Findings(c.definition) == c.found);
  }
  CHECK(Linted(cases[0].definition)[0].message == "The variable $v is not set on the way C -> R");
}

TEST_CASE("every rule's id has a hyphen, by which gait-ignore tells it from prose") {
  for (const Rule& rule : Rules()) CHECK(rule.id.find('-') != std::string_view::npos);
}

TEST_CASE("Comments that ignore rules") {
  const auto machine = [](const std::string& top, const std::string& state) {
    return R"({"Comment": ")" + top + R"(", "StartAt": "S", "States": {"S": {"Comment": ")" + state + "\", " + kLambda +
           R"("End": true}}})";
  };
  struct Case {
    std::string top, state, found;
  };
  const std::vector<Case> cases = {
      {"", "", "lambda-without-retry /States/S"},
      {"", "gait-ignore: lambda-without-retry", ""},
      {"Orders. gait-ignore: lambda-without-retry, as the caller retries", "", ""},
      {"", "gait-ignore: lambda-without-retry because of this", ""},
      {"", "gait-ignore: choice-without-default,lambda-without-retry", "unused-suppression /States/S/Comment"},
      {"", "gait-ignore: lambda-without-retries",
       "unknown-suppression /States/S/Comment\nlambda-without-retry /States/S"},
      {"", "gait-ignore lambda-without-retry", "lambda-without-retry /States/S"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.top + "|" + c.state);
    std::string found;
    const Diagnostics diagnostics = Linted(machine(c.top, c.state));
    CHECK(diagnostics.size() == (c.found.empty() ? 0 : 1 + std::count(c.found.begin(), c.found.end(), '\n')));
    for (const Diagnostic& d : diagnostics) CHECK(c.found.find(d.rule + " " + d.pointer) != std::string::npos);
  }
  CHECK(Linted(machine("", "gait-ignore: lambda-without-retries"))[1].hint == "did you mean lambda-without-retry?");
  // Errors too; those of another object stay.
  CHECK(
      Findings(
          R"({"StartAt": "S", "States": {"S": {"Comment": "gait-ignore: unknown-field", "Type": "Succeed", "Sparkle": 1}}})") ==
      "");
  CHECK(Findings(R"({"StartAt": "S", "States": {"S": {"Type": "Pass", "Sparkle": 1, "Next": "T"},
      "T": {"Comment": "gait-ignore: unknown-field", "Type": "Succeed", "Sparkle": 1}}})") ==
        "unknown-field /States/S/Sparkle");
  CHECK(Findings(R"({"Comment": "gait-ignore: invalid-json")") == "invalid-json ");
}

}  // namespace
}  // namespace gait
