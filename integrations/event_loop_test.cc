#include "integrations/event_loop.h"

#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace gait {
namespace {

using Milliseconds = EventLoop::Milliseconds;

// Waits for all that was posted before.
void Sync(EventLoop& loop) {
  std::promise<void> done;
  loop.Post([&] { done.set_value(); });
  done.get_future().get();
}

TEST_CASE("calls come in order, on one thread") {
  EventLoop loop;
  std::string order;
  std::thread::id thread;
  for (char c : std::string("abcdef")) {
    loop.Post([&, c] {
      if (order.empty()) thread = std::this_thread::get_id();
      CHECK(thread == std::this_thread::get_id());
      order += c;
      if (c == 'f') loop.Post([&] { order += '!'; });
    });
  }
  Sync(loop);
  Sync(loop);
  CHECK(order == "abcdef!");
}

TEST_CASE("timers come when they are due, earliest first") {
  EventLoop loop;
  std::string order;
  std::promise<void> last;
  loop.Post([&] {
    loop.CallAfter(Milliseconds(30), [&] {
      order += 'c';
      last.set_value();
    });
    loop.CallAfter(Milliseconds(10), [&] { order += 'b'; });
    const EventLoop::Timer cancelled = loop.CallAfter(Milliseconds(15), [&] { order += 'x'; });
    loop.CallAfter(Milliseconds(0), [&, cancelled] {
      order += 'a';
      loop.Cancel(cancelled);
      loop.Cancel(cancelled);
    });
  });
  last.get_future().get();
  CHECK(order == "abc");
}

TEST_CASE("a descriptor is watched until it is not") {
  EventLoop loop;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  std::promise<void> unwatched;
  int calls = 0;
  loop.Post([&] {
    loop.Watch(ends[0], EPOLLIN, [&](uint32_t events) {
      CHECK((events & EPOLLIN) != 0);
      if (++calls < 3) return;  // level-triggered: it comes again
      loop.Unwatch(ends[0]);
      loop.Unwatch(ends[0]);
      unwatched.set_value();
    });
  });
  REQUIRE(write(ends[1], "x", 1) == 1);
  unwatched.get_future().get();
  Sync(loop);
  CHECK(calls == 3);
  loop.Stop();
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("an event for a descriptor that another handler has closed is dropped") {
  EventLoop loop;
  int a[2], b[2];
  REQUIRE(pipe(a) == 0);
  REQUIRE(pipe(b) == 0);
  int calls = 0;
  std::promise<void> called;
  const auto handler = [&](int mine, int other) {
    return [&, mine, other](uint32_t) {
      ++calls;
      loop.Unwatch(mine);
      loop.Unwatch(other);
      called.set_value();  // throws if it comes twice
    };
  };
  REQUIRE(write(a[1], "x", 1) == 1);
  REQUIRE(write(b[1], "x", 1) == 1);
  loop.Post([&] {
    loop.Watch(a[0], EPOLLIN, handler(a[0], b[0]));
    loop.Watch(b[0], EPOLLIN, handler(b[0], a[0]));
  });
  called.get_future().get();
  Sync(loop);
  CHECK(calls == 1);
  loop.Stop();
  for (int fd : {a[0], a[1], b[0], b[1]}) close(fd);
}

TEST_CASE("after Stop nothing is called") {
  std::atomic<int> calls = 0;
  EventLoop never_started;
  never_started.Stop();
  EventLoop loop;
  loop.Post(
      [&] { loop.CallAfter(Milliseconds(0), [&] { loop.CallAfter(Milliseconds(3'600'000), [&] { ++calls; }); }); });
  Sync(loop);
  loop.Stop();
  loop.Stop();
  loop.Post([&] { ++calls; });
  CHECK(calls == 0);
}

TEST_CASE("many threads post at once") {
  EventLoop loop;
  int calls = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) loop.Post([&] { ++calls; });
    });
  }
  for (std::thread& t : threads) t.join();
  Sync(loop);
  CHECK(calls == 4000);
}

}  // namespace
}  // namespace gait
