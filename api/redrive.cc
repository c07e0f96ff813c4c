#include "api/redrive.h"

#include <algorithm>

#include "engine/history/codec.h"

namespace gait {
namespace {

// RedriveExecution was launched on 2023-11-15.
constexpr Timestamp kLaunch = {1'700'006'400'000};

constexpr std::string_view kRunning = "Execution is RUNNING and cannot be redriven";

constexpr size_t kTokensMax = 10;
constexpr Duration kTokenLife = Duration::Seconds(15 * 60);

struct Standing {
  const FoundExecution& found;
  int64_t events;
  const Quotas& quotas;
  Timestamp now;

  const ExecutionRecord& execution() const { return found.execution; }
  int64_t SecondsSince(Timestamp then) const { return (now - then).ms / 1000; }
};

// redriveStatusReason in the API reference of DescribeExecution, in its order.
struct Reason {
  bool (*holds)(const Standing&);
  std::string_view sentence;
};
constexpr Reason kReasons[] = {
    {[](const Standing& s) { return s.found.machine.deleting; }, "State machine is in DELETING status"},
    {[](const Standing& s) { return s.execution().status == ExecutionStatus::kRunning; }, kRunning},
    {[](const Standing& s) { return s.execution().status == ExecutionStatus::kSucceeded; },
     "Execution is SUCCEEDED and cannot be redriven"},
    {[](const Standing& s) { return s.execution().started_at < kLaunch; },
     "Execution was started before the launch of RedriveExecution"},
    {[](const Standing& s) { return !s.quotas.HasRoomToBeRedriven(s.events); },
     "Execution history event limit exceeded"},
    {[](const Standing& s) { return s.SecondsSince(s.execution().started_at) >= s.quotas.open_seconds_max; },
     "Execution has exceeded the max execution time"},
    {[](const Standing& s) { return s.SecondsSince(s.execution().stopped_at) >= s.quotas.redrivable_seconds_max; },
     "Execution redrivable period exceeded"},
};

ApiResult Redriven(Timestamp at) {
  return Value::Object({{"redriveDate", Value::Double(static_cast<double>(at.ms) / 1000)}});
}

// Recorded.
ApiError NotRedrivable(std::string_view arn, std::string_view reason) {
  return {"ExecutionNotRedrivable",
          "Execution " + std::string(arn) + " invalid for redrive as: " + std::string(reason)};
}

// Begins the redrive, whose answer comes later, or gives the answer. REQUIRES: the lock of the redrives under way. With
// it, and as the store is read after those were looked through, what the store shows is how the execution stands.
std::optional<ApiResult> Begin(EngineCore& engine, std::string_view arn, const std::optional<std::string>& token,
                               const Respond& respond) {
  auto found = FindExecution(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const FoundExecution& e = std::get<FoundExecution>(found);
  const int64_t id = e.execution.id;
  if (e.execution.map_run_id != 0) {
    return ApiError{"ValidationException", "Labeled Execution ARNs are not supported for this API", 400,
                    "API_DOES_NOT_SUPPORT_LABELED_ARNS"};
  }
  auto& under_way = engine.redrives().by_execution;
  const auto other = under_way.find(id);
  if (other != under_way.end() && token && other->second.client_token == token) {
    other->second.respond.push_back(respond);
    return std::nullopt;
  }
  const std::vector<std::string> segments = engine.store().LoadHistory(e.execution);
  const std::vector<HistoryEvent> events = DecodeEvents(segments);
  const Timestamp now = engine.clock().Now();
  if (const auto at = token ? RedrivenBy(*token, events, now) : std::nullopt) return Redriven(*at);
  if (other != under_way.end()) return NotRedrivable(arn, kRunning);
  if (const auto reason = WhyNotRedrivable(e, CountShown(events), engine.quotas(), now); !reason.empty()) {
    return NotRedrivable(arn, reason);
  }
  const auto definition = engine.store().GetDefinition(e.execution.definition_id);
  engine.runner().Redrive(engine.RequestOf(e.machine, *definition, e.execution.name), e.execution, segments, token,
                          [&engine, id](StartResult result, const ExecutionSnapshot& snapshot) {
                            std::vector<Respond> waiting;
                            {
                              const std::lock_guard lock(engine.redrives().mutex);
                              waiting = std::move(engine.redrives().by_execution.extract(id).mapped().respond);
                            }
                            for (const Respond& r : waiting) {
                              r(result == StartResult::kStarted ? Redriven(snapshot.redriven_at) : CannotStore());
                            }
                          });
  if (!engine.started()) engine.redrives().before_start.insert(id);
  under_way.emplace(id, RedrivesUnderWay::Redrive{token, {respond}});
  return std::nullopt;
}

}  // namespace

std::string_view WhyNotRedrivable(const FoundExecution& execution, int64_t events, const Quotas& quotas,
                                  Timestamp now) {
  const Standing standing{execution, events, quotas, now};
  const auto* reason =
      std::find_if(std::begin(kReasons), std::end(kReasons), [&](const Reason& r) { return r.holds(standing); });
  return reason == std::end(kReasons) ? std::string_view() : reason->sentence;
}

std::optional<Timestamp> RedrivenBy(std::string_view client_token, std::span<const HistoryEvent> events,
                                    Timestamp now) {
  size_t tokens = 0;
  for (auto event = events.rbegin(); event != events.rend() && tokens < kTokensMax; ++event) {
    const Value* token = event->type == EventType::kExecutionRedriven ? event->Get(EventField::kClientToken) : nullptr;
    if (token == nullptr) continue;
    if (now - event->timestamp >= kTokenLife) break;
    if (token->as_string() == client_token) return event->timestamp;
    ++tokens;
  }
  return std::nullopt;
}

void RedriveExecution(EngineCore& engine, const Value& request, Respond respond) {
  const std::string_view arn = request.Find("executionArn")->as_string();
  const Value* given = request.Find("clientToken");
  std::optional<std::string> token;
  if (given != nullptr && given->is_string()) token = given->as_string();
  std::optional<ApiResult> answer;
  {
    const std::lock_guard lock(engine.redrives().mutex);
    answer = Begin(engine, arn, token, respond);
  }
  if (answer) respond(*std::move(answer));
}

}  // namespace gait
