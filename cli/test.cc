// gait test: the cases of test files, and how much of the definitions they run.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "api/gait.hpp"
#include "cli/command.h"
#include "cli/render.h"
#include "cli/table.h"
#include "cli/test_report.h"
#include "engine/base/check.h"
#include "integrations/graphviz.h"
#include "testing/coverage_report.h"
#include "testing/find_tests.h"
#include "testing/report.h"
#include "testing/watch.h"

namespace gait::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> paths;
  std::string filter;
  bool bail = false;
  int jobs = 0;
  int timeout_seconds = 60;
  std::string format = "pretty";
  std::string output;
  bool coverage = false;
  std::string coverage_html, coverage_lcov, min_coverage;
  bool watch = false;
};

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw UsageError("cannot write " + path + ": " + std::strerror(errno));
}

// What was read of the test files, and what that depends on.
struct Loaded {
  std::vector<TestFile> tests;
  std::vector<FileFindings> findings;
  bool good = true;
  std::vector<std::string> files, folders;  // to be watched
};

Loaded Load(const Options& options) {
  const FoundTests found = FindTests(options.paths);
  for (const std::string& path : found.missing) throw UsageError("there is no test file or folder " + Printable(path));
  if (found.files.empty()) throw UsageError("there are no test files: *.test.json, *.test.yaml, *.test.yml");
  Loaded loaded;
  loaded.folders = found.folders;
  for (const std::string& file : found.files) {
    TestFileParse parse = ReadTestFile(file);
    loaded.files.insert(loaded.files.end(), parse.files.begin(), parse.files.end());
    loaded.good = loaded.good && parse.ok();
    std::move(parse.findings.begin(), parse.findings.end(), std::back_inserter(loaded.findings));
    loaded.tests.push_back(std::move(parse.test));
  }
  return loaded;
}

// What is wrong with the files: for people, and where nothing else is written for programs, for these.
void PrintFindings(const Options& options, const Loaded& loaded) {
  for (const FileFindings& findings : loaded.findings) {
    for (const Diagnostic& d : findings.diagnostics) {
      std::fputs(RenderDiagnostic(d, findings.file, findings.source, UseColor(STDERR_FILENO)).c_str(), stderr);
    }
  }
  if (loaded.good) return;
  const std::string text = options.format == "json"  ? FindingsReport(loaded.findings)
                           : options.format == "tap" ? "TAP version 14\nBail out! The test files have errors.\n"
                                                     : "";
  if (!text.empty() && !options.output.empty()) WriteFile(options.output, text);
  if (options.output.empty()) std::fputs(text.c_str(), stdout);
}

// Of each definition, however many files test it.
std::vector<Coverage> CoverageOfAll(const std::vector<TestFile>& tests, const TestReport& report) {
  std::vector<const TestedDefinition*> definitions;
  std::map<std::string, Taken> taken;  // by the path
  for (size_t i = 0; i < tests.size(); ++i) {
    if (report.files[i].cases.empty()) continue;
    const auto [it, is_new] = taken.try_emplace(tests[i].definition.path);
    if (is_new) definitions.push_back(&tests[i].definition);
    it->second.Add(report.files[i].taken);
  }
  std::vector<Coverage> all;
  for (const TestedDefinition* definition : definitions) {
    all.push_back(CoverageOf(*definition, taken.at(definition->path)));
  }
  return all;
}

// Says what is too low.
bool ReachesMinimum(const std::vector<Coverage>& all, const CoverageMinimum& minimum) {
  bool reached = true;
  for (const Coverage& coverage : all) {
    for (size_t kind = 0; kind < kCoverageKinds; ++kind) {
      const CoverageCount count = coverage.Count(static_cast<CoverageKind>(kind));
      if (count.percent() >= minimum.percent[kind]) continue;
      reached = false;
      char least[32];
      std::snprintf(least, sizeof least, "%g", minimum.percent[kind]);
      std::fprintf(stderr, "gait: %s: %s of the %s covered, and not %s %%\n", Printable(coverage.path).c_str(),
                   PercentText(count).c_str(), std::string(kCoverageNames[kind]).c_str(), least);
    }
  }
  return reached;
}

void WriteCoverage(const Options& options, const std::vector<Coverage>& all) {
  if (!options.coverage_lcov.empty()) WriteFile(options.coverage_lcov, CoverageLcov(all));
  if (options.coverage_html.empty()) return;
  fs::path path = options.coverage_html;
  if (path.extension() != ".html" && path.extension() != ".htm") {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) throw UsageError("cannot make the folder " + path.string() + ": " + error.message());
    path /= "index.html";
  }
  WriteFile(path.string(), CoverageHtml(all, [](const std::string& dot) -> std::optional<std::string> {
              auto svg = RunDot(dot);
              return svg ? std::optional(std::move(svg).value()) : std::nullopt;
            }));
}

