// Rows of text in columns that line up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gait::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // Two blanks between columns; the last column is as long as it is. Widths count what a terminal shows: wide
  // characters (Chinese, Japanese, Korean) as two.
  std::string Render() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// The columns that a UTF-8 text takes on a terminal.
size_t DisplayWidth(std::string_view text);

// `text` as a terminal may show it: control characters as blanks, U+FFFD for bytes that are no UTF-8.
std::string Printable(std::string_view text);

// The same on one line, with single blanks, at most `width` columns, with `...` where something was left out.
std::string Shortened(std::string_view text, size_t width);

}  // namespace gait::cli
