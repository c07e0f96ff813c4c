#include "cli/render.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/table.h"
#include "engine/base/utf.h"

namespace gait::cli {
namespace {

constexpr size_t kColumnsShown = 120;

// Line `number` of the text, from 1, without its end.
std::string_view LineOf(std::string_view text, int number) {
  for (; number > 1; --number) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return "";
    text.remove_prefix(end + 1);
  }
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// `count` characters of a line, from `from`.
std::string Shown(std::string_view line, size_t from, size_t count) {
  const std::string text = Printable(line);
  const auto begin_of = [&](size_t character) {
    size_t at = 0;
    for (; character > 0 && at < text.size(); --character) at += Utf8Size(text[at]);
    return std::min(at, text.size());
  };
  const size_t begin = begin_of(from);
  return text.substr(begin, begin_of(from + count) - begin);
}

}  // namespace

bool UseColor(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if ((no_color != nullptr && *no_color != '\0') || (term != nullptr && std::string_view(term) == "dumb")) return false;
  return isatty(descriptor) == 1;
}

std::string RenderDiagnostic(const Diagnostic& d, std::string_view file, std::string_view source, bool color) {
  const auto paint = [&](std::string_view code, std::string_view text) {
    return color ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m" : std::string(text);
  };
  const char* severity_color = d.severity == Severity::kError     ? "1;31"
                               : d.severity == Severity::kWarning ? "1;33"
                                                                  : "1;36";
  std::string place = Printable(file);
  if (d.position.line > 0) place += ":" + std::to_string(d.position.line) + ":" + std::to_string(d.position.column);
  std::string out = paint("1", place + ":") + " " + paint(severity_color, std::string(SeverityName(d.severity)) + ":") +
                    " " + Printable(d.message) + " [" + d.rule + "]\n";
  if (d.position.line > 0) {
    const std::string number = std::to_string(d.position.line);
    const auto column = static_cast<size_t>(d.position.column - 1);
    // Of a line that goes on and on, the part around the place.
    const size_t from = column > kColumnsShown - 20 ? column - kColumnsShown / 2 : 0;
    const std::string margin(number.size() < 6 ? 6 - number.size() : 0, ' ');
    out += margin + number + " | " + Shown(LineOf(source, d.position.line), from, kColumnsShown) + "\n";
    out += std::string(margin.size() + number.size(), ' ') + " | " + std::string(column - from, ' ') +
           paint("1;32", "^") + "\n";
  }
  if (!d.hint.empty()) out += "  " + paint("1", "hint:") + " " + Printable(d.hint) + "\n";
  return out;
}

}  // namespace gait::cli
