#include "templates/sources.h"

#include <algorithm>

#include "templates/found.h"

namespace gait::templates {
namespace {

bool EndsWithAny(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](auto suffix) { return name.ends_with(suffix); });
}

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string_view::npos; });
}

// What a file must have for a look at its structure to be worth the while.
bool MayBeTemplate(std::string_view text) {
  return HasAny(text, {"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine", "stepFunctions",
                       "aws_sfn_state_machine"});
}

bool MayBeDefinition(std::string_view text) { return HasAny(text, {"StartAt"}) && HasAny(text, {"States"}); }

bool IsDefinition(const Value& root, bool named) {
  if (!root.is_object()) return false;
  const bool starts = root.Find("StartAt") != nullptr, states = root.Find("States") != nullptr;
  return named ? starts || states : starts && states;
}

DocumentFormat FormatOf(const std::string& file, std::string_view text) {
  if (file != "-") return FormatOfFile(file);
  const size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  const bool json = first == std::string_view::npos || text[first] == '{' || text[first] == '[' || text[first] == '\0';
  return json ? DocumentFormat::kJson : DocumentFormat::kYaml;
}

Source OfWholeFile(const std::string& file, std::string text, DocumentFormat format) {
  const auto shared = std::make_shared<const std::string>(std::move(text));
  Source source{file, "", shared, {}, {}, {}};
  source.compile = [shared, format](CompileOptions options) {
    options.format = format;
    return CompileDefinition(*shared, options);
  };
  return source;
}

// What only tells something of the file.
Source Remark(const std::string& file, std::string text, std::string_view rule, SourcePosition position,
              std::string message, std::string hint) {
  Source source{file, "", std::make_shared<const std::string>(std::move(text)), {}, {}, {}};
  source.findings.push_back(Finding(rule, position, std::move(message), std::move(hint)));
  return source;
}

Source NoStateMachine(const std::string& file, std::string text) {
  return Remark(file, std::move(text), "no-state-machine", {1, 1}, "The file holds no state machine",
                "it is read as a definition if it has StartAt or States, and as a template of CloudFormation, SAM, the "
                "Serverless Framework or Terraform");
}

// Why a file is passed over that might hold one.
Source PassedOver(const std::string& file, std::string text, const DocumentParse& parse) {
  return Remark(file, std::move(text), "definition-not-read", parse.position,
                "The file is passed over: " + parse.message, "");
}

std::vector<Source> FindInDocument(const std::shared_ptr<const Host>& host, const FileReader& reader) {
  std::vector<Source> sources;
  if (!host->root().is_object()) return sources;
  FindInCloudFormation(host, Place().Key("Resources"), reader, sources);
  const Place resources = Place().Key("resources");  // the Serverless Framework's, one or several
  FindInCloudFormation(host, resources.Key("Resources"), reader, sources);
  if (const Value* list = host->root().Find("resources")) {
    for (size_t i = 0; i < list->items().size(); ++i) {
      FindInCloudFormation(host, resources.Index(i).Key("Resources"), reader, sources);
    }
  }
  FindInServerless(host, reader, sources);
  FindInTerraformPlan(host, sources);
  return sources;
}

}  // namespace

std::vector<Source> FindSources(const std::string& file, std::string text, const SourceOptions& options) {
  std::vector<Source> sources;
  const DocumentFormat format = FormatOf(file, text);
  const bool may_hold = MayBeTemplate(text) || MayBeDefinition(text);
  if (EndsWithAny(file, {".asl.json", ".asl.yaml", ".asl.yml", ".asl"})) {
    sources.push_back(OfWholeFile(file, std::move(text), format));
  } else if (file.ends_with(".tf")) {
    if (may_hold) FindInTerraform(file, text, options.reader, sources);
  } else if (may_hold || options.named) {
    DocumentParse parse = ParseDocument(text, format, YamlTags::kFunctions);
    if (!parse) {
      // The compiler says what is wrong with the text.
      sources.push_back(options.named ? OfWholeFile(file, std::move(text), format)
                                      : PassedOver(file, std::move(text), parse));
    } else if (IsDefinition(*parse.value, options.named)) {
      sources.push_back(OfWholeFile(file, std::move(text), format));
    } else {
      const auto host = std::make_shared<const Host>(file, std::move(text), format, *std::move(parse.value));
      sources = FindInDocument(host, options.reader);
      if (options.named && sources.empty()) sources.push_back(NoStateMachine(file, host->text()));
    }
    return sources;
  }
  if (options.named && sources.empty()) sources.push_back(NoStateMachine(file, std::move(text)));
  return sources;
}

Diagnostics Check(const Source& source, CompileOptions options) {
  Diagnostics diagnostics = source.findings;
  if (!source.compile) return diagnostics;
  if (source.type) options.type = *source.type;
  for (Diagnostic& d : source.compile(std::move(options)).diagnostics) diagnostics.push_back(std::move(d));
  SortByPosition(diagnostics);
  return diagnostics;
}

}  // namespace gait::templates
