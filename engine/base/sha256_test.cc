#include "engine/base/sha256.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("SHA-256") {  // FIPS 180-2, appendix B
  CHECK(Sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("HMAC-SHA-256") {  // RFC 4231, 4.3
  CHECK(HexOf(HmacSha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("equal in constant time") {
  CHECK(EqualInConstantTime("abc", "abc"));
  CHECK_FALSE(EqualInConstantTime("abd", "abc"));
  CHECK_FALSE(EqualInConstantTime("ab", "abc"));
  CHECK_FALSE(EqualInConstantTime("", "abc"));
}

}  // namespace
}  // namespace gait
