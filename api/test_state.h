// The operation TestState: runs one state, with what it would have others do done or mocked, and shows what became of
// its data. For people: docs/test-state.md
#pragma once

#include "api/engine.h"

namespace gait {

// Answers when the state has ended, after five minutes at the most. REQUIRES: the request was checked.
void TestState(EngineCore& engine, const Value& request, Respond respond);

}  // namespace gait
