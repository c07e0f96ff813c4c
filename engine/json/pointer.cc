#include "engine/json/pointer.h"

#include <algorithm>
#include <charconv>

namespace gait {

std::string EscapePointerToken(std::string_view token) {
  std::string out;
  for (char c : token) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::vector<std::string> SplitPointer(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] == '~' && i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      tokens.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      tokens.back() += pointer[i];
    }
  }
  return tokens;
}

const Value* ResolvePointer(const Value& root, std::string_view pointer) {
  const Value* at = &root;
  for (const std::string& token : SplitPointer(pointer)) {
    if (at->is_object()) {
      at = at->Find(token);
      if (at == nullptr) return nullptr;
    } else {
      size_t index = 0;
      const char* end = token.data() + token.size();
      const auto read = std::from_chars(token.data(), end, index);
      const bool canonical = read.ec == std::errc() && read.ptr == end && (token[0] != '0' || token.size() == 1);
      if (!canonical || index >= at->items().size()) return nullptr;
      at = &at->items()[index];
    }
  }
  return at;
}

std::vector<const Place::Step*> Place::Steps() const {
  std::vector<const Step*> steps;
  for (const Step* step = last_.get(); step != nullptr; step = step->before.get()) steps.push_back(step);
  std::reverse(steps.begin(), steps.end());
  return steps;
}

std::string Place::pointer() const {
  std::string text;
  for (const Step* step : Steps()) {
    text.append("/").append(step->is_index ? std::to_string(step->index) : EscapePointerToken(step->key));
  }
  return text;
}

std::string Place::location() const {
  std::string text;
  for (const Step* step : Steps()) {
    if (step->is_index) {
      text.append("[").append(std::to_string(step->index)).append("]");
    } else {
      text.append("/").append(step->key);
    }
  }
  return text;
}

}  // namespace gait
