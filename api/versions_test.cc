// Versions and aliases as a client sees them.
#include <doctest/doctest.h>

#include <set>

#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::kRole;
using testing::Of;
using testing::Text;

constexpr const char* kMachine = "arn:aws:states:us-east-1:123456789012:stateMachine:m";

// A machine that gives `result`.
std::string Gives(int result) {
  return R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": )" + std::to_string(result) +
         R"(, "End": true}}})";
}

struct Versions : Client {
  explicit Versions(EngineOptions options = {}) : Client(std::move(options)) {}

  std::string Arn(const std::string& qualifier) const { return kMachine + (":" + qualifier); }
  // Creates the machine with version 1, and gives it two more.
  void CreateThree() {
    Create("m", Gives(1));
    Call("PublishStateMachineVersion", Of("stateMachineArn", kMachine));
    for (int i : {2, 3}) {
      Call("UpdateStateMachine", Json(R"({"stateMachineArn": ")" + std::string(kMachine) + R"(", "publish": true})")
                                     .With("definition", Value::String(Gives(i))));
    }
  }
  Value Alias(const std::string& name, const std::string& routing) const {
    std::string text = R"({"name": ")" + name + R"(", "routingConfiguration": [)" + routing + "]}";
    return Json(text);
  }
  std::string To(int version, int weight = 100) const {
    return R"({"stateMachineVersionArn": ")" + Arn(std::to_string(version)) + R"(", "weight": )" +
           std::to_string(weight) + "}";
  }
  Value Run(const std::string& arn) {
    const Value started = Call("StartExecution", Of("stateMachineArn", arn));
    engine.Wait(Text(started, "executionArn"));
    return Call("DescribeExecution", Of("executionArn", Text(started, "executionArn")));
  }
};

TEST_CASE_FIXTURE(Versions, "a version stays what it was published as") {
  Create("m", Gives(1));
  const Value first = Call("PublishStateMachineVersion", Of("stateMachineArn", kMachine));
  CHECK(Text(first, "stateMachineVersionArn") == Arn("1"));
  const Value again = Call("PublishStateMachineVersion", Of("stateMachineArn", kMachine));
  CHECK(again == first);
  CHECK(Call("UpdateStateMachine", Of("stateMachineArn", kMachine).With("definition", Value::String(Gives(2))))
            .Find("stateMachineVersionArn") == nullptr);
  CHECK(Text(Call("DescribeStateMachine", Of("stateMachineArn", Arn("1"))), "definition") == Gives(1));
  CHECK(Text(Call("DescribeStateMachine", Of("stateMachineArn", kMachine)), "definition") == Gives(2));
  const Value by_version = Run(Arn("1"));
  CHECK(Text(by_version, "output") == "1");
  CHECK(Text(by_version, "stateMachineArn") == kMachine);
  CHECK(Text(by_version, "stateMachineVersionArn") == Arn("1"));
  const Value plain = Run(kMachine);
  CHECK(Text(plain, "output") == "2");
  CHECK(plain.Find("stateMachineVersionArn") == nullptr);
  CHECK(Refused("StartExecution", Of("stateMachineArn", Arn("2"))).starts_with("StateMachineDoesNotExist"));
  CHECK(Refused("UpdateStateMachine", Of("stateMachineArn", Arn("1")).With("roleArn", Value::String("r")))
            .starts_with("StateMachineDoesNotExist"));
  CHECK(Refused("DeleteStateMachine", Of("stateMachineArn", Arn("1"))).starts_with("ValidationException"));
}

TEST_CASE_FIXTURE(Versions, "a revision that is not the current one is not published") {
  Create("m", Gives(1));
  const Value update =
      Call("UpdateStateMachine", Of("stateMachineArn", kMachine).With("definition", Value::String(Gives(2))));
  const Value request = Of("stateMachineArn", kMachine).With("revisionId", Value::String("other"));
  CHECK(Refused("PublishStateMachineVersion", request) ==
        "ConflictException: Failed to publish the State Machine version for revision other. The current State Machine "
        "revision is " +
            Text(update, "revisionId") + ".");
  Call("PublishStateMachineVersion", Of("stateMachineArn", kMachine).With("revisionId", *update.Find("revisionId")));
}

TEST_CASE_FIXTURE(Versions, "an update that changes nothing makes no revision") {
  Create("m", Gives(1));
  const Value same = Of("stateMachineArn", kMachine).With("definition", Value::String(Gives(1)));
  CHECK(Call("UpdateStateMachine", same).Find("revisionId") == nullptr);
  CHECK(
      Call("UpdateStateMachine", same.With("roleArn", Value::String("arn:aws:iam::1:role/other"))).Find("revisionId") !=
      nullptr);
}

