// https://graphviz.org/doc/info/lang.html, and "HTML-Like Labels" in https://graphviz.org/doc/info/shapes.html
#include <cstdio>

#include "engine/base/utf.h"
#include "engine/diagram/labels.h"
#include "engine/diagram/outline.h"

namespace gait {
namespace {

constexpr const char* kHead = R"(digraph machine {
  graph [bgcolor="white", fontname="Helvetica,Arial,sans-serif", compound=true, nodesep=0.4, ranksep=0.42, pad=0.25];
  node [fontname="Helvetica,Arial,sans-serif", fontsize=13, fontcolor="#1f2933", color="#52606d", fillcolor="white",
        penwidth=1.2, margin="0.2,0.09", height=0.5];
  edge [fontname="Helvetica,Arial,sans-serif", fontsize=10, fontcolor="#3e4c59", color="#616e7c", arrowsize=0.7,
        penwidth=1.2];
)";

struct Look {
  std::string_view type;
  std::string_view attributes;
};
constexpr Look kLooks[] = {
    {"Pass", R"(shape=box, style="filled")"},
    {"Choice", R"(shape=hexagon, style="filled", margin="0.05,0.05")"},
    {"Wait", R"(shape=ellipse, style="filled", margin="0.05,0.05")"},
    {"Succeed", R"(shape=box, style="rounded,filled", peripheries=2)"},
    {"Fail", R"(shape=octagon, style="filled", margin="0.1,0.05")"},
    {"", R"(shape=box, style="rounded,filled")"},  // the others
};

std::string_view LookOf(std::string_view type) {
  for (const Look& look : kLooks) {
    if (look.type == type) return look.attributes;
  }
  return std::end(kLooks)[-1].attributes;
}

// For an HTML-like label, whose parser is that of XML, and for a quoted text; Graphviz looks into both for escapes of
// its own, as \N, the name of the node.
std::string Escape(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\\': escaped += "\\\\"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string Quote(std::string_view text) { return "\"" + Escape(text) + "\""; }

// A long text on several lines, which are broken at blanks.
std::string Lines(std::string_view text) {
  constexpr size_t kWidth = 26;
  std::string lines, line;
  const std::string all = OneLine(text) + " ";
  for (size_t at = 0, end; (end = all.find(' ', at)) != std::string::npos; at = end + 1) {
    const std::string word = all.substr(at, end - at);
    if (!line.empty() && CountCodePoints(line + word) >= kWidth) {
      lines += Escape(line) + "<br/>";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + Escape(line);
}

std::string Painted(const Paint& paint) {
  char text[96];
  std::snprintf(text, sizeof text, R"(, color="%.*s", penwidth=%.1f)", static_cast<int>(paint.stroke.size()),
                paint.stroke.data(), paint.width);
  return text;
}

class DotWriter {
 public:
  DotWriter(const Diagram& diagram, const Marks& marks) : diagram_(diagram), marks_(marks), outline_(diagram) {}

  std::string Write() {
    out_ = kHead;
    if (diagram_.scopes[0].start_at != Diagram::kNone) {
      Line(1, R"(start [shape=circle, label="", width=0.18, height=0.18, style=filled, fillcolor="#52606d"];)");
    }
    WriteStates(0, 1);
    for (const Diagram::Transition& t : diagram_.transitions) {
      if (t.to != Diagram::kNone || diagram_.states[t.from].scope != 0 || !IsDrawn(diagram_, t)) continue;
      Line(1, R"(end [shape=doublecircle, label="", width=0.13, height=0.13, style=filled, fillcolor="#52606d"];)");
      break;
    }
    WriteStarts();
    for (const Diagram::Transition& t : diagram_.transitions) {
      if (IsDrawn(diagram_, t)) WriteTransition(t);
    }
    return out_ + "}\n";
  }

 private:
  void Line(int indent, const std::string& text) {
    out_ += std::string(static_cast<size_t>(2 * indent), ' ') + text + "\n";
  }

  static std::string Id(size_t state) { return "s" + std::to_string(state); }
  static std::string EndId(size_t state) { return "e" + std::to_string(state); }

  // The depth of scopes is bounded by that of JSON values.
  void WriteStates(size_t scope, int indent) {
    for (size_t state : outline_.states_of[scope]) {
      if (outline_.IsFrame(state)) {
        WriteFrame(state, indent);
      } else {
        WriteState(state, indent);
      }
    }
  }

  void WriteState(size_t number, int indent) {
    const Diagram::State& state = diagram_.states[number];
    const auto mark = MarkOf(marks_, state);
    std::string look(LookOf(state.type));
    if (mark && PaintOf(*mark).dashed) look.insert(look.find("filled"), "dashed,");
    std::string text = Id(number) + " [" + look;
    text += ", label=<" + Lines(state.name) + "<br/><font point-size=\"9\" color=\"#616e7c\">" +
            (state.type.empty() ? "?" : Escape(OneLine(state.type))) + "</font>>";
    text += ", tooltip=" + Quote(OneLine(state.comment.empty() ? state.name : state.comment));
    if (mark) {
      text += Painted(PaintOf(*mark)) + ", fillcolor=\"" + std::string(PaintOf(*mark).fill) + "\"";
      text += ", class=\"" + std::string(MarkName(*mark)) + "\"";
    }
    Line(indent, text + "];");
  }

  void WriteFrame(size_t number, int indent) {
    const auto mark = MarkOf(marks_, diagram_.states[number]);
    Line(indent, "subgraph cluster_" + Id(number) + " {");
    Line(indent + 1,
         R"(style="rounded,filled"; fillcolor="#f5f7fa"; margin=12; label="")" +
             (mark ? "; color=\"" + std::string(PaintOf(*mark).stroke) + "\";" : std::string(R"(; color="#9aa5b1";)")));
    WriteState(number, indent + 1);
    Line(indent + 1, EndId(number) + R"( [shape=circle, label="", width=0.1, height=0.1, style=filled,)"
                                     R"( fillcolor="#9aa5b1", color="#9aa5b1"];)");
    const std::vector<size_t>& scopes = outline_.scopes_of[number];
    for (size_t scope : scopes) {
      if (scopes.size() == 1) {  // a frame in the frame would tell nothing
        WriteStates(scope, indent + 1);
        continue;
      }
      Line(indent + 1, "subgraph cluster_b" + std::to_string(scope) + " {");
      Line(indent + 2, R"(style="rounded,dashed,filled"; fillcolor="white"; color="#cbd2d9"; margin=10; labeljust=l;)"
                       R"( fontsize=9; fontcolor="#616e7c"; label=)" +
                           Quote(diagram_.scopes[scope].label) + ";");
      WriteStates(scope, indent + 2);
      Line(indent + 1, "}");
    }
    Line(indent, "}");
  }

  void WriteStarts() {
    for (const Diagram::Scope& scope : diagram_.scopes) {
      if (scope.start_at == Diagram::kNone) continue;
      const auto mark = MarkOfStart(diagram_, marks_, scope.start_at);
      Line(1, (scope.owner ? Id(*scope.owner) : "start") + " -> " + Id(scope.start_at) + " [weight=4" +
                  (scope.owner ? ", style=dotted" : "") + (mark ? Painted(PaintOf(*mark)) : "") + "];");
    }
  }

  void WriteTransition(const Diagram::Transition& t) {
    using Kind = Diagram::TransitionKind;
    const bool caught = t.kind == Kind::kCatch;
    const auto owner = diagram_.scopes[diagram_.states[t.from].scope].owner;
    const std::string from = outline_.IsFrame(t.from) && !caught ? EndId(t.from) : Id(t.from);
    const std::string to = t.to != Diagram::kNone ? Id(t.to) : owner ? EndId(*owner) : "end";
    const std::string label = t.kind == Kind::kDefault ? "default" : t.label;
    std::string attributes = "weight=" + std::string(caught ? "1" : "3");
    if (!label.empty()) attributes += ", label=< " + Lines(label) + " >";
    if (caught) attributes += ", style=dashed";
    if (const auto mark = MarkOf(marks_, t)) {
      attributes += Painted(PaintOf(*mark)) + ", class=\"" + std::string(MarkName(*mark)) + "\"";
    }
    Line(1, from + " -> " + to + " [" + attributes + "];");
  }

  const Diagram& diagram_;
  const Marks& marks_;
  const Outline outline_;
  std::string out_;
};

}  // namespace

std::string ToDot(const Diagram& diagram, const Marks& marks) { return DotWriter(diagram, marks).Write(); }

}  // namespace gait
