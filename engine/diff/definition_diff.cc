#include "engine/diff/definition_diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/json/hash.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

constexpr std::string_view kProcessors[] = {"ItemProcessor", "Iterator"};

// Fields whose value is the name of a state, or says that there is none.
bool NamesTarget(std::string_view field) {
  return field == "Next" || field == "Default" || field == "End" || field == "StartAt";
}

// In a template Next is a key as any other.
bool IsTransition(const std::vector<std::string>& tokens) {
  if (tokens.size() == 1) return NamesTarget(tokens[0]);
  return tokens.size() == 3 && (tokens[0] == "Choices" || tokens[0] == "Catch") && tokens[2] == "Next";
}

struct FlatScope {
  std::string scope;
  std::string pointer;
  const Value* value = nullptr;  // the object with StartAt and States
};

struct Flat {
  std::vector<FlatScope> scopes;
  std::vector<PlacedState> states;
};

const Value* ObjectAt(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value != nullptr && value->is_object() ? value : nullptr;
}

std::string TypeOf(const Value& state) {
  const Value* type = state.is_object() ? state.Find("Type") : nullptr;
  return type != nullptr && type->is_string() ? std::string(type->as_string()) : "";
}

// All scopes and states, an inner scope's after the scope around it.
Flat Flatten(const Value& definition) {
  Flat flat;
  if (!definition.is_object()) return flat;
  flat.scopes.push_back({"", "", &definition});
  for (size_t i = 0; i < flat.scopes.size(); ++i) {
    const FlatScope scope = flat.scopes[i];
    const Value* states = ObjectAt(*scope.value, "States");
    if (states == nullptr) continue;
    for (const Member& m : states->members()) {
      const std::string name(m.name());
      const std::string pointer = scope.pointer + "/States/" + EscapePointerToken(name);
      flat.states.push_back({name, TypeOf(m.value), scope.scope, pointer, &m.value});
      if (!m.value.is_object()) continue;
      const std::string within = scope.scope.empty() ? name : scope.scope + " / " + name;
      for (std::string_view processor : kProcessors) {
        const Value* inner = ObjectAt(m.value, processor);
        if (inner != nullptr) flat.scopes.push_back({within, pointer + "/" + std::string(processor), inner});
      }
      const Value* branches = m.value.Find("Branches");
      for (size_t b = 0; branches != nullptr && b < branches->items().size(); ++b) {
        if (!branches->items()[b].is_object()) continue;
        flat.scopes.push_back({within + " / Branch " + std::to_string(b + 1),
                               pointer + "/Branches/" + std::to_string(b), &branches->items()[b]});
      }
    }
  }
  return flat;
}

// The state without what makes no difference to "the same state under another name": where it leads, what is within.
Value WithoutTargets(const Value& value, std::vector<std::string>& tokens) {
  if (value.is_array()) {
    ArrayBuilder items;
    for (size_t i = 0; i < value.size(); ++i) {
      tokens.push_back(std::to_string(i));
      items.Add(tokens.size() > 3 ? value.items()[i] : WithoutTargets(value.items()[i], tokens));
      tokens.pop_back();
    }
    return items.Build();
  }
  if (!value.is_object()) return value;
  ObjectBuilder members;
  for (const Member& m : value.members()) {
    tokens.emplace_back(m.name());
    const bool inner =
        tokens.size() == 1 && (m.name() == "Branches" || m.name() == "ItemProcessor" || m.name() == "Iterator");
    const bool deep = tokens.size() > 3;
    if (!inner && !IsTransition(tokens)) members.Add(m.key, deep ? m.value : WithoutTargets(m.value, tokens));
    tokens.pop_back();
  }
  return members.Build();
}

Value Content(const Value& state) {
  std::vector<std::string> tokens;
  return WithoutTargets(state, tokens);
}

// Compares two values part by part. REQUIRES of the depth: that of JSON values, which is bounded.
class Fields {
 public:
  std::vector<FieldChange> Compare(const Value& before, const Value& after, const std::set<std::string_view>& without) {
    without_ = &without;
    Parts(before, after);
    return std::move(changes_);
  }

