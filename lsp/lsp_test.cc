#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <sstream>

#include "engine/json/parse.h"
#include "engine/json/text_edits.h"
#include "engine/json/write.h"
#include "lsp/completion.h"
#include "lsp/field_help.h"
#include "lsp/fixes.h"
#include "lsp/framing.h"
#include "lsp/functions.h"
#include "lsp/hover.h"
#include "lsp/resources.h"
#include "lsp/server.h"
#include "lsp/symbols.h"
#include "states/choice_rule.h"
#include "states/state_table.h"

namespace gait::lsp {
namespace {

constexpr DocumentFormat kJson = DocumentFormat::kJson, kYaml = DocumentFormat::kYaml;

// A text with a § where the cursor is.
struct Marked {
  std::string text;
  size_t offset;

  explicit Marked(std::string marked) : text(std::move(marked)), offset(text.find("§")) {
    REQUIRE(offset != std::string::npos);
    text.erase(offset, std::string_view("§").size());
  }
};

std::vector<Completion> CompleteIn(const std::string& marked, DocumentFormat format, bool snippets = false) {
  const Marked at(marked);
  const Document document(at.text, format);
  return Complete(document, at.offset, {snippets, {"Charge", "Ship"}});
}

std::string Labels(const std::vector<Completion>& completions) {
  std::string labels;
  for (const Completion& c : completions) labels += (labels.empty() ? "" : " ") + c.label;
  return labels;
}

// The text once the completion is taken, with the rest of the label typed.
std::string Taken(const std::string& marked, DocumentFormat format, std::string_view label, bool snippets = false) {
  const Marked at(marked);
  for (const Completion& c : CompleteIn(marked, format, snippets)) {
    if (c.label == label) return ApplyEdits(at.text, {{c.range, c.insert}});
  }
  return "not offered";
}

TEST_CASE("frames: what is sent is read, and what is broken is passed over") {
  std::stringstream stream;
  WriteFrame(stream, Value::String("ü"));
  CHECK(stream.str() == "Content-Length: 4\r\n\r\n\"ü\"");
  stream << "content-length:2\r\nContent-Type: x\r\n\r\n{}X-Other: 1\r\n\r\nContent-Length: ten\r\n\r\n"
         << "Content-Length: 999999999\r\n\r\n";
  CHECK(ReadFrame(stream).text == "\"ü\"");
  CHECK(ReadFrame(stream).text == "{}");
  CHECK(ReadFrame(stream).kind == Frame::Kind::kFaulty);
  CHECK(ReadFrame(stream).kind == Frame::Kind::kFaulty);
  const Frame large = ReadFrame(stream);
  CHECK(large.kind == Frame::Kind::kFaulty);
  CHECK(large.text.starts_with("a message of 999999999 bytes"));
  CHECK(ReadFrame(stream).kind == Frame::Kind::kEnd);
  for (const char* cut : {"", "Content-Len", "Content-Length: 10\r\n", "Content-Length: 10\r\n\r\n{}"}) {
    std::istringstream ends(cut);
    CHECK(ReadFrame(ends).kind == Frame::Kind::kEnd);
  }
  std::istringstream endless(std::string(100'000, 'a'));
  CHECK(ReadFrame(endless).text == "the header of a message is too long");
}

TEST_CASE("positions: bytes, UTF-16 and characters, every kind of line end") {
  const std::string text = "a\xc3\xa4\xf0\x9f\x98\x80z\r\nb\rc\nd";  // aä😀z, b, c, d
  const Lines lines(text);
  struct Row {
    size_t offset;
    LinePosition utf8, utf16, utf32;
  };
  const Row rows[] = {{0, {0, 0}, {0, 0}, {0, 0}},  {1, {0, 1}, {0, 1}, {0, 1}}, {3, {0, 3}, {0, 2}, {0, 2}},
                      {7, {0, 7}, {0, 4}, {0, 3}},  {8, {0, 8}, {0, 5}, {0, 4}}, {10, {1, 0}, {1, 0}, {1, 0}},
                      {12, {2, 0}, {2, 0}, {2, 0}}, {15, {3, 1}, {3, 1}, {3, 1}}};
  for (const Row& row : rows) {
    CAPTURE(row.offset);
    const std::pair<PositionEncoding, LinePosition> all[] = {{PositionEncoding::kUtf8, row.utf8},
                                                             {PositionEncoding::kUtf16, row.utf16},
                                                             {PositionEncoding::kUtf32, row.utf32}};
    for (const auto& [encoding, position] : all) {
      CHECK(lines.PositionOf(row.offset, encoding) == position);
      CHECK(lines.OffsetOf(position, encoding) == row.offset);
    }
  }
  CHECK(lines.OffsetOf({0, 3}, PositionEncoding::kUtf16) == 3);   // between two surrogates
  CHECK(lines.OffsetOf({0, 99}, PositionEncoding::kUtf16) == 8);  // before the line's end
  CHECK(lines.OffsetOf({99, 0}, PositionEncoding::kUtf16) == text.size());
  CHECK(lines.OffsetOf(SourcePosition{1, 4}) == 7);
  CHECK(lines.OffsetOf(SourcePosition{2, 1}) == 10);
  CHECK(lines.OffsetOf(SourcePosition{}) == 0);
}

TEST_CASE("completion of fields: those of the object, the type and the language that are not there yet") {
  struct Row {
    const char* text;
    DocumentFormat format;
    std::string with, without;  // labels
  };
  const Row rows[] = {
      {R"({"§)", kJson, "StartAt States QueryLanguage", "Type Next"},
      {R"({"StartAt": "A", "§": 1})", kJson, "States", "StartAt"},
      {R"({"States": {"A": {"Type": "Task", "§ }, "B": {"Type": "Pass"}}})", kJson, "Resource Parameters Retry Next",
       "Type Arguments Result"},
      {R"({"States": {"A": {"Type": "Task", "QueryLanguage": "JSONata", "§)", kJson, "Arguments Output", "Parameters"},
      {R"({"States": {"A": {"Type": "Fail", § }}})", kJson, "Error CausePath", "Next End"},
      {R"({"States": {"A": {"Type": "Task", "Retry": [{"§"}]}}})", kJson, "ErrorEquals MaxAttempts", "Next"},
      {R"({"States": {"A": {"Type": "Task", "Catch": [{"ErrorEquals": ["x"], "§)", kJson, "Next ResultPath",
       "MaxAttempts ErrorEquals Output"},
      {R"({"States": {"A": {"Type": "Choice", "Choices": [{"§"}]}}})", kJson, "Variable And StringEquals Next",
       "Condition"},
      {R"({"States": {"A": {"Type": "Choice", "Choices": [{"And": [{"§"}]}]}}})", kJson, "Variable Or", "Next Assign"},
      {R"({"States": {"M": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"§)", kJson, "Mode ExecutionType",
       "Type"},
      {R"({"States": {"M": {"Type": "Map", "ItemProcessor": {"§)", kJson, "ProcessorConfig StartAt", "QueryLanguage"},
      {R"({"States": {"M": {"Type": "Map", "ItemReader": {"ReaderConfig": {"§)", kJson, "InputType MaxItems", "Mode"},
      {R"({"States": {"M": {"Type": "Map", "ResultWriter": {"WriterConfig": {"§)", kJson, "Transformation OutputType",
       ""},
      {R"({"States": {"P": {"Type": "Parallel", "Branches": [{"§)", kJson, "StartAt States Comment", "ProcessorConfig"},
      {R"({"States": {"P": {"Type": "Pass", "Parameters": {"§)", kJson, "", "Type Next"},
      {"States:\n  A:\n    Type: Task\n    Resource: x\n    §\n  B:\n    Type: Pass\n", kYaml, "Next Retry",
       "Resource"},
      {"States:\n  A:\n    Type: Task\n    Ne§\n", kYaml, "Next Retry", "Type"},
      {"States:\n  A:\n    Type: Task\n    Catch:\n    - ErrorEquals: [x]\n      §\n", kYaml, "Next", "ErrorEquals"},
      {"States:\n  A:\n    Type: Task\n    Retry:\n      - Err§\n", kYaml, "ErrorEquals MaxAttempts", "Next"},
      {"States:\n  A:\n    Type: Choice\n    Choices:\n      - And:\n          - Variable: $.a\n            §", kYaml,
       "IsPresent", "Variable Next"},
      {"§", kYaml, "StartAt States", "Type"},
      {"States:\r\n  A:\r\n    Type: Pass\r\n    §\r\n", kYaml, "Result Next", "Type"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::vector<Completion> completions = CompleteIn(row.text, row.format);
    std::set<std::string> labels;
    for (const Completion& c : completions) labels.insert(c.label);
    std::istringstream with(row.with), without(row.without);
    for (std::string label; with >> label;) CHECK_MESSAGE(labels.contains(label), label);
    for (std::string label; without >> label;) CHECK_MESSAGE(!labels.contains(label), label);
  }
}

