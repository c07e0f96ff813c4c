// What is fixed about an execution when it starts.
#pragma once

#include <string>

#include "engine/base/arn.h"
#include "engine/base/timestamp.h"

namespace gait {

class Decisions;

enum class StateMachineType : uint8_t { kStandard, kExpress };

constexpr std::string_view TypeName(StateMachineType type) {
  return type == StateMachineType::kStandard ? "STANDARD" : "EXPRESS";
}

struct ExecutionInfo {
  int64_t id = 0;  // of its record; given by the runner
  std::string arn;
  std::string name;
  std::string state_machine_arn;  // of the context object: unqualified, or with the Map's label for its children
  std::string state_machine_name;
  std::string role_arn;
  StateMachineType type = StateMachineType::kStandard;
  Account account;
  std::string started_by;  // the idempotency key of the task that started it; "" if none did
  // What is written into its first event: the test case of the mock configuration that it runs; "" if none. An
  // execution that was recovered has it from there: see Progress::test_case.
  std::string test_case = {};
  int64_t definition_id = 0;       // of its revision's record
  int64_t redrive_count = 0;       // when it was started, recovered or redriven: for those who are told of its events
  Decisions* decisions = nullptr;  // told what its states decide, and those of its children; null: nobody is
};

}  // namespace gait
