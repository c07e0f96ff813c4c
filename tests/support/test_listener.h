// A task listener that remembers what it was told, for tests.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "engine/base/result.h"
#include "engine/json/value.h"
#include "engine/task/integration.h"

namespace gait {

class TestListener : public TaskListener {
 public:
  enum class End { kNone, kSucceeded, kFailed, kSubmitted };

  void Succeeded(Value output) override { Note(End::kSucceeded, std::move(output), {}); }
  void Failed(WorkflowError error) override { Note(End::kFailed, Value(), std::move(error)); }
  void Submitted(Value output) override { Note(End::kSubmitted, std::move(output), {}); }

  // Waits until it was told something.
  End Await() {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [this] { return end_ != End::kNone; });
    return end_;
  }
  // What it was told until now.
  End end() const {
    const std::lock_guard lock(mutex_);
    return end_;
  }
  int calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  // After Await.
  const Value& output() const { return output_; }
  const WorkflowError& error() const { return error_; }

 private:
  void Note(End end, Value output, WorkflowError error) {
    const std::lock_guard lock(mutex_);
    if (calls_++ > 0) return;
    end_ = end;
    output_ = std::move(output);
    error_ = std::move(error);
    told_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable told_;
  End end_ = End::kNone;
  int calls_ = 0;
  Value output_;
  WorkflowError error_;
};

}  // namespace gait
