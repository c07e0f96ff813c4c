#include "engine/items/item_sequence.h"

#include <utility>

namespace gait {
namespace {

class Sequence : public ItemSource {
 public:
  explicit Sequence(std::function<Result<std::unique_ptr<ItemSource>>()> next) : next_(std::move(next)) {}

  Result<std::optional<Payload>> Next() override {
    for (;;) {
      if (const Result<bool> open = Open(); !open || !*open) {
        if (!open) return open.error();
        return std::optional<Payload>();
      }
      Result<std::optional<Payload>> item = source_->Next();
      if (!item || item->has_value()) return item;
      source_.reset();
    }
  }

  Result<int64_t> Skip(int64_t items) override {
    for (int64_t skipped = 0;;) {
      if (skipped == items) return items;
      if (const Result<bool> open = Open(); !open || !*open) {
        if (!open) return open.error();
        return skipped;
      }
      const Result<int64_t> more = source_->Skip(items - skipped);
      if (!more) return more;
      if (*more < items - skipped) source_.reset();
      skipped += *more;
    }
  }

  std::string_view Source() const override { return source_ == nullptr ? std::string_view() : source_->Source(); }

 private:
  // Is there a source that may have more?
  Result<bool> Open() {
    if (source_ != nullptr) return true;
    Result<std::unique_ptr<ItemSource>> next = next_();
    if (!next) return std::move(next).error();
    source_ = std::move(next).value();
    return source_ != nullptr;
  }

  const std::function<Result<std::unique_ptr<ItemSource>>()> next_;
  std::unique_ptr<ItemSource> source_;
};

}  // namespace

std::unique_ptr<ItemSource> ItemSequence(std::function<Result<std::unique_ptr<ItemSource>>()> next) {
  return std::make_unique<Sequence>(std::move(next));
}

}  // namespace gait
