#include "lsp/document.h"

#include "engine/json/parse.h"
#include "engine/json/pointer.h"
#include "lsp/diagnose.h"

namespace gait::lsp {
namespace {

// The value that JSON which is still being written has so far.
class PartialValue {
 public:
  explicit PartialValue(const Document& document) : document_(document), entries_(document.ranges().entries()) {}

  Value Read() { return entries_.empty() ? Value() : ReadNext(); }

 private:
  // No deeper than the containers nest, which TextRanges bounds.
  Value ReadNext() {
    const TextRanges::Entry& entry = entries_[at_++];
    const std::string_view text = document_.TextOf(entry.value);
    const std::string inside = entry.pointer + "/";
    if (text.starts_with('{')) {
      ObjectBuilder object;
      while (NextIsIn(inside)) {
        const std::string key = SplitPointer(entries_[at_].pointer).back();
        object.Add(key, ReadNext());
      }
      return object.Build();
    }
    if (text.starts_with('[')) {
      ArrayBuilder array;
      while (NextIsIn(inside)) array.Add(ReadNext());
      return array.Build();
    }
    if (text.empty()) return Value::Null();
    if (JsonParse parse = ParseJson(text)) return std::move(*parse.value);
    return Value::String(text.starts_with('"') ? text.substr(1) : text);
  }

  bool NextIsIn(const std::string& inside) const {
    return at_ < entries_.size() && entries_[at_].pointer.starts_with(inside);
  }

  const Document& document_;
  const std::vector<TextRanges::Entry>& entries_;
  size_t at_ = 0;
};

}  // namespace

void Document::Replace(TextRange range, std::string_view text) {
  Forget();
  text_.replace(range.begin, range.end - range.begin, text);
}

void Document::Replace(std::string text) {
  Forget();
  text_ = std::move(text);
}

void Document::Forget() {
  if (format_ == DocumentFormat::kYaml) value();  // it may be the last one that parses
  lines_.reset();
  ranges_.reset();
  by_pointer_.clear();
  diagnostics_.reset();
  diagram_.reset();
  value_is_of_text_ = false;
}

const Lines& Document::lines() const {
  if (!lines_) lines_.emplace(text_);
  return *lines_;
}

const TextRanges& Document::ranges() const {
  if (!ranges_) {
    ranges_ = TextRanges::Of(text_, format_);
    for (const TextRanges::Entry& entry : ranges_->entries()) by_pointer_[entry.pointer] = &entry;
  }
  return *ranges_;
}

const TextRanges::Entry* Document::Find(std::string_view pointer) const {
  ranges();
  const auto found = by_pointer_.find(pointer);
  return found == by_pointer_.end() ? nullptr : found->second;
}

const Diagnostics& Document::diagnostics() const {
  if (!diagnostics_) diagnostics_ = Diagnose(text_, format_, type_);
  return *diagnostics_;
}

const Value& Document::value() const {
  if (value_is_of_text_) return value_;
  value_is_of_text_ = true;
  if (DocumentParse parse = ParseDocument(text_, format_)) {
    value_ = std::move(*parse.value);
  } else if (format_ == DocumentFormat::kJson) {
    value_ = PartialValue(*this).Read();
  }
  return value_;
}

const Diagram& Document::diagram() const {
  if (!diagram_) diagram_ = DiagramOf(value());
  return *diagram_;
}

}  // namespace gait::lsp
