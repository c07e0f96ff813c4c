#include "lsp/requests.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "engine/json/members.h"
#include "lsp/diagnose.h"
#include "lsp/fixes.h"
#include "lsp/hover.h"
#include "lsp/symbols.h"

namespace gait::lsp {
namespace {

Value Markdown(const std::string& text) {
  return Value::Object({{"kind", Value::String("markdown")}, {"value", Value::String(text)}});
}

Answer BadPosition() { return ResponseError{ErrorCode::kInvalidParams, "params.position is missing or no position"}; }

// By Completion::Kind.
// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#completionItemKind
constexpr int kItemKinds[] = {10, 12, 18, 20, 3, 6, 21, 15};

Value CompletionItem(const Completion& c, size_t number, const DocumentView& view) {
  std::string sort = std::to_string(number);
  sort.insert(0, 5 - std::min<size_t>(sort.size(), 5), '0');
  ObjectBuilder item;
  item.Add("label", Value::String(c.label));
  item.Add("kind", Value::Int(kItemKinds[static_cast<size_t>(c.kind)]));
  if (!c.detail.empty()) item.Add("detail", Value::String(c.detail));
  if (!c.documentation.empty()) item.Add("documentation", Markdown(c.documentation));
  item.Add("sortText", Value::String(sort));
  item.Add("filterText", Value::String(c.filter));
  if (c.is_snippet) item.Add("insertTextFormat", Value::Int(2));
  item.Add("textEdit", Value::Object({{"range", view.ToValue(c.range)}, {"newText", Value::String(c.insert)}}));
  return item.Build();
}

Answer AnswerCompletion(const RequestContext& context) {
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  ArrayBuilder items;
  for (const Completion& c : Complete(context.document(), *offset, context.completion)) {
    items.Add(CompletionItem(c, items.size(), context.view));
  }
  return Value::Object({{"isIncomplete", Value::Bool(false)}, {"items", items.Build()}});
}

Answer AnswerHover(const RequestContext& context) {
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  const auto hover = HoverAt(context.document(), *offset);
  if (!hover) return Value::Null();
  return Value::Object({{"contents", Markdown(hover->markdown)}, {"range", context.view.ToValue(hover->range)}});
}

Value Location(const RequestContext& context, TextRange range) {
  return Value::Object({{"uri", Value::String(context.uri)}, {"range", context.view.ToValue(range)}});
}

Answer AnswerDefinition(const RequestContext& context) {
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  const auto state = FindStateAt(context.document(), *offset);
  if (!state) return Value::Null();
  return Location(context, DefinitionOf(context.document(), state->state));
}

Answer AnswerReferences(const RequestContext& context) {
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  ArrayBuilder locations;
  if (const auto state = FindStateAt(context.document(), *offset)) {
    if (IsTrue(context.params, "context.includeDeclaration")) {
      locations.Add(Location(context, DefinitionOf(context.document(), state->state)));
    }
    for (const TextRange& range : ReferencesTo(context.document(), state->state)) {
      locations.Add(Location(context, range));
    }
  }
  return locations.Build();
}

Answer AnswerHighlight(const RequestContext& context) {
  constexpr int kRead = 2, kWrite = 3;
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  ArrayBuilder highlights;
  const auto add = [&](TextRange range, int kind) {
    highlights.Add(Value::Object({{"range", context.view.ToValue(range)}, {"kind", Value::Int(kind)}}));
  };
  if (const auto state = FindStateAt(context.document(), *offset)) {
    add(DefinitionOf(context.document(), state->state), kWrite);
    for (const TextRange& range : ReferencesTo(context.document(), state->state)) add(range, kRead);
  }
  return highlights.Build();
}

Answer AnswerPrepareRename(const RequestContext& context) {
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  const auto state = FindStateAt(context.document(), *offset);
  if (!state) return Value::Null();
  TextRange range = state->range;
  const std::string_view text = context.document().TextOf(range);
  if (text.size() >= 2 && (text[0] == '"' || text[0] == '\'')) range = {range.begin + 1, range.end - 1};
  const std::string& name = context.document().diagram().states[state->state].name;
  return Value::Object({{"range", context.view.ToValue(range)}, {"placeholder", Value::String(name)}});
}

Value WorkspaceEdit(const RequestContext& context, const std::vector<TextEdit>& edits) {
  return Value::Object({{"changes", Value::Object({{context.uri, context.view.ToValue(edits)}})}});
}

Answer AnswerRename(const RequestContext& context) {
  const auto offset = context.view.Offset(Get(context.params, "position"));
  if (!offset) return BadPosition();
  const Value* name = Get(context.params, "newName");
  if (name == nullptr || !name->is_string()) {
    return ResponseError{ErrorCode::kInvalidParams, "params.newName is missing or no text"};
  }
  const auto state = FindStateAt(context.document(), *offset);
  if (!state) return ResponseError{ErrorCode::kRequestFailed, "There is no state here"};
  if (std::string why = WhyNotRename(context.document(), state->state, name->as_string()); !why.empty()) {
    return ResponseError{ErrorCode::kRequestFailed, std::move(why)};
  }
  return WorkspaceEdit(context, RenameEdits(context.document(), state->state, name->as_string()));
}

Value DiagnosticValue(const Diagnostic& diagnostic, const DocumentView& view) {
  constexpr int kSeverities[] = {1, 2, 3};
  const std::string message = diagnostic.message + (diagnostic.hint.empty() ? "" : "\n" + diagnostic.hint);
  return Value::Object({{"range", view.ToValue(RangeOf(diagnostic, view.document))},
                        {"severity", Value::Int(kSeverities[static_cast<size_t>(diagnostic.severity)])},
                        {"code", Value::String(diagnostic.rule)},
                        {"source", Value::String("gait")},
                        {"message", Value::String(message)}});
}

// Does the editor ask for this kind of action: for it, for what it is a part of, or for all?
bool Wants(const Value& params, std::string_view kind) {
  const Value* only = Get(params, "context.only");
  if (only == nullptr || !only->is_array()) return true;
  return std::any_of(only->items().begin(), only->items().end(), [&](const Value& item) {
    if (!item.is_string()) return false;
    const std::string_view wanted = item.as_string();
    return wanted.empty() || kind == wanted || (kind.starts_with(wanted) && kind[wanted.size()] == '.');
  });
}

constexpr std::string_view kQuickFix = "quickfix", kFixAll = "source.fixAll";

Answer AnswerCodeAction(const RequestContext& context) {
  const auto range = context.view.Range(Get(context.params, "range"));
  if (!range) return ResponseError{ErrorCode::kInvalidParams, "params.range is missing or no range"};
  ArrayBuilder actions;
  if (Wants(context.params, kQuickFix)) {
    for (const OfferedFix& fix : FixesIn(context.document(), *range)) {
      actions.Add(Value::Object({{"title", Value::String(fix.title)},
                                 {"kind", Value::String(kQuickFix)},
                                 {"diagnostics", Value::Array({DiagnosticValue(*fix.diagnostic, context.view)})},
                                 {"isPreferred", Value::Bool(true)},
                                 {"edit", WorkspaceEdit(context, fix.edits)}}));
    }
  }
  if (Wants(context.params, kFixAll)) {
    if (const std::vector<TextEdit> edits = AllFixes(context.document()); !edits.empty()) {
      actions.Add(Value::Object({{"title", Value::String("Fix all that gait can fix")},
                                 {"kind", Value::String(kFixAll)},
                                 {"edit", WorkspaceEdit(context, edits)}}));
    }
  }
  return actions.Build();
}

// Of a document's states, each with those in its branches or its processor.
class Symbols {
 public:
  explicit Symbols(const RequestContext& context) : context_(context), diagram_(context.document().diagram()) {
    for (size_t i = 0; i < diagram_.states.size(); ++i) states_of_[diagram_.states[i].scope].push_back(i);
    for (size_t i = 0; i < diagram_.scopes.size(); ++i) {
      if (diagram_.scopes[i].owner) scopes_of_[*diagram_.scopes[i].owner].push_back(i);
    }
  }

