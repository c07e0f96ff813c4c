#include "engine/base/error_names.h"

#include <algorithm>

namespace gait {
namespace {

using namespace error_names;

constexpr ErrorName kReserved[] = {
    // name                        ALL    TaskFailed  by name
    {kAll, true, true, true},
    {kTimeout, true, false, true},
    {kHeartbeatTimeout, true, false, true},
    {kTaskFailed, true, true, true},
    {kPermissions, true, true, true},
    {kResultPathMatchFailure, true, true, true},
    {kParameterPathFailure, true, true, true},
    {kQueryEvaluationError, true, true, true},
    {kBranchFailed, true, true, true},
    {kNoChoiceMatched, true, true, true},
    {kIntrinsicFailure, true, true, true},
    {kExceedToleratedFailureThreshold, true, true, true},
    {kItemReaderFailed, true, true, true},
    {kResultWriterFailed, true, true, true},
    {kDataLimitExceeded, true, true, true},
    {kHttpSocket, true, true, true},
    // Not caught by anything, not even by a Catcher that names it (recorded: test_catch_states_runtime).
    {kRuntime, false, false, false},
};

}  // namespace

std::span<const ErrorName> ReservedErrorNames() { return kReserved; }

bool ErrorMatches(std::string_view pattern, const WorkflowError& error, bool by_heartbeat) {
  const std::string_view name = error.error ? std::string_view(*error.error) : std::string_view();
  const auto* row =
      std::find_if(std::begin(kReserved), std::end(kReserved), [&](const ErrorName& r) { return r.name == name; });
  const bool reserved = row != std::end(kReserved);
  if (pattern == kAll) return !reserved || row->matched_by_all;
  if (pattern == kTaskFailed) return !reserved || row->matched_by_task_failed;
  if (by_heartbeat && pattern == kHeartbeatTimeout) return true;
  return error.error && pattern == name && (!reserved || row->matched_by_name);
}

}  // namespace gait
