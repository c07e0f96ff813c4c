// gait diff: what changed between two definitions, and whether running executions could go on with the new one.
#include <unistd.h>

#include <array>
#include <cstdio>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/files.h"
#include "cli/find.h"
#include "cli/read_definition.h"
#include "cli/render.h"
#include "cli/standing.h"
#include "cli/table.h"
#include "engine/base/check.h"
#include "engine/diff/definition_diff.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

// As diff has it.
constexpr int kSame = 0, kDifferent = 1;
// A value is shown as far as it has room on a line.
constexpr size_t kValueColumns = 60;

struct Options {
  EngineFlags engine;
  std::string before, after;
  std::string format = "text";
  bool executions = false;
  std::string state_machine;
};

struct KindRow {
  std::string_view name, sign, color;
};
// In the order of StateChangeKind.
constexpr std::array<KindRow, 5> kKinds = {{{"added", "+", "32"},
                                            {"removed", "-", "31"},
                                            {"renamed", ">", "36"},
                                            {"moved", ">", "36"},
                                            {"changed", "~", "33"}}};

const KindRow& RowOf(StateChangeKind kind) { return kKinds[static_cast<size_t>(kind)]; }

class TextDiff {
 public:
  explicit TextDiff(bool color) : color_(color) {}

  std::string Render(const DefinitionDiff& diff) {
    for (const ScopeChange& scope : diff.scopes) {
      Add("33", "~ " + (scope.scope.empty() ? std::string("the state machine") : scope.scope));
      AddFields(scope.fields);
    }
    for (const StateChange& state : diff.states) {
      Add(RowOf(state.kind).color, std::string(RowOf(state.kind).sign) + " " + Described(state));
      AddFields(state.fields);
    }
    return std::move(out_);
  }

 private:
  static std::string Within(const std::string& scope) { return scope.empty() ? "" : " in " + scope; }

  static std::string Described(const StateChange& state) {
    const std::string type = state.type.empty() ? "" : " (" + state.type + ")";
    switch (state.kind) {
      case StateChangeKind::kRenamed:
        return state.old_name + " -> " + state.name + type + Within(state.scope) + ", probably renamed";
      case StateChangeKind::kMoved:
        return state.name + type + ", moved: from " + (state.old_scope.empty() ? "the top" : state.old_scope) + " to " +
               (state.scope.empty() ? "the top" : state.scope);
      default: return state.name + type + Within(state.scope);
    }
  }

  void AddFields(const std::vector<FieldChange>& fields) {
    for (const FieldChange& field : fields) {
      const std::string pointer = "    " + field.pointer + ": ";
      const auto shown = [](const Value& value) { return Shortened(ToJson(value), kValueColumns); };
      if (!field.before) {
        Add("32", pointer + "added " + shown(*field.after));
      } else if (!field.after) {
        Add("31", pointer + "removed " + shown(*field.before));
      } else {
        Add("", pointer + shown(*field.before) + " -> " + shown(*field.after));
      }
    }
  }

  void Add(std::string_view color, const std::string& line) {
    const std::string text = Printable(line);
    out_ += color_ && !color.empty() ? "\x1b[" + std::string(color) + "m" + text + "\x1b[0m\n" : text + "\n";
  }

  const bool color_;
  std::string out_;
};

std::string Summary(const DefinitionDiff& diff) {
  std::array<size_t, kKinds.size()> counts{};
  for (const StateChange& state : diff.states) ++counts[static_cast<size_t>(state.kind)];
  std::string text;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += text.empty() ? (counts[i] == 1 ? "1 state " : std::to_string(counts[i]) + " states ")
                         : ", " + std::to_string(counts[i]) + " ";
    text += kKinds[i].name;
  }
  return text;
}

void PrintText(const DefinitionDiff& diff, const StandingReport* standings) {
  std::fputs(TextDiff(UseColor(STDOUT_FILENO)).Render(diff).c_str(), stdout);
  if (const std::string summary = Summary(diff); !summary.empty()) std::printf("%s\n", summary.c_str());
  if (standings == nullptr) return;
  std::printf("%zu of %zu running %s could not go on\n", standings->cannot, standings->running,
              standings->running == 1 ? "execution" : "executions");
  if (standings->standings.empty()) return;
  Table table({"EXECUTION", "STATE", "GOES ON", "WHY"});
  for (const Standing& s : standings->standings) {
    table.Add({s.name, s.state, s.can_go_on ? "differently" : "no", s.reason});
  }
  std::printf("%s", table.Render().c_str());
}

