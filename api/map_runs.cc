#include "api/map_runs.h"

#include <algorithm>

#include "api/executions.h"
#include "api/members.h"
#include "api/paging.h"
#include "api/read_arn.h"
#include "engine/run/map_run.h"

namespace gait {
namespace {

std::string_view StatusOfRun(ExecutionStatus status) {
  return status == ExecutionStatus::kTimedOut ? "ABORTED" : StatusName(status);  // a Map Run has no TIMED_OUT
}

Value ToValue(const MapRunTallies& tallies, int64_t MapRunTally::*count, int64_t total, int64_t begun, bool written) {
  const auto number = [&](const MapRunTally& tally) { return Value::Int(tally.*count); };
  return Value::Object({{"pending", Value::Int(total - begun)},
                        {"running", number(tallies.running)},
                        {"succeeded", number(tallies.succeeded)},
                        {"failed", number(tallies.failed)},
                        {"timedOut", number(tallies.timed_out)},
                        {"aborted", number(tallies.aborted)},
                        {"total", Value::Int(total)},
                        {"resultsWritten", Value::Int(written ? total : 0)},
                        {"failuresNotRedrivable", Value::Int(0)},
                        {"pendingRedrive", number(tallies.pending_redrive)}});
}

// As it stands at this moment.
MapRuns::Standing StandingOf(EngineCore& engine, const MapRunRecord& run) {
  if (auto standing = engine.runner().map_runs().Find(run)) return *std::move(standing);
  // What was to be taken up again and was not, is not any more when the run has ended.
  const bool runs = run.status == ExecutionStatus::kRunning;
  return {run, engine.store().CountChildren(run.id, runs ? run.redrive_count : 0)};
}

std::string ArnOfParent(EngineCore& engine, const MapRunRecord& run) {
  const auto parent = engine.store().GetExecution(run.execution_id);
  const auto machine = engine.store().GetStateMachine(parent->state_machine_id);
  return ArnOf(engine, *machine, *parent, engine.store().GetMapRun(parent->map_run_id));
}

}  // namespace

std::variant<MapRunRecord, ApiError> FindMapRun(EngineCore& engine, std::string_view text) {
  auto arn = ReadArn(text, {"mapRun"});
  if (auto* error = std::get_if<ApiError>(&arn)) return std::move(*error);
  auto run = engine.store().FindMapRun(text);
  if (!run) return ResourceNotFound(text);
  return *std::move(run);
}

ApiResult DescribeMapRun(EngineCore& engine, const Value& request) {
  auto found = FindMapRun(engine, TextOf(request, "mapRunArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const auto [run, tallies] = StandingOf(engine, std::get<MapRunRecord>(found));
  const bool ended = run.status != ExecutionStatus::kRunning;
  ObjectBuilder answer;
  answer.Add("mapRunArn", Value::String(run.arn));
  answer.Add("executionArn", Value::String(ArnOfParent(engine, run)));
  answer.Add("status", Value::String(StatusOfRun(run.status)));
  answer.Add("startDate", DateOf(run.started_at));
  if (ended) answer.Add("stopDate", DateOf(run.stopped_at));
  answer.Add("maxConcurrency", Value::Int(run.max_concurrency));
  answer.Add("toleratedFailurePercentage", Value::Double(run.tolerated_failure_percentage.value_or(0)));
  answer.Add("toleratedFailureCount", Value::Int(run.tolerated_failure_count.value_or(0)));
  // Recorded: also those that did not begin, and also without a ResultWriter.
  const bool written = ended && run.counted;
  answer.Add("itemCounts", ToValue(tallies, &MapRunTally::items, run.total_items, run.begun.items, written));
  answer.Add("executionCounts",
             ToValue(tallies, &MapRunTally::children, run.total_children, run.begun.children, written));
  answer.Add("redriveCount", Value::Int(run.redrive_count));
  if (run.redrive_count > 0) answer.Add("redriveDate", DateOf(run.redriven_at));
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
    ObjectBuilder row;
    row.Add("executionArn", Value::String(ArnOfParent(engine, run)));
    row.Add("mapRunArn", Value::String(run.arn));
    row.Add("stateMachineArn", Value::String(StateMachineArn(engine.account(), MapRunMachine(run.arn))));
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
