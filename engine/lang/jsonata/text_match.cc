#include "engine/lang/jsonata/text_match.h"

#include <algorithm>

#include "engine/lang/jsonata/numerals.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

using Kind = TextPiece::Kind;
using Places = std::vector<bool>;  // one for each character, and one for the end

template <typename Text>  // of ASCII, or of code points
bool BeginsWith(std::u32string_view text, size_t at, const Text& beginning) {
  if (beginning.size() > text.size() - at) return false;
  for (size_t i = 0; i < beginning.size(); ++i) {
    if (ToLower(text[at + i]) != ToLower(static_cast<char32_t>(beginning[i]))) return false;
  }
  return true;
}

// Can the run that the piece is contain this character?
bool Accepts(const TextPiece& piece, char32_t c) {
  switch (piece.kind) {
    case Kind::kDigits: return IsDigit(c, piece.zero);
    case Kind::kLetters: return ToLower(c) >= U'a' && ToLower(c) <= U'z';
    case Kind::kRomanDigits: return std::u32string_view(U"ivxlcdm").find(ToLower(c)) != std::u32string_view::npos;
    case Kind::kSign: return c == U'+' || c == U'-';
    default: return false;
  }
}

bool IsOrdinalSuffix(std::u32string_view text, size_t at) {
  constexpr std::u32string_view kSuffixes[] = {U"st", U"nd", U"rd", U"th"};
  return std::any_of(std::begin(kSuffixes), std::end(kSuffixes),
                     [&](std::u32string_view suffix) { return BeginsWith(text, at, suffix); });
}

// The sizes of all that can come at `at` in a number in words, ascending but for what shares no beginning.
std::vector<size_t> WordSizes(std::u32string_view text, size_t at) {
  std::vector<size_t> sizes;
  if (at == text.size()) return sizes;
  if (text[at] == U' ' || text[at] == U',' || text[at] == U'-') sizes.push_back(1);
  if (BeginsWith(text, at, std::u32string_view(U"and"))) sizes.push_back(3);
  for (const auto& [word, value] : AllNumberWords()) {
    if (BeginsWith(text, at, word)) sizes.push_back(word.size());
  }
  return sizes;
}

class Matcher {
 public:
  Matcher(std::u32string_view text, const std::vector<TextPiece>& pieces) : text_(text) {
    const bool has_words = std::any_of(pieces.begin(), pieces.end(),
                                       [](const TextPiece& piece) { return piece.kind == Kind::kNumberWords; });
    for (size_t at = 0; has_words && at <= text.size(); ++at) word_sizes_.push_back(WordSizes(text, at));
  }

  // The places from which the piece can reach one of `next`.
  Places Starts(const TextPiece& piece, const Places& next) const {
    Places starts(text_.size() + 1, false);
    size_t run = 0;
    for (size_t at = text_.size() + 1; at-- > 0;) {
      run = at < text_.size() && Accepts(piece, text_[at]) ? run + 1 : 0;
      starts[at] = StartsAt(piece, at, run, starts, next);
    }
    return starts;
  }

  // The farthest of `next` that the piece reaches from `at`. REQUIRES: `at` is one of `starts`.
  size_t End(const TextPiece& piece, size_t at, const Places& starts, const Places& next) const {
    if (piece.kind == Kind::kText) return at + piece.text.size();
    if (piece.kind == Kind::kOrdinalSuffix) return at + kOrdinalSuffixSize;
    if (piece.kind == Kind::kNumberWords) return EndOfWords(at, starts, next);
    if (Count(piece) > 0) return at + Count(piece);
    size_t end = at;
    for (size_t i = at; i < text_.size() && Accepts(piece, text_[i]); ++i) {
      if (next[i + 1]) end = i + 1;
    }
    return end;
  }

 private:
  static constexpr size_t kOrdinalSuffixSize = 2;

  static size_t Count(const TextPiece& piece) { return piece.kind == Kind::kSign ? 1 : piece.count; }

  // `run`: how many characters from `at` on the piece accepts. `starts` is known behind `at`.
  bool StartsAt(const TextPiece& piece, size_t at, size_t run, const Places& starts, const Places& next) const {
    switch (piece.kind) {
      case Kind::kText:
        return piece.text.size() <= text_.size() - at && next[at + piece.text.size()] &&
               BeginsWith(text_, at, piece.text);
      case Kind::kOrdinalSuffix: return IsOrdinalSuffix(text_, at) && next[at + kOrdinalSuffixSize];
      case Kind::kNumberWords: {
        const std::vector<size_t>& sizes = word_sizes_[at];
        return std::any_of(sizes.begin(), sizes.end(), [&](size_t n) { return next[at + n] || starts[at + n]; });
      }
      default: break;
    }
    if (const size_t count = Count(piece); count > 0) return run >= count && next[at + count];
    return run > 0 && (next[at + 1] || starts[at + 1]);
  }

  // Takes the first word that leads on, of several the shortest: in "fourteenth", "four" if the next piece can be
  // "teenth". That is how the reference's expression tries them.
  size_t EndOfWords(size_t at, const Places& starts, const Places& next) const {
    while (starts[at]) {
      const std::vector<size_t>& sizes = word_sizes_[at];
      at += *std::find_if(sizes.begin(), sizes.end(), [&](size_t n) { return starts[at + n] || next[at + n]; });
    }
    return at;
  }

  std::u32string_view text_;
  std::vector<std::vector<size_t>> word_sizes_;  // from each place, if any piece asks
};

}  // namespace

std::optional<std::vector<size_t>> MatchPieces(std::u32string_view text, const std::vector<TextPiece>& pieces) {
  if (pieces.size() > text.size()) return std::nullopt;  // each takes a character at least
  const Matcher matcher(text, pieces);
  // From the right, the places from which the pieces behind can still reach the end.
  std::vector<Places> starts(pieces.size() + 1);
  starts.back().assign(text.size() + 1, false);
  starts.back()[text.size()] = true;
  for (size_t i = pieces.size(); i-- > 0;) {
    starts[i] = matcher.Starts(pieces[i], starts[i + 1]);
    if (std::find(starts[i].begin(), starts[i].end(), true) == starts[i].end()) return std::nullopt;
  }
  if (!starts[0][0]) return std::nullopt;
  // From the left, the farthest of those.
  std::vector<size_t> ends;
  for (size_t at = 0; const TextPiece& piece : pieces) {
    at = matcher.End(piece, at, starts[ends.size()], starts[ends.size() + 1]);
    ends.push_back(at);
  }
  return ends;
}

}  // namespace gait::jsonata
