#include "engine/items/parquet_schema.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/items/parquet_testing.h"

namespace gait {
namespace {

using parquet_testing::Struct;
using Meaning = ParquetMeaning;
using Type = ParquetType;

struct Schema {
  std::vector<ParquetColumn> columns;
  std::string error;
};

Schema Read(const std::vector<Struct>& elements) {
  const std::string text = Struct().Structs(2, elements).text();
  ThriftReader in(text);
  Schema schema;
  in.Struct([&](const ThriftField& field) { schema.columns = ReadParquetSchema(in, field); });
  schema.error = in.error();
  return schema;
}

Struct Root(int children) { return Struct().Text(4, "root").Int(5, children); }
Struct Element(Type type, int width = 0) {
  return Struct().Int(1, static_cast<int64_t>(type)).Int(2, width).Int(3, 0).Text(4, "c");
}

// A LogicalType.
Struct Logical(int kind, const Struct& parts = Struct()) { return Struct().Inner(kind, parts); }
Struct Moments(int unit) { return Struct().Bool(1, true).Inner(2, Struct().Inner(unit, Struct())); }

TEST_CASE("what the annotations mean") {
  struct Case {
    Struct element;
    Meaning meaning;
    int scale = 0;
  };
  const auto bytes = [] { return Element(Type::kByteArray); };
  const auto int32 = [] { return Element(Type::kInt32); };
  const auto int64 = [] { return Element(Type::kInt64); };
  const auto fixed = [](int width) { return Element(Type::kFixedLenByteArray, width); };
  int number = 0;
  for (const Case& c : std::vector<Case>{
           {Element(Type::kBoolean), Meaning::kBoolean},
           {int32(), Meaning::kSigned},
           {int64(), Meaning::kSigned},
           {Element(Type::kInt96), Meaning::kInt96},
           {Element(Type::kFloat), Meaning::kFloat},
           {Element(Type::kDouble), Meaning::kDouble},
           {bytes(), Meaning::kBytes},
           {fixed(5), Meaning::kBytes},
           // ConvertedType
           {bytes().Int(6, 0), Meaning::kText},
           {bytes().Int(6, 4), Meaning::kText},
           {bytes().Int(6, 19), Meaning::kText},
           {bytes().Int(6, 20), Meaning::kBytes},
           {fixed(12).Int(6, 21), Meaning::kBytes},
           {int32().Int(6, 5).Int(7, 2).Int(8, 9), Meaning::kDecimal, 2},
           {fixed(5).Int(6, 5).Int(7, 2).Int(8, 9), Meaning::kDecimal, 2},
           {bytes().Int(6, 5), Meaning::kDecimal, 0},
           {int32().Int(6, 6), Meaning::kDate},
           {int32().Int(6, 7), Meaning::kTime, 3},
           {int64().Int(6, 8), Meaning::kTime, 6},
           {int64().Int(6, 9), Meaning::kTimestamp, 3},
           {int64().Int(6, 10), Meaning::kTimestamp, 6},
           {int32().Int(6, 11), Meaning::kUnsigned32},
           {int64().Int(6, 14), Meaning::kUnsigned64},
           {int32().Int(6, 15), Meaning::kSigned},
           // LogicalType, which outdoes the other
           {bytes().Inner(10, Logical(1)), Meaning::kText},
           {bytes().Inner(10, Logical(4)), Meaning::kText},
           {bytes().Inner(10, Logical(12)), Meaning::kText},
           {bytes().Inner(10, Logical(13)), Meaning::kBytes},
           {bytes().Inner(10, Logical(17, Struct().Text(1, "OGC:CRS84"))), Meaning::kBytes},
           {int64().Inner(10, Logical(5, Struct().Int(1, 4).Int(2, 10))), Meaning::kDecimal, 4},
           {int64().Int(6, 5).Int(7, 2).Inner(10, Logical(5, Struct().Int(1, 4))), Meaning::kDecimal, 4},
           {int32().Inner(10, Logical(6)), Meaning::kDate},
           {int32().Inner(10, Logical(7, Moments(1))), Meaning::kTime, 3},
           {int64().Inner(10, Logical(7, Moments(3))), Meaning::kTime, 9},
           {int64().Inner(10, Logical(8, Moments(2))), Meaning::kTimestamp, 6},
           {int64().Int(6, 9).Inner(10, Logical(8, Moments(3))), Meaning::kTimestamp, 9},
           {int32().Inner(10, Logical(10, Struct().Int(1, 8).Bool(2, false))), Meaning::kUnsigned32},
           {int64().Inner(10, Logical(10, Struct().Int(1, 64).Bool(2, true))), Meaning::kSigned},
           {fixed(16).Inner(10, Logical(14)), Meaning::kUuid},
           {fixed(2).Inner(10, Logical(15)), Meaning::kFloat16},
           {int32().Inner(10, Logical(11)), Meaning::kSigned},  // UNKNOWN: has nulls alone
       }) {
    CAPTURE(number);
    ++number;
    const Schema schema = Read({Root(1), c.element});
    CHECK(schema.error == "");
    REQUIRE(schema.columns.size() == 1);
    CHECK(schema.columns[0].meaning == c.meaning);
    CHECK(schema.columns[0].scale == c.scale);
  }
}

TEST_CASE("an annotation of another type") {
  for (const Struct& element : {
           Element(Type::kInt32).Int(6, 0),
           Element(Type::kDouble).Int(6, 5),
           Element(Type::kInt64).Int(6, 6),
           Element(Type::kInt64).Int(6, 7),
           Element(Type::kInt32).Int(6, 9),
           Element(Type::kByteArray).Int(6, 13),
           Element(Type::kFixedLenByteArray, 15).Inner(10, Logical(14)),
           Element(Type::kByteArray).Inner(10, Logical(15)),
           Element(Type::kByteArray).Inner(10, Logical(3)),
       }) {
    CHECK(Read({Root(1), element}).error == "the column 'c' is annotated as what its type cannot be");
  }
  CHECK(Read({Root(1), Element(Type::kInt32).Int(6, 22)}).error == "field 6 is 22, which it cannot be");
  CHECK(Read({Root(1), Element(Type::kInt64).Inner(10, Logical(8, Moments(4)))}).error ==
        "a unit of time that there is not");
}

TEST_CASE("only flat columns") {
  const Struct leaf = Element(Type::kInt32);
  CHECK(Read({Root(1), leaf}).error == "");
  CHECK(Read({Root(1), Struct().Int(3, 0).Text(4, "g").Int(5, 1), leaf}).error ==
        "the column 'g' is a group, which is not supported: only flat columns are");
  CHECK(Read({Root(1), Struct().Int(1, 1).Int(3, 2).Text(4, "r")}).error ==
        "the column 'r' is repeated, which is not supported: only flat columns are");
  CHECK(Read({Root(0)}).error == "a schema without columns");
  CHECK(Read({}).error == "a schema that lacks columns");
  CHECK(Read({Root(2), leaf}).error == "a schema that lacks columns");
  CHECK(Read({Root(2), leaf, leaf}).error == "two columns are called 'c'");
  CHECK(Read({Root(1), Struct().Int(1, 1).Text(4, "\xff")}).error == "a column's name is not UTF-8");
  CHECK(Read({Root(1), Element(Type::kFixedLenByteArray, 0)}).error == "the column 'c' has values of no bytes");
  std::vector<Struct> many = {Root(10'001)};
  for (int i = 0; i <= 10'000; ++i) many.push_back(Struct().Int(1, 1).Text(4, std::to_string(i)));
  CHECK(Read(many).error == "more than 10000 columns");
}

}  // namespace
}  // namespace gait
