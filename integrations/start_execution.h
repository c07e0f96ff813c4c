// states:startExecution: a task that starts an execution of another state machine, and may wait for its end.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "engine/base/random.h"
#include "engine/base/timestamp.h"
#include "engine/task/integration.h"
#include "integrations/running_tasks.h"
#include "integrations/step_functions_service.h"

namespace gait {

class StartExecutionIntegration : public Integration {
 public:
  // All outlive the integration.
  StartExecutionIntegration(StepFunctionsService& service, Random& random, std::function<Timestamp()> now)
      : service_(service), random_(random), now_(std::move(now)) {}

  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override;
  // Its answers come from the engine around, which ends them: there is nothing of its own to Close.
  //
  // Stops the execution that a `.sync` task waits for.
  void Stop(const TaskId& id) override { running_->Stop(id); }
  // The execution that the task started knows whose it is.
  bool IsIdempotent(const TaskRequest&) const override { return true; }

 private:
  // The execution that a `.sync` task waits for.
  struct Child {
    std::mutex mutex;
    std::string arn;        // guarded by mutex; "": its start has not been answered yet
    bool given_up = false;  // guarded by mutex: nobody waits for it any more
  };

  void Started(const TaskRequest& request, const Value& answer, const std::shared_ptr<Child>& child,
               const std::shared_ptr<TaskListener>& listener);
  void StopChild(const std::string& arn);

  StepFunctionsService& service_;
  Random& random_;
  const std::function<Timestamp()> now_;
  const std::shared_ptr<RunningTasks> running_ = std::make_shared<RunningTasks>();
};

}  // namespace gait
