#include "api/map_runs.h"

#include <algorithm>

#include "api/executions.h"
#include "api/members.h"
#include "api/paging.h"
#include "api/read_arn.h"
#include "engine/run/map_run.h"

namespace gait {
namespace {

std::variant<MapRunRecord, ApiError> FindMapRun(EngineCore& engine, std::string_view text) {
  auto arn = ReadArn(text, {"mapRun"});
  if (auto* error = std::get_if<ApiError>(&arn)) return std::move(*error);
  auto run = engine.store().FindMapRun(text);
  if (!run) return ResourceNotFound(text);
  return *std::move(run);
}

std::string_view StatusOfRun(ExecutionStatus status) {
  return status == ExecutionStatus::kTimedOut ? "ABORTED" : StatusName(status);  // a Map Run has no TIMED_OUT
}

struct Counts {
  int64_t total = 0, pending = 0, running = 0, succeeded = 0, failed = 0, timed_out = 0, aborted = 0;
};

Counts CountChildren(EngineCore& engine, const MapRunRecord& run) {
  Counts counts;
  const auto children = engine.store().ChildrenOf(run.id);
  counts.total = std::max(run.total, static_cast<int64_t>(children.size()));
  counts.pending = counts.total - static_cast<int64_t>(children.size());
  for (const ExecutionRecord& child : children) {
    switch (child.status) {
      case ExecutionStatus::kRunning: ++counts.running; break;
      case ExecutionStatus::kSucceeded: ++counts.succeeded; break;
      case ExecutionStatus::kFailed: ++counts.failed; break;
      case ExecutionStatus::kTimedOut: ++counts.timed_out; break;
      case ExecutionStatus::kAborted: ++counts.aborted; break;
    }
  }
  // What a run that has ended did not begin is not begun any more.
  if (run.status != ExecutionStatus::kRunning) counts.aborted += std::exchange(counts.pending, 0);
  return counts;
}

Value ToValue(const Counts& counts) {
  return Value::Object({{"pending", Value::Int(counts.pending)},
                        {"running", Value::Int(counts.running)},
                        {"succeeded", Value::Int(counts.succeeded)},
                        {"failed", Value::Int(counts.failed)},
                        {"timedOut", Value::Int(counts.timed_out)},
                        {"aborted", Value::Int(counts.aborted)},
                        {"total", Value::Int(counts.total)},
                        {"resultsWritten", Value::Int(0)}});
}

std::string ArnOfExecution(EngineCore& engine, int64_t id, std::string& machine_arn) {
  const auto execution = engine.store().GetExecution(id);
  const auto machine = engine.store().GetStateMachine(execution->state_machine_id);
  machine_arn = StateMachineArn(engine.account(), machine->name);
  return ExecutionArn(engine.account(), machine->name, execution->name);
}

}  // namespace

ApiResult DescribeMapRun(EngineCore& engine, const Value& request) {
  auto found = FindMapRun(engine, TextOf(request, "mapRunArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const MapRunRecord& run = std::get<MapRunRecord>(found);
  std::string machine_arn;
  ObjectBuilder answer;
  answer.Add("mapRunArn", Value::String(run.arn));
  answer.Add("executionArn", Value::String(ArnOfExecution(engine, run.execution_id, machine_arn)));
  answer.Add("status", Value::String(StatusOfRun(run.status)));
  answer.Add("startDate", DateOf(run.started_at));
  if (run.status != ExecutionStatus::kRunning) answer.Add("stopDate", DateOf(run.stopped_at));
  answer.Add("maxConcurrency", Value::Int(run.max_concurrency));
  answer.Add("toleratedFailurePercentage", Value::Double(run.tolerated_failure_percentage));
  answer.Add("toleratedFailureCount", Value::Int(run.tolerated_failure_count));
  const Value counts = ToValue(CountChildren(engine, run));
  answer.Add("itemCounts", counts);  // an item an execution, as long as there are no batches
  answer.Add("executionCounts", counts);
  answer.Add("redriveCount", Value::Int(0));
  return answer.Build();
}

ApiResult ListMapRuns(EngineCore& engine, const Value& request) {
  const std::string_view arn = TextOf(request, "executionArn");
  auto found = FindExecution(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const std::string list = "ListMapRuns|" + std::string(arn);
  auto page = ReadPage(request, list, engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  std::vector<MapRunRecord> runs = engine.store().MapRunsOf(std::get<FoundExecution>(found).execution.id);
  std::erase_if(runs, [&](const MapRunRecord& run) { return run.id <= p.position; });
  return AnswerPage("mapRuns", runs, &MapRunRecord::id, p, list, engine.clock().Now(), [&](const MapRunRecord& run) {
    std::string machine_arn;
    ObjectBuilder row;
    row.Add("executionArn", Value::String(ArnOfExecution(engine, run.execution_id, machine_arn)));
    row.Add("mapRunArn", Value::String(run.arn));
    row.Add("stateMachineArn", Value::String(machine_arn));
    row.Add("startDate", DateOf(run.started_at));
    if (run.status != ExecutionStatus::kRunning) row.Add("stopDate", DateOf(run.stopped_at));
    return row.Build();
  });
}

void UpdateMapRun(EngineCore& engine, const Value& request, Respond respond) {
  auto found = FindMapRun(engine, TextOf(request, "mapRunArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return respond(std::move(*error));
  MapRuns::Change change;
  const auto integer = [&](std::string_view member) {
    const Value* value = request.Find(member);
    return value != nullptr && value->is_int() ? std::optional(value->as_int()) : std::nullopt;
  };
  change.max_concurrency = integer("maxConcurrency");
  change.tolerated_failure_count = integer("toleratedFailureCount");
  if (const Value* value = request.Find("toleratedFailurePercentage"); value != nullptr && value->is_number()) {
    change.tolerated_failure_percentage = value->as_double();
  }
  const bool runs = engine.runner().map_runs().Update(std::get<MapRunRecord>(found), change, [respond](bool durable) {
    respond(durable ? ApiResult(Value::Object()) : CannotStore());
  });
  if (runs) return;
  respond(ApiError{"ValidationException", "The Map Run has ended: it cannot be updated", 400,
                   "CANNOT_UPDATE_COMPLETED_MAP_RUN"});
}

}  // namespace gait