TEST_CASE("completion of values") {
  const std::string machine =
      R"({"StartAt": "A", "States": {"A": {"Type": "Task", "Next": "B"}, "B é": {"Type": "Pass"},
    "P": {"Type": "Parallel", "Branches": [{"StartAt": "Inner", "States": {"Inner": {"Type": "Pass"}}}]},)";
  struct Row {
    std::string text;
    DocumentFormat format;
    const char* labels;  // all of them
  };
  const Row rows[] = {
      {machine + R"("X": {"Type": "Pass", "Next": "§)", kJson, "A B é P X"},
      {machine + R"("X": {"Type": "Choice", "Choices": [{"Next": §}], "Default": "A"}}})", kJson, "A B é P X"},
      {machine + R"("X": {"Type": "Parallel", "Branches": [{"StartAt": "§", "States": {"Y": {}, "Z": {}}}]}}})", kJson,
       "Y Z"},
      {R"({"States": {"A": {"Type": "§"}}})", kJson, "Task Wait Pass Succeed Fail Choice Parallel Map"},
      {R"({"States": {"A": {"Type": "Pass", "End": §)", kJson, "true false"},
      {R"({"QueryLanguage": "§)", kJson, "JSONPath JSONata"},
      {R"({"States": {"A": {"Type": "Task", "Parameters": {"FunctionName": "§)", kJson, "Charge Ship"},
      {R"({"States": {"M": {"Type": "Map", "ItemReader": {"Resource": "§)", kJson,
       "arn:aws:states:::s3:getObject arn:aws:states:::s3:listObjectsV2"},
      {R"({"States": {"M": {"Type": "Map", "ItemReader": {"ReaderConfig": {"CSVHeaderLocation": "§)", kJson,
       "FIRST_ROW GIVEN"},
      {R"({"Comment": "§)", kJson, ""},
      {"StartAt: §\nStates:\n  A:\n    Type: Pass\n  B: {Type: Pass}\n", kYaml, "A B"},
      {"StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next:§\n  B: {Type: Pass}\n", kYaml, "A B"},
      {"States:\n  A:\n    Type: Pa§\n    End: true\n", kYaml, "Task Wait Pass Succeed Fail Choice Parallel Map"},
      {"States:\n  A: # §\n", kYaml, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(Labels(CompleteIn(row.text, row.format)) == row.labels);
  }
  const std::string errors = Labels(
      CompleteIn(R"({"States": {"A": {"Type": "Task", "Retry": [{"ErrorEquals": ["States.Timeout", "§"]}]}}})", kJson));
  CHECK(errors.find("States.TaskFailed") != std::string::npos);
  CHECK(errors.find("Lambda.TooManyRequestsException") != std::string::npos);
  CHECK(errors.find("States.Timeout ") == std::string::npos);  // there already
  CHECK(errors.find("States.Runtime") == std::string::npos);   // nothing catches it
  const std::string resources = Labels(CompleteIn("States:\n  A:\n    Type: Task\n    Resource: arn:aws:§\n", kYaml));
  CHECK(resources.find("arn:aws:states:::sqs:sendMessage.waitForTaskToken") != std::string::npos);
  CHECK(resources.find("arn:aws:lambda:us-east-1:123456789012:function:Ship") != std::string::npos);
}

