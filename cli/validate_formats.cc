#include "cli/validate_formats.h"

#include <algorithm>
#include <map>

#include "api/gait.hpp"
#include "engine/base/sha256.h"
#include "engine/base/xml_text.h"
#include "engine/definition/rule_table.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

Value Text(std::string_view text) { return Value::Object({{"text", Value::String(text)}}); }

// A file's path as a relative reference of a URI.
std::string UriOf(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      constexpr char kHex[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return uri.starts_with('/') ? "file://" + uri : uri;
}

// What stays the same when lines move: the file, the rule, the place in the definition; `seen` counts those that have
// all of it alike.
std::string Fingerprint(const Checked& checked, const Diagnostic& d, std::map<std::string, int>& seen) {
  const std::string what = checked.file + '\n' + checked.machine + '\n' + d.rule + '\n' + d.pointer;
  return Sha256Hex(what + '\n' + std::to_string(seen[what]++));
}

std::string MessageOf(const Diagnostic& d) { return d.hint.empty() ? d.message : d.message + "\n" + d.hint; }

// SARIF

std::string_view SarifLevel(Severity severity) { return severity == Severity::kInfo ? "note" : SeverityName(severity); }

Value SarifRules() {
  ArrayBuilder rules;
  for (const Rule& rule : Rules()) {
    rules.Add(Value::Object({
        {"id", Value::String(rule.id)},
        {"shortDescription", Text(rule.summary)},
        {"help", Text(rule.advice)},
        {"defaultConfiguration", Value::Object({{"level", Value::String(SarifLevel(rule.severity))}})},
    }));
  }
  return rules.Build();
}

int64_t NumberOfRule(std::string_view id) {
  const auto rules = Rules();
  return std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; }) - rules.begin();
}

Value SarifResult(const Checked& checked, const Diagnostic& d, std::map<std::string, int>& seen) {
  ObjectBuilder physical;
  physical.Add("artifactLocation", Value::Object({{"uri", Value::String(UriOf(checked.file))}}));
  if (d.position.line > 0) {
    physical.Add("region", Value::Object({{"startLine", Value::Int(d.position.line)},
                                          {"startColumn", Value::Int(d.position.column)}}));
  }
  ObjectBuilder location;
  location.Add("physicalLocation", physical.Build());
  const std::string name = checked.machine + d.pointer;
  if (!name.empty()) {
    ArrayBuilder logical;
    logical.Add(Value::Object({{"fullyQualifiedName", Value::String(name)}}));
    location.Add("logicalLocations", logical.Build());
  }
  ArrayBuilder locations;
  locations.Add(location.Build());
  return Value::Object({
      {"ruleId", Value::String(d.rule)},
      {"ruleIndex", Value::Int(NumberOfRule(d.rule))},
      {"level", Value::String(SarifLevel(d.severity))},
      {"message", Text(MessageOf(d))},
      {"locations", locations.Build()},
      {"partialFingerprints", Value::Object({{"gait/v1", Value::String(Fingerprint(checked, d, seen))}})},
  });
}

// GitHub

std::string Escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default: out += c;
    }
  }
  return out;
}

// JUnit

std::string LineOf(const Checked& checked, const Diagnostic& d) {
  return checked.file + ":" + std::to_string(d.position.line) + ":" + std::to_string(d.position.column) + ": " +
         std::string(SeverityName(d.severity)) + ": " + d.message + " [" + d.rule + "]\n" +
         (d.hint.empty() ? "" : "  hint: " + d.hint + "\n");
}

}  // namespace

std::string ToSarif(std::span<const Checked> all) {
  std::map<std::string, int> seen;
  ArrayBuilder results;
  for (const Checked& checked : all) {
    for (const Diagnostic& d : checked.diagnostics) results.Add(SarifResult(checked, d, seen));
  }
  const Value driver =
      Value::Object({{"name", Value::String("gait")}, {"version", Value::String(Version())}, {"rules", SarifRules()}});
  ArrayBuilder runs;
  runs.Add(Value::Object({{"tool", Value::Object({{"driver", driver}})},
                          {"columnKind", Value::String("unicodeCodePoints")},
                          {"results", results.Build()}}));
  return ToPrettyJson(Value::Object({{"$schema", Value::String("https://json.schemastore.org/sarif-2.1.0.json")},
                                     {"version", Value::String("2.1.0")},
                                     {"runs", runs.Build()}})) +
         "\n";
}

std::string ToGithubAnnotations(std::span<const Checked> all) {
  std::string out;
  for (const Checked& checked : all) {
    for (const Diagnostic& d : checked.diagnostics) {
      out += d.severity == Severity::kInfo ? "::notice" : "::" + std::string(SeverityName(d.severity));
      out += " file=" + Escaped(checked.file, /*property=*/true);
      if (d.position.line > 0) {
        out += ",line=" + std::to_string(d.position.line) + ",col=" + std::to_string(d.position.column);
      }
      out += ",title=" + Escaped(d.rule, /*property=*/true) + "::" + Escaped(MessageOf(d), /*property=*/false) + "\n";
    }
  }
  return out;
}

std::string ToGitlabCodeQuality(std::span<const Checked> all) {
  std::map<std::string, int> seen;
  ArrayBuilder issues;
  for (const Checked& checked : all) {
    for (const Diagnostic& d : checked.diagnostics) {
      const char* severity = d.severity == Severity::kError     ? "major"
                             : d.severity == Severity::kWarning ? "minor"
                                                                : "info";
      const Value lines = Value::Object({{"begin", Value::Int(std::max(1, d.position.line))}});
      issues.Add(Value::Object({
          {"description", Value::String(MessageOf(d))},
          {"check_name", Value::String(d.rule)},
          {"fingerprint", Value::String(Fingerprint(checked, d, seen))},
          {"severity", Value::String(severity)},
          {"location", Value::Object({{"path", Value::String(checked.file)}, {"lines", lines}})},
      }));
    }
  }
  return ToPrettyJson(issues.Build()) + "\n";
}

std::string ToJunit(std::span<const Checked> all) {
  std::string cases;
  size_t failures = 0;
  for (const Checked& checked : all) {
    std::string errors, others, first;
    for (const Diagnostic& d : checked.diagnostics) {
      if (d.severity == Severity::kError && first.empty()) first = d.message;
      (d.severity == Severity::kError ? errors : others) += LineOf(checked, d);
    }
    failures += errors.empty() ? 0 : 1;
    cases += "    <testcase classname=\"" + XmlText(checked.file) + "\" name=\"" +
             XmlText(checked.machine.empty() ? checked.file : checked.machine) + "\"";
    if (errors.empty() && others.empty()) {
      cases += "/>\n";
      continue;
    }
    cases += ">\n";
    if (!errors.empty()) {
      cases += "      <failure message=\"" + XmlText(first) + "\">" + XmlText(errors) + "</failure>\n";
    }
    if (!others.empty()) cases += "      <system-out>" + XmlText(others) + "</system-out>\n";
    cases += "    </testcase>\n";
  }
  const std::string counts =
      "tests=\"" + std::to_string(all.size()) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"0\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts +
         ">\n  <testsuite name=\"gait validate\" " + counts + ">\n" + cases + "  </testsuite>\n</testsuites>\n";
}

}  // namespace gait::cli
