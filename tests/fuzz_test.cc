// Definitions that nobody would write: real ones with parts exchanged, lost and bent. Each is compiled or refused with
// a reason and a place; what compiles is run on odd inputs, and redriven where it ends without success, once straight
// and once lost and recovered after a random turn, with the same events. GAIT_FUZZ_SEED and GAIT_FUZZ_ROUNDS choose
// other ones, and more.
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Json;
using testing::Trial;
using testing::TrialResult;

constexpr const char* kSeeds[] = {
    R"-({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Parameters": {"n.$": "$.n", "t.$": "States.Format('{}-{}', $.a, $$.Execution.Name)"}, "ResultPath": "$.p",
            "Assign": {"x.$": "$.n", "y": [1, {"z": "w"}]}, "Next": "C"},
      "C": {"Type": "Choice", "Default": "T", "Choices": [
        {"Variable": "$.n", "NumericGreaterThan": 3, "Next": "W"},
        {"And": [{"Variable": "$.a", "IsPresent": true}, {"Not": {"Variable": "$.a", "StringMatches": "b*"}}], "Next": "M"}]},
      "W": {"Type": "Wait", "SecondsPath": "$.n", "Next": "T"},
      "M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ToleratedFailurePercentage": 40, "ResultPath": "$.mapped",
            "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "x.$": "$x"},
            "ItemProcessor": {"StartAt": "I", "States": {
              "I": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "IW",
                    "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}]},
              "IW": {"Type": "Wait", "Seconds": 1, "End": true}}},
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "T"}], "Next": "T"},
      "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "g", "Payload.$": "$"},
            "ResultSelector": {"r.$": "$.Payload.a"}, "ResultPath": "$.task", "OutputPath": "$.task", "TimeoutSeconds": 5,
            "Catch": [{"ErrorEquals": ["States.TaskFailed", "States.Timeout"], "Next": "F"}], "End": true},
      "F": {"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "States.JsonToString($)"}}})-",
    R"-({"StartAt": "P", "TimeoutSeconds": 100, "States": {
      "P": {"Type": "Parallel", "ResultSelector": {"both.$": "$[0:2]", "all.$": "$..v"}, "Next": "S",
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 1}],
            "Branches": [
        {"StartAt": "B1", "States": {"B1": {"Type": "Pass", "Result": {"v": 1}, "End": true}}},
        {"StartAt": "B2", "States": {"B2": {"Type": "Wait", "Timestamp": "2026-03-14T01:59:05Z", "Next": "B3"},
                                     "B3": {"Type": "Pass", "Parameters": {"v.$": "States.Array($.n, States.ArrayLength($.items))"}, "End": true}}},
        {"StartAt": "B4", "States": {"B4": {"Type": "Parallel", "End": true, "Branches": [
          {"StartAt": "B5", "States": {"B5": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
                                              "HeartbeatSeconds": 3}}}]}}}]},
      "S": {"Type": "Succeed", "OutputPath": "$.both"}}})-",
    R"-({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
      "A": {"Type": "Pass", "Assign": {"x": "{% $states.input.n %}", "y": ["{% $exists($states.input.a) %}"]}, "Next": "C"},
      "C": {"Type": "Choice", "Default": "T", "Choices": [
        {"Condition": "{% $x > 3 %}", "Next": "W", "Assign": {"x": 1}},
        {"Condition": "{% $count($states.input.items) > 1 %}", "Next": "M", "Output": {"items": "{% $states.input.items %}"}}]},
      "W": {"Type": "Wait", "Seconds": "{% $x %}", "Output": {"w": "{% $states.context.State.Name %}"}, "Next": "T"},
      "M": {"Type": "Map", "Items": "{% $states.input.items %}", "MaxConcurrency": "{% 2 %}", "ToleratedFailurePercentage": 40,
            "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}", "x": "{% $x %}"},
            "ItemProcessor": {"StartAt": "I", "States": {
              "I": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
                    "Arguments": {"v": "{% $states.input.v %}"}, "Output": "{% $states.result %}",
                    "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}]}}},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {"e": "{% $states.errorOutput.Error %}"}, "Next": "T"}], "Next": "T"},
      "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": "{% 2 + 3 %}",
            "Arguments": {"FunctionName": "g", "Payload": "{% $states.input %}"}, "Output": "{% $states.result.Payload %}",
            "Catch": [{"ErrorEquals": ["States.TaskFailed", "States.Timeout"], "Next": "F"}], "End": true},
      "F": {"Type": "Fail", "Error": "{% $states.input.Error %}", "Cause": "{% $string($states.input) %}"}}})-",
    // Nothing is caught: what fails here is for a redrive.
    R"-({"StartAt": "M", "States": {
      "M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ToleratedFailureCount": 1, "Assign": {"m": 1}, "Next": "P",
            "ItemProcessor": {"StartAt": "I", "States": {
              "I": {"Type": "Pass", "Assign": {"i.$": "$$.Map.Item.Index"}, "Next": "Q"},
              "Q": {"Type": "Parallel", "End": true, "Branches": [
                {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                   "Parameters": {"i.$": "$i", "r.$": "$$.Execution.RedriveCount"}, "End": true, "TimeoutSeconds": 9,
                   "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}]}}},
                {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}]}}}},
      "P": {"Type": "Parallel", "End": true, "ResultSelector": {"a.$": "$[0].r"}, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:g", "End": true}}},
        {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:h", "End": true}}},
        {"StartAt": "N", "States": {"N": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "O", "States": {
          "O": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}}}}]}}})-",
};

