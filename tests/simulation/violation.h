// What a simulation finds.
#pragma once

#include <string>

namespace gait::simulation {

// An invariant does not hold. Thrown, also through the engine, which is not asked to go on after that: no
// std::exception, for those it catches.
struct Violation {
  std::string invariant;  // "I4 a token is good once"
  std::string what;
};

// The invariants of the engine, and what they are called in reports.
inline constexpr const char* kAcknowledged = "I1 what was acknowledged is not lost";
inline constexpr const char* kDense = "I2 ids are dense, and one event ends the execution";
inline constexpr const char* kOneResult = "I3 an attempt has one result";
inline constexpr const char* kTokenOnce = "I4 a task token is good once";
inline constexpr const char* kNeverEarly = "I5 no timer is early";
inline constexpr const char* kNoTimerLost = "I5 no timer is lost";
inline constexpr const char* kConcurrency = "I6 MaxConcurrency is kept";
inline constexpr const char* kUniqueNames = "I7 names are unique";
inline constexpr const char* kFenced = "I8 who lost the store writes and acknowledges nothing";
inline constexpr const char* kTolerance = "I9 tolerated failures are counted right";
inline constexpr const char* kRedrive = "I10 a redrive runs nothing again that was left";
inline constexpr const char* kJournalFirst = "journal before effect";
inline constexpr const char* kOnceOnly = "a task that is not idempotent is given out once";
inline constexpr const char* kRunsEnd = "a map run ends with its Map";
inline constexpr const char* kCursor = "a map run's cursor is where its children are";
inline constexpr const char* kResults = "a manifest names each child once, as it ended";
inline constexpr const char* kExpressGone = "EXPRESS executions are stored nowhere, and gone with their process";
inline constexpr const char* kNested = "a nested execution is started once, and its task tells how it ended";
inline constexpr const char* kNestedStops = "a .sync execution is stopped with its task";
inline constexpr const char* kModel = "the history is what the language says";
inline constexpr const char* kNoBugs = "the engine reports no bug";

inline void Require(bool holds, const char* invariant, const std::string& what) {
  if (!holds) throw Violation{invariant, what};
}

}  // namespace gait::simulation
