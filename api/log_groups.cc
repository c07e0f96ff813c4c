#include "api/log_groups.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "api/log_line.h"
#include "engine/base/check.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".jsonl";
constexpr size_t kChunk = 65'536;

[[noreturn]] void Fail(const std::string& what, const std::string& path) {
  throw EnvironmentError("cannot " + what + " " + path + ": " + std::strerror(errno));
}

class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  int64_t size() const {
    struct stat s {};
    return fstat(fd_, &s) == 0 ? s.st_size : 0;
  }
  // What is there of `size` bytes at `offset`.
  std::string Read(int64_t offset, size_t size) const {
    std::string bytes(size, '\0');
    size_t done = 0;
    while (done < size) {
      const ssize_t n = pread(fd_, bytes.data() + done, size - done, offset + static_cast<int64_t>(done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      done += static_cast<size_t>(n);
    }
    bytes.resize(done);
    return bytes;
  }

 private:
  const int fd_;
};

}  // namespace

std::string FileOfLogGroup(std::string_view group) {
  std::string name(group);
  std::replace(name.begin(), name.end(), '/', '+');
  return name.append(kSuffix);
}

std::optional<std::string> LogGroupOfFile(std::string_view file_name) {
  if (!file_name.ends_with(kSuffix)) return std::nullopt;
  std::string name(file_name.substr(0, file_name.size() - kSuffix.size()));
  std::replace(name.begin(), name.end(), '+', '/');
  return IsLogGroupName(name) ? std::optional(name) : std::nullopt;
}

bool IsLogGroupName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_/#").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= 512 && std::all_of(name.begin(), name.end(), allowed);
}

LogGroups::LogGroups(std::string folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw EnvironmentError("cannot make the log folder " + folder_ + ": " + error.message());
  try {
    for (const auto& entry : fs::directory_iterator(folder_)) {
      const auto name = LogGroupOfFile(entry.path().filename().string());
      if (!name || !entry.is_regular_file()) continue;
      const LogSlice first = ReadFile(*name, 0, 1, 1);
      groups_[*name].created_at_ms = first.lines.empty() ? 0 : TimeOfLogLine(first.lines[0].text);
    }
  } catch (const fs::filesystem_error& e) {
    throw EnvironmentError("cannot read the log folder " + folder_ + ": " + e.code().message());
  }
}

std::string LogGroups::PathOf(std::string_view name) const { return folder_ + "/" + FileOfLogGroup(name); }

bool LogGroups::Create(std::string_view name, int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (groups_.contains(name)) return false;
  if (!folder_.empty() && !File(PathOf(name), O_WRONLY | O_CREAT)) Fail("make", PathOf(name));
  groups_[std::string(name)].created_at_ms = now_ms;
  deleted_.erase(std::string(name));
  return true;
}

bool LogGroups::Delete(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto it = groups_.find(name);
  if (it == groups_.end()) return false;
  if (!folder_.empty() && unlink(PathOf(name).c_str()) != 0 && errno != ENOENT) Fail("remove", PathOf(name));
  groups_.erase(it);
  deleted_.emplace(name);
  return true;
}

bool LogGroups::Has(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return groups_.contains(name);
}

std::vector<LogGroupInfo> LogGroups::List(std::string_view prefix) const {
  const std::lock_guard lock(mutex_);
  std::vector<LogGroupInfo> all;
  for (auto it = groups_.lower_bound(prefix); it != groups_.end() && it->first.starts_with(prefix); ++it) {
    auto bytes = static_cast<int64_t>(it->second.bytes);
    if (!folder_.empty()) {
      const File file(PathOf(it->first), O_RDONLY);
      bytes = file ? file.size() : 0;
    }
    all.push_back({it->first, it->second.created_at_ms, bytes});
  }
  return all;
}

void LogGroups::Append(std::string_view name, const std::vector<std::string>& lines, int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  auto it = groups_.find(name);
  if (it == groups_.end()) {
    if (folder_.empty() || deleted_.contains(name)) return;
    it = groups_.emplace(name, Group()).first;
    it->second.created_at_ms = now_ms;
  }
  if (folder_.empty()) {
    Group& group = it->second;
    for (const std::string& line : lines) {
      group.lines.push_back(line);
      group.bytes += line.size() + 1;
    }
    while (group.bytes > kLogGroupBytesMax && group.lines.size() > 1) {
      group.bytes -= group.lines.front().size() + 1;
      group.lines.pop_front();
      ++group.first;
    }
    return;
  }
  // Opened each time: groups may be more than descriptors, and a file that was moved away is begun anew.
  const std::string path = PathOf(name);
  const File file(path, O_RDWR | O_CREAT | O_APPEND);
  if (!file) Fail("open", path);
  std::string bytes;
  // A process that was killed, or a disk that was full, may have left half a line.
  if (const int64_t size = file.size(); size > 0 && file.Read(size - 1, 1) != "\n") bytes = "\n";
  for (const std::string& line : lines) bytes.append(line).append("\n");
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t n = write(file.fd(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) Fail("write", path);
    rest.remove_prefix(static_cast<size_t>(n));
  }
}

int64_t LogGroups::Group::Clamped(int64_t position) const {
  return std::clamp(position, first, first + static_cast<int64_t>(lines.size()));
}

