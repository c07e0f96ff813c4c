#include "engine/lang/jsonpath/json_path.h"

#include "engine/base/check.h"
#include "engine/lang/jsonpath/evaluate.h"
#include "engine/lang/jsonpath/parse.h"

namespace gait {

struct JsonPath::Compiled {
  std::string text;
  jsonpath::CompiledPath path;
  std::vector<Step> reference_steps;
};

namespace {

std::vector<JsonPath::Step> ReferenceSteps(const jsonpath::CompiledPath& path) {
  std::vector<JsonPath::Step> steps;
  for (const jsonpath::Step& step : path.steps) {
    const bool is_index = step.kind == jsonpath::Step::Kind::kIndex;
    steps.push_back({is_index ? "" : step.names[0], is_index ? step.numbers[0] : 0, is_index});
  }
  return steps;
}

}  // namespace

std::variant<JsonPath, JsonPathSyntaxError> JsonPath::Compile(std::string_view text) {
  auto path = jsonpath::ParsePath(text);
  if (auto* error = std::get_if<JsonPathSyntaxError>(&path)) return std::move(*error);
  auto compiled = std::make_shared<Compiled>();
  compiled->text = text;
  compiled->path = std::move(std::get<jsonpath::CompiledPath>(path));
  if (compiled->path.reference) compiled->reference_steps = ReferenceSteps(compiled->path);
  return JsonPath(std::move(compiled));
}

std::variant<Value, JsonPathMiss> JsonPath::Evaluate(const Value& root) const {
  jsonpath::Evaluation evaluation{.root = root, .visits_left = kJsonPathVisitsMax, .miss = {}};
  jsonpath::Walk walk(compiled_->path, evaluation, jsonpath::Walk::Mode::kPath);
  if (walk.Run(root) != jsonpath::Status::kOk) return std::move(evaluation.miss);
  return definite() ? walk.found() : walk.TakeResults();
}

bool JsonPath::definite() const { return compiled_->path.definite; }

bool JsonPath::is_reference() const { return compiled_->path.reference; }

const std::string& JsonPath::text() const { return compiled_->text; }

const std::vector<JsonPath::Step>& JsonPath::reference_steps() const {
  GAIT_CHECK(is_reference(), "not a Reference Path: " + text());
  return compiled_->reference_steps;
}

}  // namespace gait
