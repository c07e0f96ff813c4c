#include <algorithm>
#include <array>
#include <unordered_set>

#include "engine/base/utf.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/functions.h"
#include "engine/lang/intrinsic/intrinsic.h"
#include "engine/lang/java_text.h"

namespace gait::intrinsic {
namespace {

// The characters of a text, each a separator.
class Separators {
 public:
  explicit Separators(std::string_view text) {
    for (size_t i = 0, size = 0; i < text.size(); i += size) {
      size = Utf8Size(text[i]);
      if (size == 1) {
        single_[static_cast<unsigned char>(text[i])] = true;
      } else {
        wide_.insert(text.substr(i, size));
      }
    }
  }

  bool Contains(std::string_view character) const {
    return character.size() == 1 ? single_[static_cast<unsigned char>(character[0])] : wide_.contains(character);
  }

 private:
  std::array<bool, 256> single_{};
  std::unordered_set<std::string_view> wide_;  // those of several bytes
};

bool IsEscape(std::string_view pair) { return pair == "\\'" || pair == "\\{" || pair == "\\}" || pair == "\\\\"; }

}  // namespace

// Every character of the second argument separates, and empty parts are dropped, as by Java's StringTokenizer.
Value StringSplit(Arguments& arguments) {
  const std::string_view text = arguments.String(0);
  const Separators separators(arguments.String(1));
  ArrayBuilder parts;
  size_t from = 0;
  for (size_t i = 0, size = 0; i < text.size(); i += size) {
    size = Utf8Size(text[i]);
    if (!separators.Contains(text.substr(i, size))) continue;
    if (i > from) parts.Add(Value::String(text.substr(from, i - from)));
    from = i + size;
  }
  if (from < text.size()) parts.Add(Value::String(text.substr(from)));
  return parts.Build();
}

// A brace that is not half of `{}` stands for itself.
Value Format(Arguments& arguments) {
  const std::string_view text = arguments.String(0);
  std::string out;
  size_t used = 1;  // arguments, the template among them
  for (size_t at = 0;;) {
    const size_t next = std::min(text.find_first_of("\\{", at), text.size());
    out += text.substr(at, next - at);
    if (next == text.size()) break;
    const std::string_view pair = text.substr(next, 2);
    at = next + 2;
    if (pair == "{}") {
      if (used == arguments.size()) return arguments.Fail("the template has more {} than there are values");
      const Value& value = arguments[used++];
      if (value.size() != 0 && JsonSize(value) > kIntrinsicResultBytesMax) {
        return arguments.Fail("a value is too large");
      }
      AppendJavaText(out, value);
    } else if (pair[0] == '{') {
      out += '{';
      at = next + 1;
    } else if (IsEscape(pair)) {
      out += pair[1];
    } else {
      return arguments.Fail("a backslash in the template must stand before one of ' { } \\");
    }
    if (out.size() > kIntrinsicResultBytesMax) return arguments.Fail("the text becomes too large");
  }
  if (used < arguments.size()) return arguments.Fail("the template has fewer {} than there are values");
  return Value::String(out);
}

}  // namespace gait::intrinsic
