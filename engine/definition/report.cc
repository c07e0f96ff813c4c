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

void Report::Add(std::string_view rule, const Place& place, std::string message, std::string hint) {
  AddAt(rule, place, place, std::move(message), std::move(hint));
}

void Report::AddAt(std::string_view rule, const Place& place, const Place& location, std::string message,
                   std::string hint) {
  Diagnostic d = Finding(rule, place, std::move(message), std::move(hint));
  d.location = location.location().empty() ? "/" : location.location();
  diagnostics_.push_back(std::move(d));
}

void Report::AddUnlocated(std::string_view rule, const Place& place, std::string message, std::string hint) {
  diagnostics_.push_back(Finding(rule, place, std::move(message), std::move(hint)));
}

}  // namespace gait
