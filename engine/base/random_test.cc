#include "engine/base/random.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("the same seed gives the same numbers, another others") {
  SeededRandom one(1), same(1), other(2);
  const uint64_t first = one.Next();
  CHECK(first == same.Next());
  CHECK(first != other.Next());
  CHECK(first != one.Next());
}

TEST_CASE("numbers below n, all of them") {
  SeededRandom random(7);
  bool seen[6] = {};
  for (int i = 0; i < 1000; ++i) seen[random.Below(6)] = true;
  for (bool s : seen) CHECK(s);
  for (int i = 0; i < 1000; ++i) {
    const double d = random.NextDouble();
    CHECK((d >= 0 && d < 1));
  }
}

TEST_CASE("UUIDs have their version and variant") {
  SeededRandom random(7);
  for (int i = 0; i < 100; ++i) {
    const std::string four = random.Uuid();
    CHECK(four.size() == 36);
    CHECK(four[14] == '4');
    CHECK(std::string("89ab").find(four[19]) != std::string::npos);
    CHECK(random.TimeOrderedUuid({1})[14] == '7');
  }
  CHECK(random.Uuid() != random.Uuid());
}

TEST_CASE("UUIDs of version 7 begin with the time and are ordered by it") {
  SeededRandom random(7);
  CHECK(random.TimeOrderedUuid({0x017f22e279b0}).starts_with("017f22e2-79b0-7"));
  std::string last;
  for (int64_t ms = 1; ms < 1000; ++ms) {
    const std::string next = random.TimeOrderedUuid({ms});
    CHECK(last < next);
    last = next;
  }
}

}  // namespace
}  // namespace gait
