// The operations on tags, of state machines and activities.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html
#pragma once

#include "api/engine.h"

namespace gait {

ApiResult TagResource(EngineCore& engine, const Value& request);
ApiResult UntagResource(EngineCore& engine, const Value& request);
ApiResult ListTagsForResource(EngineCore& engine, const Value& request);

// The request's `tags` as they are stored for a new resource, or TooManyTags.
std::variant<std::string, ApiError> ReadTags(const Value& request);

}  // namespace gait
