#include "engine/run/clock.h"

#include <chrono>

namespace gait {
namespace {

// Raises `at` to `value` and gives what it then holds.
int64_t Raise(std::atomic<int64_t>& at, int64_t value) {
  int64_t seen = at.load(std::memory_order_relaxed);
  while (seen < value && !at.compare_exchange_weak(seen, value, std::memory_order_acq_rel)) {
  }
  return seen < value ? value : seen;
}

}  // namespace

Timestamp SystemClock::Now() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {Raise(latest_ms_, std::chrono::duration_cast<std::chrono::milliseconds>(now).count())};
}

void VirtualClock::AdvanceTo(Timestamp t) { Raise(now_ms_, t.ms); }

}  // namespace gait
