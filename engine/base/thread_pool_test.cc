#include "engine/base/thread_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace gait {
namespace {

TEST_CASE("threads are started up to the limit, and used again") {
  ThreadPool pool(3);
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> threads;
  int running = 0, running_max = 0, done = 0;
  bool go = false;
  for (int i = 0; i < 10; ++i) {
    pool.Run([&] {
      std::unique_lock lock(mutex);
      threads.insert(std::this_thread::get_id());
      running_max = std::max(running_max, ++running);
      changed.notify_all();
      changed.wait(lock, [&] { return go; });
      --running;
      ++done;
      changed.notify_all();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return running == 3; });
  go = true;
  changed.notify_all();
  changed.wait(lock, [&] { return done == 10; });
  CHECK(running_max == 3);
  CHECK(threads.size() == 3);
}

TEST_CASE("one call after another needs one thread") {
  ThreadPool pool(8);
  std::set<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    std::promise<void> done;
    pool.Run([&] { done.set_value(); });
    done.get_future().get();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // it goes to sleep again
    pool.Run([&] { threads.insert(std::this_thread::get_id()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  pool.Stop();
  CHECK(threads.size() == 1);
}

TEST_CASE("stopping waits for what runs and drops what waits") {
  ThreadPool pool(1);
  std::promise<void> started, go;
  std::atomic<int> calls = 0;
  pool.Run([&] {
    started.set_value();
    go.get_future().get();
    ++calls;
  });
  started.get_future().get();
  const auto held = std::make_shared<int>(0);
  pool.Run([&calls, held] { ++calls; });
  std::thread stopper([&] { pool.Stop(); });
  while (held.use_count() > 1) std::this_thread::yield();  // Stop has dropped it
  go.set_value();
  stopper.join();
  CHECK(calls == 1);
  pool.Run([&] { ++calls; });
  CHECK(calls == 1);
}

}  // namespace
}  // namespace gait
