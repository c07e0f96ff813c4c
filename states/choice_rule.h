// The rules of a JSONPath Choice: https://states-language.net/#choice-state
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/timestamp.h"
#include "engine/definition/field_reader.h"
#include "engine/step/step_scope.h"

namespace gait {

// One comparison operator: a row of the table that parsing, checks and documentation read.
struct ComparisonOperator {
  enum class Kind : uint8_t {
    kString,
    kNumeric,
    kBoolean,
    kTimestamp,
    kMatches,
    kIsPresent,
    kIsNull,
    kIsNumeric,
    kIsString,
    kIsBoolean,
    kIsTimestamp
  };
  enum class Test : uint8_t { kEquals, kLessThan, kGreaterThan, kLessThanEquals, kGreaterThanEquals };

  std::string_view name;  // "StringLessThanEqualsPath"
  Kind kind;
  Test test;
  bool operand_is_path;
};
std::span<const ComparisonOperator> ComparisonOperators();

// A rule, or a part of one: And, Or, Not, or a comparison. Immutable.
class ChoiceRule {
 public:
  // Reads the object; `reader` has it with its fields checked. `nested` within And, Or or Not. Reports what is wrong,
  // and then gives a rule that must not be evaluated.
  static ChoiceRule Read(const FieldReader& reader, const Value& object, bool nested);

  // Does the rule hold for `input`? Fails where a Variable names nothing, unless the operator is IsPresent.
  Result<bool> Holds(const StepScope& scope, const Value& input) const;

 private:
  struct Comparison {
    Path variable;
    const ComparisonOperator* op;
    std::variant<Value, Path> operand;
    std::optional<Timestamp> timestamp;  // of the operand, if it is one
  };
  struct All {
    std::vector<ChoiceRule> rules;
  };
  struct Any {
    std::vector<ChoiceRule> rules;
  };
  struct Not {
    std::unique_ptr<ChoiceRule> rule;
  };
  struct Unreadable {};

  using Content = std::variant<Unreadable, Comparison, All, Any, Not>;
  explicit ChoiceRule(Content content) : content_(std::move(content)) {}

  static Content ReadComparison(const FieldReader& reader, const Value& object);
  static std::vector<ChoiceRule> ReadList(const FieldReader& reader, const Value& object, std::string_view name);
  static Result<bool> Compare(const Comparison& comparison, const StepScope& scope, const Value& input);

  Content content_;
};

// The rows of a rule's fields.
FieldTable ChoiceRuleFields();

// Does `text` match a pattern in which `*` stands for any characters, none included, and `\` takes what follows it as
// it is?
bool MatchesPattern(std::string_view text, std::string_view pattern);

}  // namespace gait
