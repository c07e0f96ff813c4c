#include "engine/items/thrift_compact.h"

#include <utility>

namespace gait {

void ThriftReader::Fail(std::string what) {
  if (ok()) error_ = std::move(what);
}

bool ThriftReader::Enter() {
  if (!ok()) return false;
  if (depth_ == kDepthMax) {
    Fail("nested deeper than " + std::to_string(kDepthMax));
    return false;
  }
  ++depth_;
  return true;
}

bool ThriftReader::Expect(const ThriftField& field, ThriftType type) {
  if (field.type != type) Fail("field " + std::to_string(field.id) + " has another type than it should");
  return ok();
}

uint8_t ThriftReader::Byte() {
  const std::string_view byte = Take(1);
  return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
}

std::string_view ThriftReader::Take(uint64_t count) {
  if (!ok()) return {};
  if (count > bytes_.size() - at_) {
    cut_off_ = true;
    Fail("cut off");
    return {};
  }
  const std::string_view taken = bytes_.substr(at_, static_cast<size_t>(count));
  at_ += taken.size();
  return taken;
}

uint64_t ThriftReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return ok() ? value : 0;
  }
  Fail("an integer of more than 64 bits");
  return 0;
}

int64_t ThriftReader::Zigzag() {
  const uint64_t value = Varint();
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

bool ThriftReader::KnownType(uint8_t type) {
  if (type < 1 || type > static_cast<uint8_t>(ThriftType::kUuid)) Fail("a type that there is not");
  return ok();
}

bool ThriftReader::NextField(ThriftField& field) {
  const uint8_t head = Byte();
  if (!ok() || head == 0) return false;
  if (!KnownType(head & 0x0f)) return false;
  const int64_t id = head >> 4 == 0 ? Zigzag() : field.id + (head >> 4);
  if (id < 1 || id > INT16_MAX) Fail("a field's number is " + std::to_string(id));  // Parquet has none below 1
  field = {static_cast<int16_t>(id), static_cast<ThriftType>(head & 0x0f)};
  return ok();
}

size_t ThriftReader::ListHeader(const ThriftField& field, ThriftField& element) {
  if (field.type != ThriftType::kSet && !Expect(field, ThriftType::kList)) return 0;
  const uint8_t head = Byte();
  const uint64_t count = head >> 4 == 15 ? Varint() : head >> 4;
  if (!ok() || count == 0 || !KnownType(head & 0x0f)) return 0;
  element = {0, static_cast<ThriftType>(head & 0x0f)};
  // Whatever the elements are, each takes a byte at least.
  if (count > bytes_.size() - at_) {
    cut_off_ = true;
    Fail("a list that is longer than what there is");
    return 0;
  }
  return static_cast<size_t>(count);
}

bool ThriftReader::Bool(const ThriftField& field) {
  // The value of a field is in its type, that of an element in a byte.
  if (field.type != ThriftType::kFalse && !Expect(field, ThriftType::kTrue)) return false;
  return field.id != 0 ? field.type == ThriftType::kTrue : Byte() == static_cast<uint8_t>(ThriftType::kTrue);
}

int64_t ThriftReader::Int(const ThriftField& field, int64_t min, int64_t max) {
  int64_t value = 0;
  switch (field.type) {
    case ThriftType::kI8: value = static_cast<int8_t>(Byte()); break;
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64: value = Zigzag(); break;
    default: Expect(field, ThriftType::kI64); break;
  }
  if (ok() && (value < min || value > max)) {
    Fail("field " + std::to_string(field.id) + " is " + std::to_string(value) + ", which it cannot be");
  }
  return ok() ? value : 0;
}

std::string_view ThriftReader::Binary(const ThriftField& field) {
  return Expect(field, ThriftType::kBinary) ? Take(Varint()) : std::string_view();
}

void ThriftReader::SkipMap() {
  const uint64_t count = Varint();
  if (!ok() || count == 0) return;
  const uint8_t types = Byte();
  if (!KnownType(types >> 4) || !KnownType(types & 0x0f) || !Enter()) return;
  const ThriftField key{0, static_cast<ThriftType>(types >> 4)};
  const ThriftField value{0, static_cast<ThriftType>(types & 0x0f)};
  for (uint64_t i = 0; i < count && ok(); ++i) {
    Skip(key);
    Skip(value);
  }
  --depth_;
}

void ThriftReader::Skip(const ThriftField& field) {
  switch (field.type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse: Bool(field); return;
    case ThriftType::kI8:
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64: Int(field); return;
    case ThriftType::kDouble: Take(8); return;
    case ThriftType::kBinary: Binary(field); return;
    case ThriftType::kUuid: Take(16); return;
    case ThriftType::kList:
    case ThriftType::kSet: List(field, [this](const ThriftField& element) { Skip(element); }); return;
    case ThriftType::kMap: SkipMap(); return;
    case ThriftType::kStruct: Struct([this](const ThriftField& inner) { Skip(inner); }); return;
  }
}

}  // namespace gait
