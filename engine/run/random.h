// The operating system's random numbers.
#pragma once

#include <array>
#include <mutex>

#include "engine/base/random.h"

namespace gait {

// What task tokens and names are made from.
class SystemRandom : public Random {
 public:
  uint64_t Next() override;

 private:
  std::mutex mutex_;
  std::array<uint64_t, 64> buffer_;  // guarded by mutex_
  size_t left_ = 0;                  // guarded by mutex_
};

}  // namespace gait
