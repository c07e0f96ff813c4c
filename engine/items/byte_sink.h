// Where the results of a Distributed Map go: an object that is written from its beginning to its end.
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/result.h"

namespace gait {

// One thread at a time. One that is destroyed before it is finished leaves nothing behind.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // What went wrong; nothing more is written then.
  virtual std::optional<WorkflowError> Write(std::string_view bytes) = 0;
  // All is there, in the place of what was there under this name before, and survives a crash.
  virtual std::optional<WorkflowError> Finish() = 0;
};

}  // namespace gait
