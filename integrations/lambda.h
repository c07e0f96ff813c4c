// Lambda functions, without AWS: a command of this machine, a host that speaks Lambda's Invoke API, or a function of
// the program itself. Tasks name one by its ARN, or by `arn:aws:states:::lambda:invoke`.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html; for people: docs/lambda.md
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/random.h"
#include "engine/base/thread_pool.h"
#include "engine/base/timestamp.h"
#include "engine/task/integration.h"
#include "integrations/http_client.h"
#include "integrations/lambda_invocation.h"
#include "integrations/local_function.h"
#include "integrations/process.h"
#include "integrations/running_tasks.h"
#include "integrations/targets.h"

namespace gait {

// A line that a command wrote to its standard error.
struct FunctionLogLine {
  std::string_view function, execution_arn, state_name, request_id;
  std::string_view line;
};
using FunctionLog = std::function<void(const FunctionLogLine&)>;

class LambdaIntegration : public Integration {
 public:
  // Functions of the program that may run, and block, at a time.
  static constexpr size_t kLocalFunctionsMax = 64;

  // `functions` are the targets file's. `now` dates the answers that are made here; `log` is called on any thread. What
  // is given by reference must outlive the integration.
  LambdaIntegration(const FunctionTargets& functions, HttpClient& http, ProcessRunner& processes, Random& random,
                    std::function<Timestamp()> now, FunctionLog log);
  ~LambdaIntegration() override;

  // Makes a function of the program the target of `name` ("*": of all that have none), in the place of the one it had.
  void Register(std::string name, LocalFunction function, bool idempotent = false);
  void Register(std::string name, AsyncLocalFunction function, bool idempotent = false);

  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override;
  void Stop(const TaskId& id) override { running_->Stop(id); }
  bool IsIdempotent(const TaskRequest& request) const override;

  // The first half of Close: gives up all tasks. Functions of the program may still run.
  void GiveUp() { running_->Close(); }
  // Waits for functions of the program that are running.
  void Close() override;

 private:
  struct Function {
    std::variant<CommandTarget, EndpointTarget, AsyncLocalFunction> target;
    bool idempotent = false;
  };

  std::shared_ptr<const Function> Find(std::string_view name) const;
  void Invoke(const CommandTarget& command, const std::shared_ptr<LambdaInvocation>& invocation);
  void Invoke(const EndpointTarget& endpoint, const std::shared_ptr<LambdaInvocation>& invocation);
  void Invoke(const AsyncLocalFunction& function, const std::shared_ptr<LambdaInvocation>& invocation);

  HttpClient& http_;
  ProcessRunner& processes_;
  Random& random_;
  const std::function<Timestamp()> now_;
  const FunctionLog log_;
  const std::shared_ptr<RunningTasks> running_ = std::make_shared<RunningTasks>();

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Function>, std::less<>> functions_;  // guarded by mutex_

  ThreadPool pool_{kLocalFunctionsMax};
};

}  // namespace gait
