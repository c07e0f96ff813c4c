#include "integrations/local_function.h"

#include <cxxabi.h>

#include <atomic>
#include <cstdlib>
#include <typeinfo>

#include "integrations/lambda_answer.h"

namespace gait {
namespace {

// As it is written in a program: `std::out_of_range`, `orders::OutOfStock`.
std::string TypeName(const std::type_info& type) {
  int status = 0;
  char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string text = status == 0 ? name : type.name();
  std::free(name);
  return text;
}

}  // namespace

class FunctionResponder::Answer {
 public:
  explicit Answer(Done done) : done_(std::move(done)) {}
  ~Answer() {
    Give(true, FailurePayload("Function.NoAnswer", "The function has dropped its responder without an answer."));
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void Give(bool failed, std::string payload) {
    if (!given_.exchange(true)) std::exchange(done_, nullptr)(failed, std::move(payload));
  }

 private:
  std::atomic<bool> given_{false};
  Done done_;
};

FunctionResponder::FunctionResponder(Done done) : answer_(std::make_shared<Answer>(std::move(done))) {}
void FunctionResponder::Succeed(std::string output) const { answer_->Give(false, std::move(output)); }
void FunctionResponder::Fail(const std::string& error_type, const std::string& error_message) const {
  answer_->Give(true, FailurePayload(error_type, error_message));
}

void CallLocalFunction(const AsyncLocalFunction& function, FunctionCall call, const FunctionResponder& responder) {
  try {
    function(std::move(call), responder);
  } catch (const FunctionError& e) {
    responder.Fail(e.type(), e.what());
  } catch (const std::exception& e) {
    responder.Fail(TypeName(typeid(e)), e.what());
  } catch (...) {
    responder.Fail("unknown", "The function has thrown what is no std::exception.");
  }
}

}  // namespace gait
