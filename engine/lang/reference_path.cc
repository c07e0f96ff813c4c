#include "engine/lang/reference_path.h"

#include <span>

namespace gait {
namespace {

// `at` is moved along the path and rebuilt on the way back, so a node that nobody else holds is changed in place.
std::optional<Value> Place(Value at, std::span<const JsonPath::Step> steps, Value value) {
  if (steps.empty()) return value;
  const JsonPath::Step& step = steps.front();
  if (step.is_index) {
    if (!at.is_array() || step.index < 0 || static_cast<size_t>(step.index) >= at.size()) return std::nullopt;
    const auto index = static_cast<size_t>(step.index);
    std::optional<Value> inner = Place(at.items()[index], steps.subspan(1), std::move(value));
    if (!inner) return std::nullopt;
    return std::move(at).WithItem(index, *std::move(inner));
  }
  if (at.is_undefined()) at = Value::Object();
  if (!at.is_object()) return std::nullopt;
  const Value* present = at.Find(step.name);
  std::optional<Value> inner = Place(present == nullptr ? Value() : *present, steps.subspan(1), std::move(value));
  if (!inner) return std::nullopt;
  return std::move(at).With(step.name, *std::move(inner));
}

}  // namespace

std::optional<Value> PlaceAt(Value document, const JsonPath& path, Value value) {
  return Place(std::move(document), path.reference_steps(), std::move(value));
}

}  // namespace gait
