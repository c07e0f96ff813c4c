// One invocation of a Lambda function: what the state asks for, and how it is answered. Lives as long as a callback may
// come, which may be longer than the integration.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/random.h"
#include "engine/base/timestamp.h"
#include "engine/task/integration.h"
#include "integrations/lambda_answer.h"
#include "integrations/lambda_name.h"
#include "integrations/running_tasks.h"

namespace gait {

class LambdaInvocation {
 public:
  // `running` must have the task when it is answered, unless the answer is given within Start.
  LambdaInvocation(TaskRequest request, std::shared_ptr<TaskListener> listener, std::shared_ptr<RunningTasks> running,
                   Random& random, std::function<Timestamp()> now);

  // Reads the parameters; an error if nothing can be invoked with them. The accessors are for when it has succeeded.
  std::optional<WorkflowError> Read();

  const TaskRequest& request() const { return request_; }
  const std::string& request_id() const { return request_id_; }  // a UUID, made here
  const LambdaName& name() const { return name_; }
  const std::string& payload() const { return payload_; }
  const std::string& type() const { return type_; }                      // RequestResponse, Event, DryRun
  const std::string& client_context() const { return client_context_; }  // Base64; "" if there is none
  bool wants_log() const { return wants_log_; }

  // Begins what a target of this machine does, or answers at once where the invocation's type says so. `begin` starts
  // it and returns how it is given up.
  template <typename F>
  void Begin(F begin) {
    if (type_ == kDryRun) return Give({.status = 204});
    if (type_ != kEvent) return running_->Begin(request_.id, std::move(begin));
    begin();  // nobody waits for it: nothing gives it up, and what it returns is dropped
    Give({.status = 202});
  }

  // A line of the function's log.
  void Log(std::string_view line);

  // Nobody waits for it any more. Who still has it keeps the listener no longer, whose owner may end.
  void GiveUp() { listener_ = nullptr; }

  // The ends; each does nothing if nobody waits any more. Any thread, one of them once.
  void Returned(std::string payload);
  void FunctionFailed(std::string payload);
  void Answered(LambdaAnswer answer);
  void Failed(WorkflowError error);

 private:
  static constexpr std::string_view kRequestResponse = "RequestResponse";
  static constexpr std::string_view kEvent = "Event";    // starts the function and does not wait for it
  static constexpr std::string_view kDryRun = "DryRun";  // starts nothing

  bool is_service() const { return request_.resource.kind == TaskResource::Kind::kService; }
  std::optional<WorkflowError> ReadService();
  std::optional<WorkflowError> ReadName(std::string_view text);
  const Value* Parameter(std::string_view field) const;
  LambdaAnswer LocalAnswer(std::string payload) const;
  std::string LogResult() const;
  void Give(LambdaAnswer answer);

  const TaskRequest request_;
  std::shared_ptr<TaskListener> listener_;  // of whoever answers, or gives it up
  const std::shared_ptr<RunningTasks> running_;
  Random& random_;
  const std::function<Timestamp()> now_;
  const std::string request_id_;

  LambdaName name_;
  std::string payload_;
  std::string type_{kRequestResponse};
  std::string client_context_;
  bool wants_log_ = false;
  std::string log_;  // its end
};

}  // namespace gait
