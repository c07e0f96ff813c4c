// Where random numbers come from. Handed in, so that a test or the simulation can seed it (engine/run/random.h has both
// implementations). Called by one thread at a time.
#pragma once

#include <cstdint>
#include <string>

namespace gait {

class Random {
 public:
  virtual ~Random() = default;

  // 64 uniformly distributed bits. From the operating system's generator where they end in a task token.
  virtual uint64_t Next() = 0;

  // Uniform in [0, 1).
  double NextDouble() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

  // Uniform in [0, n). REQUIRES: n > 0.
  uint64_t Below(uint64_t n);

  // A version 4 UUID (RFC 9562, 5.4), lower case.
  std::string Uuid();
};

}  // namespace gait