TEST_CASE("every Resource that is offered is one that there is") {
  for (const std::string& arn : OptimizedResources()) {
    const Document document(
        R"({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": ")" + arn + R"(", "End": true}}})", kJson);
    for (const Diagnostic& d : document.diagnostics()) CHECK_MESSAGE(d.pointer != "/States/A/Resource", d.message);
  }
}

TEST_CASE("completion of expressions") {
  const std::string jsonata = R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    "A": {"Type": "Pass", "Assign": {"total": 1}, "Next": "B"},
    "P": {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"inner": 1}}}}]},
    "B": {"Type": "Task", )";
  const std::string distributed = R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"outer.$": "$"}},
    "M": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "States": {"I": {"Type": "Pass",)";
  struct Row {
    std::string text;
    DocumentFormat format;
    std::string with, without;
  };
  const Row rows[] = {
      {jsonata + R"("Output": "{% $§ %}"}}})", kJson, "$sum $uuid $states.input $states.result $total",
       "$eval $inner $states.errorOutput"},
      {jsonata + R"("Catch": [{"Output": "{% $states.§)", kJson, "$states.errorOutput $states.context.Execution.Id",
       ""},
      {jsonata + R"("Output": "$§"}}})", kJson, "", "$sum"},
      {R"({"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.§"}}}})", kJson,
       "States.Format $$.Execution.Id", "$sum"},
      {R"({"States": {"A": {"Type": "Pass", "Parameters": {"x": "States.§"}}}})", kJson, "", "States.Format"},
      {R"({"States": {"A": {"Type": "Pass", "InputPath": "$§"}}})", kJson, "$ $$.State.Name", "States.Format"},
      {distributed + R"( "Parameters": {"x.$": "$§"}}}}}}})", kJson, "$$.Map.Item.Value", "$outer"},
      {"QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: '{% $s§ %}'\n", kYaml, "$sum $states.input",
       ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    std::set<std::string> labels;
    for (const Completion& c : CompleteIn(row.text, row.format)) labels.insert(c.label);
    std::istringstream with(row.with), without(row.without);
    for (std::string label; with >> label;) CHECK_MESSAGE(labels.contains(label), label);
    for (std::string label; without >> label;) CHECK_MESSAGE(!labels.contains(label), label);
  }
}

TEST_CASE("YAML that does not parse elsewhere: what there was before is known") {
  const std::string good = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: \n  B:\n    Type: Succeed\n";
  Document document(good, kYaml);
  document.Replace({good.size(), good.size()}, "  C: [\n");
  CHECK(Labels(Complete(document, good.find("Next: ") + 6, {})) == "A B");
}

TEST_CASE("what a completion writes") {
  struct Row {
    const char *text, *label;
    DocumentFormat format;
    bool snippets;
    const char* result;
  };
  const Row rows[] = {
      {R"({"St§})", "StartAt", kJson, false, R"({"StartAt": })"},
      {R"({"St§"})", "StartAt", kJson, true, R"({"StartAt": "$1"})"},
      {R"({"Sta§": "A"})", "StartAt", kJson, true, R"({"StartAt": "A"})"},
      {R"({§ "Comment": ""})", "States", kJson, true, R"({"States": {$1}, "Comment": ""})"},
      {R"({"StartAt": "§", "States": {"A \"B\"": {}}})", "A \"B\"", kJson, false,
       R"({"StartAt": "A \"B\"", "States": {"A \"B\"": {}}})"},
      {R"({"States": {"A": {"Type": "Pass", "End": t§}}})", "true", kJson, false,
       R"({"States": {"A": {"Type": "Pass", "End": true}}})"},
      {R"({"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.U§"}}}})", "States.UUID", kJson, false,
       R"({"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.UUID("}}}})"},
      {R"({"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.U§"}}}})", "States.UUID", kJson, true,
       R"x({"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.UUID($1)"}}}})x"},
      {"Sta§", "StartAt", kYaml, false, "StartAt: "},
      {"Sta§", "States", kYaml, true, "States:\n  $1"},
      {"StartAt:§\nStates:\n  'yes':\n    Type: Pass\n", "yes", kYaml, false,
       "StartAt: yes\nStates:\n  'yes':\n    Type: Pass\n"},
      {"StartAt: §\nStates:\n  '1':\n    Type: Pass\n", "1", kYaml, false,
       "StartAt: \"1\"\nStates:\n  '1':\n    Type: Pass\n"},
      {R"({"StartAt": "First", "States": {"§"}})", "First", kJson, false,
       R"({"StartAt": "First", "States": {"First": }})"},
      {R"({"States": {§}})", "Succeed state", kJson, true, R"({"States": {"${1:Name}": {"Type": "Succeed"}}})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(Taken(row.text, row.format, row.label, row.snippets) == row.result);
  }
}

