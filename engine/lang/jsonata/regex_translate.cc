#include "engine/lang/jsonata/regex_translate.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/char_set.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

constexpr uint32_t kPcre2RepeatMax = 65535;
constexpr size_t kPatternBytesMax = 65'536;  // PCRE2's limit for what it makes of one

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsOctal(char c) { return c >= '0' && c <= '7'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsNameCharacter(char c) { return IsLetter(c) || IsDigit(c) || c == '_' || c == '$' || (c & 0x80) != 0; }

// Does a translation hold groups of JavaScript's or markers? Then it cannot stand twice.
bool HasNames(std::string_view translation) {
  return translation.find("(?<g") != translation.npos || translation.find("(?<m") != translation.npos;
}

struct Quantifier {
  uint32_t min = 0;
  std::optional<uint32_t> max;  // empty: no limit
  bool lazy = false;
};

class Translator {
 public:
  Translator(std::string_view pattern, bool ignore_case, bool multiline)
      : pattern_(pattern), ignore_case_(ignore_case), multiline_(multiline) {}

  RegexTranslation Run();

 private:
  // A group that is open, or the pattern as a whole.
  struct Open {
    size_t out_begin = 0;
    int group = 0;        // its number if it captures
    int first_inner = 1;  // the number of the next group at its beginning, its own not counted
    bool quantifiable = true;
    bool lookaround = false;
    bool alternative_nullable = true;  // the alternative that is read can match the empty text
    bool nullable = false;             // one of those before can
  };
  // What a quantifier may follow.
  struct Atom {
    size_t out_begin;
    bool nullable = false;
    bool is_group = false;
    int first_inner = 1, last_inner = 0;
  };

  [[noreturn]] void Fail(std::string_view reason) const { ThrowInvalidRegex(pattern_, reason); }
  bool AtEnd() const { return at_ == pattern_.size(); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }
  bool Skip(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  void FindGroups();
  std::string_view ReadName();
  char32_t ReadCharacter();
  std::optional<char32_t> ReadHex(size_t digits);
  char32_t ReadCharacterEscape(bool in_class);
  std::optional<Quantifier> ReadQuantifier();
  std::optional<uint32_t> ReadCount();

  void OpenGroup();
  void EndAlternative();
  void CloseGroup();
  void AddClass();
  void AddEscape();
  void AddBackreference(int group);
  void AddSet(CharSet set);
  void AddAtom(Atom atom);
  void Quantify(const Atom& atom, const Quantifier& quantifier);

  std::string_view pattern_;
  bool ignore_case_, multiline_;
  std::vector<std::string_view> names_;  // of all groups of the pattern; "" of one that has none
  bool has_names_ = false;
  size_t at_ = 0;

  std::string& out() { return result_.pattern; }
  RegexTranslation result_;
  int markers_ = 0;
  bool has_loop_ = false;  // so far
  std::vector<Open> open_;
  std::vector<bool> closed_;  // by group
};

// Before all else: what \2 and \k mean depends on the groups that follow.
void Translator::FindGroups() {
  bool in_class = false;
  for (at_ = 0; !AtEnd(); ++at_) {
    const char c = Peek();
    if (c == '\\') {
      if (at_ + 1 < pattern_.size()) ++at_;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(' && Peek(1) != '?') {
      names_.emplace_back();
    } else if (c == '(' && Peek(2) == '<' && Peek(3) != '=' && Peek(3) != '!') {
      at_ += 3;
      const std::string_view name = ReadName();
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) Fail("two groups have one name");
      names_.push_back(name);
      has_names_ = true;
      --at_;
    }
  }
  at_ = 0;
  closed_.resize(names_.size() + 1);
}

// `name>`
std::string_view Translator::ReadName() {
  const size_t begin = at_;
  while (IsNameCharacter(Peek())) ++at_;
  const std::string_view name = pattern_.substr(begin, at_ - begin);
  if (name.empty() || IsDigit(name[0]) || !Skip(">")) Fail("a group has an invalid name");
  return name;
}

char32_t Translator::ReadCharacter() {
  const size_t size = Utf8Size(Peek());
  char32_t character = static_cast<unsigned char>(Peek());
  if (size > 1) character &= 0x7FU >> size;
  for (size_t i = 1; i < size; ++i) character = character << 6 | (static_cast<unsigned char>(Peek(i)) & 0x3F);
  at_ += size;
  return character;
}

std::optional<char32_t> Translator::ReadHex(size_t digits) {
  char32_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char c = Peek(i);
    if (!IsDigit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f')) return std::nullopt;
    value = value << 4 | static_cast<char32_t>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  at_ += digits;
  return value;
}

// After the backslash. What is no escape stands for itself, as Annex B of ECMA-262 has it.
char32_t Translator::ReadCharacterEscape(bool in_class) {
  const char c = Peek();
  if (IsOctal(c)) {
    char32_t value = 0;
    for (size_t digits = c <= '3' ? 3 : 2; digits > 0 && IsOctal(Peek()); --digits, ++at_) {
      value = value << 3 | static_cast<char32_t>(Peek() - '0');
    }
    return value;
  }
  if (c == 'c') {
    const char control = Peek(1);
    if (!IsLetter(control) && !(in_class && (IsDigit(control) || control == '_'))) return '\\';
    at_ += 2;
    return static_cast<char32_t>(control & 0x1F);
  }
  if (c == 'u') {
    ++at_;
    const std::optional<char32_t> unit = ReadHex(4);
    if (!unit || *unit < 0xD800 || *unit > 0xDBFF || !Skip("\\u")) return unit.value_or('u');
    const std::optional<char32_t> low = ReadHex(4);
    if (low && *low >= 0xDC00 && *low <= 0xDFFF) return 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
    at_ -= low ? 6 : 2;
    return *unit;
  }
  if (c == 'x') {
    ++at_;
    return ReadHex(2).value_or('x');
  }
  constexpr std::string_view kLetters = "fnrtv", kMeant = "\f\n\r\t\v";
  const size_t letter = kLetters.find(c);
  if (letter == std::string_view::npos) return ReadCharacter();
  ++at_;
  return static_cast<char32_t>(kMeant[letter]);
}

// The number of a quantifier in braces, limited to one above what PCRE2 takes.
std::optional<uint32_t> Translator::ReadCount() {
  if (!IsDigit(Peek())) return std::nullopt;
  uint32_t count = 0;
  for (; IsDigit(Peek()); ++at_) {
    count = std::min(count * 10 + static_cast<uint32_t>(Peek() - '0'), kPcre2RepeatMax + 1);
  }
  return count;
}

// Nothing, and nothing read, if none is here: `{` is a character where no quantifier begins with it.
std::optional<Quantifier> Translator::ReadQuantifier() {
  Quantifier quantifier;
  if (Skip("*")) {
  } else if (Skip("+")) {
    quantifier.min = 1;
  } else if (Skip("?")) {
    quantifier.max = 1;
  } else {
    const size_t begin = at_;
    std::optional<uint32_t> min;
    if (Skip("{")) min = ReadCount();
    const bool comma = min && Skip(",");
    quantifier.max = comma ? ReadCount() : min;
    if (!min || !Skip("}")) {
      at_ = begin;
      return std::nullopt;
    }
    quantifier.min = *min;
    if (quantifier.max && *quantifier.max < quantifier.min) Fail("the numbers of a quantifier are out of order");
    if (quantifier.min > kPcre2RepeatMax) Fail("a quantifier is too large");
    if (quantifier.max && *quantifier.max > kPcre2RepeatMax) quantifier.max.reset();
  }
  quantifier.lazy = Skip("?");
  return quantifier;
}

void Translator::OpenGroup() {
  Open group;
  group.out_begin = out().size();
  if (Skip("?:")) {
    out() += "(?:";
  } else if (Skip("?=") || Skip("?!")) {
    out().append("(?") += pattern_[at_ - 1];
    group.lookaround = true;
  } else if (Skip("?<=") || Skip("?<!")) {
    out().append("(?<") += pattern_[at_ - 1];
    group.lookaround = true;
    group.quantifiable = false;
  } else {
    if (Skip("?<")) {
      ReadName();
    } else if (Peek() == '?') {
      Fail("a group begins with an unknown (?");
    }
    group.group = ++result_.group_count;
    out().append("(?<").append(RegexGroupName(group.group)) += '>';
  }
  group.first_inner = result_.group_count + 1;
  open_.push_back(group);
}

void Translator::EndAlternative() {
  Open& group = open_.back();
  group.nullable = group.nullable || group.alternative_nullable;
  group.alternative_nullable = true;
}

void Translator::CloseGroup() {
  if (open_.size() == 1) Fail("a ) has no (");
  EndAlternative();
  const Open group = open_.back();
  open_.pop_back();
  out() += ')';
  closed_[static_cast<size_t>(group.group)] = true;
  if (!group.quantifiable) return;
  AddAtom({group.out_begin, group.lookaround || group.nullable, true, group.first_inner, result_.group_count});
}

void Translator::AddClass() {
  const bool negated = Skip("^");
  std::vector<CharSet::Range> ranges;
  // One member: the character, or nothing where a \d or the like was added whole.
  const auto read = [&]() -> std::optional<char32_t> {
    if (AtEnd()) Fail("a [ has no ]");
    if (!Skip("\\")) return ReadCharacter();
    if (AtEnd()) Fail("the last backslash stands before nothing");
    if (const std::optional<CharSet> set = ClassEscape(Peek())) {
      ++at_;
      ranges.insert(ranges.end(), set->ranges().begin(), set->ranges().end());
      return std::nullopt;
    }
    if (Skip("b")) return '\b';
    return ReadCharacterEscape(true);
  };
  while (!Skip("]")) {
    const std::optional<char32_t> first = read();
    std::optional<char32_t> last = first;
    if (Peek() == '-' && Peek(1) != ']') {
      ++at_;
      last = read();
      if (!first || !last) ranges.push_back({'-', '-'});
    }
    if (first && last && *last < *first) Fail("a range in [] is out of order");
    if (first) ranges.push_back({*first, last ? *last : *first});
    if (!first && last) ranges.push_back({*last, *last});
  }
  CharSet set(std::move(ranges));
  if (ignore_case_) set.AddOtherCases();
  const size_t begin = out().size();
  out() += (negated ? set.Complement() : set).ToPcre2();
  AddAtom({begin});
}

void Translator::AddEscape() {
  const char c = Peek();
  if (AtEnd()) Fail("the last backslash stands before nothing");
  if (c == 'b' || c == 'B') {
    out() += '\\';
    out() += c;
    ++at_;
    return;
  }
  if (const std::optional<CharSet> set = ClassEscape(c)) {
    ++at_;
    AddSet(*set);
    return;
  }
  if (c == 'k' && has_names_) {
    ++at_;
    if (!Skip("<")) Fail("\\k has no name");
    const auto name = std::find(names_.begin(), names_.end(), ReadName());
    if (name == names_.end()) Fail("\\k names no group");
    AddBackreference(static_cast<int>(name - names_.begin()) + 1);
    return;
  }
  if (c >= '1' && c <= '9') {
    const size_t begin = at_;
    const uint32_t group = *ReadCount();
    if (group <= names_.size()) {
      AddBackreference(static_cast<int>(group));
      return;
    }
    at_ = begin;
  }
  const char32_t character = ReadCharacterEscape(false);
  AddSet(CharSet({{character, character}}));
}

// A group that is not closed yet is unset: its iteration has unset what an earlier one captured.
void Translator::AddBackreference(int group) {
  const size_t begin = out().size();
  if (closed_[static_cast<size_t>(group)]) {
    out().append(ignore_case_ ? "(?i:\\k<" : "(?:\\k<").append(RegexGroupName(group)).append(">)");
  } else {
    out() += "(?:)";
  }
  AddAtom({begin, true});
}

void Translator::AddSet(CharSet set) {
  if (ignore_case_) set.AddOtherCases();
  const size_t begin = out().size();
  out() += set.ToPcre2();
  AddAtom({begin});
}

void Translator::AddAtom(Atom atom) {
  const std::optional<Quantifier> quantifier = ReadQuantifier();
  if (quantifier) Quantify(atom, *quantifier);
  Open& group = open_.back();
  group.alternative_nullable = group.alternative_nullable && (atom.nullable || (quantifier && quantifier->min == 0));
}

void Translator::Quantify(const Atom& atom, const Quantifier& quantifier) {
  if (quantifier.max == 0) {  // its groups are there; PCRE2 takes {0} in a lookahead for the item itself
    out().insert(atom.out_begin, "(?:(?!)") += ")?";
    return;
  }
  const bool ends_early = !quantifier.max || *quantifier.max > quantifier.min;
  const bool not_empty = atom.is_group && atom.nullable && ends_early;
  const bool has_inner = atom.last_inner >= atom.first_inner;
  const bool repeats = !quantifier.max || *quantifier.max > 1;
  if (not_empty && quantifier.min > 0 && !HasNames(std::string_view(out()).substr(atom.out_begin))) {
    // Those that must be, which may be empty, and those that may be, which must not.
    const std::string body = out().substr(atom.out_begin);
    out().append("{").append(std::to_string(quantifier.min)).append("}");
    Quantifier others{0, quantifier.max, quantifier.lazy};
    if (others.max) *others.max -= quantifier.min;
    Atom again = atom;
    again.out_begin = out().size();
    out() += body;
    Quantify(again, others);
    return;
  }
  if (not_empty || (has_inner && repeats)) {
    const int marker = ++markers_;
    std::string before = "(?:(?<" + RegexMarkerName(marker) + ">)";
    if (not_empty) {
      out().append("(?C'").append(std::to_string(marker));
      if (quantifier.min > 0) {  // of the iterations that must be, the empty one is where the loop begins
        const int loop = ++markers_;
        before.insert(0, "(?<" + RegexMarkerName(loop) + ">)");
        out().append(",").append(std::to_string(loop));
      }
      out() += "')";
    }
    out() += ')';
    out().insert(atom.out_begin, before);
    if (has_inner) result_.loops.push_back({marker, atom.first_inner, atom.last_inner});
  }
  out() += '{';
  out() += std::to_string(quantifier.min);
  out() += ',';
  if (quantifier.max) out() += std::to_string(*quantifier.max);
  out() += '}';
  if (quantifier.lazy) out() += '?';
  if (!ends_early) return;
  if (has_loop_ || atom.is_group || open_.size() > 1) out() += "(?C1)";
  has_loop_ = true;
}

RegexTranslation Translator::Run() {
  if (pattern_.size() > kPatternBytesMax) Fail("it is too large");
  FindGroups();
  open_.emplace_back();
  while (!AtEnd()) {
    if (ReadQuantifier()) Fail("a quantifier has nothing to repeat");
    switch (Peek()) {
      case '|':
        EndAlternative();
        out() += '|';
        ++at_;
        break;
      case '(':
        ++at_;
        OpenGroup();
        break;
      case ')':
        ++at_;
        CloseGroup();
        break;
      case '[':
        ++at_;
        AddClass();
        break;
      case '\\':
        ++at_;
        AddEscape();
        break;
      case '.':
        ++at_;
        AddSet(NoLineTerminators());
        break;
      case '^':
        out() += multiline_ ? "(?<!" + NoLineTerminators().ToPcre2() + ")" : "\\A";
        ++at_;
        break;
      case '$':
        out() += multiline_ ? "(?!" + NoLineTerminators().ToPcre2() + ")" : "\\z";
        ++at_;
        break;
      default: {
        const char32_t character = ReadCharacter();
        AddSet(CharSet({{character, character}}));
      }
    }
  }
  if (open_.size() > 1) Fail("a ( has no )");
  result_.pattern = "(?C1)(?:" + result_.pattern + ")";
  result_.marker_count = markers_;
  return std::move(result_);
}

}  // namespace

std::string RegexGroupName(int group) { return "g" + std::to_string(group); }

std::string RegexMarkerName(int marker) { return "m" + std::to_string(marker); }

RegexTranslation TranslateRegex(std::string_view pattern, bool ignore_case, bool multiline) {
  return Translator(pattern, ignore_case, multiline).Run();
}

void ThrowInvalidRegex(std::string_view pattern, std::string_view reason) {
  throw Error("S0303").Token(std::string(pattern)).With(Value::String(reason));
}

}  // namespace gait::jsonata
