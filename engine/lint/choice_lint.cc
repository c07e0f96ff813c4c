// Choices without a Default, and rules that can never be taken.
#include <cmath>
#include <limits>
#include <unordered_map>

#include "engine/json/hash.h"
#include "engine/json/members.h"
#include "engine/lint/checks.h"

namespace gait::lint {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// More than these of one state are not compared with one another, pair by pair.
constexpr size_t kRulesComparedMax = 100;

// What a simple rule asks of its variable: that it is one constant, or a number between two.
struct Demand {
  const Value* variable = nullptr;  // null: something else is asked
  Value equals;                     // undefined: a number in the interval
  double low = -kInfinity, high = kInfinity;
  bool low_open = true, high_open = true;

  bool numeric() const { return equals.is_undefined(); }
};

Demand DemandOf(const Value& rule) {
  Demand demand;
  const Value* variable = rule.is_object() ? rule.Find("Variable") : nullptr;
  if (variable == nullptr) return demand;
  for (const Member& m : rule.members()) {
    const std::string_view name = m.name();
    if (name == "StringEquals" && m.value.is_string() && m.value.as_string().find("${") == std::string_view::npos) {
      demand.equals = m.value;
    } else if (name == "BooleanEquals" && m.value.is_bool()) {
      demand.equals = m.value;
    } else if (!name.starts_with("Numeric") || !m.value.is_number()) {
      continue;
    } else if (name == "NumericEquals") {
      demand.low = demand.high = m.value.as_double();
      demand.low_open = demand.high_open = false;
    } else if (name.starts_with("NumericGreaterThan")) {
      demand.low = m.value.as_double();
      demand.low_open = !name.ends_with("Equals");
    } else if (name.starts_with("NumericLessThan")) {
      demand.high = m.value.as_double();
      demand.high_open = !name.ends_with("Equals");
    } else {
      continue;
    }
    demand.variable = variable;
  }
  return demand;
}

bool SameVariable(const Demand& a, const Demand& b) {
  return a.variable != nullptr && b.variable != nullptr && *a.variable == *b.variable;
}

// Is there no value that meets both?
bool Exclude(const Demand& a, const Demand& b) {
  if (!SameVariable(a, b)) return false;
  if (a.numeric() != b.numeric()) return true;
  if (!a.numeric()) return !(a.equals == b.equals);
  const double low = std::max(a.low, b.low), high = std::min(a.high, b.high);
  if (low != high) return low > high;
  const auto closed_at = [&](const Demand& d) {
    return (d.low != low || !d.low_open) && (d.high != high || !d.high_open);
  };
  return !closed_at(a) || !closed_at(b);
}

// Does every number that meets `inner` meet `outer`?
bool Within(const Demand& inner, const Demand& outer) {
  if (!SameVariable(inner, outer) || !inner.numeric() || !outer.numeric()) return false;
  const bool low = inner.low > outer.low || (inner.low == outer.low && (inner.low_open || !outer.low_open));
  const bool high = inner.high < outer.high || (inner.high == outer.high && (inner.high_open || !outer.high_open));
  return low && high;
}

// Do the two, between them, take every number?
bool CoverAll(const Demand& a, const Demand& b) {
  if (!SameVariable(a, b) || !a.numeric() || !b.numeric()) return false;
  if (a.low != -kInfinity) return b.low == -kInfinity && CoverAll(b, a);
  return b.high == kInfinity && (b.low < a.high || (b.low == a.high && !(b.low_open && a.high_open)));
}

// What the rule asks, without what it does if that holds.
Value Condition(const Value& rule) {
  ObjectBuilder condition;
  for (const Member& m : rule.members()) {
    if (m.name() != "Next" && m.name() != "Comment" && m.name() != "Assign" && m.name() != "Output") {
      condition.Add(m.key, m.value);
    }
  }
  return condition.Build();
}

// Of a JSONata condition that is a constant: its value.
const bool* Constant(const Value& rule) {
  static constexpr bool kTrue = true, kFalse = false;
  const Value* condition = rule.Find("Condition");
  if (condition == nullptr) return nullptr;
  if (condition->is_bool()) return condition->as_bool() ? &kTrue : &kFalse;
  if (!condition->is_string()) return nullptr;
  std::string text;
  for (const char c : condition->as_string()) {
    if (c != ' ') text += c;
  }
  return text == "{%true%}" ? &kTrue : text == "{%false%}" ? &kFalse : nullptr;
}

// Does one of the two ask the opposite of what the other asks: `IsPresent` true and false, a rule and its Not?
bool Opposite(const Value& a, const Value& b) {
  const Value *not_a = a.Find("Not"), *not_b = b.Find("Not");
  if ((not_a != nullptr && Condition(*not_a) == b) || (not_b != nullptr && Condition(*not_b) == a)) return true;
  if (a.size() != 2 || b.size() != 2) return false;
  for (const Member& m : a.members()) {
    const Value* other = b.Find(m.name());
    if (other == nullptr) return false;
    if (m.name() == "Variable" ? !(*other == m.value) : !m.value.is_bool() || !other->is_bool() || *other == m.value) {
      return false;
    }
  }
  return true;
}

// Does one of the rules hold whatever the input is?
bool IsExhaustive(std::span<const Value> rules) {
  const size_t count = std::min(rules.size(), kRulesComparedMax);
  std::vector<Value> conditions;
  std::vector<Demand> demands;
  for (size_t i = 0; i < count; ++i) {
    const bool* constant = Constant(rules[i]);
    if (constant != nullptr && *constant) return true;
    conditions.push_back(Condition(rules[i]));
    demands.push_back(DemandOf(rules[i]));
    for (size_t j = 0; j < i; ++j) {
      if (Opposite(conditions[i], conditions[j]) || CoverAll(demands[i], demands[j])) return true;
    }
  }
  return false;
}

std::string Nth(size_t index) { return "rule " + std::to_string(index + 1); }

// The first two rules of an And that cannot both hold, looking at the simple ones.
bool IsContradiction(const Value& rule) {
  const Value* all = rule.Find("And");
  if (all == nullptr) return false;
  std::vector<Demand> demands;
  for (const Value& part : all->items()) {
    demands.push_back(DemandOf(part));
    for (size_t i = 0; i + 1 < demands.size(); ++i) {
      if (Exclude(demands[i], demands.back())) return true;
    }
    if (demands.size() == kRulesComparedMax) break;
  }
  return false;
}

}  // namespace

