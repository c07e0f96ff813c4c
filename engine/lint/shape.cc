#include "engine/lint/shape.h"

#include <algorithm>

#include "engine/json/document.h"

namespace gait::lint {

const ShapePtr* Shape::Find(std::string_view name) const {
  for (const auto& [key, shape] : members) {
    if (key == name) return &shape;
  }
  return nullptr;
}

ShapePtr Finished(Shape shape) {
  for (const auto& [name, member] : shape.members) {
    shape.depth = std::max(shape.depth, member->depth);
    shape.open = shape.open || name.find("${") != std::string_view::npos;
  }
  for (const ShapePtr& item : shape.items) shape.depth = std::max(shape.depth, item->depth);
  ++shape.depth;
  if (shape.depth > kShapeDepthMax || shape.members.size() > kShapeMembersMax) return UnknownShape();
  return std::make_shared<const Shape>(std::move(shape));
}

bool Shape::MayHave(std::string_view name) const {
  return open && std::find(absent.begin(), absent.end(), name) == absent.end();
}

const ShapePtr& UnknownShape() {
  static const ShapePtr kUnknown = std::make_shared<const Shape>();
  return kUnknown;
}

ShapePtr ScalarShape() {
  static const ShapePtr kScalar = [] {
    auto shape = std::make_shared<Shape>();
    shape->kind = Shape::Kind::kScalar;
    return shape;
  }();
  return kScalar;
}

ShapePtr ShapeOf(const Value& literal, std::string_view made_by) {
  if (IsPlaceholder(literal)) return UnknownShape();
  if (!literal.is_object() && !literal.is_array()) return ScalarShape();
  Shape shape;
  shape.kind = literal.is_object() ? Shape::Kind::kObject : Shape::Kind::kArray;
  shape.made_by = made_by;
  for (const Member& m : literal.members()) shape.members.emplace_back(m.name(), ShapeOf(m.value, made_by));
  for (const Value& item : literal.items()) shape.items.push_back(ShapeOf(item, made_by));
  return Finished(std::move(shape));
}

bool SameShape(const ShapePtr& a, const ShapePtr& b) {
  if (a == b) return true;
  if (a->kind != b->kind || a->open != b->open || a->each != b->each || a->made_by != b->made_by ||
      a->absent != b->absent)
    return false;
  if (a->members.size() != b->members.size() || a->items.size() != b->items.size()) return false;
  for (size_t i = 0; i < a->members.size(); ++i) {
    if (a->members[i].first != b->members[i].first || !SameShape(a->members[i].second, b->members[i].second))
      return false;
  }
  for (size_t i = 0; i < a->items.size(); ++i) {
    if (!SameShape(a->items[i], b->items[i])) return false;
  }
  return true;
}

Lookup Follow(const ShapePtr& shape, const std::vector<PathStep>& steps, bool jsonata) {
  ShapePtr at = shape;
  for (size_t i = 0; i < steps.size(); ++i) {
    const PathStep& step = steps[i];
    const Lookup misses{nullptr, i, at.get()};
    switch (at->kind) {
      case Shape::Kind::kUnknown: return {at, 0, nullptr};
      case Shape::Kind::kScalar: return misses;
      case Shape::Kind::kObject: {
        if (step.is_index()) return jsonata ? Lookup{UnknownShape(), 0, nullptr} : misses;
        const ShapePtr* member = at->Find(step.name);
        if (member == nullptr) return at->MayHave(step.name) ? Lookup{UnknownShape(), 0, nullptr} : misses;
        at = ShapePtr(*member);
        break;
      }
      case Shape::Kind::kArray: {
        if (jsonata) return {UnknownShape(), 0, nullptr};
        if (!step.is_index()) return misses;
        if (at->each) {
          at = ShapePtr(at->items[0]);
        } else if (static_cast<size_t>(step.index) < at->items.size()) {
          at = ShapePtr(at->items[static_cast<size_t>(step.index)]);
        } else {
          return misses;
        }
        break;
      }
    }
  }
  return {at, 0, nullptr};
}

ShapePtr PutAt(const ShapePtr& shape, const std::vector<PathStep>& steps, ShapePtr value, std::string_view made_by,
               size_t from) {
  if (from == steps.size()) return value;
  const PathStep& step = steps[from];
  if (step.is_index()) return UnknownShape();
  Shape changed;
  if (shape->kind == Shape::Kind::kObject) {
    changed = *shape;
    changed.depth = 0;
  } else if (shape->kind == Shape::Kind::kUnknown) {
    changed.kind = Shape::Kind::kObject;
    changed.open = true;
    changed.made_by = made_by;
  } else {
    return UnknownShape();  // fails when it runs
  }
  const auto member =
      std::find_if(changed.members.begin(), changed.members.end(), [&](const auto& m) { return m.first == step.name; });
  if (member != changed.members.end()) {
    member->second = PutAt(member->second, steps, std::move(value), made_by, from + 1);
    return Finished(std::move(changed));
  }
  // What is under a name that may be there already is not known either.
  Shape empty;
  empty.kind = changed.open ? Shape::Kind::kUnknown : Shape::Kind::kObject;
  empty.made_by = made_by;
  changed.members.emplace_back(step.name,
                               PutAt(Finished(std::move(empty)), steps, std::move(value), made_by, from + 1));
  return Finished(std::move(changed));
}

}  // namespace gait::lint
