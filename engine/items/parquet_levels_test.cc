#include "engine/items/parquet_levels.h"

#include <doctest/doctest.h>

#include <string>

namespace gait {
namespace {

using namespace std::string_literals;

// The values, up to `most`; `!` if there are no more before that.
std::string Runs(const std::string& bytes, int width, int most) {
  RunReader in(bytes, width);
  std::string text;
  for (int i = 0; i < most; ++i) {
    uint32_t value = 0;
    if (!in.Next(value)) return text + "!";
    text += (i == 0 ? "" : " ") + std::to_string(value);
  }
  return text;
}

TEST_CASE("runs of one value, and of packed bits") {
  CHECK(Runs("\x06\x05"s, 3, 3) == "5 5 5");
  CHECK(Runs("\x06\x05"s, 3, 4) == "5 5 5!");
  CHECK(Runs("\x02\x34\x12"s, 13, 1) == "4660");
  CHECK(Runs("\x02\xff\xff\xff\xff"s, 32, 1) == "4294967295");
  // The manual's example: 0 to 7 in three bits each.
  CHECK(Runs("\x03\x88\xc6\xfa"s, 3, 8) == "0 1 2 3 4 5 6 7");
  CHECK(Runs("\x03\x88\xc6\xfa\x04\x01"s, 3, 11) == "0 1 2 3 4 5 6 7 1 1!");
  CHECK(Runs("\x03\x01"s, 1, 8) == "1 0 0 0 0 0 0 0");
  CHECK(Runs("\x06\x03"s, 0, 3) == "0 0 0");  // of one value that takes no bits, nothing is stored
  CHECK(Runs("\x03\x78\x56\x34\x12\x01"s, 32, 2) == "305419896!");
  CHECK(Runs("\x05"s + std::string(64, '\xff'), 32, 3) == "4294967295 4294967295 4294967295");
}

TEST_CASE("runs that are broken") {
  CHECK(Runs("", 1, 1) == "!");
  CHECK(Runs("\x06"s, 1, 1) == "!");
  CHECK(Runs("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"s, 1, 1) == "!");
  CHECK(Runs("\x00\x01\x00\x01\x02\x01"s, 1, 2) == "1!");  // runs of nothing are none
  CHECK(Runs("\x03"s, 3, 1) == "!");
  CHECK(Runs("\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x88\xc6\xfa"s, 3, 9) == "0 1 2 3 4 5 6 7!");
}

TEST_CASE("bits") {
  const std::string bytes = "\x8d\xff\x00\x00\x00\x00\x00\x00\x80"s;
  BitReader in(bytes);
  uint64_t value = 0;
  CHECK(in.Next(1, value));
  CHECK(value == 1);
  CHECK(in.Next(7, value));
  CHECK(value == 0x46);
  CHECK(in.Next(64, value));
  CHECK(value == 0x80000000000000ff);
  CHECK(in.Next(0, value));
  CHECK(value == 0);
  CHECK(!in.Next(1, value));
}

}  // namespace
}  // namespace gait
