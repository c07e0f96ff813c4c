// URL encoding of JSON values: the bodies and queries of HTTP Tasks.
// https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#url-encode-request-body
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/json/value.h"

namespace gait {

// How the items of an array `a` are written.
enum class ArrayFormat {
  kIndices,   // a[0]=x&a[1]=y
  kRepeat,    // a=x&a=y
  kCommas,    // a=x,y
  kBrackets,  // a[]=x&a[]=y
  kNone,      // a=["x","y"]: arrays are not taken apart
};

// The value of the field ArrayFormat. Empty if there is no such format.
std::optional<ArrayFormat> ParseArrayFormat(std::string_view name);

// Everything but letters, digits and `-._~` as %XX of its UTF-8 (RFC 3986, 2.3).
std::string PercentEncode(std::string_view text);

// `a=1&b%5Bc%5D=2` of `{"a": 1, "b": {"c": 2}}`. REQUIRES: `object` is an object.
std::string EncodeForm(const Value& object, ArrayFormat format);

// A query from what QueryParameters may be: an object, whose arrays repeat their key; a text, which stands as it is but
// for characters that cannot; an array of these. Empty if the value is none of them.
std::optional<std::string> EncodeQuery(const Value& parameters);

}  // namespace gait
