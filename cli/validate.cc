// gait validate: checks definitions, for people and for CI.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "cli/checked.h"
#include "cli/command.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/validate_fix.h"
#include "cli/validate_formats.h"
#include "cli/validate_output.h"
#include "cli/validate_settings.h"
#include "engine/definition/rule_table.h"
#include "engine/lint/lint.h"
#include "states/state_table.h"
#include "templates/sources.h"

namespace gait::cli {
namespace {

using templates::Source;

struct Options {
  std::vector<std::string> files;
  std::string stdin_name = "-";
  std::string type;  // "": what a template says, else STANDARD
  std::string format = "text";
  std::vector<std::string> substitutions;
  std::string substitutions_file;
  std::vector<std::string> rules;
  std::string settings_file;
  bool no_settings = false;
  int64_t max_warnings = -1;  // below 0: not given
  bool quiet = false;
  bool fix = false;
};

// The settings file's, and what the command line says in its place.
ValidateSettings SettingsOf(const Options& options) {
  const std::string file = !options.settings_file.empty() ? options.settings_file
                           : options.no_settings          ? ""
                                                          : FindSettingsFile();
  ValidateSettings settings = file.empty() ? ValidateSettings() : ReadSettingsFile(file);
  for (auto& [name, value] : ReadSubstitutions(options.substitutions, options.substitutions_file)) {
    settings.substitutions[name] = value;
  }
  for (const std::string& rule : options.rules) SetSeverity(settings, rule);
  if (!options.type.empty()) settings.type = options.type;
  if (options.max_warnings >= 0) settings.max_warnings = static_cast<size_t>(options.max_warnings);
  return settings;
}

CompileOptions CompileOptionsOf(const ValidateSettings& settings) {
  CompileOptions compile;
  compile.states = StateTypes();
  compile.type = settings.type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  compile.substitutions = settings.substitutions;
  compile.keep_placeholders = true;
  compile.lint = Lint;
  compile.suppress = ApplySuppressions;
  return compile;
}

// A folder or a pattern in which no state machine was found: to say nothing of it would look like success.
Source NothingFound(const Input& input) {
  const Rule& rule = RuleOf("no-state-machine");
  Diagnostic d;
  d.severity = rule.severity;
  d.rule = rule.id;
  d.message = "No file here holds a state machine";
  return {input.argument, "", std::make_shared<const std::string>(), {}, {std::move(d)}, {}};
}

// A definition that a template names is checked as that template's, with its type and its substitutions.
void DropDefinitionsOfTemplates(std::vector<Source>& found, const std::vector<Source>& sources) {
  const auto key = [](const std::string& file) { return std::filesystem::path(file).lexically_normal().string(); };
  std::set<std::string> of_templates;
  for (const std::vector<Source>* some : std::initializer_list<const std::vector<Source>*>{&found, &sources}) {
    for (const Source& source : *some) {
      if (!source.machine.empty()) of_templates.insert(key(source.file));
    }
  }
  std::erase_if(found, [&](const Source& s) { return s.machine.empty() && of_templates.count(key(s.file)) > 0; });
}

std::vector<Source> SourcesOf(const Options& options) {
  std::vector<Source> sources;
  for (const Input& input : FindInputs(options.files)) {
    std::vector<Source> found;
    for (const std::string& file : input.files) {
      const std::string& name = file == "-" ? options.stdin_name : file;
      std::string text = ReadFile(file, kInputBytesMax);
      for (Source& source : templates::FindSources(name, std::move(text), {ReaderFor(name), input.named})) {
        found.push_back(std::move(source));
      }
    }
    if (!input.named) DropDefinitionsOfTemplates(found, sources);
    if (found.empty() && !input.named) found.push_back(NothingFound(input));
    std::move(found.begin(), found.end(), std::back_inserter(sources));
  }
  return sources;
}

class Validation {
 public:
  explicit Validation(const Options& options)
      : options_(options), settings_(SettingsOf(options)), compile_(CompileOptionsOf(settings_)) {}

