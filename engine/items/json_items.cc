#include "engine/items/json_items.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/items/byte_reader.h"
#include "engine/items/json_tokens.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

using Kind = JsonTokens::Kind;

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }

class Source : public ItemSource {
 public:
  Source(std::string pointer, std::unique_ptr<ByteSource> bytes, std::string name)
      : pointer_(std::move(pointer)),
        path_(IsPointer() ? SplitPointer(pointer_) : std::vector<std::string>()),
        bytes_(std::move(bytes), std::move(name)),
        tokens_(bytes_) {}

  Result<std::optional<Payload>> Next() override {
    if (auto error = Begin()) return *std::move(error);
    return members_ ? NextMember() : NextElement();
  }

  Result<int64_t> Skip(int64_t items) override {
    if (auto error = Begin()) return *std::move(error);
    for (int64_t skipped = 0; skipped < items; ++skipped) {
      Kind kind = tokens_.Next();
      if (members_ && kind == Kind::kKey) kind = tokens_.Next();
      if (kind == Kind::kError) return tokens_.error();
      if (tokens_.depth() < items_depth_) {
        if (auto error = Finish()) return *std::move(error);
        return skipped;
      }
      if (!ToEndOfValue(items_depth_)) return tokens_.error();
    }
    return items;
  }

 private:
  // Up to the first item, if that is not done.
  std::optional<WorkflowError> Begin() {
    if (items_depth_ != 0) return std::nullopt;
    const Kind kind = Find();
    if (kind == Kind::kError) return tokens_.error();
    members_ = kind == Kind::kBeginObject && !pointer_.empty();
    if (members_ || kind == Kind::kBeginArray) {
      items_depth_ = tokens_.depth();
      return std::nullopt;
    }
    if (!ToEndOfDocument()) return tokens_.error();
    if (kind == Kind::kEnd) {
      std::string where = bytes_.name().empty() ? "" : ", in " + bytes_.name();
      return Failed("The ItemsPointer '" + pointer_ + "' names nothing in what the ItemReader found" + where);
    }
    // Recorded: an object is nothing to map over. That which an ItemsPointer names has its members as items.
    return Failed(CauseText(Cause::kItemsNotIterable));
  }

  bool IsPointer() const { return pointer_.empty() || pointer_.starts_with('/'); }

  // The first token of what the pointer names; kEnd if it names nothing.
  Kind Find() {
    Kind kind = tokens_.Next();
    if (!IsPointer() && kind != Kind::kError) return Kind::kEnd;
    for (const std::string& token : path_) {
      if (kind == Kind::kBeginObject) {
        kind = FindMember(token);
      } else if (kind == Kind::kBeginArray) {
        kind = FindElement(token);
      } else if (kind != Kind::kError) {
        return Kind::kEnd;
      }
    }
    return kind;
  }
  Kind FindMember(const std::string& name) {
    for (;;) {
      const Kind kind = tokens_.Next();
      if (kind != Kind::kKey) return kind == Kind::kError ? kind : Kind::kEnd;
      if (KeyIs(name)) return tokens_.Next();
      if (!ToEndOfNext()) return Kind::kError;
    }
  }
  Kind FindElement(const std::string& name) {
    for (uint64_t index = 0;; ++index) {
      const size_t depth = tokens_.depth();
      const Kind kind = tokens_.Next();
      if (kind == Kind::kError) return kind;
      if (tokens_.depth() < depth) return Kind::kEnd;
      if (name == std::to_string(index)) return kind;
      if (!ToEndOfValue(depth)) return Kind::kError;
    }
  }
  bool KeyIs(const std::string& name) const {
    const JsonParse key = ParseJson(tokens_.key());
    return key && key.value->as_string() == name;
  }

  // To the end of a value whose first token was the last one, in containers of this depth; false after an error.
  bool ToEndOfValue(size_t depth) {
    while (tokens_.depth() > depth) {
      if (tokens_.Next() == Kind::kError) return false;
    }
    return true;
  }
  bool ToEndOfNext() {
    const size_t depth = tokens_.depth();
    return tokens_.Next() != Kind::kError && ToEndOfValue(depth);
  }
  bool ToEndOfDocument() {
    for (;;) {
      const Kind kind = tokens_.Next();
      if (kind == Kind::kEnd || kind == Kind::kError) return kind == Kind::kEnd;
    }
  }

  // What follows the items. Which of two members of a name would count is known at the end only, when it is too late.
  std::optional<WorkflowError> Finish() {
    for (size_t depth = tokens_.depth();;) {
      const Kind kind = tokens_.Next();
      if (kind == Kind::kError) return tokens_.error();
      if (kind == Kind::kEnd) return std::nullopt;
      depth = std::min(depth, tokens_.depth());
      if (kind == Kind::kKey && tokens_.depth() == depth && KeyIs(path_[depth - 1])) {
        return ReadingFailed("another member that the ItemsPointer '" + pointer_ + "' names", tokens_.position(),
                             bytes_.name());
      }
    }
  }

  Result<std::optional<Payload>> NextElement() {
    tokens_.HoldNext();
    const Kind kind = tokens_.Next();
    if (kind == Kind::kError) return tokens_.error();
    if (tokens_.depth() < items_depth_) return AtTheEnd();
    Result<Value> item = HeldItem();
    if (!item) return std::move(item).error();
    return std::optional(Payload(std::move(item).value()));
  }

  Result<std::optional<Payload>> NextMember() {
    const Kind kind = tokens_.Next();
    if (kind == Kind::kError) return tokens_.error();
    if (tokens_.depth() < items_depth_) return AtTheEnd();
    JsonParse key = ParseJson(tokens_.key());
    if (!key) {
      return ReadingFailed("no JSON: a key: " + key.error.message, tokens_.position(), bytes_.name());
    }
    tokens_.HoldNext();
    if (tokens_.Next() == Kind::kError) return tokens_.error();
    Result<Value> item = HeldItem();
    if (!item) return std::move(item).error();
    return std::optional(Payload(Value::Object({{"Key", *std::move(key.value)}, {"Value", std::move(item).value()}})));
  }

  Result<std::optional<Payload>> AtTheEnd() {
    tokens_.Release();
    if (auto error = Finish()) return *std::move(error);
    return std::optional<Payload>();
  }

  // The value whose first token was the last one, and which is held.
  Result<Value> HeldItem() {
    if (!ToEndOfValue(items_depth_)) return tokens_.error();
    const std::string_view text = tokens_.Release();
    JsonParse parse = ParseJson(text);
    if (parse) return *std::move(parse.value);
    const size_t at = std::min(parse.error.offset, text.size());
    const int64_t breaks = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n');
    return ReadingFailed("no JSON: " + parse.error.message, tokens_.HeldPosition(at, breaks), bytes_.name());
  }

  const std::string pointer_;
  const std::vector<std::string> path_;
  ByteReader bytes_;
  JsonTokens tokens_;
  size_t items_depth_ = 0;  // of containers around an item; 0: the first one is not found yet
  bool members_ = false;    // the items are an object's
};

}  // namespace

std::unique_ptr<ItemSource> JsonItems(std::string pointer, std::unique_ptr<ByteSource> bytes, std::string name) {
  return std::make_unique<Source>(std::move(pointer), std::move(bytes), std::move(name));
}

}  // namespace gait
