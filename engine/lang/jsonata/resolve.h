// What the parser leaves to be found out once a whole expression is read: chains of dots become paths, predicates
// belong to steps, `%` finds the step it refers to, calls in the last place of a lambda become tail calls.
#pragma once

#include "engine/lang/jsonata/ast.h"

namespace gait::jsonata {

// Sets `tree.root` from what was parsed. Throws Error.
void Resolve(Tree& tree, Node* parsed, Names& names);

}  // namespace gait::jsonata
