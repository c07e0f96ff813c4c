// Functions of the program that embeds the engine, in the place of Lambda functions.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace gait {

// What a function is told of its invocation.
struct FunctionCall {
  std::string payload;     // JSON
  std::string function;    // the name it was called by
  std::string request_id;  // another for every invocation
  std::string execution_arn;
  std::string state_name;
  std::string idempotency_key;  // the same for every delivery of one attempt
  int attempt = 0;              // 0 for the first
  std::string task_token;       // "" unless the task is to be answered by it
};

// Thrown by a function to fail with an error name of its own choice. Any other exception has the name of its type.
class FunctionError : public std::runtime_error {
 public:
  FunctionError(std::string type, const std::string& message) : std::runtime_error(message), type_(std::move(type)) {}
  const std::string& type() const { return type_; }

 private:
  std::string type_;
};

// Returns the output as JSON text; may block. Called on a thread of the integration's.
using LocalFunction = std::function<std::string(const FunctionCall&)>;

// Answers one invocation, from any thread; the first answer counts. Copies answer the same invocation. If the last of
// them goes without an answer, the invocation fails.
class FunctionResponder {
 public:
  // Of a function that failed, `payload` is Lambda's: an object with errorType and errorMessage.
  using Done = std::function<void(bool failed, std::string payload)>;
  explicit FunctionResponder(Done done);

  void Succeed(std::string output) const;  // JSON text
  void Fail(const std::string& error_type, const std::string& error_message) const;

 private:
  class Answer;
  std::shared_ptr<Answer> answer_;
};

// Begins the work and returns; answers when it is done. May throw as well. Called on a thread of the integration's.
using AsyncLocalFunction = std::function<void(FunctionCall, FunctionResponder)>;

// Calls the function; if it throws, the exception is its answer.
void CallLocalFunction(const AsyncLocalFunction& function, FunctionCall call, const FunctionResponder& responder);

}  // namespace gait
