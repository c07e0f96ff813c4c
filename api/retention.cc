#include "api/retention.h"

#include <chrono>

#include "engine/base/check.h"

namespace gait {
namespace {

// So few at a time that a commit does not wait long for them, and with time for others between.
constexpr size_t kAtATime = 100;
constexpr std::chrono::milliseconds kBetween{20};
constexpr std::chrono::hours kPeriod{1};

}  // namespace

Retention::Retention(Store& store, const Clock& clock, Duration kept, std::function<void(const std::string&)> log)
    : store_(store), clock_(clock), kept_(kept), log_(std::move(log)), thread_([this] { Loop(); }) {}

Retention::~Retention() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Retention::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    size_t removed = 0;
    try {
      const Timestamp now = clock_.Now();
      removed = store_.RemoveClosed({now.ms - kept_.ms}, now, kAtATime);
    } catch (const EnvironmentError& e) {
      log_(std::string("old histories cannot be removed: ") + e.what());
    }
    lock.lock();
    const std::chrono::milliseconds pause = removed == 0 ? kPeriod : kBetween;
    changed_.wait_for(lock, pause, [&] { return stopping_; });
  }
}

}  // namespace gait
