#include "engine/items/csv_items.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/items/byte_reader.h"
#include "engine/items/csv_row.h"
#include "engine/json/write.h"

namespace gait {

CsvStops::CsvStops(char delimiter) {
  for (size_t c = 0; c < 256; ++c) bare[c] = quoted[c] = c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
  bare[static_cast<unsigned char>(delimiter)] = true;
}

namespace {

// The fields of a row, as they are.
class Fields {
 public:
  void BeginField() { fields.emplace_back(); }
  void EndField() {}
  void Text(std::string_view text) { fields.back() += text; }
  void Character(char c) { fields.back() += c; }
  std::vector<std::string> fields;
};

class Nothing {
 public:
  void BeginField() {}
  void EndField() {}
  void Text(std::string_view) {}
  void Character(char) {}
};

// The JSON text of a row's item.
class ItemText {
 public:
  explicit ItemText(const std::vector<std::string>& headers) {
    for (const std::string& header : headers) {
      std::string& before = before_.emplace_back(before_.empty() ? "{" : "\",");
      AppendJsonString(before, header);
      before += ":\"";
    }
  }

  void Clear() {
    text_.clear();
    column_ = 0;
  }
  void BeginField() {
    if (column_ < before_.size()) text_ += before_[column_];
  }
  void EndField() { ++column_; }
  void Text(std::string_view text) {
    if (column_ < before_.size()) text_ += text;
  }
  void Character(char c) {
    if (column_ >= before_.size()) return;
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
      return;
    }
    character_.clear();
    AppendJsonString(character_, std::string_view(&c, 1));
    text_.append(character_, 1, character_.size() - 2);
  }
  // Of the row that was given; once after each Clear.
  std::string_view Finished() {
    for (; column_ < before_.size(); ++column_) text_ += before_[column_];
    text_ += before_.empty() ? "{}" : "\"}";
    return text_;
  }

 private:
  std::vector<std::string> before_;  // each column's value: what ends the one before it, and its name
  std::string text_, character_;
  size_t column_ = 0;
};

class Source : public ItemSource {
 public:
  Source(const ItemFormat& format, std::unique_ptr<ByteSource> bytes, std::string name)
      : delimiter_(format.delimiter),
        given_(format.headers),
        stops_(format.delimiter),
        bytes_(std::move(bytes), std::move(name)) {}

  Result<std::optional<Payload>> Next() override {
    if (auto error = Begin()) return *std::move(error);
    const Result<bool> found = ReadRow(kItemBytesMax, "a row", *text_, [this] { text_->Clear(); });
    if (!found) return found.error();
    if (!*found) return std::optional<Payload>();
    return std::optional(Payload::FromText(text_->Finished()));
  }

  Result<int64_t> Skip(int64_t items) override {
    if (auto error = Begin()) return *std::move(error);
    Nothing nothing;
    for (int64_t skipped = 0; skipped < items; ++skipped) {
      const Result<bool> found = ReadRow(kItemBytesMax, "a row", nothing, [] {});
      if (!found) return found.error();
      if (!*found) return skipped;
    }
    return items;
  }

 private:
  // The headers, if that is not done.
  std::optional<WorkflowError> Begin() {
    if (text_) return std::nullopt;
    std::vector<std::string> headers;
    if (given_) {
      headers = *given_;
      size_t bytes = 0;
      for (const std::string& header : headers) bytes += header.size();
      if (bytes > kCsvHeaderBytesMax) return ReadingFailed(TooLarge("CSVHeaders", kCsvHeaderBytesMax), "");
    } else {
      Fields fields;
      const Result<bool> found =
          ReadRow(kCsvHeaderBytesMax, "a row with the headers", fields, [&] { fields.fields.clear(); });
      if (!found) return found.error();
      headers = std::move(fields.fields);
    }
    const std::set<std::string_view> names(headers.begin(), headers.end());
    if (names.size() != headers.size()) {
      return WorkflowError{std::string(error_names::kItemReaderFailed), CauseText(Cause::kCsvHeadersDuplicate)};
    }
    text_.emplace(headers);
    return std::nullopt;
  }

  static std::string TooLarge(std::string_view what, size_t bytes_max) {
    return std::string(what) + " of more than " + std::to_string(bytes_max) + " bytes";
  }
  WorkflowError Failed(std::string_view what, int64_t breaks, size_t at) const {
    return ReadingFailed(what, bytes_.Position(line_ + breaks, at), bytes_.name());
  }

  // Empty rows; false at the end.
  Result<bool> SkipEmpty() {
    for (;;) {
      const std::string_view window = bytes_.window();
      if (window.empty() || window == "\r") {
        if (bytes_.Pull()) continue;
        if (bytes_.error()) return *bytes_.error();
        return !window.empty();
      }
      const size_t breaks = window[0] == '\n' ? 1 : window.starts_with("\r\n") ? 2 : 0;
      if (breaks == 0) return true;
      bytes_.Consume(breaks);
      ++line_;
    }
  }

  // The next row goes to the sink, which `clear` makes fit for another try; false at the end.
  template <typename Sink, typename Clear>
  Result<bool> ReadRow(size_t bytes_max, std::string_view what, Sink& sink, Clear clear) {
    if (Result<bool> more = SkipEmpty(); !more || !*more) return more;
    for (bool last = false;;) {
      clear();
      const CsvRow row = CsvRowReader(stops_, delimiter_, bytes_.window(), last, sink).Read();
      const size_t size = row.end == CsvRow::End::kRow ? row.at : bytes_.window().size();
      if (size > bytes_max && (row.end == CsvRow::End::kRow || row.end == CsvRow::End::kUnknown)) {
        return row.in_quote ? Failed("a quote that nothing closes within " + std::to_string(bytes_max) + " bytes",
                                     row.to_quote, row.quote)
                            : Failed(TooLarge(what, bytes_max), 0, 0);
      }
      switch (row.end) {
        case CsvRow::End::kRow:
          bytes_.Consume(row.at);
          line_ += row.breaks;
          return true;
        case CsvRow::End::kOpenQuote: return Failed("a quote that nothing closes", row.to_quote, row.quote);
        case CsvRow::End::kNotUtf8: return Failed("invalid UTF-8", row.breaks, row.at);
        case CsvRow::End::kUnknown: break;
      }
      // Twice as much each time: a long row is not looked at more often than its logarithm.
      if (!bytes_.Pull(size)) {
        if (bytes_.error()) return *bytes_.error();
        last = true;
      }
    }
  }

  const char delimiter_;
  const std::optional<std::vector<std::string>> given_;
  const CsvStops stops_;
  ByteReader bytes_;
  int64_t line_ = 1;
  std::optional<ItemText> text_;  // once the headers are known
};

}  // namespace

std::unique_ptr<ItemSource> CsvItems(const ItemFormat& format, std::unique_ptr<ByteSource> bytes, std::string name) {
  return std::make_unique<Source>(format, std::move(bytes), std::move(name));
}

}  // namespace gait
