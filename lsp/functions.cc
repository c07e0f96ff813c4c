#include "lsp/functions.h"

#include <algorithm>

#include "engine/lang/intrinsic/function_table.h"
#include "engine/lang/jsonata/function.h"

namespace gait::lsp {
namespace {

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
constexpr std::string_view kContext[] = {
    "Execution",           "Execution.Id",           "Execution.Input",       "Execution.Name",  "Execution.RoleArn",
    "Execution.StartTime", "Execution.RedriveCount", "Execution.RedriveTime", "State",           "State.EnteredTime",
    "State.Name",          "State.RetryCount",       "StateMachine",          "StateMachine.Id", "StateMachine.Name",
    "Task.Token",          "Map.Item.Index",         "Map.Item.Value",        "Map.Item.Key",    "Map.Item.Source",
};

std::string_view TypeName(char letter) {
  switch (letter) {
    case 's': return "string";
    case 'n': return "number";
    case 'b': return "boolean";
    case 'a': return "array";
    case 'o': return "object";
    case 'f': return "function";
    case 'l': return "null";
    default: return "any";
  }
}

// A JSONata signature for people: `<s-(sf)n?:a<s>>` is "(string, string|function, number?) → array".
// https://docs.jsonata.org/embedding-extending#function-signature-syntax
class SignatureText {
 public:
  explicit SignatureText(std::string_view text) : text_(text.substr(1, text.size() - 2)) {}

  std::string Read() {
    std::string out = "(";
    while (at_ < text_.size() && text_[at_] != ':') {
      if (out.size() > 1) out += ", ";
      out += Type();
      for (; at_ < text_.size() && std::string_view("?-+").find(text_[at_]) != std::string_view::npos; ++at_) {
        out += text_[at_] == '?' ? "?" : text_[at_] == '+' ? "..." : "";
      }
    }
    out += ")";
    if (at_ < text_.size()) {
      ++at_;
      out += " → " + Type();
    }
    return out;
  }

 private:
  std::string Type() {
    std::string out;
    if (text_[at_] == '(') {
      for (++at_; at_ < text_.size() && text_[at_] != ')'; ++at_) {
        if (!out.empty()) out += "|";
        out += TypeName(text_[at_]);
      }
      ++at_;
    } else {
      out = TypeName(text_[at_++]);
    }
    if (at_ < text_.size() && text_[at_] == '<') {  // of its items
      int open = 0;
      do {
        open += text_[at_] == '<' ? 1 : text_[at_] == '>' ? -1 : 0;
      } while (++at_ < text_.size() && open > 0);
    }
    return out;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

std::string_view TypeName(IntrinsicType type) {
  switch (type) {
    case IntrinsicType::kString:
    case IntrinsicType::kTemplate: return "string";
    case IntrinsicType::kInteger: return "integer";
    case IntrinsicType::kBoolean: return "boolean";
    case IntrinsicType::kArray: return "array";
    case IntrinsicType::kObject: return "object";
    case IntrinsicType::kAny: break;
  }
  return "any";
}

FunctionHelp HelpOf(const IntrinsicFunction& function) {
  FunctionHelp help{std::string(function.name), std::string(function.name) + "(", std::string(function.summary)};
  int number = 0;
  for (const IntrinsicParameter& parameter : function.parameters) {
    if (parameter.name.empty()) break;
    if (number > 0) help.signature += ", ";
    help.signature.append(parameter.name).append(": ").append(TypeName(parameter.type));
    if (function.arguments_max != IntrinsicFunction::kAnyNumber && number >= function.arguments_min)
      help.signature += "?";
    ++number;
  }
  help.signature += function.arguments_max == IntrinsicFunction::kAnyNumber ? "...)" : ")";
  return help;
}

FunctionHelp HelpOf(const jsonata::Builtin& builtin) {
  const std::string name = "$" + std::string(builtin.name);
  return {name, name + SignatureText(builtin.signature).Read(), ""};
}

}  // namespace

std::vector<FunctionHelp> JsonataFunctions() {
  std::vector<FunctionHelp> all;
  for (const std::string& name : jsonata::BuiltinNames(jsonata::Mode::kStates)) {
    all.push_back(HelpOf(*jsonata::FindBuiltin(name, jsonata::Mode::kStates)->row));
  }
  return all;
}

std::vector<FunctionHelp> Intrinsics() {
  std::vector<FunctionHelp> all;
  for (const IntrinsicFunction& function : IntrinsicFunctions()) all.push_back(HelpOf(function));
  return all;
}

std::optional<FunctionHelp> FunctionNamed(std::string_view name) {
  if (const IntrinsicFunction* function = intrinsic::FindFunction(name)) return HelpOf(*function);
  if (!name.starts_with('$')) return std::nullopt;
  const jsonata::CompiledBuiltin* builtin = jsonata::FindBuiltin(name.substr(1), jsonata::Mode::kStates);
  return builtin == nullptr ? std::nullopt : std::optional(HelpOf(*builtin->row));
}

std::span<const std::string_view> ContextMembers() { return kContext; }

}  // namespace gait::lsp
