// Terraform's sources: `resource "aws_sfn_state_machine"`, whose definition is a heredoc or a template file. What HCL
// computes (jsonencode above all) is in the plan: `terraform show -json`.
#include <algorithm>

#include "templates/found.h"
#include "templates/hcl_tokens.h"

namespace gait::templates {
namespace {

using Kind = HclToken::Kind;

constexpr std::string_view kPlanHint = "check the plan: terraform show -json PLAN";

class SourceReader {
 public:
  SourceReader(const std::string& file, const std::string& text, const FileReader& reader, std::vector<Source>& sources)
      : file_(file),
        text_(std::make_shared<const std::string>(text)),
        lines_(std::make_shared<LineIndex>(*text_)),
        tokens_(*text_),
        reader_(reader),
        sources_(sources) {}

  void Run() {
    for (HclToken token = Next(); token.kind != Kind::kEnd; token = Next()) {
      if (depth_ != 0 || !token.IsName("resource")) continue;
      const HclToken type = Next(), name = Next(), open = Next();
      if (type.kind == Kind::kString && type.text == "aws_sfn_state_machine" && name.kind == Kind::kString &&
          open.Is('{')) {
        AddMachine(std::string(name.text), name);
      }
    }
  }

 private:
  HclToken Next() {
    HclToken token = tokens_.Next();
    if (token.Is('{') || token.Is('(') || token.Is('[')) ++depth_;
    if (token.Is('}') || token.Is(')') || token.Is(']')) --depth_;
    return token;
  }
  SourcePosition PositionOf(const HclToken& token) const { return lines_->PositionOf(token.begin); }

  // Reads the body of the block, behind its brace.
  void AddMachine(const std::string& name, const HclToken& at) {
    const size_t before = sources_.size();
    std::optional<StateMachineType> type;
    HclToken last = Next();
    while (depth_ > 0 && last.kind != Kind::kEnd) {
      HclToken token = Next();
      if (depth_ == 1 && token.Is('=')) {
        const HclToken value = Next();
        if (last.IsName("definition") && sources_.size() == before) AddDefinition(name, value);
        if (last.IsName("type") && value.text == "EXPRESS") type = StateMachineType::kExpress;
        if (last.IsName("type") && value.text == "STANDARD") type = StateMachineType::kStandard;
        token = value;
      }
      last = token;
    }
    if (sources_.size() == before) NotRead(name, at, "The state machine has no definition", "");
    for (size_t i = before; i < sources_.size(); ++i) sources_[i].type = type;
  }
  void AddDefinition(const std::string& name, const HclToken& value) {
    if (value.kind == Kind::kHeredoc) return AddText(name, value);
    const bool is_template = value.IsName("templatefile");
    if (!is_template && !value.IsName("file")) {
      return NotRead(name, value, "The definition is not checked: it is an expression of Terraform's", kPlanHint);
    }
    HclToken path = Next();
    if (path.Is('(')) path = Next();
    std::string_view text = path.text;
    constexpr std::string_view kModule = "${path.module}/";
    if (text.starts_with(kModule)) text.remove_prefix(kModule.size());
    if (path.kind != Kind::kString || text.find("${") != std::string_view::npos) {
      return NotRead(name, path, "The definition is not checked: the name of its file is an expression of Terraform's",
                     kPlanHint);
    }
    AddFile(name, path, text, is_template);
  }
  void AddText(const std::string& name, const HclToken& heredoc) {
    std::string definition(heredoc.text);
    if (!MaskInterpolations(definition)) return HasDirectives(name, heredoc);
    Source source{file_, name, text_, {}, {}, {}};
    const size_t begin = static_cast<size_t>(heredoc.text.data() - text_->data());
    source.compile = [text = text_, lines = lines_, begin, definition](CompileOptions options) {
      CompileResult result = CompileDefinition(definition, options);
      const LineIndex inner(definition);
      for (Diagnostic& d : result.diagnostics) {
        d.position = lines->PositionOf(begin + inner.OffsetOf(d.position));
        d.fix.reset();
      }
      return result;
    };
    sources_.push_back(std::move(source));
  }
  void AddFile(const std::string& name, const HclToken& at, std::string_view path, bool is_template) {
    const std::string file = Beside(file_, path);
    OtherFile other = reader_(file);
    if (!other.text) {
      return sources_.push_back(NotCompiled(name, templates::NotRead(other, path, PositionOf(at))));
    }
    Source source{file, name, std::make_shared<const std::string>(*other.text), {}, {}, {}};
    if (is_template && !MaskInterpolations(*other.text)) return HasDirectives(name, at);
    source.compile = [definition = *std::move(other.text), format = FormatOfFile(file)](CompileOptions options) {
      options.format = format;
      return CompileDefinition(definition, options);
    };
    sources_.push_back(std::move(source));
  }
  void HasDirectives(const std::string& name, const HclToken& at) {
    NotRead(name, at, "The definition is not checked: it has directives of Terraform's (%{...})", kPlanHint);
  }
  void NotRead(const std::string& name, const HclToken& at, std::string message, std::string_view hint) {
    sources_.push_back(
        NotCompiled(name, Finding("definition-not-read", PositionOf(at), std::move(message), std::string(hint))));
  }
  Source NotCompiled(const std::string& name, Diagnostic finding) const {
    Source source{file_, name, text_, {}, {}, {}};
    source.findings.push_back(std::move(finding));
    return source;
  }

  const std::string& file_;
  std::shared_ptr<const std::string> text_;
  std::shared_ptr<LineIndex> lines_;
  HclTokens tokens_;
  const FileReader& reader_;
  std::vector<Source>& sources_;
  int depth_ = 0;
};

}  // namespace

void FindInTerraform(const std::string& file, const std::string& text, const FileReader& reader,
                     std::vector<Source>& sources) {
  SourceReader(file, text, reader, sources).Run();
}

}  // namespace gait::templates