constexpr const char* kInputs[] = {R"({"n": 2, "a": "abc", "items": [1, "x", null, [1], {"v": 2}]})",
                                   R"({"n": 7, "items": []})", "[]", "\"s\"",
                                   R"({"n": -1, "a": null, "items": {"0": 1}, "Error": "E"})"};

// What may stand anywhere.
constexpr const char* kOdd[] = {"null",
                                "true",
                                "0",
                                "-1",
                                "1.5",
                                "1e300",
                                "\"\"",
                                "\"$\"",
                                "\"$.n\"",
                                "\"$..*\"",
                                "\"$x\"",
                                "\"$$\"",
                                "\"$.items[?(@.v > 1)]\"",
                                "\"States.UUID()\"",
                                "\"States.ALL\"",
                                "\"T\"",
                                "\"B1\"",
                                "[]",
                                "{}",
                                "[[]]",
                                "{\"v.$\": \"$.n\"}",
                                "\"2026-03-14T01:59:09Z\"",
                                "\"\\u0000\"",
                                "99999999"};

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  Value Mutate(const Value& value, int changes) {
    Value mutated = value;
    for (int i = 0; i < changes; ++i) {
      size_t left = random_.Below(Count(mutated));
      mutated = Change(mutated, left);
    }
    return mutated;
  }
  uint64_t Below(uint64_t n) { return random_.Below(n); }

 private:
  static size_t Count(const Value& v) {
    size_t n = 1;
    for (const Value& item : v.items()) n += Count(item);
    for (const Member& m : v.members()) n += Count(m.value);
    return n;
  }

  // The value with its part number `left`, counted from itself, changed.
  Value Change(const Value& v, size_t& left) {
    if (left == 0) {
      left = SIZE_MAX;
      return Changed(v);
    }
    --left;
    if (v.is_array()) {
      ArrayBuilder out;
      for (const Value& item : v.items()) out.Add(left == SIZE_MAX ? item : Change(item, left));
      return out.Build();
    }
    if (v.is_object()) {
      ObjectBuilder out;
      for (const Member& m : v.members()) out.Add(m.key, left == SIZE_MAX ? m.value : Change(m.value, left));
      return out.Build();
    }
    return v;
  }

  Value Changed(const Value& v) {
    const uint64_t how = random_.Below(6);
    if (v.is_object() && v.size() > 0 && how < 4) {
      ObjectBuilder out;
      const size_t at = random_.Below(v.size()), other = random_.Below(v.size());
      for (size_t i = 0; i < v.size(); ++i) {
        const Member& m = v.members()[i];
        if (i == at && how == 0) continue;  // lost
        if (i == at && how == 1) {          // renamed
          out.Add(v.members()[other].key, m.value);
        } else if (i == at && how == 2) {  // exchanged
          out.Add(m.key, v.members()[other].value);
        } else if (i == at) {  // bent
          out.Add(m.key, Odd());
        } else {
          out.Add(m.key, m.value);
        }
      }
      return out.Build();
    }
    if (v.is_array() && v.size() > 0 && how < 4) {
      ArrayBuilder out;
      for (const Value& item : v.items()) {
        if (random_.Below(3) == 0) out.Add(how < 2 ? Odd() : item);
        if (how != 3) out.Add(item);
      }
      return out.Build();
    }
    return Odd();
  }
  Value Odd() { return Json(kOdd[random_.Below(std::size(kOdd))]); }

  SeededRandom random_;
};

