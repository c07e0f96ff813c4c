// An immutable JSON value of 16 bytes. Copying one copies a reference; containers are shared between values, so setting
// a member copies one node a level (and none that nobody else holds), and fanning an input out to 10,000 iterations
// copies 10,000 references.
//
// Objects keep the order of insertion, and a key stands once. Numbers are int64 or double; an integer that int64 cannot
// hold, and a number beyond double's range, keeps its text. Strings are UTF-8.
//
// Thread-safe as an int is: concurrent reads of one Value are fine, and so is using copies of it in different threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gait {

namespace json_internal {
struct Node;
struct Access;
}  // namespace json_internal

struct Member;

// What an expression language puts among its values and JSON has not, a function above all. Such a value is written as
// an empty text, and does not leave the evaluation.
class Opaque {
 public:
  virtual ~Opaque() = default;
  // The last reference is gone. One that holds others of its kind must take care not to be as deep in the stack as they
  // are many.
  virtual void Dispose() { delete this; }
};

class Value {
 public:
  enum class Type : uint8_t { kUndefined, kNull, kBool, kNumber, kString, kArray, kObject, kOpaque };

  Value() { std::memset(raw_, 0, sizeof raw_); }  // undefined: no value at all; never inside a container
  Value(const Value& other) { CopyFrom(other); }
  Value(Value&& other) noexcept {
    std::memcpy(raw_, other.raw_, sizeof raw_);
    other.SetTag(Tag::kUndefined);
  }
  Value& operator=(const Value& other) {
    if (this != &other) {
      Value copy(other);
      swap(copy);
    }
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (is_heap()) Release();
  }
  void swap(Value& other) noexcept {
    unsigned char t[16];
    std::memcpy(t, raw_, sizeof raw_);
    std::memcpy(raw_, other.raw_, sizeof raw_);
    std::memcpy(other.raw_, t, sizeof raw_);
  }

  static Value Null() { return Value(Tag::kNull); }
  static Value Bool(bool b) {
    Value v(Tag::kBool);
    v.raw_[0] = b;
    return v;
  }
  static Value Int(int64_t i) {
    Value v(Tag::kInt);
    std::memcpy(v.raw_, &i, sizeof i);
    return v;
  }
  static Value Double(double d) {
    Value v(Tag::kDouble);
    std::memcpy(v.raw_, &d, sizeof d);
    return v;
  }
  // A number by its JSON text: as Int or Double where one of them holds it. REQUIRES: `text` is a JSON number.
  static Value Number(std::string_view text);
  // REQUIRES: `text` is valid UTF-8.
  static Value String(std::string_view text);
  static Value Array(std::initializer_list<Value> items = {});
  static Value Object(std::initializer_list<std::pair<std::string_view, Value>> members = {});

  static Value Holding(Opaque* opaque);  // owns it

  Type type() const { return kTypeOfTag[static_cast<size_t>(tag())]; }
  bool is_undefined() const { return tag() == Tag::kUndefined; }
  bool is_null() const { return tag() == Tag::kNull; }
  bool is_bool() const { return tag() == Tag::kBool; }
  bool is_number() const { return type() == Type::kNumber; }
  bool is_int() const { return tag() == Tag::kInt; }
  bool is_double() const { return tag() == Tag::kDouble; }
  bool is_string() const { return tag() == Tag::kInlineString || tag() == Tag::kString; }
  bool is_array() const { return tag() == Tag::kArray; }
  bool is_object() const { return tag() == Tag::kObject; }
  bool is_opaque() const { return tag() == Tag::kOpaque; }

  // REQUIRES for each: the type.
  bool as_bool() const { return raw_[0] != 0; }
  int64_t as_int() const {
    int64_t i;
    std::memcpy(&i, raw_, sizeof i);
    return i;
  }
  // Of any number; the nearest double where it is another.
  double as_double() const;
  // The text of a number that neither int64 nor double holds; "" for every other value.
  std::string_view number_text() const;
  // Valid as long as this Value is, and until it is assigned to or moved: a short text lies within it.
  std::string_view as_string() const&;
  std::string_view as_string() && = delete;
  std::span<const Value> items() const;
  std::span<const Member> members() const;

  Opaque* opaque() const;

