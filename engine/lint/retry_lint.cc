// Retriers and Catchers that can never act, and those that act otherwise than they look.
#include <vector>

#include "engine/base/error_names.h"
#include "engine/json/members.h"
#include "engine/lint/checks.h"

namespace gait::lint {
namespace {

using namespace error_names;

// Does an entry that names `earlier` take every error that one behind it, which names `name`, is for? Silent about
// States.DataLimitExceeded, of which the documentation and what was recorded disagree.
bool Covers(std::string_view earlier, std::string_view name) {
  if (earlier == name) return true;
  if (earlier == kTimeout && name == kHeartbeatTimeout) return true;  // a missed heartbeat is a States.Timeout too
  if (name == kAll || name == kRuntime || name == kDataLimitExceeded) return false;
  return ErrorMatches(earlier, WorkflowError{std::string(name), {}});
}

struct ListNames {
  const char* field;  // "Retry"
  const char* entry;  // "Retrier"
  const char* never_fires;
};
constexpr ListNames kRetryNames = {"Retry", "Retrier", "retrier-never-fires"};
constexpr ListNames kCatchNames = {"Catch", "Catcher", "catcher-never-fires"};

bool MayRaiseAnything(const StateView& state) {
  if (!state.resource) return true;  // a placeholder's
  return state.resource->kind == TaskResource::Kind::kActivity ||
         state.resource->pattern == TaskPattern::kWaitForTaskToken;
}

bool CallsLambda(const StateView& state) {
  return state.resource && (state.resource->kind == TaskResource::Kind::kLambdaFunction ||
                            state.resource->service == "lambda" || state.resource->service == "aws-sdk:lambda");
}

// Does a Task in the state, at whatever depth, raise errors of Lambda's?
bool MayRaiseLambdaErrors(const StateView& state) {
  if (state.type == "Task") return MayRaiseAnything(state) || CallsLambda(state);
  for (const auto& inner : state.inner) {
    for (const StateView& s : inner->states) {
      // A Fail raises whatever it says.
      if (s.type == "Fail" || ((s.type == "Task" || !s.inner.empty()) && MayRaiseLambdaErrors(s))) return true;
    }
  }
  return false;
}

// Why the state cannot raise the error; null if it may.
const char* WhyNeverRaised(const StateView& state, std::string_view name) {
  if (name == kRuntime) return "it fails the execution past every Retrier and Catcher";
  if (name.starts_with("Lambda.") && !MayRaiseLambdaErrors(state)) return "no Lambda function is called here";
  if (name == kQueryEvaluationError && state.type == "Task" && !state.jsonata()) return "the state is a JSONPath state";
  if ((name == kParameterPathFailure || name == kIntrinsicFailure) && state.type == "Task" && state.jsonata()) {
    return "the state is a JSONata state";
  }
  if (state.type != "Task") return nullptr;
  if (name == kHeartbeatTimeout && !state.Has("HeartbeatSeconds") && !state.Has("HeartbeatSecondsPath")) {
    return "the state has no HeartbeatSeconds";
  }
  if (name == kNoChoiceMatched) return "only a Choice raises it, or a state around one";
  if (name == kBranchFailed) return "only a Parallel raises it";
  if (name == kExceedToleratedFailureThreshold || name == kItemReaderFailed || name == kResultWriterFailed) {
    return "only a Map raises it";
  }
  return nullptr;
}

// The earlier name that takes this one's errors; "" if there is none.
std::string_view CoveredBy(const std::vector<std::string_view>& earlier, std::string_view name) {
  for (const std::string_view e : earlier) {
    if (Covers(e, name)) return e;
  }
  return "";
}

std::string WhyCovered(std::string_view by, std::string_view name) {
  if (by == name) return "is named before";
  return "is matched by " + std::string(by) + " before";
}

// Does item `index` stand before itself in the array?
bool Repeats(const Value& names, size_t index) {
  for (size_t i = 0; i < index; ++i) {
    if (names.items()[i] == names.items()[index]) return true;
  }
  return false;
}

// An entry whose every name an earlier entry takes never acts; else the single names are reported.
void CheckErrorNames(const StateView& state, const ListNames& names, LintContext& context) {
  const Value* list = state.Find(names.field);
  if (list == nullptr) return;
  std::vector<std::string_view> earlier;
  for (size_t i = 0; i < list->size(); ++i) {
    const Value* errors = list->items()[i].is_object() ? list->items()[i].Find("ErrorEquals") : nullptr;
    if (errors == nullptr || HasPlaceholder(*errors)) return;
    const Place place = state.place.Key(names.field).Index(i);
    size_t covered = 0;
    for (const Value& error : errors->items()) covered += !CoveredBy(earlier, error.as_string()).empty();
    const bool never = covered == errors->size();
    if (never) {
      const std::string_view first = errors->items()[0].as_string();
      context.report.Add(names.never_fires, place,
                         std::string("The ") + names.entry + " never acts: " + std::string(first) + " " +
                             WhyCovered(CoveredBy(earlier, first), first),
                         "the first entry that matches an error is the only one that is looked at");
    }
    for (size_t j = 0; j < errors->size(); ++j) {
      const std::string_view name = errors->items()[j].as_string();
      // The names of one entry are alternatives: there, only the same one again is too much.
      const std::string_view by = Repeats(*errors, j) ? name : CoveredBy(earlier, name);
      const Place at = place.Key("ErrorEquals").Index(j);
      if (!by.empty() && !never) {
        context.report.Add("repeated-error-name", at,
                           std::string(name) + " " + WhyCovered(by, name) + ": it has no effect here");
      } else if (const char* why = by.empty() ? WhyNeverRaised(state, name) : nullptr) {
        context.report.Add("error-never-raised", at, std::string(name) + " never comes here: " + why);
      }
    }
    for (const Value& error : errors->items()) earlier.push_back(error.as_string());
  }
}

// Can a state that fails be reached?
bool LeadsToFail(const ScopeView& scope, size_t from) {
  std::vector<bool> seen(scope.states.size());
  std::vector<size_t> rest = {from};
  while (!rest.empty()) {
    const size_t at = rest.back();
    rest.pop_back();
    if (at == Way::kEnd || seen[at]) continue;
    seen[at] = true;
    if (scope.states[at].type == "Fail") return true;
    for (const Way& way : scope.states[at].ways) rest.push_back(way.to);
  }
  return false;
}

bool Mentions(const Value* value, std::string_view text) {
  return value != nullptr && AnyText(*value, [&](std::string_view, std::string_view t) {
           return t.find(text) != std::string_view::npos || (t.size() > 0 && t[0] == kPlaceholderMark);
         });
}

// Is the error gone when the Catcher has acted: neither in the output nor in a variable?
bool CatcherDropsError(const StateView& state, const Value& catcher) {
  if (state.jsonata()) {
    const Value* output = catcher.Find("Output");
    return output != nullptr && !Mentions(output, "$states") && !Mentions(catcher.Find("Assign"), "$states");
  }
  const Value* path = catcher.Find("ResultPath");
  return path != nullptr && path->is_null() && !Mentions(catcher.Find("Assign"), "$");
}

// Does the state end its scope with an output that has nothing of its input?
bool EndsWithout(const StateView& state) {
  const bool ends = state.ways.size() == 1 && state.ways[0].to == Way::kEnd;
  if (!ends || state.Has("Assign")) return false;
  if (state.jsonata()) {
    const Value* output = state.Find("Output");
    return (state.type == "Pass" || state.type == "Succeed") && output != nullptr && !Mentions(output, "$");
  }
  const Value* path = state.Find("ResultPath");
  if (path != nullptr && (!path->is_string() || path->as_string() != "$")) return false;
  const Value* result = state.Has("Result") ? state.Find("Result") : state.Find("Parameters");
  if (state.type != "Pass" || result == nullptr) return false;
  return state.Has("Result") || !Mentions(result, "$");
}

constexpr std::string_view kTransientLambdaErrors[] = {
    "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException", "Lambda.TooManyRequestsException"};

// Does one of the state's Retriers take an error that Lambda recovers from by itself?
bool RetriesLambda(const StateView& state) {
  const Value* retry = state.Find("Retry");
  if (retry == nullptr) return false;
  if (HasPlaceholder(*retry)) return true;
  for (const Value& retrier : retry->items()) {
    const Value* errors = retrier.is_object() ? retrier.Find("ErrorEquals") : nullptr;
    if (errors == nullptr) continue;
    for (const Value& error : errors->items()) {
      for (const std::string_view transient : kTransientLambdaErrors) {
        if (error.is_string() && Covers(error.as_string(), transient)) return true;
      }
    }
  }
  return false;
}

// Calls that do again what cannot be undone.
struct Call {
  std::string_view service, action, what;
};
constexpr Call kEffects[] = {
    {"sns", "publish", "publishes"},
    {"aws-sdk:sns", "publish", "publishes"},
    {"sqs", "sendMessage", "sends its message"},
    {"aws-sdk:sqs", "sendMessage", "sends its message"},
    {"events", "putEvents", "sends its events"},
    {"aws-sdk:eventbridge", "putEvents", "sends its events"},
    {"aws-sdk:ses", "sendEmail", "sends its mail"},
    {"aws-sdk:sesv2", "sendEmail", "sends its mail"},
};

// The first state within, in the order of the text, that calls one of kEffects.
const StateView* FindEffect(const StateView& state, const Call*& call) {
  for (const auto& inner : state.inner) {
    for (const StateView& s : inner->states) {
      for (const Call& effect : kEffects) {
        call = &effect;
        if (s.Calls(effect.service, effect.action)) return &s;
      }
      if (const StateView* found = FindEffect(s, call)) return found;
    }
  }
  return nullptr;
}

}  // namespace

void CheckRetriers(const StateView& state, LintContext& context) { CheckErrorNames(state, kRetryNames, context); }

void CheckCatchers(const StateView& state, LintContext& context) {
  CheckErrorNames(state, kCatchNames, context);
  for (const Way& way : state.ways) {
    if (way.kind != Way::Kind::kCatch || !state.scope->complete) continue;
    const Value* errors = way.via->Find("ErrorEquals");
    if (errors == nullptr || errors->size() != 1 || !errors->items()[0].is_string()) continue;
    if (errors->items()[0].as_string() != kAll) continue;
    const StateView& target = state.scope->states[way.to];
    const bool dropped = CatcherDropsError(state, *way.via);
    if (dropped ? LeadsToFail(*state.scope, way.to) : !EndsWithout(target)) continue;
    const size_t index = static_cast<size_t>(way.via - state.Find("Catch")->items().data());
    context.report.Add(
        "catch-all-drops-error", state.place.Key("Catch").Index(index),
        dropped ? "Every error is caught and dropped: nothing behind this knows that the state failed"
                : "Every error is caught, and " + std::string(target.name) +
                      " ends without it: nobody learns that the state failed",
        "catch by name what may be ignored; else keep the error (ResultPath, Output, Assign), or lead to a Fail");
  }
}

void CheckRepeatedEffects(const StateView& state, LintContext& context) {
  if (state.inner.empty() || !state.Has("Retry") || state.inner[0]->distributed) return;
  const Call* call = nullptr;
  const StateView* effect = FindEffect(state, call);
  if (effect == nullptr) return;
  context.report.Add("retry-repeats-effects", state.place.Key("Retry"),
                     "A retry runs all of it again: " + std::string(effect->name) + " " + std::string(call->what) +
                         " once more although it had succeeded",
                     "retry the states within it instead");
}

void CheckLambdaRetry(const StateView& state, LintContext& context) {
  if (!state.resource) return;
  const bool lambda = state.resource->kind == TaskResource::Kind::kLambdaFunction || state.Calls("lambda", "invoke") ||
                      state.Calls("aws-sdk:lambda", "invoke");
  if (!lambda) return;
  for (const StateView* s = &state; s != nullptr; s = s->scope->around) {
    if (RetriesLambda(*s)) return;
  }
  context.report.Add("lambda-without-retry", state.place,
                     "Lambda fails now and then for reasons that pass, and no Retry takes these errors",
                     "retry Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException and "
                     "Lambda.TooManyRequestsException");
}

}  // namespace gait::lint
