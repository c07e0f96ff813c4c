// A file that holds definitions within something else, and where in its text their parts stand.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/document.h"

namespace gait::templates {

// Positions to byte offsets of a text, and back.
class LineIndex {
 public:
  // `text` must outlive it.
  explicit LineIndex(std::string_view text);

  // The end of the text where it has no such place.
  size_t OffsetOf(SourcePosition position) const;
  SourcePosition PositionOf(size_t offset) const;

 private:
  std::string_view text_;
  std::vector<size_t> starts_;  // of the lines
};

// Where the bytes of a text came from that was written as a scalar: an offset in `host` for each byte of `decoded`. A
// JSON string, or a scalar of YAML in any style, begins at `at`; tags and anchors may stand before it. There are fewer
// offsets where the two do not fit together.
std::vector<size_t> OffsetsOfScalar(std::string_view host, size_t at, DocumentFormat format, std::string_view decoded);

// Not thread-safe: what is only needed to report something is made when it is asked for.
class Host {
 public:
  // Of a document that ParseDocument takes, with YamlTags::kFunctions.
  Host(std::string file, std::string text, DocumentFormat format, Value root);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  const Value& root() const { return root_; }

  const Positions& positions() const;
  // Of a byte of the text of the string at `pointer`; of the string, if that is not known.
  SourcePosition PositionWithin(const std::string& pointer, size_t offset) const;

 private:
  struct Scalar {
    std::string pointer;
    std::vector<size_t> offsets;
  };
  std::string_view body() const;  // without a byte order mark
  const LineIndex& lines() const;

  std::string file_, text_;
  DocumentFormat format_;
  Value root_;
  mutable std::optional<Positions> positions_;
  mutable std::optional<LineIndex> lines_;
  mutable Scalar last_;  // that was asked for
};

}  // namespace gait::templates
