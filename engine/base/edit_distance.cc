#include "engine/base/edit_distance.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <vector>

namespace gait {
namespace {

int Lower(char c) { return std::tolower(static_cast<unsigned char>(c)); }

}  // namespace

int EditDistance(std::string_view a, std::string_view b, int limit) {
  const size_t n = b.size();
  if (std::abs(static_cast<int>(a.size()) - static_cast<int>(n)) > limit) return limit + 1;
  std::vector<int> before_last(n + 1), last(n + 1), row(n + 1);
  for (size_t j = 0; j <= n; ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= n; ++j) {
      const int replace = last[j - 1] + (Lower(a[i - 1]) != Lower(b[j - 1]));
      row[j] = std::min({replace, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) && Lower(a[i - 2]) == Lower(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    if (*std::min_element(row.begin(), row.end()) > limit) return limit + 1;
  }
  return std::min(row[n], limit + 1);
}

std::optional<std::string_view> DidYouMean(std::string_view word, std::span<const std::string_view> known) {
  const int limit = std::clamp(static_cast<int>(word.size()) / 3, 1, 3);
  std::optional<std::string_view> best;
  int best_distance = limit + 1;
  for (std::string_view candidate : known) {
    const int distance = EditDistance(word, candidate, limit);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace gait