TEST_CASE("each skeleton is a state once its tab stops are filled") {
  for (const char* language : {"JSONPath", "JSONata"}) {
    const std::string before = std::string(R"({"QueryLanguage": ")") + language + R"(", "States": {)";
    int skeletons = 0;
    for (const Completion& c : CompleteIn(before + "§}}", kJson, /*snippets=*/true)) {
      if (c.kind != Completion::Kind::kSkeleton) continue;
      ++skeletons;
      std::string text;  // ${2:default} and ${2} filled, escapes undone
      for (size_t i = 0; i < c.insert.size(); ++i) {
        if (c.insert[i] == '\\') {
          text += c.insert[++i];
        } else if (c.insert.compare(i, 2, "${") == 0) {
          i += 3;
          while (c.insert[i] != '}') {
            if (c.insert[i] == '\\') ++i;
            if (c.insert[i] != ':' || text.back() == ':') text += c.insert[i];
            ++i;
          }
        } else {
          text += c.insert[i];
        }
      }
      CAPTURE(text);
      CHECK(ParseJson(before + text + "}}"));
    }
    CHECK(skeletons == 8);
  }
}

constexpr const char* kMachine = R"({
  "StartAt": "First",
  "States": {
    "First": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Comment": "Begins", "Next": "Last",
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Last"}]},
    "Last": {"Type": "Map", "ItemProcessor": {"StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": true}}},
      "End": true}
  }
})";
constexpr const char* kMachineYaml =
    "StartAt: First\nStates:\n  First:\n    Type: Pass\n    Next: Last # and then\n  Last:\n    Type: Succeed\n";

