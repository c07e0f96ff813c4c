// What the tasks of a recorded execution were answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/timestamp.h"
#include "engine/json/value.h"
#include "testing/history_file.h"
#include "testing/history_tree.h"

namespace gait {

// One attempt of a Task state.
struct RecordedTask {
  std::string branch;  // HistoryBranch::path
  std::string state;
  int64_t number = 0;           // how many tasks of this state came before in this branch
  int64_t scheduled_event = 0;  // TaskScheduled, LambdaFunctionScheduled, ActivityScheduled
  EventType scheduled_type = EventType::kTaskScheduled;
  int64_t answer_event = 0;             // 0: the recording has none, as it was still under way, or was given up
  std::optional<Result<Value>> answer;  // empty: none, or the recording does not tell what it was
  bool timed_out = false;
  Duration after = {};  // between the two
};

// In the order in which they were scheduled.
std::vector<RecordedTask> TasksOf(const RecordedHistory& history, const HistoryTree& tree);

// Is it an event that gives a task out, one that ends it with success, or one that ends it without?
bool SchedulesTask(EventType type);
bool SucceedsTask(EventType type);
bool FailsTask(EventType type);

}  // namespace gait
