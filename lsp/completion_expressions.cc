#include <algorithm>

#include "engine/json/members.h"
#include "engine/json/pointer.h"
#include "lsp/completion.h"
#include "lsp/functions.h"
#include "lsp/variables.h"

namespace gait::lsp {
namespace {

using Kind = Completion::Kind;

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '$';
}

class Words {
 public:
  Words(const CompletionRequest& request, std::vector<Completion>& out) : request_(request), out_(out) {
    const std::string& text = request.document.text();
    size_t begin = request.cursor.offset;
    while (begin > request.cursor.token.begin && IsWordCharacter(text[begin - 1])) --begin;
    word_ = {begin, request.cursor.offset};
  }

  void Jsonata() {
    for (const char* member : {"input", "context"}) Add(Kind::kVariable, std::string("$states.") + member);
    if (HasResult()) Add(Kind::kVariable, "$states.result");
    if (request_.cursor.container.find("/Catch/") != std::string::npos) Add(Kind::kVariable, "$states.errorOutput");
    for (const std::string_view member : ContextMembers()) {
      Add(Kind::kVariable, "$states.context." + std::string(member));
    }
    Variables();
    for (const FunctionHelp& help : JsonataFunctions()) Function(help);
  }

  void Path(bool calls) {
    Add(Kind::kVariable, "$");
    Add(Kind::kVariable, "$$");
    for (const std::string_view member : ContextMembers()) Add(Kind::kVariable, "$$." + std::string(member));
    Variables();
    if (!calls) return;
    for (const FunctionHelp& help : Intrinsics()) Function(help);
  }

 private:
  bool HasResult() const {
    const StateType* type = request_.spot.state_type;
    return type != nullptr && (type->name == "Task" || type->name == "Map" || type->name == "Parallel");
  }

  void Variables() {
    for (const std::string& name : VariablesAt(request_.value, request_.diagram, request_.spot.scope)) {
      Add(Kind::kVariable, "$" + name).detail = "a variable";
    }
  }

  void Function(const FunctionHelp& help) {
    Completion& c = Add(Kind::kFunction, help.name);
    c.detail = help.signature;
    c.documentation = help.summary;
    c.insert += "(";
    if (!request_.options.snippets) return;
    c.is_snippet = true;
    c.insert = (help.name.starts_with('$') ? "\\" : "") + help.name + "($1)";
  }

  Completion& Add(Kind kind, std::string text) {
    Completion c;
    c.kind = kind;
    c.label = c.filter = text;
    c.insert = std::move(text);
    c.range = word_;
    out_.push_back(std::move(c));
    return out_.back();
  }

  const CompletionRequest& request_;
  std::vector<Completion>& out_;
  TextRange word_;
};

// Is the cursor between {% and %}?
bool InJsonata(const CompletionRequest& request) {
  const TextRange before{request.cursor.token.begin, request.cursor.offset};
  const std::string_view text = request.document.TextOf(before);
  const size_t open = text.find("{%");
  return open != std::string_view::npos && text.find("%}", open) == std::string_view::npos;
}

bool IsPathField(const FieldRow* row) {
  return row != nullptr && (row->type == FieldType::kPath || row->type == FieldType::kReferencePath ||
                            row->type == FieldType::kPathOrCall);
}

}  // namespace

void CompleteExpression(const CompletionRequest& request, std::vector<Completion>& out) {
  if (request.cursor.offset < request.cursor.token.begin) return;
  if (!request.cursor.quoted && !request.yaml()) return;
  Words words(request, out);
  if (request.spot.language == QueryLanguage::kJsonata) {
    if (InJsonata(request)) words.Jsonata();
    return;
  }
  const std::string& key = request.cursor.key;
  if (request.spot.kind == ObjectKind::kTemplate) {
    if (key.ends_with(".$")) words.Path(/*calls=*/true);
    return;
  }
  const FieldRow* row = FieldAt(request.spot, key);
  if (IsPathField(row) && key != "ResultPath") words.Path(row->type == FieldType::kPathOrCall);
}

}  // namespace gait::lsp
