#include "engine/lang/intrinsic/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gait::intrinsic {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The six bits that a character stands for, or -1.
constexpr std::array<int8_t, 256> kSixBits = [] {
  std::array<int8_t, 256> table{};
  table.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  return table;
}();

uint32_t Byte(std::string_view text, size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; }

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

size_t CharacterSize(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

size_t CharacterCount(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

bool IsUtf8(std::string_view text) {
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};  // that needs so many bytes
  while (!text.empty()) {
    const uint32_t lead = Byte(text, 0);
    const size_t size = CharacterSize(text[0]);
    if (size == 1 ? lead >= 0x80 : size > text.size()) return false;
    uint32_t character = size == 1 ? lead : lead & (0x7FU >> size);
    for (size_t i = 1; i < size; ++i) {
      if (!IsContinuation(text[i])) return false;
      character = character << 6 | (Byte(text, i) & 0x3F);
    }
    if (character < kSmallest[size] || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000))
      return false;
    if (lead >= 0xF8) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t three = Byte(bytes, i) << 16 | Byte(bytes, i + 1) << 8 | Byte(bytes, i + 2);
    for (int shift = 18; shift >= 0; shift -= 6) text += kAlphabet[three >> shift & 0x3F];
  }
  if (bytes.size() % 3 != 0)
    text.replace(text.size() - (3 - bytes.size() % 3), std::string::npos, 3 - bytes.size() % 3, '=');
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  if (text.ends_with('=')) {
    if (text.size() % 4 != 0) return std::nullopt;
    text.remove_suffix(text.ends_with("==") ? 2 : 1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int count = 0;  // of the bits that wait
  for (char c : text) {
    const int8_t six = kSixBits[static_cast<unsigned char>(c)];
    if (six < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(six);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return bytes;
}

}  // namespace gait::intrinsic
