#include "engine/base/md5.h"

#include <openssl/evp.h>

#include <array>

#include "engine/base/check.h"
#include "engine/base/sha256.h"

namespace gait {

struct Md5::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Md5::Md5() : state_(std::make_unique<State>()) {
  GAIT_CHECK(state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_md5(), nullptr) == 1,
             "OpenSSL has no MD5");
}

Md5::~Md5() = default;

void Md5::Add(std::string_view bytes) {
  GAIT_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "MD5 failed");
}

std::string Md5::Hex() {
  std::array<unsigned char, 16> hash;
  GAIT_CHECK(EVP_DigestFinal_ex(state_->context, hash.data(), nullptr) == 1, "MD5 failed");
  return HexOf({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string NameUuid(std::string_view name) {
  Md5 md5;
  md5.Add(name);
  std::string hex = md5.Hex();
  hex[12] = '3';
  hex[16] = "89ab"[hex[16] % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

}  // namespace gait
