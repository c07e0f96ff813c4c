#include "integrations/s3_sdk.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "integrations/s3_folders.h"
#include "tests/support/test_listener.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  fs::path root = fs::temp_directory_path() / ("gait_s3_sdk_" + std::to_string(getpid()));
  SeededRandom random{1};
  int64_t tasks = 0;

  Fixture() {
    fs::remove_all(root);
    fs::create_directories(root / "abc");
  }
  ~Fixture() { fs::remove_all(root); }

  // The result, or the error and its cause.
  std::string Call(const std::string& action, const std::string& parameters) {
    const S3Folders folders(S3Buckets{{"*", root.string()}});
    S3SdkIntegration s3(folders, 100, random);
    TaskRequest request;
    request.id = {1, ++tasks};
    request.resource = *ParseTaskResource("arn:aws:states:::aws-sdk:s3:" + action);
    request.parameters = *ParseJson(parameters).value;
    const auto listener = std::make_shared<TestListener>();
    s3.Start(request, listener);
    if (listener->Await() == TestListener::End::kSucceeded) {
      return ToJson(std::move(const_cast<Value&>(listener->output())).With("LastModified", Value::Null()));
    }
    return listener->error().error.value() + ": " + listener->error().cause.value();
  }
};

TEST_CASE_FIXTURE(Fixture, "objects as tasks") {
  const auto has = [](const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; };
  std::string answer = Call("putObject", R"({"Bucket": "abc", "Key": "a/b", "Body": "text data", "ContentType": "x"})");
  CHECK(answer ==
        R"({"ChecksumCRC32":"KUmHvQ==","ChecksumType":"FULL_OBJECT",)"
        R"("ETag":"\"2b5df3712557f503a9977a8ea893b2c9\"","ServerSideEncryption":"AES256","LastModified":null})");
  answer = Call("getObject", R"({"Bucket": "abc", "Key": "a/b"})");
  CHECK(answer == R"({"AcceptRanges":"bytes","ContentLength":11,"ContentType":"binary/octet-stream",)"
                  R"("ETag":"\"2b5df3712557f503a9977a8ea893b2c9\"","LastModified":null,"Metadata":{},)"
                  R"("ServerSideEncryption":"AES256","Body":"\"text data\""})");
  answer = Call("headObject", R"({"Bucket": "abc", "Key": "a/b"})");
  CHECK(has(answer, R"("ContentLength":11)"));
  CHECK_FALSE(has(answer, "Body"));
  Call("putObject", R"({"Bucket": "abc", "Key": "a.json", "Body": {"x": [1]}})");
  std::ifstream file(root / "abc/a.json");
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == R"({"x":[1]})");
  CHECK(Call("deleteObject", R"({"Bucket": "abc", "Key": "a/b"})") == R"({"LastModified":null})");
  CHECK(Call("getObject", R"({"Bucket": "abc", "Key": "a/b"})")
            .starts_with("S3.NoSuchKeyException: The specified key does not exist. (Service: S3, Status Code: 404, "));
  CHECK(Call("putObject", R"({"Bucket": "none", "Key": "k"})")
            .starts_with("S3.NoSuchBucketException: The specified bucket does not exist (Service: S3, Status Code: "));
}

TEST_CASE_FIXTURE(Fixture, "an object larger than a payload is not read whole") {
  std::ofstream(root / "abc/large") << std::string(10'000, 'x');
  const std::string answer = Call("getObject", R"({"Bucket": "abc", "Key": "large"})");
  CHECK(answer.find("\"ContentLength\":10000") != std::string::npos);
  CHECK(answer.find(std::string(101, 'x')) != std::string::npos);
  CHECK(answer.find(std::string(102, 'x')) == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "objects are listed in pages") {
  for (const char* key : {"a", "b", "c"}) {
    Call("putObject", R"({"Bucket": "abc", "Body": 1, "Key": ")" + std::string(key) + "\"}");
  }
  const auto keys = [&](const std::string& action, const std::string& parameters) {
    const Value answer = *ParseJson(Call(action, R"({"Bucket": "abc", )" + parameters + "}")).value;
    std::string found;
    if (const Value* contents = answer.Find("Contents")) {
      for (const Value& object : contents->items()) found += object.Find("Key")->as_string();
    }
    const Value* token = answer.Find("NextContinuationToken");
    return found + (answer.Find("IsTruncated")->as_bool() ? "..." : "") +
           (token == nullptr ? "" : std::string(token->as_string()));
  };
  CHECK(keys("listObjectsV2", R"("Prefix": "")") == "abc");
  CHECK(keys("listObjectsV2", R"("Prefix": "b")") == "b");
  CHECK(keys("listObjectsV2", R"("Prefix": "x")") == "");
  CHECK(keys("listObjectsV2", R"("StartAfter": "a")") == "bc");
  CHECK(keys("listObjectsV2", R"("MaxKeys": 2)") == "ab...Yg==");
  CHECK(keys("listObjectsV2", R"("MaxKeys": 2, "ContinuationToken": "Yg==")") == "c");
  CHECK(keys("listObjects", R"("MaxKeys": 1, "Marker": "a")") == "b...");
}

TEST_CASE_FIXTURE(Fixture, "what is not there is said, not passed over") {
  CHECK(Call("getObject", R"({"Bucket": "abc", "Key": "a", "Range": "bytes=0-1"})")
            .starts_with("S3.NotImplementedException: gait does not have the parameter Range"));
  CHECK(Call("copyObject", R"({"Bucket": "abc", "Key": "a"})")
            .starts_with("S3.NotImplementedException: gait does not have the operation copyObject"));
  CHECK(Call("getObject", R"({"Bucket": "abc"})").starts_with("States.Runtime: "));
  CHECK(Call("getObject", R"({"Bucket": "abc", "Key": 1})").starts_with("States.Runtime: "));
}

}  // namespace
}  // namespace gait
