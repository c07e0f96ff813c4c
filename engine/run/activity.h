// Counts what is under way: messages, commits, tasks. When nothing is, only the passing of time can go on, and a
// virtual clock may be moved to the next timer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace gait {

class Activity {
 public:
  // Called by the thread that ends the last activity. Set before the first Begin.
  void OnIdle(std::function<void()> callback) { on_idle_ = std::move(callback); }

  void Begin() { count_.fetch_add(1, std::memory_order_relaxed); }
  void End() {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1 && on_idle_) on_idle_();
  }
  bool idle() const { return count_.load(std::memory_order_acquire) == 0; }

 private:
  std::atomic<int64_t> count_{0};
  std::function<void()> on_idle_;
};

}  // namespace gait
