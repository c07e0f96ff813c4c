#include "templates/text_pieces.h"

#include <algorithm>

#include "templates/names.h"

namespace gait::templates {
namespace {

constexpr size_t kReferencesMax = 2'000;
constexpr size_t kWordMax = 2'048;  // bytes that are looked at, before and behind a reference

// In a JSON text, or in a string of its own: has what stands in quotes around the place no blank? Then it is a name, an
// ARN or a number, and no command or query that has `${...}` for itself.
bool InOneWord(std::string_view text, size_t at) {
  const std::string_view before = text.substr(at - std::min(at, kWordMax), std::min(at, kWordMax));
  const std::string_view behind = text.substr(at, kWordMax);
  const std::string_view word_before = before.substr(before.rfind('"') + 1),
                         word_behind = behind.substr(0, behind.find('"'));
  const auto has_blank = [](std::string_view word) { return word.find_first_of(" \t\\") != std::string_view::npos; };
  return !has_blank(word_before) && !has_blank(word_behind);
}

bool IsShellVariable(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

}  // namespace

void References::Add(Reference reference) {
  if (found.size() == kReferencesMax) {
    incomplete = true;
  } else {
    found.push_back(std::move(reference));
  }
}

void TextPieces::Append(std::string_view text, const std::string& pointer, size_t from) {
  if (text.empty()) return;
  pieces_.push_back({text_.size(), pointer, from});
  text_.append(text);
}

void TextPieces::AppendValue(std::string_view text, const std::string& pointer) {
  if (text.empty()) return;
  pieces_.push_back({text_.size(), pointer, std::nullopt});
  text_.append(text);
}

bool TextPieces::is_known() const {
  const size_t first = text_.find_first_not_of(" \t\r\n");
  return first == std::string::npos || !std::string_view(text_).substr(first).starts_with("${");
}

SourcePosition TextPieces::PositionOf(const Host& host, size_t offset) const {
  auto piece =
      std::upper_bound(pieces_.begin(), pieces_.end(), offset, [](size_t o, const Piece& p) { return o < p.begin; });
  if (piece == pieces_.begin()) return {1, 1};  // there are none
  --piece;
  if (!piece->from) return host.positions().ValueAt(piece->pointer);
  return host.PositionWithin(piece->pointer, *piece->from + offset - piece->begin);
}

void FindReferences(std::string_view text, const std::string& pointer, References& references) {
  for (size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::string_view name = PlaceholderNameAt(text, at);
    if (name.empty()) continue;
    const bool certain = name.find(':') == std::string_view::npos && !IsShellVariable(name) && InOneWord(text, at);
    references.Add({std::string(name), /*in_sub=*/false, certain, pointer, at});
  }
}

}  // namespace gait::templates
