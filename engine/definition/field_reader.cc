#include "engine/definition/field_reader.h"

#include <algorithm>
#include <cmath>

#include "engine/base/edit_distance.h"
#include "engine/definition/fixes.h"
#include "engine/json/document.h"
#include "engine/json/write.h"

namespace gait {
namespace {

const FieldRow* FindRow(const std::vector<FieldTable>& tables, std::string_view name) {
  for (FieldTable table : tables) {
    for (const FieldRow& row : table) {
      if (row.name == name) return &row;
    }
  }
  return nullptr;
}

// As AWS's messages name them.
std::string_view ExpectedType(FieldType type) {
  switch (type) {
    case FieldType::kBoolean: return "[BOOLEAN]";
    case FieldType::kInteger: return "Integer";
    case FieldType::kNumber: return "Number";
    case FieldType::kObject: return "[OBJECT]";
    case FieldType::kArray: return "[ARRAY]";
    default: return "[STRING]";
  }
}

bool HasType(FieldType type, const Value& value) {
  switch (type) {
    case FieldType::kAny:
    case FieldType::kTemplate: return true;
    case FieldType::kBoolean: return value.is_bool();
    case FieldType::kInteger:
      return value.is_int() || (value.is_double() && value.as_double() == std::floor(value.as_double()));
    case FieldType::kNumber: return value.is_number();
    case FieldType::kObject: return value.is_object();
    case FieldType::kArray: return value.is_array();
    default: return value.is_string();
  }
}

std::string PlainNumber(double d) {
  return ToJson(d == std::floor(d) ? Value::Int(static_cast<int64_t>(d)) : Value::Double(d));
}

// How a field of one query language is written in the other.
struct Counterpart {
  std::string_view name;
  std::string_view hint;
};
constexpr Counterpart kCounterparts[] = {
    {"InputPath", "in JSONata read $states.input where the data is needed"},
    {"OutputPath", "in JSONata give the output with Output"},
    {"ResultPath", "in JSONata combine $states.input and $states.result in Output"},
    {"ResultSelector", "in JSONata select from $states.result in Output"},
    {"Parameters", "in JSONata use Arguments (in a Pass state Output)"},
    {"Result", "in JSONata use Output"},
    {"ItemsPath", "in JSONata use Items"},
    {"Variable", "in JSONata use Condition"},
    {"Arguments", "in JSONPath use Parameters"},
    {"Output", "in JSONPath use ResultSelector, ResultPath and OutputPath"},
    {"Items", "in JSONPath use ItemsPath"},
    {"Condition", "in JSONPath use Variable with a comparison"},
};

std::string CounterpartHint(std::string_view name) {
  for (const Counterpart& c : kCounterparts) {
    if (c.name == name) return std::string(c.hint);
  }
  if (name.ends_with("Path")) {
    return "in JSONata write the expression into " + std::string(name.substr(0, name.size() - 4)) + " itself";
  }
  return "set QueryLanguage for the state";
}

}  // namespace

FieldReader::FieldReader(const Value& object, const Place& place, QueryLanguage language,
                         std::vector<FieldTable> tables, std::vector<FieldTable> elsewhere, Report& report)
    : object_(object),
      place_(place),
      language_(language),
      tables_(std::move(tables)),
      is_state_(!elsewhere.empty()),
      report_(report) {
  CheckRequired();
  CheckMembers(elsewhere);
}

const FieldRow* FieldReader::RowOf(std::string_view name) const { return FindRow(tables_, name); }

void FieldReader::CheckRequired() {
  if (IsPlaceholder(object_)) return;  // for an object that has all it needs
  std::vector<std::string_view> missing;
  for (FieldTable table : tables_) {
    for (const FieldRow& row : table) {
      if (row.required && !Has(row.name)) missing.push_back(row.name);
    }
  }
  if (!missing.empty()) {
    report_.Add("missing-required-field", place_, "These fields are required: " + Bracketed(missing));
  }
}

void FieldReader::CheckMembers(const std::vector<FieldTable>& elsewhere) {
  for (const Member& m : object_.members()) {
    const FieldRow* row = RowOf(m.name());
    if (row == nullptr) {
      CheckUnknown(m, elsewhere);
    } else if (!CheckLanguage(*row) || !CheckValue(*row, m.value)) {
      bad_.push_back(row->name);
    }
  }
}

void FieldReader::CheckUnknown(const Member& member, const std::vector<FieldTable>& elsewhere) {
  const std::string message = "Field '" + std::string(member.name()) + "' is not supported";
  const Place place = place_.Key(member.name());
  if (member.name() == "QueryLanguage") {
    report_.AddAt("query-language-misplaced", place, place_, message, "the machine has it, or a state");
    return;
  }
  if (FindRow(elsewhere, member.name()) != nullptr) {
    report_.AddAt("field-not-allowed", place, place_, message, "remove the field: it belongs to other states");
    return;
  }
  std::vector<std::string_view> names, absent;
  for (FieldTable table : tables_) {
    for (const FieldRow& row : table) {
      names.push_back(row.name);
      if (!Has(row.name) && IsOfLanguage(row)) absent.push_back(row.name);
    }
  }
  auto near = DidYouMean(member.name(), absent);
  if (!near) near = DidYouMean(member.name(), names);
  Diagnostic& finding =
      report_.AddAt("unknown-field", place, place_, message, near ? "did you mean " + std::string(*near) + "?" : "");
  const auto sure = SureMatch(member.name(), names);
  if (sure && sure == near && !Has(*sure)) finding.fix = RenameTo(*sure, place, member.name());
}

bool FieldReader::IsOfLanguage(const FieldRow& row) const {
  return row.language == FieldLanguage::kBoth ||
         (row.language == FieldLanguage::kJsonPath) == (language_ == QueryLanguage::kJsonPath);
}

bool FieldReader::CheckLanguage(const FieldRow& row) {
  if (IsOfLanguage(row)) return true;
  const bool for_json_path = row.language == FieldLanguage::kJsonPath;
  const Place field = place_.Key(row.name);
  report_.AddAt(for_json_path ? "jsonpath-field-in-jsonata-state" : "jsonata-field-in-jsonpath-state", field,
                is_state_ ? place_ : field,
                "The QueryLanguage is set to '" + std::string(LanguageName(language_)) + "', but field '" +
                    std::string(row.name) + "' is only supported for the '" + (for_json_path ? "JSONPath" : "JSONata") +
                    "' QueryLanguage",
                CounterpartHint(row.name));
  return false;
}

bool FieldReader::CheckValue(const FieldRow& row, const Value& value) {
  if (IsPlaceholder(value) || (value.is_null() && row.nullable)) return true;
  const Place place = place_.Key(row.name);
  const bool numeric = row.type == FieldType::kInteger || row.type == FieldType::kNumber;
  const bool is_expression = value.is_string() && value.as_string().starts_with("{%");
  if (numeric && language_ == QueryLanguage::kJsonata && is_expression) return true;
  if (!HasType(row.type, value)) {
    if (CheckMisnamedPath(row, value)) return false;
    report_.Add("bad-type", place, "Expected value of type " + std::string(ExpectedType(row.type))).fix =
        FixType(row, value, place);
    return false;
  }
  if (numeric) return CheckNumber(row, value, place);
  if (row.type == FieldType::kEnum &&
      std::find(row.values.begin(), row.values.end(), value.as_string()) == row.values.end()) {
    if (report_.IsOpen(value.as_string())) return true;
    const auto near = DidYouMean(value.as_string(), row.values);
    Diagnostic& finding = report_.Add(row.name == "QueryLanguage" ? "bad-query-language" : "bad-enum-value", place,
                                      "Value should be one of the following: " + Bracketed(row.values),
                                      near ? "did you mean " + std::string(*near) + "?" : "");
    if (const auto sure = SureMatch(value.as_string(), row.values)) finding.fix = SetTo(Value::String(*sure), place);
    return false;
  }
  return true;
}

// A path where a number is due was meant for the field of the same name that ends in Path.
bool FieldReader::CheckMisnamedPath(const FieldRow& row, const Value& value) {
  const std::string path_name = std::string(row.name) + "Path";
  const FieldRow* path_row = RowOf(path_name);
  if (path_row == nullptr || !IsOfLanguage(*path_row) || !value.is_string() || !LooksLikePath(value.as_string())) {
    return false;
  }
  const Place place = place_.Key(row.name);
  Diagnostic& finding = report_.Add("bad-type", place, "Expected value of type " + std::string(ExpectedType(row.type)),
                                    "a path stands in " + path_name);
  if (!Has(path_name)) finding.fix = RenameTo(path_name, place, row.name);
  return true;
}

void FieldReader::WarnOfStaticPath(std::string_view name) const {
  const std::string path_name = std::string(name) + "Path";
  const FieldRow* path_row = RowOf(path_name);
  const Value* value = Get(name);
  if (path_row == nullptr || !IsOfLanguage(*path_row) || value == nullptr || !value->is_string()) return;
  const bool is_call = path_row->type == FieldType::kPathOrCall && LooksLikeIntrinsic(value->as_string()) &&
                       std::holds_alternative<IntrinsicCall>(IntrinsicCall::Compile(value->as_string()));
  if (!is_call && !LooksLikePath(value->as_string())) return;
  const Place place = place_.Key(name);
  Diagnostic& finding =
      report_.Add("no-path", place, "The value of '" + std::string(name) + "' is taken as it is, as a text",
                  "a path stands in " + path_name);
  if (!Has(path_name)) finding.fix = RenameTo(path_name, place, name);
}

bool FieldReader::CheckNumber(const FieldRow& row, const Value& value, const Place& place) {
  const double number = value.as_double();
  if (number >= row.min && number <= row.max) return true;
  report_.Add(
      "number-out-of-range", place,
      number < row.min ? "Minimum value is " + PlainNumber(row.min) : "Maximum value is " + PlainNumber(row.max));
  return false;
}

const Value* FieldReader::Get(std::string_view name) const {
  // A member that this object cannot have was reported as unknown.
  const FieldRow* row = RowOf(name);
  if (row == nullptr || std::find(bad_.begin(), bad_.end(), name) != bad_.end()) return nullptr;
  const Value* value = object_.Find(name);
  // Of a structure that a placeholder stands for there is nothing to be read.
  const bool is_structure = row->type == FieldType::kObject || row->type == FieldType::kArray;
  return is_structure && value != nullptr && IsPlaceholder(*value) ? nullptr : value;
}

std::optional<std::string> FieldReader::Text(std::string_view name) const {
  const Value* value = Get(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

std::optional<bool> FieldReader::Boolean(std::string_view name) const {
  const Value* value = Get(name);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->as_bool();
}

std::optional<double> FieldReader::Number(std::string_view name) const {
  const Value* value = Get(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->as_double();
}

std::optional<Path> FieldReader::CompilePath(const Value& value, const Place& place, bool reference) const {
  if (IsPlaceholder(value)) return std::nullopt;
  auto compiled = Path::Compile(value.as_string());
  if (auto* path = std::get_if<Path>(&compiled)) {
    if (path->root() == Path::Root::kVariable) report_.AddRead({path->variable(), place});
    if (!reference || path->is_reference()) return std::move(*path);
    report_.Add("bad-reference-path", place, "Value is not a Reference Path",
                "a Reference Path names one place: $.name, $['name'], $.items[0], and no *, .., filter or slice");
    return std::nullopt;
  }
  const std::string& why = std::get<JsonPathSyntaxError>(compiled).message;
  if (reference) {
    const bool no_dollar = !value.as_string().starts_with("$");
    report_.Add("bad-reference-path", place,
                no_dollar ? "Value is not a Reference Path: Reference path didn't start with '$'"
                          : "Value is not a Reference Path",
                why);
  } else {
    report_.Add("bad-jsonpath", place, "Value must be a valid JSONPath.", why);
  }
  return std::nullopt;
}

std::optional<Path> FieldReader::PathOf(std::string_view name) const {
  const Value* value = Get(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::optional<Path> path = CompilePath(*value, place_.Key(name), RowOf(name)->type == FieldType::kReferencePath);
  if (path && name == "ResultPath" && path->root() != Path::Root::kInput) {
    report_.Add("bad-reference-path", place_.Key(name), "Value is not a Reference Path",
                "ResultPath is a place in the state's input: it begins with $. or $[");
    return std::nullopt;
  }
  return path;
}

std::optional<PathOrNull> FieldReader::NullablePath(std::string_view name) const {
  const Value* value = Get(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_null()) return PathOrNull{};
  std::optional<Path> path = PathOf(name);
  if (!path) return std::nullopt;
  return PathOrNull{std::move(path)};
}

std::optional<PathOrCall> FieldReader::PathOrCallOf(std::string_view name) const {
  const Value* value = Get(name);
  if (value == nullptr || IsPlaceholder(*value)) return std::nullopt;
  if (!LooksLikeIntrinsic(value->as_string())) {
    std::optional<Path> path = CompilePath(*value, place_.Key(name), /*reference=*/false);
    if (!path) return std::nullopt;
    return PathOrCall{*std::move(path)};
  }
  auto compiled = IntrinsicCall::Compile(value->as_string());
  if (auto* call = std::get_if<IntrinsicCall>(&compiled)) {
    for (const std::string& variable : call->variables()) report_.AddRead({variable, place_.Key(name)});
    return PathOrCall{std::move(*call)};
  }
  report_.Add("bad-intrinsic", place_.Key(name), "Value must be a valid JSONPath or a valid intrinsic function call",
              std::get<IntrinsicSyntaxError>(compiled).message);
  return std::nullopt;
}

std::optional<PayloadTemplate> FieldReader::Template(std::string_view name, std::string_view location) const {
  const Value* value = Get(name);
  if (value == nullptr || IsPlaceholder(*value)) return std::nullopt;
  TemplateFindings findings;
  // A result is seen behind the work of the states that have one, an error by the Catcher that has taken it.
  const bool is_behind = name == "Output" || name == "Assign";
  const StatesView view{is_behind && RowOf("ResultSelector") != nullptr, is_behind && RowOf("ErrorEquals") != nullptr};
  PayloadTemplate compiled = language_ == QueryLanguage::kJsonata
                                 ? PayloadTemplate::CompileJsonata(*value, place_.Key(name), location, view, findings)
                                 : PayloadTemplate::CompileJsonPath(*value, place_.Key(name), findings);
  for (TemplateError& e : findings.errors) {
    // In the order of TemplateError::Kind.
    constexpr std::string_view kRules[] = {
        "bad-payload-template", "duplicate-template-field",    "jsonata-not-an-expression",
        "jsonata-syntax-error", "jsonata-top-level-reference", "jsonata-unsupported-reference",
        "bad-intrinsic"};
    // AWS names the object, not the field in it (recorded).
    report_.AddAt(kRules[static_cast<size_t>(e.kind)], e.place, e.holder, std::move(e.message), std::move(e.hint));
  }
  for (const StaticText& text : findings.static_texts) {
    Diagnostic& finding =
        report_.Add("no-dollar", text.place, "The value of '" + text.name + "' is taken as it is, as a text",
                    "a field whose value is a path or a call has a name that ends in .$");
    if (!text.has_sibling) finding.fix = RenameTo(text.name + ".$", text.place, text.name);
  }
  for (VariableRead& read : findings.reads) report_.AddRead(std::move(read));
  if (!findings.errors.empty()) return std::nullopt;
  return compiled;
}

std::optional<PayloadTemplate> FieldReader::Expression(std::string_view name, std::string_view location) const {
  const Value* value = Get(name);
  const bool is_expression = language_ == QueryLanguage::kJsonata && value != nullptr && value->is_string() &&
                             LooksLikeJsonata(value->as_string());
  return is_expression ? Template(name, location) : std::nullopt;
}

NumberOrPath FieldReader::NumberOrPathOf(std::string_view name, std::string_view path_name) const {
  AtMostOne("value-and-path", {name, path_name});
  return {Number(name), PathOf(path_name), Expression(name)};
}

void FieldReader::AtMostOne(std::string_view rule, std::initializer_list<std::string_view> names) const {
  const auto count = std::count_if(names.begin(), names.end(), [&](std::string_view n) { return Has(n); });
  if (count > 1) {
    report_.Add(rule, place_, "There should only be one of the following fields: " + Bracketed(names));
  }
}

void FieldReader::ExactlyOne(std::string_view missing_rule, std::string_view many_rule,
                             std::initializer_list<std::string_view> names) const {
  AtMostOne(many_rule, names);
  if (std::none_of(names.begin(), names.end(), [&](std::string_view n) { return Has(n); })) {
    report_.Add(missing_rule, place_, "This object should have only one of the following fields: " + Bracketed(names));
  }
}

}  // namespace gait
