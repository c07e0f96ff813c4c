// "Did you mean": the nearest of some known words.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace gait {

// The number of insertions, deletions and replacements of bytes, and swaps of neighbours, that turn `a` into `b`,
// letter case ignored. Stops counting at `limit + 1`.
int EditDistance(std::string_view a, std::string_view b, int limit);

// The entry of `known` nearest to `word`, if it is near enough to be what was meant: at most a third of its letters
// off, and at most three.
std::optional<std::string_view> DidYouMean(std::string_view word, std::span<const std::string_view> known);

}  // namespace gait
