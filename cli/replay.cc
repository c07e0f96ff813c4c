// gait replay: a recorded execution, with another definition.
#include <cstdio>

#include "api/request_checks.h"
#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/files.h"
#include "cli/recording.h"
#include "cli/render.h"
#include "cli/table.h"
#include "engine/history/event_table.h"
#include "engine/json/write.h"
#include "testing/replay.h"

namespace gait::cli {
namespace {

struct Options {
  RecordingOptions recording;
  std::vector<std::string> ignored;
  std::string format = "text";
};

Value ToValue(const ReplayComparison& comparison, const RecordedHistory& history) {
  ObjectBuilder json;
  json.Add("same", Value::Bool(!comparison.difference));
  json.Add("events", Value::Int(static_cast<int64_t>(history.events.size())));
  json.Add("compared", Value::Int(comparison.compared));
  if (const auto& d = comparison.difference) {
    ArrayBuilder values;
    for (const ValueDifference& v : d->values) {
      ObjectBuilder value;
      value.Add("pointer", Value::String(v.pointer));
      if (!v.recorded.is_undefined()) value.Add("recorded", v.recorded);
      if (!v.now.is_undefined()) value.Add("now", v.now);
      values.Add(value.Build());
    }
    json.Add("difference", Value::Object({{"what", Value::String(d->what)},
                                          {"event", Value::Int(d->event)},
                                          {"type", Value::String(d->type)},
                                          {"state", Value::String(d->state)},
                                          {"branch", Value::String(d->branch)},
                                          {"recorded", Value::String(d->recorded)},
                                          {"now", Value::String(d->now)},
                                          {"values", values.Build()}}));
  }
  ArrayBuilder notes;
  for (const std::string& note : comparison.notes) notes.Add(Value::String(note));
  json.Add("notes", notes.Build());
  return json.Build();
}

std::string Shown(const Value& value) {
  constexpr size_t kWidth = 100;
  return value.is_undefined() ? "nothing" : Shortened(ToJson(value), kWidth);
}

void Print(const ReplayComparison& comparison, const RecordedHistory& history) {
  for (const std::string& note : comparison.notes) std::printf("note: %s\n", Printable(note).c_str());
  const auto& d = comparison.difference;
  if (!d) {
    std::printf("no difference: %lld of %zu events were found again, the others follow from them\n",
                static_cast<long long>(comparison.compared), history.events.size());
    return;
  }
  std::printf("the first difference is at event %lld of %zu%s%s", static_cast<long long>(d->event),
              history.events.size(), d->type.empty() ? "" : ", ", d->type.c_str());
  if (!d->state.empty()) std::printf(", in the state '%s'", Printable(d->state).c_str());
  if (!d->branch.empty()) std::printf(", in %s", Printable(d->branch).c_str());
  if (d->values.empty()) {
    std::printf("\n  recorded: %s\n  now:      %s\n", Printable(d->recorded).c_str(), Printable(d->now).c_str());
    return;
  }
  std::printf("\n  %s:\n", Printable(d->now).c_str());
  for (const ValueDifference& v : d->values) {
    std::printf("  %s\n    recorded: %s\n    now:      %s\n",
                v.pointer.empty() ? "the whole" : Printable(v.pointer).c_str(), Shown(v.recorded).c_str(),
                Shown(v.now).c_str());
  }
}

int Replay(const Options& options) {
  for (const std::string& pointer : options.ignored) {
    if (!pointer.starts_with("/")) {
      throw UsageError("--ignore '" + pointer + "' is no JSON pointer: it begins with a slash, as in /order/id");
    }
  }
  const auto recorded = ReadRecording(options.recording);
  if (!recorded) return kUsage;
  const auto run_options = ReplayOptionsOf(options.recording);
  if (!run_options) return kUsage;
  const HistoryTree tree = HistoryTree::Of(recorded->events);
  const ReplayRun run = RunReplay(*recorded, tree, *run_options);
  SameAnyway same;
  same.from = recorded->events.front().timestamp;
  same.to = recorded->events.back().timestamp;
  same.ignored = options.ignored;
  const ReplayComparison comparison = Compare(*recorded, tree, run, same);
  if (options.format == "json") {
    std::printf("%s\n", ToPrettyJson(ToValue(comparison, *recorded)).c_str());
  } else {
    Print(comparison, *recorded);
  }
  return comparison.difference ? kFailed : kSucceeded;
}

}  // namespace

std::function<int()> ConfigureReplay(CommandLine& line) {
  auto options = std::make_shared<Options>();
  AddHistoryArgument(line, options->recording);
  line.Add("DEFINITION", options->recording.definition, "the definition: .asl.json or .asl.yaml").Required();
  AddRecordingOptions(line, options->recording);
  line.Add("--ignore", options->ignored,
           "a JSON pointer into inputs, outputs and parameters that is not compared; * is any one member or "
           "item; may be repeated");
  line.Add("--format", options->format, "how the difference is printed").OneOf({"text", "json"}).ShowDefault();
  return [options] { return Replay(*options); };
}

}  // namespace gait::cli
