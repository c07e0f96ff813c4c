// Records that are read again and again, kept in memory by the only process that changes them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace gait {

// Any thread.
template <typename Key, typename Record>
class RecordCache {
 public:
  using Entry = std::shared_ptr<const Record>;

  // The record of `key`, from `load` if it is not here; null, and not kept, if there is none.
  template <typename K, typename Load>
  Entry Get(const K& key, const Load& load) {
    int64_t version = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto found = entries_.find(key);
      if (found != entries_.end()) return found->second;
      version = version_;
    }
    Entry entry = load();
    const std::lock_guard lock(mutex_);
    if (entry == nullptr || version != version_) return entry;  // what was read may have been changed meanwhile
    if (entries_.size() >= kEntriesMax) entries_.clear();
    return entries_.emplace(Key(key), std::move(entry)).first->second;
  }

  // After every change of a record.
  void Clear() {
    const std::lock_guard lock(mutex_);
    ++version_;
    entries_.clear();
  }

 private:
  // More than are in use at a time, and of the largest definitions still no more than 256 MiB.
  static constexpr size_t kEntriesMax = 256;

  std::mutex mutex_;
  std::map<Key, Entry, std::less<>> entries_;  // guarded by mutex_
  int64_t version_ = 0;                        // guarded by mutex_; of what is stored
};

}  // namespace gait
