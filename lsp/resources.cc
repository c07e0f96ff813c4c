#include "lsp/resources.h"

#include <cstdint>
#include <string_view>

namespace gait::lsp {
namespace {

constexpr uint8_t kResponse = 1, kSync = 2, kCallback = 4, kSync2 = 8;

struct Row {
  std::string_view action;
  uint8_t patterns;
};
constexpr Row kRows[] = {
    {"lambda:invoke", kResponse | kCallback},
    {"states:startExecution", kResponse | kSync | kSync2 | kCallback},
    {"dynamodb:getItem", kResponse},
    {"dynamodb:putItem", kResponse},
    {"dynamodb:updateItem", kResponse},
    {"dynamodb:deleteItem", kResponse},
    {"sns:publish", kResponse | kCallback},
    {"sqs:sendMessage", kResponse | kCallback},
    {"events:putEvents", kResponse | kCallback},
    {"http:invoke", kResponse},
    {"apigateway:invoke", kResponse | kCallback},
    {"athena:startQueryExecution", kResponse | kSync},
    {"athena:stopQueryExecution", kResponse},
    {"athena:getQueryExecution", kResponse},
    {"athena:getQueryResults", kResponse},
    {"batch:submitJob", kResponse | kSync},
    {"bedrock:invokeModel", kResponse},
    {"bedrock:createModelCustomizationJob", kResponse | kSync},
    {"codebuild:startBuild", kResponse | kSync},
    {"codebuild:stopBuild", kResponse},
    {"codebuild:batchDeleteBuilds", kResponse},
    {"codebuild:batchGetReports", kResponse},
    {"codebuild:startBuildBatch", kResponse | kSync},
    {"codebuild:stopBuildBatch", kResponse},
    {"codebuild:retryBuildBatch", kResponse | kSync},
    {"codebuild:deleteBuildBatch", kResponse},
    {"databrew:startJobRun", kResponse | kSync},
    {"ecs:runTask", kResponse | kSync | kCallback},
    {"eks:call", kResponse},
    {"eks:runJob", kResponse | kSync},
    {"eks:createCluster", kResponse | kSync},
    {"eks:deleteCluster", kResponse | kSync},
    {"eks:createFargateProfile", kResponse | kSync},
    {"eks:deleteFargateProfile", kResponse | kSync},
    {"eks:createNodegroup", kResponse | kSync},
    {"eks:deleteNodegroup", kResponse | kSync},
    {"elasticmapreduce:createCluster", kResponse | kSync},
    {"elasticmapreduce:terminateCluster", kResponse | kSync},
    {"elasticmapreduce:addStep", kResponse | kSync},
    {"elasticmapreduce:cancelStep", kResponse},
    {"elasticmapreduce:setClusterTerminationProtection", kResponse},
    {"elasticmapreduce:modifyInstanceFleetByName", kResponse},
    {"elasticmapreduce:modifyInstanceGroupByName", kResponse},
    {"emr-containers:createVirtualCluster", kResponse},
    {"emr-containers:deleteVirtualCluster", kResponse | kSync},
    {"emr-containers:startJobRun", kResponse | kSync},
    {"emr-serverless:createApplication", kResponse | kSync},
    {"emr-serverless:startApplication", kResponse | kSync},
    {"emr-serverless:stopApplication", kResponse | kSync},
    {"emr-serverless:deleteApplication", kResponse | kSync},
    {"emr-serverless:startJobRun", kResponse | kSync},
    {"emr-serverless:cancelJobRun", kResponse | kSync},
    {"glue:startJobRun", kResponse | kSync},
    {"mediaconvert:createJob", kResponse | kSync},
    {"sagemaker:createEndpoint", kResponse},
    {"sagemaker:createEndpointConfig", kResponse},
    {"sagemaker:createHyperParameterTuningJob", kResponse | kSync},
    {"sagemaker:createLabelingJob", kResponse | kSync},
    {"sagemaker:createModel", kResponse},
    {"sagemaker:createProcessingJob", kResponse | kSync},
    {"sagemaker:createTrainingJob", kResponse | kSync},
    {"sagemaker:createTransformJob", kResponse | kSync},
    {"sagemaker:updateEndpoint", kResponse},
};

struct Suffix {
  uint8_t pattern;
  std::string_view text;
};
constexpr Suffix kSuffixes[] = {
    {kResponse, ""}, {kSync, ".sync"}, {kSync2, ".sync:2"}, {kCallback, ".waitForTaskToken"}};

}  // namespace

std::vector<std::string> OptimizedResources() {
  std::vector<std::string> resources;
  for (const Row& row : kRows) {
    for (const Suffix& suffix : kSuffixes) {
      if ((row.patterns & suffix.pattern) == 0) continue;
      resources.push_back("arn:aws:states:::" + std::string(row.action) + std::string(suffix.text));
    }
  }
  return resources;
}

}  // namespace gait::lsp
