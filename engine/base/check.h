// GAIT_CHECK and the two exceptions of the third kind of error: a bug, or a broken environment.
// What a user sends never ends here: that is a Diagnostic or an ApiError (engine/base/diagnostic.h, api/api_error.h).
#pragma once

#include <stdexcept>
#include <string>

namespace gait {

// An assumption of the program itself does not hold. Caught in the worker loop, the request loop and main; reported
// once.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// The disk is full, the file is locked by another process, a descriptor cannot be had. The message names the thing and
// what the system said.
class EnvironmentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] void FailCheck(const char* condition, const char* file, int line, const std::string& message);

}  // namespace gait

// Stays on in release builds: the conditions are cheap and a wrong history is worse than a stopped execution.
#define GAIT_CHECK(condition, message) \
  (static_cast<bool>(condition) ? void(0) : ::gait::FailCheck(#condition, __FILE__, __LINE__, (message)))
