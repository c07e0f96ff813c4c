#include "engine/base/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "engine/base/check.h"

namespace gait {

std::string Sha256Hex(std::string_view text) {
  std::array<unsigned char, 32> hash;
  GAIT_CHECK(EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), hash.data(), nullptr) == 1,
             "OpenSSL has no SHA-256");
  return HexOf({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string HmacSha256(std::string_view key, std::string_view text) {
  std::string mac(32, '\0');
  const unsigned char* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), reinterpret_cast<unsigned char*>(mac.data()), nullptr);
  GAIT_CHECK(done != nullptr, "OpenSSL has no HMAC");
  return mac;
}

std::string HexOf(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

bool EqualInConstantTime(std::string_view guess, std::string_view secret) {
  return guess.size() == secret.size() && CRYPTO_memcmp(guess.data(), secret.data(), secret.size()) == 0;
}

}  // namespace gait
