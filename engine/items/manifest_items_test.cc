#include "engine/items/manifest_items.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/base/md5.h"
#include "engine/items/object_items.h"
#include "tests/support/item_texts.h"
#include "tests/support/memory_objects.h"

namespace gait {
namespace {

struct Fixture {
  std::shared_ptr<testing::MemoryObjects> objects = std::make_shared<testing::MemoryObjects>();
  ItemReading reading;

  explicit Fixture(ItemFormat::ManifestType type) {
    reading.resource = "arn:aws:states:::s3:getObject";
    reading.arguments = Value::Object({{"Bucket", Value::String("m")}, {"Key", Value::String("manifest")}});
    reading.format.type = ItemFormat::InputType::kCsv;
    reading.format.manifest = type;
  }
  std::string Items(const std::string& manifest) {
    objects->objects["m/manifest"] = manifest;
    auto source = OpenItems(objects, reading);
    return source ? testing::ItemsAndError(**source) : *source.error().error + ": " + *source.error().cause;
  }
};

struct OfInventory : Fixture {
  OfInventory() : Fixture(ItemFormat::ManifestType::kS3Inventory) {}

  // A file's entry, as it is in truth.
  std::string File(const std::string& key) const {
    const std::string& bytes = objects->objects.at("d/" + key);
    Md5 md5;
    md5.Add(bytes);
    return File(key, std::to_string(bytes.size()), md5.Hex());
  }
  static std::string File(const std::string& key, const std::string& size, const std::string& md5) {
    return R"({"key": ")" + key + R"(", "size": )" + size + R"(, "MD5checksum": ")" + md5 + "\"}";
  }
  static std::string Manifest(const std::string& files) {
    return R"({"sourceBucket": "s", "destinationBucket": "arn:aws:s3:::d", "version": "2016-11-30", "fileFormat": "CSV",
      "fileSchema": "Bucket, Key, Size", "files": [)" +
           files + "]}";
  }
};

TEST_CASE_FIXTURE(OfInventory, "the rows of the files of S3 Inventory") {
  objects->objects["d/1.csv.gz"] = testing::Packed("\"s\",\"a+b%2Fc\",\"0\"\n\"s\",\"k\",\"17\"\n");
  objects->objects["d/2.csv"] = "\"s\",\"l\",\"\"\n";
  const std::string items =
      R"([{"Bucket":"s","Key":"a+b%2Fc","Size":"0"},{"Bucket":"s","Key":"k","Size":"17"},{"Bucket":"s","Key":"l","Size":""}])";
  CHECK(Items(Manifest(File("1.csv.gz") + "," + File("2.csv"))) == items);
  CHECK(Items(testing::Packed(Manifest(File("1.csv.gz") + "," + File("2.csv")))) == items);
  CHECK(Items(Manifest("")) == "[]");
  // What it does not say is not looked at.
  CHECK(Items(Manifest(R"({"key": "2.csv"})")) == R"([{"Bucket":"s","Key":"l","Size":""}])");
}

TEST_CASE_FIXTURE(OfInventory, "a manifest that lies") {
  objects->objects["d/1.csv"] = "s,k,1\n";
  const std::string item = R"([{"Bucket":"s","Key":"k","Size":"1"}] )";
  const std::string failed = "States.ItemReaderFailed: The manifest s3://m/manifest names ";
  const std::string md5 = "d41d8cd98f00b204e9800998ecf8427e";
  CHECK(Items(Manifest(File("2.csv", "1", md5))) ==
        "[] " + failed + "s3://d/2.csv, which cannot be read: The specified key does not exist.");
  CHECK(Items(Manifest(File("1.csv", "7", md5))) == item + failed + "s3://d/1.csv, which has 6 bytes, not 7");
  Md5 truth;
  truth.Add("s,k,1\n");
  const std::string hex = truth.Hex();
  CHECK(Items(Manifest(File("1.csv", "6", md5))) ==
        item + failed + "s3://d/1.csv, whose MD5 is " + hex + ", not " + md5);
  objects->objects["d/1.csv"] = "s,k,1\ns,\xff";
  CHECK(Items(Manifest(File("1.csv"))) ==
        item + "States.ItemReaderFailed: The ItemReader found invalid UTF-8, at line 2, byte 9 of s3://d/1.csv");
}

TEST_CASE_FIXTURE(OfInventory, "a manifest that is none") {
  const std::string failed = "States.ItemReaderFailed: The ItemReader found a manifest that is ";
  const std::string none = failed + "none of S3 Inventory's: ", in = ", in s3://m/manifest";
  struct Case {
    std::string manifest, wrong;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"[]", "it is no object"},
           {"{}", "/fileFormat is missing"},
           {R"({"fileFormat": "ORC"})", "its files are of the format 'ORC', and CSV alone is read"},
           {R"({"fileFormat": "CSV", "fileSchema": 1})", "/fileSchema is no text, or an empty one"},
           {R"({"fileFormat": "CSV", "fileSchema": "Key"})", "/destinationBucket is missing"},
           {R"({"fileFormat": "CSV", "fileSchema": "Key", "destinationBucket": "b", "files": {}})",
            "/files is no array"},
           {Manifest("1"), "/files/0 is no object"},
           {Manifest(R"({"key": "a"}, {"size": 1})"), "/files/1/key is missing"},
           {Manifest(R"({"key": "a", "size": -1})"), "/files/0/size is no number of bytes"},
           {Manifest(R"({"key": "a", "size": 1.5})"), "/files/0/size is no number of bytes"},
           {Manifest(R"({"key": "a", "MD5checksum": "abc"})"), "/files/0/MD5checksum is no MD5 in hexadecimal"},
           {Manifest(R"({"key": "a", "MD5checksum": 1})"), "/files/0/MD5checksum is no text, or an empty one"},
       }) {
    CHECK(Items(c.manifest) == none + c.wrong + in);
  }
  const std::string no_json = Items("{\n\"a\"}");
  CHECK(no_json.starts_with(failed + "not JSON: "));
  CHECK(no_json.ends_with(", at line 2, byte 6 of s3://m/manifest"));
  objects->piece_bytes = 1 << 20;
  CHECK(Items("[" + std::string(kManifestBytesMax, ' ') + "]") ==
        "States.ItemReaderFailed: The ItemReader found a manifest of more than 67108864 bytes in s3://m/manifest");
}

