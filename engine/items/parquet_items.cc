#include "engine/items/parquet_items.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engine/items/parquet_levels.h"
#include "engine/items/parquet_page.h"
#include "engine/items/parquet_text.h"
#include "engine/json/write.h"

namespace gait {
namespace {

constexpr size_t kItemBytesMax = 64 << 20;  // of an item's JSON

// The values of a column in a row group, row by row.
class ColumnRows {
 public:
  // Borrows all of it. `row`: the number of the first.
  ColumnRows(RandomBytes& bytes, const ParquetColumn& column, const ParquetChunk& chunk, ParquetBudget& budget,
             int64_t row)
      : column_(column), pages_(bytes, column, chunk, budget), row_(row) {}

  // To be called when all rows have been read.
  std::optional<WorkflowError> Finish() {
    while (left_ == 0) {
      const Result<std::optional<ParquetPage>> page = pages_.Next();
      if (!page) return page.error();
      if (!page->has_value()) return std::nullopt;
      left_ = (*page)->rows;
    }
    return ParquetError(pages_.where(), pages_.position(), "the pages have more rows than the row group");
  }

  // Appends the next row's JSON.
  std::optional<WorkflowError> Append(std::string& out) {
    while (left_ == 0) {
      if (auto error = NextPage()) return error;
    }
    --left_;
    bool present = true;
    if (column_.optional && !NextLevel(present)) return Broken("definition levels that end early, or are above 1");
    if (!present) {
      out += "null";
    } else if (!values_->Next(value_)) {
      return Broken("values that end early, or are not in their bytes or dictionary");
    } else if (const std::string_view wrong = AppendParquetValue(out, column_, value_); !wrong.empty()) {
      return Broken(wrong);
    }
    ++row_;
    return std::nullopt;
  }

 private:
  std::optional<WorkflowError> NextPage() {
    Result<std::optional<ParquetPage>> page = pages_.Next();
    if (!page) return std::move(page).error();
    if (!page->has_value()) return ParquetError(pages_.where(), pages_.position(), "the pages end before the rows");
    page_ = **page;
    left_ = page_.rows;
    levels_ = RunReader(page_.levels, 1);
    level_ = 0;
    std::string error;
    values_ = ReadParquetValues(column_, page_.encoding, page_.values, page_.rows, pages_.dictionary(), error);
    if (values_ == nullptr) return ParquetError(pages_.where(), page_.offset, "a page that cannot be read: " + error);
    return std::nullopt;
  }

  bool NextLevel(bool& present) {
    uint32_t level = 0;
    if (page_.levels_bit_packed) {  // the highest bit of a byte first
      level = static_cast<unsigned char>(page_.levels[level_ / 8]) >> (7 - level_ % 8) & 1;
      ++level_;
    } else if (!levels_.Next(level)) {
      return false;
    }
    present = level == 1;
    return level <= 1;
  }

  WorkflowError Broken(std::string_view what) const {
    return ParquetError(pages_.where(), page_.offset, "row " + std::to_string(row_) + ": " + std::string(what));
  }

  const ParquetColumn& column_;
  ParquetPages pages_;
  ParquetPage page_;
  size_t left_ = 0;  // rows of the page
  RunReader levels_;
  size_t level_ = 0;  // of those that are bit-packed, the next
  std::unique_ptr<ParquetValues> values_;
  ParquetValue value_;
  int64_t row_;
};

class ParquetItems : public ItemSource {
 public:
  ParquetItems(std::unique_ptr<RandomBytes> bytes, ParquetMetadata metadata)
      : bytes_(std::move(bytes)), metadata_(std::move(metadata)) {
    for (const ParquetColumn& column : metadata_.columns) {
      std::string& key = keys_.emplace_back(1, keys_.empty() ? '{' : ',');
      AppendJsonString(key, column.name);
      key += ':';
    }
  }

  Result<std::optional<Payload>> Next() override {
    while (left_ == 0) {
      for (ColumnRows& column : columns_) {
        if (auto error = column.Finish()) return *std::move(error);
      }
      columns_.clear();
      if (group_ == metadata_.groups.size()) return std::optional<Payload>();
      Begin(metadata_.groups[group_++]);
    }
    --left_;
    item_.clear();
    size_t next = 0;
    for (ColumnRows& column : columns_) {
      item_ += keys_[next++];
      if (auto error = column.Append(item_)) return *std::move(error);
      if (item_.size() > kItemBytesMax) return ParquetError("row", row_, "an item of more than 64 MiB");
    }
    ++row_;
    item_ += '}';
    return std::optional(Payload::FromText(item_));
  }

 private:
  void Begin(const ParquetRowGroup& group) {
    budget_ = {};
    left_ = group.rows;
    if (left_ == 0) return;
    for (size_t i = 0; i < metadata_.columns.size(); ++i) {
      columns_.emplace_back(*bytes_, metadata_.columns[i], group.chunks[i], budget_, row_);
    }
  }

  const std::unique_ptr<RandomBytes> bytes_;
  const ParquetMetadata metadata_;
  std::vector<std::string> keys_;  // `{"a":`, `,"b":`
  size_t group_ = 0;               // the next
  int64_t left_ = 0;               // rows of the one at hand
  int64_t row_ = 0;                // of the file, the next
  ParquetBudget budget_;
  std::deque<ColumnRows> columns_;  // which stay where they are
  std::string item_;
};

}  // namespace

Result<std::unique_ptr<ItemSource>> OpenParquet(std::unique_ptr<RandomBytes> bytes) {
  Result<ParquetMetadata> metadata = ReadParquetMetadata(*bytes);
  if (!metadata) return std::move(metadata).error();
  return std::unique_ptr<ItemSource>(std::make_unique<ParquetItems>(std::move(bytes), std::move(metadata).value()));
}

}  // namespace gait
