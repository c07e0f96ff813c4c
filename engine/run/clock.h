// The time, handed in: the system's, or one that a test or `--clock virtual` moves.
#pragma once

#include <atomic>

#include "engine/base/timestamp.h"

namespace gait {

class Clock {
 public:
  virtual ~Clock() = default;
  // Any thread.
  virtual Timestamp Now() const = 0;
};

// The wall clock. Never goes back within one process: it stands still until the wall clock has caught up.
class SystemClock : public Clock {
 public:
  Timestamp Now() const override;

 private:
  mutable std::atomic<int64_t> latest_ms_{0};
};

// Stands still until it is moved on.
class VirtualClock : public Clock {
 public:
  explicit VirtualClock(Timestamp start) : now_ms_(start.ms) {}
  Timestamp Now() const override { return {now_ms_.load(std::memory_order_acquire)}; }
  // To `t`, unless that is in the past.
  void AdvanceTo(Timestamp t);

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace gait
