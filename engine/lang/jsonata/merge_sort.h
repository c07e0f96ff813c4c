// A stable sort that survives any answer of a user's function, which std::stable_sort does not promise.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace gait::jsonata {

// `comes_later(a, b)` is asked of an item and one behind it, and tells whether they must change places.
template <typename T, typename ComesLater>
void MergeSort(std::vector<T>& items, const ComesLater& comes_later) {
  std::vector<T> merged(items.size());
  for (size_t width = 1; width < items.size(); width *= 2) {
    for (size_t begin = 0; begin < items.size(); begin += 2 * width) {
      const size_t middle = std::min(begin + width, items.size()), end = std::min(begin + 2 * width, items.size());
      size_t left = begin, right = middle;
      for (size_t to = begin; to < end; ++to) {
        const bool from_right = left == middle || (right < end && comes_later(items[left], items[right]));
        merged[to] = std::move(items[from_right ? right++ : left++]);
      }
    }
    items.swap(merged);
  }
}

}  // namespace gait::jsonata
