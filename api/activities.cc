#include "api/activities.h"

#include <algorithm>

#include "api/executions.h"
#include "api/json_message.h"
#include "api/members.h"
#include "api/paging.h"
#include "api/read_arn.h"
#include "api/request_checks.h"
#include "api/tags.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/task/task_token.h"

namespace gait {
namespace {

ApiError ActivityDoesNotExist(std::string_view arn) {
  return {"ActivityDoesNotExist", "Activity Does Not Exist: '" + std::string(arn) + "'"};
}

std::variant<ActivityRecord, ApiError> FindActivity(EngineCore& engine, std::string_view text) {
  auto read = ReadArn(text, {"activity"});
  if (auto* error = std::get_if<ApiError>(&read)) return std::move(*error);
  const Arn& arn = std::get<Arn>(read);
  auto activity = engine.store().FindActivity(arn.resource_name());
  if (!activity || !IsOurs(engine.account(), arn)) return ActivityDoesNotExist(text);
  return *std::move(activity);
}

Value SettingsOf(const Value& request) {
  Value encryption = Value::Object({{"type", Value::String("AWS_OWNED_KEY")}});
  if (const Value* given = request.Find("encryptionConfiguration"); given != nullptr && given->is_object()) {
    encryption = *given;
  }
  return Value::Object({{"encryptionConfiguration", std::move(encryption)}});
}

// Why a token that nobody waits for is refused: its task has ended, or there never was one.
ApiError NotAwaited(EngineCore& engine, const TaskToken& token) {
  const auto execution = engine.store().GetExecution(token.task.execution);
  const auto events = execution ? LoadEvents(engine, *execution) : std::vector<HistoryEvent>();
  const bool known = std::any_of(events.begin(), events.end(), [&](const HistoryEvent& e) {
    const Value* hash = e.Get(EventField::kTokenHash);
    return hash != nullptr && hash->is_string() && hash->as_string() == token.hash;
  });
  if (!known) return {"TaskDoesNotExist", "Task does not exist: 'there is no task with this token'"};
  return {"TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"};
}

// Takes what the holder of the request's token says to its task. `message` is made from the number of the attempt.
template <typename MakeMessage>
void Answer(EngineCore& engine, const Value& request, Respond respond, MakeMessage message) {
  const auto token = ReadTaskToken(TextOf(request, "taskToken"));
  if (!token) return respond(ApiError{"InvalidToken", "Invalid Token: 'Invalid token'"});
  engine.runner().AnswerTask(*token, message(token->task.scheduled_event),
                             [&engine, token = *token, respond = std::move(respond)](Runner::TokenUse use) {
                               switch (use) {
                                 case Runner::TokenUse::kTaken: return respond(Value::Object());
                                 case Runner::TokenUse::kNotAwaited: return respond(NotAwaited(engine, token));
                                 case Runner::TokenUse::kFailed: return respond(CannotStore());
                               }
                             });
}

}  // namespace

ApiResult CreateActivity(EngineCore& engine, const Value& request) {
  ActivityRecord activity;
  activity.name = TextOf(request, "name");
  if (!IsValidName(activity.name)) return ApiError{"InvalidName", "Invalid Name: '" + activity.name + "'"};
  activity.settings = ToJson(SettingsOf(request));
  auto tags = ReadTags(request);
  if (auto* error = std::get_if<ApiError>(&tags)) return std::move(*error);
  activity.tags = std::get<std::string>(std::move(tags));
  activity.created_at = engine.clock().Now();
  const std::lock_guard lock(engine.changes());
  const std::string arn = ActivityArn(engine.account(), activity.name);
  auto created = engine.store().CreateActivity(activity);
  if (!created) {
    // The same activity once more is no error.
    created = engine.store().FindActivity(activity.name);
    if (!created || created->settings != activity.settings) {
      return ApiError{"ActivityAlreadyExists", "Activity Already Exists: '" + arn + "'"};
    }
  }
  engine.runner().activities().Register(arn);
  return Value::Object({{"activityArn", Value::String(arn)}, {"creationDate", DateOf(created->created_at)}});
}

ApiResult DescribeActivity(EngineCore& engine, const Value& request) {
  auto found = FindActivity(engine, TextOf(request, "activityArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const ActivityRecord& activity = std::get<ActivityRecord>(found);
  ObjectBuilder answer;
  answer.Add("activityArn", Value::String(TextOf(request, "activityArn")));
  answer.Add("name", Value::String(activity.name));
  answer.Add("creationDate", DateOf(activity.created_at));
  const JsonParse settings = ParseJson(activity.settings);
  if (settings) answer.Add("encryptionConfiguration", *settings.value->Find("encryptionConfiguration"));
  return answer.Build();
}

ApiResult ListActivities(EngineCore& engine, const Value& request) {
  auto page = ReadPage(request, "ListActivities", engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  const auto activities = engine.store().ListActivities(p.position, p.size + 1);
  return AnswerPage(
      "activities", activities, &ActivityRecord::id, p, "ListActivities", engine.clock().Now(),
      [&](const ActivityRecord& activity) {
        return Value::Object({{"activityArn", Value::String(ActivityArn(engine.account(), activity.name))},
                              {"name", Value::String(activity.name)},
                              {"creationDate", DateOf(activity.created_at)}});
      });
}

ApiResult DeleteActivity(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  auto found = FindActivity(engine, TextOf(request, "activityArn"));
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code == "ActivityDoesNotExist") return Value::Object();
    return std::move(*error);
  }
  engine.store().DeleteActivity(std::get<ActivityRecord>(found).id);
  engine.runner().activities().Unregister(TextOf(request, "activityArn"));
  return Value::Object();
}

void GetActivityTask(EngineCore& engine, const Value& request, Respond respond) {
  const std::string_view arn = TextOf(request, "activityArn");
  auto found = FindActivity(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return respond(std::move(*error));
  const auto worker = OptionalText(request, "workerName");
  engine.runner().PollActivity(
      arn, worker ? Value::String(*worker) : Value(), [respond] { return respond.awaited(); },
      [respond, arn = std::string(arn)](PollStatus status, const ActivityTask& task) {
        switch (status) {
          case PollStatus::kTask:
            return respond(
                Value::Object({{"taskToken", Value::String(task.token)}, {"input", Value::String(task.input.text())}}));
          case PollStatus::kNone: return respond(Value::Object());
          case PollStatus::kTooMany:
            return respond(ApiError{"ActivityWorkerLimitExceeded",
                                    "Activity Worker Limit Exceeded: 'as many workers as may wait for " + arn + "'"});
          case PollStatus::kStoreFailed: return respond(CannotStore());
        }
      });
}

void SendTaskSuccess(EngineCore& engine, const Value& request, Respond respond) {
  const std::string_view text = TextOf(request, "output");
  JsonParse output = ParseJson(text);
  // Recorded: a bad token comes first.
  if (!output && ReadTaskToken(TextOf(request, "taskToken")))
    return respond(ApiError{"InvalidOutput", "Invalid Output: '" + JacksonMessage(text) + "'"});
  const Payload payload = output ? Payload::FromUser(*std::move(output.value), text) : Payload();
  Answer(engine, request, std::move(respond), [&](int64_t scheduled_event) {
    return TaskSucceeded{scheduled_event, payload};
  });
}

void SendTaskFailure(EngineCore& engine, const Value& request, Respond respond) {
  const WorkflowError error{OptionalText(request, "error"), OptionalText(request, "cause")};
  Answer(engine, request, std::move(respond), [&](int64_t scheduled_event) {
    return TaskFailed{scheduled_event, error};
  });
}

void SendTaskHeartbeat(EngineCore& engine, const Value& request, Respond respond) {
  Answer(engine, request, std::move(respond), [](int64_t scheduled_event) { return TaskHeartbeat{scheduled_event}; });
}

}  // namespace gait
