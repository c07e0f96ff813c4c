// The operations on activities, and those by which the holder of a task token answers.
#pragma once

#include "api/engine.h"

namespace gait {

ApiResult CreateActivity(EngineCore& engine, const Value& request);
ApiResult DescribeActivity(EngineCore& engine, const Value& request);
ApiResult ListActivities(EngineCore& engine, const Value& request);
ApiResult DeleteActivity(EngineCore& engine, const Value& request);
// Answers when there is a task, or after kActivityPoll without one.
void GetActivityTask(EngineCore& engine, const Value& request, Respond respond);

void SendTaskSuccess(EngineCore& engine, const Value& request, Respond respond);
void SendTaskFailure(EngineCore& engine, const Value& request, Respond respond);
void SendTaskHeartbeat(EngineCore& engine, const Value& request, Respond respond);

}  // namespace gait
