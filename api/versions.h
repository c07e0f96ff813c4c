// The operations on versions: revisions under numbers that always mean them.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
#pragma once

#include "api/engine.h"

namespace gait {

ApiResult PublishStateMachineVersion(EngineCore& engine, const Value& request);
ApiResult ListStateMachineVersions(EngineCore& engine, const Value& request);
ApiResult DeleteStateMachineVersion(EngineCore& engine, const Value& request);

// The version of the machine's current revision: the one that there is, or else a new one. REQUIRES: the engine's
// `changes` are held.
std::variant<VersionRecord, ApiError> PublishCurrent(EngineCore& engine, const StateMachineRecord& machine,
                                                     std::string description);

}  // namespace gait
