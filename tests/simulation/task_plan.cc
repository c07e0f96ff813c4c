#include "tests/simulation/task_plan.h"

#include "engine/base/random.h"
#include "engine/json/write.h"

namespace gait::simulation {
namespace {

uint64_t Hash(uint64_t seed, std::string_view text) {  // FNV-1a
  uint64_t hash = 14695981039346656037U ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace

TaskPlan PlanOf(uint64_t seed, const Value& given) {
  ObjectBuilder told;
  for (const Member& m : given.members()) {
    if (m.name() != "token") told.Add(m.key, m.value);
  }
  const Value parameters = told.Build();
  SeededRandom random(Hash(seed, ToJson(parameters)));
  TaskPlan plan;
  const uint64_t what = random.Below(10);
  const auto number = static_cast<int64_t>(random.Below(6));
  if (what < 6) {
    plan.output = Value::Object({{"out", Value::Int(number)}, {"of", parameters}});
  } else if (what < 9) {
    plan.kind = TaskPlan::Kind::kFails;
    plan.error = random.Below(2) == 0 ? "Busy" : "Broken";
    plan.cause = "number " + std::to_string(number);
  } else {
    plan.kind = TaskPlan::Kind::kNeverAnswers;
  }
  if (random.Below(3) != 0) plan.delay = Duration::Milliseconds(static_cast<int64_t>(random.Below(9000)));
  if (random.Below(2) == 0)
    plan.heartbeat_every = Duration::Milliseconds(500 + static_cast<int64_t>(random.Below(4000)));
  plan.heartbeats = 1 + static_cast<int>(random.Below(8));
  plan.answers = 1 + static_cast<int>(random.Below(3));
  return plan;
}

}  // namespace gait::simulation
