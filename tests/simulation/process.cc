#include "tests/simulation/process.h"

#include <algorithm>

#include "tests/simulation/task_plan.h"

namespace gait::simulation {
namespace {

// One of many, taken out; the order of the others does not matter.
template <typename T>
T Take(std::vector<T>& from, size_t i) {
  std::swap(from[i], from.back());
  T taken = std::move(from.back());
  from.pop_back();
  return taken;
}

// The world's, which goes on when the process ends.
class WorldClock : public Clock {
 public:
  explicit WorldClock(const VirtualClock& clock) : clock_(clock) {}
  Timestamp Now() const override { return clock_.Now(); }

 private:
  const VirtualClock& clock_;
};

}  // namespace

Process::Process(MemoryStore& disk, const VirtualClock& clock, Random& choice, SimulatedStore::Fate fate,
                 Options options)
    : clock_(clock), choice_(choice), options_(std::move(options)) {
  Surroundings surroundings;
  auto store = std::make_unique<SimulatedStore>(disk, std::move(fate));
  if (options_.acknowledges_early) store->AcknowledgeEarly([this] { return choice_.Below(6) == 0; });
  if (options_.loses_stored_timers) store->LoseTimers([this] { return choice_.Below(10) == 0; });
  if (options_.stores_cursors_first) store->StoreCursorsFirst([this] { return choice_.Below(8) == 0; });
  if (options_.redrives_succeeded) store->MixUpChildren();
  store_ = store.get();
  surroundings.store = std::move(store);
  surroundings.clock = std::make_unique<WorldClock>(clock);
  surroundings.random =
      std::make_unique<SeededRandom>(options_.seed + static_cast<uint64_t>(options_.generation) * 1'000'003);
  surroundings.runner.executor = this;
  surroundings.runner.resident_max = options_.resident_max;
  surroundings.runner.timers_ahead = options_.timers_ahead;
  surroundings.runner.far_executions_max = options_.far_executions_max;
  surroundings.runner.open_items = options_.open_items;
  surroundings.runner.open_object = options_.open_object;
  surroundings.runner.integration_of = [this](const TaskResource& resource) {
    return resource.service == "states" ? nullptr : this;  // nested executions are the engine's own
  };
  EngineOptions engine;
  engine.resume = false;  // the world does what EngineCore::Start does, and other things between
  engine.log = [this](std::string_view line) { options_.log(*this, std::string(line)); };
  core_ = std::make_unique<EngineCore>(std::move(engine), std::move(surroundings));
}

Process::~Process() {
  turns_.clear();
  writes_.clear();
  timers_.clear();
  core_.reset();
}

void Process::At(const TimerKey& timer, Job callback) {
  if (options_.loses_timers && choice_.Below(10) == 0) return;
  if (std::any_of(timers_.begin(), timers_.end(), [&](const Timer& t) { return t.key == timer; })) return;
  timers_.push_back({timer, std::move(callback)});
}

void Process::Cancel(const TimerKey& timer) {
  std::erase_if(timers_, [&](const Timer& t) { return t.key == timer; });
}

bool Process::IsIdempotent(const TaskRequest& request) const { return simulation::IsIdempotent(request.resource.arn); }

size_t Process::Ready() const {
  const auto due =
      std::count_if(timers_.begin(), timers_.end(), [&](const Timer& t) { return t.key.due_at <= clock_.Now(); });
  return turns_.size() + writes_.size() + static_cast<size_t>(due);
}

void Process::Do(size_t number) {
  if (number < turns_.size()) return Take(turns_, number)();
  number -= turns_.size();
  if (number < writes_.size()) return Take(writes_, number)();
  number -= writes_.size();
  for (size_t i = 0; i < timers_.size(); ++i) {
    if (timers_[i].key.due_at <= clock_.Now() && number-- == 0) return Take(timers_, i).callback();
  }
}

void Process::DoTurn() {
  if (!turns_.empty()) Take(turns_, choice_.Below(turns_.size()))();
}

bool Process::HasTimer(int64_t execution, Timestamp from, Timestamp to) {
  const auto within = [&](Timestamp t) { return t >= from && t <= to; };
  if (std::any_of(timers_.begin(), timers_.end(), [&](const Timer& t) { return within(t.key.due_at); })) return true;
  const auto next = NextTimer();
  const std::vector<TimerRecord> stored = store_->stored_timers();
  return std::any_of(stored.begin(), stored.end(), [&](const TimerRecord& t) {
    return t.execution_id == execution && within(t.key.due_at) && next && *next <= t.key.due_at;
  });
}

std::optional<Timestamp> Process::NextTimer() const {
  std::optional<Timestamp> next;
  for (const Timer& t : timers_) {
    if (!next || t.key.due_at < *next) next = t.key.due_at;
  }
  return next;
}

}  // namespace gait::simulation
