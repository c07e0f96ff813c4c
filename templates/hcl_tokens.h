// The tokens of Terraform's language, as far as they are needed to find a block, its attributes and their texts: HCL
// itself is not evaluated. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gait::templates {

struct HclToken {
  enum class Kind { kEnd, kIdentifier, kString, kHeredoc, kPunctuation };
  Kind kind = Kind::kEnd;
  size_t begin = 0;       // of the token in the text
  std::string_view text;  // a string without its quotes, the lines of a heredoc; as written

  bool Is(char c) const { return kind == Kind::kPunctuation && text[0] == c; }
  bool IsName(std::string_view name) const { return kind == Kind::kIdentifier && text == name; }
};

class HclTokens {
 public:
  // `text` must outlive it and the tokens.
  explicit HclTokens(std::string_view text) : text_(text) {}

  // Blanks, line ends and comments are passed over; `==`, `=>` and the like are one token.
  HclToken Next();

 private:
  void SkipBlanks();
  HclToken Take(HclToken::Kind kind, size_t begin, std::string_view text, size_t end);
  HclToken Heredoc();

  std::string_view text_;
  size_t at_ = 0;
};

// A text with every `${...}` turned into a placeholder of the same length, so that offsets stay. False if it has
// directives (`%{ for ... }`): then it is not known what the text will be.
bool MaskInterpolations(std::string& text);

}  // namespace gait::templates
