// The values that a template has for the `${Name}`s of a definition, and whether the two fit together.
#pragma once

#include "templates/found.h"

namespace gait::templates {

// Of one resource of a CloudFormation template.
struct SubstitutionScope {
  const Host& host;
  const Value* substitutions = nullptr;  // DefinitionSubstitutions; null if there are none
  std::string pointer;                   // of them
};

// Those whose values stand in the template as they are.
Substitutions KnownSubstitutions(const SubstitutionScope& scope);

// The references of `file`, which is the template or a file that it names, that nothing is put in for.
Diagnostics UndefinedSubstitutions(const SubstitutionScope& scope, const References& references, const Host& file);

// The substitutions that the definition does not refer to. Their positions are of the template.
Diagnostics UnusedSubstitutions(const SubstitutionScope& scope, const References& references);

}  // namespace gait::templates
