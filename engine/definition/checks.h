// The checks that look at more than one state: StartAt, transitions, reachability, ends.
#pragma once

#include "engine/definition/state_reader.h"

namespace gait {

// The place of the state that StartAt names; reported and kNowhere if there is none.
int64_t ReadStartAt(const Value& object, const Place& place, const StateNames& names, Report& report);

// A transition to a state that is none of `known`.
void ReportDangling(std::string_view target, std::span<const std::string_view> known, const Place& place,
                    Report& report);

// States that no transition leads to, and, at the top, a machine that nothing ends.
void CheckTransitions(const StateGraph& graph, const Value& states, const Place& place, CompileContext& context);

}  // namespace gait
