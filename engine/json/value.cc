#include "engine/json/value.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <new>

#include "engine/base/check.h"
#include "engine/json/node.h"

namespace gait {

using json_internal::Node;

namespace json_internal {

Node* NewNode(NodeKind kind, size_t capacity) {
  GAIT_CHECK(capacity <= std::numeric_limits<uint32_t>::max(), "a JSON value of more than 4 Gi elements");
  void* memory = std::malloc(sizeof(Node) + capacity * ElementSize(kind));
  if (memory == nullptr) throw std::bad_alloc();
  Node* node = new (memory) Node;
  node->kind = kind;
  node->capacity = static_cast<uint32_t>(capacity);
  return node;
}

namespace {

void FreeNode(Node* node) {
  if (node->kind == NodeKind::kOpaque) node->opaque()->Dispose();
  delete[] node->index.load(std::memory_order_relaxed);
  node->~Node();
  std::free(node);
}

size_t Hash(std::string_view text) { return std::hash<std::string_view>()(text); }

// An index is worth its memory for an object that is looked into more than once; below this many members a linear scan
// is as fast.
constexpr uint32_t kIndexedFrom = 17;

// Open addressing over a power of two of places, at most half of them taken. index[0] is the number of places; each
// place after it holds 1 + a member's number, or 0.
void Insert(uint32_t* index, std::string_view key, uint32_t member) {
  const size_t mask = index[0] - 1;
  size_t place = Hash(key) & mask;
  while (index[1 + place] != 0) place = (place + 1) & mask;
  index[1 + place] = member + 1;
}

uint32_t* BuildIndex(const Node* object) {
  size_t places = 64;
  while (places < 4 * static_cast<size_t>(object->count)) places *= 2;
  auto* index = new uint32_t[places + 1]();
  index[0] = static_cast<uint32_t>(places);
  for (uint32_t i = 0; i < object->count; ++i) Insert(index, object->members()[i].name(), i);
  return index;
}

const uint32_t* Index(const Node* object) {
  uint32_t* index = object->index.load(std::memory_order_acquire);
  if (index != nullptr) return index;
  uint32_t* made = BuildIndex(object);
  if (object->index.compare_exchange_strong(index, made, std::memory_order_acq_rel)) return made;
  delete[] made;
  return index;
}

}  // namespace

// The number of the member with this key, or the count.
uint32_t FindMember(const Node* object, std::string_view key) {
  if (object->count < kIndexedFrom) {
    for (uint32_t i = 0; i < object->count; ++i) {
      if (object->members()[i].name() == key) return i;
    }
    return object->count;
  }
  const uint32_t* index = Index(object);
  const size_t mask = index[0] - 1;
  for (size_t place = Hash(key) & mask; index[1 + place] != 0; place = (place + 1) & mask) {
    const uint32_t i = index[1 + place] - 1;
    if (object->members()[i].name() == key) return i;
  }
  return object->count;
}

// Adds a member at the end. REQUIRES: nobody else holds the object, it has room, and no member with this key.
void Append(Node* object, Value key, Value value) {
  if (uint32_t* index = object->index.load(std::memory_order_relaxed); index != nullptr) {
    if (2 * (static_cast<size_t>(object->count) + 1) > index[0]) {
      delete[] object->index.exchange(nullptr, std::memory_order_relaxed);  // too full: the next look-up builds another
    } else {
      Insert(index, key.as_string(), object->count);
    }
  }
  new (&object->members()[object->count]) Member{std::move(key), std::move(value)};
  ++object->count;
}

void Release(Node* node) {
  if (node->refs.load(std::memory_order_acquire) != 1 && node->refs.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  // A deep value is taken apart without recursion: what is left to free is chained through `next`.
  node->next = nullptr;
  for (Node* rest = node; rest != nullptr;) {
    Node* dead = rest;
    rest = dead->next;
    dead->ForEachValue([&](Value& child) {
      Node* n = Access::NodeOf(child);
      if (n != nullptr && n->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        n->next = rest;
        rest = n;
      }
    });
    FreeNode(dead);
  }
}

// The container's node, or a copy of it with room for `capacity` elements if it is shared or too small.
Node* Writable(Node* node, size_t capacity) {
  const bool unique = node->refs.load(std::memory_order_acquire) == 1;
  if (unique && node->capacity >= capacity) {
    node->json_size.store(0, std::memory_order_relaxed);
    return node;
  }
  Node* copy = NewNode(node->kind, std::max<size_t>(capacity, node->count));
  copy->depth = node->depth;
  if (unique) {  // its elements can be moved as bytes: the old node is then empty
    std::memcpy(copy->elements(), node->elements(), node->count * ElementSize(node->kind));
    copy->count = std::exchange(node->count, 0);
    copy->index.store(node->index.exchange(nullptr, std::memory_order_relaxed), std::memory_order_relaxed);
  } else if (node->kind == NodeKind::kArray) {
    for (uint32_t i = 0; i < node->count; ++i) new (&copy->items()[i]) Value(node->items()[i]);
    copy->count = node->count;
  } else {
    for (uint32_t i = 0; i < node->count; ++i) new (&copy->members()[i]) Member(node->members()[i]);
    copy->count = node->count;
  }
  Release(node);
  return copy;
}

void Raise(Node* container, const Value& element) {
  container->depth = std::max(container->depth, 1 + static_cast<uint32_t>(element.depth()));
}

}  // namespace json_internal

using json_internal::NodeKind;

void Value::Retain() const { node()->refs.fetch_add(1, std::memory_order_relaxed); }

void Value::Release() { json_internal::Release(node()); }

namespace {

Node* TextNode(std::string_view text) {
  Node* node = json_internal::NewNode(NodeKind::kText, text.size());
  std::memcpy(node->elements(), text.data(), text.size());
  node->count = static_cast<uint32_t>(text.size());
  return node;
}

}  // namespace

Value Value::String(std::string_view text) {
  if (text.size() <= kInlineMax) {
    Value v(Tag::kInlineString);
    if (!text.empty()) std::memcpy(v.raw_, text.data(), text.size());  // of no text there may be no place
    v.raw_[14] = static_cast<unsigned char>(text.size());
    return v;
  }
  return Value(Tag::kString, TextNode(text));
}

Value Value::Number(std::string_view text) {
  const char* end = text.data() + text.size();
  if (text.find_first_of(".eE") == std::string_view::npos) {
    int64_t i = 0;
    if (std::from_chars(text.data(), end, i).ec == std::errc()) return Int(i);
  } else {
    double d = 0;
    if (std::from_chars(text.data(), end, d).ec == std::errc()) return Double(d);
  }
  return Value(Tag::kNumberText, TextNode(text));
}

Value Value::Holding(Opaque* opaque) {
  Node* node = json_internal::NewNode(NodeKind::kOpaque, 1);
  node->opaque() = opaque;
  node->count = 1;
  return Value(Tag::kOpaque, node);
}

Value Value::Array(std::initializer_list<Value> items) {
  ArrayBuilder builder(items.size());
  for (const Value& item : items) builder.Add(item);
  return builder.Build();
}

Value Value::Object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  ObjectBuilder builder(members.size());
  for (const auto& [key, value] : members) builder.Add(key, value);
  return builder.Build();
}

double Value::as_double() const {
  if (is_int()) return static_cast<double>(as_int());
  if (is_double()) {
    double d;
    std::memcpy(&d, raw_, sizeof d);
    return d;
  }
  const std::string text(number_text());  // beyond double's range strtod gives the infinity or the zero nearest to it
  return std::strtod(text.c_str(), nullptr);
}

std::string_view Value::number_text() const { return tag() == Tag::kNumberText ? node()->text() : std::string_view(); }

std::string_view Value::as_string() const& {
  if (tag() == Tag::kInlineString) return {reinterpret_cast<const char*>(raw_), raw_[14]};
  return node()->text();
}

std::span<const Value> Value::items() const {
  return is_array() ? std::span<const Value>(node()->items(), node()->count) : std::span<const Value>();
}

std::span<const Member> Value::members() const {
  return is_object() ? std::span<const Member>(node()->members(), node()->count) : std::span<const Member>();
}

Opaque* Value::opaque() const { return is_opaque() ? node()->opaque() : nullptr; }

size_t Value::size() const { return is_array() || is_object() ? node()->count : 0; }

int Value::depth() const { return is_array() || is_object() ? static_cast<int>(node()->depth) : 0; }

const Value* Value::Find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const uint32_t i = json_internal::FindMember(node(), key);
  return i == node()->count ? nullptr : &node()->members()[i].value;
}

