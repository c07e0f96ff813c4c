// https://json-schema.org/draft-07
#include "cli/state_machine_schema.h"

#include <cmath>
#include <string>
#include <vector>

#include "engine/definition/catcher.h"
#include "engine/definition/compile.h"
#include "engine/definition/retrier.h"
#include "engine/definition/state_reader.h"
#include "states/choice_rule.h"
#include "states/field_tables.h"
#include "states/state_table.h"

namespace gait::cli {
namespace {

constexpr QueryLanguage kLanguages[] = {QueryLanguage::kJsonPath, QueryLanguage::kJsonata};
constexpr int64_t kNameCharactersMax = 80;

// By what a definition depends on the language of the state that it is a part of, or of the state machine.
enum class Variant : uint8_t { kOne, kByState, kByMachine };

// A field that holds objects with a table of their own, or a list of them.
struct Part {
  std::string_view field;
  std::string_view definition;
  Variant variant;
  bool is_list;
  bool may_be_empty;
};
constexpr Part kParts[] = {
    {"States", "states", Variant::kByMachine, false, false},
    {"Retry", "retrier", Variant::kOne, true, true},
    {"Catch", "catcher", Variant::kByState, true, true},
    {"Choices", "choice", Variant::kByState, true, false},
    {"And", "rule", Variant::kOne, true, false},
    {"Or", "rule", Variant::kOne, true, false},
    {"Not", "rule", Variant::kOne, false, false},
    {"Branches", "branch", Variant::kByMachine, true, false},
    {"ItemProcessor", "processor", Variant::kByMachine, false, false},
    {"Iterator", "processor", Variant::kByMachine, false, false},
    {"ProcessorConfig", "processorConfig", Variant::kOne, false, false},
    {"ItemReader", "itemReader", Variant::kByState, false, false},
    {"ReaderConfig", "readerConfig", Variant::kByState, false, false},
    {"ItemBatcher", "itemBatcher", Variant::kByState, false, false},
    {"ResultWriter", "resultWriter", Variant::kByState, false, false},
};

// Of these fields an object has exactly one.
constexpr std::string_view kNextOrEnd[] = {"Next", "End"};
constexpr std::string_view kWaits[] = {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"};
constexpr std::string_view kProcessors[] = {"ItemProcessor", "Iterator"};
constexpr std::string_view kTests[] = {"And", "Or", "Not", "Variable", "Condition"};

struct Languages {
  QueryLanguage state, machine;
};

Value Text(std::string_view text) { return Value::String(text); }
Value Ref(std::string_view name) { return Value::Object({{"$ref", Text("#/definitions/" + std::string(name))}}); }
Value Typed(std::string_view type) { return Value::Object({{"type", Text(type)}}); }
Value Pattern(std::string_view pattern) {
  return Value::Object({{"type", Text("string")}, {"pattern", Text(pattern)}});
}
Value Required(std::string_view field) { return Value::Object({{"required", Value::Array({Text(field)})}}); }

Value List(const std::vector<Value>& items) {
  ArrayBuilder list;
  for (const Value& item : items) list.Add(item);
  return list.Build();
}
Value AnyOf(const std::vector<Value>& schemas) {
  return schemas.size() == 1 ? schemas[0] : Value::Object({{"anyOf", List(schemas)}});
}
// A value of `field` that is there.
Value Where(std::string_view field, std::string_view value) {
  return Value::Object({{"properties", Value::Object({{field, Value::Object({{"const", Text(value)}})}})},
                        {"required", Value::Array({Text(field)})}});
}

// A whole number as one, for `1` is nicer to read than `1.0`.
Value Bound(double bound) {
  return bound == std::floor(bound) && std::abs(bound) < 1e15 ? Value::Int(static_cast<int64_t>(bound))
                                                              : Value::Double(bound);
}

bool IsOf(const FieldRow& row, QueryLanguage language) {
  return row.language == FieldLanguage::kBoth ||
         (row.language == FieldLanguage::kJsonata) == (language == QueryLanguage::kJsonata);
}

// What a table makes of an object: its properties, those that are required, and what excludes one another.
class ObjectSchema {
 public:
  ObjectSchema(Languages languages, Describe describe) : languages_(languages), describe_(describe) {}

  ObjectSchema& Add(FieldTable table) {
    for (const FieldRow& row : table) {
      if (!IsOf(row, languages_.state)) continue;
      Property(row.name, Described(row));
      if (row.required) Require(row.name);
      if (!row.name.ends_with("Path")) continue;
      for (const FieldRow& other : table) {  // Result and ResultPath have nothing to do with one another
        const bool is_other = IsOf(other, languages_.state) && other.type != FieldType::kAny &&
                              row.name.size() == other.name.size() + 4 && row.name.starts_with(other.name);
        if (is_other) NotBoth(other.name, row.name);
      }
    }
    return *this;
  }
  ObjectSchema& Property(std::string_view name, Value schema) {
    properties_ = std::move(properties_).With(name, std::move(schema));
    return *this;
  }
  ObjectSchema& Require(std::string_view name) {
    required_.push_back(Text(name));
    return *this;
  }
  ObjectSchema& ExactlyOne(std::span<const std::string_view> names) {
    std::vector<Value> schemas;
    for (std::string_view name : names) {
      if (properties_.Find(name) != nullptr) schemas.push_back(Required(name));
    }
    rules_.push_back(schemas.size() == 1 ? schemas[0] : Value::Object({{"oneOf", List(schemas)}}));
    return *this;
  }
  ObjectSchema& Rule(Value rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }
  bool Has(std::string_view name) const { return properties_.Find(name) != nullptr; }

  Value Build() {
    ObjectBuilder schema;
    schema.Add("type", Text("object"));
    schema.Add("properties", properties_);
    if (!required_.empty()) schema.Add("required", List(required_));
    if (!rules_.empty()) schema.Add("allOf", List(rules_));
    schema.Add("additionalProperties", Value::Bool(false));
    return schema.Build();
  }

 private:
  void NotBoth(std::string_view a, std::string_view b) {
    rules_.push_back(Value::Object({{"not", Value::Object({{"required", Value::Array({Text(a), Text(b)})}})}}));
  }

  Value Described(const FieldRow& row) const {
    Value schema = SchemaOf(row);
    const std::string_view text = describe_ == nullptr ? "" : describe_(row.name);
    if (text.empty()) return schema;
    // In draft 7 nothing counts beside a $ref.
    if (schema.Find("$ref") != nullptr) schema = Value::Object({{"allOf", Value::Array({schema})}});
    return std::move(schema).With("description", Text(text));
  }

  Value SchemaOf(const FieldRow& row) const {
    if (const Part* part = PartOf(row.name)) return PartSchema(*part);
    switch (row.type) {
      case FieldType::kAny:
      case FieldType::kTemplate: return Value::Object();
      case FieldType::kBoolean: return AnyOf({Typed("boolean"), Ref("placeholder")});
      case FieldType::kInteger: return Number(row, "integer");
      case FieldType::kNumber: return Number(row, "number");
      case FieldType::kEnum: return Enumeration(row);
      case FieldType::kObject: return Typed("object");
      case FieldType::kArray: return Array(Typed("string"), /*may_be_empty=*/false);
      case FieldType::kPath:
      case FieldType::kReferencePath: return row.nullable ? AnyOf({Pattern("^\\$"), Typed("null")}) : Pattern("^\\$");
      case FieldType::kPathOrCall: return Pattern("^(\\$|States\\.)");
      case FieldType::kText: break;
    }
    return Typed("string");
  }

  static const Part* PartOf(std::string_view field) {
    for (const Part& part : kParts) {
      if (part.field == field) return &part;
    }
    return nullptr;
  }

  Value PartSchema(const Part& part) const {
    std::string name(part.definition);
    if (part.variant == Variant::kByState) name += "-" + std::string(LanguageName(languages_.state));
    if (part.variant == Variant::kByMachine) name += "-" + std::string(LanguageName(languages_.machine));
    return part.is_list ? Array(Ref(name), part.may_be_empty) : Ref(name);
  }

  static Value Array(Value items, bool may_be_empty) {
    Value schema = Value::Object({{"type", Text("array")}, {"items", std::move(items)}});
    return may_be_empty ? schema : std::move(schema).With("minItems", Value::Int(1));
  }

  Value Number(const FieldRow& row, std::string_view type) const {
    Value number = Typed(type);
    if (std::isfinite(row.min)) number = std::move(number).With("minimum", Bound(row.min));
    if (std::isfinite(row.max)) number = std::move(number).With("maximum", Bound(row.max));
    std::vector<Value> forms = {std::move(number), Ref("placeholder")};
    if (languages_.state == QueryLanguage::kJsonata) forms.push_back(Ref("expression"));
    return AnyOf(forms);
  }

  static Value Enumeration(const FieldRow& row) {
    std::vector<Value> values;
    for (std::string_view value : row.values) values.push_back(Text(value));
    return Value::Object({{"enum", List(values)}});
  }

  const Languages languages_;
  const Describe describe_;
  Value properties_ = Value::Object();
  std::vector<Value> required_, rules_;
};

class SchemaMaker {
 public:
  explicit SchemaMaker(Describe describe) : describe_(describe) {}

  Value Make() {
    Define("placeholder", Pattern("\\$\\{[^}]+\\}"));
    Define("expression", Pattern("^\\{%[\\s\\S]*%\\}$"));
    const Languages plain{QueryLanguage::kJsonPath, QueryLanguage::kJsonPath};
    Define("retrier", Of(plain).Add(RetrierFields()).Build());
    Define("processorConfig", Of(plain).Add(ProcessorConfigFields()).Build());
    Define("rule", Rule(plain, /*nested=*/true));
    for (QueryLanguage language : kLanguages) DefineParts(language);
    for (QueryLanguage machine : kLanguages) DefineScopes(machine);
    return Root();
  }

 private:
  ObjectSchema Of(Languages languages) const { return {languages, describe_}; }
  void Define(const std::string& name, Value schema) { definitions_.Add(name, std::move(schema)); }
  static std::string Named(std::string_view name, QueryLanguage language) {
    return std::string(name) + "-" + std::string(LanguageName(language));
  }

  // What is the same in both kinds of state machine.
  void DefineParts(QueryLanguage language) {
    const Languages state{language, language};
    Define(Named("catcher", language), Of(state).Add(CatcherFields()).Build());
    Define(Named("choice", language), Rule(state, /*nested=*/false));
    Define(Named("itemReader", language), Of(state).Add(ItemReaderFields()).Build());
    Define(Named("readerConfig", language), Of(state).Add(ReaderConfigFields()).Build());
    Define(Named("itemBatcher", language), Of(state).Add(ItemBatcherFields()).Build());
    Define(Named("resultWriter", language), Of(state).Add(ResultWriterFields()).Build());
  }

  // A rule within another leads nowhere.
  Value Rule(Languages languages, bool nested) const {
    std::vector<FieldRow> rows;
    for (const FieldRow& row : ChoiceRuleFields()) {
      const bool of_outermost = row.name == "Next" || row.name == "Assign" || row.name == "Output";
      if (!nested || !of_outermost) rows.push_back(row);
    }
    ObjectSchema rule = Of(languages).Add(rows).ExactlyOne(kTests);
    if (!nested) rule.Require("Next");
    if (!rule.Has("Variable")) return rule.Build();
    std::vector<Value> operators;
    for (const ComparisonOperator& op : ComparisonOperators()) operators.push_back(Required(op.name));
    return rule
        .Rule(Value::Object({{"if", Required("Variable")}, {"then", Value::Object({{"oneOf", List(operators)}})}}))
        .Build();
  }

  void DefineScopes(QueryLanguage machine) {
    const Languages scope{machine, machine};
    Define(Named("branch", machine), Of(scope).Add(BranchFields()).Build());
    Define(Named("processor", machine), Of(scope).Add(ProcessorFields()).Build());
    Define(Named("states", machine),
           Value::Object({{"type", Text("object")},
                          {"minProperties", Value::Int(1)},
                          {"propertyNames", Value::Object({{"maxLength", Value::Int(kNameCharactersMax)}})},
                          {"additionalProperties", Ref(Named("state", machine))}}));
    const Languages of_machine{machine, machine}, of_its_own{QueryLanguage::kJsonata, machine};
    Value dispatch = Dispatch(of_machine);
    // A state of a JSONata machine has no other language, as the definitions of the types say.
    if (machine == QueryLanguage::kJsonPath) {
      dispatch = Value::Object({{"if", Where("QueryLanguage", LanguageName(QueryLanguage::kJsonata))},
                                {"then", Dispatch(of_its_own)},
                                {"else", std::move(dispatch)}});
    }
    ArrayBuilder types;
    for (const StateType& type : StateTypes()) types.Add(Text(type.name));
    Define(Named("state", machine),
           Value::Object({{"type", Text("object")},
                          {"properties", Value::Object({{"Type", Value::Object({{"enum", types.Build()}})}})},
                          {"required", Value::Array({Text("Type")})},
                          {"allOf", Value::Array({std::move(dispatch)})}}));
  }

  // To the definitions of the types of states, which are made on the way.
  Value Dispatch(Languages languages) {
    std::vector<Value> cases;
    for (const StateType& type : StateTypes()) {
      std::string name = Named(type.name, languages.state);
      if (languages.state != languages.machine) name += "-in-" + std::string(LanguageName(languages.machine));
      Define(name, StateSchema(type, languages));
      cases.push_back(Value::Object({{"if", Where("Type", type.name)}, {"then", Ref(name)}}));
    }
    return Value::Object({{"allOf", List(cases)}});
  }

  Value StateSchema(const StateType& type, Languages languages) const {
    ObjectSchema schema = Of(languages);
    schema.Add(CommonFields()).Add(type.fields);
    schema.Property("Type", Value::Object({{"const", Text(type.name)}})).Require("Type");
    schema.Property("QueryLanguage", Value::Object({{"const", Text(LanguageName(languages.state))}}));
    if (type.has_next) schema.Add(NextFields()).ExactlyOne(kNextOrEnd);
    if (schema.Has("Timestamp")) schema.ExactlyOne(kWaits);
    if (schema.Has("ItemProcessor")) schema.ExactlyOne(kProcessors);
    return schema.Build();
  }

  Value Root() {
    const Languages plain{QueryLanguage::kJsonPath, QueryLanguage::kJsonPath};
    const auto states = [](QueryLanguage language) {
      return Value::Object({{"properties", Value::Object({{"States", Ref(Named("states", language))}})}});
    };
    const Value machine =
        Of(plain)
            .Add(MachineFields())
            .Property("States", Typed("object"))
            .Rule(Value::Object({{"if", Where("QueryLanguage", LanguageName(QueryLanguage::kJsonata))},
                                 {"then", states(QueryLanguage::kJsonata)},
                                 {"else", states(QueryLanguage::kJsonPath)}}))
            .Build();
    ObjectBuilder root;
    root.Add("$schema", Text("http://json-schema.org/draft-07/schema#"));
    root.Add("title", Text("Amazon States Language"));
    root.Add("description", Text("The definition of a state machine. Made by `gait schema` from the tables that gait "
                                 "reads definitions by."));
    for (const Member& m : machine.members()) root.Add(m.key, m.value);
    root.Add("definitions", definitions_.Build());
    return root.Build();
  }

  const Describe describe_;
  ObjectBuilder definitions_;
};

}  // namespace

Value StateMachineSchema(Describe describe) { return SchemaMaker(describe).Make(); }

}  // namespace gait::cli
