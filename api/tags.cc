#include "api/tags.h"

#include <algorithm>

#include "api/members.h"
#include "api/read_arn.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

constexpr size_t kTagsMax = 50;

// A state machine or an activity, as far as its tags go.
struct Tagged {
  int64_t id = 0;
  bool is_activity = false;
  Value tags;
};

std::variant<Tagged, ApiError> FindTagged(EngineCore& engine, std::string_view text) {
  auto read = ReadArn(text, {"stateMachine", "activity"});
  if (auto* error = std::get_if<ApiError>(&read)) return std::move(*error);
  const Arn& arn = std::get<Arn>(read);
  const bool is_activity = arn.resource_type() == "activity";
  const bool ours = IsOurs(engine.account(), arn);
  const auto tagged = [&](const auto& record) { return Tagged{record.id, is_activity, *ParseJson(record.tags).value}; };
  if (ours && is_activity) {
    if (const auto activity = engine.store().FindActivity(arn.resource_name())) return tagged(*activity);
  } else if (ours) {
    if (const auto machine = engine.store().FindStateMachine(arn.resource_name())) return tagged(*machine);
  }
  return ResourceNotFound(text);
}

void SetTags(EngineCore& engine, const Tagged& tagged, const Value& tags) {
  if (tagged.is_activity) {
    engine.store().SetActivityTags(tagged.id, ToJson(tags));
  } else {
    engine.store().SetStateMachineTags(tagged.id, ToJson(tags));
  }
}

// `given` put over `present`: a key stands once, where it stood first.
Value Merged(const Value& present, const Value& given) {
  std::vector<std::pair<std::string, Value>> all;
  for (const Value* tags : {&present, &given}) {
    for (const Value& tag : tags->items()) {
      const std::string key(TextOf(tag, "key"));
      const Value entry = Value::Object({{"key", Value::String(key)}, {"value", Value::String(TextOf(tag, "value"))}});
      const auto same = std::find_if(all.begin(), all.end(), [&](const auto& t) { return t.first == key; });
      if (same != all.end()) {
        same->second = entry;
      } else {
        all.emplace_back(key, entry);
      }
    }
  }
  ArrayBuilder tags;
  for (auto& [key, tag] : all) tags.Add(std::move(tag));
  return tags.Build();
}

ApiError TooManyTags() { return {"TooManyTags", "A resource has " + std::to_string(kTagsMax) + " tags at the most"}; }

}  // namespace

std::variant<std::string, ApiError> ReadTags(const Value& request) {
  const Value* given = request.Find("tags");
  if (given == nullptr || given->is_null()) return "[]";
  const Value tags = Merged(Value::Array({}), *given);
  if (tags.size() > kTagsMax) return TooManyTags();
  return ToJson(tags);
}

ApiResult TagResource(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  auto found = FindTagged(engine, TextOf(request, "resourceArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const Tagged& tagged = std::get<Tagged>(found);
  const Value tags = Merged(tagged.tags, *request.Find("tags"));
  if (tags.size() > kTagsMax) return TooManyTags();
  SetTags(engine, tagged, tags);
  return Value::Object();
}

ApiResult UntagResource(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  auto found = FindTagged(engine, TextOf(request, "resourceArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const Tagged& tagged = std::get<Tagged>(found);
  const auto keys = request.Find("tagKeys")->items();
  ArrayBuilder left;
  for (const Value& tag : tagged.tags.items()) {
    if (std::find(keys.begin(), keys.end(), *tag.Find("key")) == keys.end()) left.Add(tag);
  }
  SetTags(engine, tagged, left.Build());
  return Value::Object();
}

ApiResult ListTagsForResource(EngineCore& engine, const Value& request) {
  auto found = FindTagged(engine, TextOf(request, "resourceArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  return Value::Object({{"tags", std::get<Tagged>(found).tags}});
}

}  // namespace gait
