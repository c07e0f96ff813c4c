#include "templates/found.h"

#include "engine/definition/rule_table.h"

namespace gait::templates {
namespace {

// What the user said on the command line has precedence.
void AddSubstitutions(CompileOptions& options, const Substitutions& substitutions) {
  options.substitutions.insert(substitutions.begin(), substitutions.end());
}

std::shared_ptr<const std::string> TextOf(const std::shared_ptr<const Host>& host) { return {host, &host->text()}; }

}  // namespace

Diagnostic Finding(std::string_view rule_id, SourcePosition position, std::string message, std::string hint) {
  const Rule& rule = RuleOf(rule_id);
  Diagnostic d;
  d.severity = rule.severity;
  d.rule = rule.id;
  d.code = rule.code;
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.position = position;
  return d;
}

Source NotCompiled(const std::shared_ptr<const Host>& host, std::string machine, Diagnostic finding) {
  Source source{host->file(), std::move(machine), TextOf(host), {}, {}, {}};
  source.findings.push_back(std::move(finding));
  return source;
}

Source OfText(std::shared_ptr<const Host> host, std::string machine, TextPieces pieces, Substitutions substitutions) {
  Source source{host->file(), std::move(machine), TextOf(host), {}, {}, {}};
  source.compile = [host, pieces = std::move(pieces),
                    substitutions = std::move(substitutions)](CompileOptions options) {
    options.format = DocumentFormat::kJson;
    AddSubstitutions(options, substitutions);
    CompileResult result = CompileDefinition(pieces.text(), options);
    const LineIndex lines(pieces.text());
    for (Diagnostic& d : result.diagnostics) {
      d.position = pieces.PositionOf(*host, lines.OffsetOf(d.position));
      d.fix.reset();
    }
    return result;
  };
  return source;
}

Source OfObject(std::shared_ptr<const Host> host, std::string machine, std::string pointer, Value definition,
                Substitutions substitutions) {
  Source source{host->file(), std::move(machine), TextOf(host), {}, {}, {}};
  source.compile = [host, pointer = std::move(pointer), definition = std::move(definition),
                    substitutions = std::move(substitutions)](CompileOptions options) {
    AddSubstitutions(options, substitutions);
    CompileResult result = CompileDocument(definition, options, [&] { return host->positions().Under(pointer); });
    for (Diagnostic& d : result.diagnostics) d.fix.reset();
    return result;
  };
  return source;
}

Source OfFile(std::string file, std::string machine, std::string text, Substitutions substitutions) {
  const auto shared = std::make_shared<const std::string>(std::move(text));
  const DocumentFormat format = FormatOfFile(file);
  Source source{std::move(file), std::move(machine), shared, {}, {}, {}};
  source.compile = [shared, format, substitutions = std::move(substitutions)](CompileOptions options) {
    options.format = format;
    AddSubstitutions(options, substitutions);
    return CompileDefinition(*shared, options);
  };
  return source;
}

std::string Beside(std::string_view file, std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  if (path.starts_with('/')) return std::string(path);
  const size_t slash = file.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : file.substr(0, slash + 1)) + std::string(path);
}

Diagnostic NotRead(const OtherFile& other, std::string_view path, SourcePosition position) {
  if (other.missing) {
    return Finding("definition-not-found", position, "There is no file " + std::string(path) + ", which is named here");
  }
  return Finding("definition-not-read", position, "The definition is not checked: " + other.problem);
}

}  // namespace gait::templates
