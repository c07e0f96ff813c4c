#include "engine/items/text_items.h"

#include <set>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }

// Bytes one by one, whatever pieces they come in; a byte order mark in front of them is none of them.
class Bytes {
 public:
  static constexpr int kEnd = -1;

  explicit Bytes(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  int Next() {
    const int byte = Peek();
    if (byte != kEnd) ++at_;
    return byte;
  }
  int Peek() {
    if (!begun_) Begin();
    while (at_ == chunk_.size() && !ended_) {
      chunk_ = Pull();
      at_ = 0;
    }
    return at_ == chunk_.size() ? kEnd : static_cast<unsigned char>(chunk_[at_]);
  }
  // After kEnd: the bytes ended early.
  const std::optional<WorkflowError>& error() const { return error_; }

 private:
  void Begin() {
    begun_ = true;
    while (chunk_.size() < kByteOrderMark.size() && !ended_) chunk_ += Pull();
    if (chunk_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }
  std::string Pull() {
    Result<std::string> more = source_->Read();
    if (more && !more->empty()) return std::move(more).value();
    ended_ = true;
    if (!more) error_ = std::move(more).error();
    return "";
  }

  std::unique_ptr<ByteSource> source_;
  std::string chunk_;
  size_t at_ = 0;
  bool begun_ = false, ended_ = false;
  std::optional<WorkflowError> error_;
};

// RFC 4180. A row ends at a line break outside quotes; empty rows are none.
class CsvItems : public ItemSource {
 public:
  CsvItems(ItemFormat format, std::unique_ptr<ByteSource> bytes)
      : format_(std::move(format)), bytes_(std::move(bytes)) {}

  Result<std::optional<Payload>> Next() override {
    if (!begun_) {
      begun_ = true;
      if (auto error = ReadHeaders()) return *std::move(error);
    }
    const bool found = ReadRow();
    if (bytes_.error()) return *bytes_.error();
    if (!found) return std::optional<Payload>();
    // Recorded: what a row has too few of is "", what it has too many of is dropped.
    ObjectBuilder item(headers_.size());
    for (size_t column = 0; column < headers_.size(); ++column) {
      item.Add(headers_[column], Value::String(column < row_.size() ? ReplaceInvalidUtf8(row_[column]) : ""));
    }
    return std::optional(Payload(item.Build()));
  }

 private:
  std::optional<WorkflowError> ReadHeaders() {
    if (format_.headers) {
      headers_ = *format_.headers;
    } else if (ReadRow()) {
      for (const std::string& name : row_) headers_.push_back(ReplaceInvalidUtf8(name));
    }
    if (bytes_.error()) return bytes_.error();
    const std::set<std::string_view> names(headers_.begin(), headers_.end());
    if (names.size() != headers_.size()) return Failed(CauseText(Cause::kCsvHeadersDuplicate));
    return std::nullopt;
  }

  // The next row, in `row_`; false at the end.
  bool ReadRow() {
    row_.clear();
    std::string field;
    bool quoted = false, had_quotes = false;
    for (;;) {
      const int byte = bytes_.Next();
      if (byte == Bytes::kEnd) break;
      const char c = static_cast<char>(byte);
      if (quoted) {
        if (c != '"') {
          field += c;
        } else if (bytes_.Peek() == '"') {
          field += static_cast<char>(bytes_.Next());
        } else {
          quoted = false;
        }
      } else if (c == '"' && field.empty() && !had_quotes) {
        quoted = had_quotes = true;
      } else if (c == format_.delimiter) {
        row_.push_back(std::move(field));
        field.clear();
        had_quotes = false;
      } else if (c == '\n') {
        if (row_.empty() && field.empty() && !had_quotes) continue;
        row_.push_back(std::move(field));
        return true;
      } else if (c != '\r' || bytes_.Peek() != '\n') {
        field += c;
      }
    }
    if (row_.empty() && field.empty() && !had_quotes) return false;
    row_.push_back(std::move(field));
    return true;
  }

  const ItemFormat format_;
  Bytes bytes_;
  std::vector<std::string> headers_, row_;
  bool begun_ = false;
};

// A value a line; blank lines are none.
class JsonLineItems : public ItemSource {
 public:
  explicit JsonLineItems(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}

  Result<std::optional<Payload>> Next() override {
    for (std::string line; ReadLine(line);) {
      if (bytes_.error()) break;
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      JsonParse parse = ParseJson(line);
      if (!parse) return Failed("The ItemReader found a line that is not JSON: " + parse.error.message);
      return std::optional(Payload(*std::move(parse.value)));
    }
    if (bytes_.error()) return *bytes_.error();
    return std::optional<Payload>();
  }

 private:
  bool ReadLine(std::string& line) {
    line.clear();
    if (bytes_.Peek() == Bytes::kEnd) return false;
    for (int byte = bytes_.Next(); byte != Bytes::kEnd && byte != '\n'; byte = bytes_.Next()) {
      line += static_cast<char>(byte);
    }
    return true;
  }

  Bytes bytes_;
};

class JsonItems : public ItemSource {
 public:
  JsonItems(std::string pointer, std::unique_ptr<ByteSource> bytes)
      : pointer_(std::move(pointer)), bytes_(std::move(bytes)) {}

  Result<std::optional<Payload>> Next() override {
    if (!items_) {
      Result<Value> items = Read();
      if (!items) return std::move(items).error();
      items_ = std::move(items).value();
    }
    if (next_ == items_->size()) return std::optional<Payload>();
    return std::optional(Payload(items_->items()[next_++]));
  }

 private:
  Result<Value> Read() {
    std::string text;
    for (int byte = bytes_.Next(); byte != Bytes::kEnd; byte = bytes_.Next()) text += static_cast<char>(byte);
    if (bytes_.error()) return *bytes_.error();
    JsonParse parse = ParseJson(text);
    if (!parse) return Failed("The ItemReader found no JSON: " + parse.error.message);
    const Value* items = pointer_.empty() ? &*parse.value : ResolvePointer(*parse.value, pointer_);
    if (items == nullptr) {
      return Failed("The ItemsPointer '" + pointer_ + "' names nothing in what the ItemReader found");
    }
    if (items->is_array()) return *items;
    // Recorded: an object is nothing to map over. That which an ItemsPointer names has its members as items.
    if (!items->is_object() || pointer_.empty()) return Failed(CauseText(Cause::kItemsNotIterable));
    ArrayBuilder members(items->size());
    for (const Member& m : items->members()) {
      members.Add(Value::Object({{"Key", m.key}, {"Value", m.value}}));
    }
    return members.Build();
  }

  const std::string pointer_;
  Bytes bytes_;
  std::optional<Value> items_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ItemSource> ItemsIn(const ItemFormat& format, std::unique_ptr<ByteSource> bytes) {
  switch (format.type) {
    case ItemFormat::InputType::kCsv: return std::make_unique<CsvItems>(format, std::move(bytes));
    case ItemFormat::InputType::kJsonLines: return std::make_unique<JsonLineItems>(std::move(bytes));
    default: break;
  }
  return std::make_unique<JsonItems>(format.pointer, std::move(bytes));
}

}  // namespace gait
