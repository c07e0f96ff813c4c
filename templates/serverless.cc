// The Serverless Framework with its plugin serverless-step-functions: `stepFunctions.stateMachines`, of which any part
// may be another file's: `${file(machines.yml):orders}`.
// https://github.com/serverless-operations/serverless-step-functions
#include <algorithm>

#include "engine/json/members.h"
#include "templates/found.h"

namespace gait::templates {
namespace {

constexpr int kVariablesMax = 64;  // that are followed in one template, be it in a circle
constexpr const char* kNotKnown = "The definition is not checked: it is not known before the deployment";

// A value, and the file that it stands in.
struct Part {
  std::shared_ptr<const Host> host;
  Place place;
  const Value* value;
};

// `${file(path):key.key}`; the path is empty in `${self:key.key}`.
struct Variable {
  std::string path;
  std::vector<std::string> keys;
};

std::optional<Variable> AsVariable(const Value& value) {
  if (!value.is_string()) return std::nullopt;
  std::string_view text = value.as_string();
  // A plain scalar of YAML that is a placeholder.
  if (IsPlaceholder(value)) {
    text.remove_prefix(1);
  } else if (text.starts_with("${") && text.ends_with('}')) {
    text = text.substr(2, text.size() - 3);
  } else {
    return std::nullopt;
  }
  constexpr std::string_view kSelf = "self", kFile = "file(";
  const bool is_file = text.starts_with(kFile);
  if (!is_file && !text.starts_with("self:")) return std::nullopt;
  // Others within, or a value for where there is none.
  const size_t close = is_file ? text.find(')') : kSelf.size() - 1;
  if (close == std::string_view::npos || text.find_first_of("${,") != std::string_view::npos) return std::nullopt;
  Variable variable;
  if (is_file) variable.path = text.substr(kFile.size(), close - kFile.size());
  std::string_view keys = text.substr(close + 1);
  if (!keys.empty() && keys[0] != ':') return std::nullopt;
  while (!keys.empty()) {
    const size_t end = std::min(keys.find('.', 1), keys.size());
    variable.keys.emplace_back(keys.substr(1, end - 1));
    keys.remove_prefix(end);
  }
  return variable;
}

class Reader {
 public:
  Reader(const FileReader& reader, std::vector<Source>& sources) : reader_(reader), sources_(sources) {}

  void AddStepFunctions(Part part) {
    if (!Follow(part, "")) return;
    const Value* machines = part.value->is_object() ? part.value->Find("stateMachines") : nullptr;
    if (machines != nullptr) AddMachines({part.host, part.place.Key("stateMachines"), machines});
  }

 private:
  void AddMachines(Part machines) {
    if (!Follow(machines, "")) return;
    for (size_t i = 0; i < machines.value->items().size(); ++i) {
      AddMachines({machines.host, machines.place.Index(i), &machines.value->items()[i]});
    }
    for (const Member& m : machines.value->members()) {
      AddMachine(std::string(m.name()), {machines.host, machines.place.Key(m.name()), &m.value});
    }
  }
  void AddMachine(const std::string& name, Part machine) {
    if (!Follow(machine, name)) return;
    const Value* definition = machine.value->is_object() ? machine.value->Find("definition") : nullptr;
    if (definition == nullptr) {
      return NotRead(machine.value->is_object() ? "The state machine has no definition" : kNotKnown, name, machine);
    }
    const auto type = TextOf(*machine.value, "type", "STANDARD") == "EXPRESS" ? StateMachineType::kExpress
                                                                              : StateMachineType::kStandard;
    AddDefinition(name, {machine.host, machine.place.Key("definition"), definition});
    sources_.back().type = type;
  }
  void AddDefinition(const std::string& name, Part part) {
    if (!Follow(part, name)) return;
    References references;  // whose values are the framework's to know
    if (part.value->is_object() && !IsFunction(*part.value)) {
      Value known = WithoutFunctions(*part.value, part.place, Variables::kServerless, references);
      sources_.push_back(OfObject(part.host, name, part.place.pointer(), std::move(known)));
    } else if (IsPlaceholder(*part.value)) {
      NotRead(kNotKnown, name, part);
    } else if (auto pieces = ComposedText(*part.value, part.place, references); pieces && pieces->is_known()) {
      sources_.push_back(OfText(part.host, name, *std::move(pieces)));
    } else {
      NotRead(kNotKnown, name, part);
    }
  }

  // Goes where the variable leads that the part is, if it is one; false if it cannot be read: that is told of the
  // machine.
  bool Follow(Part& part, const std::string& machine) {
    while (const auto variable = AsVariable(*part.value)) {
      if (++variables_ > kVariablesMax) {
        NotRead("The definition is not checked: the template has too many variables that lead to one another", machine,
                part);
        return false;
      }
      if (!Open(*variable, machine, part)) return false;
    }
    return true;
  }
  bool Open(const Variable& variable, const std::string& machine, Part& part) {
    if (variable.path.empty()) return GoTo({part.host, {}, &part.host->root()}, variable, machine, part);
    const std::string file = Beside(part.host->file(), variable.path);
    OtherFile other = reader_(file);
    const SourcePosition position = part.host->positions().ValueAt(part.place.pointer());
    if (!other.text) {
      sources_.push_back(NotCompiled(part.host, machine, templates::NotRead(other, variable.path, position)));
      return false;
    }
    const DocumentFormat format = FormatOfFile(file);
    DocumentParse parse = ParseDocument(*other.text, format, YamlTags::kFunctions);
    if (!parse) {
      sources_.push_back(OfFile(file, machine, *std::move(other.text)));  // which says why
      return false;
    }
    const auto host = std::make_shared<const Host>(file, *std::move(other.text), format, *std::move(parse.value));
    return GoTo({host, {}, &host->root()}, variable, machine, part);
  }
  // What the keys of the variable name within `found` becomes the part.
  bool GoTo(Part found, const Variable& variable, const std::string& machine, Part& part) {
    for (const std::string& key : variable.keys) {
      found.value = found.value->is_object() ? found.value->Find(key) : nullptr;
      if (found.value == nullptr) {
        NotRead("The definition is not checked: " + found.host->file() + " has no '" + key + "'", machine, part);
        return false;
      }
      found.place = found.place.Key(key);
    }
    part = std::move(found);
    return true;
  }
  void NotRead(std::string message, const std::string& machine, const Part& part) {
    Diagnostic d =
        Finding("definition-not-read", part.host->positions().ValueAt(part.place.pointer()), std::move(message));
    sources_.push_back(NotCompiled(part.host, machine, std::move(d)));
  }

  const FileReader& reader_;
  std::vector<Source>& sources_;
  int variables_ = 0;
};

}  // namespace

void FindInServerless(const std::shared_ptr<const Host>& host, const FileReader& reader, std::vector<Source>& sources) {
  const Value* step_functions = host->root().Find("stepFunctions");
  if (step_functions == nullptr) return;
  Reader(reader, sources).AddStepFunctions({host, Place().Key("stepFunctions"), step_functions});
}

}  // namespace gait::templates
