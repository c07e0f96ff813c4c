#include "templates/substitutions.h"

#include <algorithm>

#include "engine/base/edit_distance.h"
#include "engine/json/members.h"
#include "engine/json/write.h"

namespace gait::templates {
namespace {

using Names = std::vector<std::string_view>;

void AddKeys(const Value* object, Names& names) {
  if (object == nullptr || !object->is_object()) return;
  for (const Member& m : object->members()) names.push_back(m.name());
}

bool Has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What Fn::Sub may refer to.
class TemplateNames {
 public:
  explicit TemplateNames(const Value& root) {
    const Value* resources = root.Find("Resources");
    AddKeys(root.Find("Parameters"), names_);
    AddKeys(resources, names_);
    for (const std::string_view name : names_) complete_ = complete_ && !name.starts_with("Fn::");
    if (const Value* transform = root.Find("Transform")) ReadTransform(*transform);
  }

  const Names& names() const { return names_; }

  bool MayHave(std::string_view reference) const {
    const std::string_view name = reference.substr(0, reference.find('.'));
    if (!complete_ || name.starts_with("AWS::") || Has(names_, name)) return true;
    // SAM's own resources: `OrdersRole` of the function Orders, `ServerlessRestApi`.
    return is_sam_ && (name.starts_with("Serverless") || std::any_of(names_.begin(), names_.end(), [&](auto resource) {
                         return name.starts_with(resource);
                       }));
  }

 private:
  void ReadTransform(const Value& transform) {
    for (const Value& item : transform.items()) ReadTransform(item);
    if (transform.is_array()) return;
    const bool is_sam = transform.is_string() && transform.as_string().starts_with("AWS::Serverless-");
    const bool makes_none = transform.is_string() && transform.as_string() == "AWS::LanguageExtensions";
    is_sam_ = is_sam_ || is_sam;
    complete_ = complete_ && (is_sam || makes_none);  // a macro may add anything
  }

  Names names_;
  bool is_sam_ = false;
  bool complete_ = true;
};

Names NamesOf(const SubstitutionScope& scope) {
  Names names;
  AddKeys(scope.substitutions, names);
  return names;
}

// A function in the place of the substitutions: they are not known.
bool Unknown(const SubstitutionScope& scope) {
  return scope.substitutions != nullptr && (!scope.substitutions->is_object() || IsFunction(*scope.substitutions));
}

std::string Hint(std::string_view name, const Names& names, std::string_view otherwise) {
  const auto near = DidYouMean(name, names);
  return near ? "did you mean '" + std::string(*near) + "'?" : std::string(otherwise);
}

}  // namespace

Substitutions KnownSubstitutions(const SubstitutionScope& scope) {
  Substitutions known;
  if (scope.substitutions == nullptr || !scope.substitutions->is_object()) return known;
  for (const Member& m : scope.substitutions->members()) {
    if (IsPlaceholder(m.value)) continue;
    if (m.value.is_string() && m.value.as_string().find("{{resolve:") == std::string_view::npos) {
      known[std::string(m.name())] = m.value.as_string();
    } else if (m.value.is_number() || m.value.is_bool()) {
      known[std::string(m.name())] = ToJson(m.value);
    }
  }
  return known;
}

Diagnostics UndefinedSubstitutions(const SubstitutionScope& scope, const References& references, const Host& file) {
  Diagnostics findings;
  if (Unknown(scope)) return findings;
  const Names substitutions = NamesOf(scope);
  const TemplateNames of_template(scope.host.root());
  for (const Reference& r : references.found) {
    if (r.in_sub ? of_template.MayHave(r.name) : Has(substitutions, r.name)) continue;
    const Names& names = r.in_sub ? of_template.names() : substitutions;
    if (!r.certain && !DidYouMean(r.name, names)) continue;
    const SourcePosition position = file.PositionWithin(r.pointer, r.offset);
    findings.push_back(
        r.in_sub ? Finding("undefined-substitution", position,
                           "Fn::Sub refers to '" + r.name + "', and the template has no such parameter or resource",
                           Has(substitutions, r.name) ? "write ${!" + r.name + "} for what DefinitionSubstitutions has"
                                                      : Hint(r.name, names, ""))
                 : Finding("undefined-substitution", position,
                           "DefinitionSubstitutions has no value for ${" + r.name + "}, which stays as it is",
                           Hint(r.name, names, "")));
  }
  return findings;
}

Diagnostics UnusedSubstitutions(const SubstitutionScope& scope, const References& references) {
  Diagnostics findings;
  if (scope.substitutions == nullptr || Unknown(scope) || references.incomplete) return findings;
  const Names names = NamesOf(scope);
  for (const Member& m : scope.substitutions->members()) {
    // One that is nearly called so is a slip of the pen, and told as that.
    const bool used = std::any_of(references.found.begin(), references.found.end(), [&](const Reference& r) {
      return !r.in_sub && (r.name == m.name() || (!Has(names, r.name) && DidYouMean(r.name, Names{m.name()})));
    });
    if (used || m.name().starts_with("Fn::")) continue;
    findings.push_back(Finding(
        "unused-substitution", scope.host.positions().KeyAt(scope.pointer + "/" + EscapePointerToken(m.name())),
        "The definition does not refer to ${" + std::string(m.name()) + "}", "remove it from DefinitionSubstitutions"));
  }
  return findings;
}

}  // namespace gait::templates
