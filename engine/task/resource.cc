#include "engine/task/resource.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/base/arn.h"
#include "engine/base/edit_distance.h"

namespace gait {
namespace {

struct PatternRow {
  TaskPattern pattern;
  std::string_view suffix;
};
constexpr PatternRow kPatterns[] = {
    {TaskPattern::kSync2, ".sync:2"},
    {TaskPattern::kSync, ".sync"},
    {TaskPattern::kWaitForTaskToken, ".waitForTaskToken"},
};

// The optimised integrations: which patterns they have besides request-response, and which actions, blank between them,
// where the guide's list of them is short; "" where it is long or grows. `sync` says which of the actions, "*" all.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
struct ServiceRow {
  std::string_view service;
  std::string_view sync;
  bool callback;
  std::string_view actions;
};
constexpr ServiceRow kServices[] = {
    {"apigateway", "", true, "invoke"},
    {"athena", "startQueryExecution", false,
     "startQueryExecution stopQueryExecution getQueryExecution getQueryResults"},
    {"batch", "*", false, "submitJob"},
    {"bedrock", "createModelCustomizationJob", true, "invokeModel createModelCustomizationJob"},
    {"codebuild", "*", false, ""},
    {"databrew", "*", false, "startJobRun"},
    {"dynamodb", "", false, "getItem putItem updateItem deleteItem"},
    {"ecs", "*", true, "runTask"},
    {"eks", "*", true, ""},
    {"elasticmapreduce", "*", false, ""},
    {"emr-containers", "*", false, ""},
    {"emr-serverless", "*", false, ""},
    {"events", "", true, "putEvents"},
    {"glue", "*", false, "startJobRun"},
    {"http", "", false, "invoke"},
    {"lambda", "", true, "invoke"},
    {"mediaconvert", "*", false, "createJob"},
    {"sagemaker", "*", false, ""},
    {"sns", "", true, "publish"},
    {"sqs", "", true, "sendMessage"},
    {"states", "*", true, "startExecution"},
};

// Services that are reached through aws-sdk alone, and what people call them without it.
constexpr std::string_view kSdkOnly[] = {"cloudformation",
                                         "cloudwatch",
                                         "cloudwatchlogs",
                                         "cognitoidentityprovider",
                                         "comprehend",
                                         "ec2",
                                         "ecr",
                                         "eventbridge",
                                         "firehose",
                                         "iam",
                                         "kinesis",
                                         "kms",
                                         "organizations",
                                         "polly",
                                         "rds",
                                         "redshiftdata",
                                         "rekognition",
                                         "s3",
                                         "scheduler",
                                         "secretsmanager",
                                         "ses",
                                         "sesv2",
                                         "sfn",
                                         "ssm",
                                         "sts",
                                         "textract",
                                         "transcribe",
                                         "translate"};

// What an action of an optimised integration cannot do without: the members that its Parameters or Arguments must
// have. Of the guide's page on each service.
struct ParametersRow {
  std::string_view service, action, required;
};
constexpr ParametersRow kParameters[] = {
    {"apigateway", "invoke", "ApiEndpoint Method"},
    {"athena", "startQueryExecution", "QueryString"},
    {"athena", "stopQueryExecution", "QueryExecutionId"},
    {"athena", "getQueryExecution", "QueryExecutionId"},
    {"athena", "getQueryResults", "QueryExecutionId"},
    {"batch", "submitJob", "JobDefinition JobName JobQueue"},
    {"bedrock", "invokeModel", "ModelId"},
    {"databrew", "startJobRun", "Name"},
    {"dynamodb", "getItem", "TableName Key"},
    {"dynamodb", "putItem", "TableName Item"},
    {"dynamodb", "updateItem", "TableName Key"},
    {"dynamodb", "deleteItem", "TableName Key"},
    {"ecs", "runTask", "TaskDefinition"},
    {"events", "putEvents", "Entries"},
    {"glue", "startJobRun", "JobName"},
    {"http", "invoke", "ApiEndpoint Method"},
    {"lambda", "invoke", "FunctionName"},
    {"mediaconvert", "createJob", "Role Settings"},
    {"sns", "publish", "Message"},
    {"sqs", "sendMessage", "QueueUrl MessageBody"},
    {"states", "startExecution", "StateMachineArn"},
};

constexpr std::string_view kSdk = "aws-sdk:";

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < text.size();) {
    const size_t blank = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, blank - at));
    at = blank + 1;
  }
  return words;
}

