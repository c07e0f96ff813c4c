// Where a state's fields look into its data. Internal to engine/lint.
#pragma once

#include <vector>

#include "engine/lint/machine_view.h"
#include "engine/lint/paths.h"

namespace gait::lint {

// A path in a field, of those that fail the state if they lead nowhere.
struct Read {
  // What the path is applied to, where its root is `$`; in a JSONata state everything begins at the raw input.
  enum class Of : uint8_t {
    kRaw,       // the state's input, as it comes
    kInput,     // what InputPath leaves of it
    kResult,    // what came of the work
    kSelected,  // what ResultSelector made of that
    kCombined,  // what OutputPath is applied to
    kError,     // what a Catcher caught
  };

  DataPath path;
  Of of = Of::kRaw;
  Place place;
  bool may_be_skipped = false;  // it is in a Choice rule behind another
};

// All of them, in no special order.
std::vector<Read> ReadsOf(const StateView& state);

// The paths that a Choice asks about: whether they are there. Of another state none.
std::vector<DataPath> PresenceTests(const StateView& state);

}  // namespace gait::lint
