#include "integrations/integration_table.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "integrations/http.h"
#include "integrations/s3_sdk.h"
#include "integrations/sfn_sdk.h"
#include "integrations/start_execution.h"

namespace gait {
namespace {

// What integrations are made of.
struct Parts {
  const Targets& targets;
  const Quotas& quotas;
  const S3& s3;
  HttpClient& http;
  ProcessRunner& processes;
  Random& random;
  const std::function<Timestamp()>& now;
  const FunctionLog& log;
  StepFunctionsService& service;
};

struct Row {
  std::string_view service;  // of the Resource; "lambda" for the ARN of a function, too
  std::string_view action;   // "" for every one
  std::unique_ptr<Integration> (*make)(const Parts& parts);
};

constexpr Row kRows[] = {
    {"lambda", "invoke",
     [](const Parts& p) -> std::unique_ptr<Integration> {
       return std::make_unique<LambdaIntegration>(p.targets.functions, p.http, p.processes, p.random, p.now, p.log);
     }},
    {"http", "invoke",
     [](const Parts& p) -> std::unique_ptr<Integration> {
       return std::make_unique<HttpIntegration>(p.http, p.quotas.payload_bytes_max);
     }},
    {"states", "startExecution",
     [](const Parts& p) -> std::unique_ptr<Integration> {
       return std::make_unique<StartExecutionIntegration>(p.service, p.random, p.now);
     }},
    {"aws-sdk:sfn", "",
     [](const Parts& p) -> std::unique_ptr<Integration> {
       return std::make_unique<SfnSdkIntegration>(p.service, p.random);
     }},
    {"aws-sdk:s3", "",
     [](const Parts& p) -> std::unique_ptr<Integration> {
       return std::make_unique<S3SdkIntegration>(p.s3, p.quotas.payload_bytes_max, p.random);
     }},
};

constexpr size_t RowOf(std::string_view service) {
  return static_cast<size_t>(
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.service == service; }) -
      std::begin(kRows));
}

}  // namespace

IntegrationTable::IntegrationTable(const Targets& targets, const Quotas& quotas, Random& random,
                                   std::function<Timestamp()> now, FunctionLog log, StepFunctionsService& service)
    : s3_(targets.buckets) {
  for (const Row& row : kRows) {
    integrations_.push_back(row.make({targets, quotas, s3_, http_, processes_, random, now, log, service}));
  }
}

IntegrationTable::~IntegrationTable() {
  Stop();
  s3_.Stop();  // nobody is told of it any more
}

Integration* IntegrationTable::Find(const TaskResource& resource) const {
  const bool is_function = resource.kind == TaskResource::Kind::kLambdaFunction;
  if (resource.kind == TaskResource::Kind::kActivity) return nullptr;
  const size_t row = RowOf(is_function ? std::string_view("lambda") : resource.service);
  if (row == std::size(kRows)) return nullptr;
  const std::string_view action = kRows[row].action;
  return is_function || action.empty() || action == resource.action ? integrations_[row].get() : nullptr;
}

void IntegrationTable::StopTask(const TaskId& id) {
  for (const auto& integration : integrations_) integration->Stop(id);
}

LambdaIntegration& IntegrationTable::lambda() {
  return static_cast<LambdaIntegration&>(*integrations_[RowOf("lambda")]);
}

void IntegrationTable::Stop() {
  processes_.Stop();
  http_.Stop();
  for (const auto& integration : integrations_) integration->Close();
}

}  // namespace gait
