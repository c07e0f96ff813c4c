#include "integrations/event_loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <system_error>

#include "engine/base/check.h"

namespace gait {
namespace {

// What stands in epoll_event's data: the descriptor and the serial number of its watch. The wake-up has no serial.
uint64_t KeyOf(int fd, uint32_t serial) { return static_cast<uint64_t>(serial) << 32 | static_cast<uint32_t>(fd); }
constexpr uint32_t kWakeSerial = 0;

}  // namespace

void EventLoop::Post(std::function<void()> f) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  if (!thread_.joinable()) Start();
  posted_.push_back(std::move(f));
  if (posted_.size() > 1) return;  // who posted the first has woken the loop
  const uint64_t one = 1;
  if (write(wake_.get(), &one, sizeof one) < 0) GAIT_CHECK(errno == EAGAIN, "an eventfd cannot be written");
}

void EventLoop::Start() {
  epoll_ = UniqueFd(epoll_create1(EPOLL_CLOEXEC));
  wake_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event = {EPOLLIN, {.u64 = KeyOf(wake_.get(), kWakeSerial)}};
  if (!epoll_ || !wake_ || epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    throw EnvironmentError(std::string("cannot wait for tasks: ") + std::strerror(errno));
  }
  // The thread takes no signal: the handlers of the program around run on its own threads, and a write to a pipe or
  // socket whose reader is gone fails with EPIPE instead of ending the process. It begins with the mask of the one that
  // starts it.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::string failure;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error& e) {
    failure = e.what();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!failure.empty()) throw EnvironmentError("cannot start a thread: " + failure);
}

void EventLoop::Stop() {
  std::vector<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(posted_);
    if (!thread_.joinable()) return;
    const uint64_t one = 1;
    if (write(wake_.get(), &one, sizeof one) < 0) GAIT_CHECK(errno == EAGAIN, "an eventfd cannot be written");
  }
  thread_.join();
}

void EventLoop::Watch(int fd, uint32_t events, Handler handler) {
  if (++next_serial_ == kWakeSerial) ++next_serial_;  // it wraps around
  const uint32_t serial = next_serial_;
  epoll_event event = {events, {.u64 = KeyOf(fd, serial)}};
  const bool known =
      !watched_.insert_or_assign(fd, Watched{serial, std::make_shared<const Handler>(std::move(handler))}).second;
  // One that was closed without an Unwatch has left the set by itself, and its number may be another's now.
  if (known && epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return;
  watched_.erase(fd);
  throw EnvironmentError(std::string("cannot wait for a descriptor: ") + std::strerror(errno));
}

void EventLoop::Unwatch(int fd) {
  if (watched_.erase(fd) == 0) return;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);  // fails for one that was closed, which has left the set
}

EventLoop::Timer EventLoop::CallAfter(Milliseconds delay, std::function<void()> f) {
  const Timer timer(std::chrono::steady_clock::now() + delay, ++next_timer_);
  timers_.emplace(timer, std::move(f));
  return timer;
}

void EventLoop::Run() {
  epoll_event ready[64];
  while (CallPosted()) {
    const int n = epoll_wait(epoll_.get(), ready, std::size(ready), MillisecondsToNextTimer());
    GAIT_CHECK(n >= 0 || errno == EINTR, "epoll_wait failed");
    for (int i = 0; i < n; ++i) {
      const int fd = static_cast<int>(ready[i].data.u64 & UINT32_MAX);
      const auto serial = static_cast<uint32_t>(ready[i].data.u64 >> 32);
      if (serial == kWakeSerial) {
        uint64_t count;
        if (read(fd, &count, sizeof count) < 0) continue;
      } else if (const auto it = watched_.find(fd); it != watched_.end() && it->second.serial == serial) {
        // Not for one that an earlier handler of this round has unwatched. The handler may unwatch itself: keep it
        // alive.
        const auto handler = it->second.handler;
        (*handler)(ready[i].events);
      }
    }
    CallDue();
  }
}

// False: the loop is to end.
bool EventLoop::CallPosted() {
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    calls.swap(posted_);
  }
  for (const auto& call : calls) call();
  return true;
}

void EventLoop::CallDue() {
  const auto now = std::chrono::steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const auto call = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    call();
  }
}

int EventLoop::MillisecondsToNextTimer() const {
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<Milliseconds>(timers_.begin()->first.first - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, INT_MAX));
}

}  // namespace gait
