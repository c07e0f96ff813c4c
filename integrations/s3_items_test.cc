#include "integrations/s3_items.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "engine/json/write.h"
#include "integrations/s3_folders.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

std::string Packed(const std::string& text) {
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// An item is a line.
ItemReading Lines(const std::string& action, Value arguments) {
  ItemReading reading;
  reading.resource = "arn:aws:states:::s3:" + action;
  reading.arguments = std::move(arguments);
  reading.format.type = ItemFormat::InputType::kJsonLines;
  return reading;
}

struct Fixture {
  fs::path root = fs::temp_directory_path() / ("gait_s3_items_" + std::to_string(getpid()));
  S3Folders folders{S3Buckets{{"*", root.string()}}};

  Fixture() {
    fs::remove_all(root);
    fs::create_directories(root / "abc");
  }
  ~Fixture() { fs::remove_all(root); }

  void Write(const std::string& key, const std::string& text) const { std::ofstream(root / "abc" / key) << text; }
  std::string Items(const ItemReading& reading) const {
    auto source = OpenS3Items(folders, reading);
    if (!source) return *source.error().error + ": " + *source.error().cause;
    const Result<Value> items = ReadItems(**source, 0);
    return items ? ToJson(*items) : *items.error().error + ": " + *items.error().cause;
  }
  std::string Object(const std::string& key) const {
    return Items(Lines("getObject", Value::Object({{"Bucket", Value::String("abc")}, {"Key", Value::String(key)}})));
  }
};

TEST_CASE_FIXTURE(Fixture, "an object is read in pieces") {
  Write("small", "1");
  Write("large", std::string(150'000, ' ') + "1\n2");
  Write("empty", "");
  CHECK(Object("small") == "[1]");
  CHECK(Object("large") == "[1,2]");
  CHECK(Object("empty") == "[]");
  CHECK(Object("absent") == "States.ItemReaderFailed: The specified key does not exist.");
  CHECK(Object("../abc/small") == "States.ItemReaderFailed: The specified key does not exist.");
  CHECK(Items(Lines("getObject", Value::Object())) == "States.ItemReaderFailed: The specified bucket does not exist");
  CHECK(Items(Lines("copyObject", Value::Object())).starts_with("States.ItemReaderFailed: The ItemReader's resource"));
}

TEST_CASE_FIXTURE(Fixture, "what gzip packed is unpacked in pieces, by how it begins") {
  Write("one", Packed("1"));
  Write("two", Packed("1\n") + Packed("") + Packed("2"));
  Write("large", Packed(std::string(150'000, ' ') + "1\n2"));
  CHECK(Object("one") == "[1]");
  CHECK(Object("two") == "[1,2]");
  CHECK(Object("large") == "[1,2]");
  const std::string packed = Packed("a text that is longer than that");
  Write("torn", packed.substr(0, packed.size() - 3));
  CHECK(Object("torn") == "States.ItemReaderFailed: The ItemReader found gzip data that ends too early");
  Write("bad", "\x1f\x8b no");
  CHECK(Object("bad") == "States.ItemReaderFailed: The ItemReader found gzip data that is damaged");
}

TEST_CASE_FIXTURE(Fixture, "the objects of a bucket are items") {
  Write("b", "text");
  Write("a", "");
  for (int i = 0; i < 1'200; ++i) Write("many-" + std::to_string(i), "");
  ItemReading reading =
      Lines("listObjectsV2", Value::Object({{"Bucket", Value::String("abc")}, {"Prefix", Value::String("b")}}));
  const std::string items = Items(reading);
  CHECK(items.starts_with(R"([{"Etag":"\"1cb251ec0d568de6a929b520c4aed8d1\"","Key":"b","LastModified":)"));
  CHECK(items.ends_with(R"(,"Size":4,"StorageClass":"STANDARD"}])"));
  reading.arguments = Value::Object({{"Bucket", Value::String("abc")}});
  auto source = OpenS3Items(folders, reading);
  CHECK(ReadItems(**source, 0)->size() == 1'202);
  reading.arguments = Value::Object({{"Bucket", Value::String("none")}});
  CHECK(Items(reading) == "States.ItemReaderFailed: The specified bucket does not exist");
}

}  // namespace
}  // namespace gait
