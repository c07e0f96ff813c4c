// How an operation of the API fails: the code and the message that an SDK makes an exception of.
// https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/json/value.h"

namespace gait {

struct ApiError {
  std::string code;         // "StateMachineDoesNotExist"
  std::string message;      // for people; AWS's sentence where one is known
  int status = 400;         // of the HTTP answer
  std::string reason = {};  // of a ValidationException: its member of this name; "": it has none
};

// What an operation answers: the members of its response, or an error.
using ApiResult = std::variant<Value, ApiError>;

inline ApiError InvalidArn(std::string_view what) { return {"InvalidArn", "Invalid Arn: '" + std::string(what) + "'"}; }
inline ApiError StateMachineDoesNotExist(std::string_view arn) {
  return {"StateMachineDoesNotExist", "State Machine Does Not Exist: '" + std::string(arn) + "'"};
}
inline ApiError StateMachineDeleting(std::string_view arn) {
  return {"StateMachineDeleting", "State Machine is being deleted: '" + std::string(arn) + "'"};
}
inline ApiError ResourceNotFound(std::string_view arn) {
  return {"ResourceNotFound", "Resource not found: '" + std::string(arn) + "'"};
}
inline ApiError ExecutionDoesNotExist(std::string_view arn) {
  return {"ExecutionDoesNotExist", "Execution Does Not Exist: '" + std::string(arn) + "'"};
}
// Nothing can be promised any more.
inline ApiError CannotStore() {
  return {"ServiceUnavailable", "gait stopped: its database cannot be written, or it has a bug; the log says which",
          503};
}

inline ApiError Stopped() { return {"ServiceUnavailable", "The engine was stopped", 503}; }

}  // namespace gait
