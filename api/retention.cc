#include "api/retention.h"

#include <chrono>
#include <exception>

namespace gait {
namespace {

// So few at a time that a commit does not wait long for them, and with time for others between.
constexpr size_t kAtATime = 100;
constexpr std::chrono::milliseconds kBetween{20};
constexpr std::chrono::hours kPeriod{1};

}  // namespace

Retention::Retention(Store& store, const Clock& clock, Duration kept, RedrivesUnderWay& redrives,
                     std::function<void(const std::string&)> log)
    : store_(store), clock_(clock), kept_(kept), redrives_(redrives), log_(std::move(log)), thread_([this] {
        Loop();
      }) {}

Retention::~Retention() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool Retention::RemoveSome() try {
  // A redrive reads the history that it goes on with before it is the store's that it runs.
  const std::lock_guard lock(redrives_.mutex);
  if (!redrives_.by_execution.empty()) return true;
  const Timestamp now = clock_.Now();
  return store_.RemoveClosed({now.ms - kept_.ms}, now, kAtATime) > 0;
} catch (const std::exception& e) {
  log_(std::string("old histories cannot be removed: ") + e.what());
  return false;
}

void Retention::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool more = RemoveSome();
    lock.lock();
    const std::chrono::milliseconds pause = more ? kBetween : kPeriod;
    changed_.wait_for(lock, pause, [&] { return stopping_; });
  }
}

}  // namespace gait
