#include "engine/lint/paths.h"

#include <algorithm>
#include <charconv>

namespace gait::lint {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The bytes at the front of `text` of which a name can be made.
std::string_view NameAt(std::string_view text, std::string_view also = "") {
  size_t n = 0;
  while (n < text.size() && (IsNameByte(text[n]) || also.find(text[n]) != std::string_view::npos)) ++n;
  return text.substr(0, n);
}

// Reads `['name']`, `["name"]` or `[0]` from the front of `text`.
bool ReadBracket(std::string_view& text, PathStep& step) {
  const size_t close = text.find(']');
  if (close == std::string_view::npos || close < 2) return false;
  std::string_view inside = text.substr(1, close - 1);
  if (inside.front() == '\'' || inside.front() == '"') {
    const char quote = inside.front();
    if (inside.size() < 2 || inside.back() != quote) return false;
    inside = inside.substr(1, inside.size() - 2);
    if (inside.find_first_of("'\"\\") != std::string_view::npos) return false;
    step.name = inside;
  } else {
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
    if (error != std::errc() || end != inside.data() + inside.size() || step.index < 0) return false;
  }
  text.remove_prefix(close + 1);
  return true;
}

// Reads the steps from the front of `text`, as many as are plain. What stops it decides whether those before count: a
// bracket does not make what is before it optional, while `..`, a function, and what is not understood may.
void ReadSteps(std::string_view text, DataPath& path) {
  while (!text.empty()) {
    PathStep step;
    if (text.starts_with("[") || text.starts_with(".[")) {
      std::string_view rest = text.substr(text[0] == '.' ? 1 : 0);
      if (!ReadBracket(rest, step)) return;
      text = rest;
    } else {
      if (text[0] != '.') return path.steps.clear();
      // AWS's dialect takes a hyphen within a name.
      step.name = NameAt(text.substr(1), "-");
      const char next = text.size() > step.name.size() + 1 ? text[step.name.size() + 1] : '.';
      if (step.name.empty() || (next != '.' && next != '[')) return path.steps.clear();
      text.remove_prefix(step.name.size() + 1);
    }
    path.steps.push_back(step);
  }
  path.whole = true;
}

}  // namespace

DataPath ParseDataPath(std::string_view text) {
  DataPath path;
  path.text = text;
  if (!text.starts_with("$")) return path;
  std::string_view rest = text.substr(1);
  if (rest.starts_with("$")) {
    path.root = DataPath::Root::kContext;
    rest.remove_prefix(1);
  } else if (const std::string_view name = NameAt(rest); !name.empty()) {
    path.root = DataPath::Root::kVariable;
    path.variable = name;
    rest.remove_prefix(name.size());
  } else {
    path.root = DataPath::Root::kInput;
  }
  ReadSteps(rest, path);
  return path;
}

DataPath ParseExpressionPath(std::string_view text) {
  DataPath path;
  if (!text.starts_with("{%") || !text.ends_with("%}") || text.size() < 4) return path;
  text = text.substr(2, text.size() - 4);
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos || text[begin] != '$') return path;
  text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  path.text = text;
  std::string_view rest = text.substr(1);
  const std::string_view name = NameAt(rest);
  if (name.empty()) return path;
  rest.remove_prefix(name.size());
  std::vector<PathStep> steps;
  while (!rest.empty()) {
    PathStep step;
    step.name = rest[0] == '.' ? NameAt(rest.substr(1)) : std::string_view();
    if (step.name.empty()) return path;
    steps.push_back(step);
    rest.remove_prefix(step.name.size() + 1);
  }
  path.whole = true;
  path.variable = name;
  path.root = DataPath::Root::kVariable;
  if (name != "states") {
    path.steps = std::move(steps);
    return path;
  }
  const std::string_view of = steps.empty() ? std::string_view() : steps[0].name;
  path.root = of == "input"         ? DataPath::Root::kInput
              : of == "result"      ? DataPath::Root::kResult
              : of == "errorOutput" ? DataPath::Root::kErrorOutput
              : of == "context"     ? DataPath::Root::kContext
                                    : DataPath::Root::kOther;
  if (!steps.empty()) path.steps.assign(steps.begin() + 1, steps.end());
  return path;
}

std::vector<DataPath> PathsOfCall(std::string_view call) {
  std::vector<DataPath> paths;
  for (size_t i = 0; i < call.size(); ++i) {
    if (call[i] == '\'') {
      for (++i; i < call.size() && call[i] != '\''; ++i) i += call[i] == '\\';
    } else if (call[i] == '$') {
      const size_t begin = i;
      int brackets = 0;
      for (; i < call.size() && (brackets > 0 || std::string_view(",) \t").find(call[i]) == std::string_view::npos);
           ++i) {
        brackets += call[i] == '[' ? 1 : call[i] == ']' ? -1 : 0;
      }
      paths.push_back(ParseDataPath(call.substr(begin, i - begin)));
    }
  }
  return paths;
}

bool Overlap(const std::vector<PathStep>& a, const std::vector<PathStep>& b) {
  const size_t count = std::min(a.size(), b.size());
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin());
}

std::string PathText(const DataPath& path, size_t count) {
  std::string text = "$";
  if (path.root == DataPath::Root::kContext) text += "$";
  text += path.variable;
  if (path.variable == "states") text += path.root == DataPath::Root::kInput ? ".input" : ".result";
  for (size_t i = 0; i < std::min(count, path.steps.size()); ++i) {
    const PathStep& step = path.steps[i];
    text += step.is_index() ? "[" + std::to_string(step.index) + "]" : "." + std::string(step.name);
  }
  return text;
}

}  // namespace gait::lint
