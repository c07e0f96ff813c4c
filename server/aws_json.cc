#include "server/aws_json.h"

#include "engine/json/write.h"

namespace gait {

std::string_view OperationOf(std::string_view target) {
  constexpr std::string_view kPrefix = "AWSStepFunctions.";
  if (target.starts_with("Logs_20140328.")) return target;  // CloudWatch Logs: the engine knows them by the whole name
  return target.starts_with(kPrefix) ? target.substr(kPrefix.size()) : std::string_view();
}

OperationAnswer ProtocolError(int status, std::string_view code, std::string_view message) {
  const Value body = Value::Object({{"__type", Value::String(code)}, {"message", Value::String(message)}});
  return {status, ToJson(body), std::string(code)};
}

}  // namespace gait
