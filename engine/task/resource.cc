#include "engine/task/resource.h"

#include <algorithm>
#include <iterator>

#include "engine/base/arn.h"

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

// Which patterns the optimised integrations have besides request-response.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
struct ServiceRow {
  std::string_view service;
  bool sync;
  bool callback;
};
constexpr ServiceRow kServices[] = {
    {"apigateway", false, true},
    {"athena", true, false},
    {"batch", true, false},
    {"bedrock", true, true},
    {"codebuild", true, false},
    {"databrew", true, false},
    {"dynamodb", false, false},
    {"ecs", true, true},
    {"eks", true, true},
    {"elasticmapreduce", true, false},
    {"emr-containers", true, false},
    {"emr-serverless", true, false},
    {"events", false, true},
    {"glue", true, false},
    {"http", false, false},
    {"lambda", false, true},
    {"mediaconvert", true, false},
    {"sagemaker", true, false},
    {"sns", false, true},
    {"sqs", false, true},
    {"states", true, true},
};

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

bool IsSupported(const TaskResource& resource) {
  if (resource.kind != TaskResource::Kind::kService || resource.pattern == TaskPattern::kRequestResponse) {
    return resource.kind != TaskResource::Kind::kService || resource.service.starts_with("aws-sdk:") ||
           resource.service.find(':') == std::string::npos;
  }
  const bool callback = resource.pattern == TaskPattern::kWaitForTaskToken;
  if (resource.service.starts_with("aws-sdk:")) return callback;
  if (resource.pattern == TaskPattern::kSync2)
    return resource.service == "states" && resource.action == "startExecution";
  const auto* row = std::find_if(std::begin(kServices), std::end(kServices),
                                 [&](const ServiceRow& r) { return r.service == resource.service; });
  if (row == std::end(kServices)) return true;
  return callback ? row->callback : row->sync;
}

}  // namespace gait
