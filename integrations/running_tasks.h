// Which tasks of an integration are under way, and how each is given up. Shared with the callbacks that end them, which
// may come when the integration is gone.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "engine/task/integration.h"

namespace gait {

class RunningTasks {
 public:
  // While it lives, the listener is being told; Close waits for that.
  class Delivery {
   public:
    explicit Delivery(RunningTasks* tasks) : tasks_(tasks) {}
    Delivery(Delivery&& other) noexcept : tasks_(std::exchange(other.tasks_, nullptr)) {}
    Delivery& operator=(Delivery&&) = delete;
    ~Delivery() {
      if (tasks_ != nullptr) tasks_->Delivered();
    }
    explicit operator bool() const { return tasks_ != nullptr; }

   private:
    RunningTasks* tasks_;
  };

  // `begin` starts the task's work and returns how that is given up. It is called under the lock, so that an End on
  // another thread finds the task; it must not end it itself. After Close, does nothing.
  template <typename F>
  void Begin(const TaskId& id, F begin) {
    const std::lock_guard lock(mutex_);
    if (!closed_) give_up_.insert_or_assign(Key(id), begin());
  }

  // The work has ended. If the Delivery is true, somebody still waits for the result, and the caller tells them.
  Delivery End(const TaskId& id) {
    const std::lock_guard lock(mutex_);
    if (give_up_.erase(Key(id)) == 0) return Delivery(nullptr);
    ++delivering_;
    return Delivery(this);
  }

  // Nobody waits any more.
  void Stop(const TaskId& id) {
    std::function<void()> give_up;
    {
      const std::lock_guard lock(mutex_);
      const auto it = give_up_.find(Key(id));
      if (it == give_up_.end()) return;
      give_up = std::move(it->second);
      give_up_.erase(it);
    }
    give_up();
  }

  // Gives up all tasks. On return no listener is being told anything. Not from within a Delivery.
  void Close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    const auto all = std::exchange(give_up_, {});
    lock.unlock();
    for (const auto& [key, give_up] : all) give_up();
    lock.lock();
    delivered_.wait(lock, [this] { return delivering_ == 0; });
  }

 private:
  using TaskKey = std::pair<int64_t, int64_t>;
  static TaskKey Key(const TaskId& id) { return {id.execution, id.scheduled_event}; }

  void Delivered() {
    const std::lock_guard lock(mutex_);
    --delivering_;
    delivered_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable delivered_;
  std::map<TaskKey, std::function<void()>> give_up_;  // guarded by mutex_
  int delivering_ = 0;                                // guarded by mutex_
  bool closed_ = false;                               // guarded by mutex_
};

}  // namespace gait
