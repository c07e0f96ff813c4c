// The log groups and what was written to them, in memory or as files: a group is a file of lines, which other programs
// may read, move away and remove.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gait {

// A group that is kept in memory forgets its oldest lines beyond this.
inline constexpr size_t kLogGroupBytesMax = 16 * 1'048'576;

// The name of a group's file: `/aws/vendedlogs/states/orders` is `+aws+vendedlogs+states+orders.jsonl`. No group has a
// plus sign in its name, so none shares its file with another, and none has a file outside the folder.
std::string FileOfLogGroup(std::string_view group);
// The group whose file it is; empty if it is none.
std::optional<std::string> LogGroupOfFile(std::string_view file_name);

// [.\-_/#A-Za-z0-9]+, 512 at the most.
bool IsLogGroupName(std::string_view name);

struct LogGroupInfo {
  std::string name;
  int64_t created_at_ms = 0;
  int64_t bytes = 0;
};

// Lines one behind the other. Positions grow with them and stay; they are no numbers of lines.
struct LogSlice {
  struct Line {
    int64_t position = 0;
    std::string text;
  };
  std::vector<Line> lines;     // in their order
  int64_t begin = 0, end = 0;  // the positions of the first, and behind the last
};

// Shared and locked.
class LogGroups {
 public:
  // Keeps them in `folder`, which is made if it is missing, or in memory if it is "". Throws EnvironmentError.
  explicit LogGroups(std::string folder);

  // False if it is there already. Throws EnvironmentError.
  bool Create(std::string_view name, int64_t now_ms);
  // With all that it has; false if it is not there. Nothing is written to it until it is created again.
  bool Delete(std::string_view name);
  bool Has(std::string_view name) const;
  // Those whose names begin so, by their names.
  std::vector<LogGroupInfo> List(std::string_view prefix) const;

  // Writes lines, each with its end, to the group. To a group that is not there nothing is written in memory; as files
  // are what was asked for, a file is made, unless the group was deleted. Throws EnvironmentError.
  void Append(std::string_view name, const std::vector<std::string>& lines, int64_t now_ms);

  // The next lines from `from` on, or the last ones before it: `lines_max` at the most, and no more when they have
  // `bytes_max`. Nothing if the group is not there. Throws EnvironmentError.
  std::optional<LogSlice> Forward(std::string_view name, int64_t from, size_t lines_max, size_t bytes_max) const;
  std::optional<LogSlice> Backward(std::string_view name, int64_t before, size_t lines_max, size_t bytes_max) const;

 private:
  struct Group {
    int64_t created_at_ms = 0;
    // In memory:
    std::deque<std::string> lines;
    int64_t first = 0;  // the position of the oldest: how many were forgotten
    size_t bytes = 0;

    int64_t Clamped(int64_t position) const;
    LogSlice Forward(int64_t from, size_t lines_max, size_t bytes_max) const;
    LogSlice Backward(int64_t before, size_t lines_max, size_t bytes_max) const;
  };

  std::string PathOf(std::string_view name) const;
  // Of the group of this name, if it is there: in memory, or as a file.
  template <typename InMemory, typename InFile>
  std::optional<LogSlice> Read(std::string_view name, InMemory in_memory, InFile in_file) const;
  LogSlice ReadFile(std::string_view name, int64_t from, size_t lines_max, size_t bytes_max) const;
  LogSlice ReadFileBackward(std::string_view name, int64_t before, size_t lines_max, size_t bytes_max) const;

  const std::string folder_;
  mutable std::mutex mutex_;
  std::map<std::string, Group, std::less<>> groups_;  // guarded by mutex_
  std::set<std::string, std::less<>> deleted_;        // guarded by mutex_
};

}  // namespace gait
