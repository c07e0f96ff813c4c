#include "engine/definition/state_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/edit_distance.h"
#include "engine/definition/checks.h"
#include "engine/definition/fixes.h"
#include "engine/json/document.h"

namespace gait {
namespace {

constexpr std::string_view kQueryLanguages[] = {"JSONPath", "JSONata"};

constexpr FieldRow kCommonFields[] = {
    Text("Type"),
    Text("Comment"),
    Enum("QueryLanguage", kQueryLanguages),
};

constexpr FieldRow kNextFields[] = {
    Text("Next"),
    {"End", FieldType::kBoolean},
};

// The graphs of a machine nest as deep as its JSON may; each level of them takes four levels of JSON.
constexpr int kGraphDepthMax = kNestingMax / 4;

std::vector<FieldTable> TablesOf(const StateType& type) {
  std::vector<FieldTable> tables = {kCommonFields, type.fields};
  if (type.has_next) tables.push_back(kNextFields);
  return tables;
}

std::vector<FieldTable> TablesOfOthers(StateTable states) {
  std::vector<FieldTable> tables = {kNextFields};
  for (const StateType& type : states) tables.push_back(type.fields);
  return tables;
}

const StateType* FindType(const Value& state, const Place& place, CompileContext& context) {
  const Value* type = state.Find("Type");
  if (type == nullptr) {
    context.report.Add("missing-required-field", place, "These fields are required: [Type]");
    return nullptr;
  }
  std::vector<std::string_view> names;
  for (const StateType& t : context.states) {
    if (type->is_string() && t.name == type->as_string()) return &t;
    names.push_back(t.name);
  }
  if (context.keep_placeholders && context.IsAnyName(*type)) {
    context.incomplete = true;
    return nullptr;
  }
  const auto near = type->is_string() ? DidYouMean(type->as_string(), names) : std::nullopt;
  Diagnostic& finding = context.report.Add("unknown-state-type", place.Key("Type"),
                                           "The field 'Type' should have one of these values: " + Bracketed(names),
                                           near ? "did you mean " + std::string(*near) + "?" : "");
  if (!type->is_string()) return nullptr;
  if (const auto sure = SureMatch(type->as_string(), names))
    finding.fix = SetTo(Value::String(*sure), place.Key("Type"));
  return nullptr;
}

// The language of a state; empty if it has one that it cannot have, and its fields are then not looked at.
std::optional<QueryLanguage> LanguageOf(const Value& state, const Place& place, CompileContext& context) {
  const Value* given = state.Find("QueryLanguage");
  if (given == nullptr || !given->is_string()) return context.language;
  if (given->as_string() != "JSONPath") return QueryLanguage::kJsonata;
  if (context.language == QueryLanguage::kJsonPath) return QueryLanguage::kJsonPath;
  context.report.AddAt("query-language-downgrade", place.Key("QueryLanguage"), place,
                       "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
                       "give the machine the language JSONPath, and JSONata to the states that use it");
  return std::nullopt;
}

void CheckName(std::string_view name, const Place& place, CompileContext& context) {
  const auto characters =
      std::count_if(name.begin(), name.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (static_cast<size_t>(characters) > kNameCharactersMax) {
    context.report.Add("state-name-too-long", place,
                       "State name '" + std::string(name) + "' exceeds the 80-character limit allowed by the service",
                       "it has " + std::to_string(characters) + " characters");
  }
  if (!context.state_names.emplace(name).second) {
    context.report.Add("duplicate-state-name", place, "Duplicate State name: " + std::string(name),
                       "names are unique in the whole machine, its branches and processors included");
  }
}

bool IsVariableName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c) || c == '_'; });
}

}  // namespace

State::State(const StateReader& reader)
    : name_(reader.name()),
      type_(reader.type().name),
      place_(reader.number()),
      language_(reader.language()),
      next_(reader.Next()) {}

FieldTable CommonFields() { return kCommonFields; }

FieldTable NextFields() { return kNextFields; }

StateReader::StateReader(const Value& object, const Place& place, const Value& name, int64_t number,
                         const StateType& type, QueryLanguage language, const StateNames& names,
                         CompileContext& context)
    : FieldReader(object, place, language, TablesOf(type), TablesOfOthers(context.states), context.report),
      name_(name),
      number_(number),
      type_(type),
      names_(names),
      context_(context),
      next_(ReadNext()) {
  // What a placeholder stands for may lead to any state, and have states of its own.
  for (const char* field : {"Choices", "Catch", "Branches", "ItemProcessor", "Iterator"}) {
    const Value* value = object.Find(field);
    if (value == nullptr) continue;
    const auto items = value->items();
    if (!IsPlaceholder(*value) && std::none_of(items.begin(), items.end(), IsPlaceholder)) continue;
    context.incomplete = context.leads_anywhere = true;
  }
}

int64_t StateReader::ReadNext() const {
  if (!type_.has_next) return kEnd;
  const bool ends = Boolean("End").value_or(false);
  if (Has("Next") && Has("End")) {
    Diagnostic& finding =
        report().Add("both-next-and-end", place(), "There should only be one of the following fields: [Next, End]");
    // What says that the state does not end says nothing.
    if (!ends && Boolean("End")) finding.fix = Remove(place().Key("End"), "End");
  } else if (!Has("Next") && !ends && (!Has("End") || Boolean("End").has_value())) {
    report().Add("missing-next", place(), "This object should have only one of the following fields: [Next, End]",
                 "a state that ends the machine has \"End\": true");
  }
  const Value* next = Get("Next");
  const int64_t target = next == nullptr ? kNowhere : Target(*next, place().Key("Next"));
  return ends && next == nullptr ? kEnd : target;
}

