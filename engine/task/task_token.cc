#include "engine/task/task_token.h"

#include <algorithm>
#include <array>

#include "engine/base/sha256.h"

namespace gait {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The task, and 256 random bits.
constexpr size_t kWords = 6;
constexpr size_t kBytes = 8 * kWords;
constexpr size_t kCharacters = kBytes / 3 * 4;

uint64_t WordAt(const std::array<uint8_t, kBytes>& bytes, size_t at) {
  uint64_t word = 0;
  for (size_t i = 0; i < 8; ++i) word = word << 8 | bytes[at + i];
  return word;
}

}  // namespace

std::string MakeTaskToken(const TaskId& task, Random& random) {
  std::array<uint8_t, kBytes> bytes;
  for (size_t word = 0; word < kWords; ++word) {
    uint64_t value = word == 0   ? static_cast<uint64_t>(task.execution)
                     : word == 1 ? static_cast<uint64_t>(task.scheduled_event)
                                 : random.Next();
    for (size_t i = 8; i-- > 0; value >>= 8) bytes[word * 8 + i] = static_cast<uint8_t>(value);
  }
  std::string token;
  token.reserve(kCharacters);
  for (size_t i = 0; i < kBytes; i += 3) {
    const unsigned three = bytes[i] << 16U | bytes[i + 1] << 8U | bytes[i + 2];
    for (const int shift : {18, 12, 6, 0}) token += kAlphabet[three >> shift & 63];
  }
  return token;
}

std::optional<TaskToken> ReadTaskToken(std::string_view text) {
  if (text.size() != kCharacters) return std::nullopt;
  std::array<uint8_t, kBytes> bytes;
  for (size_t i = 0, at = 0; i < kCharacters; i += 4, at += 3) {
    size_t three = 0;
    for (const char c : text.substr(i, 4)) {
      const size_t digit = kAlphabet.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      three = three << 6 | digit;
    }
    for (const int shift : {16, 8, 0})
      bytes[at + 2 - static_cast<size_t>(shift) / 8] = static_cast<uint8_t>(three >> shift);
  }
  const TaskId task{static_cast<int64_t>(WordAt(bytes, 0)), static_cast<int64_t>(WordAt(bytes, 8))};
  return TaskToken{task, HashOfTaskToken(text)};
}

std::string FindTaskToken(std::string_view text, std::string_view hash) {
  for (size_t begin = 0; (begin = text.find_first_of(kAlphabet, begin)) != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_not_of(kAlphabet, begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (word.size() == kCharacters && HashOfTaskToken(word) == hash) return std::string(word);
    begin = end;
  }
  return "";
}

std::string HashOfTaskToken(std::string_view text) { return Sha256Hex(text); }

}  // namespace gait
