#include "engine/base/crc32.h"

#include <doctest/doctest.h>

#include <string>

namespace gait {
namespace {

TEST_CASE("the values that zlib gives") {
  CHECK(Crc32("") == 0);
  CHECK(Crc32("a") == 0xe8b7be43);
  CHECK(Crc32("123456789") == 0xcbf43926);
  CHECK(Crc32("The quick brown fox jumps over the lazy dog") == 0x414fa339);
  CHECK(Crc32(std::string(32, '\0')) == 0x190a55ad);
  CHECK(Crc32(std::string(32, '\xff')) == 0xff6cab0b);
}

TEST_CASE("every length, by the definition: a bit at a time") {
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    uint32_t crc = 0xffffffff;
    for (const char c : bytes) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    REQUIRE(Crc32(bytes) == ~crc);
    bytes += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace gait
