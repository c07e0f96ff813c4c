// The operations on Map Runs: the runs of Distributed Maps.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
#pragma once

#include "api/engine.h"

namespace gait {

ApiResult DescribeMapRun(EngineCore& engine, const Value& request);
ApiResult ListMapRuns(EngineCore& engine, const Value& request);
void UpdateMapRun(EngineCore& engine, const Value& request, Respond respond);

// The Map Run that an ARN names, or the error that says why there is none.
std::variant<MapRunRecord, ApiError> FindMapRun(EngineCore& engine, std::string_view arn);

}  // namespace gait
