// Where random numbers come from. Handed in, so that a test or the simulation can seed it. Implementations are
// thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "engine/base/timestamp.h"

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
  // A version 7 UUID (RFC 9562, 5.7): those that are made later come later in the order of texts, to the millisecond.
  // For what a database keeps an index of: it grows at its end, and not all over.
  std::string TimeOrderedUuid(Timestamp now);
};

// The same numbers for the same seed, on every machine: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
// number generators", 2014). For tests, the simulation and seeded functions; no secret is made from it.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override;

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace gait
