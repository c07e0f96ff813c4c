// The base protocol: header lines, an empty line, then as many bytes of JSON as Content-Length says.
// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol
#pragma once

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>

#include "engine/json/value.h"

namespace gait::lsp {

// A document of 16 MiB, each byte of it escaped as \uXXXX.
inline constexpr size_t kMessageBytesMax = 6 * 16 * 1'048'576 + 65'536;

struct Frame {
  enum class Kind {
    kMessage,  // `text` is what was sent
    kFaulty,   // `text` says what was wrong with it; what was sent is passed over, and the next one can be read
    kEnd,      // there is no more; `text` says why, or is empty
  };
  Kind kind = Kind::kEnd;
  std::string text;
};

// Waits for a whole message.
Frame ReadFrame(std::istream& in);

void WriteFrame(std::ostream& out, const Value& message);

}  // namespace gait::lsp
