#include "engine/lang/jsonpath/regex.h"

#include <re2/re2.h>

namespace gait::jsonpath {

namespace {

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Regex::Regex(std::unique_ptr<re2::RE2> re2) : re2_(std::move(re2)) {}
Regex::~Regex() = default;

std::variant<std::shared_ptr<const Regex>, Regex::Error> Regex::Compile(std::string_view pattern, bool ignore_case) {
  RE2::Options options;
  options.set_case_sensitive(!ignore_case);
  options.set_log_errors(false);
  auto re2 = std::make_unique<RE2>(Piece(pattern), options);
  if (!re2->ok()) return re2->error();
  return std::shared_ptr<const Regex>(new Regex(std::move(re2)));
}

bool Regex::MatchesWhole(std::string_view text) const { return RE2::FullMatch(Piece(text), *re2_); }

const std::string& Regex::pattern() const { return re2_->pattern(); }

}  // namespace gait::jsonpath
