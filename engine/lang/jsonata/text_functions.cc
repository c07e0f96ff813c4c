#include "engine/lang/jsonata/text_functions.h"

#include <algorithm>
#include <cmath>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

// The byte at which code point `count` begins, or the text's end.
size_t ByteOf(std::string_view text, double count) {
  size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += Utf8Size(text[at]);
  return at;
}

constexpr std::string_view kWhiteSpace = " \t\n\r";

}  // namespace

std::string_view Substring(std::string_view text, double start, std::optional<double> length) {
  if (length && !(*length > 0)) return {};
  const auto size = static_cast<double>(CountCodePoints(text));
  if (size + start < 0) start = 0;
  // The end is of the fractions' sum, so the two are cut to integers separately.
  const double end = length ? (start >= 0 ? start : size + start) + *length : size;
  const double first = std::trunc(start) >= 0 ? std::trunc(start) : size + std::trunc(start);
  const size_t begin = ByteOf(text, first);
  return text.substr(begin, ByteOf(text.substr(begin), std::trunc(end) - first));
}

std::string_view SubstringBefore(std::string_view text, std::string_view separator) {
  return text.substr(0, text.find(separator));
}

std::string_view SubstringAfter(std::string_view text, std::string_view separator) {
  const size_t at = text.find(separator);
  return at == std::string_view::npos ? text : text.substr(at + separator.size());
}

std::string Trim(std::string_view text) {
  std::string trimmed;
  for (size_t at = text.find_first_not_of(kWhiteSpace); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(kWhiteSpace, at), text.size());
    if (!trimmed.empty()) trimmed += ' ';
    trimmed += text.substr(at, end - at);
    at = text.find_first_not_of(kWhiteSpace, end);
  }
  return trimmed;
}

std::string Pad(std::string_view text, double width, std::string_view padding) {
  if (padding.empty()) padding = " ";
  const double missing = std::trunc(std::abs(width)) - static_cast<double>(CountCodePoints(text));
  if (!(missing > 0)) return std::string(text);
  if (missing > static_cast<double>(kTextBytesMax)) throw Error("U1001");
  const auto count = static_cast<size_t>(missing);
  const size_t round = CountCodePoints(padding);  // code points that each time of the padding adds
  const std::string_view last = padding.substr(0, ByteOf(padding, static_cast<double>(count % round)));
  if (count / round > (kTextBytesMax - std::min(kTextBytesMax, text.size() + last.size())) / padding.size()) {
    throw Error("U1001");
  }
  std::string added;
  added.reserve(count / round * padding.size() + last.size() + text.size());
  for (size_t i = 0; i < count / round; ++i) added += padding;
  added += last;
  return width > 0 ? std::string(text) + added : added.append(text);
}

std::string Join(const Value& texts, std::string_view separator) {
  std::string joined;
  bool first = true;
  for (const Value& text : texts.items()) {
    if (!first) joined += separator;
    joined += text.as_string();
    if (joined.size() > kTextBytesMax) throw Error("U1001");
    first = false;
  }
  return joined;
}

}  // namespace gait::jsonata
