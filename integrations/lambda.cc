#include "integrations/lambda.h"

#include <string.h>

#include <atomic>
#include <cctype>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "integrations/form_encoding.h"
#include "integrations/lambda_answer.h"

namespace gait {
namespace {

// What an HTTP status says where the answer does not name its error.
struct StatusRow {
  int first, last;
  std::string_view code;
};
constexpr StatusRow kCodeOfStatus[] = {{429, 429, "TooManyRequestsException"}, {500, 599, "ServiceException"}};

// "killed": as Lambda's runtime, a Go program, names a signal.
std::string SignalName(int signal) {
  const char* description = sigdescr_np(signal);
  std::string name = description == nullptr ? "signal " + std::to_string(signal) : description;
  name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
  return name;
}

// A program that fails may say how, on its standard output.
bool IsFailurePayload(std::string_view output) {
  const JsonParse parse = ParseJson(output);
  return parse && parse.value->is_object() &&
         (parse.value->Find("errorType") != nullptr || parse.value->Find("errorMessage") != nullptr);
}

// An endpoint that names the whole path of an invocation is taken at its word: Lambda's Runtime Interface Emulator
// knows its one function by the name "function" alone.
std::string InvocationUrl(const EndpointTarget& endpoint, const LambdaName& name) {
  std::string url = endpoint.url;
  if (url.ends_with("/invocations")) return url;
  while (url.ends_with('/')) url.pop_back();
  url += "/2015-03-31/functions/" + name.name + "/invocations";
  if (name.qualifier.empty()) return url;
  return url + "?Qualifier=" + PercentEncode(name.qualifier);
}

std::string HeaderOr(const HttpHeaders& headers, std::string_view name, std::string otherwise) {
  const std::string* value = FindHeader(headers, name);
  return value != nullptr && !value->empty() ? ReplaceInvalidUtf8(*value) : std::move(otherwise);
}

// `{"Type": "User", "Message": "..."}`; some write "message".
std::string RefusalMessage(const HttpResponse& response) {
  if (const JsonParse parse = ParseJson(response.body); parse && parse.value->is_object()) {
    for (std::string_view name : {"Message", "message"}) {
      const Value* message = parse.value->Find(name);
      if (message != nullptr && message->is_string()) return std::string(message->as_string());
    }
  }
  return ReplaceInvalidUtf8(response.status_text);
}

WorkflowError Refusal(const HttpResponse& response, std::string_view request_id) {
  // Lambda appends a URL to it: "ResourceNotFoundException:http://internal.amazon.com/...".
  const std::string type = HeaderOr(response.headers, "x-amzn-ErrorType", "");
  std::string_view code = std::string_view(type).substr(0, type.find(':'));
  for (const StatusRow& row : kCodeOfStatus) {
    if (code.empty() && response.status >= row.first && response.status <= row.last) code = row.code;
  }
  return LambdaRefusal(code, RefusalMessage(response), response.status, request_id);
}

void EndCommand(LambdaInvocation& invocation, ProcessResult result, const CommandTarget& target) {
  // The line break that most languages' print puts behind the answer is no part of it.
  while (result.output.ends_with('\n') || result.output.ends_with('\r')) result.output.pop_back();
  const auto fail = [&](std::string_view type, const std::string& what) {
    invocation.FunctionFailed(RuntimeFailurePayload(type, invocation.request_id(), what));
  };
  switch (result.end) {
    case ProcessResult::End::kExited:
      if (result.status == 0) return invocation.Returned(std::move(result.output));
      if (IsFailurePayload(result.output)) return invocation.FunctionFailed(std::move(result.output));
      return fail("Runtime.ExitError", "Runtime exited with error: exit status " + std::to_string(result.status));
    case ProcessResult::End::kSignalled:
      return fail("Runtime.ExitError", "Runtime exited with error: signal: " + SignalName(result.status));
    case ProcessResult::End::kTooLarge: return invocation.FunctionFailed(TooLargePayload());
    case ProcessResult::End::kFailed:
      return fail("Runtime.InvalidEntrypoint",
                  "cannot run " + target.command[0] + " in " + target.directory + ": " + result.message);
  }
}

void EndRequest(LambdaInvocation& invocation, HttpResponse response) {
  if (response.failure == HttpFailure::kTooLarge) return invocation.FunctionFailed(TooLargePayload());
  if (response.failure != HttpFailure::kNone) return invocation.Failed(LambdaUnreachable(response.message));
  const std::string id = HeaderOr(response.headers, "x-amzn-RequestId", invocation.request_id());
  if (response.status < 200 || response.status > 299) return invocation.Failed(Refusal(response, id));
  const bool waited_for = response.status == 200;
  invocation.Answered(
      {.status = response.status,
       .payload = std::move(response.body),
       .failed = FindHeader(response.headers, "X-Amz-Function-Error") != nullptr,
       .executed_version =
           waited_for ? HeaderOr(response.headers, "X-Amz-Executed-Version", invocation.name().ExecutedVersion()) : "",
       .log_result = HeaderOr(response.headers, "X-Amz-Log-Result", ""),
       .request_id = id,
       .trace_id = HeaderOr(response.headers, "X-Amzn-Trace-Id", ""),
       .date = HeaderOr(response.headers, "Date", "")});
}

}  // namespace

LambdaIntegration::LambdaIntegration(const FunctionTargets& functions, HttpClient& http, ProcessRunner& processes,
                                     Random& random, std::function<Timestamp()> now, FunctionLog log)
    : http_(http), processes_(processes), random_(random), now_(std::move(now)), log_(std::move(log)) {
  for (const auto& [name, f] : functions) {
    auto function = std::make_shared<Function>();
    std::visit([&](const auto& target) { function->target = target; }, f.target);
    function->idempotent = f.idempotent;
    functions_.emplace(name, std::move(function));
  }
}

LambdaIntegration::~LambdaIntegration() { Close(); }

void LambdaIntegration::Close() {
  GiveUp();
  pool_.Stop();
}

void LambdaIntegration::Register(std::string name, LocalFunction function, bool idempotent) {
  const auto begin = [function = std::move(function)](const FunctionCall& call, const FunctionResponder& responder) {
    responder.Succeed(function(call));
  };
  Register(std::move(name), AsyncLocalFunction(begin), idempotent);
}

void LambdaIntegration::Register(std::string name, AsyncLocalFunction function, bool idempotent) {
  auto entry = std::make_shared<const Function>(Function{std::move(function), idempotent});
  const std::lock_guard lock(mutex_);
  functions_.insert_or_assign(std::move(name), std::move(entry));
}

std::shared_ptr<const LambdaIntegration::Function> LambdaIntegration::Find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  auto it = functions_.find(name);
  if (it == functions_.end()) it = functions_.find("*");
  return it == functions_.end() ? nullptr : it->second;
}

