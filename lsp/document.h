// A definition that is open in an editor, and what can be read of it as it is: it is seldom whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/base/diagnostic.h"
#include "engine/definition/state_machine.h"
#include "engine/diagram/diagram.h"
#include "engine/json/document.h"
#include "engine/json/text_ranges.h"
#include "engine/json/value.h"
#include "lsp/lines.h"

namespace gait::lsp {

// What is longer is not looked at.
inline constexpr size_t kDocumentBytesMax = 16 * 1'048'576;

class Document {
 public:
  Document(std::string text, DocumentFormat format, StateMachineType type = StateMachineType::kStandard)
      : text_(std::move(text)), format_(format), type_(type) {}
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  void Replace(TextRange range, std::string_view text);
  void Replace(std::string text);

  const std::string& text() const { return text_; }
  DocumentFormat format() const { return format_; }
  std::string_view TextOf(TextRange range) const {
    return std::string_view(text_).substr(range.begin, range.end - range.begin);
  }

  // Each is made when it is first asked for, and once more after a change.
  const Lines& lines() const;
  const TextRanges& ranges() const;
  const Diagnostics& diagnostics() const;
  // As far as it can be read: of JSON what there is, with null for what is missing; of YAML that does not parse the
  // last text that did.
  const Value& value() const;
  const Diagram& diagram() const;

  // The entry of ranges() with this pointer, or null.
  const TextRanges::Entry* Find(std::string_view pointer) const;

 private:
  void Forget();

  std::string text_;
  const DocumentFormat format_;
  const StateMachineType type_;
  mutable std::optional<Lines> lines_;
  mutable std::optional<TextRanges> ranges_;
  mutable std::unordered_map<std::string_view, const TextRanges::Entry*> by_pointer_;
  mutable std::optional<Diagnostics> diagnostics_;
  mutable bool value_is_of_text_ = false;
  mutable Value value_;
  mutable std::optional<Diagram> diagram_;
};

}  // namespace gait::lsp
