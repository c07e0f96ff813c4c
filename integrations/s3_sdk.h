// aws-sdk:s3: objects of the buckets that the targets file names, as tasks.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
#pragma once

#include <atomic>

#include "engine/base/random.h"
#include "engine/base/thread_pool.h"
#include "engine/task/integration.h"
#include "integrations/running_tasks.h"
#include "integrations/s3.h"

namespace gait {

class S3SdkIntegration : public Integration {
 public:
  // A larger object than `body_bytes_max` is cut off just beyond it: no state takes that much. `s3` and `random`
  // outlive the integration.
  S3SdkIntegration(const S3& s3, size_t body_bytes_max, Random& random)
      : s3_(s3), body_bytes_max_(body_bytes_max), random_(random) {}
  ~S3SdkIntegration() override { S3SdkIntegration::Close(); }

  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override;
  // What a disk or a host is doing is not stopped; nobody is told of it.
  void Stop(const TaskId& id) override { running_.Stop(id); }
  // Nor waited for, until the integration is destroyed. What has not begun is dropped.
  void Close() override;
  // Each operation leaves the same behind when it is done twice.
  bool IsIdempotent(const TaskRequest&) const override { return true; }

 private:
  const S3& s3_;
  const size_t body_bytes_max_;
  Random& random_;
  RunningTasks running_;
  std::atomic<bool> closed_ = false;
  ThreadPool threads_{4};  // they wait for disks and hosts
};

}  // namespace gait