void LambdaIntegration::Start(TaskRequest request, std::shared_ptr<TaskListener> listener) {
  const auto invocation = std::make_shared<LambdaInvocation>(std::move(request), listener, running_, random_, now_);
  if (auto error = invocation->Read()) return listener->Failed(*std::move(error));
  const auto function = Find(invocation->name().name);
  if (function == nullptr) {
    return listener->Failed(LambdaRefusal("ResourceNotFoundException",
                                          CauseText(Cause::kFunctionNotFound, {invocation->name().Arn()}), 404,
                                          invocation->request_id()));
  }
  std::visit([&](const auto& target) { Invoke(target, invocation); }, function->target);
}

bool LambdaIntegration::IsIdempotent(const TaskRequest& request) const {
  LambdaInvocation invocation(request, nullptr, nullptr, random_, now_);
  if (invocation.Read()) return false;
  const auto function = Find(invocation.name().name);
  return function != nullptr && function->idempotent;
}

void LambdaIntegration::Invoke(const CommandTarget& command, const std::shared_ptr<LambdaInvocation>& invocation) {
  const TaskRequest& request = invocation->request();
  ProcessSpec spec = {.command = command.command,
                      .directory = command.directory,
                      .environment = {{"AWS_LAMBDA_FUNCTION_NAME", invocation->name().name},
                                      {"AWS_REGION", request.account.region},
                                      {"GAIT_EXECUTION_ARN", request.execution_arn},
                                      {"GAIT_STATE_NAME", request.state_name},
                                      {"GAIT_IDEMPOTENCY_KEY", request.IdempotencyKey()},
                                      {"GAIT_ATTEMPT", std::to_string(request.attempt)}},
                      .input = invocation->payload(),
                      .output_bytes_max = kLambdaAnswerBytesMax};
  if (!request.task_token.empty()) spec.environment.emplace_back("GAIT_TASK_TOKEN", request.task_token);
  spec.environment.insert(spec.environment.end(), command.environment.begin(), command.environment.end());
  const auto log = [invocation, log = log_](std::string_view line) {
    invocation->Log(line);
    if (!log) return;
    log({invocation->name().name, invocation->request().execution_arn, invocation->request().state_name,
         invocation->request_id(), line});
  };
  const auto done = [invocation, command](ProcessResult result) {
    EndCommand(*invocation, std::move(result), command);
  };
  invocation->Begin([&] {
    const auto id = processes_.Run(std::move(spec), log, done);
    return [&processes = processes_, id] { processes.Stop(id); };
  });
}

void LambdaIntegration::Invoke(const EndpointTarget& endpoint, const std::shared_ptr<LambdaInvocation>& invocation) {
  HttpRequest http = {.method = "POST",
                      .url = InvocationUrl(endpoint, invocation->name()),
                      .headers = {{"Content-Type", "application/json"},
                                  {"X-Amz-Invocation-Type", invocation->type()},
                                  {"X-Gait-Idempotency-Key", invocation->request().IdempotencyKey()}},
                      .body = invocation->payload(),
                      .response_bytes_max = kLambdaAnswerBytesMax};
  if (invocation->wants_log()) http.headers.push_back({"X-Amz-Log-Type", "Tail"});
  if (const std::string& context = invocation->client_context(); !context.empty()) {
    http.headers.push_back({"X-Amz-Client-Context", context});
  }
  const auto done = [invocation](HttpResponse response) { EndRequest(*invocation, std::move(response)); };
  running_->Begin(invocation->request().id, [&] {
    const auto id = http_.Send(std::move(http), done);
    return [&client = http_, id] { client.Cancel(id); };
  });
}

void LambdaIntegration::Invoke(const AsyncLocalFunction& function,
                               const std::shared_ptr<LambdaInvocation>& invocation) {
  const TaskRequest& request = invocation->request();
  FunctionCall call = {invocation->payload(), invocation->name().name,  invocation->request_id(), request.execution_arn,
                       request.state_name,    request.IdempotencyKey(), request.attempt,          request.task_token};
  const FunctionResponder responder([invocation](bool failed, std::string payload) {
    failed ? invocation->FunctionFailed(std::move(payload)) : invocation->Returned(std::move(payload));
  });
  const auto given_up = std::make_shared<std::atomic<bool>>(false);
  invocation->Begin([&] {
    pool_.Run([function, call = std::move(call), responder, given_up]() mutable {
      if (!*given_up) CallLocalFunction(function, std::move(call), responder);
    });
    return [given_up, invocation] {
      *given_up = true;
      invocation->GiveUp();
    };
  });
}

}  // namespace gait
