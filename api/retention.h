// Removes, in the background, the histories of executions that closed long ago.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "api/redrive.h"
#include "engine/run/clock.h"
#include "engine/store/store.h"

namespace gait {

class Retention {
 public:
  // `kept` after its end a history is removed, within an hour; not while a redrive is about to go on with one. All
  // outlive this.
  Retention(Store& store, const Clock& clock, Duration kept, RedrivesUnderWay& redrives,
            std::function<void(const std::string&)> log);
  ~Retention();

 private:
  void Loop();
  // Whether there may be more.
  bool RemoveSome();

  Store& store_;
  const Clock& clock_;
  const Duration kept_;
  RedrivesUnderWay& redrives_;
  const std::function<void(const std::string&)> log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace gait
