#include "testing/taken.h"

namespace gait {
namespace {

template <typename Counts>
void AddTo(Counts& counts, const Counts& other) {
  for (const auto& [what, times] : other) counts[what] += times;
}

}  // namespace

void Taken::Add(const Taken& other) {
  AddTo(entered, other.entered);
  AddTo(left, other.left);
  AddTo(defaults, other.defaults);
  AddTo(rules, other.rules);
  AddTo(catchers, other.catchers);
  AddTo(retriers, other.retriers);
}

}  // namespace gait
