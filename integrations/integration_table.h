// Which integration does a task's work, by what its Resource names: a row of a table for each service.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/random.h"
#include "engine/base/timestamp.h"
#include "engine/task/integration.h"
#include "integrations/http_client.h"
#include "integrations/lambda.h"
#include "integrations/process.h"
#include "integrations/s3_router.h"
#include "integrations/step_functions_service.h"
#include "integrations/targets.h"

namespace gait {

class IntegrationTable {
 public:
  // `random` and `service` must outlive the table, and so must what `now` reads. `log` is called on any thread.
  IntegrationTable(const Targets& targets, const Quotas& quotas, Random& random, std::function<Timestamp()> now,
                   FunctionLog log, StepFunctionsService& service);
  ~IntegrationTable();

  // Null if nobody does the work.
  Integration* Find(const TaskResource& resource) const;
  // Nobody waits for the task any more, whoever does it.
  void StopTask(const TaskId& id);

  // What Distributed Maps read and write. Works until the table is destroyed, also after Stop: that a reading was cut
  // off must not be what the execution has to say of it.
  S3& s3() { return s3_; }

  // For the functions of the program around: see LambdaIntegration::Register.
  LambdaIntegration& lambda();

  // Gives up all tasks: processes are killed, requests dropped, functions of the program waited for. On return no
  // listener is being told anything, and none will be.
  void Stop();

 private:
  S3Router s3_;
  // Used by the integrations; no thread starts before the first task.
  HttpClient http_;
  ProcessRunner processes_;
  std::vector<std::unique_ptr<Integration>> integrations_;  // by the table's rows
};

}  // namespace gait
