// What is to be done once the events of a step are durable. Nothing else leaves an execution.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "engine/base/timestamp.h"
#include "engine/history/event.h"
#include "engine/items/item_batch.h"
#include "engine/items/item_reading.h"
#include "engine/step/message.h"

namespace gait {

class StateGraph;
struct TaskResource;

// Tell the branch when it is `due_at`. A crash before it is due loses nothing: recovery reads the moment in the
// history.
struct StartTimer {
  BranchId branch = 0;
  TimerKind kind = TimerKind::kWait;
  int64_t event = 0;  // the event that it belongs to: see TimerDue
  Timestamp due_at;
};

// Give a task out. Its ...Started event is durable by then; after a crash it is not given out again, unless its target
// is idempotent.
struct DispatchTask {
  BranchId branch = 0;
  int64_t scheduled_event = 0;
  const TaskResource* resource = nullptr;  // the state machine's, which the execution keeps alive
  std::string state_name;
  int attempt = 0;  // 0 for the first
  Payload parameters;
  std::optional<int64_t> timeout_seconds, heartbeat_seconds;
  std::string task_token;  // "" if the pattern has none
  bool recovered = false;  // it was given out before the engine stopped: its outcome is unknown
  std::string test_case;   // of the mock configuration: which attempt of the state it is; "" if the work is done
  int64_t mocked_attempt = 0;
};

// $$.Map.Item of the context object.
struct MapItem {
  int64_t index = 0;
  const Value& value;
  std::string_view source;     // "STATE_DATA", or an URI
  const Value* key = nullptr;  // of a member of an object; null: it is none
};

// The input of each child of a Distributed Map's run. Immutable; called by any thread.
class ItemSelection {
 public:
  virtual ~ItemSelection() = default;
  virtual Result<Value> Select(const MapItem& item) const = 0;
};

// Start, or take up again, a Distributed Map's run. Its MapRunStarted event is durable by then. What an ItemReader
// reads is read again after a crash.
struct StartMapRun {
  BranchId branch = 0;
  Value map_run_arn;
  std::string state_name;
  Value items;  // an array, or an object whose members they are; undefined where an ItemReader brings them
  std::shared_ptr<const ItemReading> reading;      // what that asks for; null where there is none
  std::shared_ptr<const ItemSelection> selection;  // null: the item itself
  std::optional<ItemBatching> batching;            // empty: a child for each
  ResultWriting writing;
  const StateGraph* processor = nullptr;  // the state machine's, which the execution keeps alive
  std::string label;
  bool express_children = false;
  int64_t max_concurrency = 0;                     // 0: no limit but the quota's
  std::optional<int64_t> tolerated_failure_count;  // empty: not given. With neither, the first failure is too many.
  std::optional<double> tolerated_failure_percentage;
  int64_t redrive_count = 0;  // how often it was taken up again
  bool recovered = false;     // it was started before the engine stopped
  std::string test_case;      // that the children run, as their parent does
};

using Effect = std::variant<StartTimer, DispatchTask, StartMapRun>;

}  // namespace gait
