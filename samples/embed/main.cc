// A program with workflows inside: it takes an order through a definition whose functions are its own, survives being
// killed on the way, and needs no server.
#include <gait/gait.hpp>

#include <iostream>

namespace {

constexpr const char* kOrder = R"({
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Charge",
      "ResultPath": "$.payment",
      "Retry": [{"ErrorEquals": ["GatewayBusy"], "IntervalSeconds": 1, "MaxAttempts": 3}],
      "Catch": [{"ErrorEquals": ["Declined"], "ResultPath": "$.problem", "Next": "Cancel"}],
      "Next": "Ship"
    },
    "Ship": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Ship",
      "ResultPath": "$.parcel",
      "End": true
    },
    "Cancel": {"Type": "Fail", "Error": "OrderCancelled", "CausePath": "$.problem.Cause"}
  }
})";

std::string Charge(const gait::TaskInput& task) {
  if (task.payload.find("\"amount\":0") != std::string::npos) throw gait::TaskError("Declined", "nothing to charge");
  if (task.attempt == 0) throw gait::TaskError("GatewayBusy", "try again");
  // A payment service that is given the key twice charges once.
  return R"({"id": "payment-1"})";
}

std::string Ship(const gait::TaskInput&) { return R"("parcel-1")"; }

}  // namespace

int main(int argc, char** argv) {
  try {
    gait::Engine engine({.database = argc > 1 ? argv[1] : "orders.db", .resume = false});
    engine.RegisterFunction("Charge", Charge, /*idempotent=*/true);
    engine.RegisterFunction("Ship", Ship);
    engine.Start();  // now that they can be called: goes on with what was running when the process ended
    const std::string orders = engine.CreateStateMachine("orders", kOrder);
    for (const char* order : {R"({"amount":17})", R"({"amount":0})"}) {
      const gait::ExecutionResult result = engine.Wait(engine.StartExecution(orders, order));
      std::cout << result.status << " " << result.output << result.error.value_or("") << "\n";
    }
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