  int Run() {
    if (options_.fix) {
      for (const Source& source : SourcesOf(options_)) FixFile(source);
    }
    std::vector<Checked> all;
    for (Source& source : SourcesOf(options_)) {
      if (IsExcluded(source.file)) continue;
      Diagnostics found = Check(source);
      if (options_.quiet) std::erase_if(found, [](const Diagnostic& d) { return d.severity != Severity::kError; });
      // A plan may be large, and have many machines.
      all.push_back({source.file, source.machine, found.empty() ? "" : *source.text, std::move(found)});
    }
    Print(all);
    const FindingCounts counts = CountFindings(all);
    if (settings_.max_warnings && counts.warnings > *settings_.max_warnings) {
      std::fprintf(stderr, "gait: %zu %s, and %s is %zu\n", counts.warnings,
                   counts.warnings == 1 ? "warning" : "warnings",
                   options_.max_warnings >= 0 ? "--max-warnings" : "maxWarnings", *settings_.max_warnings);
      return kFailed;
    }
    return counts.errors > 0 ? kFailed : kSucceeded;
  }

 private:
  Diagnostics Check(Source source) const {
    if (!options_.type.empty()) source.type.reset();
    Diagnostics found = templates::Check(source, compile_);
    ApplySeverities(settings_, found);
    return found;
  }

  bool IsExcluded(const std::string& file) const {
    if (settings_.excluded.empty()) return false;
    const std::filesystem::path folder = settings_.folder.empty() ? "." : settings_.folder;
    const std::string name =
        std::filesystem::proximate(std::filesystem::absolute(file), std::filesystem::absolute(folder)).string();
    return std::any_of(settings_.excluded.begin(), settings_.excluded.end(),
                       [&](const std::string& glob) { return MatchesPattern(glob, name); });
  }

  // Of definitions that stand in a file of their own.
  void FixFile(const Source& source) {
    if (source.file == options_.stdin_name) throw UsageError("--fix changes files: standard input is none");
    if (IsExcluded(source.file) || source.compile == nullptr || !fixed_files_.insert(source.file).second) return;
    FixedText fixed = FixAll(*source.text, FormatOfFile(source.file), [&](const std::string& text) {
      Diagnostics found;
      for (const Source& again : templates::FindSources(source.file, text, {ReaderFor(source.file), true})) {
        Diagnostics some = Check(again);
        std::move(some.begin(), some.end(), std::back_inserter(found));
      }
      return found;
    });
    if (fixed.count == 0) return;
    ReplaceFile(source.file, fixed.text);
    fixed_ += fixed.count;
  }

  void Print(const std::vector<Checked>& all) const {
    if (options_.format == "text") {
      PrintText(all);
      if (fixed_ > 0) std::printf("%zu %s made\n", fixed_, fixed_ == 1 ? "fix was" : "fixes were");
    } else if (options_.format == "json") {
      PrintJson(all);
    } else {
      const std::string text = options_.format == "sarif"    ? ToSarif(all)
                               : options_.format == "github" ? ToGithubAnnotations(all)
                               : options_.format == "gitlab" ? ToGitlabCodeQuality(all)
                                                             : ToJunit(all);
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
  }

  const Options& options_;
  const ValidateSettings settings_;
  const CompileOptions compile_;
  std::set<std::string> fixed_files_;
  size_t fixed_ = 0;
};

}  // namespace

std::function<int()> ConfigureValidate(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("FILE", options->files,
           "definitions, templates that hold some, folders, patterns such as '**/*.asl.json'; - is standard input")
      .Required();
  line.Add("--stdin-name", options->stdin_name, "the name that standard input goes by: its ending tells the format");
  line.Add("--type", options->type,
           "the type of state machine that the definitions are for; else what a template says, or STANDARD")
      .OneOf({"STANDARD", "EXPRESS"});
  line.Add(
          "--format", options->format,
          "how findings are printed: for people, as JSON, as SARIF 2.1.0, for GitHub Actions, as GitLab's Code Quality "
          "report, as JUnit's XML")
      .OneOf({"text", "json", "sarif", "github", "gitlab", "junit"})
      .ShowDefault();
  line.Add("--rule", options->rules, "RULE=off, info, warning or error: how severe the findings of a rule are");
  line.Add("--max-warnings", options->max_warnings, "fail if there are more warnings than that").NotNegative();
  line.AddFlag("--quiet", options->quiet, "print errors alone");
  line.AddFlag("--fix", options->fix, "first mend, in their files, the findings that have one safe remedy");
  const Option settings = line.Add("--config", options->settings_file,
                                   "the settings file; without it .gait.yaml or .gait.json, from here upwards");
  line.AddFlag("--no-config", options->no_settings, "read no settings file").Excludes(settings);
  line.Add("--substitution", options->substitutions, "NAME=VALUE for ${NAME}; may be repeated");
  line.Add("--substitutions", options->substitutions_file, "a file of them: JSON, YAML, or lines of NAME=VALUE");
  return [options] { return Validation(*options).Run(); };
}

}  // namespace gait::cli
