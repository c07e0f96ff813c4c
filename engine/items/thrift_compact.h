// Reads Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages. What a reader does
// not know it skips; what it holds is never more than the bytes it is given.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gait {

enum class ThriftType : uint8_t {
  kTrue = 1,
  kFalse = 2,
  kI8 = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

// A field of a struct, or an element of a list: what can be read next.
struct ThriftField {
  int16_t id = 0;  // 0: an element
  ThriftType type = ThriftType::kTrue;
};

// The first error stays: what is read after it is 0, "" and empty. So one look at the end suffices, but for what is
// done with the values meanwhile.
class ThriftReader {
 public:
  static constexpr int kDepthMax = 32;  // of structs and lists in each other; Parquet's have 7

  // Borrows the bytes.
  explicit ThriftReader(std::string_view bytes) : bytes_(bytes) {}

  // Calls `on_field` with each field of the struct that begins here. It reads the field, or skips it.
  template <typename OnField>
  void Struct(OnField on_field) {
    if (!Enter()) return;
    ThriftField field;
    while (NextField(field)) on_field(field);
    --depth_;
  }
  // The same of a field that is a struct.
  template <typename OnField>
  void Struct(const ThriftField& field, OnField on_field) {
    if (Expect(field, ThriftType::kStruct)) Struct(on_field);
  }
  // Calls `on_element` with each element of a field that is a list or set.
  template <typename OnElement>
  void List(const ThriftField& field, OnElement on_element) {
    ThriftField element;
    size_t count = ListHeader(field, element);
    if (!Enter()) return;
    for (; count > 0 && ok(); --count) on_element(element);
    --depth_;
  }

  bool Bool(const ThriftField& field);
  // Of the integers' types any: a writer may have chosen a smaller one. Fails if the value is not within [min, max].
  int64_t Int(const ThriftField& field, int64_t min = INT64_MIN, int64_t max = INT64_MAX);
  std::string_view Binary(const ThriftField& field);
  void Skip(const ThriftField& field);

  // Fails by the caller's wish, unless it has failed before.
  void Fail(std::string what);
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }
  // Failed because the bytes end too early?
  bool cut_off() const { return cut_off_; }
  // Of the next byte; of that at which it failed.
  size_t position() const { return at_; }

 private:
  bool Enter();
  bool Expect(const ThriftField& field, ThriftType type);
  bool NextField(ThriftField& field);
  size_t ListHeader(const ThriftField& field, ThriftField& element);
  bool KnownType(uint8_t type);
  uint8_t Byte();
  uint64_t Varint();
  int64_t Zigzag();
  std::string_view Take(uint64_t count);
  void SkipMap();

  const std::string_view bytes_;
  size_t at_ = 0;
  int depth_ = 0;
  bool cut_off_ = false;
  std::string error_;
};

}  // namespace gait
