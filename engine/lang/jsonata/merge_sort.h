// A stable sort that survives any answer of a user's function, which std::stable_sort does not promise.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace gait::jsonata {

// `comes_later(a, b)` is asked of an item and one behind it, and tells whether they must change places. It is asked of
// the same pairs in the same order as the reference's, which shows in the errors of a user's function.
template <typename T, typename ComesLater>
void MergeSort(std::span<T> items, std::span<T> merged, const ComesLater& comes_later) {
  if (items.size() <= 1) return;
  const size_t middle = items.size() / 2;
  MergeSort(items.first(middle), merged.first(middle), comes_later);
  MergeSort(items.subspan(middle), merged.subspan(middle), comes_later);
  size_t left = 0, right = middle;
  for (T& to : merged) {
    const bool from_right = left == middle || (right < items.size() && comes_later(items[left], items[right]));
    to = std::move(items[from_right ? right++ : left++]);
  }
  std::move(merged.begin(), merged.end(), items.begin());
}

template <typename T, typename ComesLater>
void MergeSort(std::vector<T>& items, const ComesLater& comes_later) {
  std::vector<T> merged(items.size());
  MergeSort(std::span<T>(items), std::span<T>(merged), comes_later);
}

}  // namespace gait::jsonata
