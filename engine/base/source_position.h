// Where something stands in a text that a person wrote.
#pragma once

namespace gait {

// `line` and `column` count from 1; a column is a code point, a tab is one column. 0 means unknown.
struct SourcePosition {
  int line = 0;
  int column = 0;

  bool operator==(const SourcePosition&) const = default;
};

}  // namespace gait
