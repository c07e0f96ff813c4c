// A compiled JSONPath: the steps that lead from a value to what the path names, and the filters within them.
// Not public: engine/lang/jsonpath/json_path.h is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/json/value.h"

namespace gait::jsonpath {

class Regex;
struct Criterion;

struct Step {
  enum class Kind : uint8_t {
    kMember,     // .name, ['name']: names[0]
    kMembers,    // ['a','b']: an object of those members that are there
    kIndex,      // [0]: numbers[0]
    kFromEnd,    // [(@.length-1)]: numbers[0], added to the length
    kHere,       // a `$` within the path: where the path stands already
    kIndices,    // [0,2]: numbers
    kSliceFrom,  // [1:]: numbers[0]
    kSliceTo,    // [:3]: numbers[0]
    kSlice,      // [1:3]: numbers[0] and [1]
    kWildcard,   // .*, [*]
    kScan,       // .., always followed by another step
    kFilter,     // [?(...)]: criteria; none for a bare [?], which no value passes
  };

  Kind kind = Kind::kHere;
  // kMember: an object without the member ends the walk without a result and without a failure. So it is where the path
  // goes on and names many values from here on: `$.items[*]` gives [] where there are no items.
  bool may_be_missing = false;
  std::vector<std::string> names;
  std::vector<int32_t> numbers;
  std::vector<Criterion> criteria;

  // Does the step lead from one value to at most one?
  bool definite() const { return kind <= Kind::kHere; }
};

struct CompiledPath {
  std::vector<Step> steps;
  bool definite = true;   // every step is
  bool reference = true;  // made of plainly written member names and indices only
};

// As messages show them: `['a', 'b']`, `[0,2]`, `[1:]`, `[?]`. The second: the steps from `from` on.
std::string StepText(const Step& step);
std::string StepsText(const CompiledPath& path, size_t from);

// One side of a comparison. Whatever is neither a path nor a pattern is a text, be it quoted or not.
struct Operand {
  enum class Kind : uint8_t { kText, kPath, kPattern };

  Kind kind = Kind::kText;
  bool from_root = false;                // kPath: begins with `$`, not with `@`
  CompiledPath path;                     // kPath; definite
  std::shared_ptr<const Regex> pattern;  // kPattern
  // kText: the string it stands for. kPattern: an object, for a pattern outside of `=~` compares as one: with nothing.
  Value value;
};

enum class Operator : uint8_t {
  kExists,
  kMissing,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kMatches,
};

// One comparison or test of existence in a filter. `&&` binds tighter than `||`; parentheses do not group.
struct Criterion {
  Operator op = Operator::kExists;
  bool after_or = false;  // `||` stands before it; else `&&`, or nothing
  Operand left;
  Operand right;
};

}  // namespace gait::jsonpath
