#include "api/log_groups.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/check.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

constexpr size_t kMany = 1'000'000;
constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();

std::string Texts(const std::optional<LogSlice>& slice) {
  if (!slice) return "(no group)";
  std::string all;
  for (const LogSlice::Line& line : slice->lines) all += (all.empty() ? "" : " ") + line.text.substr(0, 20);
  return all;
}

std::string FileText(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The same of groups in memory and as files.
TEST_CASE("groups are created, written, read in both directions, and deleted") {
  const TempFolder folder;
  for (const std::string& where : {std::string(), folder.File("logs")}) {
    CAPTURE(where);
    LogGroups groups(where);
    CHECK(groups.Create("/a/b", 1000));
    CHECK_FALSE(groups.Create("/a/b", 2000));
    CHECK(groups.Create("/a", 3000));
    CHECK(groups.Has("/a"));
    const auto listed = groups.List("/a/");
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].name == "/a/b");
    CHECK(listed[0].created_at_ms == 1000);
    CHECK(groups.List("").size() == 2);
    CHECK(groups.List("/b").empty());

    CHECK(Texts(groups.Forward("/a/b", 0, kMany, kMany)) == "");
    CHECK(Texts(groups.Backward("/a/b", kEnd, kMany, kMany)) == "");
    CHECK(Texts(groups.Forward("/x", 0, kMany, kMany)) == "(no group)");
    const std::string large(100'000, 'x');
    groups.Append("/a/b", {"one", "two"}, 0);
    groups.Append("/a/b", {large, "", "five"}, 0);
    CHECK(groups.List("/a/b")[0].bytes == 100'015);
    const auto all = groups.Forward("/a/b", 0, kMany, kMany);
    CHECK(Texts(all) == "one two " + large.substr(0, 20) + "  five");
    CHECK(all->lines[2].text == large);
    CHECK(Texts(groups.Backward("/a/b", kEnd, kMany, kMany)) == Texts(all));
    CHECK(groups.Backward("/a/b", kEnd, kMany, kMany)->lines[2].text == large);

    // Line by line, there and back.
    std::vector<std::string> there, back;
    for (int64_t at = 0;;) {
      const auto next = groups.Forward("/a/b", at, 1, kMany);
      if (next->lines.empty()) break;
      CHECK(next->begin == at);
      there.push_back(next->lines[0].text);
      at = next->end;
    }
    for (int64_t at = kEnd;;) {
      const auto next = groups.Backward("/a/b", at, 1, kMany);
      if (next->lines.empty()) break;
      back.push_back(next->lines[0].text);
      at = next->begin;
    }
    CHECK(there == std::vector<std::string>{"one", "two", large, "", "five"});
    CHECK(back == std::vector<std::string>{"five", "", large, "two", "one"});
    CHECK(Texts(groups.Forward("/a/b", 0, kMany, 4)) == "one two");
    CHECK(Texts(groups.Backward("/a/b", kEnd, kMany, 5)) == large.substr(0, 20) + "  five");

    CHECK(groups.Delete("/a/b"));
    CHECK_FALSE(groups.Delete("/a/b"));
    groups.Append("/a/b", {"late"}, 0);
    CHECK_FALSE(groups.Has("/a/b"));
    CHECK(groups.Create("/a/b", 4000));
    CHECK(Texts(groups.Forward("/a/b", 0, kMany, kMany)) == "");
  }
}

TEST_CASE("a group has a file of its own, within the folder") {
  CHECK(FileOfLogGroup("/aws/vendedlogs/states/orders") == "+aws+vendedlogs+states+orders.jsonl");
  CHECK(FileOfLogGroup("..") == "...jsonl");
  CHECK(FileOfLogGroup("/../x") == "+..+x.jsonl");
  CHECK(LogGroupOfFile("+aws+x.jsonl") == "/aws/x");
  CHECK_FALSE(LogGroupOfFile("notes.txt"));
  CHECK_FALSE(LogGroupOfFile(".jsonl"));
  CHECK_FALSE(LogGroupOfFile("a b.jsonl"));
  CHECK(IsLogGroupName("/aws/a.b-c_d#1"));
  CHECK_FALSE(IsLogGroupName(""));
  CHECK_FALSE(IsLogGroupName("a+b"));
  CHECK_FALSE(IsLogGroupName(std::string(513, 'a')));
}

TEST_CASE("files are found again, made when they are needed, and not spoilt by half a line") {
  const TempFolder folder;
  const std::string path = folder.File("+g.jsonl");
  std::ofstream(folder.File("other.txt")) << "x";
  {
    LogGroups groups(folder.File(""));
    groups.Append("/g", {R"({"event_timestamp":"17"})"}, 5);
    CHECK(FileText(path) == "{\"event_timestamp\":\"17\"}\n");
  }
  const std::string half(100'000, 'h');
  std::ofstream(path, std::ios::app) << half;
  LogGroups groups(folder.File(""));
  REQUIRE(groups.List("").size() == 1);
  CHECK(groups.List("")[0].created_at_ms == 17);
  CHECK(groups.Backward("/g", kEnd, kMany, kMany)->lines.size() == 1);
  CHECK(groups.Forward("/g", 0, kMany, kMany)->lines.size() == 1);
  groups.Append("/g", {"whole"}, 5);
  CHECK(FileText(path) == "{\"event_timestamp\":\"17\"}\n" + half + "\nwhole\n");
  // Moved away: begun anew.
  std::filesystem::rename(path, path + ".1");
  CHECK(Texts(groups.Forward("/g", 0, kMany, kMany)) == "");
  groups.Append("/g", {"new"}, 5);
  CHECK(Texts(groups.Forward("/g", 0, kMany, kMany)) == "new");
}

TEST_CASE("a disk that does not take the lines says so") {
  const TempFolder folder;
  std::filesystem::create_symlink("/dev/full", folder.File("+full.jsonl"));
  LogGroups groups(folder.File(""));
  CHECK_THROWS_AS(groups.Append("/full", {"x"}, 0), EnvironmentError);
  CHECK_THROWS_AS(LogGroups("/proc/nowhere"), EnvironmentError);
  CHECK_THROWS_AS(groups.Create(std::string(300, 'a'), 0), EnvironmentError);  // no file can have such a name
}

TEST_CASE("memory keeps what is newest") {
  LogGroups groups("");
  groups.Append("/g", {"nobody made the group"}, 0);
  CHECK_FALSE(groups.Has("/g"));
  groups.Create("/g", 0);
  const std::string line(1'048'575, 'x');
  for (int i = 0; i < 20; ++i) groups.Append("/g", {line}, 0);
  const auto all = groups.Forward("/g", 0, kMany, kLogGroupBytesMax * 2);
  CHECK(all->lines.size() == 16);
  CHECK(all->begin == 4);
  CHECK(all->end == 20);
}

}  // namespace
}  // namespace gait
