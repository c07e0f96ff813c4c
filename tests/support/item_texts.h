// For tests of what reads items: texts in pieces, and items as text.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/items/item_source.h"
#include "engine/json/write.h"

namespace gait::testing {

// A text in pieces of so many bytes; then an error, if there is one.
class Pieces : public ByteSource {
 public:
  Pieces(std::string text, size_t size, std::optional<WorkflowError> error = std::nullopt)
      : text_(std::move(text)), size_(size), error_(std::move(error)) {}
  Result<std::string> Read() override {
    if (at_ == text_.size() && error_) return *error_;
    std::string piece = text_.substr(at_, size_);
    at_ += piece.size();
    return piece;
  }

 private:
  const std::string text_;
  const size_t size_;
  const std::optional<WorkflowError> error_;
  size_t at_ = 0;
};

// The items of a source as a JSON array; behind them the error, if one ends them: `[1] States.ItemReaderFailed: ...`.
inline std::string ItemsAndError(ItemSource& source) {
  std::string items = "[";
  for (;;) {
    const Result<std::optional<Payload>> next = source.Next();
    if (!next) return items + "] " + next.error().error.value_or("") + ": " + next.error().cause.value_or("");
    if (!next->has_value()) return items + "]";
    if (items.size() > 1) items += ",";
    // By way of the value, so that a text that is none is found.
    items += ToJson(ToJson((*next)->value()) == (*next)->text() ? (*next)->value() : Value::String("another text"));
  }
}

// The same in whatever pieces the text comes. Passing over the first item, or two, finds the same rest.
inline std::string ItemsOfPieces(const std::function<std::unique_ptr<ItemSource>(std::unique_ptr<ByteSource>)>& open,
                                 const std::string& text, const std::optional<WorkflowError>& error = std::nullopt) {
  std::string first;
  for (const size_t size : {size_t{1000}, size_t{1}, size_t{2}, size_t{3}, size_t{5}}) {
    const std::string found = ItemsAndError(*open(std::make_unique<Pieces>(text, size, error)));
    if (first.empty()) first = found;
    CHECK(found == first);
    if (found.back() != ']') continue;
    for (const int64_t skipped : {1, 2}) {
      const auto straight = open(std::make_unique<Pieces>(text, size)),
                 skipping = open(std::make_unique<Pieces>(text, size));
      int64_t there = 0;
      for (bool more = true; more && there < skipped; there += more) more = straight->Next()->has_value();
      const Result<int64_t> count = skipping->Skip(skipped);
      REQUIRE(count.ok());
      CHECK(*count == there);
      if (there == skipped) CHECK(ItemsAndError(*skipping) == ItemsAndError(*straight));
    }
  }
  return first;
}

}  // namespace gait::testing
