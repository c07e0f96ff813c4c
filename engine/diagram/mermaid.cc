// https://mermaid.js.org/syntax/flowchart.html
#include <cstdio>

#include "engine/diagram/labels.h"
#include "engine/diagram/outline.h"

namespace gait {
namespace {

struct Look {
  std::string_view type, opening, closing;
};
constexpr Look kLooks[] = {
    {"Pass", "[", "]"},      {"Choice", "{{", "}}"}, {"Wait", "[/", "/]"},
    {"Succeed", "([", "])"}, {"Fail", "[[", "]]"},   {"", "(", ")"},  // the others
};

const Look& LookOf(std::string_view type) {
  for (const Look& look : kLooks) {
    if (look.type == type) return look;
  }
  return std::end(kLooks)[-1];
}

// Within quotes: what is neither a letter nor harmless is written as Mermaid's own character code. A `.` or `)` behind
// a number, or a `-`, would begin a list of Markdown; `%` a directive.
std::string Escape(std::string_view text) {
  constexpr std::string_view kHarmless = " $@/:,=.()[]{}!?_";
  std::string escaped;
  bool after_number = true;
  for (char c : OneLine(text)) {
    const auto u = static_cast<unsigned char>(c);
    const bool letter = (u | 32) >= 'a' && (u | 32) <= 'z';
    const bool digit = u >= '0' && u <= '9';
    const bool of_list = after_number && (c == '.' || c == ')');
    after_number = after_number && digit;
    if (u >= 0x80 || letter || digit || (kHarmless.find(c) != std::string_view::npos && !of_list)) {
      escaped += c;
    } else {
      escaped += "#" + std::to_string(u) + ";";
    }
  }
  return escaped;
}

std::string Styled(const Paint& paint) {
  char text[96];
  std::snprintf(text, sizeof text, "stroke:%.*s,stroke-width:%.1fpx%s", static_cast<int>(paint.stroke.size()),
                paint.stroke.data(), paint.width, paint.dashed ? ",stroke-dasharray:6 3" : "");
  return text;
}

class MermaidWriter {
 public:
  MermaidWriter(const Diagram& diagram, const Marks& marks) : diagram_(diagram), marks_(marks), outline_(diagram) {}

  std::string Write() {
    out_ = "flowchart TD\n";
    if (diagram_.scopes[0].start_at != Diagram::kNone) Line(1, "start((\" \")):::point");
    WriteStates(0, 1);
    for (const Diagram::Transition& t : diagram_.transitions) {
      if (t.to != Diagram::kNone || diagram_.states[t.from].scope != 0 || !IsDrawn(diagram_, t)) continue;
      Line(1, "finish(((\" \"))):::point");
      break;
    }
    WriteStarts();
    for (const Diagram::Transition& t : diagram_.transitions) {
      if (IsDrawn(diagram_, t)) WriteTransition(t);
    }
    WriteClasses();
    return out_;
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
    const Look& look = LookOf(state.type);
    const auto mark = MarkOf(marks_, state);
    Line(indent, Id(number) + std::string(look.opening) + "\"" + Escape(state.name) + "<br/><small>" +
                     (state.type.empty() ? "?" : Escape(state.type)) + "</small>\"" + std::string(look.closing) +
                     (mark ? ":::" + std::string(MarkName(*mark)) : ""));
  }

  void WriteFrame(size_t number, int indent) {
    Line(indent, "subgraph f" + std::to_string(number) + "[\" \"]");
    WriteState(number, indent + 1);
    const std::vector<size_t>& scopes = outline_.scopes_of[number];
    for (size_t scope : scopes) {
      if (scopes.size() == 1) {
        WriteStates(scope, indent + 1);
        continue;
      }
      Line(indent + 1, "subgraph b" + std::to_string(scope) + "[\"" + Escape(diagram_.scopes[scope].label) + "\"]");
      WriteStates(scope, indent + 2);
      Line(indent + 1, "end");
    }
    Line(indent + 1, EndId(number) + "((\" \")):::point");
    Line(indent, "end");
  }

  // The arrows are numbered in the order in which they are written; what is marked is painted by number.
  void Arrow(const std::string& text, std::optional<Mark> mark) {
    Line(1, text);
    if (mark) painted_.push_back({arrows_, *mark});
    ++arrows_;
  }

  void WriteStarts() {
    for (const Diagram::Scope& scope : diagram_.scopes) {
      if (scope.start_at == Diagram::kNone) continue;
      Arrow((scope.owner ? Id(*scope.owner) : "start") + " --> " + Id(scope.start_at),
            MarkOfStart(diagram_, marks_, scope.start_at));
    }
  }

  void WriteTransition(const Diagram::Transition& t) {
    using Kind = Diagram::TransitionKind;
    const bool caught = t.kind == Kind::kCatch;
    const auto owner = diagram_.scopes[diagram_.states[t.from].scope].owner;
    const std::string from = outline_.IsFrame(t.from) && !caught ? EndId(t.from) : Id(t.from);
    const std::string to = t.to != Diagram::kNone ? Id(t.to) : owner ? EndId(*owner) : "finish";
    const std::string label = t.kind == Kind::kDefault ? "default" : Escape(t.label);
    Arrow(from + (caught ? " -.->" : " -->") + (label.empty() ? "" : "|\"" + label + "\"|") + " " + to,
          MarkOf(marks_, t));
  }

  void WriteClasses() {
    Line(1, "classDef point fill:#52606d,stroke:#52606d,color:#52606d");
    for (Mark mark : {Mark::kTaken, Mark::kFailed, Mark::kRunning, Mark::kMissed}) {
      if (marks_.empty()) break;
      Line(1, "classDef " + std::string(MarkName(mark)) + " fill:" + std::string(PaintOf(mark).fill) + "," +
                  Styled(PaintOf(mark)) + ",color:#1f2933");
    }
    for (const auto& [arrow, mark] : painted_) {
      Line(1, "linkStyle " + std::to_string(arrow) + " " + Styled(PaintOf(mark)));
    }
  }

  const Diagram& diagram_;
  const Marks& marks_;
  const Outline outline_;
  std::string out_;
  size_t arrows_ = 0;
  std::vector<std::pair<size_t, Mark>> painted_;
};

}  // namespace

std::string ToMermaid(const Diagram& diagram, const Marks& marks) { return MermaidWriter(diagram, marks).Write(); }

}  // namespace gait
