// A thread that waits for descriptors and deadlines and calls back when one is due. The HTTP client and the process
// runner have one each: what they have under way, however much it is, costs no thread of its own. The thread starts
// with the first Post, so that a program that never calls anything has none.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "integrations/unique_fd.h"

namespace gait {

class EventLoop {
 public:
  // Called with what epoll reports: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR.
  using Handler = std::function<void(uint32_t events)>;
  using Milliseconds = std::chrono::milliseconds;

  EventLoop() = default;
  ~EventLoop() { Stop(); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Calls `f` on the loop's thread; calls come in the order of the Posts. Any thread. After Stop, does nothing.
  // Throws EnvironmentError if the thread cannot be started.
  void Post(std::function<void()> f);

  // Ends the thread; what was posted and not called yet is dropped. On return nothing is called any more.
  // Not from the loop's own thread.
  void Stop();

  // The rest is for the loop's thread, and for any once Stop has returned.

  // Calls `handler` whenever one of `events` holds for `fd`, until Unwatch; again for the same descriptor: from now on
  // for these events, with this handler. Throws EnvironmentError if the system allows no more.
  void Watch(int fd, uint32_t events, Handler handler);
  // To be called before the descriptor is closed. Does nothing for one that is not watched.
  void Unwatch(int fd);

  // Names a call that is to come; for Cancel.
  using Timer = std::pair<std::chrono::steady_clock::time_point, uint64_t>;
  Timer CallAfter(Milliseconds delay, std::function<void()> f);
  // Does nothing for one that was called or cancelled.
  void Cancel(const Timer& timer) { timers_.erase(timer); }

 private:
  struct Watched {
    uint32_t serial;  // tells this watch from an earlier one of a descriptor with the same number
    std::shared_ptr<const Handler> handler;
  };

  void Start();
  void Run();
  bool CallPosted();
  void CallDue();
  int MillisecondsToNextTimer() const;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
  bool stopped_ = false;                       // guarded by mutex_
  std::thread thread_;                         // guarded by mutex_ until stopped_

  // Set by Start, constant after that.
  UniqueFd epoll_, wake_;

  // The loop's thread alone.
  std::unordered_map<int, Watched> watched_;
  std::map<Timer, std::function<void()>> timers_;
  uint32_t next_serial_ = 0;
  uint64_t next_timer_ = 0;
};

}  // namespace gait
