// JSONata's functions of texts, as functions of C++: https://docs.jsonata.org/string-functions. Who calls has checked
// the signature; an argument that is not given is an empty optional.
//
// Texts are valid UTF-8. Places and lengths count code points; those of matches count UTF-16 code units, as the
// reference does. The functions take time and memory in proportion to what they take and give; each that can give much
// more than it takes throws U1001 beyond kTextBytesMax. $length and the order of texts are CountCodePoints and
// CompareUtf16 (engine/base/utf.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/json/value.h"
#include "engine/lang/jsonata/regex.h"

namespace gait::jsonata {

inline constexpr size_t kTextBytesMax = size_t{64} * 1024 * 1024;

// What $contains, $split and $replace look for.
using Pattern = std::variant<std::string_view, std::reference_wrapper<const Regex>>;

// text_functions.cc
std::string_view Substring(std::string_view text, double start, std::optional<double> length = {});
std::string_view SubstringBefore(std::string_view text, std::string_view separator);
std::string_view SubstringAfter(std::string_view text, std::string_view separator);
std::string Trim(std::string_view text);  // also makes one space of white space within
// A positive width pads on the right, a negative one on the left.
std::string Pad(std::string_view text, double width, std::string_view padding = " ");
// REQUIRES: `texts` is an array of strings.
std::string Join(const Value& texts, std::string_view separator = "");

// text_case.cc: all of Unicode's rules that depend on no language ('ß' to "SS", final sigma).
std::string Lowercase(std::string_view text);
std::string Uppercase(std::string_view text);

// text_matching.cc. Each throws D1004 (the regular expression as value) where a match after the first is empty, and
// U1001 where matching takes too long.
bool Contains(std::string_view text, const Pattern& pattern);
// Throws D3020 (limit as value, index 3) if `limit` is negative. An array of strings.
Value Split(std::string_view text, const Pattern& separator, std::optional<double> limit = {});
// Throws D3010 (pattern as value, index 2) if the pattern is "", D3011 (limit as value, index 4) if `limit` is
// negative.
// `$1`, `$0` and `$$` in `replacement` have a meaning where the pattern is a regular expression.
std::string Replace(std::string_view text, const Pattern& pattern, std::string_view replacement,
                    std::optional<double> limit = {});
// `replace` gives what comes in a match's place; where the expression's function gives no string, it throws D3012 (with
// what it gives as value).
std::string Replace(std::string_view text, const Regex& pattern,
                    const std::function<std::string(const Match&)>& replace, std::optional<double> limit = {});
// An array of {match, index, groups}; a group that took no part is undefined in the reference, which JSON writes as
// null. Throws D3040 (limit as value, index 3) if `limit` is negative.
Value MatchAll(std::string_view text, const Regex& regex, std::optional<double> limit = {});
// One of them, where its match begins after `index` UTF-16 code units.
Value MatchValue(std::string_view text, const Match& match, size_t index);
size_t CountUtf16Units(std::string_view text);
// The byte at which the character of a UTF-16 code unit begins, or the end of the text.
size_t ByteOfUtf16Unit(std::string_view text, double unit);

// text_encoding.cc
// Of the low bytes of the text's UTF-16 code units, as JavaScript's btoa sees a text.
std::string Base64Encode(std::string_view text);
// A text of characters below U+0100. Skips what is no Base64, and takes the URL's alphabet too, as the reference does;
// of a character beyond U+00FF it takes the low bytes of its UTF-16 code units, as Node.js does.
std::string Base64Decode(std::string_view text);
std::string EncodeUrl(std::string_view text);
std::string EncodeUrlComponent(std::string_view text);
// Throw D3140 (the function's name as token, the text as value) where % begins no escape of UTF-8.
std::string DecodeUrl(std::string_view text);
std::string DecodeUrlComponent(std::string_view text);
// In hexadecimal digits. Throws D3142 (the algorithm as value, index 2) unless it is MD5, SHA-1, SHA-256, SHA-384 or
// SHA-512.
std::string Hash(std::string_view text, std::string_view algorithm);

}  // namespace gait::jsonata
