// The operations of the API that this engine has: a row each.
#pragma once

#include <span>
#include <string_view>

#include "api/engine.h"
#include "api/request_checks.h"

namespace gait {

struct Operation {
  std::string_view name;
  std::span<const MemberRow> members;  // of its request
  void (*perform)(EngineCore& engine, const Value& request, Respond respond);
};

std::span<const Operation> Operations();

// The members of the request of one. REQUIRES: there is such an operation.
std::span<const MemberRow> MembersOf(std::string_view operation);

}  // namespace gait
