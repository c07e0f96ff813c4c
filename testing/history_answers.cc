#include "testing/history_answers.h"

#include <algorithm>
#include <map>

#include "engine/base/error_names.h"
#include "engine/history/event_table.h"

namespace gait {
namespace {

using T = EventType;

bool TimesTaskOut(T type) {
  return type == T::kTaskTimedOut || type == T::kLambdaFunctionTimedOut || type == T::kActivityTimedOut;
}

std::optional<std::string> TextOf(const HistoryEvent& event, EventField field) {
  const Value* text = event.Get(field);
  return text == nullptr || !text->is_string() ? std::nullopt : std::optional<std::string>(text->as_string());
}

void Answer(RecordedTask& task, const HistoryEvent& event, const HistoryEvent& scheduled,
            const RecordedHistory& history) {
  task.answer_event = event.id;
  task.after = std::max(event.timestamp - scheduled.timestamp, Duration());
  if (SucceedsTask(event.type)) {
    if (event.payload.present()) task.answer = Result<Value>(event.payload.value());
    // A function that gave nothing back has no output.
    if (!event.payload.present() && !history.Unknown(event)) task.answer = Result<Value>(Value::Null());
    return;
  }
  task.timed_out = TimesTaskOut(event.type);
  WorkflowError error{TextOf(event, EventField::kError), TextOf(event, EventField::kCause)};
  if (task.timed_out && !error.error) error.error = std::string(error_names::kTimeout);
  task.answer = Result<Value>(std::move(error));
}

}  // namespace

bool SchedulesTask(T type) {
  return type == T::kTaskScheduled || type == T::kLambdaFunctionScheduled || type == T::kActivityScheduled;
}

bool SucceedsTask(T type) {
  return type == T::kTaskSucceeded || type == T::kLambdaFunctionSucceeded || type == T::kActivitySucceeded;
}

bool FailsTask(T type) {
  switch (type) {
    case T::kTaskFailed:
    case T::kTaskStartFailed:
    case T::kTaskSubmitFailed:
    case T::kTaskTimedOut:
    case T::kLambdaFunctionFailed:
    case T::kLambdaFunctionScheduleFailed:
    case T::kLambdaFunctionStartFailed:
    case T::kLambdaFunctionTimedOut:
    case T::kActivityFailed:
    case T::kActivityScheduleFailed:
    case T::kActivityTimedOut: return true;
    default: return false;
  }
}

std::vector<RecordedTask> TasksOf(const RecordedHistory& history, const HistoryTree& tree) {
  std::vector<RecordedTask> tasks;
  for (const auto& branch : tree.branches()) {
    const HistoryEvent* scheduled = nullptr;  // the one under way
    std::string state;
    std::map<std::string, int64_t> numbers;
    for (const HistoryEvent& event : branch->events) {
      if (RowOf(event.type).number == NumberMeaning::kState) {
        state = event.name.as_string();
        scheduled = nullptr;
      } else if (SchedulesTask(event.type)) {
        scheduled = &event;
        RecordedTask task;
        task.branch = branch->path;
        task.state = state;
        task.number = numbers[state]++;
        task.scheduled_event = event.id;
        task.scheduled_type = event.type;
        tasks.push_back(std::move(task));
      } else if (scheduled != nullptr && (SucceedsTask(event.type) || FailsTask(event.type))) {
        Answer(tasks.back(), event, *scheduled, history);
        scheduled = nullptr;
      }
    }
  }
  std::sort(tasks.begin(), tasks.end(),
            [](const auto& a, const auto& b) { return a.scheduled_event < b.scheduled_event; });
  return tasks;
}

}  // namespace gait
