// Tasks that nobody can answer, that wait for ever, or that cannot do what they say.
#include <algorithm>
#include <cctype>

#include "engine/base/arn.h"
#include "engine/json/members.h"
#include "engine/lint/checks.h"

namespace gait::lint {
namespace {

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Is the task token, or all of the context object, in what the service is sent?
bool PassesToken(const StateView& state, const Value& arguments) {
  const bool jsonata = state.jsonata();
  return AnyText(arguments, [&](std::string_view key, std::string_view text) {
    if (text.starts_with(kPlaceholderMark)) return true;
    if (jsonata) {
      if (Contains(text, "Task.Token")) return true;
      const size_t at = text.find("$states.context");
      if (at == std::string_view::npos) return Contains(text, "$states ") || Contains(text, "$states%");
      const std::string_view rest = text.substr(at + std::string_view("$states.context").size());
      return !rest.starts_with(".") || rest.starts_with(".Task ") || rest.starts_with(".Task%");
    }
    if (!key.ends_with(".$")) return false;
    return Contains(text, "Task.Token") || Contains(text, "['Token']") || text == "$$" || text == "$$.Task";
  });
}

// The characters behind the last of `separators` in the path: "$.detail.object.key" gives "key".
std::string LastName(std::string_view path) {
  while (!path.empty() && (path.back() == ' ' || path.back() == '\'' || path.back() == '"' || path.back() == ']')) {
    path.remove_suffix(1);
  }
  const size_t at = path.find_last_of(".'\"[ ");
  std::string name(path.substr(at == std::string_view::npos ? 0 : at + 1));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

// Calls `visit` with every path (`$.a.b`, `$$.a`, `$states.input.a`) that a text of a template takes.
template <typename Visit>
void ForEachPath(std::string_view text, const Visit& visit) {
  for (size_t at = text.find('$'); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(",)(&+ ?:%}\t\r\n", at), text.size());
    visit(text.substr(at, end - at));
    at = text.find('$', end);
  }
}

// Functions whose result has not the characters that the path's value has.
constexpr std::string_view kCleaning[] = {"Hash", "hash", "Split",  "split",       "replace",   "$substring",
                                          "UUID", "uuid", "Base64", "$formatBase", "MathRandom"};

constexpr std::string_view kTimes[] = {"$$.Execution.StartTime", "$$.State.EnteredTime",
                                       "$states.context.Execution.StartTime", "$states.context.State.EnteredTime"};

// What is wrong with a name that is made so; "" if nothing is known to be.
std::string WhyUnsafe(std::string_view text) {
  if (text.starts_with("{%") && Contains(text, "$now()")) return "a time has colons, which a name must not have";
  for (const std::string_view part : kCleaning) {
    if (Contains(text, part)) return "";
  }
  std::string why;
  ForEachPath(text, [&](std::string_view path) {
    if (!why.empty()) return;
    if (std::find(std::begin(kTimes), std::end(kTimes), path) != std::end(kTimes)) {
      why = "a time has colons, which a name must not have";
    }
    const std::string name = LastName(path);
    const std::string_view object = path.substr(0, path.size() - std::min(path.size(), name.size() + 1));
    const bool of_object = object.ends_with("object") || object.ends_with("Object") || object.ends_with("s3");
    if ((name == "key" && (of_object || path.find("detail") != std::string_view::npos || Contains(text, "ucket"))) ||
        name == "objectkey" || name == "object_key" || name == "s3key" || name == "s3_key") {
      why = std::string(path) + " looks like an S3 key, which has slashes and up to 1,024 characters; a name has 80";
    }
  });
  return why;
}

}  // namespace

void CheckTaskToken(const StateView& state, LintContext& context) {
  if (!state.resource || state.resource->pattern != TaskPattern::kWaitForTaskToken) return;
  const Value* arguments = state.arguments();
  if (arguments != nullptr && PassesToken(state, *arguments)) return;
  const char* field = state.jsonata() ? "Arguments" : "Parameters";
  context.report.Add(
      "task-token-not-passed", arguments == nullptr ? state.place : state.place.Key(field),
      "Nobody is given the task token, so nobody can answer: the state can only time out",
      state.jsonata() ? "pass {% $states.context.Task.Token %}" : "pass $$.Task.Token, under a name that ends in .$");
}

void CheckCallbackTimeout(const StateView& state, LintContext& context) {
  if (!state.resource) return;
  const bool activity = state.resource->kind == TaskResource::Kind::kActivity;
  if (!activity && state.resource->pattern != TaskPattern::kWaitForTaskToken) return;
  for (const char* field : {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"}) {
    if (state.Has(field)) return;
  }
  bool distributed = false;
  for (const ScopeView* scope = state.scope; scope->around != nullptr; scope = scope->around->scope) {
    distributed = distributed || scope->distributed;
  }
  const Value* whole = context.definition.Find("TimeoutSeconds");
  if (!distributed && whole != nullptr && !(whole->is_int() && whole->as_int() == 0)) return;
  context.report.Add("callback-without-timeout", state.place,
                     activity ? "If the worker dies, the execution waits on for a year"
                              : "If the answer gets lost, the execution waits on for a year",
                     "give the state a TimeoutSeconds or a HeartbeatSeconds");
}

void CheckExecutionName(const StateView& state, LintContext& context) {
  if (!state.Calls("states", "startExecution") && !state.Calls("aws-sdk:sfn", "startExecution")) return;
  const Value* arguments = state.arguments();
  if (arguments == nullptr || !arguments->is_object()) return;
  const char* field = state.jsonata() ? "Name" : "Name.$";
  const std::string why = WhyUnsafe(TextOf(*arguments, field));
  if (why.empty()) return;
  context.report.Add("unsafe-execution-name", state.place.Key(state.jsonata() ? "Arguments" : "Parameters").Key(field),
                     "A name that is made so is refused sooner or later: " + why,
                     "hash it: States.Hash(..., 'SHA-256') has 64 characters");
}

void CheckArn(const StateView& state, LintContext& context) {
  if (!state.resource || state.resource->kind == TaskResource::Kind::kService) return;
  const auto arn = ParseArn(state.resource->arn);
  if (!arn || Contains(state.resource->arn, "${")) return;
  const bool account = arn->account.size() == 12 && std::all_of(arn->account.begin(), arn->account.end(),
                                                                [](char c) { return c >= '0' && c <= '9'; });
  const bool region = !arn->region.empty() && std::all_of(arn->region.begin(), arn->region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }) && Contains(arn->region, "-");
  if (account && region) return;
  context.report.Add("placeholder-arn", state.place.Key("Resource"),
                     (region ? "\"" + std::string(arn->account) + "\" is no account, which has 12 digits"
                             : "\"" + std::string(arn->region) + "\" is no region") +
                         ": the ARN names nothing",
                     "put in the ARN, or a ${placeholder} that the deployment fills");
}

}  // namespace gait::lint
