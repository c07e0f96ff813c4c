#include "lsp/scalar_text.h"

#include "engine/json/value.h"
#include "engine/json/write.h"

namespace gait::lsp {
namespace {

bool IsPlain(std::string_view text) {
  constexpr std::string_view kNeverIn = "\"'\\{}[],&*#?|<>=!%@`\n\r\t";
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.front() == '-') return false;
  if (text.find_first_of(kNeverIn) != std::string_view::npos) return false;
  if (text.find(": ") != std::string_view::npos || text.back() == ':') return false;
  // What is read as a number, a boolean or null is none of the text.
  const DocumentParse parse = ParseDocument(text, DocumentFormat::kYaml);
  return parse && parse.value->is_string() && parse.value->as_string() == text;
}

}  // namespace

std::string YamlScalar(std::string_view text) {
  return IsPlain(text) ? std::string(text) : ToJson(Value::String(text));
}

std::string ScalarLike(std::string_view written, std::string_view text, DocumentFormat format) {
  const bool quoted = written.starts_with('"') || written.starts_with('\'');
  return format == DocumentFormat::kJson || quoted ? ToJson(Value::String(text)) : YamlScalar(text);
}

}  // namespace gait::lsp
