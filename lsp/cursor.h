// Where in a definition someone is writing, in a text that need not parse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/json/document.h"
#include "engine/json/text_ranges.h"

namespace gait::lsp {

struct Cursor {
  enum class Slot : uint8_t {
    kNone,   // nothing can be said: between tokens, in a comment
    kKey,    // the key of a member of the object at `container`
    kValue,  // the value of its member `key`
    kItem,   // an item of the array at `container`, number `index`; in YAML also the first key of that item
  };
  Slot slot = Slot::kNone;
  std::string container;  // RFC 6901
  std::string key;
  size_t index = 0;
  TextRange token;      // what is being written, with its quotes; empty where nothing is yet
  bool quoted = false;  // it begins with a quote
  size_t offset = 0;

  // Of the value that is written: RFC 6901.
  std::string pointer() const;
};

// REQUIRES: offset <= text.size().
Cursor CursorAt(std::string_view text, size_t offset, DocumentFormat format);

Cursor JsonCursorAt(std::string_view text, size_t offset);
// Of block style; within the brackets of flow style nothing is said.
Cursor YamlCursorAt(std::string_view text, size_t offset);

}  // namespace gait::lsp
