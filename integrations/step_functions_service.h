// The engine around a task, as the service that the task calls: Step Functions' own integrations ask for nothing else.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/json/value.h"

namespace gait {

class StepFunctionsService {
 public:
  struct Refusal {
    std::string code;  // "ExecutionAlreadyExists"
    std::string message;
    int status = 400;
  };
  using Answer = std::variant<Value, Refusal>;
  using Done = std::function<void(Answer)>;

  virtual ~StepFunctionsService() = default;

  // An operation of the API with its request, both as the API has them: `stateMachineArn`. Calls back once, from any
  // thread.
  virtual void Call(std::string_view operation, const Value& request, Done done) = 0;

  // StartExecution for the task that `key` names. Asked again with the same key, it gives the execution that it
  // started, whether that still runs or not: what a crash leaves open is closed by asking again.
  virtual void StartChild(const Value& request, const std::string& key, Done done) = 0;

  // DescribeExecution, once the execution has ended.
  virtual void DescribeWhenClosed(const std::string& execution_arn, Done done) = 0;
};

// The names of members in a task's parameters and results, and in the API: `StateMachineArn` and `stateMachineArn`.
// All levels of structures; texts that hold JSON are left alone.
Value ToApiNames(const Value& parameters);
Value ToTaskNames(const Value& answer);

// JSON where a task gives a structure to a member that is text in the API: Input, Output and Definition.
Value WithJsonTexts(const Value& parameters);

}  // namespace gait
