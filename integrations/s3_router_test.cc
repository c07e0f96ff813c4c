#include "integrations/s3_router.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/http_server.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

TEST_CASE("each bucket has the home that the targets file names") {
  const fs::path root = fs::temp_directory_path() / ("gait_s3_router_" + std::to_string(getpid()));
  fs::create_directories(root / "data");
  fs::create_directories(root / "buckets/other");
  TestHttpServer server([](const TestHttpServer::Request& r) {
    return TestHttpServer::Reply{200, "OK", {{"ETag", "\"e\""}}, r.method == "GET" ? "far" : ""};
  });
  const auto read = [](const S3& s3, std::string_view bucket) {
    auto opened = s3.Open(bucket, "k");
    if (const auto* refusal = RefusalOf(opened)) return refusal->code;
    return std::get<std::string>(std::get<std::unique_ptr<S3Object>>(opened)->Read(100));
  };
  {
    const S3Router s3({{"own", (root / "data").string()},
                       {"*", (root / "buckets").string()},
                       {"remote", S3EndpointTarget{server.url(), "us-east-1", "its-own-name", ""}}});
    s3.Put("own", "k", "near");
    s3.Put("other", "k", "below");
    s3.Put("remote", "k", "");
    CHECK(read(s3, "own") == "near");
    CHECK(read(s3, "other") == "below");
    CHECK(read(s3, "remote") == "far");
    CHECK(read(s3, "its-own-name") == "NoSuchBucket");
    CHECK(server.requests().back().target == "/its-own-name/k");
    CHECK(std::get<S3Page>(s3.List("own", "", "", 10)).objects.size() == 1);
    CHECK(std::holds_alternative<std::monostate>(s3.Delete("remote", "k")));
    CHECK(server.requests().back().method == "DELETE");
  }
  const S3Router others_far({{"own", (root / "data").string()}, {"*", S3EndpointTarget{server.url()}}});
  CHECK(read(others_far, "own") == "near");
  CHECK(read(others_far, "absent") == "far");
  CHECK(server.requests().back().target == "/absent/k");
  CHECK(read(others_far, "..") == "NoSuchBucket");
  CHECK(read(S3Router({}), "own") == "NoSuchBucket");
  fs::remove_all(root);
}

}  // namespace
}  // namespace gait
