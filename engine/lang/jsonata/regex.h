// Regular expressions as JSONata has them: JavaScript's, without the flag u, matched by PCRE2. What they mean, and
// where they differ: regex_translate.h.
//
// Immutable, shared by threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lang/jsonata/regex_translate.h"

struct pcre2_real_code_8;

namespace gait::jsonata {

struct Match {
  size_t begin = 0, end = 0;                       // in bytes
  std::vector<std::optional<std::string>> groups;  // empty: it took no part
};

// The time that is left for the searches of one call: a pattern that would take for ever ends in an error.
struct MatchBudget {
  std::chrono::steady_clock::duration left = std::chrono::seconds(1);
};

class Regex {
 public:
  // `flags`: `i`, `m`, in any number and order.
  // Throws S0301 if `pattern` is empty, S0303 (the pattern as token, the reason as value) if it does not compile.
  static std::shared_ptr<const Regex> Compile(std::string_view pattern, std::string_view flags);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  const std::string& source() const { return source_; }

  // The first match that begins at `from` or after it. `^` and a lookbehind see what is before.
  // REQUIRES: `text` is valid UTF-8; a character begins at `from`, or the text ends there.
  // Throws U1001 if the search takes too long, or too much memory.
  std::optional<Match> Find(std::string_view text, size_t from, MatchBudget& budget) const;
  std::optional<Match> Find(std::string_view text, size_t from) const {
    MatchBudget budget;
    return Find(text, from, budget);
  }

 private:
  explicit Regex(std::string_view source) : source_(source) {}
  static std::shared_ptr<const Regex> Make(std::string_view pattern, std::string_view flags);

  std::string source_;
  pcre2_real_code_8* code_ = nullptr;
  std::vector<RegexTranslation::Loop> loops_;
  std::vector<size_t> groups_, markers_;  // by number from 1: where PCRE2 has them in its vector of offsets
};

// Goes through the matches in `text`, as the functions of JSONata do; both must stay. An empty match is only good as
// the first one of a text that ends there: Advance otherwise throws D1004 (the pattern as value), for it finds it
// again.
class Matches {
 public:
  Matches(const Regex& regex, std::string_view text) : regex_(regex), text_(text), match_(Find(0)) {}

  const Match* current() const { return match_ ? &*match_ : nullptr; }  // null: there are no more
  void Advance();

 private:
  std::optional<Match> Find(size_t from) { return regex_.Find(text_, from, budget_); }

  const Regex& regex_;
  std::string_view text_;
  MatchBudget budget_;
  std::optional<Match> match_;
};

}  // namespace gait::jsonata
