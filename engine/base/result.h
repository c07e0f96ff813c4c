// A value, or a workflow error: data that flows through Retry and Catch, never an exception.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace gait {

// What a failed state reports (States Language, "Errors"). A Fail state may leave out either part, and a time-out has
// no cause; both are then absent from the history, and `Cause` is "" in what a Catcher receives.
struct WorkflowError {
  std::optional<std::string> error;  // an error name: `States.Timeout`, or one of the user's
  std::optional<std::string> cause;  // text for people
  std::string location = {};         // of the field whose JSONata failed: "Output/total"; "" for other errors

  bool operator==(const WorkflowError&) const = default;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : rep_(std::move(value)) {}              // NOLINT(google-explicit-constructor)
  Result(WorkflowError error) : rep_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return rep_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  const T& value() const& { return std::get<0>(rep_); }
  T&& value() && { return std::get<0>(std::move(rep_)); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(rep_)); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok().
  const WorkflowError& error() const& { return std::get<1>(rep_); }
  WorkflowError&& error() && { return std::get<1>(std::move(rep_)); }

 private:
  std::variant<T, WorkflowError> rep_;
};

}  // namespace gait