LogSlice LogGroups::Group::Forward(int64_t from, size_t lines_max, size_t bytes_max) const {
  const int64_t last = first + static_cast<int64_t>(lines.size());
  LogSlice slice;
  slice.begin = slice.end = Clamped(from);
  for (size_t bytes = 0; slice.end < last && slice.lines.size() < lines_max && bytes < bytes_max; ++slice.end) {
    slice.lines.push_back({slice.end, lines[static_cast<size_t>(slice.end - first)]});
    bytes += slice.lines.back().text.size();
  }
  return slice;
}

LogSlice LogGroups::Group::Backward(int64_t before, size_t lines_max, size_t bytes_max) const {
  LogSlice slice;
  slice.begin = slice.end = Clamped(before);
  for (size_t bytes = 0; slice.begin > first && slice.lines.size() < lines_max && bytes < bytes_max;) {
    --slice.begin;
    slice.lines.push_back({slice.begin, lines[static_cast<size_t>(slice.begin - first)]});
    bytes += slice.lines.back().text.size();
  }
  std::reverse(slice.lines.begin(), slice.lines.end());
  return slice;
}

template <typename InMemory, typename InFile>
std::optional<LogSlice> LogGroups::Read(std::string_view name, InMemory in_memory, InFile in_file) const {
  {
    const std::lock_guard lock(mutex_);
    const auto it = groups_.find(name);
    if (it == groups_.end()) return std::nullopt;
    if (folder_.empty()) return in_memory(it->second);
  }
  return in_file();  // without the lock: it may be long, and nobody should wait with a line to write
}

std::optional<LogSlice> LogGroups::Forward(std::string_view name, int64_t from, size_t lines_max,
                                           size_t bytes_max) const {
  return Read(
      name, [&](const Group& group) { return group.Forward(from, lines_max, bytes_max); },
      [&] { return ReadFile(name, from, lines_max, bytes_max); });
}

std::optional<LogSlice> LogGroups::Backward(std::string_view name, int64_t before, size_t lines_max,
                                            size_t bytes_max) const {
  return Read(
      name, [&](const Group& group) { return group.Backward(before, lines_max, bytes_max); },
      [&] { return ReadFileBackward(name, before, lines_max, bytes_max); });
}

LogSlice LogGroups::ReadFile(std::string_view name, int64_t from, size_t lines_max, size_t bytes_max) const {
  LogSlice slice;
  const File file(PathOf(name), O_RDONLY);
  if (!file) return slice;  // it was moved away
  slice.begin = slice.end = std::clamp<int64_t>(from, 0, file.size());
  std::string line;
  size_t bytes = 0;
  int64_t at = slice.begin;
  while (slice.lines.size() < lines_max && bytes < bytes_max) {
    const std::string chunk = file.Read(at, kChunk);
    if (chunk.empty()) break;  // the rest is no line yet
    at += static_cast<int64_t>(chunk.size());
    for (size_t begin = 0; begin < chunk.size() && slice.lines.size() < lines_max && bytes < bytes_max;) {
      const size_t end = chunk.find('\n', begin);
      line.append(chunk, begin, end == std::string::npos ? end : end - begin);
      if (end == std::string::npos) break;
      begin = end + 1;
      bytes += line.size();
      const int64_t position = slice.end;
      slice.end += static_cast<int64_t>(line.size()) + 1;
      slice.lines.push_back({position, std::exchange(line, {})});
    }
  }
  return slice;
}

LogSlice LogGroups::ReadFileBackward(std::string_view name, int64_t before, size_t lines_max, size_t bytes_max) const {
  LogSlice slice;
  const File file(PathOf(name), O_RDONLY);
  if (!file) return slice;
  slice.end = slice.begin = std::clamp<int64_t>(before, 0, file.size());
  std::string rest;  // from `at` on, the beginning of what is not known to begin a line
  int64_t at = slice.end;
  // Half a line at the end is none yet.
  for (bool found = false; at > 0 && !found;) {
    const auto size = static_cast<size_t>(std::min<int64_t>(at, kChunk));
    const std::string chunk = file.Read(at - static_cast<int64_t>(size), size);
    const size_t newline = chunk.rfind('\n');
    found = newline != std::string::npos;
    at -= static_cast<int64_t>(found ? size - newline - 1 : size);
  }
  slice.end = slice.begin = at;
  size_t bytes = 0;
  while (slice.lines.size() < lines_max && bytes < bytes_max && slice.begin > 0) {
    // `rest` ends with the end of the line that is looked for.
    const size_t newline = rest.size() < 2 ? std::string::npos : rest.rfind('\n', rest.size() - 2);
    if (newline == std::string::npos && at > 0) {
      const auto size = static_cast<size_t>(std::min<int64_t>(at, kChunk));
      at -= static_cast<int64_t>(size);
      std::string chunk = file.Read(at, size);
      if (chunk.size() != size) break;  // it was cut meanwhile
      rest.insert(0, chunk);
      continue;
    }
    const size_t begin = newline == std::string::npos ? 0 : newline + 1;
    slice.begin = at + static_cast<int64_t>(begin);
    slice.lines.push_back({slice.begin, rest.substr(begin, rest.size() - 1 - begin)});
    bytes += slice.lines.back().text.size();
    rest.resize(begin);
  }
  std::reverse(slice.lines.begin(), slice.lines.end());
  return slice;
}

}  // namespace gait
