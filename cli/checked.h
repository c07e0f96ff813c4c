// What `gait validate` found in one definition.
#pragma once

#include <string>

#include "engine/base/diagnostic.h"

namespace gait::cli {

struct Checked {
  std::string file;     // the one that the positions are of
  std::string machine;  // within a template: the logical id of the state machine; "" where the file is the definition
  std::string source;   // the text of the file; "" where nothing was found
  Diagnostics diagnostics;  // in the order of the text
};

}  // namespace gait::cli
