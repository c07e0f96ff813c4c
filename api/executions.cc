#include "api/executions.h"

#include <algorithm>

#include "api/json_message.h"
#include "api/map_runs.h"
#include "api/members.h"
#include "api/paging.h"
#include "api/read_arn.h"
#include "api/redrive.h"
#include "api/request_checks.h"
#include "api/state_machine_arn.h"
#include "api/test_cases.h"
#include "engine/base/sha256.h"
#include "engine/history/codec.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/run/map_results.h"

namespace gait {
namespace {

Value Started(std::string_view arn, Timestamp started_at) {
  return Value::Object({{"executionArn", Value::String(arn)}, {"startDate", DateOf(started_at)}});
}

// The name is another execution's. The same start once more is answered with it: while that runs if a client asks, also
// later if it is the task that started it.
ApiResult NameTaken(EngineCore& engine, int64_t state_machine_id, const ExecutionInfo& info, const Payload& input) {
  const ApiError taken{"ExecutionAlreadyExists", "Execution Already Exists: '" + info.arn + "'"};
  const auto present = engine.store().FindExecution(state_machine_id, info.name);
  if (!present) return taken;
  const auto events = LoadEvents(engine, *present);
  if (events.empty()) return taken;
  const Value* started_by = events.front().Get(EventField::kStartedBy);
  const Value* test_case = events.front().Get(EventField::kTestCase);
  const bool own = !info.started_by.empty() && started_by != nullptr && *started_by == Value::String(info.started_by);
  const bool same = info.started_by.empty() && present->status == ExecutionStatus::kRunning &&
                    events.front().payload.text() == input.text() &&
                    (test_case == nullptr ? "" : test_case->as_string()) == info.test_case;
  if (!own && !same) return taken;
  return Started(info.arn, present->started_at);
}

// A name that belongs to the key: the form of a UUID, the bits of its hash.
std::string UuidOf(std::string_view key) {
  const std::string hex = Sha256Hex(key);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-8" + hex.substr(13, 3) + "-a" + hex.substr(17, 3) + "-" +
         hex.substr(20, 12);
}

// Recorded: an EXPRESS child that is redriven begins anew.
void AddDates(ObjectBuilder& answer, const ExecutionRecord& execution) {
  const bool anew = IsExpressChild(execution) && execution.redrive_count > 0;
  answer.Add("startDate", DateOf(anew ? execution.redriven_at : execution.started_at));
  if (execution.status != ExecutionStatus::kRunning) answer.Add("stopDate", DateOf(execution.stopped_at));
}

void AddRedrives(ObjectBuilder& answer, const ExecutionRecord& execution) {
  answer.Add("redriveCount", Value::Int(execution.redrive_count));
  if (execution.redrive_count > 0 && !IsExpressChild(execution)) {
    answer.Add("redriveDate", DateOf(execution.redriven_at));
  }
}

constexpr std::string_view kPendingRedrive = "PENDING_REDRIVE";

// Waits to be taken up again by its Map Run, which was redriven.
bool IsPendingRedrive(const ExecutionRecord& child, const std::optional<MapRunRecord>& run) {
  const bool unsuccessful = child.status != ExecutionStatus::kRunning && child.status != ExecutionStatus::kSucceeded;
  return unsuccessful && run && run->status == ExecutionStatus::kRunning && child.map_redrive < run->redrive_count;
}

std::string_view ShownStatus(const ExecutionRecord& execution, const std::optional<MapRunRecord>& run) {
  return IsPendingRedrive(execution, run) ? kPendingRedrive : StatusName(execution.status);
}

// Those that `filter` and the status that is shown choose. What waits to be redriven is stored with the status that it
// ended with.
std::vector<ExecutionRecord> ListShown(Store& store, ExecutionFilter filter, const std::optional<MapRunRecord>& run,
                                       const std::optional<std::string>& status) {
  const bool redriven = run && run->status == ExecutionStatus::kRunning && run->redrive_count > 0;
  if (!status || !redriven) {
    return status == kPendingRedrive ? std::vector<ExecutionRecord>() : store.ListExecutions(filter);
  }
  const size_t limit = filter.limit;
  std::vector<ExecutionRecord> shown, page;
  do {
    page = store.ListExecutions(filter);
    for (ExecutionRecord& e : page) {
      filter.before_id = e.id;
      if (shown.size() < limit && ShownStatus(e, run) == *status) shown.push_back(std::move(e));
    }
  } while (shown.size() < limit && page.size() == limit);
  return shown;
}

// Whether the execution can be redriven, and why not. A child of a Map Run only with that.
void AddRedriveStatus(ObjectBuilder& answer, std::string_view reason, bool is_child) {
  answer.Add("redriveStatus", Value::String(!reason.empty() ? "NOT_REDRIVABLE"
                                            : is_child      ? "REDRIVABLE_BY_MAP_RUN"
                                                            : "REDRIVABLE"));
  if (!reason.empty()) answer.Add("redriveStatusReason", Value::String(reason));
}

ApiError ForMapRunsAlone(std::string_view what) {
  return {"ValidationException", std::string(what) + " cannot be applied to ListExecutions call with StateMachine ARN"};
}

// As AWS bills an EXPRESS execution: by 100 ms, and by 64 MB. How much memory it took there is not known here.
Value BillingDetails(Duration took) {
  constexpr int64_t kStep = 100, kMemory = 64;
  const int64_t steps = std::max<int64_t>(1, (took.ms + kStep - 1) / kStep);
  return Value::Object(
      {{"billedMemoryUsedInMB", Value::Int(kMemory)}, {"billedDurationInMilliseconds", Value::Int(steps * kStep)}});
}

// With which version, and by which alias, an execution was started.
void AddTarget(ObjectBuilder& answer, const EngineCore& engine, const StateMachineRecord& machine,
               const ExecutionRecord& execution) {
  if (execution.version != 0) {
    answer.Add("stateMachineVersionArn", Value::String(VersionArn(engine, machine, execution.version)));
  }
  if (!execution.alias.empty()) {
    answer.Add("stateMachineAliasArn", Value::String(AliasArn(engine, machine, execution.alias)));
  }
}

Value Included() { return Value::Object({{"included", Value::Bool(true)}}); }

}  // namespace

std::string ArnOf(const EngineCore& engine, const StateMachineRecord& machine, const ExecutionRecord& execution,
                  const std::optional<MapRunRecord>& run) {
  ExecutionInfo info;
  info.account = engine.account();
  info.type = IsExpressChild(execution) ? StateMachineType::kExpress : StateMachineType::kStandard;
  info.state_machine_name = machine.name;
  if (run) info.state_machine_name = MapRunMachine(run->arn);
  return ChildArn(info, execution.name);
}

std::string MachineArnOf(const EngineCore& engine, const StateMachineRecord& machine,
                         const std::optional<MapRunRecord>& run) {
  return StateMachineArn(engine.account(), run ? MapRunMachine(run->arn) : std::string_view(machine.name));
}

std::variant<FoundExecution, ApiError> FindExecution(EngineCore& engine, std::string_view text, bool express) {
  auto read = ReadArn(text, {"execution", express ? "express" : "execution"});
  if (auto* error = std::get_if<ApiError>(&read)) return std::move(*error);
  const Arn& arn = std::get<Arn>(read);
  // Of any region: the database may have been another engine's, which gave the ARN out.
  const std::string_view rest = arn.resource_name();
  const bool is_express = arn.resource_type() == "express";
  if (is_express && rest.find('/') == std::string_view::npos) {
    return InvalidArn("Resource type not valid in this context: express");
  }
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return InvalidArn("Invalid ARN: " + std::string(text));
  // A child of a map run: `MACHINE/LABEL:NAME`.
  const std::string_view machine_name = rest.substr(0, std::min(colon, rest.find('/')));
  auto machine = engine.store().FindStateMachine(machine_name);
  if (!machine) return ExecutionDoesNotExist(text);
  auto execution = engine.store().FindExecution(machine->id, rest.substr(colon + 1));
  const bool removed = execution && execution->status != ExecutionStatus::kRunning && execution->last_segment == 0;
  if (!execution || removed || IsExpressChild(*execution) != is_express) return ExecutionDoesNotExist(text);
  return FoundExecution{*std::move(execution), *std::move(machine)};
}

std::vector<HistoryEvent> LoadEvents(EngineCore& engine, const ExecutionRecord& execution) {
  return DecodeEvents(engine.store().LoadHistory(execution));
}

int64_t CountShown(std::span<const HistoryEvent> events) {
  return std::count_if(events.begin(), events.end(), [](const HistoryEvent& e) { return IsShown(e.type); });
}

namespace {

// The start that a request asks for, with its checks.
std::variant<StartRequest, ApiError> ReadStart(EngineCore& engine, const Value& request, std::string_view key = "") {
  const auto [machine_arn, test_case] = SplitTestCase(engine, TextOf(request, "stateMachineArn"));
  auto found = FindStartTarget(engine, machine_arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const StartTarget& target = std::get<StartTarget>(found);
  const StateMachineRecord& machine = target.machine;
  if (auto error = CheckTestCase(engine, machine.name, test_case)) return *std::move(error);
  if (machine.deleting) return StateMachineDeleting(TextOf(request, "stateMachineArn"));
  std::string name(TextOf(request, "name"));
  const Value* given = request.Find("name");
  if (given == nullptr || given->is_null()) {
    name = !key.empty() ? UuidOf(key) : engine.random().TimeOrderedUuid(engine.clock().Now());
  } else if (!IsValidName(name)) {
    return ApiError{"InvalidName", "Invalid Name: '" + name + "'"};
  }
  const auto invalid_input = [](const std::string& why) {
    return ApiError{"InvalidExecutionInput", "Invalid State Machine Execution Input: '" + why + "'"};
  };
  const std::string_view text = TextOf(request, "input", "{}");
  JsonParse input = ParseJson(text);
  if (!input) return invalid_input(JacksonMessage(text));
  if (text.size() > engine.quotas().payload_bytes_max) {
    return invalid_input("The input exceeds " + std::to_string(engine.quotas().payload_bytes_max) + " bytes");
  }
  StartRequest start = engine.RequestOf(machine, *target.definition, std::move(name));
  start.version = target.version;
  start.alias = target.alias;
  start.input = Payload::FromUser(*std::move(input.value), text);
  start.info.test_case = test_case;
  WarnOfUnknownStates(engine, start);
  return start;
}

}  // namespace

void StartExecution(EngineCore& engine, const Value& request, Respond respond) {
  StartChildExecution(engine, request, "", std::move(respond));
}

void StartChildExecution(EngineCore& engine, const Value& request, const std::string& key, Respond respond) {
  auto read = ReadStart(engine, request, key);
  if (auto* error = std::get_if<ApiError>(&read)) return respond(std::move(*error));
  StartRequest& start = std::get<StartRequest>(read);
  start.info.started_by = key;
  const auto refused = [&engine, machine = start.state_machine_id, info = start.info, input = start.input] {
    ApiResult answer = NameTaken(engine, machine, info, input);
    engine.CountNameInUse(/*same=*/std::holds_alternative<Value>(answer));
    return answer;
  };
  engine.runner().Start(std::move(start),
                        [refused, respond = std::move(respond)](StartResult result, const ExecutionSnapshot& e) {
                          switch (result) {
                            case StartResult::kStarted: return respond(Started(e.info.arn, e.started_at));
                            case StartResult::kNameTaken: return respond(refused());
                            case StartResult::kFailed: return respond(CannotStore());
                          }
                        });
}

void StartSyncExecution(EngineCore& engine, const Value& request, Respond respond) {
  auto read = ReadStart(engine, request);
  if (auto* error = std::get_if<ApiError>(&read)) return respond(std::move(*error));
  StartRequest& start = std::get<StartRequest>(read);
  if (start.info.type != StateMachineType::kExpress) {
    return respond(
        ApiError{"StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"});
  }
  const bool all_data = TextOf(request, "includedData") != "METADATA_ONLY";
  engine.runner().Start(std::move(start), nullptr,
                        [respond = std::move(respond), all_data](const ExecutionSnapshot& e) {
                          if (e.status == ExecutionStatus::kRunning) return respond(CannotStore());
                          ObjectBuilder answer;
                          answer.Add("executionArn", Value::String(e.info.arn));
                          answer.Add("stateMachineArn", Value::String(e.info.state_machine_arn));
                          answer.Add("name", Value::String(e.info.name));
                          answer.Add("startDate", DateOf(e.started_at));
                          answer.Add("stopDate", DateOf(e.stopped_at));
                          answer.Add("status", Value::String(StatusName(e.status)));
                          answer.Add("billingDetails", BillingDetails(e.stopped_at - e.started_at));
                          if (all_data) {
                            if (e.error) answer.Add("error", Value::String(*e.error));
                            if (e.cause) answer.Add("cause", Value::String(*e.cause));
                            answer.Add("input", Value::String(e.input.text()));
                            answer.Add("inputDetails", Included());
                            if (e.status == ExecutionStatus::kSucceeded)
                              answer.Add("output", Value::String(e.output.text()));
                            answer.Add("outputDetails", Included());  // recorded: also of an execution that failed
                          }
                          respond(answer.Build());
                        });
}

void StopExecution(EngineCore& engine, const Value& request, Respond respond) {
  auto found = FindExecution(engine, TextOf(request, "executionArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return respond(std::move(*error));
  const FoundExecution& e = std::get<FoundExecution>(found);
  const auto stopped = [](Timestamp at) { return Value::Object({{"stopDate", DateOf(at)}}); };
  const bool runs = engine.runner().Abort(
      e.execution.id, OptionalText(request, "error"), OptionalText(request, "cause"),
      [=](const ExecutionSnapshot& end) {
        respond(end.status == ExecutionStatus::kRunning ? ApiResult(CannotStore()) : stopped(end.stopped_at));
      });
  if (!runs) respond(stopped(engine.store().GetExecution(e.execution.id)->stopped_at));  // when it ended
}

ApiResult DescribeExecution(EngineCore& engine, const Value& request) {
  const std::string_view arn = TextOf(request, "executionArn");
  auto found = FindExecution(engine, arn, /*express=*/true);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const FoundExecution& e = std::get<FoundExecution>(found);
  const auto& [execution, machine] = e;
  const auto events = LoadEvents(engine, execution);
  ObjectBuilder answer;
  answer.Add("executionArn", Value::String(arn));
  const auto run = engine.store().GetMapRun(execution.map_run_id);  // null but for a child
  answer.Add("stateMachineArn", Value::String(MachineArnOf(engine, machine, run)));
  answer.Add("name", Value::String(execution.name));
  answer.Add("status", Value::String(ShownStatus(execution, run)));
  AddDates(answer, execution);
  AddTarget(answer, engine, machine, execution);
  if (!events.empty() && TextOf(request, "includedData") != "METADATA_ONLY") {
    answer.Add("input", Value::String(events.front().payload.text()));
    answer.Add("inputDetails", Included());
    const HistoryEvent& last = events.back();
    if (execution.status == ExecutionStatus::kSucceeded) {
      answer.Add("output", Value::String(last.payload.text()));
      answer.Add("outputDetails", Included());
    }
    if (EndsExecution(last.type)) {
      if (const Value* error = last.Get(EventField::kError)) answer.Add("error", *error);
      if (const Value* cause = last.Get(EventField::kCause)) answer.Add("cause", *cause);
    }
  }
  if (run) answer.Add("mapRunArn", Value::String(run->arn));
  // Recorded: of a child that runs for the first time nothing is said of redrives; in a list it is.
  if (!run || execution.status != ExecutionStatus::kRunning || execution.redrive_count > 0) {
    AddRedrives(answer, execution);
  }
  AddRedriveStatus(answer, WhyNotRedrivable(e, CountShown(events), engine.quotas(), engine.clock().Now()),
                   execution.map_run_id != 0);
  return answer.Build();
}

ApiResult ListExecutions(EngineCore& engine, const Value& request) {
  ExecutionFilter filter;
  const auto status = OptionalText(request, "statusFilter");
  const auto redriven = OptionalText(request, "redriveFilter");
  if (request.Find("stateMachineArn") != nullptr) {
    if (request.Find("mapRunArn") != nullptr) {
      return ApiError{"ValidationException",
                      "Either the state machine ARN or the map run ARN can be specified, not both"};
    }
    // Recorded of the one; the other is said in the API reference alone.
    if (redriven) return ForMapRunsAlone("RedriveFilter");
    if (status == kPendingRedrive) return ForMapRunsAlone("StatusFilter PENDING_REDRIVE");
  }
  if (redriven) filter.redriven = redriven == "REDRIVEN";
  StateMachineRecord machine;
  std::optional<MapRunRecord> run;  // whose children are listed
  std::string list = "ListExecutions|";
  if (request.Find("stateMachineArn") != nullptr) {
    const std::string_view arn = TextOf(request, "stateMachineArn");
    auto found = FindQualified(engine, arn);
    if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
    auto& qualified = std::get<QualifiedStateMachine>(found);
    machine = std::move(qualified.machine);
    if (machine.type == "EXPRESS") {
      return ApiError{"StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"};
    }
    filter.state_machine_id = machine.id;
    if (qualified.version) filter.version = qualified.version->number;
    if (qualified.alias) filter.alias = std::move(qualified.alias->name);
    list += arn;
  } else if (request.Find("mapRunArn") != nullptr) {
    const std::string_view arn = TextOf(request, "mapRunArn");
    auto found = FindMapRun(engine, arn);
    if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
    run = std::get<MapRunRecord>(std::move(found));
    filter.map_run_id = run->id;
    const auto parent = engine.store().GetExecution(run->execution_id);
    filter.state_machine_id = parent->state_machine_id;
    machine = *engine.store().GetStateMachine(parent->state_machine_id);
    list += arn;
  } else {
    return ApiError{"ValidationException", "Either the state machine ARN or the map run ARN must be specified", 400,
                    "MISSING_REQUIRED_PARAMETER"};
  }
  if (status) filter.status = StatusOf(*status);
  list += "|" + status.value_or("") + (redriven ? "|" + *redriven : "");
  auto page = ReadPage(request, list, engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  filter.before_id = p.position;
  filter.limit = p.size + 1;
  const auto executions = ListShown(engine.store(), std::move(filter), run, status);
  return AnswerPage("executions", executions, &ExecutionRecord::id, p, list, engine.clock().Now(),
                    [&](const ExecutionRecord& e) {
                      ObjectBuilder row;
                      row.Add("executionArn", Value::String(ArnOf(engine, machine, e, run)));
                      row.Add("stateMachineArn", Value::String(MachineArnOf(engine, machine, run)));
                      AddTarget(row, engine, machine, e);
                      row.Add("name", Value::String(e.name));
                      row.Add("status", Value::String(ShownStatus(e, run)));
                      AddDates(row, e);
                      if (run) {
                        row.Add("mapRunArn", Value::String(run->arn));
                        row.Add("itemCount", Value::Int(e.map_items));
                      }
                      AddRedrives(row, e);
                      return row.Build();
                    });
}

ApiResult GetExecutionHistory(EngineCore& engine, const Value& request) {
  const std::string_view arn = TextOf(request, "executionArn");
  auto found = FindExecution(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const Value* reverse = request.Find("reverseOrder");
  const Value* data = request.Find("includeExecutionData");
  const bool reversed = reverse != nullptr && reverse->as_bool();
  const bool include_data = data == nullptr || data->as_bool();
  const std::string list = "GetExecutionHistory|" + std::string(arn) + (reversed ? "|reverse" : "");
  auto page = ReadPage(request, list, engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);

  std::vector<HistoryEvent> events = LoadEvents(engine, std::get<FoundExecution>(found).execution);
  std::erase_if(events, [](const HistoryEvent& e) { return !IsShown(e.type); });
  if (reversed) std::reverse(events.begin(), events.end());
  const auto from = std::min(static_cast<size_t>(p.position), events.size());
  const size_t to = std::min(from + p.size, events.size());
  ArrayBuilder rows(to - from);
  for (size_t i = from; i < to; ++i) rows.Add(EventToJson(events[i], include_data));
  ObjectBuilder answer;
  answer.Add("events", rows.Build());
  if (to < events.size()) {
    answer.Add("nextToken", Value::String(MakePageToken(list, static_cast<int64_t>(to), engine.clock().Now())));
  }
  return answer.Build();
}

}  // namespace gait