bool Value::SameAs(const Value& other) const { return std::memcmp(raw_, other.raw_, sizeof raw_) == 0; }

Value Value::With(std::string_view key, Value value) && {
  const uint32_t place = json_internal::FindMember(node(), key);
  const bool present = place < node()->count;
  const size_t needed = node()->count + (present ? 0 : 1);
  // A node that grows is likely to grow again.
  const size_t capacity = present || needed <= node()->capacity ? needed : needed + needed / 2;
  Node* object = json_internal::Writable(node(), capacity);
  std::memcpy(raw_, &object, sizeof object);
  json_internal::Raise(object, value);
  if (present) {
    object->members()[place].value = std::move(value);
  } else {
    json_internal::Append(object, String(key), std::move(value));
  }
  return std::move(*this);
}

Value Value::WithItem(size_t index, Value value) && {
  Node* array = json_internal::Writable(node(), node()->count);
  std::memcpy(raw_, &array, sizeof array);
  json_internal::Raise(array, value);
  array->items()[index] = std::move(value);
  return std::move(*this);
}

bool operator==(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Value::Type::kUndefined:
    case Value::Type::kNull: return true;
    case Value::Type::kBool: return a.as_bool() == b.as_bool();
    case Value::Type::kNumber:
      if (a.is_int() && b.is_int()) return a.as_int() == b.as_int();
      if (!a.number_text().empty() && !b.number_text().empty()) return a.number_text() == b.number_text();
      return a.as_double() == b.as_double();
    case Value::Type::kString: return a.as_string() == b.as_string();
    case Value::Type::kArray:
      return a.node() == b.node() || std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end());
    case Value::Type::kObject:
      if (a.node() == b.node()) return true;
      if (a.size() != b.size()) return false;
      return std::all_of(a.members().begin(), a.members().end(), [&](const Member& m) {
        const Value* other = b.Find(m.name());
        return other != nullptr && m.value == *other;
      });
    case Value::Type::kOpaque: return a.node() == b.node();
  }
  return false;
}

