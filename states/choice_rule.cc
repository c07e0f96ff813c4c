#include "states/choice_rule.h"

#include <algorithm>
#include <array>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/base/utf.h"
#include "engine/json/document.h"
#include "states/data_flow.h"

namespace gait {
namespace {

using Op = ComparisonOperator;
using K = Op::Kind;
using T = Op::Test;

constexpr Op kOperators[] = {
    {"StringEquals", K::kString, T::kEquals, false},
    {"StringEqualsPath", K::kString, T::kEquals, true},
    {"StringLessThan", K::kString, T::kLessThan, false},
    {"StringLessThanPath", K::kString, T::kLessThan, true},
    {"StringGreaterThan", K::kString, T::kGreaterThan, false},
    {"StringGreaterThanPath", K::kString, T::kGreaterThan, true},
    {"StringLessThanEquals", K::kString, T::kLessThanEquals, false},
    {"StringLessThanEqualsPath", K::kString, T::kLessThanEquals, true},
    {"StringGreaterThanEquals", K::kString, T::kGreaterThanEquals, false},
    {"StringGreaterThanEqualsPath", K::kString, T::kGreaterThanEquals, true},
    {"StringMatches", K::kMatches, T::kEquals, false},
    {"NumericEquals", K::kNumeric, T::kEquals, false},
    {"NumericEqualsPath", K::kNumeric, T::kEquals, true},
    {"NumericLessThan", K::kNumeric, T::kLessThan, false},
    {"NumericLessThanPath", K::kNumeric, T::kLessThan, true},
    {"NumericGreaterThan", K::kNumeric, T::kGreaterThan, false},
    {"NumericGreaterThanPath", K::kNumeric, T::kGreaterThan, true},
    {"NumericLessThanEquals", K::kNumeric, T::kLessThanEquals, false},
    {"NumericLessThanEqualsPath", K::kNumeric, T::kLessThanEquals, true},
    {"NumericGreaterThanEquals", K::kNumeric, T::kGreaterThanEquals, false},
    {"NumericGreaterThanEqualsPath", K::kNumeric, T::kGreaterThanEquals, true},
    {"BooleanEquals", K::kBoolean, T::kEquals, false},
    {"BooleanEqualsPath", K::kBoolean, T::kEquals, true},
    {"TimestampEquals", K::kTimestamp, T::kEquals, false},
    {"TimestampEqualsPath", K::kTimestamp, T::kEquals, true},
    {"TimestampLessThan", K::kTimestamp, T::kLessThan, false},
    {"TimestampLessThanPath", K::kTimestamp, T::kLessThan, true},
    {"TimestampGreaterThan", K::kTimestamp, T::kGreaterThan, false},
    {"TimestampGreaterThanPath", K::kTimestamp, T::kGreaterThan, true},
    {"TimestampLessThanEquals", K::kTimestamp, T::kLessThanEquals, false},
    {"TimestampLessThanEqualsPath", K::kTimestamp, T::kLessThanEquals, true},
    {"TimestampGreaterThanEquals", K::kTimestamp, T::kGreaterThanEquals, false},
    {"TimestampGreaterThanEqualsPath", K::kTimestamp, T::kGreaterThanEquals, true},
    {"IsNull", K::kIsNull, T::kEquals, false},
    {"IsPresent", K::kIsPresent, T::kEquals, false},
    {"IsNumeric", K::kIsNumeric, T::kEquals, false},
    {"IsString", K::kIsString, T::kEquals, false},
    {"IsBoolean", K::kIsBoolean, T::kEquals, false},
    {"IsTimestamp", K::kIsTimestamp, T::kEquals, false},
};

constexpr FieldType OperandType(const Op& op) {
  if (op.operand_is_path) return FieldType::kReferencePath;
  switch (op.kind) {
    case K::kString:
    case K::kMatches:
    case K::kTimestamp: return FieldType::kText;
    case K::kNumeric: return FieldType::kNumber;
    default: return FieldType::kBoolean;
  }
}

// The fields of a rule: the operators, and what stands around them.
constexpr auto kFields = [] {
  std::array<FieldRow, std::size(kOperators) + 9> rows{};
  size_t n = 0;
  for (const Op& op : kOperators) rows[n++] = {op.name, OperandType(op), FieldLanguage::kJsonPath};
  rows[n++] = {"Variable", FieldType::kReferencePath, FieldLanguage::kJsonPath};
  rows[n++] = {"And", FieldType::kArray, FieldLanguage::kJsonPath};
  rows[n++] = {"Or", FieldType::kArray, FieldLanguage::kJsonPath};
  rows[n++] = {"Not", FieldType::kObject, FieldLanguage::kJsonPath};
  rows[n++] = {"Condition", FieldType::kAny, FieldLanguage::kJsonata};
  rows[n++] = Text("Next");
  rows[n++] = Text("Comment");
  rows[n++] = Template("Assign");
  rows[n++] = Template("Output", FieldLanguage::kJsonata);
  return rows;
}();

template <typename Ordering>
bool Satisfies(T test, Ordering order) {
  switch (test) {
    case T::kEquals: return order == 0;
    case T::kLessThan: return order < 0;
    case T::kGreaterThan: return order > 0;
    case T::kLessThanEquals: return order <= 0;
    case T::kGreaterThanEquals: return order >= 0;
  }
  return false;
}

std::optional<Timestamp> TimestampOf(const Value& value) {
  return value.is_string() ? ParseTimestamp(value.as_string()) : std::nullopt;
}

std::partial_ordering CompareNumbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() <=> b.as_int();
  return a.as_double() <=> b.as_double();
}

bool HasKind(K kind, const Value& value) {
  switch (kind) {
    case K::kIsNull: return value.is_null();
    case K::kIsNumeric: return value.is_number();
    case K::kIsString: return value.is_string();
    case K::kIsBoolean: return value.is_bool();
    case K::kIsTimestamp: return TimestampOf(value).has_value();
    default: return true;
  }
}

}  // namespace

