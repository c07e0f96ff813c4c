// What AWS's services answer, as botocore describes it: the shapes of their operations' outputs. Read from where
// botocore is installed, a service at a time, when it is asked for; gait ships none.
// https://botocore.amazonaws.com/v1/documentation/api/latest/reference/loaders.html
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/json/value.h"

namespace gait {

// One service: a service-2.json without its documentation. Immutable.
class ServiceModel {
 public:
  explicit ServiceModel(const Value& model);

  // As the model spells it: "PutItem" for "putItem"; empty if the service has no such operation.
  std::optional<std::string> OperationName(std::string_view action) const;
  // The shape of its output: null if it answers with nothing.
  const Value* OutputOf(std::string_view operation) const;
  // The shape that a reference (`{"shape": "Name", ...}`) names; null if the model lacks it.
  const Value* ShapeOf(const Value& reference) const;

 private:
  Value operations_, shapes_;
};

// Shared and locked.
class ServiceModels {
 public:
  // Each folder holds SERVICE/VERSION/service-2.json, or service-2.json.gz; the first that has a service counts. No
  // folders: those where botocore keeps its own.
  explicit ServiceModels(std::vector<std::string> folders);

  // By the name of its folder, the hyphens left out or not, or by AWS's name in `aws-sdk:NAME`. Null if no folder has
  // it, or what it has cannot be read.
  std::shared_ptr<const ServiceModel> Find(std::string_view service);

  // Where it looks, for people; "" if there is no such folder here.
  std::string Places() const;

 private:
  std::optional<std::string> FileOf(std::string_view service) const;

  // More services than a test suite uses; beyond, all are read anew.
  static constexpr size_t kKept = 32;

  const std::vector<std::string> folders_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const ServiceModel>> models_;  // by file; guarded by mutex_
};

}  // namespace gait
