#include "engine/items/parquet_schema.h"

#include <optional>
#include <set>
#include <utility>

#include "engine/base/utf.h"

namespace gait {
namespace {

using Type = ParquetType;
using Meaning = ParquetMeaning;

constexpr int kWidthMax = 1 << 20;  // of a FIXED_LEN_BYTE_ARRAY
constexpr int kScaleMax = 1000;     // of a decimal: Parquet has no limit; SQL's and Arrow's are below 80

constexpr int kMillis = 3, kMicros = 6;

// An annotation, of the new kind or the old.
struct Annotation {
  enum class Kind : uint8_t {
    kNone,
    kText,
    kDecimal,
    kDate,
    kTime,
    kTimestamp,
    kSigned,
    kUnsigned,
    kUuid,
    kFloat16,
    kBytes,
    kGroup
  };
  Kind kind = Kind::kNone;
  int scale = 0;           // kTime, kTimestamp, kDecimal
  bool has_scale = false;  // else it is in the SchemaElement
};
using Kind = Annotation::Kind;

// By ConvertedType's numbers.
constexpr Annotation kConverted[] = {
    {Kind::kText},                // UTF8
    {Kind::kGroup},               // MAP
    {Kind::kGroup},               // MAP_KEY_VALUE
    {Kind::kGroup},               // LIST
    {Kind::kText},                // ENUM
    {Kind::kDecimal},             // DECIMAL
    {Kind::kDate},                // DATE
    {Kind::kTime, kMillis},       // TIME_MILLIS
    {Kind::kTime, kMicros},       // TIME_MICROS
    {Kind::kTimestamp, kMillis},  // TIMESTAMP_MILLIS
    {Kind::kTimestamp, kMicros},  // TIMESTAMP_MICROS
    {Kind::kUnsigned},            // UINT_8
    {Kind::kUnsigned},            // UINT_16
    {Kind::kUnsigned},            // UINT_32
    {Kind::kUnsigned},            // UINT_64
    {Kind::kSigned},              // INT_8
    {Kind::kSigned},              // INT_16
    {Kind::kSigned},              // INT_32
    {Kind::kSigned},              // INT_64
    {Kind::kText},                // JSON
    {Kind::kBytes},               // BSON
    {Kind::kBytes},               // INTERVAL
};

struct Element {
  std::string name;
  std::optional<Type> type;  // none: a group
  int width = 0, repetition = 0, scale = 0;
  int64_t children = 0;
  Annotation converted, logical;
};

int ReadUnit(ThriftReader& in, const ThriftField& field) {
  int unit = 0;
  in.Struct(field, [&](const ThriftField& kind) {
    if (kind.id <= 3) unit = 3 * kind.id;
    in.Skip(kind);
  });
  if (unit == 0) in.Fail("a unit of time that there is not");
  return unit;
}

// A field of the union LogicalType.
Annotation ReadLogical(ThriftReader& in, const ThriftField& field) {
  Annotation annotation;
  annotation.has_scale = true;
  switch (field.id) {
    case 1:                                         // STRING
    case 4:                                         // ENUM
    case 12: annotation.kind = Kind::kText; break;  // JSON
    case 2:                                         // MAP
    case 3: annotation.kind = Kind::kGroup; break;  // LIST
    case 5: annotation.kind = Kind::kDecimal; break;
    case 6: annotation.kind = Kind::kDate; break;
    case 7: annotation.kind = Kind::kTime; break;
    case 8: annotation.kind = Kind::kTimestamp; break;
    case 10: annotation.kind = Kind::kUnsigned; break;  // INTEGER, until it says that it is signed
    case 14: annotation.kind = Kind::kUuid; break;
    case 15: annotation.kind = Kind::kFloat16; break;
    default: break;  // BSON, geometries, those to come: values as their type has them
  }
  in.Struct(field, [&](const ThriftField& part) {
    const Kind kind = annotation.kind;
    if (kind == Kind::kDecimal && part.id == 1) {
      annotation.scale = static_cast<int>(in.Int(part, 0, kScaleMax));
    } else if ((kind == Kind::kTime || kind == Kind::kTimestamp) && part.id == 2) {
      annotation.scale = ReadUnit(in, part);
    } else if (kind == Kind::kUnsigned && part.id == 2) {
      if (in.Bool(part)) annotation.kind = Kind::kSigned;
    } else {
      in.Skip(part);
    }
  });
  return annotation;
}

Element ReadElement(ThriftReader& in, const ThriftField& field) {
  Element element;
  in.Struct(field, [&](const ThriftField& part) {
    switch (part.id) {
      case 1: element.type = static_cast<Type>(in.Int(part, 0, 7)); break;
      case 2: element.width = static_cast<int>(in.Int(part, 0, kWidthMax)); break;
      case 3: element.repetition = static_cast<int>(in.Int(part, 0, 2)); break;
      case 4: element.name = in.Binary(part); break;
      case 5: element.children = in.Int(part, 0, INT32_MAX); break;
      case 6: element.converted = kConverted[in.Int(part, 0, std::size(kConverted) - 1)]; break;
      case 7: element.scale = static_cast<int>(in.Int(part, 0, kScaleMax)); break;
      case 10: in.Struct(part, [&](const ThriftField& kind) { element.logical = ReadLogical(in, kind); }); break;
      default: in.Skip(part); break;
    }
  });
  return element;
}

Meaning Plain(Type type) {
  switch (type) {
    case Type::kBoolean: return Meaning::kBoolean;
    case Type::kInt32:
    case Type::kInt64: return Meaning::kSigned;
    case Type::kInt96: return Meaning::kInt96;
    case Type::kFloat: return Meaning::kFloat;
    case Type::kDouble: return Meaning::kDouble;
    case Type::kByteArray:
    case Type::kFixedLenByteArray: return Meaning::kBytes;
  }
  return Meaning::kBytes;
}

// Empty: what is annotated so has another type.
std::optional<Meaning> MeaningOf(const Element& element, const Annotation& annotation) {
  const Type type = *element.type;
  const bool integer = type == Type::kInt32 || type == Type::kInt64;
  const bool bytes = type == Type::kByteArray || type == Type::kFixedLenByteArray;
  const auto fixed = [&](int width) { return type == Type::kFixedLenByteArray && element.width == width; };
  const auto when = [](bool fits, Meaning meaning) { return fits ? std::optional(meaning) : std::nullopt; };
  switch (annotation.kind) {
    case Kind::kNone:
    case Kind::kBytes: return Plain(type);
    case Kind::kText: return when(bytes, Meaning::kText);
    case Kind::kDecimal: return when(integer || bytes, Meaning::kDecimal);
    case Kind::kDate: return when(type == Type::kInt32, Meaning::kDate);
    case Kind::kTime: return when(type == (annotation.scale == kMillis ? Type::kInt32 : Type::kInt64), Meaning::kTime);
    case Kind::kTimestamp: return when(type == Type::kInt64, Meaning::kTimestamp);
    case Kind::kSigned: return when(integer, Meaning::kSigned);
    case Kind::kUnsigned: return when(integer, type == Type::kInt32 ? Meaning::kUnsigned32 : Meaning::kUnsigned64);
    case Kind::kUuid: return when(fixed(16), Meaning::kUuid);
    case Kind::kFloat16: return when(fixed(2), Meaning::kFloat16);
    case Kind::kGroup: return std::nullopt;
  }
  return std::nullopt;
}

ParquetColumn ColumnOf(ThriftReader& in, Element element) {
  ParquetColumn column;
  const std::string called = "the column '" + element.name + "' ";
  constexpr std::string_view kFlat = ", which is not supported: only flat columns are";
  if (!IsUtf8(element.name)) in.Fail("a column's name is not UTF-8");
  if (!element.type || element.children != 0) in.Fail(called + "is a group" + std::string(kFlat));
  if (element.repetition == 2) in.Fail(called + "is repeated" + std::string(kFlat));
  if (!in.ok()) return column;
  const Annotation& annotation = element.logical.kind != Kind::kNone ? element.logical : element.converted;
  const std::optional<Meaning> meaning = MeaningOf(element, annotation);
  if (!meaning) in.Fail(called + "is annotated as what its type cannot be");
  if (*element.type == Type::kFixedLenByteArray && element.width == 0) in.Fail(called + "has values of no bytes");
  column.name = std::move(element.name);
  column.type = *element.type;
  column.meaning = meaning.value_or(Meaning::kBytes);
  column.optional = element.repetition == 1;
  column.width = element.width;
  column.scale = annotation.kind == Kind::kDecimal && !annotation.has_scale ? element.scale : annotation.scale;
  return column;
}

}  // namespace

std::vector<ParquetColumn> ReadParquetSchema(ThriftReader& in, const ThriftField& field) {
  std::vector<ParquetColumn> columns;
  std::set<std::string> names;
  std::optional<int64_t> expected;  // by the first element, which stands for the whole row
  in.List(field, [&](const ThriftField& item) {
    Element element = ReadElement(in, item);
    if (!in.ok()) return;
    if (!expected) {
      expected = element.children;
      if (element.type || *expected == 0) in.Fail("a schema without columns");
      return;
    }
    if (columns.size() == kParquetColumnsMax) {
      return in.Fail("more than " + std::to_string(kParquetColumnsMax) + " columns");
    }
    columns.push_back(ColumnOf(in, std::move(element)));
    if (!names.insert(columns.back().name).second) in.Fail("two columns are called '" + columns.back().name + "'");
  });
  if (!expected || *expected != static_cast<int64_t>(columns.size())) in.Fail("a schema that lacks columns");
  return columns;
}

}  // namespace gait
