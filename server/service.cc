#include "server/service.h"

#include <algorithm>
#include <chrono>

#include "engine/json/write.h"
#include "server/aws_json.h"
#include "server/sigv4.h"

namespace gait {
namespace {

// The service in the scope of a signature.
std::string_view ServiceOf(const RequestView& request) {
  return request.Header("X-Amz-Target").starts_with("Logs_") ? "logs" : "states";
}

Timestamp Now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Reply Refusal(int status, std::string_view code, std::string_view message) {
  return {ProtocolError(status, code, message)};
}

Reply Refusal(const ApiError& error) { return Refusal(error.status, error.code, error.message); }

// AWS takes these, 1.1 for CloudWatch Logs, and says UnknownOperationException to all others (as seen of DynamoDB,
// which has the protocol too). A request that says nothing is none that a browser's form can send.
bool IsJson(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return content_type.empty() || SameName(content_type, kAwsJson) || SameName(content_type, kAwsJson11) ||
         SameName(content_type, "application/json");
}

}  // namespace

bool IsLocalOrigin(std::string_view origin) {
  const size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view host = origin.substr(scheme + 3);
  if (host.starts_with('[')) return host.starts_with("[::1]");
  host = host.substr(0, host.find(':'));
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<Reply> Service::Route(const RequestView& request, bool from_this_machine, Exchange& exchange) {
  exchange.place = metrics_.PlaceOf("other");
  if (access_log_ != nullptr) exchange.access_key_id = AccessKeyIdOf(request);
  if (request.method == "GET") return Get(request, from_this_machine, exchange);
  if (request.method != "POST") return Refusal(405, "MethodNotAllowed", "The API takes POST requests");
  if (!request.body.empty() && !IsJson(request.Header("Content-Type"))) {
    return Refusal(404, "UnknownOperationException", "The Content-Type of a request is application/x-amz-json-1.0");
  }
  const std::string_view operation = OperationOf(request.Header("X-Amz-Target"));
  if (operation.empty()) {
    return Refusal(400, "UnknownOperationException", "The header X-Amz-Target names no operation of AWSStepFunctions");
  }
  exchange.place = metrics_.PlaceOf(operation);
  if (auto forbidden = Forbidden(request)) return forbidden;
  exchange.operation = operation;
  return std::nullopt;
}

std::optional<Reply> Service::Forbidden(const RequestView& request) const {
  if (options_.credentials != nullptr) {
    const auto error = CheckSignature(request, *options_.credentials, ServiceOf(request), Now());
    return error ? std::optional(Refusal(*error)) : std::nullopt;
  }
  // Without credentials the loopback interface is what keeps others out, and a page that a browser on this machine
  // shows is not: by a name that it makes mean 127.0.0.1 (DNS rebinding) it could call.
  const HeaderField* origin = request.Find("Origin");
  if (origin == nullptr || IsLocalOrigin(origin->value)) return std::nullopt;
  return Refusal(403, "AccessDeniedException",
                 "A page from elsewhere may not call; gait serve --auth lets clients that sign");
}

std::optional<Reply> Service::Get(const RequestView& request, bool from_this_machine, Exchange& exchange) {
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  if (path == "/health") {
    exchange.place = metrics_.PlaceOf(path);
    const auto failure = engine_.Failure();
    if (!failure) return Reply{{200, R"({"status":"ok"})", ""}, "application/json"};
    const Value body = Value::Object({{"status", Value::String("failed")}, {"reason", Value::String(*failure)}});
    return Reply{{503, ToJson(body), "ServiceUnavailable"}, "application/json"};
  }
  if (path == "/metrics") {
    exchange.place = metrics_.PlaceOf(path);
    // They name state machines: who may not call does not see them. Prometheus does not sign, but may stand beside.
    if (options_.credentials != nullptr && !from_this_machine) {
      if (auto forbidden = Forbidden(request)) return forbidden;
    }
    return Reply{{200, Metrics(), ""}, "text/plain; version=0.0.4; charset=utf-8"};
  }
  return Refusal(405, "MethodNotAllowed", "The API takes POST requests; GET has /health and /metrics");
}

std::string Service::Metrics() {
  PrometheusText text;
  metrics_.Write(text);
  text.Family("gait_connections", "gauge", "Connections that are open.");
  text.Sample("gait_connections", {}, static_cast<uint64_t>(connections.load()));
  text.Family("gait_connections_refused_total", "counter", "Connections beyond the most that may be open.");
  text.Sample("gait_connections_refused_total", {}, connections_refused.load());
  text.Family("gait_connections_timed_out_total", "counter", "Connections of clients that were slow, or did nothing.");
  text.Sample("gait_connections_timed_out_total", {}, connections_timed_out.load());
  if (access_log_ != nullptr) {
    text.Family("gait_access_log_dropped_total", "counter", "Lines of the access log that could not be written.");
    text.Sample("gait_access_log_dropped_total", {}, access_log_->dropped());
  }
  return engine_.Metrics() + text.Take();
}

void Service::Note(const Exchange& exchange, std::string_view client, int status, std::string_view error_code,
                   uint64_t bytes_out) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - exchange.began;
  metrics_.Count(exchange.place, status, error_code, took.count());
  if (access_log_ == nullptr) return;
  AccessRecord record;
  record.time = Now();
  record.request_id = exchange.request_id;
  record.client = client;
  record.operation = metrics_.NameAt(exchange.place);
  record.status = status;
  record.error_code = error_code;
  record.duration_ms = took.count() * 1000;
  record.bytes_in = exchange.bytes_in;
  record.bytes_out = bytes_out;
  record.access_key_id = exchange.access_key_id;
  access_log_->Add(AccessLogLine(record));
}

}  // namespace gait
