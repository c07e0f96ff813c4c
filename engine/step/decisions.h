// What a state decided where its events do not say it: two rules of a Choice, or two Catchers, may lead to the same
// state. Nobody listens in most executions; `gait test` does, for its coverage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gait {

enum class Decision : uint8_t {
  kRule,     // of a Choice: the first that held
  kDefault,  // no rule held
  kRetrier,  // has the state tried again
  kCatcher,  // took the error
};

class Decisions {
 public:
  virtual ~Decisions() = default;
  // `place`: of the rule, Retrier or Catcher in its list; 0 of the Default. A worker's thread.
  virtual void Decided(std::string_view state, Decision decision, size_t place) = 0;
};

}  // namespace gait
