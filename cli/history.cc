#include "cli/history.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/find.h"
#include "cli/table.h"
#include "engine/history/event_table.h"
#include "engine/history/fold.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

std::string Seconds(Duration d) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(d.ms / 1000),
                static_cast<long long>(d.ms % 1000));
  return text;
}

// What an event tells beyond its state, on one line.
std::string Told(const HistoryEvent& event) {
  const EventRow& row = RowOf(event.type);
  std::string told;
  const auto add = [&](std::string_view name, const std::string& value) {
    told += (told.empty() ? "" : "  ") + std::string(name) + "=" + value;
  };
  if (row.number == NumberMeaning::kIndex) add("index", std::to_string(event.number));
  if (row.number == NumberMeaning::kLength) add("length", std::to_string(event.number));
  for (EventField field : row.fields) {
    const Value* value = event.Get(field);
    if (value == nullptr || field == EventField::kRegion || field == EventField::kRoleArn) continue;
    add(FieldName(field), value->is_string() ? std::string(value->as_string()) : ToJson(*value));
  }
  if (!row.payload.empty() && event.payload.present()) add(row.payload, event.payload.text());
  return told;
}

}  // namespace

size_t TerminalWidth(size_t otherwise) {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return otherwise;
}

std::string RenderHistory(std::span<const HistoryEvent> events, size_t width) {
  constexpr size_t kToldMin = 24;
  Progress progress;                      // knows which branch stands where
  std::map<int64_t, std::string> states;  // by the event that entered
  std::vector<std::vector<std::string>> rows;
  size_t others = 0;
  const Timestamp start = events.empty() ? Timestamp{} : events.front().timestamp;
  for (const HistoryEvent& event : events) {
    const Branch* branch = progress.Find(event.branch);
    std::string state = branch == nullptr ? "" : states[branch->entered_event];
    progress.Apply(event);
    if (!IsShown(event.type)) continue;
    if (RowOf(event.type).number == NumberMeaning::kState) state = states[event.id] = event.name.as_string();
    if (EndsExecution(event.type) || event.type == EventType::kExecutionRedriven) state.clear();
    rows.push_back({std::to_string(event.id), Seconds(event.timestamp - start), std::string(RowOf(event.type).name),
                    state, Told(event)});
    size_t taken = 8;
    for (size_t i = 0; i < 4; ++i) taken += DisplayWidth(rows.back()[i]);
    others = std::max(others, taken);
  }
  size_t widths[4] = {2, 7, 4, 5};
  for (const auto& row : rows) {
    for (size_t i = 0; i < 4; ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  const size_t taken = widths[0] + widths[1] + widths[2] + widths[3] + 8;
  const size_t left = width > taken + kToldMin ? width - taken : kToldMin;
  Table table({"ID", "SECONDS", "TYPE", "STATE", "DETAILS"});
  for (auto& row : rows) {
    row[4] = Shortened(row[4], left);
    table.Add(std::move(row));
  }
  return table.Render();
}

std::string HistoryJson(std::span<const HistoryEvent> events) {
  ArrayBuilder rows;
  for (const HistoryEvent& event : events) {
    if (IsShown(event.type)) rows.Add(EventToJson(event));
  }
  return ToPrettyJson(Value::Object({{"events", rows.Build()}}));
}

std::string FailedState(std::span<const HistoryEvent> events) {
  std::map<int64_t, const HistoryEvent*> by_id;
  for (const HistoryEvent& event : events) by_id[event.id] = &event;
  const HistoryEvent* at = events.empty() ? nullptr : &events.back();
  while (at != nullptr) {
    if (RowOf(at->type).number == NumberMeaning::kState) return std::string(at->name.as_string());
    const auto before = by_id.find(at->previous_event_id);
    at = before == by_id.end() || before->second == at ? nullptr : before->second;
  }
  // The second event points to no other: a machine that failed in its first state.
  for (const HistoryEvent& event : events) {
    if (RowOf(event.type).number == NumberMeaning::kState) return std::string(event.name.as_string());
  }
  return "";
}

std::function<int()> ConfigureHistory(CommandLine& line) {
  struct Options {
    EngineFlags engine;
    std::string execution;
    std::string format = "table";
  };
  auto options = std::make_shared<Options>();
  line.Add("EXECUTION", options->execution, "its ARN or its name").Required();
  AddDatabaseOption(line, options->engine);
  line.Add("--format", options->format, "how it is printed").OneOf({"table", "json"}).ShowDefault();
  AddAccountOptions(line, options->engine);
  return [options] {
    const auto engine = OpenToRead(options->engine);
    const FoundExecution found = FindByArnOrName(engine->core(), options->execution);
    const auto events = LoadEvents(engine->core(), found.execution);
    std::printf("%s", options->format == "json" ? (HistoryJson(events) + "\n").c_str()
                                                : RenderHistory(events, TerminalWidth(160)).c_str());
    return kSucceeded;
  };
}

}  // namespace gait::cli
