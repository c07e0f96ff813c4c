#include "engine/items/object_items.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/items/parquet_testing.h"
#include "tests/support/item_texts.h"
#include "tests/support/memory_objects.h"

namespace gait {
namespace {

using Type = ItemFormat::InputType;

struct Fixture {
  std::shared_ptr<testing::MemoryObjects> objects = std::make_shared<testing::MemoryObjects>();
  ItemReading reading;

  void Get(const std::string& key, Type type) {
    reading.resource = "arn:aws:states:::s3:getObject";
    reading.arguments = Value::Object({{"Bucket", Value::String("b")}, {"Key", Value::String(key)}});
    reading.format.type = type;
  }
  void List(const std::string& prefix) {
    reading.resource = "arn:aws:states:::s3:listObjectsV2";
    reading.arguments = Value::Object({{"Bucket", Value::String("b")}, {"Prefix", Value::String(prefix)}});
  }
  void Flatten(Type type) {
    reading.format.type = type;
    reading.format.flatten = true;
  }
  std::string Items() const {
    auto source = OpenItems(objects, reading);
    return source ? testing::ItemsAndError(**source) : *source.error().error + ": " + *source.error().cause;
  }
  // Those behind the first ones, which are passed over.
  std::string Behind(int64_t first) const {
    auto source = OpenItems(objects, reading);
    const Result<int64_t> skipped = (*source)->Skip(first);
    if (!skipped) return *skipped.error().cause;
    return *skipped == first ? testing::ItemsAndError(**source) : std::to_string(*skipped);
  }
};

TEST_CASE_FIXTURE(Fixture, "an object's items, in what its format is") {
  objects->objects = {
      {"b/csv", "a\n1\n"}, {"b/lines", "1\n2"}, {"b/json", "[1]"}, {"b/packed", testing::Packed("a\n1\n")}};
  Get("csv", Type::kCsv);
  CHECK(Items() == R"([{"a":"1"}])");
  Get("packed", Type::kCsv);
  CHECK(Items() == R"([{"a":"1"}])");
  Get("lines", Type::kJsonLines);
  CHECK(Items() == "[1,2]");
  Get("json", Type::kJson);
  CHECK(Items() == "[1]");
  CHECK(objects->version.empty());
  reading.arguments = Value::Object(
      {{"Bucket", Value::String("b")}, {"Key", Value::String("json")}, {"VersionId", Value::String("v")}});
  CHECK(Items() == "[1]");
  CHECK(objects->version == "v");
  Get("absent", Type::kJson);
  CHECK(Items() == "States.ItemReaderFailed: The specified key does not exist.");
  Get("csv", Type::kJson);
  CHECK(
      Items() ==
      "[] States.ItemReaderFailed: The ItemReader found no JSON: a value is missing, at line 1, byte 1 of s3://b/csv");
  reading.resource = "arn:aws:states:::s3:copyObject";
  CHECK(Items().starts_with("States.ItemReaderFailed: The ItemReader's resource"));
}

TEST_CASE_FIXTURE(Fixture, "a Parquet file is named, whether its footer or a page is broken") {
  using parquet_testing::FileBuilder;
  ParquetColumn column;
  column.name = "n";
  column.type = ParquetType::kInt32;
  FileBuilder file({column});
  file.Group(1, {FileBuilder::PlainPage(1, parquet_testing::LittleEndian(7, 4))});
  file.Group(1, {FileBuilder::PlainPage(1, "x")});
  objects->objects = {{"b/page", file.Finish(2)}, {"b/footer", "PAR1........PAR1"}};
  Get("page", Type::kParquet);
  CHECK(
      Items().starts_with(R"([{"n":7}] States.ItemReaderFailed: s3://b/page: The Parquet file's column 'n' at byte )"));
  CHECK(Behind(2).starts_with("s3://b/page: The Parquet file's column 'n' at byte "));
  Get("footer", Type::kParquet);
  CHECK(Items().starts_with("States.ItemReaderFailed: s3://b/footer: The Parquet file's footer at byte "));
}

TEST_CASE_FIXTURE(Fixture, "listed objects are items, page after page") {
  const auto item = [](const std::string& key) {
    return R"({"Etag":"\"e\"","Key":")" + key + R"(","LastModified":5.0,"Size":0,"StorageClass":"STANDARD"})";
  };
  for (const char* key : {"a", "p/1", "p/2", "p/3", "p/4", "q"}) objects->objects[std::string("b/") + key] = "";
  List("p/");
  CHECK(Items() == "[" + item("p/1") + "," + item("p/2") + "," + item("p/3") + "," + item("p/4") + "]");
  CHECK(Behind(3) == "[" + item("p/4") + "]");
  CHECK(Behind(5) == "4");
  List("none");
  CHECK(Items() == "[]");
}

TEST_CASE_FIXTURE(Fixture, "LOAD_AND_FLATTEN: the items in the listed objects, one after the other") {
  objects->objects = {{"b/p/", ""},
                      {"b/p/1", "a,b\n1,2\n3,4\n"},
                      {"b/p/2", ""},
                      {"b/p/3", "b,a\n5,6"},
                      {"b/p/4", testing::Packed("a\n7\n8\n")},
                      {"b/q", "no"}};
  List("p/");
  Flatten(Type::kCsv);
  const std::string all = R"({"a":"1","b":"2"},{"a":"3","b":"4"},{"b":"5","a":"6"},{"a":"7"},{"a":"8"}])";
  CHECK(Items() == "[" + all);
  CHECK(Behind(0) == "[" + all);
  CHECK(Behind(1) == R"([{"a":"3","b":"4"},{"b":"5","a":"6"},{"a":"7"},{"a":"8"}])");
  CHECK(Behind(2) == R"([{"b":"5","a":"6"},{"a":"7"},{"a":"8"}])");
  CHECK(Behind(4) == R"([{"a":"8"}])");
  CHECK(Behind(6) == "5");
  objects->objects["b/p/3"] = "b,a\n5,\xff";
  CHECK(
      Items() ==
      R"([{"a":"1","b":"2"},{"a":"3","b":"4"}] States.ItemReaderFailed: The ItemReader found invalid UTF-8, at line 2, byte 7 of s3://b/p/3)");
  objects->objects = {{"b/1", R"({"x": {"k": 1}})"}, {"b/2", R"({"x": [2]})"}};
  List("");
  Flatten(Type::kJson);
  reading.format.pointer = "/x";
  CHECK(Items() == R"([{"Key":"k","Value":1},2])");
}

}  // namespace
}  // namespace gait
