// Coverage for other programs: a page for browsers, and LCOV's format.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "testing/coverage.h"

namespace gait {

// One page that needs nothing else: for each definition its numbers, its graph, what was missed, its text. `draw` gives
// the SVG document of a graph that is written for Graphviz, or nothing: then the states are nested boxes.
using DrawDot = std::function<std::optional<std::string>(const std::string& dot)>;
std::string CoverageHtml(const std::vector<Coverage>& all, const DrawDot& draw);

// A tracefile, as `genhtml` reads it: the lines are those on which states begin, and on each of these the branches are
// the rules (block 0), Catchers (1) and Retriers (2) of the state.
std::string CoverageLcov(const std::vector<Coverage>& all);

// "66.7 %"
std::string PercentText(const CoverageCount& count);

}  // namespace gait
