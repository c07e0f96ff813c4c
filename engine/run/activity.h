// Counts what is under way: messages, commits, tasks. When nothing is, only the passing of time can go on, and a
// virtual clock may be moved to the next timer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace gait {

class Activity {
 public:
  // Called by the thread that ends the last activity; tells whether it has begun another by BeginIfIdle, which that
  // thread then ends as well. Set before the first Begin.
  void OnIdle(std::function<bool()> callback) { on_idle_ = std::move(callback); }

  void Begin() { count_.fetch_add(1, std::memory_order_relaxed); }
  void End() {
    while (count_.fetch_sub(1, std::memory_order_acq_rel) == 1 && on_idle_ && on_idle_()) {
    }
  }
  bool BeginIfIdle() {
    int64_t none = 0;
    return count_.compare_exchange_strong(none, 1, std::memory_order_acq_rel);
  }

 private:
  std::atomic<int64_t> count_{0};
  std::function<bool()> on_idle_;
};

}  // namespace gait
