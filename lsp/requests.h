// The requests about one document, each as a function: the parameters that came, and the answer.
#pragma once

#include <string>
#include <string_view>

#include "lsp/completion.h"
#include "lsp/protocol.h"

namespace gait::lsp {

struct RequestContext {
  DocumentView view;
  std::string uri;
  const CompletionOptions& completion;
  const Value& params;
  bool nested_symbols;  // the editor knows symbols within symbols

  const Document& document() const { return view.document; }
};

struct RequestMethod {
  std::string_view name;
  Answer (*answer)(const RequestContext& context);
};

// The method's row, or null.
const RequestMethod* FindRequestMethod(std::string_view name);

// The parameters of textDocument/publishDiagnostics, without `version`.
Value DiagnosticsOf(const DocumentView& view);

// The Lambda functions of a targets file; `problem` says what is wrong with it where there are none.
std::vector<std::string> FunctionsOfTargets(const std::string& path, std::string& problem);

}  // namespace gait::lsp
