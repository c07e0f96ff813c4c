#include "cli/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/command.h"
#include "engine/json/document.h"
#include "engine/json/write.h"

namespace gait::cli {

std::string ReadFile(const std::string& path, size_t bytes_max) {
  struct Closer {
    void operator()(FILE* f) const {
      if (f != stdin) std::fclose(f);
    }
  };
  const std::unique_ptr<FILE, Closer> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) throw UsageError("cannot read " + path + ": " + std::strerror(errno));
  std::string bytes;
  char buffer[65536];
  for (size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
    bytes.append(buffer, n);
    if (bytes.size() > bytes_max) {
      throw UsageError(path + " is too large: it has more than " + std::to_string(bytes_max) + " bytes");
    }
  }
  if (std::ferror(file.get()) != 0) throw UsageError("cannot read " + path + ": " + std::strerror(errno));
  return bytes;
}

std::string ReadJsonArgument(const std::string& argument, size_t bytes_max) {
  if (argument == "-") return ReadFile("-", bytes_max);
  if (argument.starts_with("@")) return ReadFile(argument.substr(1), bytes_max);
  return argument;
}

Substitutions ReadSubstitutions(const std::vector<std::string>& pairs, const std::string& file) {
  Substitutions substitutions;
  const auto add = [&](std::string_view pair, const std::string& from) {
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      throw UsageError(from + ": a substitution is NAME=VALUE, not '" + std::string(pair) + "'");
    }
    substitutions[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
  };
  if (!file.empty()) {
    constexpr size_t kBytesMax = 1'048'576;
    const std::string text = ReadFile(file, kBytesMax);
    const DocumentParse parse = ParseDocument(text, FormatOfFile(file));
    if (parse && parse.value->is_object()) {
      for (const Member& m : parse.value->members()) {
        substitutions[std::string(m.name())] = m.value.is_string() ? std::string(m.value.as_string()) : ToJson(m.value);
      }
    } else {
      for (size_t from = 0; from < text.size();) {
        const size_t end = std::min(text.find('\n', from), text.size());
        std::string_view line = std::string_view(text).substr(from, end - from);
        from = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty() && line.front() != '#') add(line, file);
      }
    }
  }
  for (const std::string& pair : pairs) add(pair, "--substitution");
  return substitutions;
}

std::string StateMachineNameOf(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  for (std::string_view suffix : {".json", ".yaml", ".yml", ".asl"}) {
    if (name.ends_with(suffix) && name.size() > suffix.size()) name.remove_suffix(suffix.size());
  }
  std::string out;
  for (char c : name) {
    const bool allowed = static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
                         std::string_view("<>{}[]?*\"#%\\^|~`$&,;:/").find(c) == std::string_view::npos;
    out += allowed ? c : '-';
  }
  return out.empty() || path == "-" ? "StateMachine" : out.substr(0, 80);
}

}  // namespace gait::cli
