#include "engine/definition/report.h"

#include "engine/definition/rule_table.h"

namespace gait {
namespace {

Diagnostic Finding(std::string_view rule_id, const Place& place, std::string message, std::string hint) {
  const Rule& rule = RuleOf(rule_id);
  Diagnostic d;
  d.severity = rule.severity;
  d.rule = rule.id;
  d.code = rule.code;
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.pointer = place.pointer();
  return d;
}

}  // namespace

Diagnostic& Report::Add(std::string_view rule, const Place& place, std::string message, std::string hint) {
  return AddAt(rule, place, place, std::move(message), std::move(hint));
}

Diagnostic& Report::AddAt(std::string_view rule, const Place& place, const Place& location, std::string message,
                          std::string hint) {
  Diagnostic d = Finding(rule, place, std::move(message), std::move(hint));
  d.location = location.location().empty() ? "/" : location.location();
  return diagnostics_.emplace_back(std::move(d));
}

Diagnostic& Report::AddUnlocated(std::string_view rule, const Place& place, std::string message, std::string hint) {
  return diagnostics_.emplace_back(Finding(rule, place, std::move(message), std::move(hint)));
}

}  // namespace gait
