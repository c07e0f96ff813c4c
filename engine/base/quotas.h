// AWS's quotas, as one table of numbers. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace gait {

// What `--limits aws|off` chooses between. Off lifts AWS's numbers; what keeps the process itself safe (kNestingMax)
// stays.
struct Quotas {
  size_t payload_bytes_max = 262'144;          // input or output of a task, state or execution, as UTF-8 JSON
  int64_t history_events_max = 25'000;         // of a STANDARD execution
  size_t definition_bytes_max = 1'048'576;     // text of a state machine definition
  size_t variable_bytes_max = 262'144;         // one variable, and all that one Assign sets
  size_t variables_bytes_max = 10'485'760;     // all variables of an execution together
  int inline_map_concurrency_max = 40;         // iterations of an inline Map that run at a time
  int64_t express_duration_seconds_max = 300;  // of an EXPRESS execution
  size_t activity_pollers_max = 1000;          // workers that wait for a task of one activity
  int64_t open_seconds_max = 31'536'000;       // of an execution that is to be redriven, from its start: 365 days
  int64_t redrivable_seconds_max = 1'209'600;  // of an execution that ended without success: 14 days

  // ExecutionRedriven needs a place in the history, and one event after it.
  bool HasRoomToBeRedriven(int64_t events) const { return events <= history_events_max - 2; }

  static Quotas Aws() { return {}; }
  static Quotas Off() {
    Quotas q;
    q.payload_bytes_max = q.definition_bytes_max = q.variable_bytes_max = q.variables_bytes_max =
        std::numeric_limits<size_t>::max();
    q.activity_pollers_max = std::numeric_limits<size_t>::max();
    q.history_events_max = q.open_seconds_max = q.redrivable_seconds_max = std::numeric_limits<int64_t>::max();
    return q;
  }
};

// Characters, not bytes.
inline constexpr size_t kNameCharactersMax = 80;       // of a state, state machine, execution or activity
inline constexpr size_t kErrorCharactersMax = 256;     // `error` in the API and the history
inline constexpr size_t kCauseCharactersMax = 32'768;  // `cause` in the API and the history

// How deep a JSON value, a definition, or an expression may nest. Not AWS's: everything that recurses over a value
// stays within the smallest thread's stack because of it.
inline constexpr int kNestingMax = 256;

}  // namespace gait
