#include "lsp/hover.h"

#include <algorithm>
#include <string_view>

#include "engine/base/error_names.h"
#include "engine/json/pointer.h"
#include "lsp/field_help.h"
#include "lsp/functions.h"
#include "lsp/grammar.h"
#include "lsp/symbols.h"

namespace gait::lsp {
namespace {

struct ErrorHelp {
  std::string_view name, sentence;
};
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
constexpr ErrorHelp kErrorHelp[] = {
    {error_names::kAll,
     "Every error but States.Runtime. It stands alone in ErrorEquals, in the last Retrier or Catcher."},
    {error_names::kTimeout, "The state took longer than TimeoutSeconds, or the task gave no heartbeat in time."},
    {error_names::kHeartbeatTimeout, "The task gave no heartbeat within HeartbeatSeconds."},
    {error_names::kTaskFailed, "Every error of a task but States.Timeout."},
    {error_names::kPermissions, "The execution's role may not do what the state asks for."},
    {error_names::kResultPathMatchFailure, "ResultPath cannot be applied to the state's input."},
    {error_names::kParameterPathFailure, "A path in a payload template finds nothing."},
    {error_names::kQueryEvaluationError, "A JSONata expression failed, or gave a value of a wrong type."},
    {error_names::kBranchFailed, "A branch of a Parallel state failed."},
    {error_names::kNoChoiceMatched, "No rule of a Choice state held, and it has no Default."},
    {error_names::kIntrinsicFailure, "The call of an intrinsic function failed."},
    {error_names::kExceedToleratedFailureThreshold, "More items of a Map failed than it tolerates."},
    {error_names::kItemReaderFailed, "A Map's ItemReader could not read its items."},
    {error_names::kResultWriterFailed, "A Map's ResultWriter could not write the results."},
    {error_names::kDataLimitExceeded, "A state's input, output or result is larger than the quota."},
    {error_names::kHttpSocket, "An HTTP task got no answer in time."},
    {error_names::kRuntime, "The execution met something that it cannot go on with. Nothing catches it."},
};

std::string StateMarkdown(const Diagram& diagram, size_t number) {
  const Diagram::State& state = diagram.states[number];
  std::string text = "**" + state.name + "** · " + (state.type.empty() ? "state" : state.type);
  if (!state.comment.empty()) text += "\n\n" + state.comment;
  bool first = true;
  for (const std::string& line : TransitionLines(diagram, number)) {
    text += first ? "\n\n- " : "\n- ";
    text += line;
    first = false;
  }
  return text;
}

std::optional<Hover> OfError(const Document& document, const TextRanges::Entry& entry) {
  if (entry.pointer.find("/ErrorEquals/") == std::string::npos) return std::nullopt;
  const Value* name = ResolvePointer(document.value(), entry.pointer);
  if (name == nullptr || !name->is_string()) return std::nullopt;
  for (const ErrorHelp& help : kErrorHelp) {
    if (help.name != name->as_string()) continue;
    return Hover{"**" + std::string(help.name) + "** · error\n\n" + std::string(help.sentence), entry.value};
  }
  return std::nullopt;
}

std::optional<Hover> OfFunction(const Document& document, const TextRanges::Entry& entry, size_t offset) {
  const std::string& text = document.text();
  const auto is_part = [&](size_t at) {
    const auto c = static_cast<unsigned char>(text[at]);
    return std::isalnum(c) != 0 || c == '.' || c == '$' || c == '_';
  };
  size_t begin = offset, end = offset;
  while (begin > entry.value.begin && is_part(begin - 1)) --begin;
  while (end < entry.value.end && is_part(end)) ++end;
  const auto help = FunctionNamed(std::string_view(text).substr(begin, end - begin));
  if (!help) return std::nullopt;
  const std::string summary = help->summary.empty() ? "" : "\n\n" + help->summary;
  return Hover{"```\n" + help->signature + "\n```" + summary, {begin, end}};
}

std::optional<Hover> OfField(const Document& document, const TextRanges::Entry& entry) {
  const size_t slash = entry.pointer.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  const Spot spot = SpotAt(document.value(), entry.pointer.substr(0, slash));
  const FieldRow* row = FieldAt(spot, SplitPointer(entry.pointer).back());
  if (row == nullptr) return std::nullopt;
  return Hover{FieldMarkdown(spot, *row), entry.key};
}

}  // namespace

std::optional<Hover> HoverAt(const Document& document, size_t offset) {
  if (const auto state = FindStateAt(document, offset)) {
    return Hover{StateMarkdown(document.diagram(), state->state), state->range};
  }
  const TextRanges::Entry* entry = document.ranges().At(offset);
  if (entry == nullptr) return std::nullopt;
  if (entry->key.end > 0 && entry->key.Has(offset)) return OfField(document, *entry);
  if (auto error = OfError(document, *entry)) return error;
  return OfFunction(document, *entry, offset);
}

}  // namespace gait::lsp
