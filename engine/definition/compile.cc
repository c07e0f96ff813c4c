#include "engine/definition/compile.h"

#include <algorithm>

#include "engine/definition/checks.h"
#include "engine/definition/fixes.h"
#include "engine/definition/rule_table.h"
#include "engine/definition/variable_checks.h"
#include "engine/json/write.h"

namespace gait {
namespace {

constexpr std::string_view kQueryLanguages[] = {"JSONPath", "JSONata"};

constexpr FieldRow kFields[] = {
    Text("Comment"),
    Enum("QueryLanguage", kQueryLanguages),
    Structure("States", FieldType::kObject, /*required=*/true),  // AWS names it first where both are missing
    Text("StartAt", /*required=*/true),
    Integer("TimeoutSeconds", 0, kSecondsMax),
    Text("Version"),
};

// Findings about a member itself, not about its value: the position is that of its key.
constexpr std::string_view kAboutKeys[] = {
    "unknown-field",
    "field-not-allowed",
    "jsonata-field-in-jsonpath-state",
    "jsonpath-field-in-jsonata-state",
    "state-name-too-long",
    "duplicate-state-name",
    "bad-variable-name",
    "reserved-variable-name",
    "nested-rule-next",
    "variable-shadows-outer-scope",
    "unused-variable",
};

// Findings about what a text says, which is something else when its placeholders have values.
constexpr std::string_view kAboutTexts[] = {
    "bad-label",           "duplicate-label",      "bad-item-reader",      "bad-result-writer",
    "bad-choice-rule",     "bad-payload-template", "bad-jsonpath",         "bad-reference-path",
    "bad-intrinsic",       "bad-enum-value",       "bad-timestamp",        "invalid-resource",
    "unsupported-version", "bad-query-language",   "jsonata-syntax-error", "jsonata-not-an-expression",
};

void DropAboutPlaceholders(const Value& definition, Report& report) {
  report.Drop([&](const Diagnostic& d) {
    if (std::find(std::begin(kAboutTexts), std::end(kAboutTexts), d.rule) == std::end(kAboutTexts)) return false;
    const Value* text = ResolvePointer(definition, d.pointer);
    return text != nullptr && text->is_string() && (IsPlaceholder(*text) || report.IsOpen(text->as_string()));
  });
}

void AddRepeatedKeys(Diagnostics& diagnostics, const Positions& positions) {
  for (const auto& [pointer, position] : positions.duplicates()) {
    Diagnostic d;
    const Rule& rule = RuleOf("duplicate-key");
    d.severity = rule.severity;
    d.rule = rule.id;
    d.message = "The key '" + SplitPointer(pointer).back() + "' stands in its object for a second time";
    d.hint = "the last one counts";
    d.pointer = pointer;
    d.position = position;
    diagnostics.push_back(std::move(d));
  }
}

// Says where each finding stands in the text.
void FindPositions(Diagnostics& diagnostics, const Value& document, const Positions& positions) {
  for (Diagnostic& d : diagnostics) {
    if (d.position.line != 0) continue;
    const Value* value = ResolvePointer(document, d.pointer);
    const bool scalar = value != nullptr && !value->is_array() && !value->is_object();
    const bool about_key = std::find(std::begin(kAboutKeys), std::end(kAboutKeys), d.rule) != std::end(kAboutKeys);
    d.position = scalar && !about_key ? positions.ValueAt(d.pointer) : positions.KeyAt(d.pointer);
  }
  SortByPosition(diagnostics);
}

void ReportUnresolved(const Value& value, const Place& place, Report& report) {
  if (IsPlaceholder(value)) {
    const std::string name(value.as_string().substr(1));
    report.Add("unresolved-placeholder", place, "The placeholder ${" + name + "} has no value",
               "give one with --substitution " + name + "=VALUE");
  }
  for (size_t i = 0; i < value.items().size(); ++i) ReportUnresolved(value.items()[i], place.Index(i), report);
  for (const Member& m : value.members()) ReportUnresolved(m.value, place.Key(m.name()), report);
}

std::optional<int64_t> CompileTop(const Value& definition, CompileContext& context) {
  const Value* language = definition.Find("QueryLanguage");
  if (language != nullptr && language->is_string() && language->as_string() != "JSONPath") {
    context.language = QueryLanguage::kJsonata;
  }
  const FieldReader top(definition, Place(), context.language, {kFields}, {}, context.report);
  const Value* version = top.Get("Version");
  if (version != nullptr && version->as_string() != "1.0") {
    context.report.Add("unsupported-version", Place().Key("Version"), "Value should be one of the following: [1.0]")
        .fix = SetTo(Value::String("1.0"), Place().Key("Version"));
  }
  const auto timeout = top.Number("TimeoutSeconds");
  if (!timeout || *timeout == 0) return std::nullopt;
  return static_cast<int64_t>(*timeout);
}

CompileResult Refused(std::string_view rule, std::string message, SourcePosition position) {
  Report report;
  report.AddUnlocated(rule, Place(), std::move(message)).position = position;
  CompileResult result;
  result.diagnostics = report.Take();
  return result;
}

CompileResult NotAnObject(SourcePosition position) {
  return Refused("not-an-object", "Definition must be a valid JSON object", position);
}

CompileResult TooLarge(size_t bytes, const CompileOptions& options, SourcePosition position) {
  return Refused("too-large",
                 "The definition has " + std::to_string(bytes) + " bytes; the limit is " +
                     std::to_string(options.quotas.definition_bytes_max),
                 position);
}

// `document` is as it was read; `positions` is asked if there are findings, or keys that stand twice.
CompileResult Compile(const Value& document, bool has_placeholders, bool repeated_keys, const CompileOptions& options,
                      const std::function<Positions()>& positions) {
  CompileResult result;
  Report report;
  result.definition =
      has_placeholders && !options.substitutions.empty() ? Substitute(document, options.substitutions) : document;
  if (has_placeholders && !options.keep_placeholders) ReportUnresolved(result.definition, Place(), report);
  if (options.keep_placeholders) report.KeepPlaceholders();
  CompileContext context{report, options.states, options.type};
  context.to_execute = options.to_execute && !options.keep_placeholders;
  context.keep_placeholders = options.keep_placeholders;
  const std::optional<int64_t> timeout_seconds = CompileTop(result.definition, context);
  std::unique_ptr<const StateGraph> graph = CompileGraph(result.definition, Place(), context);
  if (options.keep_placeholders) DropAboutPlaceholders(result.definition, report);
  CheckVariableScopes(result.definition, report);
  if (!report.has_errors() && !context.incomplete) CheckVariableReads(result.definition, report);
  if (!context.incomplete && options.lint) options.lint(result.definition, options.type, report);
  VariableReferences references = FindVariableReferences(result.definition, report);
  result.diagnostics = report.Take();
  if (repeated_keys) AddRepeatedKeys(result.diagnostics, positions());
  if (options.suppress) options.suppress(result.definition, result.diagnostics);
  if (!result.diagnostics.empty()) FindPositions(result.diagnostics, document, positions());
  if (!HasErrors(result.diagnostics) && !context.incomplete) {
    result.machine =
        std::make_shared<const StateMachine>(std::move(graph), options.type, timeout_seconds, std::move(references));
  }
  return result;
}

}  // namespace

FieldTable MachineFields() { return kFields; }

CompileResult CompileDefinition(std::string_view text, const CompileOptions& options) {
  if (text.size() > options.quotas.definition_bytes_max) return TooLarge(text.size(), options, {});
  const DocumentParse parse = ParseDocument(text, options.format);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return NotAnObject({1, 1});
  if (!parse) return Refused("invalid-json", parse.message, parse.position);
  if (!parse.value->is_object()) return NotAnObject({1, 1});
  const bool has_placeholders = text.find("${") != std::string_view::npos;
  return Compile(*parse.value, has_placeholders, parse.repeated_keys, options,
                 [&] { return Positions::Of(text, options.format); });
}

CompileResult CompileDocument(const Value& definition, const CompileOptions& options,
                              const std::function<Positions()>& positions) {
  if (!definition.is_object()) return NotAnObject(positions().ValueAt(""));
  const size_t bytes = ToJson(definition).size();
  if (bytes > options.quotas.definition_bytes_max) return TooLarge(bytes, options, positions().ValueAt(""));
  return Compile(definition, /*has_placeholders=*/true, /*repeated_keys=*/true, options, positions);
}

}  // namespace gait