// The answer depends on the attempt alone, so that it is the same after a recovery.
std::optional<Result<Value>> Answer(const DispatchTask& task) {
  const int64_t kind = (task.scheduled_event * 7 + task.attempt) % 5;
  if (kind == 0) return Result<Value>(WorkflowError{"Busy", "soon"});
  if (kind == 1) return std::nullopt;
  if (kind == 2) return Result<Value>(WorkflowError{"States.TaskFailed", std::nullopt});
  return Result<Value>(Value::Object({{"Payload", task.parameters.value()}, {"v", Value::Int(kind)}}));
}

// Redrives the execution with the same answers, and then twice with tasks that succeed.
void RedriveAtLast(Trial& trial) {
  trial.redrives = 3;
  trial.abort_at_the_end = true;
  const auto redrives = std::make_shared<int>(0);
  trial.before_redrive = [redrives] { ++*redrives; };
  trial.worker = [redrives](const DispatchTask& task) {
    return *redrives < 2 ? Answer(task) : Result<Value>(Value::Object({{"r", task.parameters.value()}}));
  };
}

std::string Told(const TrialResult& result) {
  std::string text = result.text() + "\n";
  for (const HistoryEvent& e : result.events) {
    if (IsShown(e.type)) text += ToJson(EventToJson(e)) + "\n";
  }
  return text;
}

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST_CASE("definitions that nobody would write") {
  const uint64_t seed = FromEnvironment("GAIT_FUZZ_SEED", 1), rounds = FromEnvironment("GAIT_FUZZ_ROUNDS", 6'000);
  uint64_t compiled = 0, succeeded = 0, redriven = 0, repaired = 0;
  for (uint64_t round = 0; round < rounds; ++round) {
    Mutator mutator(seed * 1'000'003 + round);
    const Value definition =
        mutator.Mutate(Json(kSeeds[mutator.Below(std::size(kSeeds))]), static_cast<int>(1 + mutator.Below(3)));
    const std::string text = ToJson(definition);
    CAPTURE(seed);
    CAPTURE(round);
    CAPTURE(text);
    CompileOptions options;
    options.states = StateTypes();
    const CompileResult result = CompileDefinition(text, options);
    for (const Diagnostic& d : result.diagnostics) {
      CHECK_FALSE(d.message.empty());
      CHECK(d.position.line == 1);
    }
    if (result.machine == nullptr) {
      CHECK(HasErrors(result.diagnostics));
      continue;
    }
    ++compiled;
    const std::string input = kInputs[mutator.Below(std::size(kInputs))];
    CAPTURE(input);
    Trial trial(text);
    trial.quotas.history_events_max = 400;
    RedriveAtLast(trial);
    const TrialResult straight = trial.Run(input);
    succeeded += straight.status == ExecutionStatus::kSucceeded;
    if (straight.count(EventType::kExecutionRedriven) > 0) {
      ++redriven;
      repaired += straight.status == ExecutionStatus::kSucceeded;
    }
    if (trial.turns < 2) continue;
    Trial lost(text);
    lost.quotas.history_events_max = 400;
    RedriveAtLast(lost);
    lost.crash_after_turn = static_cast<int>(mutator.Below(static_cast<uint64_t>(trial.turns - 1)));
    CAPTURE(lost.crash_after_turn);
    CHECK(Told(lost.Run(input)) == Told(straight));
  }
  MESSAGE(compiled << " of " << rounds << " compiled, " << succeeded << " succeeded; " << redriven
                   << " were redriven, and " << repaired << " of these succeeded then");
  CHECK(compiled > rounds / 20);
  CHECK(succeeded > 0);
  CHECK(repaired > 0);
}

}  // namespace
}  // namespace gait
