#include "states/redrive.h"

#include <map>

#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Json;
using testing::OneState;
using testing::Trial;
using testing::TrialResult;

constexpr const char* kTask = R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f")";

// The types behind the last ExecutionRedriven, but for ExecutionSucceeded.
std::string Redriven(const TrialResult& result) {
  const std::string types = result.types();
  const size_t at = types.rfind("ExecutionRedriven");
  REQUIRE(at != std::string::npos);
  return types.substr(std::min(types.size(), at + std::string("ExecutionRedriven ").size()));
}

// A trial whose tasks fail, by what they are given, as long as `broken` says; the redrive mends them.
struct Mended {
  explicit Mended(std::string_view definition) : trial(definition) {
    trial.redrives = 1;
    trial.before_redrive = [this] { broken = {}; };
    trial.worker = [this](const DispatchTask& task) -> std::optional<Result<Value>> {
      const std::string given = ToJson(task.parameters.value());
      ++calls[given];
      const auto found = broken.find(given);
      if (found == broken.end()) return Result<Value>(task.parameters.value());
      if (found->second.empty()) return std::nullopt;  // hangs
      return Result<Value>(WorkflowError{found->second, std::nullopt});
    };
  }
  Trial trial;
  std::map<std::string, std::string> broken;  // what a task was given, and its error
  std::map<std::string, int> calls;
};

// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states
TEST_CASE("what a redrive does with a state of each type") {
  struct Row {
    const char* state;
    const char* input;
    const char* types;
  };
  // What comes behind ExecutionRedriven: a state that was left is not run again.
  for (const Row& row : {
           Row{R"("Type": "Pass", "OutputPath": "$.x", "Next": "T")", "{}", ""},
           Row{R"("Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "T"}])", "{\"x\": 1}", ""},
           Row{R"("Type": "Fail", "Error": "E")", "{}", ""},
           Row{R"("Type": "Wait", "Seconds": 9, "Next": "T")", "{\"f\": 1}",
               "LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded TaskStateExited"},
       }) {
    CAPTURE(row.state);
    const std::string task = std::string(row.state).find("Next") == std::string::npos
                                 ? ""
                                 : R"(, "T": {)" + std::string(kTask) + R"(, "End": true})";
    Mended mended(R"({"StartAt": "S", "States": {"S": {)" + std::string(row.state) + "}" + task + "}}");
    mended.broken[R"({"f":1})"] = "Broken";
    const TrialResult result = mended.trial.Run(row.input);
    CHECK(result.count(EventType::kExecutionRedriven) == 1);
    CHECK(Redriven(result) == row.types);
    if (std::string_view(row.types).empty()) CHECK(result.count(EventType::kExecutionFailed) == 2);
  }
}

TEST_CASE("a Wait that was stopped waits anew, or not at all for a moment that has passed") {
  struct Row {
    const char* fields;
    double seconds;  // the redrive is 60 seconds behind the stop, which is at once
  };
  for (const Row& row : {Row{R"("Seconds": 100)", 160}, Row{R"("Timestamp": "2026-03-14T01:59:30Z")", 60},
                         Row{R"("Timestamp": "2026-03-14T02:01:00Z")", 120}}) {
    Trial trial(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "End": true, )" +
                std::string(row.fields) + R"(}}},
        {"StartAt": "T", "States": {"T": {)" +
                kTask + R"(, "End": true}}}]}}})");
    trial.redrives = 1;
    bool broken = true;
    trial.before_redrive = [&] { broken = false; };
    trial.worker = [&](const DispatchTask&) {
      return broken ? Result<Value>(WorkflowError{"E", std::nullopt}) : Result<Value>(Value::Null());
    };
    const TrialResult result = trial.Run();
    CHECK(result.status == ExecutionStatus::kSucceeded);
    CHECK(result.seconds() == row.seconds);
    CHECK(result.count(EventType::kWaitStateEntered) == 1);
  }
}

TEST_CASE(
    "a Task is given anew what it was given, its retries are counted anew, and the context tells of the redrive") {
  Mended mended(OneState(std::string(kTask) + R"(, "End": true, "Parameters": {
      "n.$": "$.n", "c.$": "$$.Execution.RedriveCount", "r.$": "$$.State.RetryCount", "e.$": "$$.State.EnteredTime"},
      "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}])"));
  std::vector<std::string> given;
  mended.trial.redrives = 2;
  mended.trial.before_redrive = nullptr;
  mended.trial.worker = [&](const DispatchTask& task) {
    const Value& p = task.parameters.value();
    given.push_back(ToJson(*p.Find("c")) + ToJson(*p.Find("r")) + ToJson(*p.Find("n")) + std::to_string(task.attempt));
    CHECK(p.Find("e")->as_string() == "2026-03-14T01:59:00.000Z");
    return given.size() < 5 ? Result<Value>(WorkflowError{"Busy", std::nullopt}) : Result<Value>(p);
  };
  CHECK(mended.trial.Run(R"({"n": 7})").status == ExecutionStatus::kSucceeded);
  CHECK(given == std::vector<std::string>{"0070", "0171", "1070", "1171", "2070"});

  Trial time(
      R"-({"StartAt": "F", "States": {"F": {"Type": "Fail", "CausePath": "States.Format('{}', $$.Execution)"}}})-");
  time.redrives = 1;
  const TrialResult result = time.Run();
  CHECK(result.cause->find("RedriveCount=1, RedriveTime=2026-03-14T02:00:00.000Z") != std::string::npos);
  CHECK(result.first(EventType::kExecutionFailed).Get(EventField::kCause)->as_string().find("RedriveTime") ==
        std::string_view::npos);
}

