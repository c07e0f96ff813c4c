// Where a result goes: https://states-language.net/#ref-paths and "ResultPath" of #filters.
#pragma once

#include <optional>

#include "engine/json/value.h"
#include "engine/lang/jsonpath/json_path.h"

namespace gait {

// `document` with `value` at the place that `path` names; objects on the way are made where they are missing. An index
// replaces an item and adds none. Empty if the path does not fit: it goes through a scalar, by name through an array,
// or past the end of one. REQUIRES: path.is_reference().
std::optional<Value> PlaceAt(Value document, const JsonPath& path, Value value);

}  // namespace gait
