#include "engine/lint/reads.h"

#include "engine/json/members.h"

namespace gait::lint {
namespace {

using Of = Read::Of;

// A field of a JSONPath state: one path, or a template (or a structure with templates and paths in it).
struct FieldReads {
  const char* field;
  bool is_path;
  Of of;
};

constexpr FieldReads kJsonPathFields[] = {
    {"InputPath", true, Of::kRaw},
    {"ItemsPath", true, Of::kInput},
    {"SecondsPath", true, Of::kInput},
    {"TimestampPath", true, Of::kInput},
    {"TimeoutSecondsPath", true, Of::kInput},
    {"HeartbeatSecondsPath", true, Of::kInput},
    {"MaxConcurrencyPath", true, Of::kInput},
    {"ToleratedFailureCountPath", true, Of::kInput},
    {"ToleratedFailurePercentagePath", true, Of::kInput},
    {"ErrorPath", true, Of::kInput},
    {"CausePath", true, Of::kInput},
    {"Parameters", false, Of::kInput},
    {"ItemSelector", false, Of::kInput},
    {"Credentials", false, Of::kInput},
    {"ItemReader", false, Of::kInput},
    {"ItemBatcher", false, Of::kInput},
    {"ResultWriter", false, Of::kInput},
    {"ResultSelector", false, Of::kResult},
    {"OutputPath", true, Of::kCombined},
};

constexpr const char* kJsonataFields[] = {
    "Arguments",
    "Output",
    "Assign",
    "Items",
    "ItemSelector",
    "Seconds",
    "Timestamp",
    "TimeoutSeconds",
    "MaxConcurrency",
    "HeartbeatSeconds",
    "Error",
    "Cause",
    "Credentials",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Condition",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
};

class ReadCollector {
 public:
  explicit ReadCollector(const StateView& state) : state_(state) {}

  std::vector<Read> Collect() {
    if (state_.jsonata()) {
      CollectJsonata();
    } else {
      CollectJsonPath();
    }
    return std::move(reads_);
  }

 private:
  void Add(const DataPath& path, Of of, const Place& place, bool may_be_skipped = false) {
    if (path.root != DataPath::Root::kOther) reads_.push_back({path, of, place, may_be_skipped});
  }

  void AddTemplate(const Value& json, Of of, const Place& place) {
    ForEachTemplatePath(json, place, [&](const DataPath& path, const Place& at) { Add(path, of, at); });
  }

  void AddPath(const Value& value, Of of, const Place& place, bool may_be_skipped = false) {
    if (!value.is_string()) return;
    const std::string_view text = value.as_string();
    if (text.starts_with("$")) return Add(ParseDataPath(text), of, place, may_be_skipped);
    for (const DataPath& path : PathsOfCall(text)) Add(path, of, place, may_be_skipped);
  }

  void CollectJsonPath() {
    for (const FieldReads& row : kJsonPathFields) {
      const Value* value = state_.Find(row.field);
      if (value == nullptr || (state_.Has("Result") && row.of == Of::kInput)) continue;
      const Place place = state_.place.Key(row.field);
      if (row.is_path) {
        AddPath(*value, row.of, place);
      } else {
        AddTemplate(*value, row.of, place);
        for (const Member& m : value->members()) AddPathsWithin(m, row.of, place);
      }
    }
    const bool works = state_.type == "Task" || state_.type == "Pass" || !state_.inner.empty();
    const Value* assign = state_.Find("Assign");
    if (assign != nullptr) AddTemplate(*assign, works ? Of::kSelected : Of::kInput, state_.place.Key("Assign"));
    if (const Value* catchers = state_.Find("Catch")) {
      for (size_t i = 0; i < catchers->size(); ++i) {
        assign = catchers->items()[i].Find("Assign");
        if (assign == nullptr) continue;
        AddTemplate(*assign, Of::kError, state_.place.Key("Catch").Index(i).Key("Assign"));
      }
    }
    const Value* rules = state_.Find("Choices");
    if (rules == nullptr) return;
    for (size_t i = 0; i < rules->size(); ++i) {
      AddRule(rules->items()[i], state_.place.Key("Choices").Index(i), i > 0);
      assign = rules->items()[i].is_object() ? rules->items()[i].Find("Assign") : nullptr;
      if (assign != nullptr) AddTemplate(*assign, Of::kInput, state_.place.Key("Choices").Index(i).Key("Assign"));
    }
  }

