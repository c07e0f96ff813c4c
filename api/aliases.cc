#include "api/aliases.h"

#include <algorithm>

#include "api/members.h"
#include "api/paging.h"
#include "api/state_machine_arn.h"

namespace gait {
namespace {

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
constexpr size_t kAliasesMax = 100;

bool IsAliasName(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kOthers = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.";
  const bool all = std::all_of(text.begin(), text.end(), [&](char c) {
    return kDigits.find(c) != std::string_view::npos || kOthers.find(c) != std::string_view::npos;
  });
  return all && text.find_first_of(kOthers) != std::string_view::npos;
}

std::string Listed(const std::vector<std::string>& items) {
  std::string all;
  for (const std::string& item : items) all += (all.empty() ? "" : ", ") + item;
  return "[" + all + "]";
}

ApiError InvalidRouting(const std::string& what, const std::vector<std::string>& received) {
  return {"ValidationException", what + " Received: " + Listed(received), 400, "INVALID_ROUTING_CONFIGURATION"};
}

// The versions that a routing configuration leads to, in `alias`, and the machine that they are of.
std::variant<StateMachineRecord, ApiError> ReadRouting(EngineCore& engine, const Value& routing, AliasRecord& alias) {
  std::vector<std::string> arns, weights;
  int64_t sum = 0;
  for (const Value& item : routing.items()) {
    arns.emplace_back(TextOf(item, "stateMachineVersionArn"));
    const int64_t weight = item.Find("weight")->as_int();
    weights.push_back(std::to_string(weight));
    sum += weight;
  }
  std::vector<QualifiedStateMachine> targets;
  for (const std::string& arn : arns) {
    auto found = FindQualified(engine, arn);
    if (auto* error = std::get_if<ApiError>(&found)) {
      if (error->code == "StateMachineDoesNotExist") return ResourceNotFound(arn);
      return std::move(*error);
    }
    targets.push_back(std::get<QualifiedStateMachine>(std::move(found)));
    if (!targets.back().version)
      return InvalidRouting("Routing configuration must contain state machine version ARNs.", arns);
  }
  if (targets.size() == 2 && targets[0].machine.id != targets[1].machine.id)
    return InvalidRouting("Routing configuration must contain versions of one state machine.", arns);
  if (targets.size() == 2 && targets[0].version->number == targets[1].version->number)
    return InvalidRouting("Routing configuration must contain distinct state machine version ARNs.", arns);
  if (sum != 100) return InvalidRouting("Sum of routing configuration weights must equal 100.", weights);
  alias.state_machine_id = targets[0].machine.id;
  alias.version = targets[0].version->number;
  alias.weight = routing.items()[0].Find("weight")->as_int();
  alias.second_version = targets.size() == 2 ? targets[1].version->number : 0;
  return std::move(targets[0].machine);
}

bool SameRouting(const AliasRecord& a, const AliasRecord& b) {
  return a.version == b.version && a.weight == b.weight && a.second_version == b.second_version;
}

Value RoutingOf(const EngineCore& engine, const StateMachineRecord& machine, const AliasRecord& alias) {
  ArrayBuilder rows;
  const auto add = [&](int64_t version, int64_t weight) {
    rows.Add(Value::Object({{"stateMachineVersionArn", Value::String(VersionArn(engine, machine, version))},
                            {"weight", Value::Int(weight)}}));
  };
  add(alias.version, alias.weight);
  if (alias.second_version != 0) add(alias.second_version, 100 - alias.weight);
  return rows.Build();
}

}  // namespace

const TextPattern kAliasName = {R"(^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$)", IsAliasName};

ApiResult CreateStateMachineAlias(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  AliasRecord alias;
  auto routing = ReadRouting(engine, *request.Find("routingConfiguration"), alias);
  if (auto* error = std::get_if<ApiError>(&routing)) return std::move(*error);
  const StateMachineRecord& machine = std::get<StateMachineRecord>(routing);
  if (machine.deleting) return StateMachineDeleting(StateMachineArn(engine.account(), machine.name));
  alias.name = TextOf(request, "name");
  alias.description = TextOf(request, "description");
  alias.created_at = alias.updated_at = engine.clock().Now();
  auto present = engine.store().FindAlias(machine.id, alias.name);
  if (present && (present->description != alias.description || !SameRouting(*present, alias))) {
    return ApiError{"ConflictException",
                    "Failed to create alias because an alias with the same name and a different routing configuration "
                    "already exists."};
  }
  if (!present) {
    if (engine.options().aws_limits &&
        engine.store().ListAliases(machine.id, 0, 0, kAliasesMax).size() == kAliasesMax) {
      return ApiError{"ServiceQuotaExceededException",
                      "A state machine has " + std::to_string(kAliasesMax) + " aliases at the most"};
    }
    present = engine.store().CreateAlias(std::move(alias));
  }
  return Value::Object({{"stateMachineAliasArn", Value::String(AliasArn(engine, machine, present->name))},
                        {"creationDate", DateOf(present->created_at)}});
}

ApiResult UpdateStateMachineAlias(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  const std::string_view arn = TextOf(request, "stateMachineAliasArn");
  auto found = FindAlias(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  auto& [alias, machine] = std::get<FoundAlias>(found);
  if (machine.deleting) return StateMachineDeleting(StateMachineArn(engine.account(), machine.name));
  const Value* routing = request.Find("routingConfiguration");
  const auto description = OptionalText(request, "description");
  if ((routing == nullptr || routing->is_null()) && !description) {
    return ApiError{"ValidationException", "Either the description or the routing configuration must be specified", 400,
                    "MISSING_REQUIRED_PARAMETER"};
  }
  if (routing != nullptr && !routing->is_null()) {
    auto read = ReadRouting(engine, *routing, alias);
    if (auto* error = std::get_if<ApiError>(&read)) return std::move(*error);
    if (std::get<StateMachineRecord>(read).id != machine.id) {
      return InvalidRouting("Routing configuration must contain versions of the alias's state machine.",
                            {std::get<StateMachineRecord>(read).name});
    }
  }
  if (description) alias.description = *description;
  alias.updated_at = engine.clock().Now();
  engine.store().UpdateAlias(alias);
  return Value::Object({{"updateDate", DateOf(alias.updated_at)}});
}

ApiResult DescribeStateMachineAlias(EngineCore& engine, const Value& request) {
  auto found = FindAlias(engine, TextOf(request, "stateMachineAliasArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const auto& [alias, machine] = std::get<FoundAlias>(found);
  ObjectBuilder answer;
  answer.Add("stateMachineAliasArn", Value::String(AliasArn(engine, machine, alias.name)));
  answer.Add("name", Value::String(alias.name));
  if (!alias.description.empty()) answer.Add("description", Value::String(alias.description));
  answer.Add("routingConfiguration", RoutingOf(engine, machine, alias));
  answer.Add("creationDate", DateOf(alias.created_at));
  answer.Add("updateDate", DateOf(alias.updated_at));
  return answer.Build();
}

ApiResult ListStateMachineAliases(EngineCore& engine, const Value& request) {
  auto found = FindQualified(engine, TextOf(request, "stateMachineArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const auto& qualified = std::get<QualifiedStateMachine>(found);
  const StateMachineRecord& machine = qualified.machine;
  if (qualified.alias) return StateMachineDoesNotExist(TextOf(request, "stateMachineArn"));
  const int64_t version = qualified.version ? qualified.version->number : 0;  // 0: of any
  const std::string list = "ListStateMachineAliases|" + machine.name + "|" + std::to_string(version);
  auto page = ReadPage(request, list, engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  const auto aliases = engine.store().ListAliases(machine.id, version, p.position, p.size + 1);
  return AnswerPage(
      "stateMachineAliases", aliases, &AliasRecord::id, p, list, engine.clock().Now(), [&](const AliasRecord& alias) {
        return Value::Object({{"stateMachineAliasArn", Value::String(AliasArn(engine, machine, alias.name))},
                              {"creationDate", DateOf(alias.created_at)}});
      });
}

ApiResult DeleteStateMachineAlias(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  auto found = FindAlias(engine, TextOf(request, "stateMachineAliasArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  engine.store().DeleteAlias(std::get<FoundAlias>(found).alias.id);
  return Value::Object();
}

}  // namespace gait
