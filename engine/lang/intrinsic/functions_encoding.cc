#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/base/base64.h"
#include "engine/base/utf.h"
#include "engine/lang/intrinsic/functions.h"

namespace gait::intrinsic {
namespace {

constexpr size_t kCharactersMax = 10'000;  // the guide's, for all three functions

bool IsTooLong(std::string_view text) { return text.size() > kCharactersMax && CountCodePoints(text) > kCharactersMax; }

Value FailTooLong(Arguments& arguments) {
  return arguments.Fail("the text has more than " + std::to_string(kCharactersMax) + " characters");
}

struct Digest {
  const char* name;  // as a call and as OpenSSL spell it
  EVP_MD* method;    // null where the system's OpenSSL has it disabled
};

// Fetched once, for a fetch walks OpenSSL's providers; kept until the process ends.
const Digest* FindDigest(std::string_view name) {
  static const std::array<Digest, 5> kDigests = [] {
    std::array<Digest, 5> digests = {
        {{"MD5", nullptr}, {"SHA-1", nullptr}, {"SHA-256", nullptr}, {"SHA-384", nullptr}, {"SHA-512", nullptr}}};
    for (Digest& digest : digests) digest.method = EVP_MD_fetch(nullptr, digest.name, nullptr);
    return digests;
  }();
  const auto* found =
      std::find_if(kDigests.begin(), kDigests.end(), [&](const Digest& digest) { return name == digest.name; });
  return found == kDigests.end() ? nullptr : found;
}

std::string ToHex(const unsigned char* bytes, size_t size) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * size);
  for (size_t i = 0; i < size; ++i) (text += kHex[bytes[i] >> 4]) += kHex[bytes[i] & 15];
  return text;
}

}  // namespace

Value Base64Encode(Arguments& arguments) {
  if (IsTooLong(arguments.String(0))) return FailTooLong(arguments);
  return Value::String(ToBase64(arguments.String(0)));
}

Value Base64Decode(Arguments& arguments) {
  if (IsTooLong(arguments.String(0))) return FailTooLong(arguments);
  const std::optional<std::string> bytes = FromBase64(arguments.String(0));
  if (!bytes) return arguments.Fail("the text is no Base64");
  if (!IsUtf8(*bytes)) return arguments.Fail("the Base64 stands for bytes that are no UTF-8 text");
  return Value::String(*bytes);
}

Value Hash(Arguments& arguments) {
  const std::string_view data = arguments.String(0);
  if (IsTooLong(data)) return FailTooLong(arguments);
  const Digest* digest = FindDigest(arguments.String(1));
  if (digest == nullptr) return arguments.Fail("the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512");
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (digest->method == nullptr || EVP_Digest(data.data(), data.size(), bytes, &size, digest->method, nullptr) != 1) {
    return arguments.Fail("this system's OpenSSL does not provide " + std::string(digest->name));
  }
  return Value::String(ToHex(bytes, size));
}

}  // namespace gait::intrinsic
