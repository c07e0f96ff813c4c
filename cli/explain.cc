// gait explain: what the rules of the validator are about.
#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/table.h"
#include "engine/base/edit_distance.h"
#include "engine/definition/rule_table.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

struct Options {
  std::string rule;
  std::string format = "text";
};

std::vector<const Rule*> Chosen(const std::string& id) {
  std::vector<const Rule*> chosen;
  std::vector<std::string_view> ids;
  for (const Rule& rule : Rules()) {
    ids.push_back(rule.id);
    if (id.empty() || rule.id == id) chosen.push_back(&rule);
  }
  if (!chosen.empty()) return chosen;
  const auto near = DidYouMean(id, ids);
  throw UsageError(
      "there is no rule '" + Printable(id) + "'" +
      (near ? "; did you mean '" + std::string(*near) + "'?" : "; gait explain lists those that there are"));
}

void PrintJson(const std::vector<const Rule*>& rules) {
  ArrayBuilder rows;
  for (const Rule* rule : rules) {
    rows.Add(Value::Object({{"rule", Value::String(rule->id)},
                            {"severity", Value::String(SeverityName(rule->severity))},
                            {"code", Value::String(rule->code)},
                            {"summary", Value::String(rule->summary)},
                            {"advice", Value::String(rule->advice)},
                            {"page", Value::String(PageOf(*rule))}}));
  }
  std::printf("%s\n", ToPrettyJson(rows.Build()).c_str());
}

void PrintList(const std::vector<const Rule*>& rules) {
  size_t width = 0;
  for (const Rule* rule : rules) width = std::max(width, rule->id.size());
  for (const Rule* rule : rules) {
    std::printf("%-*s  %-7s  %s\n", static_cast<int>(width), std::string(rule->id).c_str(),
                std::string(SeverityName(rule->severity)).c_str(), std::string(rule->summary).c_str());
  }
}

void PrintRule(const Rule& rule) {
  const std::string code = rule.code.empty() ? "none" : std::string(rule.code);
  std::printf("%s: %s\n\n  severity    %s\n  AWS's code  %s\n  page        %s\n\n%s\n", std::string(rule.id).c_str(),
              std::string(rule.summary).c_str(), std::string(SeverityName(rule.severity)).c_str(), code.c_str(),
              PageOf(rule).c_str(), std::string(rule.advice).c_str());
}

int Explain(const Options& options) {
  const std::vector<const Rule*> rules = Chosen(options.rule);
  if (options.format == "json") {
    PrintJson(rules);
  } else if (options.rule.empty()) {
    PrintList(rules);
  } else {
    PrintRule(*rules[0]);
  }
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureExplain(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("RULE", options->rule, "the rule of a finding, as validate prints it; all rules without it");
  line.Add("--format", options->format, "how it is printed").OneOf({"text", "json"}).ShowDefault();
  return [options] { return Explain(*options); };
}

}  // namespace gait::cli
