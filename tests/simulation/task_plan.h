// What comes of an attempt of a task. A pure function of the seed and of what the task is given, but for its token,
// which tells the state and the attempt: so the world, which answers, and the model, which expects, agree whatever
// happens in which order.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/json/value.h"

namespace gait::simulation {

struct TaskPlan {
  enum class Kind : uint8_t { kSucceeds, kFails, kNeverAnswers };
  Kind kind = Kind::kSucceeds;
  Value output;              // kSucceeds
  std::string error, cause;  // kFails
  Duration delay;            // until the answer; 0: at once, from within Integration::Start
  // Who holds a token:
  Duration heartbeat_every;  // 0: sends none
  int heartbeats = 0;        // so many, and then no more
  int answers = 1;           // says it so many times
};

TaskPlan PlanOf(uint64_t seed, const Value& given);

// Is the target declared idempotent?
inline bool IsIdempotent(std::string_view resource) {
  return resource.ends_with(":again") || resource.find(":sqs:") != std::string_view::npos;
}

}  // namespace gait::simulation
