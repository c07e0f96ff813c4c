#include "engine/base/thread_pool.h"

#include <system_error>
#include <utility>

namespace gait {

void ThreadPool::Run(std::function<void()> call) {
  bool notify = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    waiting_.push_back(std::move(call));
    notify = Wake();
  }
  if (notify) changed_.notify_one();
}

bool ThreadPool::Wake() {
  if (coming_ || waiting_.empty()) return false;
  if (idle_ > 0) return coming_ = true;
  if (threads_.size() == threads_max_) return false;
  try {
    threads_.emplace_back([this] { Work(); });
    coming_ = true;
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;  // otherwise those that are there will do
  }
  return false;
}

void ThreadPool::Stop() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(waiting_);
    threads.swap(threads_);
    changed_.notify_all();
  }
  dropped.clear();
  for (std::thread& thread : threads) thread.join();
}

void ThreadPool::Work() {
  std::unique_lock lock(mutex_);
  coming_ = false;
  while (!stopped_) {
    if (waiting_.empty()) {
      ++idle_;
      changed_.wait(lock, [this] { return stopped_ || coming_; });
      --idle_;
      coming_ = false;
      continue;
    }
    std::function<void()> call = std::move(waiting_.front());
    waiting_.pop_front();
    const bool notify = Wake();
    lock.unlock();
    if (notify) changed_.notify_one();
    call();
    call = nullptr;  // what it held goes while nobody has to wait for that
    lock.lock();
  }
}

}  // namespace gait
