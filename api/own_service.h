// This engine as the service that its tasks call: nested executions, and the API through aws-sdk:sfn.
#pragma once

#include "integrations/step_functions_service.h"

namespace gait {

class EngineCore;

class OwnService : public StepFunctionsService {
 public:
  explicit OwnService(EngineCore& engine) : engine_(engine) {}

  void Call(std::string_view operation, const Value& request, Done done) override;
  void StartChild(const Value& request, const std::string& key, Done done) override;
  void DescribeWhenClosed(const std::string& execution_arn, Done done) override;

 private:
  EngineCore& engine_;
};

}  // namespace gait
