// The names of variables, as small numbers: frames compare those.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gait::jsonata {

class Names {
 public:
  // What `$`, the context, and `$$`, the root, are looked up by; the item that a tuple is about.
  static constexpr int kContext = 0, kRoot = 1, kItem = 2;

  Names() {
    for (const char* name : {"", "$", "@"}) IdOf(name);
  }

  int IdOf(std::string_view name) {
    for (size_t i = 0; i < texts_.size(); ++i) {  // an expression has few
      if (texts_[i] == name) return static_cast<int>(i);
    }
    texts_.emplace_back(name);
    return static_cast<int>(texts_.size()) - 1;
  }
  const std::string& TextOf(int id) const { return texts_[static_cast<size_t>(id)]; }
  size_t size() const { return texts_.size(); }

 private:
  std::vector<std::string> texts_;
};

}  // namespace gait::jsonata
