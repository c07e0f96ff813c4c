// One row for each type of history event: what it is called, what it tells, and how it hangs in the chain of events.
// The API's answers, the stored form, the fold and the tests read it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/history/event.h"

namespace gait {

// How an event of the type relates to the events before and after it (recorded; see docs/history_format.md).
enum class EventLink : uint8_t {
  kChain,      // follows the last event of its branch, and is then the last
  kLeaf,       // follows the last event of its branch, which stays the last: the next event does not point to it
  kNewest,     // a leaf that follows the newest event of its branch, be that a leaf itself
  kStart,      // previousEventId is 0: ExecutionStarted, and what ends an execution from outside
  kIteration,  // of a Map's iterations: see Execution::Link in fold.cc
};

// What the number of an event is.
enum class NumberMeaning : uint8_t {
  kNone,
  kState,    // private: the state's place in its States object
  kNext,     // private: the place of the state to enter next, or kEnd
  kIndex,    // shown as `index`: of a Map's iteration; of a Parallel's branch, which is private
  kLength,   // shown as `length`: of a Map's items
  kCount,    // private: of a Parallel's branches
  kRetrier,  // private: the Retrier's place in Retry
};

inline constexpr int64_t kEnd = -1;      // `next` of a state that ends its States object
inline constexpr int64_t kStartAt = -2;  // `next` of a branch that has not begun
inline constexpr int64_t kNowhere = -3;  // where a transition leads that names no state; in no valid definition

struct EventRow {
  EventType type;
  std::string_view name;     // "PassStateEntered"; gait's own records have none
  std::string_view details;  // the member that holds its fields: "stateEnteredEventDetails"; "" if it has none
  bool has_name;             // `name` in the details
  std::string_view payload;  // "input", "output", "parameters", or "" where the payload is private
  NumberMeaning number;
  EventLink link;
  std::span<const EventField> fields;  // those that the API shows, in the model's order
};

// REQUIRES: `type` is one of the enumeration's.
const EventRow& RowOf(EventType type);
std::optional<EventType> EventTypeOf(std::string_view name);

// All rows, for documentation and tests.
std::span<const EventRow> EventRows();

// "resourceType" and so on; "" for a private field.
std::string_view FieldName(EventField field);

// Is the number one of the enumeration's? What was read from a store may be any.
bool IsEventType(EventType type);
bool IsEventField(EventField field);

// Does the API show events of this type, and count them?
inline bool IsShown(EventType type) { return static_cast<uint8_t>(type) < 200; }

// Is it the last event of an execution?
constexpr bool EndsExecution(EventType type) {
  return type == EventType::kExecutionSucceeded || type == EventType::kExecutionFailed ||
         type == EventType::kExecutionTimedOut || type == EventType::kExecutionAborted;
}

// The event as the API gives it: an object with `timestamp` (seconds since the epoch), `type`, `id`, `previousEventId`
// and the details. Without `include_data` inputs, outputs, parameters and variables are left out, as
// includeExecutionData=false asks.
Value EventToJson(const HistoryEvent& event, bool include_data = true);

}  // namespace gait