size_t Find(std::string_view text, std::string_view what) { return text.find(what) + 1; }

TEST_CASE("a state: where it is, what leads to it, and its new name everywhere") {
  const Document document(kMachine, kJson);
  const auto state = FindStateAt(document, Find(kMachine, R"("Last",)"));
  REQUIRE(state);
  CHECK(document.diagram().states[state->state].name == "Last");
  CHECK(document.TextOf(DefinitionOf(document, state->state)) == "\"Last\"");
  CHECK(ReferencesTo(document, state->state).size() == 2);
  CHECK(FindStateAt(document, Find(kMachine, R"("Each": {)")));
  CHECK_FALSE(FindStateAt(document, Find(kMachine, "Begins")));

  std::string renamed = ApplyEdits(kMachine, RenameEdits(document, state->state, "The \"end\""));
  CHECK(renamed.find("Last") == std::string::npos);
  CHECK_FALSE(HasErrors(Document(renamed, kJson).diagnostics()));
  CHECK(WhyNotRename(document, state->state, "Each") ==
        "There is a state 'Each' already; names are unique in the whole machine");
  CHECK(WhyNotRename(document, state->state, std::string(81, 'x')) ==
        "A name has 80 characters at the most; this one has 81");
  CHECK(WhyNotRename(document, state->state, "") == "A state has a name");
  CHECK(WhyNotRename(document, state->state, "Last") == "");

  const Document yaml(kMachineYaml, kYaml);
  const auto last = FindStateAt(yaml, Find(kMachineYaml, "Last #"));
  REQUIRE(last);
  renamed = ApplyEdits(kMachineYaml, RenameEdits(yaml, last->state, "yes: no"));
  CHECK(
      renamed ==
      "StartAt: First\nStates:\n  First:\n    Type: Pass\n    Next: \"yes: no\" # and then\n  \"yes: no\":\n    Type: "
      "Succeed\n");
}

TEST_CASE("fixes: one where it is asked for, and all") {
  for (const DocumentFormat format : {kJson, kYaml}) {
    std::string text = R"({"StartAt": "A", "States": {
      "A": {"Type": "Map", "Next": "B", "Iterator": {"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}},
      "B": {"Type": "Map", "End": true, "Iterator": {"StartAt": "Y", "States": {"Y": {"Type": "Pass", "End": true}}}}}})";
    const Document document(text, format);
    const size_t first = text.find("Iterator");
    const auto fixes = FixesIn(document, {first, first});
    REQUIRE(fixes.size() == 1);
    CHECK(fixes[0].title == "Rename Iterator to ItemProcessor");
    std::string fixed = ApplyEdits(text, fixes[0].edits);
    CHECK(fixed == text.replace(first, 8, "ItemProcessor"));
    CHECK(FixesIn(document, {0, 3}).empty());
    fixed = ApplyEdits(document.text(), AllFixes(document));
    CHECK(fixed.find("Iterator") == std::string::npos);
    CHECK(AllFixes(Document(fixed, format)).empty());
  }
}

