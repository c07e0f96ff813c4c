// What an expression may see: the data it applies to, the context object, the variables in reach, and a source of
// random numbers. Borrowed for one evaluation; nothing here is owned.
#pragma once

#include <string_view>

#include "engine/base/random.h"
#include "engine/base/timestamp.h"
#include "engine/json/value.h"

namespace gait {

// `$$`: made when an expression first looks at it, for most never do.
class ContextObject {
 public:
  virtual ~ContextObject() = default;
  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
  virtual const Value& AsValue() const = 0;
};

// The variables of one scope (the execution, a Parallel branch, a Map iteration) and, behind them, those of the scopes
// around it, which are read but never set from here.
struct VariableScope {
  Value own;                             // an object: name to value; undefined means none yet
  const VariableScope* outer = nullptr;  // null at the top

  // The value of the innermost variable of this name (without its `$`), or null.
  const Value* Find(std::string_view name) const {
    for (const VariableScope* scope = this; scope != nullptr; scope = scope->outer) {
      if (!scope->own.is_object()) continue;
      if (const Value* value = scope->own.Find(name)) return value;
    }
    return nullptr;
  }
};

struct Scope {
  const Value* input = nullptr;              // `$`; never null when an expression is evaluated
  const ContextObject* context = nullptr;    // `$$`; null where there is none
  const VariableScope* variables = nullptr;  // `$name`; null where there are none
  Random* random = nullptr;                  // for States.UUID and States.MathRandom; null where they may not be used
  // JSONata's: $states.result and $states.errorOutput, null where there are none; the moment of $now.
  const Value* result = nullptr;
  const Value* error_output = nullptr;
  Timestamp now = {};
};

}  // namespace gait
