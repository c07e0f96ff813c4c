#include "integrations/s3_folders.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace gait {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  fs::path root = fs::temp_directory_path() / ("gait_s3_" + std::to_string(getpid()));
  S3Folders s3{S3Buckets{{"own", (root / "data").string()}, {"*", (root / "buckets").string()}}};

  Fixture() {
    fs::remove_all(root);
    fs::create_directories(root / "data");
    fs::create_directories(root / "buckets/other");
    fs::create_directories(root / "secret");
    Write("secret/key", "secret");
  }
  ~Fixture() { fs::remove_all(root); }

  void Write(const std::string& path, const std::string& text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  std::string FileText(const std::string& path) const {
    std::ifstream file(root / path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The object's text, or the code of the refusal.
  std::string Get(std::string_view bucket, std::string_view key) const {
    auto opened = s3.Open(bucket, key);
    if (auto* refusal = std::get_if<S3Refusal>(&opened)) return refusal->code;
    std::string text;
    for (;;) {
      const auto chunk = std::get<std::unique_ptr<S3Object>>(opened)->Read(3);
      if (std::get<std::string>(chunk).empty()) return text;
      text += std::get<std::string>(chunk);
    }
  }
  std::string Put(std::string_view bucket, std::string_view key, std::string_view body) const {
    auto put = s3.Put(bucket, key, body);
    auto* refusal = std::get_if<S3Refusal>(&put);
    return refusal != nullptr ? refusal->code : std::get<std::string>(put);
  }
  // The keys, separated by blanks; "..." if there are more.
  std::string Keys(std::string_view bucket, std::string_view prefix, std::string_view after = "",
                   size_t most = 100) const {
    auto page = s3.List(bucket, prefix, after, most);
    if (auto* refusal = std::get_if<S3Refusal>(&page)) return refusal->code;
    std::string keys;
    for (const S3ObjectInfo& object : std::get<S3Page>(page).objects) keys += object.key + " ";
    return keys + (std::get<S3Page>(page).truncated ? "..." : "");
  }
};

TEST_CASE_FIXTURE(Fixture, "objects are written and read") {
  CHECK(Put("own", "a/b/c.txt", "text data") == "\"332eec544317a6d340b8e77da7fe54ad\"");
  CHECK(FileText("data/a/b/c.txt") == "text data");
  CHECK(Get("own", "a/b/c.txt") == "text data");
  CHECK(Put("own", "a/b/c.txt", "") == "\"d41d8cd98f00b204e9800998ecf8427e\"");
  CHECK(Get("own", "a/b/c.txt").empty());
  CHECK(Put("other", "k", "v").size() == 34);
  CHECK(FileText("buckets/other/k") == "v");
  CHECK(Get("own", "k") == "NoSuchKey");
  CHECK(Get("own", "a/b") == "NoSuchKey");
  CHECK(Get("own", "a/b/c.txt/d") == "NoSuchKey");
  CHECK(Get("absent", "k") == "NoSuchBucket");
  CHECK(Put("absent", "k", "v") == "NoSuchBucket");
  CHECK(Put("own", "a/b/c.txt/d", "v") == "InternalError");
  CHECK(std::distance(fs::directory_iterator(root / "data/a/b"), fs::directory_iterator()) == 1);

  auto opened = s3.Open("other", "k");
  S3Object& object = *std::get<std::unique_ptr<S3Object>>(opened);
  CHECK(object.size() == 1);
  CHECK(object.last_modified().ms > 1'000'000'000'000);
  CHECK(std::get<std::string>(object.ETag()) == "\"9e3669d19b675bd57058fd4664205d2a\"");
}

TEST_CASE_FIXTURE(Fixture, "who reads an object is not disturbed by who writes it") {
  Put("own", "k", "before");
  auto opened = s3.Open("own", "k");
  CHECK(std::get<std::string>(std::get<std::unique_ptr<S3Object>>(opened)->Read(2)) == "be");
  Put("own", "k", "AFTER!");
  CHECK(std::get<std::string>(std::get<std::unique_ptr<S3Object>>(opened)->Read(100)) == "fore");
  CHECK(Get("own", "k") == "AFTER!");
}

TEST_CASE_FIXTURE(Fixture, "no key leads out of the folder") {
  fs::create_symlink(root / "secret", root / "data/link");
  fs::create_symlink(root / "secret/key", root / "data/file");
  fs::create_symlink(root / "secret", root / "buckets/linked");
  REQUIRE(mkfifo((root / "data/pipe").c_str(), 0600) == 0);
  const std::string absolute = (root / "secret/key").string();
  for (const std::string& key :
       std::vector<std::string>{"../secret/key", "a/../../secret/key", "..", ".", "", "/", "./k", "a//b", "/etc/passwd",
                                absolute, "k/", "link/key", "file", "pipe", std::string("a\0b", 3),
                                std::string(1025, 'k'), std::string(300, 'k'), ".gait-upload-1-1"}) {
    CAPTURE(key);
    CHECK(Get("own", key) == "NoSuchKey");
  }
  for (const std::string& key : std::vector<std::string>{"../secret/new", "..", "", "/tmp/x", "a//b", "a/", "./k",
                                                         ".gait-upload-1-1", std::string("a\0b", 3)}) {
    CAPTURE(key);
    CHECK(Put("own", key, "x") == "InvalidArgument");
  }
  CHECK(Put("own", "link/new", "x") == "InternalError");
  // What a link points to is left alone: the link is an entry of the folder, and goes.
  Put("own", "file", "mine");
  CHECK(FileText("secret/key") == "secret");
  CHECK(Get("own", "file") == "mine");
  s3.Delete("own", "link/key");
  s3.Delete("own", "../secret/key");
  CHECK(FileText("secret/key") == "secret");
  CHECK(Keys("own", "") == "file ");
  for (const char* bucket : {"linked", "..", ".", "../secret", "", "*", "secret/", "/tmp"}) {
    CAPTURE(bucket);
    CHECK(Get(bucket, "key") == "NoSuchBucket");
  }
  CHECK(std::distance(fs::directory_iterator(root / "secret"), fs::directory_iterator()) == 1);
}

TEST_CASE_FIXTURE(Fixture, "objects are listed in the order of their keys") {
  for (const char* key : {"b", "a/z", "a.txt", "a/b/c", "a-", "a0", "c/d"}) Put("own", key, key);
  Write("data/.gait-upload-9-9", "unfinished");
  fs::create_directories(root / "data/empty");
  CHECK(Keys("own", "") == "a- a.txt a/b/c a/z a0 b c/d ");
  CHECK(Keys("own", "a") == "a- a.txt a/b/c a/z a0 ");
  CHECK(Keys("own", "a/") == "a/b/c a/z ");
  CHECK(Keys("own", "a/b/c") == "a/b/c ");
  CHECK(Keys("own", "x") == "");
  CHECK(Keys("own", "../") == "");
  CHECK(Keys("absent", "") == "NoSuchBucket");
  CHECK(Keys("own", "", "", 2) == "a- a.txt ...");
  CHECK(Keys("own", "", "a.txt", 2) == "a/b/c a/z ...");
  CHECK(Keys("own", "", "a/b", 1) == "a/b/c ...");
  CHECK(Keys("own", "", "a/z", 3) == "a0 b c/d ");
  auto page = s3.List("own", "a/z", "", 1);
  const S3ObjectInfo& object = std::get<S3Page>(page).objects.at(0);
  CHECK(object.size == 3);
  CHECK(object.etag.size() == 34);
}

TEST_CASE_FIXTURE(Fixture, "a deleted object is gone, and so are the folders that it alone needed") {
  Put("own", "a/b/c", "1");
  Put("own", "a/d", "2");
  CHECK(std::holds_alternative<std::monostate>(s3.Delete("own", "a/b/c")));
  CHECK(Get("own", "a/b/c") == "NoSuchKey");
  CHECK_FALSE(fs::exists(root / "data/a/b"));
  CHECK(Get("own", "a/d") == "2");
  CHECK(std::holds_alternative<std::monostate>(s3.Delete("own", "a/d")));
  CHECK(fs::exists(root / "data"));
  CHECK_FALSE(fs::exists(root / "data/a"));
  CHECK(std::holds_alternative<std::monostate>(s3.Delete("own", "a/d")));
  CHECK(std::get<S3Refusal>(s3.Delete("absent", "k")).code == "NoSuchBucket");
}

TEST_CASE_FIXTURE(Fixture, "an upload is the object when it is finished, and nothing before or otherwise") {
  Put("own", "a/k", "old");
  const auto begin = [&] { return std::get<std::unique_ptr<S3Upload>>(s3.Upload("own", "a/k")); };
  auto upload = begin();
  CHECK(upload->Write("text ") == std::nullopt);
  CHECK(upload->Write("data") == std::nullopt);
  CHECK(Get("own", "a/k") == "old");
  CHECK(std::get<std::string>(upload->Finish()) == "\"332eec544317a6d340b8e77da7fe54ad\"");
  upload.reset();
  CHECK(Get("own", "a/k") == "text data");
  begin()->Write("abandoned");
  CHECK(Get("own", "a/k") == "text data");
  CHECK(std::distance(fs::directory_iterator(root / "data/a"), fs::directory_iterator()) == 1);
  CHECK(std::get<S3Refusal>(s3.Upload("absent", "k")).code == "NoSuchBucket");
  CHECK(std::get<S3Refusal>(s3.Upload("own", "../k")).code == "InvalidArgument");
}

TEST_CASE_FIXTURE(Fixture, "what a disk does not take is refused, and leaves the old object") {
  Put("own", "k", "old");
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {100'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto put = s3.Put("own", "k", std::string(200'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  CHECK(std::get<S3Refusal>(put).message == "The bucket's folder: File too large");
  CHECK(Get("own", "k") == "old");
  CHECK(std::distance(fs::directory_iterator(root / "data"), fs::directory_iterator()) == 1);
}

TEST_CASE_FIXTURE(Fixture, "the only version of an object is null") {
  Put("own", "k", "1");
  CHECK(std::holds_alternative<std::unique_ptr<S3Object>>(s3.Open("own", "k", "null")));
  CHECK(std::get<S3Refusal>(s3.Open("own", "k", "3/L4kqtJlcpXroDTDmJ")).code == "NoSuchVersion");
}

TEST_CASE_FIXTURE(Fixture, "pages follow one another") {
  for (int i = 0; i < 25; ++i) Put("own", "a/" + std::to_string(i / 5) + "/" + std::to_string(i), "x");
  for (const char* key : {"a.txt", "a/0.txt", "a/1", "b"}) Write(std::string("data/") + key + ".x", "x");
  std::string all;
  std::string continuation;
  for (int pages = 1;; ++pages) {
    const auto listed = s3.List("own", "a", "", 4, continuation);
    const S3Page& page = std::get<S3Page>(listed);
    for (const S3ObjectInfo& object : page.objects) all += object.key + " ";
    if (!page.truncated) {
      CHECK(page.next.empty());
      CHECK(pages == 7);
      break;
    }
    continuation = page.next;
  }
  CHECK(all == Keys("own", "a"));
  CHECK(std::count(all.begin(), all.end(), ' ') == 28);
  CHECK(std::get<S3Refusal>(s3.List("own", "", "", 4, "!")).code == "InvalidArgument");
}

TEST_CASE_FIXTURE(Fixture, "what is remembered of a folder is not what has changed since") {
  Put("own", "a", "1");
  Put("own", "b", "2");
  std::this_thread::sleep_for(std::chrono::milliseconds(2'100));  // so long after, it is remembered
  const auto etag_of_a = [&] {
    auto page = s3.List("own", "", "", 1);
    return std::get<S3Page>(page).objects.at(0).etag;
  };
  CHECK(Keys("own", "") == "a b ");
  CHECK(Keys("own", "") == "a b ");
  CHECK(etag_of_a() == "\"c4ca4238a0b923820dcc509a6f75849b\"");
  // In its place, of the same length, and with the old time.
  struct stat status;
  REQUIRE(stat((root / "data/a").c_str(), &status) == 0);
  Write("data/a", "3");
  const timespec times[] = {status.st_atim, status.st_mtim};
  REQUIRE(utimensat(AT_FDCWD, (root / "data/a").c_str(), times, 0) == 0);
  CHECK(etag_of_a() == "\"eccbc87e4b5ce2fe28308fd9f2a7baf3\"");
  Write("data/c", "4");
  fs::remove(root / "data/b");
  CHECK(Keys("own", "") == "a c ");
  Write("data/c2", "5");
  CHECK(Keys("own", "") == "a c c2 ");
}

}  // namespace
}  // namespace gait