bool Has(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const ServiceRow* FindService(std::string_view name) {
  const auto* row =
      std::find_if(std::begin(kServices), std::end(kServices), [&](const ServiceRow& r) { return r.service == name; });
  return row == std::end(kServices) ? nullptr : row;
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::optional<std::string> DoubtOfSdk(const TaskResource& resource) {
  const std::string_view service = std::string_view(resource.service).substr(kSdk.size());
  const auto small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (!std::all_of(service.begin(), service.end(), small)) {
    return "names of services are small letters and digits alone here, such as dynamodb or cloudwatchlogs";
  }
  if (resource.action[0] >= 'A' && resource.action[0] <= 'Z') {
    std::string camel = resource.action;
    camel[0] = static_cast<char>(camel[0] - 'A' + 'a');
    return "actions begin with a small letter: did you mean " + camel + "?";
  }
  if (resource.pattern == TaskPattern::kSync || resource.pattern == TaskPattern::kSync2) {
    return "aws-sdk has no .sync; poll the job, or wait for a callback";
  }
  return std::nullopt;
}

// Of a service that is none of the optimised ones.
std::optional<std::string> DoubtOfService(const TaskResource& resource) {
  std::vector<std::string_view> names;
  for (const ServiceRow& row : kServices) names.push_back(row.service);
  const auto near = DidYouMean(resource.service, names);
  if (std::find(std::begin(kSdkOnly), std::end(kSdkOnly), resource.service) != std::end(kSdkOnly)) {
    return "the service is reached through its SDK: arn:aws:states:::aws-sdk:" + resource.service + ":" +
           resource.action;
  }
  if (near) return "there is no service " + Quoted(resource.service) + "; did you mean " + std::string(*near) + "?";
  // Else one that is newer than this table, perhaps.
  if (resource.service.find(':') != std::string::npos) return "a service has one name, or begins with aws-sdk:";
  return std::nullopt;
}

std::optional<std::string> DoubtOfAction(const ServiceRow& service, const TaskResource& resource) {
  const std::vector<std::string_view> names = Words(service.actions);
  if (names.empty() || Has(names, resource.action)) return std::nullopt;
  const auto near = DidYouMean(resource.action, names);
  std::string hint = std::string(service.service) + " has no action " + Quoted(resource.action);
  if (near) return hint + "; did you mean " + std::string(*near) + "?";
  return hint + " here; the others are reached as arn:aws:states:::aws-sdk:...";
}

}  // namespace

std::string TaskResource::HistoryName() const {
  if (kind != Kind::kService) return arn;
  for (const PatternRow& row : kPatterns) {
    if (row.pattern == pattern) return action + std::string(row.suffix);
  }
  return action;
}

std::optional<TaskResource> ParseTaskResource(std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn) return std::nullopt;
  TaskResource resource;
  resource.arn = text;
  if (arn->service == "lambda") {
    if (arn->resource_type() != "function" || arn->resource_name().empty()) return std::nullopt;
    resource.kind = TaskResource::Kind::kLambdaFunction;
    return resource;
  }
  // Another service's own ARN: the service takes it, and only a target can say what it means.
  if (arn->service != "states") {
    if (arn->service.empty() || arn->resource.empty()) return std::nullopt;
    resource.service = arn->service;
    resource.action = arn->resource;
    return resource;
  }
  if (arn->resource_type() == "activity") {
    if (arn->resource_name().empty() || arn->account.empty()) return std::nullopt;
    resource.kind = TaskResource::Kind::kActivity;
    return resource;
  }
  std::string_view rest = arn->resource;
  for (const PatternRow& row : kPatterns) {
    if (!rest.ends_with(row.suffix)) continue;
    resource.pattern = row.pattern;
    rest.remove_suffix(row.suffix.size());
    break;
  }
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == rest.size()) return std::nullopt;
  resource.service = rest.substr(0, colon);
  resource.action = rest.substr(colon + 1);
  return resource;
}

std::optional<std::string> WhyUnsupported(const TaskResource& resource) {
  if (resource.kind != TaskResource::Kind::kService) return std::nullopt;
  if (ParseArn(resource.arn)->service != "states") return std::nullopt;  // another service's own ARN
  if (resource.service.starts_with(kSdk)) return DoubtOfSdk(resource);
  const ServiceRow* row = FindService(resource.service);
  if (row == nullptr) return DoubtOfService(resource);
  if (auto doubt = DoubtOfAction(*row, resource)) return doubt;
  const std::string no_pattern = "the service does not have this pattern";
  switch (resource.pattern) {
    case TaskPattern::kRequestResponse: return std::nullopt;
    case TaskPattern::kWaitForTaskToken: return row->callback ? std::nullopt : std::optional(no_pattern);
    case TaskPattern::kSync2:
      if (resource.service == "states") return std::nullopt;
      return ".sync:2 is for arn:aws:states:::states:startExecution alone";
    case TaskPattern::kSync: break;
  }
  if (row->sync == "*" || Has(Words(row->sync), resource.action)) return std::nullopt;
  return no_pattern;
}

bool NamesIntegration(std::string_view text, std::string_view integration) {
  const auto arn = ParseArn(text);
  return arn && arn->service == "states" && arn->resource == integration;
}

std::vector<std::string_view> RequiredParameters(const TaskResource& resource) {
  for (const ParametersRow& row : kParameters) {
    if (row.service == resource.service && row.action == resource.action) return Words(row.required);
  }
  return {};
}

}  // namespace gait
