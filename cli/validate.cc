// gait validate: checks definitions, for people and for CI.
#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/checked.h"
#include "cli/command.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/validate_output.h"
#include "engine/definition/rule_table.h"
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
};

CompileOptions CompileOptionsOf(const Options& options) {
  CompileOptions compile;
  compile.states = StateTypes();
  compile.type = options.type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  compile.substitutions = ReadSubstitutions(options.substitutions, options.substitutions_file);
  compile.keep_placeholders = true;
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

int Validate(const Options& options) {
  const CompileOptions compile = CompileOptionsOf(options);
  std::vector<Checked> all;
  bool valid = true;
  for (Source& source : SourcesOf(options)) {
    if (!options.type.empty()) source.type.reset();
    Diagnostics found = templates::Check(source, compile);
    // A plan may be large, and have many machines.
    all.push_back({source.file, source.machine, found.empty() ? "" : *source.text, std::move(found)});
    valid = valid && !HasErrors(all.back().diagnostics);
  }
  if (options.format == "json") {
    PrintJson(all);
  } else {
    PrintText(all);
  }
  return valid ? kSucceeded : kFailed;
}

}  // namespace

std::function<int()> ConfigureValidate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option(
         "FILE", options->files,
         "definitions, templates that hold some, folders, patterns such as '**/*.asl.json'; - is standard input")
      ->required();
  app.add_option("--stdin-name", options->stdin_name,
                 "the name that standard input goes by: its ending tells the format");
  app.add_option("--type", options->type,
                 "the type of state machine that the definitions are for; else what a template says, or STANDARD")
      ->check(CLI::IsMember({"STANDARD", "EXPRESS"}));
  app.add_option("--format", options->format, "how findings are printed")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--substitution", options->substitutions, "NAME=VALUE for ${NAME}; may be repeated")->take_all();
  app.add_option("--substitutions", options->substitutions_file, "a file of them: JSON, YAML, or lines of NAME=VALUE");
  return [options] { return Validate(*options); };
}

}  // namespace gait::cli
