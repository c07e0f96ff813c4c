// How much of a definition its tests ran.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/source_position.h"
#include "engine/diagram/diagram.h"
#include "testing/taken.h"
#include "testing/test_file.h"

namespace gait {

enum class CoverageKind { kStates, kTransitions, kRules, kCatchers, kRetriers };
inline constexpr size_t kCoverageKinds = 5;
inline constexpr std::array<std::string_view, kCoverageKinds> kCoverageNames = {"states", "transitions", "rules",
                                                                                "catchers", "retriers"};

struct CoverageItem {
  std::string state;
  std::string what;     // for people: "the state Charge", "rule 2 of ByAmount"
  std::string pointer;  // RFC 6901, in the definition; of a transition that of its Next, End or Default
  SourcePosition position;
  int64_t times = 0;
};

struct CoverageCount {
  size_t covered = 0, all = 0;

  // 100 where there is nothing to cover.
  double percent() const { return all == 0 ? 100 : 100.0 * static_cast<double>(covered) / static_cast<double>(all); }
};

struct Coverage {
  std::string path;    // of the definition
  std::string source;  // its text
  Value definition;
  std::array<std::vector<CoverageItem>, kCoverageKinds> items;  // in the order of the definition

  const std::vector<CoverageItem>& of(CoverageKind kind) const { return items[static_cast<size_t>(kind)]; }
  CoverageCount Count(CoverageKind kind) const;
};

Coverage CoverageOf(const TestedDefinition& definition, const Taken& taken);

// Green what was run, red what was not.
Marks MarksOf(const Coverage& coverage);

// Reads `80`, or `states=100,transitions=80`: the percentages by kind; those that are not asked for are 0. Gives what
// is wrong with it otherwise.
struct CoverageMinimum {
  std::array<double, kCoverageKinds> percent{};
  std::string error;  // "" if it is right
};
CoverageMinimum ReadCoverageMinimum(std::string_view text);

}  // namespace gait
