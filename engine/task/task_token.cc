#include "engine/task/task_token.h"

namespace gait {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kCharacters = 43;  // 256 bits, six a character

}  // namespace

std::string MakeTaskToken(Random& random) {
  std::string token;
  token.reserve(kCharacters);
  uint64_t bits = 0;
  int left = 0;
  for (size_t i = 0; i < kCharacters; ++i) {
    if (left < 6) {  // a fresh word each ten characters: the four bits that are left over are dropped
      bits = random.Next();
      left = 64;
    }
    token += kAlphabet[bits & 63];
    bits >>= 6;
    left -= 6;
  }
  return token;
}

bool IsTaskToken(std::string_view text) {
  return text.size() == kCharacters && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace gait