std::span<const ComparisonOperator> ComparisonOperators() { return kOperators; }

FieldTable ChoiceRuleFields() { return kFields; }

bool MatchesPattern(std::string_view text, std::string_view pattern) {
  // Goes back to the last `*` alone: linear but for patterns of many stars, and never recursive.
  size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    const size_t at = escaped ? p + 1 : p;
    if (at < pattern.size() && pattern[at] == text[t]) {
      p = at + 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<ChoiceRule> ChoiceRule::ReadList(const FieldReader& reader, const Value& object, std::string_view name) {
  std::vector<ChoiceRule> rules;
  const Value* list = object.Find(name);
  const Place place = reader.place().Key(name);
  if (IsPlaceholder(*list)) return rules;
  if (list->size() == 0) reader.report().Add("bad-choice-rule", place, "Value cannot be empty");
  for (size_t i = 0; i < list->size(); ++i) {
    const Value& item = list->items()[i];
    if (IsPlaceholder(item)) continue;
    if (!item.is_object()) {
      reader.report().Add("bad-type", place.Index(i), "Expected value of type [OBJECT]");
      continue;
    }
    const FieldReader inner(item, place.Index(i), reader.language(), {ChoiceRuleFields()}, {}, reader.report());
    rules.push_back(Read(inner, item, /*nested=*/true));
  }
  return rules;
}

ChoiceRule ChoiceRule::Read(const FieldReader& reader, const Value& object, bool nested) {
  constexpr std::string_view kForms[] = {"And", "Or", "Not", "Variable", "Condition"};
  std::vector<std::string_view> present;
  for (std::string_view form : kForms) {
    if (object.Find(form) != nullptr) present.push_back(form);
  }
  if (present.size() != 1) {
    reader.report().Add("bad-choice-rule", reader.place(),
                        "The object must have only one of the following fields, " + Bracketed(kForms),
                        present.empty() ? "say what the rule tests" : "it has " + Bracketed(present));
  }
  if (nested) {
    for (std::string_view field : {"Next", "Assign", "Output"}) {
      if (object.Find(field) == nullptr) continue;
      reader.report().AddAt("nested-rule-next", reader.place().Key(field), reader.place(),
                            "Field '" + std::string(field) + "' is not supported", "only the outermost rule has it");
    }
  }
  if (present.size() != 1 || reader.Get(present[0]) == nullptr) return ChoiceRule(Unreadable{});
  const std::string_view form = present[0];
  if (form == "And") return ChoiceRule(All{ReadList(reader, object, form)});
  if (form == "Or") return ChoiceRule(Any{ReadList(reader, object, form)});
  if (form == "Variable") return ChoiceRule(ReadComparison(reader, object));
  if (form != "Not") return ChoiceRule(Unreadable{});
  const Value& inner = *reader.Get("Not");
  const FieldReader inner_reader(inner, reader.place().Key("Not"), reader.language(), {ChoiceRuleFields()}, {},
                                 reader.report());
  return ChoiceRule(Not{std::make_unique<ChoiceRule>(Read(inner_reader, inner, /*nested=*/true))});
}

ChoiceRule::Content ChoiceRule::ReadComparison(const FieldReader& reader, const Value& object) {
  const ComparisonOperator* op = nullptr;
  std::vector<std::string_view> found;  // in the order of the text
  for (const Member& m : object.members()) {
    const auto* o = std::find_if(std::begin(kOperators), std::end(kOperators),
                                 [&](const ComparisonOperator& each) { return each.name == m.name(); });
    if (o == std::end(kOperators)) continue;
    op = o;
    found.push_back(o->name);
  }
  if (found.size() != 1) {
    reader.report().Add("bad-choice-rule", reader.place(),
                        found.empty() ? "The object must have a comparison operator"
                                      : "There should only be one of the following fields: " + Bracketed(found));
    return Unreadable{};
  }
  std::optional<Path> variable = reader.PathOf("Variable");
  const Value* operand = reader.Get(op->name);
  if (!variable || operand == nullptr) return Unreadable{};
  if (op->kind == K::kString) reader.WarnOfStaticPath(op->name);
  Comparison comparison{*std::move(variable), op, *operand, std::nullopt};
  if (op->operand_is_path) {
    std::optional<Path> path = reader.PathOf(op->name);
    if (!path) return Unreadable{};
    comparison.operand = *std::move(path);
  } else if (op->kind == K::kTimestamp && !IsPlaceholder(*operand)) {
    comparison.timestamp = TimestampOf(*operand);
    if (!comparison.timestamp && operand->as_string().find("${") == std::string_view::npos) {
      ReportBadTimestamp(reader, op->name, operand->as_string());
    }
  }
  return comparison;
}

Result<bool> ChoiceRule::Compare(const Comparison& c, const StepScope& scope, const Value& input) {
  const Scope expression_scope = scope.ForExpression(input);
  const auto found = c.variable.Evaluate(expression_scope);
  const Value* value = std::get_if<Value>(&found);
  const Value* literal = std::get_if<Value>(&c.operand);
  if (c.op->kind == K::kIsPresent) return (value != nullptr) == literal->as_bool();
  if (value == nullptr) {
    return WorkflowError{std::string(error_names::kRuntime), CauseText(Cause::kChoicePathInvalid, {c.variable.text()})};
  }
  std::variant<Value, JsonPathMiss> referred;
  const Value* operand = literal;
  if (literal == nullptr) {
    const Path& path = std::get<Path>(c.operand);
    referred = path.Evaluate(expression_scope);
    operand = std::get_if<Value>(&referred);
    if (operand == nullptr) {
      return WorkflowError{std::string(error_names::kRuntime), CauseText(Cause::kChoicePathInvalid, {path.text()})};
    }
  }
  const T test = c.op->test;
  switch (c.op->kind) {
    case K::kString:
      return value->is_string() && operand->is_string() &&
             Satisfies(test, CompareUtf16(value->as_string(), operand->as_string()));
    case K::kMatches: return value->is_string() && MatchesPattern(value->as_string(), operand->as_string());
    case K::kNumeric:
      return value->is_number() && operand->is_number() && Satisfies(test, CompareNumbers(*value, *operand));
    case K::kBoolean: return value->is_bool() && operand->is_bool() && value->as_bool() == operand->as_bool();
    case K::kTimestamp: {
      const auto left = TimestampOf(*value);
      const auto right = c.timestamp ? c.timestamp : TimestampOf(*operand);
      return left && right && Satisfies(test, *left <=> *right);
    }
    default: return HasKind(c.op->kind, *value) == operand->as_bool();
  }
}

Result<bool> ChoiceRule::Holds(const StepScope& scope, const Value& input) const {
  if (const auto* comparison = std::get_if<Comparison>(&content_)) return Compare(*comparison, scope, input);
  if (const auto* negated = std::get_if<Not>(&content_)) {
    Result<bool> holds = negated->rule->Holds(scope, input);
    if (!holds) return holds;
    return !*holds;
  }
  const auto* all = std::get_if<All>(&content_);
  const auto& rules = all != nullptr ? all->rules : std::get<Any>(content_).rules;
  for (const ChoiceRule& rule : rules) {
    Result<bool> holds = rule.Holds(scope, input);
    if (!holds || *holds != (all != nullptr)) return holds;  // the first that decides
  }
  return all != nullptr;
}

}  // namespace gait
