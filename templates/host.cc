#include "templates/host.h"

#include <algorithm>

#include "engine/base/utf.h"
#include "engine/json/pointer.h"

namespace gait::templates {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Walks along a scalar in the host's text and the text that it stands for. Blanks may differ (indentation, folded
// lines); every other character finds them together again.
class Alignment {
 public:
  Alignment(std::string_view host, size_t at, DocumentFormat format) : host_(host), at_(at) {
    if (format == DocumentFormat::kYaml) SkipProperties();
    style_ = Here();
    if (style_ == '"' || style_ == '\'') {
      ++at_;
    } else if (format == DocumentFormat::kYaml && (style_ == '|' || style_ == '>')) {
      while (at_ < host_.size() && host_[at_++] != '\n') continue;  // the header of a block
    } else {
      style_ = 0;
    }
  }

  std::vector<size_t> Run(std::string_view decoded) {
    std::vector<size_t> offsets;
    offsets.reserve(decoded.size());
    while (offsets.size() < decoded.size()) {
      const std::string_view rest = decoded.substr(offsets.size());
      const size_t size = IsBlank(rest[0]) ? Blank(rest[0]) : Character(rest);
      if (size == 0) break;
      offsets.insert(offsets.end(), size, found_);
    }
    return offsets;
  }

 private:
  char Here(size_t ahead = 0) const { return at_ + ahead < host_.size() ? host_[at_ + ahead] : '\0'; }
  void SkipBlanks() {
    while (IsBlank(Here())) ++at_;
  }
  // Tags and anchors.
  void SkipProperties() {
    while (Here() == '!' || Here() == '&') {
      while (at_ < host_.size() && !IsBlank(Here())) ++at_;
      SkipBlanks();
    }
  }
  bool at_escape() const { return style_ == '"' && Here() == '\\'; }
  // A line that goes on in the next one, in double quotes.
  bool at_continuation() const { return at_escape() && (Here(1) == '\n' || Here(1) == '\r'); }
  void SkipContinuations() {
    while (at_continuation()) {
      ++at_;
      SkipBlanks();
    }
  }
  void SkipEscape() {
    const char kind = Here(1);
    const bool first_of_pair = kind == 'u' && (Here(2) == 'd' || Here(2) == 'D') && Here(3) != '\0' &&
                               std::string_view("89abAB").find(Here(3)) != std::string_view::npos;
    at_ += kind == 'x' ? 4 : kind == 'U' ? 10 : first_of_pair ? 12 : kind == 'u' ? 6 : 2;
  }
  size_t Blank(char c) {
    SkipContinuations();
    found_ = at_;
    if (at_escape()) {
      SkipEscape();
    } else if (Here() == '\r' && Here(1) == '\n' && c == '\n') {
      at_ += 2;
    } else if (Here() == c) {
      ++at_;
    }
    return 1;
  }
  // The bytes of the character that `rest` begins with; 0 if the host has another one.
  size_t Character(std::string_view rest) {
    for (SkipBlanks(); at_continuation(); SkipBlanks()) SkipContinuations();
    found_ = at_;
    const size_t size = std::min(Utf8Size(rest[0]), rest.size());
    if (at_escape()) {
      SkipEscape();
    } else if (host_.substr(std::min(at_, host_.size())).starts_with(rest.substr(0, size))) {
      at_ += style_ == '\'' && rest[0] == '\'' ? 2 : size;
    } else {
      return 0;
    }
    return size;
  }

  std::string_view host_;
  size_t at_;
  size_t found_ = 0;
  char style_ = 0;
};

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), starts_{0} {
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

size_t LineIndex::OffsetOf(SourcePosition position) const {
  const auto line = static_cast<size_t>(std::max(position.line, 1)) - 1;
  if (line >= starts_.size()) return text_.size();
  size_t at = starts_[line];
  for (int column = 1; column < position.column && at < text_.size(); ++column) at += Utf8Size(text_[at]);
  return std::min(at, text_.size());
}

SourcePosition LineIndex::PositionOf(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto line = std::upper_bound(starts_.begin(), starts_.end(), offset) - 1;
  return {static_cast<int>(line - starts_.begin()) + 1,
          static_cast<int>(CountCodePoints(text_.substr(*line, offset - *line))) + 1};
}

std::vector<size_t> OffsetsOfScalar(std::string_view host, size_t at, DocumentFormat format, std::string_view decoded) {
  return Alignment(host, at, format).Run(decoded);
}

Host::Host(std::string file, std::string text, DocumentFormat format, Value root)
    : file_(std::move(file)), text_(std::move(text)), format_(format), root_(std::move(root)) {}

std::string_view Host::body() const {
  const std::string_view text = text_;
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

const Positions& Host::positions() const {
  if (!positions_) positions_ = Positions::Of(text_, format_, YamlTags::kFunctions);
  return *positions_;
}

const LineIndex& Host::lines() const {
  if (!lines_) lines_.emplace(body());
  return *lines_;
}

SourcePosition Host::PositionWithin(const std::string& pointer, size_t offset) const {
  const SourcePosition start = positions().ValueAt(pointer);
  const Value* scalar = ResolvePointer(root_, pointer);
  if (scalar == nullptr || !scalar->is_string()) return start;
  if (last_.offsets.empty() || last_.pointer != pointer) {
    last_ = {pointer, OffsetsOfScalar(body(), lines().OffsetOf(start), format_, scalar->as_string())};
  }
  if (last_.offsets.empty()) return start;
  if (offset < last_.offsets.size()) return lines().PositionOf(last_.offsets[offset]);
  return offset == scalar->as_string().size() ? lines().PositionOf(last_.offsets.back() + 1) : start;
}

}  // namespace gait::templates
