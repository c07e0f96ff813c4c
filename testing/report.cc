#include "testing/report.h"

#include <cstdio>

#include "engine/base/xml_text.h"
#include "engine/json/write.h"

namespace gait {
namespace {

Value TextsValue(const std::vector<std::string>& texts) {
  ArrayBuilder array(texts.size());
  for (const std::string& text : texts) array.Add(Value::String(text));
  return array.Build();
}

Value FailuresValue(const CaseReport& report) {
  ArrayBuilder failures;
  for (const CaseFailure& failure : report.failures) {
    ObjectBuilder object;
    object.Add("expectation", Value::String(failure.expectation));
    if (!failure.message.empty()) object.Add("message", Value::String(failure.message));
    ArrayBuilder differences;
    for (const Difference& d : failure.differences) {
      ObjectBuilder difference;
      difference.Add("pointer", Value::String(d.pointer));
      if (!d.expected.is_undefined()) difference.Add("expected", d.expected);
      if (!d.actual.is_undefined()) difference.Add("actual", d.actual);
      differences.Add(difference.Build());
    }
    object.Add("differences", differences.Build());
    failures.Add(object.Build());
  }
  return failures.Build();
}

double Elapsed(const CaseReport& report) { return static_cast<double>(report.elapsed.ms) / 1000; }

Value CaseValue(const CaseReport& report) {
  return Value::Object({{"name", Value::String(report.name)},
                        {"line", Value::Int(report.position.line)},
                        {"result", Value::String(ResultName(report.result))},
                        {"seconds", Value::Double(report.real_seconds)},
                        {"elapsedSeconds", Value::Double(Elapsed(report))},
                        {"path", TextsValue(report.path)},
                        {"failures", FailuresValue(report)}});
}

Value CoverageValue(const Coverage& coverage) {
  ObjectBuilder object;
  object.Add("definition", Value::String(coverage.path));
  for (size_t kind = 0; kind < kCoverageKinds; ++kind) {
    ArrayBuilder missed;
    for (const CoverageItem& item : coverage.items[kind]) {
      if (item.times > 0) continue;
      missed.Add(Value::Object({{"what", Value::String(item.what)},
                                {"pointer", Value::String(item.pointer)},
                                {"line", Value::Int(item.position.line)}}));
    }
    const CoverageCount count = coverage.Count(static_cast<CoverageKind>(kind));
    object.Add(kCoverageNames[kind], Value::Object({{"covered", Value::Int(static_cast<int64_t>(count.covered))},
                                                    {"all", Value::Int(static_cast<int64_t>(count.all))},
                                                    {"missed", missed.Build()}}));
  }
  return object.Build();
}

std::string Joined(const std::vector<std::string>& lines, std::string_view before) {
  std::string text;
  for (const std::string& line : lines) text += std::string(before) + line + "\n";
  return text;
}

std::vector<std::string> AllLines(const CaseReport& report) {
  std::vector<std::string> lines;
  for (const CaseFailure& failure : report.failures) {
    for (std::string& line : FailureLines(failure)) lines.push_back(std::move(line));
  }
  lines.push_back("path: " + PathText(report.path));
  return lines;
}

// ---- TAP

// Line ends would end the test point, and # begins a directive.
std::string TapText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '#' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

// JSON is YAML.
std::string TapDetails(const FileReport& file, const CaseReport& report) {
  const std::vector<std::string> lines = AllLines(report);
  return "  ---\n  message: " + ToJson(Value::String(lines.front())) + "\n  severity: fail\n  at: " +
         ToJson(Value::Object({{"file", Value::String(file.path)}, {"line", Value::Int(report.position.line)}})) +
         "\n  failures: " + ToJson(FailuresValue(report)) + "\n  path: " + ToJson(TextsValue(report.path)) +
         "\n  ...\n";
}

// ---- XML

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

std::string JunitCase(const FileReport& file, const CaseReport& report) {
  std::string text = "    <testcase name=\"" + XmlText(report.name) + "\" classname=\"" + XmlText(file.path) +
                     "\" file=\"" + XmlText(file.path) + "\" line=\"" + std::to_string(report.position.line) +
                     "\" time=\"" + Seconds(report.real_seconds) + "\"";
  if (report.result == CaseResult::kPassed) return text + "/>\n";
  text += ">\n";
  if (report.result == CaseResult::kSkipped) {
    text += "      <skipped message=\"another case had failed\"/>\n";
  } else {
    const std::vector<std::string> lines = AllLines(report);
    text += "      <failure type=\"" + XmlText(report.failures.front().expectation) + "\" message=\"" +
            XmlText(lines.front()) + "\">" + XmlText(Joined(lines, "")) + "</failure>\n";
  }
  return text + "    </testcase>\n";
}

}  // namespace

std::string_view ResultName(CaseResult result) {
  return result == CaseResult::kPassed ? "passed" : result == CaseResult::kFailed ? "failed" : "skipped";
}

std::vector<std::string> FailureLines(const CaseFailure& failure) {
  if (failure.differences.empty()) {
    return {failure.expectation == "run" ? failure.message : failure.expectation + ": " + failure.message};
  }
  if (failure.differences.size() == 1 && failure.differences.front().pointer.empty()) {
    return {failure.expectation + ": " + Described(failure.differences.front())};
  }
  std::vector<std::string> lines{failure.expectation + ":"};
  for (const Difference& d : failure.differences) {
    lines.push_back("  " + (d.pointer.empty() ? "all of it" : d.pointer) + ": " + Described(d));
  }
  if (failure.differences.size() == kDifferencesMax) lines.emplace_back("  and perhaps more");
  return lines;
}

std::string TapReport(const TestReport& report) {
  size_t count = 0;
  for (const FileReport& file : report.files) count += file.cases.size();
  std::string text = "TAP version 14\n1.." + std::to_string(count) + (count == 0 ? " # SKIP no cases" : "") + "\n";
  size_t number = 0;
  for (const FileReport& file : report.files) {
    for (const CaseReport& c : file.cases) {
      text += c.result == CaseResult::kFailed ? "not ok " : "ok ";
      text += std::to_string(++number) + " - " + TapText(file.path + ": " + c.name);
      text += c.result == CaseResult::kSkipped ? " # SKIP another case had failed\n" : "\n";
      if (c.result == CaseResult::kFailed) text += TapDetails(file, c);
    }
  }
  return text;
}

std::string JunitReport(const TestReport& report) {
  const auto counts = [](size_t tests, size_t failures, size_t skipped, double seconds) {
    return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
           "\" errors=\"0\" skipped=\"" + std::to_string(skipped) + "\" time=\"" + Seconds(seconds) + "\"";
  };
  const size_t failed = report.Count(CaseResult::kFailed), skipped = report.Count(CaseResult::kSkipped);
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gait test\"" +
      counts(report.Count(CaseResult::kPassed) + failed + skipped, failed, skipped, report.real_seconds) + ">\n";
  for (const FileReport& file : report.files) {
    const TestReport alone{{file}, 0};
    double seconds = 0;
    for (const CaseReport& c : file.cases) seconds += c.real_seconds;
    text += "  <testsuite name=\"" + XmlText(file.path) + "\"" +
            counts(file.cases.size(), alone.Count(CaseResult::kFailed), alone.Count(CaseResult::kSkipped), seconds) +
            ">\n";
    for (const CaseReport& c : file.cases) text += JunitCase(file, c);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string JsonReport(const TestReport& report, const std::vector<Coverage>& coverage) {
  ArrayBuilder files, definitions;
  for (const FileReport& file : report.files) {
    ArrayBuilder cases;
    for (const CaseReport& c : file.cases) cases.Add(CaseValue(c));
    files.Add(Value::Object({{"file", Value::String(file.path)}, {"cases", cases.Build()}}));
  }
  for (const Coverage& c : coverage) definitions.Add(CoverageValue(c));
  const auto count = [&](CaseResult result) { return Value::Int(static_cast<int64_t>(report.Count(result))); };
  return ToPrettyJson(Value::Object({{"files", files.Build()},
                                     {"passed", count(CaseResult::kPassed)},
                                     {"failed", count(CaseResult::kFailed)},
                                     {"skipped", count(CaseResult::kSkipped)},
                                     {"seconds", Value::Double(report.real_seconds)},
                                     {"coverage", definitions.Build()}})) +
         "\n";
}

std::string FindingsReport(const std::vector<FileFindings>& findings) {
  ArrayBuilder all;
  for (const FileFindings& of_file : findings) {
    for (const Diagnostic& d : of_file.diagnostics) {
      all.Add(Value::Object({{"file", Value::String(of_file.file)},
                             {"line", Value::Int(d.position.line)},
                             {"column", Value::Int(d.position.column)},
                             {"pointer", Value::String(d.pointer)},
                             {"severity", Value::String(SeverityName(d.severity))},
                             {"rule", Value::String(d.rule)},
                             {"message", Value::String(d.message)},
                             {"hint", Value::String(d.hint)}}));
    }
  }
  return ToPrettyJson(Value::Object({{"findings", all.Build()}})) + "\n";
}

}  // namespace gait
