// The way of an operation's answer back to who asked.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "api/api_error.h"

namespace gait {

// Answers an operation, once, from any thread.
class Respond {
 public:
  // `hung_up` becomes true when nobody waits for the answer any more; null: somebody always does.
  template <typename F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Respond>)
      Respond(F answer, std::shared_ptr<const std::atomic<bool>> hung_up = nullptr)  // NOLINT: any function answers
      : answer_(std::move(answer)), hung_up_(std::move(hung_up)) {}

  void operator()(ApiResult result) const { answer_(std::move(result)); }
  bool awaited() const { return hung_up_ == nullptr || !hung_up_->load(); }

 private:
  std::function<void(ApiResult)> answer_;
  std::shared_ptr<const std::atomic<bool>> hung_up_;
};

}  // namespace gait