int64_t StateReader::Target(const Value& text, const Place& place) const {
  if (!text.is_string()) return kNowhere;
  const auto it = names_.find(text.as_string());
  if (it != names_.end()) return it->second;
  if (context_.IsAnyName(text)) {
    context_.leads_anywhere = true;
    return kNowhere;
  }
  std::vector<std::string_view> known;
  for (const auto& [name, number] : names_) known.push_back(name);
  ReportDangling(text.as_string(), known, place, report());
  return kNowhere;
}

std::vector<Retrier> StateReader::Retriers() const { return ReadRetriers(*this); }

std::vector<Catcher> StateReader::Catchers() const {
  return ReadCatchers(*this, [this](const Value& text, const Place& at) { return Target(text, at); });
}

std::optional<PayloadTemplate> StateReader::Assign() const { return ReadAssign(*this); }

std::unique_ptr<const StateGraph> StateReader::Graph(const Value& object, const Place& place) const {
  return CompileGraph(object, place, context_);
}

std::optional<PayloadTemplate> ReadAssign(const FieldReader& reader, const std::string& location) {
  const Value* assign = reader.Get("Assign");
  if (assign == nullptr || IsPlaceholder(*assign)) return std::nullopt;
  const Place place = reader.place().Key("Assign");
  if (!assign->is_object()) {
    reader.report().Add("bad-type", place, "Expected value of type [OBJECT]");
    return std::nullopt;
  }
  for (const Member& m : assign->members()) {
    std::string_view name = m.name();
    if (name.ends_with(".$")) name.remove_suffix(2);
    if (name == "states") {
      reader.report().Add("reserved-variable-name", place.Key(m.name()),
                          "Cannot assign to reserved variable '$states'.");
    } else if (!IsVariableName(name) || name.size() > kNameCharactersMax) {
      reader.report().Add(
          "bad-variable-name", place.Key(m.name()),
          "Invalid variable name '" + std::string(name) + "': the variable name contains invalid characters.",
          "a name begins with a letter and goes on with letters, digits and _, 80 at the most");
    }
  }
  return reader.Template("Assign", location + "Assign");
}

std::unique_ptr<const StateGraph> CompileGraph(const Value& object, const Place& place, CompileContext& context) {
  if (!object.is_object()) {
    context.report.Add("bad-type", place, "Expected value of type [OBJECT]");
    return nullptr;
  }
  if (++context.depth > kGraphDepthMax) {
    context.report.Add("too-deeply-nested", place, "Parallel and Map states nest too deep");
    --context.depth;
    return nullptr;
  }
  const Place states_place = place.Key("States");
  const Value* states = object.Find("States");
  std::vector<std::unique_ptr<const State>> compiled;
  int64_t start_at = kNowhere;
  const bool outer_leads_anywhere = std::exchange(context.leads_anywhere, false);
  if (states != nullptr && states->is_object()) {
    if (states->size() == 0) context.report.Add("empty-states", states_place, "Value cannot be empty");
    StateNames names;
    for (size_t i = 0; i < states->size(); ++i) names[states->members()[i].name()] = static_cast<int64_t>(i);
    const Value* start = object.Find("StartAt");
    if (start != nullptr && context.keep_placeholders && context.IsAnyName(*start) &&
        !names.contains(start->as_string())) {
      context.incomplete = context.leads_anywhere = true;
    } else {
      start_at = ReadStartAt(object, place, names, context.report);
    }
    for (const Member& m : states->members()) {
      const auto number = static_cast<int64_t>(compiled.size());
      compiled.push_back(nullptr);
      const Place state_place = states_place.Key(m.name());
      CheckName(m.name(), state_place, context);
      if (context.keep_placeholders && IsPlaceholder(m.value)) {
        context.incomplete = true;
        continue;
      }
      if (!m.value.is_object()) {
        const bool misplaced = m.name() == "QueryLanguage" && m.value.is_string();
        context.report.Add(misplaced ? "query-language-misplaced" : "bad-type", state_place,
                           "Expected value of type [OBJECT]", misplaced ? "move QueryLanguage out of States" : "");
        continue;
      }
      const StateType* type = FindType(m.value, state_place, context);
      if (type == nullptr) continue;
      const auto language = LanguageOf(m.value, state_place, context);
      if (!language) continue;
      StateReader reader(m.value, state_place, m.key, number, *type, *language, names, context);
      compiled.back() = type->make(reader);
    }
  }
  --context.depth;
  auto graph = std::make_unique<const StateGraph>(std::move(compiled), start_at);
  // Recorded: a StartAt that is missing leaves nothing unreachable.
  if (states != nullptr && states->is_object() && object.Find("StartAt") != nullptr)
    CheckTransitions(*graph, *states, states_place, context);
  context.leads_anywhere = outer_leads_anywhere;
  return graph;
}

}  // namespace gait
