// JSON (RFC 8259) as tokens, one after the other, of a document that is never whole in memory. Strict in how tokens
// follow one another, in numbers, and in strings but for halves of surrogate pairs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/items/byte_reader.h"

namespace gait {

// One thread at a time.
class JsonTokens {
 public:
  enum class Kind : uint8_t {
    kBeginObject,
    kEndObject,
    kBeginArray,
    kEndArray,
    kKey,     // its colon belongs to the next token
    kScalar,  // a string, a number, true, false or null
    kEnd,     // the document is whole, and nothing follows
    kError,   // error(); nothing more is asked for then
  };

  // `bytes` outlives this. Containers nest kNestingMax deep.
  explicit JsonTokens(ByteReader& bytes) : bytes_(bytes) {}

  Kind Next();
  // The containers that are open behind the last token.
  size_t depth() const { return open_.size(); }
  // After kError.
  const WorkflowError& error() const { return *error_; }

  // The key, with its quotes, as it is written. After kKey alone.
  std::string_view key() const { return bytes_.window().substr(token_, at_ - token_); }

  // From the beginning of the next token on, which is no key, the text is kept, kItemBytesMax bytes of it at the most.
  void HoldNext() { hold_next_ = true; }
  // What was kept, up to the end of the last token; valid until the next one is asked for. Nothing is kept any more.
  std::string_view Release();
  // Of the byte `at` of what was kept last, before which it has so many line breaks.
  TextPosition HeldPosition(size_t at, int64_t breaks) const {
    return bytes_.Position(held_line_ + breaks, held_ + at);
  }

  // Of what follows the last token.
  TextPosition position() const { return bytes_.Position(line_, at_); }

 private:
  enum class Expect : uint8_t { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kCommaOrEnd, kNothing };
  static constexpr int kNoByte = -1;

  int Peek();
  int PeekBehindSpace();
  Kind Fail(std::string_view what);
  Kind Key(int c);
  Kind ValueToken(int c);
  Kind Open(char bracket);
  Kind Close();
  Kind Scalar(bool valid);
  bool String();
  bool Escape();
  bool Beyond();
  bool Number();
  bool Digits();
  bool Literal(std::string_view literal);

  ByteReader& bytes_;
  size_t at_ = 0;  // in the window: behind the last token
  int64_t line_ = 1;
  std::string open_;  // '{' and '[', the outermost first
  Expect expect_ = Expect::kValue;
  bool hold_next_ = false, holding_ = false, in_key_ = false;
  size_t held_ = 0;   // in the window: where what is kept begins
  size_t token_ = 0;  // in the window: where the key begins
  int64_t held_line_ = 1;
  std::optional<WorkflowError> error_;
};

}  // namespace gait
