#include "engine/lang/jsonpath/parse.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace gait::jsonpath {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNumberCharacters = "0123456789- ,:";
constexpr std::string_view kSliceCharacters = "0123456789- ";

// What decides what a fragment in brackets is: a filter, names, or numbers.
constexpr std::string_view kTelling = "?'0123456789:-@";

// Characters that no unquoted name of a Reference Path has. https://states-language.net/#ref-paths
constexpr std::string_view kNotInReferences = "@,:?*()'\"]";

std::optional<int32_t> ReadInt(std::string_view digits) {
  int32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// For a message, which a long text would drown.
std::string Quoted(const std::string& text) {
  constexpr size_t kShownMax = 40;
  return "'" + text.substr(0, kShownMax) + (text.size() > kShownMax ? "...'" : "'");
}

std::string Without(std::string_view characters, std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [&](char c) { return characters.find(c) == std::string_view::npos; });
  return out;
}

// The quoted names of `text` up to the first `]`, be it quoted or not; a name that is still open there is dropped.
// False if there is no `]`.
bool ReadNames(std::string_view text, std::vector<std::string>* names) {
  const size_t end = text.find(']');
  if (end == std::string_view::npos) return false;
  text = text.substr(0, end);
  for (size_t open = text.find('\''); open != std::string_view::npos; open = text.find('\'', open)) {
    const size_t close = text.find('\'', open + 1);
    if (close == std::string_view::npos) break;
    names->emplace_back(text.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return true;
}

Step NamesStep(std::vector<std::string> names) {
  Step step;
  step.kind = names.size() == 1 ? Step::Kind::kMember : Step::Kind::kMembers;
  step.names = std::move(names);
  return step;
}

Step StepOf(Step::Kind kind) {
  Step step;
  step.kind = kind;
  return step;
}

// `[...]`, with the brackets within it in pairs; all of `text` if the first is never closed.
std::string_view BracketFragment(std::string_view text) {
  int open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++open;
    if (text[i] == ']' && --open == 0) return text.substr(0, i + 1);
  }
  return text;
}

// `[?]`, `[?,?]`: the library's placeholders for filters handed in as objects.
bool IsBareFilter(std::string_view fragment) {
  const size_t first = fragment.find_first_not_of(" \t\n\v\f\r", 1);
  return first != std::string_view::npos && fragment[first] == '?' &&
         fragment.find_first_not_of("?,* \t\n\v\f\r", first) == fragment.size() - 1 && fragment.ends_with(']');
}

// Sets what follows from the steps together.
void Finish(CompiledPath* path) {
  path->definite = true;
  for (size_t i = path->steps.size(); i-- > 0;) {
    path->definite = path->definite && path->steps[i].definite();
    path->steps[i].may_be_missing = !path->definite || (i > 0 && !path->steps[i - 1].definite());
  }
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::variant<CompiledPath, JsonPathSyntaxError> ParsePath(std::string_view text) {
  constexpr std::string_view kImplied = "$.";
  const std::string_view written = Trimmed(text);
  const bool rooted = written.empty() || written.front() == '$' || written.front() == '@';
  const std::string whole = (rooted ? "" : std::string(kImplied)) + std::string(written);

  CompiledPath path;
  Parser parser(whole);
  if (!parser.ParsePath(whole, Parser::Where::kPath, &path)) {
    JsonPathSyntaxError error = parser.error();
    if (!rooted) error.offset -= std::min(error.offset, kImplied.size());
    error.offset += static_cast<size_t>(written.data() - text.data());
    return error;
  }
  path.reference = path.reference && written.front() == '$';
  return path;
}

bool Parser::Fail(std::string message, std::string_view at) {
  error_.message = std::move(message);
  error_.offset = static_cast<size_t>(at.data() - begin_);
  return false;
}

bool Parser::ParsePath(std::string_view text, Where where, CompiledPath* path) {
  text = Trimmed(text);
  if (text.empty()) return Fail("A path cannot be empty", text);
  if (text.ends_with("..")) return Fail("A path cannot end with ..", text.substr(text.size() - 2));
  if (text.size() > 1 && text[1] != '.' && text[1] != '[') {
    return Fail("Only `.` or `[` can follow here", text.substr(1));
  }
  for (size_t at = 1; at < text.size();) {
    if (path->steps.size() == kStepsMax) {
      return Fail("A path cannot have more than " + std::to_string(kStepsMax) + " steps", text.substr(at));
    }
    switch (text[at]) {
      case ' ': return Fail("A blank can stand only within brackets", text.substr(at));
      case '$':
        path->reference = false;
        path->steps.push_back(StepOf(Step::Kind::kHere));
        ++at;
        break;
      case '*':
        path->steps.push_back(StepOf(Step::Kind::kWildcard));
        ++at;
        break;
      case '[': {
        const std::string_view fragment = BracketFragment(text.substr(at));
        if (!ParseBrackets(fragment, where, path)) return false;
        at += fragment.size();
        break;
      }
      default:
        if (!ParseDotStep(text, &at, path)) return false;
    }
  }
  Finish(path);
  path->reference = path->reference && path->definite;
  return true;
}

// `.name`, `.*`, `..`, or a name right behind brackets: `['a']b`. A `.` before `[` adds nothing.
bool Parser::ParseDotStep(std::string_view text, size_t* at, CompiledPath* path) {
  const bool dot = text[*at] == '.';
  if (dot && ++*at == text.size()) return Fail("A path cannot end with a dot", text.substr(*at - 1));
  if (dot && text[*at] == '.') {
    path->steps.push_back(StepOf(Step::Kind::kScan));
    ++*at;
    return true;
  }
  const std::string_view name = text.substr(*at, text.find_first_of(".[ ", *at) - *at);
  *at += name.size();
  if (name.empty()) return true;
  if (dot && name == "*") {
    path->steps.push_back(StepOf(Step::Kind::kWildcard));
    return true;
  }
  path->reference = path->reference && dot && name.find_first_of(kNotInReferences) == std::string_view::npos;
  std::vector<std::string> names;
  ReadNames("'" + std::string(name) + "']", &names);
  path->steps.push_back(NamesStep(std::move(names)));
  return true;
}

bool Parser::ParseBrackets(std::string_view fragment, Where where, CompiledPath* path) {
  Step step;
  const size_t at = fragment.find_first_of(kTelling);
  bool plain = false;
  if (fragment == "[*]") {
    step = StepOf(Step::Kind::kWildcard);
  } else if (IsBareFilter(fragment)) {
    step = StepOf(Step::Kind::kFilter);
  } else if (at == std::string_view::npos) {
    return Fail("Brackets hold quoted names, indices, a slice, * or a filter", fragment);
  } else if (fragment[at] == '?') {
    if (where == Where::kFilter) return Fail("A filter cannot stand within a filter", fragment);
    step = StepOf(Step::Kind::kFilter);
    if (!ParseFilter(fragment.substr(fragment.rfind('[', at)), &step.criteria)) return false;
  } else if (fragment[at] == '\'') {
    std::vector<std::string> names;
    if (!ReadNames(fragment.substr(at), &names)) return Fail("A bracket is never closed", fragment);
    step = NamesStep(std::move(names));
    plain =
        step.kind == Step::Kind::kMember && fragment.size() == step.names[0].size() + std::string_view("['']").size();
  } else if (fragment[at] == '@') {
    if (!ParseFromEnd(fragment, at, &step)) return false;
  } else {
    if (!ParseNumbers(fragment, at, &step)) return false;
    plain = step.kind == Step::Kind::kIndex && fragment.find_first_not_of(kDigits, 1) == fragment.size() - 1;
  }
  path->reference = path->reference && plain;
  path->steps.push_back(std::move(step));
  return true;
}

// `0`, `0,2`, `1:`, `:3`, `1:3`, from `at` on; blanks are passed over.
bool Parser::ParseNumbers(std::string_view fragment, size_t at, Step* step) {
  std::string digits;
  const auto take = [&] {
    const std::optional<int32_t> number = ReadInt(digits);
    if (!number) return Fail(Quoted(digits) + " is no index", fragment);
    step->numbers.push_back(*number);
    digits.clear();
    return true;
  };
  bool list = false;
  bool slice_from = false;
  bool slice_to = false;
  while (at < fragment.size() && kNumberCharacters.find(fragment[at]) != std::string_view::npos) {
    const char c = fragment[at++];
    if (c == ',') {
      list = true;
      if (!take()) return false;
    } else if (c == ':') {
      const bool begins = !digits.empty();
      if (begins && !take()) return false;
      const size_t end = fragment.find_first_not_of(kSliceCharacters, at);
      digits = Without(" ", fragment.substr(at, end - at));
      at = std::min(end, fragment.size());
      if (begins && digits.empty()) {
        slice_from = true;
      } else if (!take()) {
        return false;
      }
      if (!begins) slice_to = true;
      if (at < fragment.size() && fragment[at] != ']') ++at;  // a second colon: what follows it counts for nothing
    } else if (c != ' ') {
      digits += c;
    }
  }
  if (at == fragment.size()) return Fail("A bracket is never closed", fragment);
  if (!digits.empty() && !take()) return false;

  using Kind = Step::Kind;
  const bool single = step->numbers.size() == 1 && !slice_from && !slice_to;
  step->kind = single       ? Kind::kIndex
               : list       ? Kind::kIndices
               : slice_from ? Kind::kSliceFrom
               : slice_to   ? Kind::kSliceTo
                            : Kind::kSlice;
  return true;
}

// `(@.length-1)`, `(@.size() - 1)`, from the `@` on: whatever stands around and between is passed over.
bool Parser::ParseFromEnd(std::string_view fragment, size_t at, Step* step) {
  const size_t minus = fragment.find('-', std::min(at + 2, fragment.size()));
  const size_t close = fragment.find(')', minus);
  if (minus == std::string_view::npos || close == std::string_view::npos) {
    return Fail("An index counted from the end is written (@.length-1)", fragment);
  }
  const std::string function = Without(" ()", fragment.substr(at + 2, minus - at - 2));
  if (function != "length" && function != "size") return Fail("There is no function " + Quoted(function), fragment);
  const std::string digits = Without(" ", fragment.substr(minus, close - minus));
  const std::optional<int32_t> number = ReadInt(digits);
  if (!number) return Fail(Quoted(digits) + " is no number", fragment);
  step->kind = Step::Kind::kFromEnd;
  step->numbers = {*number};
  return true;
}

}  // namespace gait::jsonpath
