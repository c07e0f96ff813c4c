// RedriveExecution: an execution that ended without success goes on where it was unsuccessful.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/executions.h"

namespace gait {

// Answers when it is durable that the execution runs again.
void RedriveExecution(EngineCore& engine, const Value& request, Respond respond);

// Why the execution cannot be redriven now, in AWS's words; "" if it can. `events`: those of its history that are
// shown.
std::string_view WhyNotRedrivable(const FoundExecution& execution, int64_t events, const Quotas& quotas, Timestamp now);

// When the execution was redriven by a request with this client token, if a repetition of that request is still to be
// answered as the first was: AWS remembers ten tokens, and each for 15 minutes.
std::optional<Timestamp> RedrivenBy(std::string_view client_token, std::span<const HistoryEvent> events, Timestamp now);

// The redrives that are not durable yet: the store shows none of them. Locked.
struct RedrivesUnderWay {
  struct Redrive {
    std::optional<std::string> client_token;
    std::vector<Respond> respond;  // that request, and repetitions of it
  };
  std::mutex mutex;
  std::map<int64_t, Redrive> by_execution;  // guarded by mutex
  std::set<int64_t> before_start;           // guarded by mutex: begun before EngineCore::Start, which leaves them alone
};

}  // namespace gait