TEST_CASE("in a Parallel only those branches go on that failed or were stopped, at any nesting, with their variables") {
  Mended mended(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
      {"StartAt": "A", "States": {"A": {)" +
                std::string(kTask) + R"(, "Parameters": "a", "End": true}}},
      {"StartAt": "V", "States": {
        "V": {"Type": "Pass", "Assign": {"v": 5}, "Next": "Q"},
        "Q": {"Type": "Parallel", "Next": "U", "Branches": [
          {"StartAt": "B", "States": {"B": {)" +
                kTask + R"(, "Parameters": "b", "End": true}}},
          {"StartAt": "C", "States": {"C": {)" +
                kTask + R"(, "Parameters": "c", "End": true}}}]},
        "U": {"Type": "Pass", "Parameters": {"v.$": "$v", "q.$": "$"}, "End": true}}},
      {"StartAt": "D", "States": {"D": {)" +
                kTask + R"(, "Parameters": "d", "End": true}}}]}}})");
  mended.broken = {{"\"c\"", "Broken"}, {"\"d\"", ""}};
  const TrialResult result = mended.trial.Run();
  CHECK(result.text() == R"(["a",{"v":5,"q":["b","c"]},"d"])");
  CHECK(mended.calls == std::map<std::string, int>{{"\"a\"", 1}, {"\"b\"", 1}, {"\"c\"", 2}, {"\"d\"", 2}});
  CHECK(result.count(EventType::kParallelStateStarted) == 2);
  CHECK(result.count(EventType::kTaskStateEntered) == 4);
}

TEST_CASE("in a Map only those iterations go on that failed or were stopped, and no more at a time than may") {
  for (const int most : {1, 2, 3, 0}) {
    CAPTURE(most);
    Mended mended(OneState(R"("Type": "Map", "End": true, "ToleratedFailureCount": 2, "MaxConcurrency": )" +
                           std::to_string(most) + R"(, "ItemProcessor": {"StartAt": "T", "States": {"T": {)" + kTask +
                           R"(, "Next": "W"}, "W": {"Type": "Wait", "Seconds": 1, "End": true}}})"));
    mended.broken = {{"1", "E"}, {"2", "E"}, {"4", "E"}};
    int running = 0, at_most = 0;
    const TrialResult result = mended.trial.Run("[0,1,2,3,4,5,6,7]");
    for (const HistoryEvent& e : result.events) {
      if (e.type == EventType::kMapStateFailed) running = 0;
      running += e.type == EventType::kMapIterationStarted || e.type == EventType::kChildRedriven;
      running -= e.type == EventType::kMapIterationSucceeded || e.type == EventType::kMapIterationFailed;
      at_most = std::max(at_most, running);
    }
    CHECK(result.text() == "[0,1,2,3,4,5,6,7]");
    CHECK(at_most == (most == 0 ? 8 : most));
    CHECK(result.count(EventType::kMapStateStarted) == 1);
    CHECK(result.count(EventType::kMapIterationStarted) == 8);
    for (const char* item : {"0", "3"}) CHECK(mended.calls[item] == 1);  // those that had not ended were stopped
  }
}

TEST_CASE("what fails again in a redrive is for the next one") {
  Mended mended(OneState(R"("Type": "Map", "End": true, "MaxConcurrency": 1, "ToleratedFailurePercentage": 50,
      "ItemProcessor": {"StartAt": "T", "States": {"T": {)" +
                         std::string(kTask) + R"(, "End": true}}})"));
  mended.broken = {{"0", "E"}, {"1", "E"}, {"2", "E"}};
  mended.trial.redrives = 3;
  int redrives = 0;
  mended.trial.before_redrive = [&] {
    if (++redrives == 2) mended.broken = {{"2", "E"}};  // tolerated
  };
  const TrialResult result = mended.trial.Run("[0,1,2,3]");
  CHECK(result.text() == "[0,1,3]");
  CHECK(result.count(EventType::kExecutionRedriven) == 2);
  CHECK(mended.calls == std::map<std::string, int>{{"0", 3}, {"1", 3}, {"2", 3}, {"3", 1}});
}

TEST_CASE("a Parallel or Map that failed itself, and none of its children, is run again with all of them") {
  const std::string both = R"("Type": "Parallel", "OutputPath": "$.none", "End": true, "Branches": [
      {"StartAt": "A", "States": {"A": {)" +
                           std::string(kTask) + R"(, "Parameters": "a", "End": true}}},
      {"StartAt": "B", "States": {"B": {)" +
                           kTask + R"(, "Parameters": "b", "End": true}}}])";
  Mended parallel(OneState(both));
  const TrialResult ran = parallel.trial.Run();
  CHECK(ran.count(EventType::kParallelStateStarted) == 2);
  CHECK(parallel.calls == std::map<std::string, int>{{"\"a\"", 2}, {"\"b\"", 2}});

  // States.DataLimitExceeded: the results are too large together.
  Mended map(OneState(R"("Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T", "States": {"T": {)" +
                      std::string(kTask) + R"(, "End": true}}})"));
  map.trial.quotas.payload_bytes_max = 20;
  const TrialResult large = map.trial.Run(R"(["aaaaaaa","bbbbbbb"])");
  CHECK(large.error == "States.DataLimitExceeded");
  CHECK(large.count(EventType::kMapStateStarted) == 2);
  CHECK(large.count(EventType::kMapIterationSucceeded) == 4);
}

TEST_CASE("a Map that fails at the input of an iteration keeps the results of those before") {
  Mended mended(
      OneState(R"("Type": "Map", "End": true, "MaxConcurrency": 1, "ItemSelector": {"x.$": "$$.Map.Item.Value.x"},
      "ItemProcessor": {"StartAt": "T", "States": {"T": {)" +
               std::string(kTask) + R"(, "End": true}}})"));
  const TrialResult result = mended.trial.Run(R"([{"x": 0}, {"x": 1}, {}])");
  CHECK(result.count(EventType::kExecutionFailed) == 2);
  CHECK(result.count(EventType::kMapStateStarted) == 1);
  CHECK(mended.calls == std::map<std::string, int>{{R"({"x":0})", 1}, {R"({"x":1})", 1}});
}

TEST_CASE("a Map that fails before its first iteration fails so again") {
  const TrialResult result = [] {
    Trial trial(OneState(R"("Type": "Map", "ToleratedFailureCountPath": "$.t", "ItemsPath": "$.i", "End": true,
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})"));
    trial.redrives = 1;
    return trial.Run(R"({"t": -1, "i": [1]})");
  }();
  CHECK(result.count(EventType::kExecutionFailed) == 2);
  CHECK(result.count(EventType::kMapIterationStarted) == 0);
}

TEST_CASE("what is caught, or tried again as a whole, keeps nothing for a redrive") {
  Mended mended(R"({"StartAt": "P", "States": {
      "P": {"Type": "Parallel", "Next": "T", "Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["Broken"], "Next": "T"}], "Branches": [
        {"StartAt": "A", "States": {"A": {)" +
                std::string(kTask) + R"(, "Parameters": "a", "End": true}}}]},
      "T": {)" + kTask +
                R"(, "Parameters": "t", "End": true}}})");
  mended.broken = {{"\"a\"", "Broken"}, {"\"t\"", "Broken"}};
  CHECK(mended.trial.Run().text() == "\"t\"");
  CHECK(mended.calls == std::map<std::string, int>{{"\"a\"", 2}, {"\"t\"", 2}});
}

}  // namespace
}  // namespace gait
