#include "integrations/s3_bytes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "integrations/s3_folders.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  fs::path root = fs::temp_directory_path() / ("gait_s3_bytes_" + std::to_string(getpid()));
  S3Folders s3{S3Buckets{{"*", root.string()}}};

  Fixture() {
    fs::remove_all(root);
    fs::create_directories(root / "abc");
  }
  ~Fixture() { fs::remove_all(root); }
};

TEST_CASE_FIXTURE(Fixture, "an object is read anywhere in it") {
  s3.Put("abc", "k", "0123456789");
  const auto bytes = RandomBytesOf(std::get<std::unique_ptr<S3Object>>(s3.Open("abc", "k")));
  CHECK(bytes->size() == 10);
  CHECK(*bytes->ReadAt(7, 2) == "78");
  CHECK(*bytes->ReadAt(0, 1) == "0");
  CHECK(*bytes->ReadAt(8, 100) == "89");
  CHECK(*bytes->ReadAt(10, 1) == "");
  CHECK(*bytes->ReadAt(99, 1) == "");
}

TEST_CASE_FIXTURE(Fixture, "a result is an object once it is finished") {
  auto sink = OpenS3Result(s3, "abc", "out/result.json");
  REQUIRE(sink);
  CHECK((*sink)->Write("[1,") == std::nullopt);
  CHECK((*sink)->Write("2]") == std::nullopt);
  CHECK_FALSE(fs::exists(root / "abc/out/result.json"));
  CHECK((*sink)->Finish() == std::nullopt);
  std::ifstream file(root / "abc/out/result.json");
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "[1,2]");

  const auto absent = OpenS3Result(s3, "none", "k");
  REQUIRE_FALSE(absent);
  CHECK(absent.error() ==
        WorkflowError{"States.ResultWriterFailed", "s3://none/k: NoSuchBucket: The specified bucket does not exist"});
  CHECK(OpenS3Result(s3, "abc", "a//b").error().cause ==
        "s3://abc/a//b: InvalidArgument: The key is no path of a file in the bucket's folder");
}

}  // namespace
}  // namespace gait
