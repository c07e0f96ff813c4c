// What is known of a value before anything has run: of an object, which members it has; of an array, its items.
// Internal to engine/lint. Immutable and shared; names are parts of the definition's text, which must outlive it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/lint/paths.h"

namespace gait::lint {

struct Shape;
using ShapePtr = std::shared_ptr<const Shape>;

struct Shape {
  enum class Kind : uint8_t {
    kUnknown,
    kScalar,  // neither an object nor an array
    kObject,
    kArray,
  };

  Kind kind = Kind::kUnknown;
  bool open = false;         // of an object: it may have members besides these
  bool each = false;         // of an array: any number of items, all like items[0]
  int depth = 0;             // of a container: how many lie within one another
  std::string_view made_by;  // the state that made it; "" for an input
  std::vector<std::pair<std::string_view, ShapePtr>> members;
  std::vector<std::string_view> absent;  // of an open object: members that it is not believed to have
  std::vector<ShapePtr> items;

  const ShapePtr* Find(std::string_view name) const;
  bool MayHave(std::string_view name) const;  // REQUIRES: Find does not find it
};

// What nests deeper, or has more members, is not followed: loops make some without end.
inline constexpr int kShapeDepthMax = 64;
inline constexpr size_t kShapeMembersMax = 500;

// The shape, or the unknown one where it is too large. Where a placeholder is part of a name, others may be there.
ShapePtr Finished(Shape shape);

const ShapePtr& UnknownShape();
ShapePtr ScalarShape();
// Of a constant.
ShapePtr ShapeOf(const Value& literal, std::string_view made_by);

bool SameShape(const ShapePtr& a, const ShapePtr& b);

struct Lookup {
  ShapePtr found;                // of what the steps lead to; null if they surely lead nowhere
  size_t missing = 0;            // else: the step that fails
  const Shape* where = nullptr;  // and what it was to be taken from
};

// Follows the steps into `shape`. JSONata takes a name of an array as that of each of its items, and is not followed
// there.
Lookup Follow(const ShapePtr& shape, const std::vector<PathStep>& steps, bool jsonata = false);

// `shape` with `value` at the place: what ResultPath does.
ShapePtr PutAt(const ShapePtr& shape, const std::vector<PathStep>& steps, ShapePtr value, std::string_view made_by,
               size_t from = 0);

}  // namespace gait::lint