TEST_CASE("hover") {
  struct Row {
    const char *at, *says;
  };
  const Row rows[] = {
      {"\"Resource", "**Resource** · text · required\n\nThe ARN of who does the work"},
      {"\"Resource", "(https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html)"},
      {"\"First\": {", "**First** · Task\n\nBegins\n\n- Next: **Last**\n- Catch `States.ALL`: **Last**"},
      {"\"Last\",", "**Last** · Map"},
      {"\"States.ALL", "**States.ALL** · error"},
  };
  const Document document(kMachine, kJson);
  for (const Row& row : rows) {
    CAPTURE(row.at);
    const auto hover = HoverAt(document, Find(kMachine, row.at));
    REQUIRE(hover);
    CHECK_MESSAGE(hover->markdown.find(row.says) != std::string::npos, hover->markdown);
  }
  CHECK_FALSE(HoverAt(document, Find(kMachine, "Begins")));
  const Marked call(R"x({"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.Arr§ayLength($.a)"}}}})x");
  const auto hover = HoverAt(Document(call.text, kJson), call.offset);
  REQUIRE(hover);
  CHECK(hover->markdown == "```\nStates.ArrayLength(array: array)\n```\n\nthe number of items");
  CHECK(FunctionNamed("$replace")->signature == "$replace(string, string|function, string|function, number?) → string");
  CHECK(FunctionNamed("$uuid")->signature == "$uuid() → string");
}

TEST_CASE("every field of a state has help") {
  for (const StateType& type : StateTypes()) {
    for (const FieldRow& row : type.fields) CHECK_MESSAGE(!FieldHelp(row.name).empty(), row.name);
  }
  CHECK(FieldHelp("StringEquals").empty());
}

// A session, message by message.
class Session {
 public:
  Session() {
    Send(R"({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}})");
    Send(R"({"jsonrpc": "2.0", "method": "initialized", "params": {}})");
  }
  std::vector<Value> Send(std::string_view message) { return server_.Handle(message); }
  std::string Open(std::string_view uri, std::string_view text) {
    const Value document =
        Value::Object({{"uri", Value::String(uri)}, {"version", Value::Int(1)}, {"text", Value::String(text)}});
    return All(Notify("textDocument/didOpen", Value::Object({{"textDocument", document}})));
  }
  std::string Change(std::string_view changes) {
    return All(Send(R"({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument":
        {"uri": "a.asl.json", "version": 2}, "contentChanges": )" +
                    std::string(changes) + "}}"));
  }
  Server& server() { return server_; }
  std::string log() const { return log_.str(); }

  static std::string All(const std::vector<Value>& messages) {
    std::string text;
    for (const Value& message : messages) text += ToJson(message);
    return text;
  }

 private:
  std::vector<Value> Notify(std::string_view method, Value params) {
    return Send(ToJson(Notification(method, std::move(params))));
  }

  std::ostringstream log_;
  Server server_{"1.0", log_};
};

