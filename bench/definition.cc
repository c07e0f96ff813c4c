// How long it takes to read a definition: parse, check, compile.
#include <stdexcept>

#include "bench/bench.h"
#include "engine/definition/compile.h"
#include "states/state_table.h"

namespace gait::bench {
namespace {

// As many states as fit into AWS's 1 MiB: tasks with Retry, Catch and templates, and Choices, as real definitions have
// them.
std::string LargeDefinition() {
  std::string states;
  int n = 0;
  while (states.size() < 1'040'000) {
    const std::string i = std::to_string(n), next = std::to_string(n + 1);
    states += R"-("Task)-" + i +
              R"-(": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 30,
      "Parameters": {"FunctionName": "Function)-" +
              i + R"-(", "Payload": {"order.$": "$.order", "at.$": "$$.State.EnteredTime",
        "text.$": "States.Format('order {} of {}', $.order.id, $.customer.name)", "limit": 100, "tags": ["a", "b"]}},
      "ResultSelector": {"status.$": "$.Payload.status"}, "ResultPath": "$.results.r)-" +
              i + R"-(",
      "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 6, "BackoffRate": 2}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}], "Next": "Choice)-" +
              i + R"-("},
    "Choice)-" +
              i + R"-(": {"Type": "Choice", "Choices": [
      {"And": [{"Variable": "$.results.r)-" +
              i + R"-(.status", "IsPresent": true}, {"Variable": "$.results.r)-" + i +
              R"-(.status", "StringEquals": "failed"}], "Next": "Failed"}], "Default": "Task)-" + next + R"-("},
    )-";
    ++n;
  }
  return R"-({"Comment": "large", "StartAt": "Task0", "States": {)-" + states + R"-("Task)-" + std::to_string(n) +
         R"-(": {"Type": "Succeed"}, "Failed": {"Type": "Fail", "Error": "Failed", "CausePath": "$.error.Cause"}}})-";
}

}  // namespace

void AddDefinitionBenchmarks(std::vector<Benchmark>& all) {
  all.push_back({"definition", "parse, check and compile a definition of 1 MiB", "ms", 30, [] {
                   static const std::string text = LargeDefinition();
                   CompileOptions options;
                   options.states = StateTypes();
                   const Stopwatch watch;
                   const CompileResult result = CompileDefinition(text, options);
                   const double ms = watch.seconds() * 1000;
                   if (result.machine == nullptr) throw std::runtime_error(result.diagnostics[0].message);
                   return ms;
                 }});
}

}  // namespace gait::bench
