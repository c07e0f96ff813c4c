#include "cli/validate_settings.h"

#include <algorithm>
#include <filesystem>

#include "cli/command.h"
#include "cli/render.h"
#include "cli/table.h"
#include "engine/base/edit_distance.h"
#include "engine/definition/rule_table.h"
#include "engine/json/write.h"
#include "integrations/config_reader.h"

namespace gait::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBytesMax = 1'048'576;
constexpr std::string_view kNames[] = {".gait.yaml", ".gait.yml", ".gait.json"};
constexpr std::string_view kFileFields[] = {"validate", "$schema"};
constexpr std::string_view kFields[] = {"rules", "maxWarnings", "type", "exclude", "substitutions"};
constexpr std::string_view kTypes[] = {"STANDARD", "EXPRESS"};
constexpr std::string_view kSeverities[] = {"off", "info", "warning", "error"};
constexpr std::string_view kUnknownRule = "unknown-rule", kBadValue = "bad-value";

std::optional<Severity> SeverityOfName(std::string_view name) {
  for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kInfo}) {
    if (SeverityName(severity) == name) return severity;
  }
  return std::nullopt;
}

bool IsOneOf(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsRule(std::string_view id) {
  return std::any_of(Rules().begin(), Rules().end(), [&](const Rule& rule) { return rule.id == id; });
}

std::string RuleHint(std::string_view id) {
  std::vector<std::string_view> ids;
  for (const Rule& rule : Rules()) ids.push_back(rule.id);
  const auto near = DidYouMean(id, ids);
  return near ? "did you mean '" + std::string(*near) + "'?" : "gait explain lists the rules";
}

Severity AlwaysAnError(std::string_view) { return Severity::kError; }

class Reader : ConfigReader {
 public:
  Reader(std::string_view text, DocumentFormat format) : ConfigReader(text, format, AlwaysAnError) {}

  ValidateSettings Read() {
    const auto file = Open(ParseDocument(text_, format_));
    if (file && IsObject(*file, Place())) {
      ForEach(*file, Place(), kFileFields, [&](std::string_view, const Value& value, const Place& place) {
        if (place.pointer() == "/validate" && IsObject(value, place)) ReadValidate(value, place);
      });
    }
    return std::move(settings_);
  }

  const Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  template <typename Visit>
  void ForEach(const Value& object, const Place& place, std::span<const std::string_view> fields, Visit visit) {
    for (const Member& m : object.members()) {
      if (IsOneOf(fields, m.name())) {
        visit(m.name(), m.value, place.Key(m.name()));
      } else {
        AddUnknown(place, m.name(), fields);
      }
    }
  }

  void ReadValidate(const Value& object, const Place& place) {
    ForEach(object, place, kFields, [&](std::string_view name, const Value& value, const Place& at) {
      if (name == "rules") ReadRules(value, at);
      if (name == "maxWarnings") ReadMaxWarnings(value, at);
      if (name == "type") settings_.type = Word(value, at, kTypes);
      if (name == "exclude") ReadExclude(value, at);
      if (name == "substitutions" && IsObject(value, at)) {
        for (const Member& m : value.members()) {
          settings_.substitutions[std::string(m.name())] =
              m.value.is_string() ? std::string(m.value.as_string()) : ToJson(m.value);
        }
      }
    });
  }

  void ReadRules(const Value& rules, const Place& place) {
    if (!IsObject(rules, place)) return;
    for (const Member& m : rules.members()) {
      const Place at = place.Key(m.name());
      if (!IsRule(m.name()))
        AddAtKey(kUnknownRule, at, "There is no rule '" + std::string(m.name()) + "'", RuleHint(m.name()));
      // YAML 1.1 readers take off for false.
      const std::string_view word = m.value.is_bool() && !m.value.as_bool() ? "off" : Word(m.value, at, kSeverities);
      settings_.severities[std::string(m.name())] = SeverityOfName(word);
    }
  }

  void ReadMaxWarnings(const Value& value, const Place& at) {
    if (value.is_int() && value.as_int() >= 0) {
      settings_.max_warnings = static_cast<size_t>(value.as_int());
    } else {
      AddAtValue(kBadValue, at, "maxWarnings is a number from 0", "");
    }
  }

  void ReadExclude(const Value& value, const Place& at) {
    if (!value.is_array()) AddAtValue(config_rule::kBadType, at, "exclude is a list of globs", "");
    for (size_t i = 0; i < value.items().size(); ++i) {
      const Value& glob = value.items()[i];
      if (!glob.is_string()) AddAtValue(config_rule::kBadType, at.Index(i), "A glob is a text", "");
      if (glob.is_string()) settings_.excluded.emplace_back(glob.as_string());
    }
  }

  // One of the words; the first one where it is none.
  std::string_view Word(const Value& value, const Place& at, std::span<const std::string_view> words) {
    const auto* word = value.is_string() ? std::find(words.data(), words.data() + words.size(), value.as_string())
                                         : words.data() + words.size();
    if (word != words.data() + words.size()) return *word;
    std::string all;
    for (const std::string_view w : words) all += (all.empty() ? "" : ", ") + std::string(w);
    AddAtValue(kBadValue, at, "The value must be one of: " + all, "");
    return words.front();
  }

  ValidateSettings settings_;
};

}  // namespace

std::string FindSettingsFile() {
  std::error_code error;
  for (fs::path folder = fs::current_path(error); !error; folder = folder.parent_path()) {
    for (const std::string_view name : kNames) {
      if (fs::is_regular_file(folder / name, error)) return (folder / name).string();
    }
    if (fs::exists(folder / ".git", error) || folder == folder.parent_path()) break;
  }
  return "";
}

ValidateSettings ReadSettingsFile(const std::string& file) {
  const std::string text = ReadFile(file, kBytesMax);
  Reader reader(text, FormatOfFile(file));
  ValidateSettings settings = reader.Read();
  if (!reader.diagnostics().empty()) {
    std::string all = "the settings in " + Printable(file) + " are faulty\n";
    for (const Diagnostic& d : reader.diagnostics()) all += RenderDiagnostic(d, file, text, /*color=*/false);
    all.pop_back();
    throw UsageError(all);
  }
  settings.folder = fs::path(file).parent_path().string();
  return settings;
}

void SetSeverity(ValidateSettings& settings, std::string_view flag) {
  const size_t equals = flag.find('=');
  const std::string_view id = flag.substr(0, equals);
  if (!IsRule(id)) throw UsageError("--rule: there is no rule '" + Printable(id) + "'; " + RuleHint(id));
  const std::string_view word = equals == std::string_view::npos ? "" : flag.substr(equals + 1);
  if (!IsOneOf(kSeverities, word)) {
    throw UsageError("--rule " + std::string(id) + "=... takes off, info, warning or error, not '" + Printable(word) +
                     "'");
  }
  settings.severities[std::string(id)] = SeverityOfName(word);
}

void ApplySeverities(const ValidateSettings& settings, Diagnostics& diagnostics) {
  if (settings.severities.empty()) return;
  std::erase_if(diagnostics, [&](Diagnostic& d) {
    const auto it = settings.severities.find(d.rule);
    if (it == settings.severities.end()) return false;
    if (it->second) d.severity = *it->second;
    return !it->second.has_value();
  });
}

}  // namespace gait::cli
