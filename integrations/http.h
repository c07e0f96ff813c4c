// HTTP Tasks: `arn:aws:states:::http:invoke` calls any HTTP API.
// https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html; for people: docs/http.md
#pragma once

#include <cstddef>
#include <memory>

#include "engine/task/integration.h"
#include "integrations/http_client.h"
#include "integrations/running_tasks.h"

namespace gait {

class HttpIntegration : public Integration {
 public:
  // A response whose body has more than `payload_bytes_max` fails the task. `client` must outlive the integration.
  HttpIntegration(HttpClient& client, size_t payload_bytes_max);
  ~HttpIntegration() override { Close(); }

  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override;
  void Stop(const TaskId& id) override { running_->Stop(id); }
  // Of the methods that change nothing (RFC 9110, 9.2.1).
  bool IsIdempotent(const TaskRequest& request) const override;

  void Close() override { running_->Close(); }

 private:
  HttpClient& client_;
  const size_t payload_bytes_max_;
  const std::shared_ptr<RunningTasks> running_ = std::make_shared<RunningTasks>();
};

}  // namespace gait
