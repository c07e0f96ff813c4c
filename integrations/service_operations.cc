#include "integrations/service_operations.h"

#include <algorithm>

namespace gait {
namespace {

// Optimised integrations whose result is none of an API's operation.
struct NoOperation {
  std::string_view service, action;  // "" for every action
};
constexpr NoOperation kNoOperations[] = {{"http", ""}, {"apigateway", ""}, {"eks", "call"}, {"eks", "runJob"}};

// Optimised integrations that are called as another service of the SDK.
struct CalledAs {
  std::string_view service, action, called;
};
constexpr CalledAs kCalledAs[] = {{"bedrock", "invokeModel", "bedrock-runtime"}};

// What `.sync` asks until the job has ended.
struct Polled {
  std::string_view service, action, polled;
};
constexpr Polled kPolled[] = {
    {"athena", "startQueryExecution", "getQueryExecution"},
    {"batch", "submitJob", "describeJobs"},
    {"bedrock", "createModelCustomizationJob", "getModelCustomizationJob"},
    {"codebuild", "startBuild", "batchGetBuilds"},
    {"codebuild", "startBuildBatch", "batchGetBuildBatches"},
    {"databrew", "startJobRun", "describeJobRun"},
    {"ecs", "runTask", "describeTasks"},
    {"eks", "createCluster", "describeCluster"},
    {"eks", "createFargateProfile", "describeFargateProfile"},
    {"eks", "createNodegroup", "describeNodegroup"},
    {"eks", "deleteCluster", "describeCluster"},
    {"eks", "deleteFargateProfile", "describeFargateProfile"},
    {"eks", "deleteNodegroup", "describeNodegroup"},
    {"elasticmapreduce", "addStep", "describeStep"},
    {"elasticmapreduce", "createCluster", "describeCluster"},
    {"elasticmapreduce", "terminateCluster", "describeCluster"},
    {"emr-containers", "deleteVirtualCluster", "describeVirtualCluster"},
    {"emr-containers", "startJobRun", "describeJobRun"},
    {"emr-serverless", "cancelJobRun", "getJobRun"},
    {"emr-serverless", "createApplication", "getApplication"},
    {"emr-serverless", "deleteApplication", "getApplication"},
    {"emr-serverless", "startApplication", "getApplication"},
    {"emr-serverless", "startJobRun", "getJobRun"},
    {"emr-serverless", "stopApplication", "getApplication"},
    {"glue", "startJobRun", "getJobRun"},
    {"mediaconvert", "createJob", "getJob"},
    {"sagemaker", "createHyperParameterTuningJob", "describeHyperParameterTuningJob"},
    {"sagemaker", "createLabelingJob", "describeLabelingJob"},
    {"sagemaker", "createProcessingJob", "describeProcessingJob"},
    {"sagemaker", "createTrainingJob", "describeTrainingJob"},
    {"sagemaker", "createTransformJob", "describeTransformJob"},
    {"states", "startExecution", "describeExecution"},
};

// Members of an optimised integration's result that are JSON where the API has bytes.
constexpr CalledAs kJsonMembers[] = {{"bedrock", "invokeModel", "Body"}, {"lambda", "invoke", "Payload"}};

constexpr std::string_view kSdk = "aws-sdk:";

}  // namespace

std::optional<ServiceOperation> ServiceOperationOf(const TaskResource& resource) {
  if (resource.kind != TaskResource::Kind::kService || resource.pattern == TaskPattern::kWaitForTaskToken) {
    return std::nullopt;
  }
  const std::string_view service = resource.service, action = resource.action;
  if (service.starts_with(kSdk)) {
    return ServiceOperation{std::string(service.substr(kSdk.size())), std::string(action), ""};
  }
  const auto names = [&](const auto& row) { return row.service == service && row.action == action; };
  for (const NoOperation& row : kNoOperations) {
    if (row.service == service && (row.action.empty() || row.action == action)) return std::nullopt;
  }
  ServiceOperation operation{std::string(service), std::string(action), ""};
  if (resource.pattern != TaskPattern::kRequestResponse) {
    const auto polled = std::find_if(std::begin(kPolled), std::end(kPolled), names);
    if (polled == std::end(kPolled)) return std::nullopt;
    operation.action = polled->polled;
    return operation;
  }
  const auto called = std::find_if(std::begin(kCalledAs), std::end(kCalledAs), names);
  if (called != std::end(kCalledAs)) operation.service = called->called;
  const auto json = std::find_if(std::begin(kJsonMembers), std::end(kJsonMembers), names);
  if (json != std::end(kJsonMembers)) operation.any_member = json->called;
  return operation;
}

}  // namespace gait
