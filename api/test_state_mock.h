// What a TestState request gives in the place of the world: the mocked result, and the context object. Both are checked
// before the state is run.
#pragma once

#include <optional>

#include "api/api_error.h"
#include "engine/base/result.h"
#include "integrations/service_models.h"

namespace gait {

// The mocked result, or the mocked error, of the state that `state` defines. REQUIRES: the request was checked, and so
// was the definition. `models` is asked for where the result is checked against a service's model.
std::variant<Result<Value>, ApiError> ReadMock(const Value& mock, const Value& state, ServiceModels& models);

// The context object in `text`, or why it can be none for the state that `state` defines.
std::variant<Value, ApiError> ReadContext(std::string_view text, const Value& state);

}  // namespace gait