Value ToValue(const std::vector<FieldChange>& fields) {
  ArrayBuilder list;
  for (const FieldChange& field : fields) {
    ObjectBuilder object;
    object.Add("pointer", Value::String(field.pointer));
    object.Add("transition", Value::Bool(field.is_transition));
    if (field.before) object.Add("old", *field.before);
    if (field.after) object.Add("new", *field.after);
    list.Add(object.Build());
  }
  return list.Build();
}

Value ToValue(const StateChange& state) {
  return Value::Object({{"change", Value::String(RowOf(state.kind).name)},
                        {"name", Value::String(state.name)},
                        {"oldName", Value::String(state.old_name)},
                        {"type", Value::String(state.type)},
                        {"scope", Value::String(state.scope)},
                        {"oldScope", Value::String(state.old_scope)},
                        {"pointer", Value::String(state.pointer)},
                        {"oldPointer", Value::String(state.old_pointer)},
                        {"fields", ToValue(state.fields)}});
}

Value ToValue(const Standing& s) {
  return Value::Object({{"executionArn", Value::String(s.execution)},
                        {"name", Value::String(s.name)},
                        {"state", Value::String(s.state)},
                        {"goesOn", Value::Bool(s.can_go_on)},
                        {"reason", Value::String(s.reason)}});
}

void PrintJson(const DefinitionDiff& diff, const StandingReport* standings) {
  ArrayBuilder scopes, states;
  for (const ScopeChange& scope : diff.scopes) {
    scopes.Add(Value::Object({{"scope", Value::String(scope.scope)}, {"fields", ToValue(scope.fields)}}));
  }
  for (const StateChange& state : diff.states) states.Add(ToValue(state));
  Value all = Value::Object({{"scopes", scopes.Build()}, {"states", states.Build()}});
  if (standings != nullptr) {
    ArrayBuilder rows;
    for (const Standing& s : standings->standings) rows.Add(ToValue(s));
    all = std::move(all).With("executions",
                              Value::Object({{"running", Value::Int(static_cast<int64_t>(standings->running))},
                                             {"cannotGoOn", Value::Int(static_cast<int64_t>(standings->cannot))},
                                             {"standings", rows.Build()}}));
  }
  std::printf("%s\n", ToPrettyJson(all).c_str());
}

StateMachineRecord MachineOf(EngineCore& core, const Options& options) {
  const std::string name = options.state_machine.empty() ? StateMachineNameOf(options.after) : options.state_machine;
  std::string names;
  for (StateMachineRecord& machine : AllStateMachines(core)) {
    if (name == machine.name || name == StateMachineArn(core.account(), machine.name)) return std::move(machine);
    names += (names.empty() ? "" : ", ") + machine.name;
  }
  throw UsageError("there is no state machine '" + name + "' in " + options.engine.database +
                   "; name one with --state-machine" + (names.empty() ? "" : ": " + names));
}

StandingReport Standings(const Options& options, const Value& definition) {
  try {
    const auto engine = OpenToRead(options.engine);
    EngineCore& core = engine->core();
    return CompareStandings(core, MachineOf(core, options), definition);
  } catch (const EnvironmentError& e) {
    throw UsageError(std::string("the executions cannot be read: ") + e.what());
  }
}

int Diff(const Options& options) {
  if (options.before == "-" && options.after == "-")
    throw UsageError("standard input can be one of the two at the most");
  const Value before = ReadDefinition(options.before), after = ReadDefinition(options.after);
  const DefinitionDiff diff = CompareDefinitions(before, after);
  std::optional<StandingReport> standings;
  if (options.executions) standings = Standings(options, after);
  const StandingReport* report = standings ? &*standings : nullptr;
  if (options.format == "json") {
    PrintJson(diff, report);
  } else {
    PrintText(diff, report);
  }
  return diff.empty() && (report == nullptr || report->cannot == 0) ? kSame : kDifferent;
}

}  // namespace

std::function<int()> ConfigureDiff(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("OLD", options->before, "a definition: .asl.json, .asl.yaml; - is standard input")->required();
  app.add_option("NEW", options->after, "the other")->required();
  app.add_option("--format", options->format, "how the differences are printed")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  auto* executions = app.add_flag("--executions", options->executions,
                                  "say which running executions of a state machine could not go on with NEW");
  app.add_option("--state-machine", options->state_machine,
                 "whose executions: its name or ARN; by default it is called as the file NEW")
      ->needs(executions);
  AddDatabaseOption(app, options->engine);
  AddAccountOptions(app, options->engine);
  return [options] { return Diff(*options); };
}

}  // namespace gait::cli
