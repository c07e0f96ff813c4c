// The regular expression of a filter: `=~ /re/i`. The only user of RE2, so that no pattern or text costs more than
// linear time; hence RE2's syntax, which is Java's without look-around, back-references and possessive quantifiers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace re2 {
class RE2;
}

namespace gait::jsonpath {

// Immutable; may be shared between threads.
class Regex {
 public:
  using Error = std::string;  // what is wrong with a pattern, for people

  static std::variant<std::shared_ptr<const Regex>, Error> Compile(std::string_view pattern, bool ignore_case);
  ~Regex();

  bool MatchesWhole(std::string_view text) const;
  const std::string& pattern() const;

 private:
  explicit Regex(std::unique_ptr<re2::RE2> re2);
  std::unique_ptr<re2::RE2> re2_;
};

}  // namespace gait::jsonpath
