#include "integrations/lambda_answer.h"

#include <chrono>
#include <cinttypes>
#include <cstdio>

#include "engine/base/cause_table.h"
#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// The headers of an answer in the orders in which AWS shows them: as it keeps them, and sorted.
enum class Header {
  kLogResult,
  kExecutedVersion,
  kRemappedContentLength,
  kConnection,
  kRequestId,
  kContentLength,
  kDate,
  kTraceId,
  kContentType,
};

struct HeaderRow {
  Header header;
  std::string_view name;
};
constexpr HeaderRow kAllHttpHeaders[] = {
    {Header::kLogResult, "X-Amz-Log-Result"},
    {Header::kExecutedVersion, "X-Amz-Executed-Version"},
    {Header::kRemappedContentLength, "x-amzn-Remapped-Content-Length"},
    {Header::kConnection, "Connection"},
    {Header::kRequestId, "x-amzn-RequestId"},
    {Header::kContentLength, "Content-Length"},
    {Header::kDate, "Date"},
    {Header::kTraceId, "X-Amzn-Trace-Id"},
    {Header::kContentType, "Content-Type"},
};
constexpr HeaderRow kHttpHeaders[] = {
    {Header::kConnection, "Connection"},
    {Header::kContentLength, "Content-Length"},
    {Header::kContentType, "Content-Type"},
    {Header::kDate, "Date"},
    {Header::kExecutedVersion, "X-Amz-Executed-Version"},
    {Header::kLogResult, "X-Amz-Log-Result"},
    {Header::kRemappedContentLength, "x-amzn-Remapped-Content-Length"},
    {Header::kRequestId, "x-amzn-RequestId"},
    {Header::kTraceId, "X-Amzn-Trace-Id"},
};

// "" for one that the answer does not have.
std::string HeaderValue(Header header, const LambdaAnswer& answer) {
  switch (header) {
    case Header::kLogResult: return answer.log_result;
    case Header::kExecutedVersion: return answer.executed_version;
    case Header::kRemappedContentLength: return "0";
    case Header::kConnection: return "keep-alive";
    case Header::kRequestId: return answer.request_id;
    case Header::kContentLength: return std::to_string(answer.payload.size());
    case Header::kDate: return answer.date;
    case Header::kTraceId: return answer.trace_id;
    case Header::kContentType: return answer.status == 200 ? "application/json" : "";
  }
  return "";
}

Value SdkHttpMetadata(const LambdaAnswer& answer) {
  ObjectBuilder all, one;
  for (const HeaderRow& row : kAllHttpHeaders) {
    const std::string value = HeaderValue(row.header, answer);
    if (!value.empty()) all.Add(row.name, Value::Array({Value::String(value)}));
  }
  for (const HeaderRow& row : kHttpHeaders) {
    const std::string value = HeaderValue(row.header, answer);
    if (!value.empty()) one.Add(row.name, Value::String(value));
  }
  return Value::Object(
      {{"AllHttpHeaders", all.Build()}, {"HttpHeaders", one.Build()}, {"HttpStatusCode", Value::Int(answer.status)}});
}

}  // namespace

Value PayloadValue(std::string_view payload) {
  if (payload.find_first_not_of(" \t\r\n") == std::string_view::npos) return Value::Null();
  if (const JsonParse parse = ParseJson(payload)) return *parse.value;
  return Value::String(ReplaceInvalidUtf8(payload));
}

Value InvokeOutput(const LambdaAnswer& answer) {
  ObjectBuilder output;
  if (!answer.executed_version.empty()) output.Add("ExecutedVersion", Value::String(answer.executed_version));
  if (!answer.log_result.empty()) output.Add("LogResult", Value::String(answer.log_result));
  // Not recorded for invocations that return nothing.
  output.Add("Payload", answer.status == 200 ? PayloadValue(answer.payload) : Value::String(""));
  output.Add("SdkHttpMetadata", SdkHttpMetadata(answer));
  output.Add("SdkResponseMetadata", Value::Object({{"RequestId", Value::String(answer.request_id)}}));
  output.Add("StatusCode", Value::Int(answer.status));
  return output.Build();
}

WorkflowError FunctionFailure(std::string_view payload, bool compact) {
  const JsonParse parse = ParseJson(payload);
  const Value* type = parse && parse.value->is_object() ? parse.value->Find("errorType") : nullptr;
  const std::string text = parse && compact ? ToJson(*parse.value) : ReplaceInvalidUtf8(payload);
  if (type == nullptr || !type->is_string()) {
    return {"Lambda.Unknown", CauseText(Cause::kNoErrorType, {text})};
  }
  return {std::string(type->as_string()), text};
}

WorkflowError LambdaRefusal(std::string_view code, std::string_view message, int status, std::string_view request_id) {
  // The SDK's name for an error that the service's model does not have.
  const std::string_view error = code.empty() ? "AWSLambdaException" : code;
  return {"Lambda." + std::string(error),
          CauseText(Cause::kServiceRefusal,
                    {message, "AWSLambda", std::to_string(status), code.empty() ? "null" : code, request_id})};
}

WorkflowError LambdaUnreachable(std::string_view message) {
  return {"Lambda.SdkClientException", CauseText(Cause::kRequestNotExecuted, {message})};
}

std::string FailurePayload(std::string_view type, std::string_view message) {
  return ToJson(Value::Object({{"errorMessage", Value::String(ReplaceInvalidUtf8(message))},
                               {"errorType", Value::String(ReplaceInvalidUtf8(type))}}));
}

std::string RuntimeFailurePayload(std::string_view type, std::string_view request_id, std::string_view what) {
  std::string message = "RequestId: ";
  message.append(request_id).append(" Error: ").append(what);
  return ToJson(Value::Object(
      {{"errorType", Value::String(type)}, {"errorMessage", Value::String(ReplaceInvalidUtf8(message))}}));
}

std::string TooLargePayload() {
  return FailurePayload("Function.ResponseSizeTooLarge",
                        "Response payload size exceeded maximum allowed payload size (" +
                            std::to_string(kLambdaAnswerBytesMax) + " bytes).");
}

// Not strftime's: that speaks the language of the program around.
std::string HttpDate(Timestamp t) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto moment = std::chrono::floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(t.ms)));
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(moment - midnight);
  char text[48];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(midnight).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string MakeTraceId(Random& random, Timestamp now) {
  const uint64_t high = random.Next(), low = random.Next(), parent = random.Next();
  char text[96];
  std::snprintf(text, sizeof text, "Root=1-%08" PRIx32 "-%016" PRIx64 "%08" PRIx32 ";Parent=%016" PRIx64 ";Sampled=0",
                static_cast<uint32_t>(now.ms / 1000), high, static_cast<uint32_t>(low), parent);
  return text;
}

}  // namespace gait
