#include "engine/base/arn.h"

#include <array>

namespace gait {
namespace {

std::string Join(const Account& account, std::string_view service, std::string_view resource) {
  std::string arn = "arn:" + account.partition + ":";
  arn.append(service).append(":").append(account.region).append(":").append(account.id).append(":").append(resource);
  return arn;
}

}  // namespace

std::string_view Arn::resource_type() const { return resource.substr(0, resource.find(':')); }

std::string_view Arn::resource_name() const {
  const size_t colon = resource.find(':');
  return colon == std::string_view::npos ? std::string_view() : resource.substr(colon + 1);
}

std::optional<Arn> ParseArn(std::string_view text) {
  std::array<std::string_view, 5> part;
  for (std::string_view& p : part) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    p = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (part[0] != "arn") return std::nullopt;
  return Arn{part[1], part[2], part[3], part[4], text};
}

std::string StateMachineArn(const Account& account, std::string_view name) {
  return Join(account, "states", std::string("stateMachine:").append(name));
}

std::string ExecutionArn(const Account& account, std::string_view state_machine_name, std::string_view name) {
  return Join(account, "states", std::string("execution:").append(state_machine_name).append(":").append(name));
}

std::string ExpressExecutionArn(const Account& account, std::string_view state_machine_name, std::string_view name,
                                std::string_view run_id) {
  return Join(account, "states",
              std::string("express:").append(state_machine_name).append(":").append(name).append(":").append(run_id));
}

std::string MapRunArn(const Account& account, std::string_view state_machine_name, std::string_view label,
                      std::string_view run_id) {
  return Join(account, "states",
              std::string("mapRun:").append(state_machine_name).append("/").append(label).append(":").append(run_id));
}

std::string_view MapRunLabel(std::string_view map_run_arn) {
  const std::string_view rest = map_run_arn.substr(map_run_arn.rfind('/') + 1);
  return rest.substr(0, rest.rfind(':'));
}

std::string_view MapRunMachine(std::string_view map_run_arn) {
  constexpr std::string_view kType = ":mapRun:";
  const std::string_view rest = map_run_arn.substr(map_run_arn.find(kType) + kType.size());
  return rest.substr(0, rest.rfind(':'));
}

std::string ActivityArn(const Account& account, std::string_view name) {
  return Join(account, "states", std::string("activity:").append(name));
}

std::string LambdaFunctionArn(const Account& account, std::string_view function) {
  return Join(account, "lambda", std::string("function:").append(function));
}

}  // namespace gait
