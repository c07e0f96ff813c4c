// Where the parts of a document stand in its text, as ranges of bytes: for what changes the text
// (engine/json/text_edits) and for editors, whose text is seldom whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/document.h"

namespace gait {

struct TextRange {
  size_t begin = 0, end = 0;  // bytes; `end` is behind the last

  bool Has(size_t offset) const { return begin <= offset && offset <= end; }  // a cursor may stand behind the last byte
  bool operator==(const TextRange&) const = default;
};

class TextRanges {
 public:
  struct Entry {
    std::string pointer;  // RFC 6901
    TextRange key;        // of a member, with its quotes; empty (0, 0) of an item and of the document
    TextRange value;      // empty, behind the colon, where a value is still to be written
  };

  // JSON is read as far as it can be: what is missing at the end, or between two commas, is taken as not there yet.
  // YAML has no entries if it does not parse.
  static TextRanges Of(std::string_view text, DocumentFormat format);

  // In the order of the text: a value before its members and items. Of two members with one key both are there.
  const std::vector<Entry>& entries() const { return entries_; }
  // The last one of the pointer, or null.
  const Entry* Find(std::string_view pointer) const;
  // The innermost one whose key or value has the byte at `offset`, or null.
  const Entry* At(size_t offset) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace gait
