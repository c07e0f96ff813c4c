#include "integrations/integration_table.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/json/write.h"
#include "tests/support/test_listener.h"

namespace gait {
namespace {

struct NoService : StepFunctionsService {
  void Call(std::string_view, const Value&, Done done) override { done(Refusal{"None", "none"}); }
  void StartChild(const Value&, const std::string&, Done done) override { done(Refusal{"None", "none"}); }
  void DescribeWhenClosed(const std::string&, Done done) override { done(Refusal{"None", "none"}); }
};

struct Fixture {
  NoService service;
  SeededRandom random{1};
  IntegrationTable table{{},     Quotas::Aws(), random, [] { return Timestamp{0}; }, [](const FunctionLogLine&) {},
                         service};
};

TEST_CASE("who does a task's work") {
  Fixture f;
  Integration* const lambda = &f.table.lambda();
  Integration* const http = f.table.Find(*ParseTaskResource("arn:aws:states:::http:invoke"));
  REQUIRE(http != nullptr);
  CHECK(http != lambda);
  struct Case {
    std::string resource;
    Integration* integration;
  };
  for (const Case& c : std::vector<Case>{{"arn:aws:lambda:us-east-1:123456789012:function:f", lambda},
                                         {"arn:aws:lambda:us-east-1:123456789012:function:f:1", lambda},
                                         {"arn:aws:states:::lambda:invoke", lambda},
                                         {"arn:aws:states:::lambda:invoke.waitForTaskToken", lambda},
                                         {"arn:aws:states:::lambda:createFunction", nullptr},
                                         {"arn:aws:states:::aws-sdk:lambda:invoke", nullptr},
                                         {"arn:aws:states:::s3:getObject", nullptr},
                                         {"arn:aws:states:::sqs:sendMessage", nullptr},
                                         {"arn:aws:states:us-east-1:123456789012:activity:a", nullptr}}) {
    CAPTURE(c.resource);
    CHECK(f.table.Find(*ParseTaskResource(c.resource)) == c.integration);
  }
}

TEST_CASE("a table runs, stops and ends") {
  const auto request = [](int64_t event) {
    TaskRequest r;
    r.id = {1, event};
    r.resource = *ParseTaskResource("arn:aws:lambda:us-east-1:123456789012:function:f");
    r.parameters = Value::Int(event);
    return r;
  };
  const auto answered = std::make_shared<TestListener>(), stopped = std::make_shared<TestListener>(),
             late = std::make_shared<TestListener>();
  {
    Fixture f;
    f.table.lambda().Register("f", [](const FunctionCall& call, const FunctionResponder& responder) {
      static std::vector<FunctionResponder> unanswered;
      call.payload == "1" ? responder.Succeed("[1]") : unanswered.push_back(responder);
    });
    Integration* const integration = f.table.Find(request(1).resource);
    integration->Start(request(1), answered);
    CHECK(answered->Await() == TestListener::End::kSucceeded);
    integration->Start(request(2), stopped);
    f.table.StopTask({1, 2});
    f.table.StopTask({1, 2});
    f.table.Stop();
    f.table.Stop();
    integration->Start(request(3), late);
  }
  CHECK(answered->calls() == 1);
  CHECK(stopped->calls() == 0);
  CHECK(late->calls() == 0);
}

}  // namespace
}  // namespace gait