  Value Nested() { return diagram_.scopes.empty() ? Value::Array() : OfScope(0); }

  Value Flat() {
    ArrayBuilder symbols;
    for (const Diagram::State& state : diagram_.states) {
      const TextRanges::Entry* entry = context_.document().Find(state.pointer);
      if (entry == nullptr) continue;
      symbols.Add(Value::Object({{"name", Value::String(state.name)},
                                 {"kind", Value::Int(kFunction)},
                                 {"location", Location(context_, {entry->key.begin, entry->value.end})}}));
    }
    return symbols.Build();
  }

 private:
  static constexpr int kNamespace = 3, kFunction = 12;

  // No deeper than the definition, whose depth its parser bounds.
  Value OfScope(size_t scope) {
    ArrayBuilder symbols;
    for (const size_t state : states_of_[scope]) {
      if (Value symbol = OfState(state); !symbol.is_undefined()) symbols.Add(std::move(symbol));
    }
    return symbols.Build();
  }

  Value OfState(size_t number) {
    const Diagram::State& state = diagram_.states[number];
    ArrayBuilder children;
    const std::vector<size_t>& scopes = scopes_of_[number];
    for (const size_t scope : scopes) {
      const std::string& label = diagram_.scopes[scope].label;
      Value symbol = Symbol(diagram_.scopes[scope].pointer, label, "", kNamespace, OfScope(scope));
      if (!symbol.is_undefined()) children.Add(std::move(symbol));
    }
    return Symbol(state.pointer, state.name, state.type, kFunction, children.Build());
  }

