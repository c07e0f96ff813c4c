#include "lsp/symbols.h"

#include <algorithm>

#include "engine/base/quotas.h"
#include "engine/base/utf.h"
#include "engine/json/pointer.h"
#include "lsp/scalar_text.h"

namespace gait::lsp {
namespace {

std::string StartPointer(const Diagram::Scope& scope) { return scope.pointer + "/StartAt"; }

std::vector<std::string> ReferencePointers(const Diagram& diagram, size_t state) {
  std::vector<std::string> pointers;
  for (const Diagram::Scope& scope : diagram.scopes) {
    if (scope.start_at == state) pointers.push_back(StartPointer(scope));
  }
  for (const Diagram::Transition& transition : diagram.transitions) {
    if (transition.to == state) pointers.push_back(transition.pointer);
  }
  return pointers;
}

std::optional<size_t> TargetOf(const Diagram& diagram, std::string_view pointer) {
  for (const Diagram::Scope& scope : diagram.scopes) {
    if (scope.start_at != Diagram::kNone && StartPointer(scope) == pointer) return scope.start_at;
  }
  for (const Diagram::Transition& transition : diagram.transitions) {
    if (transition.to != Diagram::kNone && transition.pointer == pointer) return transition.to;
  }
  return std::nullopt;
}

}  // namespace

std::optional<StateAt> FindStateAt(const Document& document, size_t offset) {
  const TextRanges::Entry* entry = document.ranges().At(offset);
  if (entry == nullptr) return std::nullopt;
  const Diagram& diagram = document.diagram();
  if (entry->key.end > 0 && entry->key.Has(offset)) {
    for (size_t i = 0; i < diagram.states.size(); ++i) {
      if (diagram.states[i].pointer == entry->pointer) return StateAt{i, entry->key};
    }
    return std::nullopt;
  }
  const std::optional<size_t> target = TargetOf(diagram, entry->pointer);
  return target ? std::optional(StateAt{*target, entry->value}) : std::nullopt;
}

TextRange DefinitionOf(const Document& document, size_t state) {
  const TextRanges::Entry* entry = document.Find(document.diagram().states[state].pointer);
  return entry == nullptr ? TextRange{} : entry->key;
}

std::vector<TextRange> ReferencesTo(const Document& document, size_t state) {
  std::vector<TextRange> ranges;
  for (const std::string& pointer : ReferencePointers(document.diagram(), state)) {
    if (const TextRanges::Entry* entry = document.Find(pointer)) ranges.push_back(entry->value);
  }
  std::sort(ranges.begin(), ranges.end(), [](TextRange a, TextRange b) { return a.begin < b.begin; });
  return ranges;
}

std::string WhyNotRename(const Document& document, size_t state, std::string_view name) {
  const Diagram& diagram = document.diagram();
  if (name.empty()) return "A state has a name";
  if (const size_t characters = CountCodePoints(name); characters > kNameCharactersMax) {
    return "A name has " + std::to_string(kNameCharactersMax) + " characters at the most; this one has " +
           std::to_string(characters);
  }
  for (size_t i = 0; i < diagram.states.size(); ++i) {
    if (i != state && diagram.states[i].name == name) {
      return "There is a state '" + std::string(name) + "' already; names are unique in the whole machine";
    }
  }
  return "";
}

std::vector<TextEdit> RenameEdits(const Document& document, size_t state, std::string_view name) {
  std::vector<TextRange> ranges = ReferencesTo(document, state);
  ranges.push_back(DefinitionOf(document, state));
  std::vector<TextEdit> edits;
  for (const TextRange& range : ranges) {
    edits.push_back({range, ScalarLike(document.TextOf(range), name, document.format())});
  }
  return edits;
}

std::vector<std::string> TransitionLines(const Diagram& diagram, size_t state) {
  std::vector<std::string> lines;
  for (const Diagram::Transition& transition : diagram.transitions) {
    if (transition.from != state) continue;
    if (transition.to == Diagram::kNone) {
      lines.push_back("Ends");
      continue;
    }
    std::string line(KindName(transition.kind));
    if (!transition.label.empty()) line += " `" + transition.label + "`";
    lines.push_back(line + ": **" + diagram.states[transition.to].name + "**");
  }
  return lines;
}

}  // namespace gait::lsp
