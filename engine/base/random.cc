#include "engine/base/random.h"

namespace gait {

uint64_t Random::Below(uint64_t n) {
  // Rejects the part of the range that would favour the small numbers.
  const uint64_t limit = UINT64_MAX - UINT64_MAX % n;
  uint64_t x = Next();
  while (x >= limit) x = Next();
  return x % n;
}

namespace {

// RFC 9562, 4: the text of 128 bits, with the version and variant put in.
std::string UuidText(uint64_t high, uint64_t low, uint64_t version) {
  constexpr char kHex[] = "0123456789abcdef";
  high = (high & 0xffff'ffff'ffff'0fffULL) | version << 12;
  low = (low & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
  std::string text;
  text.reserve(36);
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    const uint64_t half = i < 16 ? high : low;
    text += kHex[half >> (60 - 4 * (i % 16)) & 0xf];
  }
  return text;
}

}  // namespace

std::string Random::Uuid() {
  const uint64_t high = Next();
  return UuidText(high, Next(), 4);
}

std::string Random::TimeOrderedUuid(Timestamp now) {
  const uint64_t high = static_cast<uint64_t>(now.ms) << 16 | (Next() & 0xfff);
  return UuidText(high, Next(), 7);
}

uint64_t SeededRandom::Next() {
  constexpr uint64_t kStep = 0x9e3779b97f4a7c15;
  uint64_t z = state_.fetch_add(kStep, std::memory_order_relaxed) + kStep;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace gait
