// Runs one state by the code that runs it in an execution, and keeps what it tells of itself. No history is stored.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/engine.h"
#include "engine/step/inspection.h"

namespace gait {

// What is to be run.
struct StateToTest {
  std::shared_ptr<const StateMachine> machine;  // keeps the next two alive
  const StateGraph* graph = nullptr;            // the States object that the state is of
  const State* state = nullptr;
  size_t retriers = 0;  // that it has

  Payload input;
  Value variables;               // an object
  std::string role_arn;          // "" if none was given
  std::optional<Value> context;  // in the place of the context object

  // What its task, its branches or its iterations bring; empty: they are run.
  std::optional<Result<Value>> mock;
  int64_t retries = 0;  // that its Retrier has taken before
  int64_t failed_iterations = 0;
  std::optional<std::string> item_reader_data;
  bool wants_exchange = false;  // with the target of an HTTP Task
};

// How it ended.
struct StateTestResult {
  std::string_view status;  // SUCCEEDED, FAILED, RETRIABLE or CAUGHT_ERROR
  std::optional<std::string> output;
  std::optional<std::string> error, cause;
  std::optional<std::string> next_state;
  std::optional<int64_t> retry_backoff_seconds;
  Value variables;  // after it: an object, or undefined if there are none
  std::array<Value, kInspectedCount> notes;
  Value request, response;  // of an HTTP Task; undefined if there were none

  const Value& note(Inspected what) const { return notes[static_cast<size_t>(what)]; }
};

// Calls `done` once, from any thread, also from within; not if the engine stops before.
void RunStateTest(EngineCore& engine, StateToTest test,
                  std::function<void(std::variant<StateTestResult, ApiError>)> done);

}  // namespace gait
