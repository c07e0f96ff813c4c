// The memory behind a Value. For value.cc and write.cc alone; what others need is in value.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "engine/json/value.h"

namespace gait::json_internal {

enum class NodeKind : uint8_t { kText, kArray, kObject, kOpaque };

constexpr size_t ElementSize(NodeKind kind) {
  constexpr size_t kSizes[] = {1, sizeof(Value), sizeof(Member), sizeof(Opaque*)};
  return kSizes[static_cast<size_t>(kind)];
}

// One allocation: this header, then `capacity` elements of which the first `count` are alive.
struct alignas(16) Node {
  std::atomic<uint32_t> refs{1};
  uint32_t count = 0;
  uint32_t capacity = 0;
  uint32_t depth = 1;                          // of a container; see Value::depth
  mutable std::atomic<uint32_t> json_size{0};  // of a container: the size of its compact JSON text once known; else 0
  NodeKind kind = NodeKind::kText;
  mutable std::atomic<uint32_t*> index{nullptr};  // of a large object that was looked into: see BuildIndex
  Node* next = nullptr;                           // used while a dead value is taken apart

  void* elements() { return this + 1; }
  const void* elements() const { return this + 1; }
  std::string_view text() const { return {static_cast<const char*>(elements()), count}; }
  Value* items() { return static_cast<Value*>(elements()); }
  const Value* items() const { return static_cast<const Value*>(elements()); }
  Opaque*& opaque() { return *static_cast<Opaque**>(elements()); }
  Member* members() { return static_cast<Member*>(elements()); }
  const Member* members() const { return static_cast<const Member*>(elements()); }

  template <typename F>
  void ForEachValue(F f) {
    if (kind == NodeKind::kArray) {
      for (uint32_t i = 0; i < count; ++i) f(items()[i]);
    } else if (kind == NodeKind::kObject) {
      for (uint32_t i = 0; i < count; ++i) {
        f(members()[i].key);
        f(members()[i].value);
      }
    }
  }
};

// What a Value keeps to itself.
struct Access {
  // The node of a text, number text, array or object; null for every other value.
  static Node* NodeOf(const Value& value) { return value.is_heap() ? value.node() : nullptr; }
};

}  // namespace gait::json_internal