TEST_CASE_FIXTURE(Versions, "an alias leads to its version, and cannot lose it") {
  CreateThree();
  const Value made = Call("CreateStateMachineAlias", Alias("live", To(1)));
  CHECK(Text(made, "stateMachineAliasArn") == Arn("live"));
  CHECK(Call("CreateStateMachineAlias", Alias("live", To(1))) == made);
  CHECK(Refused("CreateStateMachineAlias", Alias("live", To(2))).starts_with("ConflictException"));
  const Value run = Run(Arn("live"));
  CHECK(Text(run, "output") == "1");
  CHECK(Text(run, "stateMachineAliasArn") == Arn("live"));
  CHECK(Text(run, "stateMachineVersionArn") == Arn("1"));
  CHECK(Refused("DeleteStateMachineVersion", Of("stateMachineVersionArn", Arn("1"))).ends_with("version: [live]"));
  Call("UpdateStateMachineAlias", Alias("", To(3)).With("stateMachineAliasArn", Value::String(Arn("live"))));
  CHECK(Text(Run(Arn("live")), "output") == "3");
  Call("DeleteStateMachineVersion", Of("stateMachineVersionArn", Arn("1")));
  CHECK(Refused("StartExecution", Of("stateMachineArn", Arn("1"))).starts_with("StateMachineDoesNotExist"));
  // What was started with it is still listed.
  CHECK(Call("ListExecutions", Of("stateMachineArn", Arn("live"))).Find("executions")->size() == 2);
  CHECK(Call("ListExecutions", Of("stateMachineArn", Arn("3"))).Find("executions")->size() == 1);
  CHECK(Call("ListExecutions", Of("stateMachineArn", kMachine)).Find("executions")->size() == 2);
  CHECK(Call("ListStateMachineAliases", Of("stateMachineArn", Arn("3"))).Find("stateMachineAliases")->size() == 1);
  CHECK(Call("ListStateMachineAliases", Of("stateMachineArn", Arn("2"))).Find("stateMachineAliases")->size() == 0);
  Call("DeleteStateMachineAlias", Of("stateMachineAliasArn", Arn("live")));
  CHECK(Refused("DescribeStateMachineAlias", Of("stateMachineAliasArn", Arn("live"))).starts_with("ResourceNotFound"));
}

TEST_CASE_FIXTURE(Versions, "an alias with two versions shares its executions among them") {
  CreateThree();
  Call("CreateStateMachineAlias", Alias("both", To(1, 50) + "," + To(2, 50)));
  Call("CreateStateMachineAlias", Alias("first", To(1, 100) + "," + To(2, 0)));
  Call("CreateStateMachineAlias", Alias("second", To(1, 0) + "," + To(2, 100)));
  std::multiset<std::string> outputs;
  for (int i = 0; i < 100; ++i) outputs.insert(Text(Run(Arn("both")), "output"));
  CHECK(outputs.count("1") > 20);
  CHECK(outputs.count("2") > 20);
  for (int i = 0; i < 20; ++i) {
    CHECK(Text(Run(Arn("first")), "output") == "1");
    CHECK(Text(Run(Arn("second")), "output") == "2");
  }
  const Value routing =
      *Call("DescribeStateMachineAlias", Of("stateMachineAliasArn", Arn("both"))).Find("routingConfiguration");
  CHECK(routing.size() == 2);
  CHECK(routing.items()[1].Find("weight")->as_int() == 50);
}

TEST_CASE_FIXTURE(Versions, "routing configurations that cannot be") {
  CreateThree();
  const auto refused = [&](const std::string& routing) {
    return Refused("CreateStateMachineAlias", Alias("a", routing));
  };
  const OperationAnswer answer =
      engine.Call("CreateStateMachineAlias", ToJson(Alias("a", To(1, 50) + "," + To(1, 50))));
  CHECK(Text(Json(answer.body), "reason") == "INVALID_ROUTING_CONFIGURATION");
  CHECK(refused(To(1, 99)).ends_with("weights must equal 100. Received: [99]"));
  CHECK(refused(To(4)).starts_with("ResourceNotFound"));
  CHECK(refused(To(1, 101)).find("'routingConfiguration.1.member.weight'") != std::string::npos);
  CHECK(refused("").find("length greater than or equal to 1") != std::string::npos);
  CHECK(refused(R"({"weight": 100})").find("Value null at 'routingConfiguration.1.member.stateMachineVersionArn'") !=
        std::string::npos);
  CHECK(Refused("CreateStateMachineAlias", Alias("7", To(1))).find("regular expression pattern") != std::string::npos);
}

TEST_CASE("executions keep the version that they were started with over a restart") {
  TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  std::string arn;
  {
    Versions client(options);
    client.Create("m", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "P"},
                                                        "P": {"Type": "Pass", "Result": 1, "End": true}}})");
    client.Call("PublishStateMachineVersion", Of("stateMachineArn", kMachine));
    client.Call("CreateStateMachineAlias", client.Alias("live", client.To(1)));
    arn = Text(client.Call("StartExecution", Of("stateMachineArn", client.Arn("live"))), "executionArn");
    client.Call("UpdateStateMachine", Of("stateMachineArn", kMachine).With("definition", Value::String(Gives(2))));
  }
  Versions client(options);
  CHECK(client.engine.Wait(arn).output == "1");
  CHECK(Text(client.Call("DescribeExecution", Of("executionArn", arn)), "stateMachineAliasArn") == client.Arn("live"));
}

TEST_CASE_FIXTURE(Versions, "a machine takes its versions and aliases with it") {
  CreateThree();
  Call("CreateStateMachineAlias", Alias("live", To(1)));
  Call("DeleteStateMachine", Of("stateMachineArn", kMachine));
  Create("m", Gives(1));
  CHECK(Call("ListStateMachineVersions", Of("stateMachineArn", kMachine)).Find("stateMachineVersions")->size() == 0);
  CHECK(Call("ListStateMachineAliases", Of("stateMachineArn", kMachine)).Find("stateMachineAliases")->size() == 0);
}

TEST_CASE_FIXTURE(Client, "an ARN with the label of a Distributed Map is refused, and says why") {
  Create("m", Gives(1));
  for (const char* operation : {"StartExecution", "DescribeStateMachine", "DeleteStateMachine", "ListExecutions"}) {
    const OperationAnswer answer = engine.Call(operation, ToJson(Of("stateMachineArn", std::string(kMachine) + "/l")));
    CHECK(answer.error_code == "ValidationException");
    CHECK(Text(Json(answer.body), "reason") == "API_DOES_NOT_SUPPORT_LABELED_ARNS");
  }
}

}  // namespace
}  // namespace gait
