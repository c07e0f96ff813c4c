#include <cstdio>
#include <map>

#include "engine/base/xml_text.h"
#include "testing/coverage_report.h"

namespace gait {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --taken: #1a7f37; --missed: #cf222e; --taken-back: #dafbe1; --missed-back: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --taken: #3fb950; --missed: #f85149; --taken-back: #12361f; --missed-back: #4a1a1c; }
}
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 3rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { padding: .3rem .9rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } tr + tr { border-top: 1px solid #8884; }
.full { color: var(--taken); } .part { color: var(--missed); }
.graph { overflow: auto; margin: 1rem 0; padding: 1rem; border: 1px solid #8884; border-radius: 6px; }
.graph.drawn { background: #fff; } .graph svg { max-width: 100%; height: auto; }
.scope { border: 1px dashed #888; border-radius: 6px; padding: .6rem; margin: .4rem 0; }
.state { border-left: 5px solid; border-radius: 4px; padding: .3rem .6rem; margin: .4rem 0; }
.state.taken { border-color: var(--taken); background: var(--taken-back); }
.state.missed { border-color: var(--missed); background: var(--missed-back); }
.state small, .scope > small { opacity: .75; } .to { margin-left: 1rem; }
.to.taken { color: var(--taken); } .to.missed { color: var(--missed); }
ul.missed { padding-left: 1.2rem; } ul.missed a { color: var(--missed); }
pre { overflow: auto; border: 1px solid #8884; border-radius: 6px; padding: .6rem 0; font-size: 13px; line-height: 1.4; }
pre span { display: block; padding: 0 .8rem; } pre i { display: inline-block; width: 4rem; font-style: normal; opacity: .6; }
pre .taken { background: var(--taken-back); } pre .missed { background: var(--missed-back); }
pre :target { outline: 2px solid var(--missed); }
)";

std::string Cell(const CoverageCount& count) {
  if (count.all == 0) return "<td>&ndash;</td>";
  return "<td class=\"" + std::string(count.covered == count.all ? "full" : "part") + "\">" +
         std::to_string(count.covered) + "/" + std::to_string(count.all) + " " + PercentText(count) + "</td>";
}

std::string Anchor(size_t definition, int line) {
  return "d" + std::to_string(definition) + "-" + std::to_string(line);
}

std::string_view ClassOf(const std::map<std::string, Mark, std::less<>>& marks, const std::string& what) {
  const auto mark = marks.find(what);
  return mark == marks.end() ? "plain" : MarkName(mark->second);
}

// The states as boxes, in the order of the definition; those of a Parallel or Map within its box.
class Boxes {
 public:
  explicit Boxes(const Coverage& coverage) : diagram_(DiagramOf(coverage.definition)), marks_(MarksOf(coverage)) {}

  std::string Draw() const { return Scope(0); }

 private:
  std::string Scope(size_t scope) const {
    std::string text;
    for (size_t i = 0; i < diagram_.states.size(); ++i) {
      if (diagram_.states[i].scope == scope) text += State(i);
    }
    return text;
  }

  std::string State(size_t number) const {
    const Diagram::State& state = diagram_.states[number];
    std::string text = "<div class=\"state " + std::string(ClassOf(marks_.states, state.name)) + "\"><b>" +
                       XmlText(state.name) + "</b> <small>" + XmlText(state.type) + "</small>";
    for (const Diagram::Transition& t : diagram_.transitions) {
      if (t.from != number) continue;
      const std::string to = t.to == Diagram::kNone ? "end" : diagram_.states[t.to].name;
      text += "<div class=\"to " + std::string(ClassOf(marks_.transitions, t.pointer)) + "\">" +
              std::string(KindName(t.kind)) + (t.label.empty() ? "" : " " + XmlText(t.label)) + " &rarr; " +
              XmlText(to) + "</div>";
    }
    for (size_t i = 0; i < diagram_.scopes.size(); ++i) {
      if (diagram_.scopes[i].owner != number) continue;
      text += "<div class=\"scope\"><small>" + XmlText(diagram_.scopes[i].label) + "</small>" + Scope(i) + "</div>";
    }
    return text + "</div>";
  }

  const Diagram diagram_;
  const Marks marks_;
};

std::string Graph(const Coverage& coverage, const DrawDot& draw) {
  if (const auto svg = draw(ToDot(DiagramOf(coverage.definition), MarksOf(coverage)))) {
    const size_t begin = svg->find("<svg");  // not the prolog of a document of its own
    if (begin != std::string::npos) return "<div class=\"graph drawn\">" + svg->substr(begin) + "</div>\n";
  }
  return "<div class=\"graph\">" + Boxes(coverage).Draw() + "</div>\n";
}

std::string Missed(const Coverage& coverage, size_t number) {
  std::string text;
  for (const auto& items : coverage.items) {
    for (const CoverageItem& item : items) {
      if (item.times > 0) continue;
      const std::string line = std::to_string(item.position.line);
      text += "<li><a href=\"#" + Anchor(number, item.position.line) + "\">line " + line +
              "</a>: " + XmlText(item.what) + "</li>\n";
    }
  }
  return text.empty() ? "<p class=\"full\">Nothing was missed.</p>\n"
                      : "<h3>Missed</h3>\n<ul class=\"missed\">\n" + text + "</ul>\n";
}

std::string Source(const Coverage& coverage, size_t number) {
  std::map<int, bool> lines;  // was all that begins there run?
  for (const auto& items : coverage.items) {
    for (const CoverageItem& item : items) {
      const auto [line, is_first] = lines.try_emplace(item.position.line, item.times > 0);
      if (!is_first) line->second = line->second && item.times > 0;
    }
  }
  std::string text = "<details><summary>The definition</summary><pre>";
  std::string_view rest = coverage.source;
  for (int n = 1; !rest.empty(); ++n) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto mark = lines.find(n);
    text += "<span id=\"" + Anchor(number, n) + "\"" +
            (mark == lines.end() ? ""
             : mark->second      ? " class=\"taken\""
                                 : " class=\"missed\"") +
            "><i>" + std::to_string(n) + "</i>" + XmlText(line) + "</span>";
  }
  return text + "</pre></details>\n";
}

}  // namespace

std::string PercentText(const CoverageCount& count) {
  if (count.covered == count.all) return "100 %";
  char text[32];
  // Rounded down: what is not all is never shown as 100.
  const double tenths = static_cast<double>(count.covered * 1000 / count.all);
  std::snprintf(text, sizeof text, "%.1f %%", tenths / 10);
  return text;
}

std::string CoverageHtml(const std::vector<Coverage>& all, const DrawDot& draw) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Coverage</title>\n<style>" +
      std::string(kStyle) + "</style>\n</head>\n<body>\n<h1>Coverage</h1>\n<table>\n<tr><th>definition</th>";
  for (const std::string_view name : kCoverageNames) text += "<th>" + std::string(name) + "</th>";
  text += "</tr>\n";
  for (size_t i = 0; i < all.size(); ++i) {
    text += "<tr><td><a href=\"#d" + std::to_string(i) + "\">" + XmlText(all[i].path) + "</a></td>";
    for (size_t kind = 0; kind < kCoverageKinds; ++kind) text += Cell(all[i].Count(static_cast<CoverageKind>(kind)));
    text += "</tr>\n";
  }
  text += "</table>\n";
  for (size_t i = 0; i < all.size(); ++i) {
    text += "<h2 id=\"d" + std::to_string(i) + "\">" + XmlText(all[i].path) + "</h2>\n" + Graph(all[i], draw) +
            Missed(all[i], i) + Source(all[i], i);
  }
  return text + "</body>\n</html>\n";
}

}  // namespace gait