struct OfAthena : Fixture {
  OfAthena() : Fixture(ItemFormat::ManifestType::kAthenaData) {}
};

TEST_CASE_FIXTURE(OfAthena, "the items in the data files of Athena") {
  objects->objects["d/t/1.gz"] = testing::Packed("{\"a\": 1}\n{\"a\": 2}\n");
  objects->objects["e/2"] = "3";
  reading.format.type = ItemFormat::InputType::kJsonLines;
  CHECK(Items("s3://d/t/1.gz\n\n\"s3://e/2\"\r\n") == R"([{"a":1},{"a":2},3])");
  CHECK(Items("") == "[]");
  reading.format.type = ItemFormat::InputType::kCsv;
  reading.format.headers = {"x", "y"};
  objects->objects["d/1"] = "1,2\n";
  CHECK(Items("s3://d/1\ns3://e/2") == R"([{"x":"1","y":"2"},{"x":"3","y":""}])");
  // Headers in each of them.
  reading.format.headers.reset();
  CHECK(Items("s3://d/1\ns3://e/2\ns3://d/1") == "[]");
}

TEST_CASE_FIXTURE(OfAthena, "what no data file of Athena is") {
  objects->objects["d/1"] = "a\n1\n";
  const std::string item = R"([{"a":"1"}] States.ItemReaderFailed: )";
  CHECK(Items("s3://d/1\ns3://d/2\n") ==
        item + "The manifest s3://m/manifest names s3://d/2, which cannot be read: The specified key does not exist.");
  for (const char* line : {"d/1", "s3://", "s3://d", "s3://d/", "s3:///1", "https://d/1", "\"s3://d/1"}) {
    CHECK(Items(std::string("s3://d/1\n\n") + line) ==
          item +
              "The ItemReader found a line of a manifest that names no object (s3://bucket/key), at line 3, byte 11 "
              "of s3://m/manifest");
  }
}

}  // namespace
}  // namespace gait
