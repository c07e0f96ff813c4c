// Answers that threads wait for.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace gait {

class PendingBase {
 public:
  // It will not come any more: those who wait go on without.
  void Drop() {
    const std::lock_guard lock(mutex_);
    dropped_ = true;
    changed_.notify_all();
  }

 protected:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool dropped_ = false;  // guarded by mutex_
};

// One answer, for as many threads as want it.
template <typename Answer>
class Pending : public PendingBase {
 public:
  void Give(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    changed_.notify_all();
  }

  bool given() {
    const std::lock_guard lock(mutex_);
    return answer_.has_value();
  }

  // Nothing if it was dropped, or does not come in time.
  std::optional<Answer> Wait(std::optional<std::chrono::milliseconds> at_most) {
    std::unique_lock lock(mutex_);
    const auto over = [this] { return answer_.has_value() || dropped_; };
    if (at_most) {
      constexpr std::chrono::hours kCentury{24 * 36525};  // the clock counts nanoseconds: more would overflow
      changed_.wait_for(lock, std::min<std::chrono::milliseconds>(*at_most, kCentury), over);
    } else {
      changed_.wait(lock, over);
    }
    return answer_;
  }

 private:
  std::optional<Answer> answer_;  // guarded by mutex_
};

// The threads that wait, all of which Stop lets go. Shared and locked.
class WaitingThreads {
 public:
  template <typename Answer>
  std::optional<Answer> Wait(Pending<Answer>& pending, std::optional<std::chrono::milliseconds> at_most) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) pending.Drop();
      waited_for_.insert(&pending);
    }
    std::optional<Answer> answer = pending.Wait(at_most);
    const std::lock_guard lock(mutex_);
    waited_for_.erase(waited_for_.find(&pending));
    return answer;
  }

  // Those who come later do not wait.
  void Stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (PendingBase* pending : waited_for_) pending->Drop();
  }

 private:
  std::mutex mutex_;
  std::multiset<PendingBase*> waited_for_;  // guarded by mutex_
  bool stopped_ = false;                    // guarded by mutex_
};

}  // namespace gait
