#include "integrations/s3_items.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "engine/json/write.h"
#include "integrations/s3_folders.h"
#include "tests/support/memory_objects.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

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

TEST_CASE_FIXTURE(Fixture, "an object that is not as it should be is named") {
  Write("bad", "1\nno");
  CHECK(Object("bad").ends_with(", at line 2, byte 4 of s3://abc/bad"));
  Write("torn", testing::Packed("1").substr(0, 9));
  CHECK(Object("torn") ==
        "States.ItemReaderFailed: The ItemReader found gzip data that ends too early in s3://abc/torn");
}

TEST_CASE_FIXTURE(Fixture, "a folder keeps one version of an object") {
  Write("one", "1");
  const auto version = [&](const char* id) {
    return Items(Lines("getObject", Value::Object({{"Bucket", Value::String("abc")},
                                                   {"Key", Value::String("one")},
                                                   {"VersionId", Value::String(id)}})));
  };
  CHECK(version("null") == "[1]");
  CHECK(version("BcK42coT2jE1234VHLUvBV1yLNod2OEt") ==
        "States.ItemReaderFailed: The specified version does not exist.");
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

// A home of buckets that answers nothing but this.
class Refusing : public S3 {
 public:
  S3Refusal refusal = {"AccessDenied", "Access Denied", 403};
  bool opens = false;  // and refuses what is read

  S3Result<std::unique_ptr<S3Object>> Open(std::string_view, std::string_view, std::string_view) const override {
    if (!opens) return refusal;
    return std::unique_ptr<S3Object>(std::make_unique<Object>(refusal));
  }
  S3Result<S3Page> List(std::string_view, std::string_view, std::string_view, size_t, std::string_view) const override {
    return refusal;
  }
  S3Result<std::string> Put(std::string_view, std::string_view, std::string_view) const override { return refusal; }
  S3Result<std::unique_ptr<S3Upload>> Upload(std::string_view, std::string_view) const override { return refusal; }
  S3Result<std::monostate> Delete(std::string_view, std::string_view) const override { return refusal; }

 private:
  struct Object : S3Object {
    S3Refusal refusal;
    explicit Object(S3Refusal r) : refusal(std::move(r)) {}
    int64_t size() const override { return 1'000; }
    Timestamp last_modified() const override { return {}; }
    S3Result<std::string> Read(size_t) override { return refusal; }
    S3Result<std::string> ReadAt(int64_t, size_t) override { return refusal; }
    S3Result<std::string> ETag() override { return refusal; }
  };
};

TEST_CASE("what is refused names what was asked for, and what is not there is told as AWS tells it") {
  Refusing s3;
  const auto told = [&](const std::string& action, ItemFormat::InputType type = ItemFormat::InputType::kJsonLines) {
    ItemReading reading = Lines(
        action, Value::Object(
                    {{"Bucket", Value::String("abc")}, {"Key", Value::String("k")}, {"Prefix", Value::String("p/")}}));
    reading.format.type = type;
    auto source = OpenS3Items(s3, reading);
    return source ? *ReadItems(**source, 0).error().cause : *source.error().cause;
  };
  CHECK(told("getObject") == "s3://abc/k: Access Denied");
  CHECK(told("getObject", ItemFormat::InputType::kParquet) == "s3://abc/k: Access Denied");
  CHECK(told("listObjectsV2") == "s3://abc/p/: Access Denied");
  s3.opens = true;
  CHECK(told("getObject") == "s3://abc/k: Access Denied");
  CHECK(told("getObject", ItemFormat::InputType::kParquet).starts_with("s3://abc/k: "));
  s3.opens = false;
  s3.refusal = {"NoSuchKey", "The specified key does not exist.", 404};
  CHECK(told("getObject") == "The specified key does not exist.");
  CHECK(told("getObject", ItemFormat::InputType::kParquet) == "The specified key does not exist.");
}

}  // namespace
}  // namespace gait
