// Which ways through a definition executions took: what coverage is counted from. States are told by their names, which
// are unique in a machine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace gait {

struct Taken {
  using ByPlace = std::map<std::pair<std::string, size_t>, int64_t>;  // by the state and the place in its list

  std::map<std::string, int64_t, std::less<>> entered;   // states
  std::map<std::string, int64_t, std::less<>> left;      // by Next, Default, End, a rule or a Catcher
  std::map<std::string, int64_t, std::less<>> defaults;  // of Choices
  ByPlace rules, catchers, retriers;

  void Add(const Taken& other);
};

}  // namespace gait
