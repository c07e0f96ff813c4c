// A hash of values, for sets and maps of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "engine/json/value.h"

namespace gait {

// Equal values have equal hashes: members count in any order, numbers by value.
struct ValueHash {
  size_t operator()(const Value& value) const {
    constexpr size_t kMix = 0x9E3779B97F4A7C15;  // 2^64 divided by the golden ratio: spreads what is close together
    size_t hash = static_cast<size_t>(value.type());
    switch (value.type()) {
      case Value::Type::kUndefined:
      case Value::Type::kOpaque:
      case Value::Type::kNull: break;
      case Value::Type::kBool: hash += value.as_bool() ? kMix : 0; break;
      case Value::Type::kNumber: hash += std::hash<double>()(value.as_double()); break;
      case Value::Type::kString: hash += std::hash<std::string_view>()(value.as_string()); break;
      case Value::Type::kArray:
        for (const Value& item : value.items()) hash = (hash ^ (*this)(item)) * kMix;
        break;
      case Value::Type::kObject:
        for (const Member& m : value.members()) hash += ((*this)(m.key) ^ (*this)(m.value) * 3) * kMix;
        break;
    }
    return hash;
  }
};

}  // namespace gait
