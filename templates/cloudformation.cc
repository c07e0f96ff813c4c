// CloudFormation and SAM templates: AWS::StepFunctions::StateMachine and AWS::Serverless::StateMachine.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
#include <algorithm>

#include "engine/json/members.h"
#include "templates/found.h"
#include "templates/substitutions.h"

namespace gait::templates {
namespace {

constexpr std::string_view kTypes[] = {"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"};

// The references of the texts of a document, with the pointers of that document.
References ReferencesOf(const Host& host) {
  References references;
  WithoutFunctions(host.root(), Place(), Variables::kNone, references);
  return references;
}

class Resource {
 public:
  Resource(std::shared_ptr<const Host> host, std::string_view id, const Value& properties, const Place& place,
           const FileReader& reader)
      : host_(std::move(host)), id_(id), properties_(properties), place_(place), reader_(reader) {
    scope_.substitutions = properties.Find("DefinitionSubstitutions");
    scope_.pointer = place.Key("DefinitionSubstitutions").pointer();
  }

  void AddTo(std::vector<Source>& sources) {
    const size_t before = sources.size();
    if (const Value* text = properties_.Find("DefinitionString")) {
      AddText(*text, place_.Key("DefinitionString"), sources);
    } else if (const Value* definition = properties_.Find("Definition")) {
      AddObject(*definition, place_.Key("Definition"), sources);
    } else if (const Value* uri = properties_.Find("DefinitionUri")) {
      AddUri(*uri, place_.Key("DefinitionUri"), sources);
    } else if (const Value* location = properties_.Find("DefinitionS3Location")) {
      AddUri(*location, place_.Key("DefinitionS3Location"), sources);
    } else {
      AddNotRead(place_, "The state machine has no definition", sources);
    }
    for (size_t i = before; i < sources.size(); ++i) sources[i].type = Type();
  }

 private:
  // Empty where it is not known before the deployment.
  std::optional<StateMachineType> Type() const {
    const Value* type = properties_.Find("StateMachineType");
    if (type == nullptr) type = properties_.Find("Type");
    if (type == nullptr) return StateMachineType::kStandard;
    if (type->is_object()) type = DefaultOf(TextOf(*type, "Ref"));
    if (type == nullptr || !type->is_string()) return std::nullopt;
    return type->as_string() == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  }
  // Of a parameter.
  const Value* DefaultOf(std::string_view name) const {
    const Value* value = &host_->root();
    for (const std::string_view key : {std::string_view("Parameters"), name, std::string_view("Default")}) {
      value = value->is_object() ? value->Find(key) : nullptr;
      if (value == nullptr) return nullptr;
    }
    return value;
  }

  void AddNotRead(const Place& place, std::string message, std::vector<Source>& sources) {
    Diagnostic d = Finding("definition-not-read", host_->positions().KeyAt(place.pointer()), std::move(message));
    sources.push_back(NotCompiled(host_, id_, std::move(d)));
  }
  void AddText(const Value& text, const Place& place, std::vector<Source>& sources) {
    if (const Value* object = text.is_object() ? text.Find("Fn::ToJsonString") : nullptr) {
      return AddObject(*object, place.Key("Fn::ToJsonString"), sources);
    }
    if (text.is_object() && !IsFunction(text)) return AddObject(text, place, sources);
    References references;
    std::optional<TextPieces> pieces = ComposedText(text, place, references);
    if (!pieces || !pieces->is_known()) {
      return AddNotRead(place, "The definition is not checked: it is not known before the deployment", sources);
    }
    sources.push_back(OfText(host_, id_, *std::move(pieces), KnownSubstitutions(scope_)));
    AddSubstitutionFindings(references, sources.back());
  }
  void AddObject(const Value& definition, const Place& place, std::vector<Source>& sources) {
    if (IsFunction(definition)) {
      return AddNotRead(place, "The definition is not checked: it is not known before the deployment", sources);
    }
    References references;
    Value known = WithoutFunctions(definition, place, Variables::kNone, references);
    sources.push_back(OfObject(host_, id_, place.pointer(), std::move(known), KnownSubstitutions(scope_)));
    AddSubstitutionFindings(references, sources.back());
  }
  void AddSubstitutionFindings(const References& references, Source& source) {
    for (Diagnostic& d : UndefinedSubstitutions(scope_, references, *host_)) source.findings.push_back(std::move(d));
    for (Diagnostic& d : UnusedSubstitutions(scope_, references)) source.findings.push_back(std::move(d));
  }

  void AddUri(const Value& uri, const Place& place, std::vector<Source>& sources) {
    if (!uri.is_string() || uri.as_string().starts_with("s3://") || uri.as_string().starts_with("https://")) {
      return AddNotRead(place, "The definition is not checked: it is an object of S3", sources);
    }
    AddFile(uri.as_string(), place, sources);
  }
  void AddFile(std::string_view path, const Place& place, std::vector<Source>& sources) {
    const std::string file = Beside(host_->file(), path);
    OtherFile other = reader_(file);
    if (file == host_->file()) other = {std::nullopt, "it is said to be this very template", false};
    if (!other.text) {
      Diagnostic d = NotRead(other, path, host_->positions().ValueAt(place.pointer()));
      return sources.push_back(NotCompiled(host_, id_, std::move(d)));
    }
    sources.push_back(OfFile(file, id_, *other.text, KnownSubstitutions(scope_)));
    const DocumentFormat format = FormatOfFile(file);
    DocumentParse parse = ParseDocument(*other.text, format);
    if (!parse) return;
    const Host definition(file, *std::move(other.text), format, *std::move(parse.value));
    const References references = ReferencesOf(definition);
    sources.back().findings = UndefinedSubstitutions(scope_, references, definition);
    // These are of the template, not of the file.
    if (Diagnostics unused = UnusedSubstitutions(scope_, references); !unused.empty()) {
      Source of_template = NotCompiled(host_, id_, {});
      of_template.findings = std::move(unused);
      sources.insert(sources.end() - 1, std::move(of_template));
    }
  }

  std::shared_ptr<const Host> host_;
  std::string id_;
  const Value& properties_;
  Place place_;
  const FileReader& reader_;
  SubstitutionScope scope_{*host_, nullptr, ""};
};

}  // namespace

void FindInCloudFormation(const std::shared_ptr<const Host>& host, const Place& place, const FileReader& reader,
                          std::vector<Source>& sources) {
  const Value* resources = ResolvePointer(host->root(), place.pointer());
  if (resources == nullptr || !resources->is_object()) return;
  static const Value kNone = Value::Object();
  for (const Member& m : resources->members()) {
    const std::string_view type = TextOf(m.value, "Type");
    if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) continue;
    const Value* properties = m.value.Find("Properties");
    const bool has_them = properties != nullptr && properties->is_object();
    Resource(host, m.name(), has_them ? *properties : kNone, place.Key(m.name()).Key("Properties"), reader)
        .AddTo(sources);
  }
}

}  // namespace gait::templates
