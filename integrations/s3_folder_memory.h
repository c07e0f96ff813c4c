// What is known of the files in buckets that are folders, so that a page of a listing costs what is on it: the names in
// a folder, in their order, and the ETags of files.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "integrations/s3.h"

namespace gait {

// A file or folder as it is now: what changes it changes its times. Its times alone do not tell that from a second
// change right after, which may come within a tick of the system's clock: see `settled`.
struct FileState {
  uint64_t device = 0, inode = 0;
  int64_t size = 0;
  int64_t modified_ns = 0, changed_ns = 0;

  explicit FileState(const struct stat& status);
  bool operator==(const FileState&) const = default;

  // It was last changed so long ago that another change would show.
  bool settled() const;
};

// At most about `weight_max`, by what Put is told, but always the last that was put. What was not asked for lately
// goes first: the older half as a whole.
template <typename Value>
class RecentFiles {
 public:
  explicit RecentFiles(size_t weight_max) : half_(weight_max / 2) {}

  std::optional<Value> Find(const FileState& file) {
    const std::lock_guard lock(mutex_);
    if (const auto it = young_.find(file); it != young_.end()) return it->second.first;
    const auto it = old_.find(file);
    if (it == old_.end()) return std::nullopt;
    const auto [value, weight] = it->second;
    Add(file, value, weight);
    return value;
  }
  void Put(const FileState& file, Value value, size_t weight) {
    const std::lock_guard lock(mutex_);
    Add(file, std::move(value), weight);
  }

 private:
  struct Hash {
    size_t operator()(const FileState& file) const {
      return (file.inode * 0x9e3779b97f4a7c15u) ^ (static_cast<uint64_t>(file.changed_ns) * 0xbf58476d1ce4e5b9u);
    }
  };
  using Half = std::unordered_map<FileState, std::pair<Value, size_t>, Hash>;

  void Add(const FileState& file, Value value, size_t weight) {
    if (weight_ + weight > half_ && !young_.empty()) {
      old_ = std::exchange(young_, {});
      weight_ = 0;
    }
    if (young_.try_emplace(file, std::move(value), weight).second) weight_ += weight;
  }

  const size_t half_;
  std::mutex mutex_;
  Half young_, old_;   // guarded by mutex_
  size_t weight_ = 0;  // guarded by mutex_; of the young
};

// Any thread.
class S3FolderMemory {
 public:
  // Those of folders with a slash behind them: `a.txt` comes before `a/b`.
  using Names = std::vector<std::string>;

  // Sorted. Of files and folders that `is_part` takes.
  S3Result<std::shared_ptr<const Names>> NamesIn(int folder, bool (*is_part)(std::string_view));
  // MD5 in hexadecimal, in quotes: that of an object which was written in one part. Reads the whole file, in pieces.
  S3Result<std::string> ETagOf(int file, const FileState& state);
  // As above, if it need not be read.
  std::optional<std::string> RememberedETag(const FileState& state) { return etags_.Find(state); }

 private:
  RecentFiles<std::shared_ptr<const Names>> names_{1'000'000};  // names; some 100 MB
  RecentFiles<std::string> etags_{200'000};                     // some 30 MB
};

// What the system's error is for who asks S3.
S3Refusal FolderFailure(int error);

}  // namespace gait