void CheckDefault(const StateView& state, LintContext& context) {
  const Value* rules = state.Find("Choices");
  if (state.Has("Default") || rules == nullptr || !rules->is_array() || IsExhaustive(rules->items())) return;
  context.report.Add("choice-without-default", state.place,
                     "Where no rule holds, the execution fails with States.NoChoiceMatched: there is no Default",
                     "add a Default, if only one that leads to a Fail which says what was not expected");
}

void CheckRules(const StateView& state, LintContext& context) {
  const Value* rules = state.Find("Choices");
  if (rules == nullptr) return;
  const Place place = state.place.Key("Choices");
  std::unordered_map<Value, size_t, ValueHash> seen;
  std::vector<Demand> demands;
  for (size_t i = 0; i < rules->size(); ++i) {
    const Value& rule = rules->items()[i];
    if (!rule.is_object()) return;
    const bool* constant = Constant(rule);
    if (IsContradiction(rule) || (constant != nullptr && !*constant)) {
      context.report.Add("choice-rule-never-holds", place.Index(i),
                         constant != nullptr ? "The condition is never true" : "The parts of And exclude one another");
    }
    const auto [earlier, is_new] = seen.try_emplace(Condition(rule), i);
    std::string why;
    if (!is_new) why = Nth(earlier->second) + " asks the same";
    demands.push_back(DemandOf(rule));
    for (size_t j = 0; why.empty() && j < std::min(i, kRulesComparedMax); ++j) {
      if (Within(demands[i], demands[j])) why = Nth(j) + " holds whenever this one would";
    }
    if (!why.empty()) {
      context.report.Add("choice-rule-never-reached", place.Index(i), "The rule is never taken: " + why,
                         "the first rule that holds is taken");
    }
    if (constant == nullptr || !*constant) continue;
    if (i + 1 < rules->size()) {
      context.report.Add("choice-rule-never-reached", place.Index(i + 1),
                         "The rule is never taken: " + Nth(i) + " always holds", "the first rule that holds is taken");
    }
    return;
  }
}

}  // namespace gait::lint
