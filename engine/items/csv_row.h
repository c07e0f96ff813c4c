// A row of CSV, as it is taken apart. For csv_items.cc alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/utf.h"

namespace gait {

// What ends a run of plain bytes in a field, outside quotes and within.
struct CsvStops {
  explicit CsvStops(char delimiter);
  std::array<bool, 256> bare{}, quoted{};
};

struct CsvRow {
  enum class End : uint8_t {
    kRow,        // behind the line break, or the end of the text
    kUnknown,    // the row does not end in what is there
    kOpenQuote,  // the text ends, and a quote that was opened is not closed: `at`
    kNotUtf8,    // `at`
  };
  End end = End::kRow;
  size_t at = 0;          // how many bytes the row has, or where the error is
  size_t quote = 0;       // where the last quote was opened
  int64_t breaks = 0;     // the line breaks before `at`
  int64_t to_quote = 0;   // those before `quote`
  bool in_quote = false;  // for kUnknown: it ended within
};

// Takes the row at the beginning of `text` apart; `last`: nothing follows the text. What is found goes to the sink:
//   void BeginField(); void EndField();
//   void Text(std::string_view);  // valid UTF-8, in which nothing is escaped in JSON
//   void Character(char);         // one that may have to be
// The sink has been given a part of the row also where it does not end.
template <typename Sink>
class CsvRowReader {
 public:
  CsvRowReader(const CsvStops& stops, char delimiter, std::string_view text, bool last, Sink& sink)
      : stops_(stops), delimiter_(delimiter), text_(text), last_(last), sink_(sink) {}

  CsvRow Read() {
    for (;;) {
      sink_.BeginField();
      if (at_ < text_.size() && text_[at_] == '"' && !Quoted()) return row_;
      const Next next = Bare();
      if (next == Next::kStop) return row_;
      sink_.EndField();
      if (next == Next::kRow) return Stop(CsvRow::End::kRow);
    }
  }

 private:
  enum class Next : uint8_t { kField, kRow, kStop };

  CsvRow& Stop(CsvRow::End end) {
    row_.end = end;
    row_.at = at_;
    return row_;
  }
  // Up to the next byte that is not plain.
  void Plain(const std::array<bool, 256>& stops) {
    const size_t from = at_, size = text_.size();
    const char* const text = text_.data();
    size_t at = from;
    while (at < size && !stops[static_cast<unsigned char>(text[at])]) ++at;
    at_ = at;
    if (at != from) sink_.Text(text_.substr(from, at - from));
  }
  // Characters beyond ASCII; false if that is none, or its end is not there yet.
  bool Beyond() {
    const size_t from = at_;
    while (at_ < text_.size() && (text_[at_] & 0x80) != 0) {
      const size_t size = Utf8CharacterSize(text_.substr(at_));
      if (size == 0) {
        Stop(!last_ && text_.size() - at_ < Utf8Size(text_[at_]) ? CsvRow::End::kUnknown : CsvRow::End::kNotUtf8);
        return false;
      }
      at_ += size;
    }
    sink_.Text(text_.substr(from, at_ - from));
    return true;
  }
  bool At(size_t at, char c) const { return at < text_.size() && text_[at] == c; }

  // From the quote that opens to behind the one that closes; false if there is an end before it.
  bool Quoted() {
    row_.quote = at_++;
    row_.to_quote = row_.breaks;
    row_.in_quote = true;
    for (;;) {
      Plain(stops_.quoted);
      if (at_ == text_.size() || (at_ + 1 == text_.size() && text_[at_] == '"' && !last_)) {
        Stop(last_ ? CsvRow::End::kOpenQuote : CsvRow::End::kUnknown);
        return false;
      }
      const char c = text_[at_];
      if ((c & 0x80) != 0) {
        if (!Beyond()) return false;
        continue;
      }
      ++at_;
      if (c == '"' && !At(at_, '"')) break;
      if (c == '"') ++at_;
      row_.breaks += c == '\n';
      sink_.Character(c);
    }
    row_.in_quote = false;
    return true;
  }

  // To behind the delimiter or the line break.
  Next Bare() {
    for (;;) {
      Plain(stops_.bare);
      if (at_ == text_.size()) {
        if (last_) return Next::kRow;
        Stop(CsvRow::End::kUnknown);
        return Next::kStop;
      }
      const char c = text_[at_];
      if ((c & 0x80) != 0) {
        if (!Beyond()) return Next::kStop;
        continue;
      }
      if (c == '\r' && at_ + 1 == text_.size() && !last_) {
        Stop(CsvRow::End::kUnknown);
        return Next::kStop;
      }
      ++at_;
      if (c == delimiter_) return Next::kField;
      if (c == '\n' || (c == '\r' && At(at_, '\n'))) {
        at_ += c == '\r';
        ++row_.breaks;
        return Next::kRow;
      }
      sink_.Character(c);
    }
  }

  const CsvStops& stops_;
  const char delimiter_;
  const std::string_view text_;
  const bool last_;
  Sink& sink_;
  size_t at_ = 0;
  CsvRow row_;
};

}  // namespace gait