  // The fields of ItemReader and the like that are paths: ReaderConfig/MaxItemsPath.
  void AddPathsWithin(const Member& member, Of of, const Place& place) {
    if (state_.inner.empty()) return;
    if (member.name().ends_with("Path")) AddPath(member.value, of, place.Key(member.name()));
    if (member.name() != "ReaderConfig") return;
    for (const Member& m : member.value.members()) AddPathsWithin(m, of, place.Key(member.name()));
  }

  void AddRule(const Value& rule, const Place& place, bool may_be_skipped) {
    if (!rule.is_object() || rule.Find("IsPresent") != nullptr) return;
    for (const char* list : {"And", "Or"}) {
      const Value* parts = rule.Find(list);
      if (parts == nullptr) continue;
      for (size_t i = 0; i < parts->size(); ++i) {
        AddRule(parts->items()[i], place.Key(list).Index(i), may_be_skipped || i > 0);
      }
    }
    if (const Value* part = rule.Find("Not")) AddRule(*part, place.Key("Not"), may_be_skipped);
    for (const Member& m : rule.members()) {
      const bool variable = m.name() == "Variable";
      if (!variable && !m.name().ends_with("Path")) continue;
      AddPath(m.value, Of::kInput, place.Key(m.name()), may_be_skipped || !variable);
    }
  }

  void AddExpressions(const Value& json, const Place& place, bool may_be_skipped = false) {
    ForEachExpressionPath(json, place, [&](const DataPath& path, const Place& at) {
      const Of of = path.root == DataPath::Root::kResult        ? Of::kResult
                    : path.root == DataPath::Root::kErrorOutput ? Of::kError
                                                                : Of::kRaw;
      Add(path, of, at, may_be_skipped);
    });
  }

  void CollectJsonata() {
    const auto collect = [&](const Value& object, const Place& place, bool may_be_skipped) {
      for (const char* field : kJsonataFields) {
        if (const Value* value = object.Find(field)) AddExpressions(*value, place.Key(field), may_be_skipped);
      }
    };
    collect(*state_.object, state_.place, false);
    for (const char* list : {"Choices", "Catch"}) {
      const Value* entries = state_.Find(list);
      for (size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
        collect(entries->items()[i], state_.place.Key(list).Index(i), i > 0);
      }
    }
  }

  const StateView& state_;
  std::vector<Read> reads_;
};

void AddPresenceTests(const Value& rule, std::vector<DataPath>& tests) {
  if (!rule.is_object()) return;
  for (const char* list : {"And", "Or"}) {
    if (const Value* parts = rule.Find(list)) {
      for (const Value& part : parts->items()) AddPresenceTests(part, tests);
    }
  }
  if (const Value* part = rule.Find("Not")) AddPresenceTests(*part, tests);
  if (rule.Find("IsPresent") != nullptr) tests.push_back(ParseDataPath(TextOf(rule, "Variable")));
  // What an expression asks is not known.
  if (TextOf(rule, "Condition").find("$exists") != std::string_view::npos) {
    tests.push_back(ParseDataPath("$"));
    tests.back().root = DataPath::Root::kOther;
  }
}

}  // namespace

std::vector<Read> ReadsOf(const StateView& state) { return ReadCollector(state).Collect(); }

std::vector<DataPath> PresenceTests(const StateView& state) {
  std::vector<DataPath> tests;
  if (const Value* rules = state.Find("Choices")) {
    for (const Value& rule : rules->items()) AddPresenceTests(rule, tests);
  }
  return tests;
}

}  // namespace gait::lint