  // Marks that an evaluator puts on its reference to an array. They are no part of the value, and copies keep them.
  uint8_t marks() const { return is_array() ? raw_[14] : 0; }
  void set_marks(uint8_t marks) {
    if (is_array()) raw_[14] = marks;
  }

  // The number of items or members; 0 for every other value.
  size_t size() const;
  // How many containers lie within one another: 0 for a scalar, 1 for `[]`, 2 for `[[]]`.
  int depth() const;
  // The member with this key; null if there is none, or this is no object.
  const Value* Find(std::string_view key) const;
  // Of an object or an array: is this the same node in memory? Of a scalar: equal? A cheap sign of equality, never of
  // difference.
  bool SameAs(const Value& other) const;

  // This object with `key` set: in its old place, or at the end. Changes the node itself where nobody else holds it.
  // REQUIRES: is_object().
  Value With(std::string_view key, Value value) &&;
  Value With(std::string_view key, Value value) const& { return Value(*this).With(key, std::move(value)); }
  // This array with item `index` replaced. REQUIRES: is_array() and index < size().
  Value WithItem(size_t index, Value value) &&;

  // Deep equality as JSON has it: numbers by value (1 equals 1.0), members in any order.
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class ArrayBuilder;
  friend class ObjectBuilder;
  friend struct json_internal::Access;

  enum class Tag : uint8_t {
    kUndefined,
    kNull,
    kBool,
    kInt,
    kDouble,
    kInlineString,
    kString,  // from here on raw_ begins with a Node*
    kNumberText,
    kArray,
    kObject,
    kOpaque,
  };
  static constexpr Type kTypeOfTag[] = {Type::kUndefined, Type::kNull,   Type::kBool,   Type::kNumber,
                                        Type::kNumber,    Type::kString, Type::kString, Type::kNumber,
                                        Type::kArray,     Type::kObject, Type::kOpaque};
  static constexpr size_t kInlineMax = 14;

  explicit Value(Tag tag) {
    std::memset(raw_, 0, sizeof raw_);
    SetTag(tag);
  }
  Value(Tag tag, json_internal::Node* node) : Value(tag) { std::memcpy(raw_, &node, sizeof node); }

  Tag tag() const { return static_cast<Tag>(raw_[15]); }
  void SetTag(Tag tag) { raw_[15] = static_cast<unsigned char>(tag); }
  bool is_heap() const { return tag() >= Tag::kString; }
  json_internal::Node* node() const {
    json_internal::Node* n;
    std::memcpy(&n, raw_, sizeof n);
    return n;
  }
  void CopyFrom(const Value& other) {
    std::memcpy(raw_, other.raw_, sizeof raw_);
    if (is_heap()) Retain();
  }
  void Retain() const;
  void Release();

  // Bytes 0 to 13: the bool, int64, double, pointer, or the bytes of a short string; 14: the size of a short string,
  // the marks of an array; 15: the tag.
  alignas(8) unsigned char raw_[16];
};

struct Member {
  Value key;  // a string
  Value value;

  std::string_view name() const { return key.as_string(); }
};

// Makes an array item by item.
class ArrayBuilder {
 public:
  ArrayBuilder() = default;
  explicit ArrayBuilder(size_t capacity) { Reserve(capacity); }
  ArrayBuilder(ArrayBuilder&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  ArrayBuilder& operator=(ArrayBuilder&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~ArrayBuilder();

  void Reserve(size_t capacity);
  void Add(Value item);
  size_t size() const;
  // The array; the builder is empty again.
  Value Build();

 private:
  json_internal::Node* node_ = nullptr;
};

// Makes an object member by member. A key that comes again replaces the value and keeps the first one's place, as AWS's
// JSON library does.
class ObjectBuilder {
 public:
  ObjectBuilder() = default;
  explicit ObjectBuilder(size_t capacity) { Reserve(capacity); }
  ObjectBuilder(ObjectBuilder&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  ObjectBuilder& operator=(ObjectBuilder&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~ObjectBuilder();

  void Reserve(size_t capacity);
  // REQUIRES: `key` is a string.
  void Add(Value key, Value value);
  void Add(std::string_view key, Value value) { Add(Value::String(key), std::move(value)); }
  size_t size() const;
  // The object; the builder is empty again.
  Value Build();

 private:
  json_internal::Node* node_ = nullptr;
};

}  // namespace gait
