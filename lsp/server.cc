#include "lsp/server.h"

#include <algorithm>
#include <exception>
#include <filesystem>

#include "engine/json/members.h"
#include "engine/json/parse.h"
#include "lsp/framing.h"
#include "lsp/requests.h"

namespace gait::lsp {
namespace {

bool IsDefinitionName(std::string_view uri) {
  constexpr std::string_view kEndings[] = {".asl.json", ".asl.yaml", ".asl.yml", ".asl"};
  return std::any_of(std::begin(kEndings), std::end(kEndings), [&](std::string_view e) { return uri.ends_with(e); });
}

DocumentFormat FormatFor(std::string_view language, std::string_view uri) {
  if (language.find("yaml") != std::string_view::npos) return DocumentFormat::kYaml;
  if (language.find("json") != std::string_view::npos) return DocumentFormat::kJson;
  return FormatOfFile(uri);
}

bool HoldsStateMachine(const Value& value) {
  return value.is_object() && value.Find("States") != nullptr && value.Find("StartAt") != nullptr;
}

PositionEncoding ChooseEncoding(const Value& params) {
  if (HasText(params, "capabilities.general.positionEncodings", "utf-8")) return PositionEncoding::kUtf8;
  return PositionEncoding::kUtf16;  // which every editor knows
}

Value Capabilities(PositionEncoding encoding, bool prepare_rename) {
  constexpr int kIncremental = 2;
  const Value yes = Value::Bool(true);
  const Value triggers = Value::Array({Value::String("\""), Value::String("."), Value::String("$")});
  return Value::Object({
      {"positionEncoding", Value::String(EncodingName(encoding))},
      {"textDocumentSync", Value::Object({{"openClose", yes}, {"change", Value::Int(kIncremental)}})},
      {"completionProvider", Value::Object({{"triggerCharacters", triggers}})},
      {"hoverProvider", yes},
      {"definitionProvider", yes},
      {"referencesProvider", yes},
      {"documentHighlightProvider", yes},
      {"documentSymbolProvider", yes},
      {"renameProvider", prepare_rename ? Value::Object({{"prepareProvider", yes}}) : yes},
      {"codeActionProvider",
       Value::Object({{"codeActionKinds", Value::Array({Value::String("quickfix"), Value::String("source.fixAll")})}})},
  });
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The path of a file: URI; "" of another one.
std::string PathOf(std::string_view uri) {
  constexpr std::string_view kScheme = "file://";
  if (!uri.starts_with(kScheme)) return "";
  uri.remove_prefix(kScheme.size());
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    const bool escaped = uri[i] == '%' && i + 2 < uri.size() && HexDigit(uri[i + 1]) >= 0 && HexDigit(uri[i + 2]) >= 0;
    path += escaped ? static_cast<char>(HexDigit(uri[i + 1]) * 16 + HexDigit(uri[i + 2])) : uri[i];
    if (escaped) i += 2;
  }
  return path;
}

// The folder that the editor has open, the first of several; "" for none.
std::string RootOf(const Value& params) {
  if (std::string root = PathOf(TextOf(params, "rootUri")); !root.empty()) return root;
  const Value* folders = Get(params, "workspaceFolders");
  return folders == nullptr || folders->items().empty() ? "" : PathOf(TextOf(folders->items()[0], "uri"));
}

std::string TargetsPath(const Value& params) {
  const Value* options = Get(params, "initializationOptions");
  const std::string targets(options != nullptr ? TextOf(*options, "targets") : "");
  if (targets.empty()) return "";
  return (std::filesystem::path(RootOf(params)) / targets).string();
}

std::string UriOf(const Value& params) {
  const Value* document = Get(params, "textDocument");
  return document != nullptr ? std::string(TextOf(*document, "uri")) : "";
}

Value TooLarge() {
  const Value zero = Value::Object({{"line", Value::Int(0)}, {"character", Value::Int(0)}});
  return Value::Object({{"range", Value::Object({{"start", zero}, {"end", zero}})},
                        {"severity", Value::Int(1)},
                        {"code", Value::String("too-large")},
                        {"source", Value::String("gait")},
                        {"message", Value::String("The document has more than " + std::to_string(kDocumentBytesMax) +
                                                  " bytes, and is not looked at")}});
}

}  // namespace

std::vector<Value> Server::Handle(std::string_view message) {
  std::vector<Value> out;
  const JsonParse parse = ParseJson(message);
  if (!parse) {
    out.push_back(Response(Value::Null(), ResponseError{ErrorCode::kParseError, parse.error.message}));
    return out;
  }
  const Value& value = *parse.value;
  const std::string method(TextOf(value, "method"));
  const Value* id = value.is_object() ? value.Find("id") : nullptr;
  const Value none = Value::Object();
  const Value* given = value.is_object() ? value.Find("params") : nullptr;
  const Value& params = given != nullptr ? *given : none;
  if (method.empty()) {
    // An answer to something that was asked of the editor: nothing is.
    if (value.is_object() && (value.Find("result") != nullptr || value.Find("error") != nullptr)) return out;
    const ResponseError error{ErrorCode::kInvalidRequest, "A message is an object that has a method"};
    out.push_back(Response(id != nullptr && (id->is_int() || id->is_string()) ? *id : Value::Null(), error));
    return out;
  }
  try {
    if (id == nullptr) {
      Notify(method, params, out);
    } else if (!id->is_int() && !id->is_string()) {
      out.push_back(Response(Value::Null(), ResponseError{ErrorCode::kInvalidRequest, "An id is a number or a text"}));
    } else {
      out.push_back(Response(*id, AnswerRequest(method, params)));
    }
  } catch (const std::exception& e) {
    Log("internal error in " + method + ": " + e.what());
    if (id != nullptr) out.push_back(Response(*id, ResponseError{ErrorCode::kInternalError, e.what()}));
  }
  return out;
}

Answer Server::AnswerRequest(std::string_view method, const Value& params) {
  if (method == "initialize") return Initialize(params);
  if (phase_ == Phase::kNew) return ResponseError{ErrorCode::kServerNotInitialized, "initialize comes first"};
  if (phase_ != Phase::kRunning) return ResponseError{ErrorCode::kInvalidRequest, "The server is shut down"};
  if (method == "shutdown") {
    phase_ = Phase::kShutDown;
    orderly_ = true;
    return Value::Null();
  }
  return AnswerAboutDocument(method, params);
}

Answer Server::Initialize(const Value& params) {
  if (phase_ != Phase::kNew) return ResponseError{ErrorCode::kInvalidRequest, "initialize comes once"};
  phase_ = Phase::kRunning;
  encoding_ = ChooseEncoding(params);
  completion_.snippets = IsTrue(params, "capabilities.textDocument.completion.completionItem.snippetSupport");
  nested_symbols_ = IsTrue(params, "capabilities.textDocument.documentSymbol.hierarchicalDocumentSymbolSupport");
  targets_ = TargetsPath(params);
  if (const Value* options = Get(params, "initializationOptions"); options != nullptr) {
    if (TextOf(*options, "type") == "EXPRESS") type_ = StateMachineType::kExpress;
  }
  const bool prepare = IsTrue(params, "capabilities.textDocument.rename.prepareSupport");
  return Value::Object(
      {{"capabilities", Capabilities(encoding_, prepare)},
       {"serverInfo", Value::Object({{"name", Value::String("gait")}, {"version", Value::String(version_)}})}});
}

Answer Server::AnswerAboutDocument(std::string_view method, const Value& params) {
  const RequestMethod* row = FindRequestMethod(method);
  if (row == nullptr) return ResponseError{ErrorCode::kMethodNotFound, "There is no method " + std::string(method)};
  const std::string uri = UriOf(params);
  const auto found = documents_.find(uri);
  if (found == documents_.end()) {
    return ResponseError{ErrorCode::kInvalidParams, "There is no open document '" + uri + "'"};
  }
  const OpenDocument& open = found->second;
  if (open.document == nullptr) return Value::Null();
  if (!open.is_definition && !HoldsStateMachine(open.document->value())) return Value::Null();
  if (method == "textDocument/completion") LoadTargets();
  return row->answer({{*open.document, encoding_}, uri, completion_, params, nested_symbols_});
}

void Server::LoadTargets() {
  if (targets_.empty()) return;
  std::string problem;
  completion_.functions = FunctionsOfTargets(targets_, problem);
  if (!problem.empty() && problem != targets_problem_) Log(problem);
  targets_problem_ = problem;
}

void Server::Notify(std::string_view method, const Value& params, std::vector<Value>& out) {
  if (method == "exit") {
    phase_ = Phase::kExited;
    return;
  }
  if (phase_ != Phase::kRunning) return;  // as the protocol wants it
  if (method == "textDocument/didOpen") return Open(params, out);
  if (method == "textDocument/didChange") return Change(params, out);
  if (method == "textDocument/didClose") return Close(params, out);
  // What else an editor tells, $/cancelRequest among it, changes nothing: answers are there before it comes.
}

void Server::Open(const Value& params, std::vector<Value>& out) {
  const Value* item = Get(params, "textDocument");
  const Value* text = item != nullptr && item->is_object() ? item->Find("text") : nullptr;
  const std::string uri = UriOf(params);
  if (uri.empty() || text == nullptr || !text->is_string()) return Log("didOpen without a uri or a text");
  const std::string_view language = TextOf(*item, "languageId");
  OpenDocument& open = documents_[uri];
  open.format = FormatFor(language, uri);
  open.is_definition = IsDefinitionName(uri) || language.find("asl") != std::string_view::npos;
  if (const Value* version = item->Find("version"); version != nullptr && version->is_int()) {
    open.version = version->as_int();
  }
  ApplyChange(open, *item);
  Publish(uri, open, out);
}

void Server::Change(const Value& params, std::vector<Value>& out) {
  const std::string uri = UriOf(params);
  const auto found = documents_.find(uri);
  if (found == documents_.end()) return Log("didChange of '" + uri + "', which is not open");
  OpenDocument& open = found->second;
  if (const Value* version = Get(params, "textDocument.version"); version != nullptr && version->is_int()) {
    open.version = version->as_int();
  }
  const Value* changes = Get(params, "contentChanges");
  for (size_t i = 0; changes != nullptr && i < changes->items().size(); ++i) ApplyChange(open, changes->items()[i]);
  Publish(uri, open, out);
}

void Server::ApplyChange(OpenDocument& open, const Value& change) {
  const Value* text = change.is_object() ? change.Find("text") : nullptr;
  if (text == nullptr || !text->is_string()) return Log("a change without a text");
  const Value* given = change.Find("range");
  if (given == nullptr) {
    if (text->as_string().size() > kDocumentBytesMax) {
      open.document.reset();
    } else if (open.document == nullptr) {
      open.document = std::make_unique<Document>(std::string(text->as_string()), open.format, type_);
    } else {
      open.document->Replace(std::string(text->as_string()));
    }
    return;
  }
  if (open.document == nullptr) return;  // until all of it comes again
  const auto range = DocumentView{*open.document, encoding_}.Range(given);
  if (!range) return Log("a change with a range that is none");
  if (open.document->text().size() - (range->end - range->begin) + text->as_string().size() > kDocumentBytesMax) {
    open.document.reset();
  } else {
    open.document->Replace(*range, text->as_string());
  }
}

void Server::Close(const Value& params, std::vector<Value>& out) {
  const std::string uri = UriOf(params);
  if (documents_.erase(uri) == 0) return Log("didClose of '" + uri + "', which is not open");
  out.push_back(Notification("textDocument/publishDiagnostics",
                             Value::Object({{"uri", Value::String(uri)}, {"diagnostics", Value::Array()}})));
}

void Server::Publish(const std::string& uri, const OpenDocument& open, std::vector<Value>& out) const {
  Value diagnostics = Value::Array();
  if (open.document == nullptr) {
    diagnostics = Value::Array({TooLarge()});
  } else if (open.is_definition || HoldsStateMachine(open.document->value())) {
    diagnostics = DiagnosticsOf({*open.document, encoding_});
  }
  out.push_back(
      Notification("textDocument/publishDiagnostics", Value::Object({{"uri", Value::String(uri)},
                                                                     {"version", Value::Int(open.version)},
                                                                     {"diagnostics", std::move(diagnostics)}})));
}

int Serve(std::istream& in, std::ostream& out, std::ostream& log, std::string version) {
  Server server(std::move(version), log);
  while (!server.exited()) {
    const Frame frame = ReadFrame(in);
    if (frame.kind == Frame::Kind::kEnd) {
      if (!frame.text.empty()) log << "gait lsp: " << frame.text << std::endl;
      return 1;  // without `exit`
    }
    if (frame.kind == Frame::Kind::kFaulty) {
      WriteFrame(out, Response(Value::Null(), ResponseError{ErrorCode::kParseError, frame.text}));
      continue;
    }
    for (const Value& message : server.Handle(frame.text)) WriteFrame(out, message);
    if (!out) {
      log << "gait lsp: the editor is gone" << std::endl;
      return 1;
    }
  }
  return server.exit_status();
}

}  // namespace gait::lsp
