#include "engine/definition/rule_table.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"

namespace gait {
namespace {

constexpr std::string_view kSchema = "SCHEMA_VALIDATION_FAILED";
constexpr std::string_view kTarget = "MISSING_TRANSITION_TARGET";
constexpr auto E = Severity::kError;
constexpr auto W = Severity::kWarning;

constexpr Rule kRules[] = {
    // The text.
    {"invalid-json", E, "INVALID_JSON_DESCRIPTION", "the text is not JSON, or not YAML"},
    {"too-large", E, kSchema, "the definition is longer than 1 MiB"},
    {"not-an-object", E, kSchema, "the definition is not an object"},
    {"unresolved-placeholder", E, "", "a ${placeholder} has no value"},
    {"no-state-machine", E, "", "the file is neither a definition nor a template with a state machine"},
    {"definition-not-found", W, "", "a template names a file for the definition that is not there"},
    {"definition-not-read", Severity::kInfo, "", "a template's definition is not at hand, and so not checked"},
    {"undefined-substitution", W, "", "a template has no value for a ${placeholder} of the definition"},
    {"unused-substitution", Severity::kInfo, "", "a template has a value for what the definition does not refer to"},
    {"duplicate-key", W, "", "an object has a key twice"},
    {"not-implemented", E, "", "gait cannot execute this yet"},
    // Fields.
    {"missing-required-field", E, kSchema, "a field that must be there is missing"},
    {"unknown-field", E, kSchema, "there is no such field"},
    {"field-not-allowed", E, kSchema, "the field belongs to other states"},
    {"bad-type", E, kSchema, "the value has the wrong type"},
    {"number-out-of-range", E, kSchema, "the number is too small or too large"},
    {"bad-enum-value", E, kSchema, "the value is none of those that there are"},
    {"value-and-path", E, kSchema, "a field and its ...Path form exclude one another"},
    {"unsupported-version", E, kSchema, "Version is not 1.0"},
    {"bad-jsonpath", E, kSchema, "the value is no path"},
    {"bad-reference-path", E, kSchema, "the value is no Reference Path"},
    {"bad-intrinsic", E, kSchema, "the call of an intrinsic function is wrong"},
    {"bad-payload-template", E, kSchema, "a field whose name ends in .$ holds neither a path nor a call"},
    {"duplicate-template-field", E, kSchema, "a field is set both with and without .$"},
    {"bad-timestamp", E, kSchema, "the value is no RFC 3339 timestamp"},
    {"bad-variable-name", E, "INVALID_VARIABLE_NAME", "a variable cannot have this name"},
    {"reserved-variable-name", E, "RESERVED_VARIABLE_NAME", "$states is not to be assigned"},
    {"variable-shadows-outer-scope", E, "DUPLICATE_VARIABLE_NAME",
     "a scope around this one has a variable of the name"},
    {"undefined-variable", W, "", "no state on the way here assigns the variable that is read"},
    // Query languages.
    {"bad-query-language", E, kSchema, "there is no such query language"},
    {"query-language-downgrade", E, kSchema, "a JSONata machine has no JSONPath states"},
    {"query-language-misplaced", E, kSchema, "QueryLanguage stands where it means nothing"},
    {"jsonata-field-in-jsonpath-state", E, kSchema, "the field is for JSONata states"},
    {"jsonpath-field-in-jsonata-state", E, kSchema, "the field is for JSONPath states"},
    {"jsonata-not-an-expression", E, kSchema, "{% without %}, or the reverse"},
    {"jsonata-syntax-error", E, "INVALID_JSONATA_EXPRESSION", "the JSONata expression does not parse"},
    {"jsonata-top-level-reference", E, "UNSUPPORTED_JSONATA_EXPRESSION",
     "the expression refers to a context that is not there"},
    {"jsonata-unsupported-reference", E, "UNSUPPORTED_JSONATA_EXPRESSION", "the expression uses what is not there"},
    // The graph.
    {"empty-states", E, kSchema, "States has no state"},
    {"unknown-state-type", E, kSchema, "there is no such type of state"},
    {"state-name-too-long", E, "INVALID_STATE_NAME", "a state's name has more than 80 characters"},
    {"duplicate-state-name", E, "DUPLICATE_STATE_NAME", "two states have one name"},
    {"missing-next", E, kSchema, "a state has neither Next nor End"},
    {"both-next-and-end", E, kSchema, "a state has Next and End"},
    {"dangling-transition", E, kTarget, "a transition names no state"},
    {"unreachable-state", E, kTarget, "no transition leads to the state"},
    {"no-terminal-state", E, "MISSING_END_STATE", "no state ends the machine"},
    // Choice.
    {"bad-choice-rule", E, kSchema, "a Choice rule is malformed"},
    {"choice-without-choices", E, kSchema, "a Choice has no rule"},
    {"parallel-without-branches", E, kSchema, "a Parallel has no branch"},
    {"choice-rule-without-next", E, kSchema, "a Choice rule leads nowhere"},
    {"nested-rule-next", E, kSchema, "a rule within And, Or or Not has a Next"},
    // Retry and Catch.
    {"empty-error-equals", E, kSchema, "ErrorEquals names no error"},
    {"states-all-not-alone", E, kSchema, "States.ALL stands beside other names"},
    {"states-all-not-last", E, kSchema, "a Retrier or Catcher follows the one for States.ALL"},
    {"bad-reserved-error-name", W, "", "no error of this reserved name exists"},
    // Wait.
    {"wait-without-time", E, kSchema, "a Wait does not say how long"},
    {"wait-two-times", E, kSchema, "a Wait says twice how long"},
    // Map.
    {"map-without-processor", E, kSchema, "a Map has no ItemProcessor"},
    {"map-iterator-and-itemprocessor", E, kSchema, "a Map has both ItemProcessor and Iterator"},
    {"map-parameters-and-itemselector", E, kSchema, "a Map has both ItemSelector and Parameters"},
    {"executiontype-in-inline-map", E, kSchema, "ExecutionType is for Distributed Maps"},
    {"bad-label", E, "INVALID_LABEL_NAME", "a Map cannot have this Label"},
    {"duplicate-label", E, "DUPLICATE_LABEL_NAME", "two Maps have one Label"},
    {"bad-item-reader", E, kSchema, "an ItemReader is malformed"},
    {"reader-without-resource", E, kSchema, "an ItemReader has no Resource"},
    {"bad-item-batcher", E, kSchema, "an ItemBatcher is malformed"},
    {"bad-result-writer", E, kSchema, "a ResultWriter is malformed"},
    // Task.
    {"invalid-resource", E, kSchema, "Resource names nothing that a Task can do"},
    {"bad-credentials", E, kSchema, "Credentials are malformed, or of no use here"},
    {"not-for-express", E, kSchema, "EXPRESS state machines do not have it"},
    {"too-deeply-nested", E, "TOO_DEEPLY_NESTED", "Parallel and Map states nest too deep"},
};

}  // namespace

std::span<const Rule> Rules() { return kRules; }

const Rule& RuleOf(std::string_view id) {
  const auto* rule = std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& r) { return r.id == id; });
  GAIT_CHECK(rule != std::end(kRules), "no such rule: " + std::string(id));
  return *rule;
}

}  // namespace gait