 private:
  void Parts(const Value& before, const Value& after) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) return Members(before, after);
    if (before.is_array() && after.is_array()) return Items(before, after);
    Add(before, after);
  }

  bool Skips(std::string_view name) const { return tokens_.empty() && without_->contains(name); }

  void Members(const Value& before, const Value& after) {
    for (const Member& m : before.members()) {
      if (Skips(m.name())) continue;
      const Value* other = after.Find(m.name());
      tokens_.emplace_back(m.name());
      if (other == nullptr) {
        Add(m.value, std::nullopt);
      } else {
        Parts(m.value, *other);
      }
      tokens_.pop_back();
    }
    for (const Member& m : after.members()) {
      if (Skips(m.name()) || before.Find(m.name()) != nullptr) continue;
      tokens_.emplace_back(m.name());
      Add(std::nullopt, m.value);
      tokens_.pop_back();
    }
  }

  // What is the same at the front and at the back is left out, so that one item more is one change.
  void Items(const Value& before, const Value& after) {
    const auto a = before.items(), b = after.items();
    size_t front = 0, back = 0;
    while (front < a.size() && front < b.size() && a[front] == b[front]) ++front;
    while (back < a.size() - front && back < b.size() - front && a[a.size() - 1 - back] == b[b.size() - 1 - back])
      ++back;
    const size_t a_end = a.size() - back, b_end = b.size() - back;
    for (size_t i = front; i < std::max(a_end, b_end); ++i) {
      tokens_.push_back(std::to_string(i));
      if (i >= a_end) {
        Add(std::nullopt, b[i]);
      } else if (i >= b_end) {
        Add(a[i], std::nullopt);
      } else {
        Parts(a[i], b[i]);
      }
      tokens_.pop_back();
    }
  }

  void Add(std::optional<Value> before, std::optional<Value> after) {
    std::string pointer;
    for (const std::string& token : tokens_) pointer += "/" + EscapePointerToken(token);
    changes_.push_back({std::move(pointer), std::move(before), std::move(after), IsTransition(tokens_)});
  }

  const std::set<std::string_view>* without_ = nullptr;
  std::vector<std::string> tokens_;
  std::vector<FieldChange> changes_;
};

class Comparison {
 public:
  Comparison(const Value& before, const Value& after) : before_(Flatten(before)), after_(Flatten(after)) {}

  DefinitionDiff Compare() {
    MatchByName();
    MatchByContent();
    CompareScopes();
    for (size_t i = 0; i < after_.states.size(); ++i) CompareState(i);
    for (size_t i = 0; i < before_.states.size(); ++i) {
      if (matched_before_.contains(i)) continue;
      const PlacedState& old = before_.states[i];
      diff_.states.push_back(
          {StateChangeKind::kRemoved, old.name, old.name, old.type, old.scope, old.scope, old.pointer, "", {}});
    }
    return std::move(diff_);
  }

 private:
  void Match(size_t before, size_t after) {
    match_[after] = before;
    matched_before_.insert(before);
    const PlacedState &a = before_.states[before], &b = after_.states[after];
    if (a.name != b.name) renamed_[a.name] = b.name;
  }

  // In a valid definition a name stands once; in another the first of a name is matched with the first.
  void MatchByName() {
    std::map<std::string_view, size_t> by_name;
    for (size_t i = before_.states.size(); i-- > 0;) by_name[before_.states[i].name] = i;
    for (size_t i = 0; i < after_.states.size(); ++i) {
      const auto found = by_name.find(after_.states[i].name);
      if (found != by_name.end() && !matched_before_.contains(found->second)) Match(found->second, i);
    }
  }

  // Of those that are left, the first with the first that is the same, in the same scope.
  void MatchByContent() {
    std::unordered_map<Value, std::set<size_t>, ValueHash> left;
    for (size_t i = 0; i < before_.states.size(); ++i) {
      if (!matched_before_.contains(i)) left[Content(*before_.states[i].value)].insert(i);
    }
    for (size_t i = 0; i < after_.states.size() && !left.empty(); ++i) {
      if (match_.contains(i)) continue;
      const PlacedState& state = after_.states[i];
      const auto found = left.find(Content(*state.value));
      if (found == left.end()) continue;
      std::set<size_t>& same = found->second;
      const auto match = std::find_if(
          same.begin(), same.end(), [&](size_t old) { return RenamedScope(before_.states[old].scope) == state.scope; });
      if (match == same.end()) continue;
      Match(*match, i);
      same.erase(match);
    }
  }

