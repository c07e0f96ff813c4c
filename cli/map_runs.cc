// gait map-runs: the Map Runs of an execution, and their children.
#include "api/map_runs.h"

#include <cstdio>

#include "cli/answers.h"
#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/find.h"
#include "cli/table.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

struct Options {
  EngineFlags engine;
  std::string execution;
  bool children = false;
  std::string status;
  size_t limit = 50;
  std::string format = "table";
};

std::string TextOf(const Value& object, std::string_view member) {
  const Value* value = object.Find(member);
  return value == nullptr ? "" : value->is_string() ? std::string(value->as_string()) : ToJson(*value);
}

// How long it took; "" while it goes on.
std::string SecondsOf(const Value& answer) {
  if (answer.Find("stopDate") == nullptr) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f",
                static_cast<double>((DateIn(answer, "stopDate") - DateIn(answer, "startDate")).ms) / 1000);
  return text;
}

// Of a Map Run, the newest first.
std::vector<Value> ChildrenOf(EngineCore& core, const std::string& arn, const Options& options) {
  constexpr size_t kPageMax = 1000;
  std::vector<Value> children;
  Value request = Value::Object({{"mapRunArn", Value::String(arn)}});
  if (!options.status.empty()) request = std::move(request).With("statusFilter", Value::String(options.status));
  while (children.size() < options.limit) {
    const size_t size = std::min(kPageMax, options.limit - children.size());
    request = std::move(request).With("maxResults", Value::Int(static_cast<int64_t>(size)));
    const Value page = Answered(ListExecutions(core, request));
    for (const Value& child : page.Find("executions")->items()) children.push_back(child);
    const Value* next = page.Find("nextToken");
    if (next == nullptr) break;
    request = std::move(request).With("nextToken", *next);
  }
  return children;
}

std::string RenderRuns(const std::vector<Value>& runs) {
  Table table({"STARTED", "STATUS", "SECONDS", "STATE", "ITEMS", "PENDING", "RUNNING", "SUCCEEDED", "FAILED",
               "TIMED OUT", "ABORTED", "EXECUTIONS", "REDRIVES", "MAP RUN"});
  for (const Value& run : runs) {
    const Value& items = *run.Find("itemCounts");
    const std::string arn = TextOf(run, "mapRunArn");
    const int64_t pending = items.Find("pending")->as_int() + items.Find("pendingRedrive")->as_int();
    table.Add({FormatTimestamp(DateIn(run, "startDate")), TextOf(run, "status"), SecondsOf(run),
               Printable(TextOf(run, "stateName")), TextOf(items, "total"), std::to_string(pending),
               TextOf(items, "running"), TextOf(items, "succeeded"), TextOf(items, "failed"), TextOf(items, "timedOut"),
               TextOf(items, "aborted"), TextOf(*run.Find("executionCounts"), "total"), TextOf(run, "redriveCount"),
               arn.substr(arn.find('/') + 1)});
  }
  return table.Render();
}

std::string RenderChildren(const std::vector<Value>& children) {
  Table table({"STARTED", "STATUS", "SECONDS", "ITEMS", "REDRIVES", "ARN"});
  for (const Value& child : children) {
    table.Add({FormatTimestamp(DateIn(child, "startDate")), TextOf(child, "status"), SecondsOf(child),
               TextOf(child, "itemCount"), TextOf(child, "redriveCount"), TextOf(child, "executionArn")});
  }
  return table.Render();
}

Value ToJsonValue(const Value& run, const Options& options, const std::vector<Value>& children) {
  Value shown = WithDates(run);
  if (!options.children) return shown;
  ArrayBuilder rows;
  for (const Value& child : children) rows.Add(WithDates(child));
  return std::move(shown).With("children", rows.Build());
}

int List(const Options& options) {
  if (!options.status.empty() && !options.children) throw UsageError("--status chooses children: add --children");
  const auto engine = OpenToRead(options.engine);
  EngineCore& core = engine->core();
  const FoundExecution found = FindByArnOrName(core, options.execution);
  std::vector<Value> runs;
  std::vector<std::vector<Value>> children;
  for (const MapRunRecord& record : core.store().MapRunsOf(found.execution.id)) {
    const Value run = Answered(DescribeMapRun(core, Value::Object({{"mapRunArn", Value::String(record.arn)}})));
    runs.push_back(Value(run).With("stateName", Value::String(record.state_name)));
    children.push_back(options.children ? ChildrenOf(core, record.arn, options) : std::vector<Value>());
  }
  if (options.format == "json") {
    ArrayBuilder json;
    for (size_t i = 0; i < runs.size(); ++i) json.Add(ToJsonValue(runs[i], options, children[i]));
    std::printf("%s\n", ToPrettyJson(json.Build()).c_str());
    return kSucceeded;
  }
  std::printf("%s", RenderRuns(runs).c_str());
  for (size_t i = 0; options.children && i < runs.size(); ++i) {
    std::printf("\n%s\n%s", TextOf(runs[i], "mapRunArn").c_str(), RenderChildren(children[i]).c_str());
  }
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureMapRuns(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("EXECUTION", options->execution, "its ARN or its name").Required();
  AddDatabaseOption(line, options->engine);
  line.AddFlag("--children", options->children, "list the children of each, too");
  line.Add("--status", options->status, "only the children that stand so")
      .OneOf({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"});
  line.Add("--limit", options->limit, "the newest so many children of each").ShowDefault();
  line.Add("--format", options->format, "how they are printed").OneOf({"table", "json"}).ShowDefault();
  AddAccountOptions(line, options->engine);
  return [options] { return List(*options); };
}

}  // namespace gait::cli
