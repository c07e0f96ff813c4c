// The two sources of random numbers. Each is thread-safe.
#pragma once

#include <array>
#include <mutex>

#include "engine/base/random.h"

namespace gait {

// The operating system's generator: what task tokens and names are made from.
class SystemRandom : public Random {
 public:
  uint64_t Next() override;

 private:
  std::mutex mutex_;
  std::array<uint64_t, 64> buffer_;  // guarded by mutex_
  size_t left_ = 0;                  // guarded by mutex_
};

// The same numbers for the same seed (SplitMix64). For tests and the simulation; no secret is made from it.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override;

 private:
  std::mutex mutex_;
  uint64_t state_;  // guarded by mutex_
};

}  // namespace gait
