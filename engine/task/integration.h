// What has a task's work done: a Lambda function, an HTTP call, another service. One implementation a file
// (integrations/); the runner starts one when the events that caused the task are durable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/arn.h"
#include "engine/base/result.h"
#include "engine/json/value.h"
#include "engine/task/resource.h"
#include "engine/task/task_id.h"

namespace gait {

struct TaskRequest {
  TaskId id;
  TaskResource resource;
  Value parameters;  // what the state gives it: the effective input, or Parameters
  std::string execution_arn;
  std::string state_name;
  int attempt = 0;         // 0 for the first
  std::string task_token;  // "" unless the pattern is .waitForTaskToken
  Account account;
  std::optional<int64_t> timeout_seconds;

  // The same for every delivery of one attempt, another for each attempt: what a target that must not do its work twice
  // compares. Execution ARN, event id, attempt.
  std::string IdempotencyKey() const {
    return execution_arn + "/" + std::to_string(id.scheduled_event) + "/" + std::to_string(attempt);
  }
};

// Who waits for the answer. Called from any thread, also from within Start; nothing is called after Succeeded or
// Failed, and what is called after the state stopped waiting is dropped.
class TaskListener {
 public:
  virtual ~TaskListener() = default;
  virtual void Succeeded(Value output) = 0;
  virtual void Failed(WorkflowError error) = 0;
  // The request was taken; the result comes by the task token.
  virtual void Submitted(Value output) = 0;

  // Is the exchange with the target itself asked for? Then an HTTP call tells of it before it answers: objects of texts
  // with the members that the API's inspection data has.
  virtual bool wants_exchange() const { return false; }
  virtual void Requested(Value request) { (void)request; }
  virtual void Responded(Value response) { (void)response; }
};

class Integration {
 public:
  virtual ~Integration() = default;

  // Begins the work and returns at once. An integration that cannot answer calls Failed; it never throws for what a
  // target or a user did.
  virtual void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) = 0;

  // Nobody waits for the task any more: its process is killed, its request given up. Does nothing for one that has
  // ended.
  virtual void Stop(const TaskId& id) { (void)id; }

  // Gives up all tasks. On return no listener is being told anything, and none will be; a later Start may only be
  // refused. Not from within a listener.
  virtual void Close() {}

  // May a task that was given out before the engine stopped be given out again, with the same idempotency key?
  virtual bool IsIdempotent(const TaskRequest& request) const {
    (void)request;
    return false;
  }
};

}  // namespace gait
