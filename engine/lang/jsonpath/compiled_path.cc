#include "engine/lang/jsonpath/compiled_path.h"

namespace gait::jsonpath {

namespace {

std::string NamesText(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "'" : ", '").append(name).append("'");
  return text;
}

std::string NumbersText(const std::vector<int32_t>& numbers) {
  std::string text;
  for (const int32_t n : numbers) text.append(text.empty() ? "" : ",").append(std::to_string(n));
  return text;
}

}  // namespace

std::string StepText(const Step& step) {
  switch (step.kind) {
    case Step::Kind::kMember:
    case Step::Kind::kMembers: return "[" + NamesText(step.names) + "]";
    case Step::Kind::kIndex:
    case Step::Kind::kIndices: return "[" + NumbersText(step.numbers) + "]";
    case Step::Kind::kFromEnd: return "[@.size()" + std::to_string(step.numbers[0]) + "]";
    case Step::Kind::kHere: return "$";
    case Step::Kind::kSliceFrom: return "[" + std::to_string(step.numbers[0]) + ":]";
    case Step::Kind::kSliceTo: return "[:" + std::to_string(step.numbers[0]) + "]";
    case Step::Kind::kSlice: return "[" + std::to_string(step.numbers[0]) + ":" + std::to_string(step.numbers[1]) + "]";
    case Step::Kind::kWildcard: return "[*]";
    case Step::Kind::kScan: return "..";
    case Step::Kind::kFilter: return "[?]";
  }
  return "";
}

std::string StepsText(const CompiledPath& path, size_t from) {
  std::string text;
  for (size_t i = from; i < path.steps.size(); ++i) text += StepText(path.steps[i]);
  return text;
}

}  // namespace gait::jsonpath
