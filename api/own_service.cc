#include "api/own_service.h"

#include "api/executions.h"
#include "api/operation_table.h"

namespace gait {
namespace {

StepFunctionsService::Answer AnswerOf(ApiResult result) {
  if (auto* error = std::get_if<ApiError>(&result)) {
    return StepFunctionsService::Refusal{std::move(error->code), std::move(error->message), error->status};
  }
  return std::get<Value>(std::move(result));
}

}  // namespace

void OwnService::Call(std::string_view operation, const Value& request, Done done) {
  engine_.Call(operation, request, [done = std::move(done)](ApiResult result) { done(AnswerOf(std::move(result))); });
}

void OwnService::StartChild(const Value& request, const std::string& key, Done done) {
  const Respond respond = [done = std::move(done)](ApiResult result) { done(AnswerOf(std::move(result))); };
  if (auto error = CheckRequest(request, MembersOf("StartExecution"), engine_.options().aws_limits)) {
    return respond(*std::move(error));
  }
  if (engine_.runner().failed()) return respond(CannotStore());
  StartChildExecution(engine_, request, key, respond);
}

void OwnService::DescribeWhenClosed(const std::string& execution_arn, Done done) {
  auto found = FindExecution(engine_, execution_arn);
  if (auto* error = std::get_if<ApiError>(&found)) return done(AnswerOf(std::move(*error)));
  const auto describe = [this, execution_arn, done = std::move(done)] {
    Call("DescribeExecution", Value::Object({{"executionArn", Value::String(execution_arn)}}), done);
  };
  const int64_t id = std::get<FoundExecution>(found).execution.id;
  const auto closes = [&] {
    return engine_.runner().WhenClosed(id, [describe](const ExecutionSnapshot& end) {
      if (end.status != ExecutionStatus::kRunning) describe();  // else both stand still until a restart
    });
  };
  if (closes()) return;
  // Who waits was taken up alone, as gait run does with one of its name: what it waits for goes on as well.
  const ExecutionRecord present = *engine_.store().GetExecution(id);
  if (present.status == ExecutionStatus::kRunning) {
    engine_.Recover(present, /*resume=*/true);
    if (closes()) return;
  }
  describe();
}

}  // namespace gait
