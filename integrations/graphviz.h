// Graphviz's `dot`, which lays a graph out and draws it: https://graphviz.org
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace gait {

// The SVG document that `dot -Tsvg` makes of the graph. The program is looked for in PATH and runs without a shell, for
// at most kDotSecondsMax. The error's cause is a sentence for the user: that dot is not there and what to do about it,
// what it said, that it took too long.
Result<std::string> RunDot(std::string dot);

inline constexpr int kDotSecondsMax = 60;
inline constexpr size_t kSvgBytesMax = size_t{64} << 20;

}  // namespace gait