  Value Symbol(const std::string& pointer, const std::string& name, const std::string& detail, int kind,
               Value children) const {
    const TextRanges::Entry* entry = context_.document().Find(pointer);
    if (entry == nullptr) return Value();
    const bool member = entry->key.end > 0;
    const TextRange range{member ? entry->key.begin : entry->value.begin, entry->value.end};
    const TextRange selection = member ? entry->key : TextRange{range.begin, range.begin};
    return Value::Object({{"name", Value::String(name.empty() ? "\"\"" : name)},
                          {"detail", Value::String(detail)},
                          {"kind", Value::Int(kind)},
                          {"range", context_.view.ToValue(range)},
                          {"selectionRange", context_.view.ToValue(selection)},
                          {"children", std::move(children)}});
  }

  const RequestContext& context_;
  const Diagram& diagram_;
  std::map<size_t, std::vector<size_t>> states_of_, scopes_of_;
};

Answer AnswerSymbols(const RequestContext& context) {
  Symbols symbols(context);
  return context.nested_symbols ? symbols.Nested() : symbols.Flat();
}

Answer AnswerGraph(const RequestContext& context) {
  const Diagram& diagram = context.document().diagram();
  return Value::Object({{"dot", Value::String(ToDot(diagram))},
                        {"mermaid", Value::String(ToMermaid(diagram))},
                        {"json", ToJsonGraph(diagram)}});
}

constexpr RequestMethod kMethods[] = {
    {"textDocument/completion", AnswerCompletion},       {"textDocument/hover", AnswerHover},
    {"textDocument/definition", AnswerDefinition},       {"textDocument/references", AnswerReferences},
    {"textDocument/documentHighlight", AnswerHighlight}, {"textDocument/documentSymbol", AnswerSymbols},
    {"textDocument/prepareRename", AnswerPrepareRename}, {"textDocument/rename", AnswerRename},
    {"textDocument/codeAction", AnswerCodeAction},       {"gait/graph", AnswerGraph},
};

constexpr size_t kDiagnosticsMax = 1'000;  // more of them tell nobody more

}  // namespace

const RequestMethod* FindRequestMethod(std::string_view name) {
  const auto* row = std::find_if(std::begin(kMethods), std::end(kMethods),
                                 [&](const RequestMethod& method) { return method.name == name; });
  return row == std::end(kMethods) ? nullptr : row;
}

Value DiagnosticsOf(const DocumentView& view) {
  ArrayBuilder array;
  for (const Diagnostic& diagnostic : view.document.diagnostics()) {
    if (array.size() == kDiagnosticsMax) break;
    array.Add(DiagnosticValue(diagnostic, view));
  }
  return array.Build();
}

std::vector<std::string> FunctionsOfTargets(const std::string& path, std::string& problem) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kDocumentBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.empty()) {
    problem = "cannot read the targets file " + path;
    return {};
  }
  const DocumentParse parse = ParseDocument(text, FormatOfFile(path));
  const Value* functions = parse ? Get(*parse.value, "lambda.functions") : nullptr;
  if (!parse) problem = path + ": " + parse.message;
  std::vector<std::string> names;
  if (functions == nullptr) return names;
  for (const Member& m : functions->members()) {
    if (m.name() != "*") names.emplace_back(m.name());
  }
  return names;
}

}  // namespace gait::lsp
