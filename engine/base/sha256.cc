#include "engine/base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "engine/base/check.h"

namespace gait {

std::string Sha256Hex(std::string_view text) {
  std::array<unsigned char, 32> hash;
  GAIT_CHECK(EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), hash.data(), nullptr) == 1,
             "OpenSSL has no SHA-256");
  std::string hex;
  hex.reserve(2 * hash.size());
  for (const unsigned char byte : hash) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace gait
