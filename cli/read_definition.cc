#include "cli/read_definition.h"

#include <algorithm>

#include "cli/command.h"
#include "cli/files.h"
#include "engine/definition/compile.h"
#include "engine/json/document.h"
#include "engine/json/write.h"
#include "states/state_table.h"

namespace gait::cli {
namespace {

constexpr size_t kBytesMax = 16 * 1'048'576;

// Standard input has no name: what begins as a JSON object or list is JSON.
DocumentFormat FormatOf(const std::string& path, const std::string& text) {
  if (path != "-") return FormatOfFile(path);
  const size_t first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  return first == std::string::npos || text[first] == '{' || text[first] == '[' ? DocumentFormat::kJson
                                                                                : DocumentFormat::kYaml;
}

}  // namespace

Value ReadDefinition(const std::string& path) {
  const std::string text = ReadFile(path, kBytesMax);
  const DocumentParse parse = ParseDocument(text, FormatOf(path, text));
  if (!parse) {
    throw UsageError(path + ":" + std::to_string(parse.position.line) + ":" + std::to_string(parse.position.column) +
                     ": " + parse.message);
  }
  if (!parse.value->is_object()) throw UsageError(path + " is no definition: it holds no object");
  return *parse.value;
}

size_t CountErrors(const Value& definition) {
  CompileOptions options;
  options.states = StateTypes();
  options.keep_placeholders = true;
  const Diagnostics found = CompileDefinition(ToJson(definition), options).diagnostics;
  return static_cast<size_t>(
      std::count_if(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; }));
}

}  // namespace gait::cli
