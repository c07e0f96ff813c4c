#include "integrations/start_execution.h"

#include <doctest/doctest.h>

#include <vector>

namespace gait {
namespace {

constexpr const char* kChildArn = "arn:aws:states:us-east-1:123456789012:execution:child:c";

// Answers when the test says so.
struct Service : StepFunctionsService {
  void Call(std::string_view operation, const Value& request, Done done) override {
    calls.push_back(std::string(operation) + " " + std::string(request.Find("executionArn")->as_string()));
    done(Value::Object());
  }
  void StartChild(const Value&, const std::string&, Done done) override { started = std::move(done); }
  void DescribeWhenClosed(const std::string&, Done done) override { closed = std::move(done); }
  void AnswerStart() const {
    started(Value::Object({{"executionArn", Value::String(kChildArn)}, {"startDate", Value::Double(1763840000.123)}}));
  }

  std::vector<std::string> calls;
  Done started, closed;
};

struct Listener : TaskListener {
  explicit Listener(std::vector<std::string>& t) : told(t) {}
  void Succeeded(Value) override { told.emplace_back("succeeded"); }
  void Failed(WorkflowError error) override { told.push_back("failed: " + error.error.value_or("")); }
  void Submitted(Value) override { told.emplace_back("submitted"); }
  std::vector<std::string>& told;
};

struct Fixture {
  void Start() {
    TaskRequest request;
    request.id = {1, 4};
    request.resource.pattern = TaskPattern::kSync;
    request.parameters = Value::Object({{"StateMachineArn", Value::String("child")}});
    integration.Start(std::move(request), std::make_shared<Listener>(told));
  }

  Service service;
  SeededRandom random{1};
  StartExecutionIntegration integration{service, random, [] { return Timestamp{1763840000123}; }};
  std::vector<std::string> told;
};

const std::vector<std::string> kStopped = {std::string("StopExecution ") + kChildArn};

TEST_CASE_FIXTURE(Fixture, "a task that is given up stops the execution that it waits for") {
  Start();
  service.AnswerStart();
  integration.Stop({1, 4});
  CHECK(service.calls == kStopped);
  CHECK(told == std::vector<std::string>{"submitted"});
}

TEST_CASE_FIXTURE(Fixture, "also when it is given up before the start is answered") {
  Start();
  integration.Stop({1, 4});
  CHECK(service.calls.empty());
  service.AnswerStart();
  CHECK(service.calls == kStopped);
  CHECK(told.empty());
}

TEST_CASE_FIXTURE(Fixture, "a start that is refused fails the task, if somebody waits for it") {
  Start();
  service.started(StepFunctionsService::Refusal{"ExecutionAlreadyExists", "taken"});
  CHECK(told == std::vector<std::string>{"failed: StepFunctions.ExecutionAlreadyExistsException"});
  Start();
  integration.Stop({1, 4});
  service.started(StepFunctionsService::Refusal{"ExecutionAlreadyExists", "taken"});
  CHECK(told.size() == 1);
}

}  // namespace
}  // namespace gait