namespace {

// Room for one more element of the builder's node.
Node* Grown(Node* node, NodeKind kind) {
  constexpr size_t kFirst = 4;
  if (node == nullptr) return json_internal::NewNode(kind, kFirst);
  if (node->count < node->capacity) return node;
  return json_internal::Writable(node, std::max(kFirst, 2 * static_cast<size_t>(node->count)));
}

}  // namespace

ArrayBuilder::~ArrayBuilder() {
  if (node_ != nullptr) json_internal::Release(node_);
}

void ArrayBuilder::Reserve(size_t capacity) {
  if (node_ == nullptr) node_ = json_internal::NewNode(NodeKind::kArray, capacity);
}

void ArrayBuilder::Add(Value item) {
  node_ = Grown(node_, NodeKind::kArray);
  json_internal::Raise(node_, item);
  new (&node_->items()[node_->count]) Value(std::move(item));
  ++node_->count;
}

size_t ArrayBuilder::size() const { return node_ == nullptr ? 0 : node_->count; }

Value ArrayBuilder::Build() {
  Reserve(0);
  return Value(Value::Tag::kArray, std::exchange(node_, nullptr));
}

ObjectBuilder::~ObjectBuilder() {
  if (node_ != nullptr) json_internal::Release(node_);
}

void ObjectBuilder::Reserve(size_t capacity) {
  if (node_ == nullptr) node_ = json_internal::NewNode(NodeKind::kObject, capacity);
}

void ObjectBuilder::Add(Value key, Value value) {
  node_ = Grown(node_, NodeKind::kObject);
  json_internal::Raise(node_, value);
  const uint32_t place = json_internal::FindMember(node_, key.as_string());
  if (place < node_->count) {
    node_->members()[place].value = std::move(value);
    return;
  }
  json_internal::Append(node_, std::move(key), std::move(value));
}

size_t ObjectBuilder::size() const { return node_ == nullptr ? 0 : node_->count; }

Value ObjectBuilder::Build() {
  Reserve(0);
  return Value(Value::Tag::kObject, std::exchange(node_, nullptr));
}

}  // namespace gait
