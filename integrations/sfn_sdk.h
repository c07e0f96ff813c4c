// aws-sdk:sfn: every operation of this engine's API as a task.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
#pragma once

#include "engine/base/random.h"
#include "engine/task/integration.h"
#include "integrations/step_functions_service.h"

namespace gait {

class SfnSdkIntegration : public Integration {
 public:
  // Both outlive the integration.
  SfnSdkIntegration(StepFunctionsService& service, Random& random) : service_(service), random_(random) {}

  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override;

 private:
  StepFunctionsService& service_;
  Random& random_;
};

}  // namespace gait
