// A session of the Language Server Protocol 3.17, for definitions in JSON and YAML.
// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
#pragma once

#include <istream>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/completion.h"
#include "lsp/document.h"
#include "lsp/lines.h"
#include "lsp/protocol.h"

namespace gait::lsp {

class Server {
 public:
  // `log` is for people, and must outlive the server.
  Server(std::string version, std::ostream& log) : version_(std::move(version)), log_(log) {}

  // What is to be sent after one message came: an answer, notifications, or nothing.
  std::vector<Value> Handle(std::string_view message);

  // The editor has said `exit`: with which status the program ends, 0 if it said `shutdown` before.
  bool exited() const { return phase_ == Phase::kExited; }
  int exit_status() const { return orderly_ ? 0 : 1; }

 private:
  enum class Phase : uint8_t { kNew, kRunning, kShutDown, kExited };
  struct OpenDocument {
    std::unique_ptr<Document> document;  // null: it is too large, and no longer looked at
    int64_t version = 0;
    DocumentFormat format = DocumentFormat::kJson;
    bool is_definition = false;  // by its name or language; else by what is in it
  };

  Answer AnswerRequest(std::string_view method, const Value& params);
  Answer Initialize(const Value& params);
  Answer AnswerAboutDocument(std::string_view method, const Value& params);
  void Notify(std::string_view method, const Value& params, std::vector<Value>& out);
  void Open(const Value& params, std::vector<Value>& out);
  void Change(const Value& params, std::vector<Value>& out);
  void Close(const Value& params, std::vector<Value>& out);
  void ApplyChange(OpenDocument& open, const Value& change);
  void Publish(const std::string& uri, const OpenDocument& open, std::vector<Value>& out) const;
  void LoadTargets();
  void Log(const std::string& text) { log_ << "gait lsp: " << text << std::endl; }

  const std::string version_;
  std::ostream& log_;
  Phase phase_ = Phase::kNew;
  bool orderly_ = false;
  PositionEncoding encoding_ = PositionEncoding::kUtf16;
  bool nested_symbols_ = false;
  StateMachineType type_ = StateMachineType::kStandard;  // that the definitions are for
  std::string targets_;                                  // path; "" for none
  std::string targets_problem_;                          // as it was last logged
  CompletionOptions completion_;
  std::map<std::string, OpenDocument, std::less<>> documents_;  // by URI
};

// Serves until the editor says `exit` or the input ends. The result is the exit status.
int Serve(std::istream& in, std::ostream& out, std::ostream& log, std::string version);

}  // namespace gait::lsp
