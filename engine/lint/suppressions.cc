// gait-ignore in Comments.
#include <algorithm>
#include <cctype>

#include "engine/base/edit_distance.h"
#include "engine/definition/rule_table.h"
#include "engine/json/members.h"
#include "engine/lint/lint.h"

namespace gait {
namespace {

constexpr std::string_view kMarker = "gait-ignore:";

struct Suppression {
  std::string pointer;  // of the object
  std::string rule;
  bool used = false;
};

std::string_view TakeWord(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && (std::isalnum(static_cast<unsigned char>(text[n])) || text[n] == '-' || text[n] == '_'))
    ++n;
  const std::string_view word = text.substr(0, n);
  text.remove_prefix(n);
  return word;
}

void SkipSpace(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size())); }

// The rules that a comment names: `gait-ignore: a-rule, another-rule`, anywhere in it. What follows the last of them is
// prose, and so is, behind a comma, a word without a hyphen: every rule's id has one.
void ReadComment(std::string_view comment, const Place& place, std::vector<Suppression>& found) {
  for (size_t at = comment.find(kMarker); at != std::string_view::npos; at = comment.find(kMarker)) {
    comment.remove_prefix(at + kMarker.size());
    bool is_first = true;
    do {
      if (comment.starts_with(",")) comment.remove_prefix(1);
      SkipSpace(comment);
      const std::string_view rule = TakeWord(comment);
      if (rule.empty() || (!is_first && rule.find('-') == std::string_view::npos)) break;
      is_first = false;
      found.push_back({place.pointer(), std::string(rule)});
      SkipSpace(comment);
    } while (comment.starts_with(","));
  }
}

void Collect(const Value& value, const Place& place, std::vector<Suppression>& found) {
  for (size_t i = 0; i < value.items().size(); ++i) {
    if (value.items()[i].size() > 0) Collect(value.items()[i], place.Index(i), found);
  }
  for (const Member& m : value.members()) {
    if (m.value.size() > 0) Collect(m.value, place.Key(m.name()), found);
  }
  const std::string_view comment = TextOf(value, "Comment");
  if (comment.find(kMarker) != std::string_view::npos) ReadComment(comment, place, found);
}

bool Holds(std::string_view object, std::string_view pointer) {
  return pointer.starts_with(object) && (pointer.size() == object.size() || pointer[object.size()] == '/');
}

// About a suppression itself.
Diagnostic About(const Suppression& suppression, std::string_view rule_id) {
  const Rule& rule = RuleOf(rule_id);
  Diagnostic d;
  d.severity = rule.severity;
  d.rule = rule.id;
  d.code = rule.code;
  d.pointer = suppression.pointer + "/Comment";
  return d;
}

bool IsRule(std::string_view id) {
  return std::any_of(Rules().begin(), Rules().end(), [&](const Rule& rule) { return rule.id == id; });
}

void ReportUnknown(const Suppression& suppression, Diagnostics& diagnostics) {
  std::vector<std::string_view> ids;
  for (const Rule& rule : Rules()) ids.push_back(rule.id);
  Diagnostic d = About(suppression, "unknown-suppression");
  d.message = "There is no rule " + suppression.rule + " to ignore";
  if (const auto near = DidYouMean(suppression.rule, ids)) d.hint = "did you mean " + std::string(*near) + "?";
  diagnostics.push_back(std::move(d));
}

}  // namespace

void ApplySuppressions(const Value& definition, Diagnostics& diagnostics) {
  std::vector<Suppression> suppressions;
  Collect(definition, Place(), suppressions);
  if (suppressions.empty()) return;
  std::erase_if(diagnostics, [&](const Diagnostic& d) {
    bool ignored = false;
    for (Suppression& s : suppressions) {
      if (s.rule != d.rule || !Holds(s.pointer, d.pointer)) continue;
      s.used = ignored = true;
    }
    return ignored;
  });
  for (const Suppression& s : suppressions) {
    if (!IsRule(s.rule)) {
      ReportUnknown(s, diagnostics);
    } else if (!s.used) {
      Diagnostic d = About(s, "unused-suppression");
      d.message = "There is nothing here of " + s.rule + " to ignore";
      diagnostics.push_back(std::move(d));
    }
  }
}

}  // namespace gait
