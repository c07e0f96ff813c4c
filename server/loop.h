// A thread that serves connections, and all that belongs to it alone: its connections are touched by no other thread,
// so they need neither locks nor strands.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "api/gait.hpp"
#include "engine/base/random.h"

namespace gait {

class Session;

// The way back from the engine's threads. An answer may come when the loop is gone: it is then dropped, here.
class Answers {
 public:
  explicit Answers(boost::asio::io_context& context) : context_(&context) {}

  // Gives the answer to the session's request of that number, on the loop's thread: at once, if this is it. Any thread.
  void Give(std::weak_ptr<Session> session, uint64_t request, OperationAnswer answer);
  // The thread that calls is the loop's.
  void Begin() { thread_ = std::this_thread::get_id(); }
  void Shut();

 private:
  struct Waiting {
    std::weak_ptr<Session> session;
    uint64_t request = 0;
    OperationAnswer answer;
  };
  void Deliver();

  std::atomic<std::thread::id> thread_{};
  std::mutex mutex_;
  boost::asio::io_context* context_;  // guarded by mutex_; null: shut
  std::vector<Waiting> waiting_;      // guarded by mutex_
  std::vector<Waiting> delivering_;   // of the loop's thread
};

struct Loop {
  explicit Loop(uint64_t seed) : ids(seed) {}
  ~Loop() { answers->Shut(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context context{1};
  boost::asio::steady_timer tick{context};
  const std::shared_ptr<Answers> answers = std::make_shared<Answers>(context);
  std::unordered_set<std::shared_ptr<Session>> sessions;  // those whose connection is open
  SeededRandom ids;                                       // for request ids
  bool draining = false;                                  // answers what it has, and takes no more

  // "Sun, 06 Nov 1994 08:49:37 GMT": the same text for a second.
  const std::string& Date();

 private:
  std::time_t date_of_ = 0;
  std::string date_;
};

}  // namespace gait