  // An inner scope's name has the names of the states around it, which may have been renamed. Those come first.
  std::string RenamedScope(const std::string& scope) const {
    std::string name;
    for (size_t at = 0; at <= scope.size();) {
      const size_t end = std::min(scope.find(" / ", at), scope.size());
      const std::string part = scope.substr(at, end - at);
      const auto renamed = renamed_.find(part);
      name += (at == 0 ? "" : " / ") + (renamed == renamed_.end() ? part : renamed->second);
      at = end + 3;
    }
    return name;
  }

  // A transition to a renamed state leads to where it led.
  std::vector<FieldChange> WithoutRenames(std::vector<FieldChange> changes) const {
    std::erase_if(changes, [&](const FieldChange& c) {
      if (!c.is_transition || !c.before || !c.after || !c.before->is_string() || !c.after->is_string()) return false;
      const auto renamed = renamed_.find(c.before->as_string());
      return renamed != renamed_.end() && renamed->second == c.after->as_string();
    });
    return changes;
  }

  void CompareScopes() {
    std::map<std::string, const FlatScope*> by_name;
    for (const FlatScope& scope : before_.scopes) by_name.emplace(RenamedScope(scope.scope), &scope);
    for (const FlatScope& scope : after_.scopes) {
      const auto old = by_name.find(scope.scope);
      if (old == by_name.end()) continue;  // its states are new
      auto fields = WithoutRenames(Fields().Compare(*old->second->value, *scope.value, {"States"}));
      if (!fields.empty()) diff_.scopes.push_back({scope.scope, std::move(fields)});
    }
  }

  void CompareState(size_t i) {
    const PlacedState& state = after_.states[i];
    const auto matched = match_.find(i);
    if (matched == match_.end()) {
      diff_.states.push_back({StateChangeKind::kAdded,
                              state.name,
                              state.name,
                              state.type,
                              state.scope,
                              state.scope,
                              "",
                              state.pointer,
                              {}});
      return;
    }
    const PlacedState& old = before_.states[matched->second];
    const bool renamed = old.name != state.name, moved = RenamedScope(old.scope) != state.scope;
    auto fields = WithoutRenames(CompareFields(*old.value, *state.value));
    if (!renamed && !moved && fields.empty()) return;
    const StateChangeKind kind = renamed ? StateChangeKind::kRenamed
                                 : moved ? StateChangeKind::kMoved
                                         : StateChangeKind::kChanged;
    diff_.states.push_back({kind, state.name, old.name, state.type, state.scope, moved ? old.scope : state.scope,
                            old.pointer, state.pointer, std::move(fields)});
  }

  const Flat before_, after_;
  std::map<size_t, size_t> match_;  // new to old
  std::set<size_t> matched_before_;
  std::map<std::string, std::string, std::less<>> renamed_;  // old to new
  DefinitionDiff diff_;
};

}  // namespace

std::vector<PlacedState> PlacedStates(const Value& definition) { return Flatten(definition).states; }

DefinitionDiff CompareDefinitions(const Value& before, const Value& after) {
  return Comparison(before, after).Compare();
}

std::vector<FieldChange> CompareFields(const Value& before, const Value& after) {
  std::vector<FieldChange> changes = Fields().Compare(before, after, {"Branches", "ItemProcessor", "Iterator"});
  if (!before.is_object() || !after.is_object()) return changes;
  // That a processor is called Iterator no more is a change; what stands in it is compared as a scope.
  for (std::string_view name : kProcessors) {
    const bool was = before.Find(name) != nullptr, is = after.Find(name) != nullptr;
    if (was == is) continue;
    changes.push_back({"/" + std::string(name), was ? std::optional(Value::Object()) : std::nullopt,
                       is ? std::optional(Value::Object()) : std::nullopt, false});
  }
  const Value *a = before.Find("Branches"), *b = after.Find("Branches");
  const size_t a_count = a == nullptr ? 0 : a->size(), b_count = b == nullptr ? 0 : b->size();
  for (size_t i = std::min(a_count, b_count); i < std::max(a_count, b_count); ++i) {
    const auto branch = [&](size_t count) { return i < count ? std::optional(Value::Object()) : std::nullopt; };
    changes.push_back({"/Branches/" + std::to_string(i), branch(a_count), branch(b_count), false});
  }
  return changes;
}

}  // namespace gait
