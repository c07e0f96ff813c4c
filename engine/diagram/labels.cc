#include "engine/diagram/labels.h"

#include <algorithm>

#include "engine/base/utf.h"
#include "engine/diagram/diagram.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// Rules within rules are read this deep; a label has no room for more.
constexpr int kDepthMax = 4;

// What comes after String, Numeric, Boolean or Timestamp in an operator's name; a Path may follow.
constexpr std::string_view kComparisons[][2] = {
    {"Equals", "="},          {"LessThan", "<"},           {"GreaterThan", ">"},
    {"LessThanEquals", "<="}, {"GreaterThanEquals", ">="}, {"Matches", "matches"},
};

std::string Cut(std::string text) {
  size_t end = 0, characters = 0;
  for (size_t at = 0; at < text.size(); at += Utf8Size(text[at])) {
    if (++characters == Diagram::kLabelMax) end = at;
  }
  if (characters > Diagram::kLabelMax) text = text.substr(0, end) + "…";
  return text;
}

std::string TextOf(const Value& value) { return value.is_string() ? std::string(value.as_string()) : ToJson(value); }

std::string Operand(const Value& value, bool is_path) { return is_path ? TextOf(value) : ToJson(value); }

// `name` is a field of the rule: an operator, or nothing that is known.
std::string Comparison(const std::string& variable, std::string_view name, const Value& operand) {
  if (name.starts_with("Is")) {
    std::string what(name.substr(2));
    std::transform(what.begin(), what.end(), what.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    const bool no = operand.is_bool() && !operand.as_bool();
    return variable + (no ? " is not " : " is ") + what;
  }
  std::string_view test = name;
  for (std::string_view kind : {"String", "Numeric", "Boolean", "Timestamp"}) {
    if (test.starts_with(kind)) test.remove_prefix(kind.size());
  }
  const bool is_path = test.ends_with("Path");
  if (is_path) test.remove_suffix(4);
  for (const auto& [word, sign] : kComparisons) {
    if (test == word) test = sign;
  }
  return variable + " " + std::string(test) + " " + Operand(operand, is_path);
}

std::string Describe(const Value& rule, int depth);

std::string Joined(const Value& rules, std::string_view word, int depth) {
  std::string text;
  for (const Value& rule : rules.items()) {
    std::string part = Describe(rule, depth + 1);
    const bool compound = rule.is_object() && (rule.Find("And") != nullptr || rule.Find("Or") != nullptr);
    if (compound && rules.size() > 1) part = "(" + part + ")";
    text += (text.empty() ? "" : " " + std::string(word) + " ") + part;
    if (text.size() > 8 * Diagram::kLabelMax) break;  // a list of thousands is not read to be cut
  }
  return text;
}

std::string Describe(const Value& rule, int depth) {
  if (!rule.is_object() || depth == kDepthMax) return "…";
  if (const Value* condition = rule.Find("Condition")) {
    std::string text = TextOf(*condition);
    if (text.starts_with("{%") && text.ends_with("%}") && text.size() >= 4) text = text.substr(2, text.size() - 4);
    return text;
  }
  if (const Value* rules = rule.Find("And")) return Joined(*rules, "and", depth);
  if (const Value* rules = rule.Find("Or")) return Joined(*rules, "or", depth);
  if (const Value* inner = rule.Find("Not")) return "not (" + Describe(*inner, depth + 1) + ")";
  const Value* variable = rule.Find("Variable");
  for (const Member& m : rule.members()) {
    if (m.name() == "Variable" || m.name() == "Next" || m.name() == "Comment" || m.name() == "Assign" ||
        m.name() == "Output") {
      continue;
    }
    return Comparison(variable == nullptr ? "?" : TextOf(*variable), m.name(), m.value);
  }
  return variable == nullptr ? "" : TextOf(*variable);
}

}  // namespace

std::string RuleLabel(const Value& rule) { return Cut(OneLine(Describe(rule, 0))); }

std::string CatcherLabel(const Value& catcher) {
  std::string text;
  const Value* errors = catcher.is_object() ? catcher.Find("ErrorEquals") : nullptr;
  if (errors == nullptr) return text;
  for (const Value& error : errors->items()) {
    text += (text.empty() ? "" : ", ") + TextOf(error);
    if (text.size() > 8 * Diagram::kLabelMax) break;
  }
  return Cut(OneLine(text));
}

std::string OneLine(std::string_view text) {
  std::string line;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    const bool is_xml = !text.substr(i).starts_with("\xEF\xBF\xBE") && !text.substr(i).starts_with("\xEF\xBF\xBF");
    if (!is_xml) i += 2;
    if (!is_xml || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    if (c == ' ' && (line.empty() || line.back() == ' ')) continue;
    line += c;
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace gait