TEST_CASE("the life of a session") {
  std::ostringstream log;
  Server server("1.0", log);
  const auto send = [&](const char* message) { return Session::All(server.Handle(message)); };
  struct Row {
    const char *message, *answer;
  };
  const Row rows[] = {
      {R"({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover"})", "-32002"},
      {R"({"jsonrpc": "2.0", "method": "textDocument/didOpen"})", ""},
      {R"({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": {"capabilities": {"general": {"positionEncodings":
          ["utf-16", "utf-8"]}}}})",
       R"("positionEncoding":"utf-8")"},
      {R"({"jsonrpc": "2.0", "id": 2, "method": "initialize"})", "-32600"},
      {R"({"jsonrpc": "2.0", "id": 3, "method": "no/such"})", R"({"jsonrpc":"2.0","id":3,"error":{"code":-32601)"},
      {R"({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 3}})", ""},
      {R"({"jsonrpc": "2.0", "id": 4, "method": "textDocument/hover", "params": {"textDocument": {"uri": "x"}}})",
       "-32602"},
      {R"({"jsonrpc": "2.0", "id": 5, )", R"("id":null,"error":{"code":-32700)"},
      {R"([1, 2])", "-32600"},
      {R"({"jsonrpc": "2.0", "id": 9, "result": null})", ""},
      {R"({"jsonrpc": "2.0", "id": 6, "method": "shutdown"})", R"({"jsonrpc":"2.0","id":6,"result":null})"},
      {R"({"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover"})", "-32600"},
      {R"({"jsonrpc": "2.0", "method": "exit"})", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    const std::string answer = send(row.message);
    if (*row.answer == '\0') CHECK(answer == "");
    CHECK_MESSAGE(answer.find(row.answer) != std::string::npos, answer);
  }
  CHECK(server.exited());
  CHECK(server.exit_status() == 0);
  Session abrupt;
  abrupt.Send(R"({"jsonrpc": "2.0", "method": "exit"})");
  CHECK(abrupt.server().exit_status() == 1);
}

TEST_CASE("what is not a state machine is left alone, and what is too large is not looked at") {
  Session session;
  CHECK(session.Open("package.json", R"({"name": 1})").find(R"("diagnostics":[])") != std::string::npos);
  CHECK(session.Open("m.json", R"({"StartAt": "A", "States": {}})").find("\"severity\":1") != std::string::npos);
  CHECK(session.Open("a.asl.json", std::string(kDocumentBytesMax + 1, ' ')).find("too-large") != std::string::npos);
  CHECK(
      session
          .Change(
              R"([{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "{"}])")
          .find("too-large") != std::string::npos);
  CHECK(session.Change(R"([{"text": "{}"}])").find("missing-required-field") != std::string::npos);
  session.Change(R"([{"range": {"start": {"line": 1, "character": -1}}, "text": "{"}, {"text": 1}, 3])");
  CHECK(session.log().find("a change with a range that is none") != std::string::npos);
  CHECK(session.log().find("a change without a text") != std::string::npos);
}

// Whatever an editor sends and whatever stands in a document, there is an answer or none, and the next message is read.
TEST_CASE("nothing that is sent ends a session") {
  std::mt19937 random(7);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  constexpr std::string_view kPieces[] = {"{", "}", "[", "]", "\"", ":", ",", "\n", "- ", "§", "\xf0\x9f\x98\x80",
                                          "$", "{%"};
  constexpr const char* kMethods[] = {"completion",     "hover",  "definition", "references",
                                      "documentSymbol", "rename", "codeAction"};
  Session session;
  for (int round = 0; round < 300; ++round) {
    const bool yaml = round % 2 == 1;
    std::string text = yaml ? kMachineYaml : kMachine;
    for (size_t change = below(4); change-- > 0;) {
      const size_t at = below(text.size());
      below(2) == 0 ? text.erase(at, 1 + below(12)) : text.insert(at, kPieces[below(std::size(kPieces))]);
      if (text.empty()) text = "{";
    }
    if (below(4) == 0) text.resize(below(text.size()) + 1);
    const std::string uri = yaml ? "b.asl.yaml" : "a.asl.json";
    session.Open(uri, text);
    for (const char* method : kMethods) {
      std::string request =
          R"({"jsonrpc": "2.0", "id": 1, "method": "textDocument/)" + std::string(method) +
          R"(", "params": {"textDocument": {"uri": ")" + uri + R"("}, "newName": "N", "position": {"line": )" +
          std::to_string(below(9)) + R"(, "character": )" + std::to_string(below(60)) +
          R"(}, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}}})";
      const std::string answer = Session::All(session.Send(request));
      const bool result = answer.find("\"result\"") != std::string::npos,
                 error = answer.find("\"error\"") != std::string::npos;
      CHECK(result != error);
      request.erase(below(request.size()), 1 + below(20));
      session.Send(request);
    }
  }
  CHECK(session.log().find("internal error") == std::string::npos);
  CHECK(session.Open("a.asl.json", kMachine).find("\"severity\":1") == std::string::npos);
}

}  // namespace
}  // namespace gait::lsp
