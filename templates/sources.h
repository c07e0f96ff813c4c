// Where a file holds state machines: it is a definition itself, or a template in which, or beside which, definitions
// stand: CloudFormation and SAM (CDK's output too), the Serverless Framework, Terraform and its plans.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/definition/compile.h"

namespace gait::templates {

// Another file that a template names.
struct OtherFile {
  std::optional<std::string> text;
  std::string problem;   // why there is no text
  bool missing = false;  // there is no such file
};
// `path` is relative to the folder that the template's own path is relative to. The reader sees to it that no file is
// read that the user would not expect to be, and none that is too large.
using FileReader = std::function<OtherFile(const std::string& path)>;

// One state machine.
struct Source {
  std::string file;                         // the one that all positions are of
  std::string machine;                      // within a template: its logical id; "" where the file is the definition
  std::shared_ptr<const std::string> text;  // of the file
  std::optional<StateMachineType> type;     // where the template tells it
  Diagnostics findings;                     // what the template itself causes; also why it is not compiled
  // Compiles the definition; the positions of the diagnostics are of `file`. A Fix is only for a file that is a
  // definition itself. Null if the definition cannot be read. Not to be called from two threads for sources of one
  // file.
  std::function<CompileResult(CompileOptions)> compile;
};

struct SourceOptions {
  FileReader reader;
  // The user named this very file: it should hold a state machine, and if it cannot be read that is an error. Otherwise
  // it was found in a folder, and is passed over.
  bool named = true;
};

// In the order of the text. `file` is its name, which tells the format (`-`: by its first character).
std::vector<Source> FindSources(const std::string& file, std::string text, const SourceOptions& options);

// All that is found in a state machine, in the order of the text. `options.type` is that of a machine of which no
// template tells the type.
Diagnostics Check(const Source& source, CompileOptions options);

}  // namespace gait::templates