void Print(const Options& options, const TestReport& report, const std::vector<Coverage>& coverage) {
  const bool pretty = options.format == "pretty";
  const auto text = [&] {
    if (options.format == "tap") return TapReport(report);
    if (options.format == "junit") return JunitReport(report);
    if (options.format == "json") return JsonReport(report, coverage);
    return RenderTests(report, options.output.empty() && UseColor(STDOUT_FILENO));
  }();
  if (!options.output.empty()) WriteFile(options.output, text);
  // With a file for programs there is a report for people, too.
  std::fputs(options.output.empty() ? text.c_str() : RenderTests(report, UseColor(STDOUT_FILENO)).c_str(), stdout);
  if (options.coverage) {
    const bool mixed = !pretty && options.output.empty();
    std::FILE* const to = mixed ? stderr : stdout;
    std::fputs(RenderCoverage(coverage, UseColor(mixed ? STDERR_FILENO : STDOUT_FILENO)).c_str(), to);
  }
  std::fflush(stdout);
}

int RunLoaded(const Options& options, const CoverageMinimum& minimum, const Loaded& loaded) {
  PrintFindings(options, loaded);
  if (!loaded.good) return kUsage;
  TestRunOptions run;
  run.filter = options.filter;
  run.bail = options.bail;
  run.jobs = options.jobs > 0 ? options.jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  run.case_time_max = std::chrono::seconds(options.timeout_seconds);
  run.log = [](std::string_view line) { std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data()); };
  const TestReport report = RunTests(loaded.tests, run);
  const size_t failed = report.Count(CaseResult::kFailed);
  if (failed + report.Count(CaseResult::kPassed) == 0) {
    throw UsageError("no case has '" + Printable(options.filter) + "' in its name");
  }
  const std::vector<Coverage> coverage = CoverageOfAll(loaded.tests, report);
  Print(options, report, coverage);
  WriteCoverage(options, coverage);
  const bool enough = ReachesMinimum(coverage, minimum);
  return failed == 0 && enough ? kSucceeded : kFailed;
}

// Until the program is ended.
[[noreturn]] void Watch(const Options& options, const CoverageMinimum& minimum) {
  Loaded names = Load(options);
  for (;;) {
    if (isatty(STDOUT_FILENO) == 1) std::fputs("\x1b[2J\x1b[3J\x1b[H", stdout);
    FileWatch watch(names.files, names.folders);
    try {
      // Once more: what changed before the watch began would never be seen.
      Loaded loaded = Load(options);
      const bool same = loaded.files == names.files && loaded.folders == names.folders;
      names.files = loaded.files;
      names.folders = loaded.folders;
      if (!same) continue;  // others are to be watched now
      RunLoaded(options, minimum, loaded);
    } catch (const UsageError& e) {
      std::fprintf(stderr, "gait: %s\n", e.what());
    }
    std::fprintf(stderr, "gait: waiting for changes; Ctrl-C ends it\n");
    watch.Wait();
  }
}

int Test(const Options& options) {
  const CoverageMinimum minimum = ReadCoverageMinimum(options.min_coverage.empty() ? "0" : options.min_coverage);
  if (!minimum.error.empty()) throw UsageError("--min-coverage: " + minimum.error);
  try {
    if (options.watch) Watch(options, minimum);
    return RunLoaded(options, minimum, Load(options));
  } catch (const EnvironmentError& e) {
    throw UsageError(e.what());
  }
}

}  // namespace

std::function<int()> ConfigureTest(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("PATH", options->paths,
                 "test files, folders that are searched for *.test.json and *.test.yaml, or patterns; without one the "
                 "present folder is searched");
  app.add_option("--filter", options->filter, "run only the cases with this in their name, or in FILE: NAME");
  app.add_flag("--bail", options->bail, "begin no further case once one has failed");
  app.add_option("--jobs", options->jobs, "cases at a time; without it as many as there are cores")
      ->check(CLI::Range(1, 1024));
  app.add_option("--timeout", options->timeout_seconds, "seconds of real time that a case may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--format", options->format, "how the report is written")
      ->check(CLI::IsMember({"pretty", "tap", "junit", "json"}))
      ->capture_default_str();
  app.add_option("--output", options->output, "the file that it is written to; people's is then printed as well");
  app.add_flag("--coverage", options->coverage, "print how much of each definition was run, and what was not");
  app.add_option("--coverage-html", options->coverage_html,
                 "write that as a page: an .html file, or a folder to put index.html in");
  app.add_option("--coverage-lcov", options->coverage_lcov, "write that as an LCOV tracefile");
  app.add_option("--min-coverage", options->min_coverage,
                 "fail below this percentage of the states of a definition, or: states=100,transitions=80,rules=80,"
                 "catchers=80,retriers=80");
  app.add_flag("--watch", options->watch, "run again whenever one of the files changes, until Ctrl-C");
  return [options] { return Test(*options); };
}

}  // namespace gait::cli
