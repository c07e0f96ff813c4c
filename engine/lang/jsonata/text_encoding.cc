#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "engine/base/base64.h"
#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kMarks = "-_.!~*'()";      // ECMA-262: uriMark
constexpr std::string_view kReserved = ";/?:@&=+$,";  // ECMA-262: uriReserved
constexpr std::string_view kHexUpper = "0123456789ABCDEF", kHexLower = "0123456789abcdef";

bool Has(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

std::string Escape(std::string_view text, std::string_view also_kept) {
  std::string escaped;
  for (char c : text) {
    if (Has(kLetters, c) || Has(kDigits, c) || Has(kMarks, c) || Has(also_kept, c)) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      ((escaped += '%') += kHexUpper[byte >> 4]) += kHexUpper[byte & 15];
    }
  }
  return escaped;
}

// The byte of the escape %XX with which `text` begins, or -1.
int EscapedByte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  int byte = 0;
  for (char c : text.substr(1, 2)) {
    const size_t digit = kHexLower.find(static_cast<char>(c >= 'A' && c <= 'F' ? c | 0x20 : c));
    if (digit == std::string_view::npos) return -1;
    byte = byte << 4 | static_cast<int>(digit);
  }
  return byte;
}

// An escape of one of `kept` stays as it is.
std::string Unescape(std::string_view text, std::string_view kept, std::string_view function) {
  std::string plain;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      plain += text[at++];
      continue;
    }
    const size_t begin = at;
    std::string character;
    size_t size = 1;
    do {
      const int byte = EscapedByte(text.substr(at));
      if (byte < 0) break;
      character += static_cast<char>(byte);
      size = Utf8Size(character[0]);
      at += 3;
    } while (character.size() < size);
    if (character.size() < size || !IsUtf8(character)) {
      throw Error("D3140").Token(std::string(function)).With(Value::String(text));
    }
    plain += size == 1 && Has(kept, character[0]) ? text.substr(begin, 3) : std::string_view(character);
  }
  return plain;
}

// Of the text's UTF-16 code units.
std::string LowBytes(std::string_view text) {
  std::string bytes;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    size = Utf8Size(text[at]);
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[at + i])); };
    const uint32_t last = byte(size - 1) & 0x3F;
    if (size == 1) {
      bytes += text[at];
    } else if (size < 4) {
      bytes += static_cast<char>((byte(size - 2) << 6 | last) & 0xFF);
    } else {  // both halves of the pair
      const uint32_t character = (byte(0) & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | last;
      bytes += static_cast<char>((character - 0x10000) >> 10 & 0xFF);
      bytes += static_cast<char>(character & 0xFF);
    }
  }
  return bytes;
}

struct Algorithm {
  const char* name;  // as a call and as OpenSSL spell it
  EVP_MD* method;    // null where the system's OpenSSL has it disabled
};

// Fetched once, for a fetch walks OpenSSL's providers; kept until the process ends.
EVP_MD* FindMethod(std::string_view name) {
  static const std::array<Algorithm, 5> kAlgorithms = [] {
    std::array<Algorithm, 5> algorithms = {
        {{"MD5", nullptr}, {"SHA-1", nullptr}, {"SHA-256", nullptr}, {"SHA-384", nullptr}, {"SHA-512", nullptr}}};
    for (Algorithm& algorithm : algorithms) algorithm.method = EVP_MD_fetch(nullptr, algorithm.name, nullptr);
    return algorithms;
  }();
  const auto* found =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(), [&](const Algorithm& row) { return name == row.name; });
  return found == kAlgorithms.end() ? nullptr : found->method;
}

}  // namespace

std::string Base64Encode(std::string_view text) { return ToBase64(LowBytes(text)); }

std::string Base64Decode(std::string_view text) {
  std::string base64;
  const std::string bytes_of_text = LowBytes(text);
  for (char c : std::string_view(bytes_of_text).substr(0, bytes_of_text.find('='))) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    if (Has(kLetters, c) || Has(kDigits, c) || c == '+' || c == '/') base64 += c;
  }
  if (base64.size() % 4 == 1) base64.pop_back();  // six bits are no byte
  const std::string bytes = FromBase64(base64).value_or("");
  std::string latin;
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      latin += c;
    } else {
      (latin += static_cast<char>(0xC0 | byte >> 6)) += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return latin;
}

std::string EncodeUrl(std::string_view text) { return Escape(text, std::string(kReserved) + "#"); }

std::string EncodeUrlComponent(std::string_view text) { return Escape(text, ""); }

std::string DecodeUrl(std::string_view text) { return Unescape(text, std::string(kReserved) + "#", "decodeUrl"); }

std::string DecodeUrlComponent(std::string_view text) { return Unescape(text, "", "decodeUrlComponent"); }

std::string Hash(std::string_view text, std::string_view algorithm) {
  EVP_MD* method = FindMethod(algorithm);
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (method == nullptr || EVP_Digest(text.data(), text.size(), bytes, &size, method, nullptr) != 1) {
    throw Error("D3142").With(Value::String(algorithm)).Index(2);
  }
  std::string digits;
  for (unsigned i = 0; i < size; ++i) (digits += kHexLower[bytes[i] >> 4]) += kHexLower[bytes[i] & 15];
  return digits;
}

}  // namespace gait::jsonata
