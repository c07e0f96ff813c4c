// Who is told of the events of every execution. Shared and locked; free as long as there are none.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/history/event.h"
#include "engine/step/execution_info.h"

namespace gait {

class Observers {
 public:
  using Observer = std::function<void(const ExecutionInfo&, const std::vector<HistoryEvent>&)>;

  void Add(Observer observer) {
    const std::lock_guard lock(mutex_);
    observers_.push_back(std::make_shared<const Observer>(std::move(observer)));
    any_.store(true, std::memory_order_release);
  }

  bool any() const { return any_.load(std::memory_order_acquire); }

  void Tell(const ExecutionInfo& info, const std::vector<HistoryEvent>& events) const {
    std::vector<std::shared_ptr<const Observer>> observers;
    {
      const std::lock_guard lock(mutex_);
      observers = observers_;
    }
    for (const auto& observer : observers) (*observer)(info, events);
  }

 private:
  std::atomic<bool> any_{false};
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Observer>> observers_;  // guarded by mutex_
};

}  // namespace gait
