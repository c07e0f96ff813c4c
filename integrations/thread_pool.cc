#include "integrations/thread_pool.h"

#include <system_error>
#include <utility>

namespace gait {

void ThreadPool::Run(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  waiting_.push_back(std::move(call));
  if (idle_ < waiting_.size() && threads_.size() < threads_max_) {
    try {
      threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      if (threads_.empty()) throw;  // otherwise those that are there will do
    }
  }
  changed_.notify_one();
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
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
    --idle_;
    if (stopped_) return;
    std::function<void()> call = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    call();
    call = nullptr;  // what it held goes while nobody has to wait for that
    lock.lock();
  }
}

}  // namespace gait
