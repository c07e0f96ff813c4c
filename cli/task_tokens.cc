// gait send-task-success, send-task-failure, send-task-heartbeat: answers for the holder of a task token.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "api/engine.h"
#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/files.h"
#include "engine/base/quotas.h"
#include "engine/base/sigv4.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/run/clock.h"
#include "engine/task/task_token.h"
#include "integrations/http_client.h"

namespace gait::cli {
namespace {

struct TokenOptions {
  EngineFlags engine;
  std::string operation;  // "SendTaskSuccess"
  std::string endpoint;
  std::string token;
  std::string output = "{}";
  std::string error, cause;
};

Value RequestOf(const TokenOptions& options) {
  Value request = Value::Object({{"taskToken", Value::String(options.token)}});
  if (options.operation == "SendTaskSuccess") {
    request = std::move(request).With(
        "output", Value::String(ReadJsonArgument(options.output, Quotas::Aws().definition_bytes_max)));
  }
  if (!options.error.empty()) request = std::move(request).With("error", Value::String(options.error));
  if (!options.cause.empty()) request = std::move(request).With("cause", Value::String(options.cause));
  return request;
}

// The Host that the client sends to a URL: without the port that its scheme has anyway.
std::string HostOf(std::string_view url) {
  const bool https = url.starts_with("https://");
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  std::string_view host = url.substr(0, url.find_first_of("/?#"));
  host.remove_prefix(host.rfind('@') + 1);  // npos + 1 is 0
  const std::string_view port = https ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return std::string(host);
}

// Signs it with the keys of the environment, where the AWS CLI has them, too. A server that asks for none does not
// look.
void Sign(HttpRequest& request, const std::string& region) {
  const char* id = std::getenv("AWS_ACCESS_KEY_ID");
  const char* secret = std::getenv("AWS_SECRET_ACCESS_KEY");
  if (id == nullptr || secret == nullptr) return;
  request.headers.push_back({"X-Amz-Date", FormatAmzDate(SystemClock().Now())});
  if (const char* token = std::getenv("AWS_SESSION_TOKEN")) request.headers.push_back({"X-Amz-Security-Token", token});
  const std::string host = HostOf(request.url);
  std::vector<HeaderField> fields = {{"Host", host}};
  for (const HttpHeader& header : request.headers) fields.push_back({header.name, header.value});
  const size_t path = request.url.find('/', request.url.find("://") + 3);
  const std::string target = path == std::string::npos ? "/" : request.url.substr(path);
  request.headers.push_back(
      {"Authorization", AuthorizationOf({request.method, target, fields, request.body}, id, secret, region, "states")});
}

// Asks a server: gait serve, or another that speaks the API.
int SendTo(const TokenOptions& options) {
  HttpRequest request;
  request.method = "POST";
  request.url = options.endpoint;
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", "AWSStepFunctions." + options.operation}};
  request.body = ToJson(RequestOf(options));
  request.timeout = Duration::Seconds(60);
  Sign(request, options.engine.region);
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<HttpResponse> response;
  HttpClient client;
  client.Send(std::move(request), [&](HttpResponse answer) {
    const std::lock_guard lock(mutex);
    response = std::move(answer);
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return response.has_value(); });
  if (response->failure != HttpFailure::kNone) throw UsageError(options.endpoint + ": " + response->message);
  if (response->status == 200) return kSucceeded;
  std::fprintf(stderr, "gait: %s\n", response->body.c_str());
  return kFailed;
}

// Without a server the answer is this process's to act upon: it takes the execution up and goes on with it to its end.
int GoOn(const TokenOptions& options) {
  const auto token = ReadTaskToken(options.token);
  if (!token) throw UsageError("this is no task token of gait's");
  EngineOptions engine_options = ToEngineOptions(options.engine);
  engine_options.resume = false;  // the others stay as they are
  Engine engine(std::move(engine_options));
  EngineCore& core = engine.core();
  const auto execution = core.store().GetExecution(token->task.execution);
  if (execution && execution->status == ExecutionStatus::kRunning) core.Recover(*execution, /*resume=*/true);
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<ExecutionSnapshot> end;
  const bool runs = core.runner().WhenClosed(token->task.execution, [&](const ExecutionSnapshot& snapshot) {
    const std::lock_guard lock(mutex);
    end = snapshot;
    changed.notify_one();
  });
  const OperationAnswer answer = engine.Call(options.operation, ToJson(RequestOf(options)));
  if (!answer.error_code.empty()) {
    std::fprintf(stderr, "gait: %s\n", answer.body.c_str());
    return kFailed;
  }
  if (!runs) return kSucceeded;
  std::fprintf(stderr, "going on with the execution; stop at any time, gait resume takes it up again\n");
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return end.has_value(); });
  std::printf("%s  %s\n", std::string(StatusName(end->status)).c_str(), end->info.arn.c_str());
  return end->status == ExecutionStatus::kSucceeded ? kSucceeded : kFailed;
}

void AddToken(CommandLine& line, TokenOptions& options) {
  line.Add("TOKEN", options.token, "the task token").Required();
}

std::function<int()> Configure(CommandLine& line, std::string operation, const std::shared_ptr<TokenOptions>& options) {
  options->operation = std::move(operation);
  AddToken(line, *options);
  line.Add("--endpoint-url", options->endpoint,
           "the server that has the execution; without one, the database is opened and the execution goes on here");
  AddDatabaseOption(line, options->engine);
  AddEngineOptions(line, options->engine);
  return [options] { return options->endpoint.empty() ? GoOn(*options) : SendTo(*options); };
}

}  // namespace

std::function<int()> ConfigureSendTaskSuccess(CommandLine& line) {
  auto options = std::make_shared<TokenOptions>();
  line.Add("--output", options->output, "the task's result: JSON, @FILE, or - for standard input").ShowDefault();
  return Configure(line, "SendTaskSuccess", options);
}

std::function<int()> ConfigureSendTaskFailure(CommandLine& line) {
  auto options = std::make_shared<TokenOptions>();
  line.Add("--error", options->error, "the error that Retry and Catch match");
  line.Add("--cause", options->cause, "the cause of that");
  return Configure(line, "SendTaskFailure", options);
}

std::function<int()> ConfigureSendTaskHeartbeat(CommandLine& line) {
  auto options = std::make_shared<TokenOptions>();
  options->operation = "SendTaskHeartbeat";
  AddToken(line, *options);
  // Without a server there is nobody whom a heartbeat could keep waiting.
  line.Add("--endpoint-url", options->endpoint, "the server that has the execution").Required();
  return [options] { return SendTo(*options); };
}

}  // namespace gait::cli
