// The paths that a definition's fields take into the data, as far as they are made of names and indices. Internal to
// engine/lint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/json/pointer.h"
#include "engine/json/value.h"

namespace gait::lint {

// A step of a path; the name is part of the definition's text.
struct PathStep {
  std::string_view name;
  int64_t index = -1;

  bool is_index() const { return index >= 0; }
  bool operator==(const PathStep&) const = default;
};

struct DataPath {
  enum class Root : uint8_t { kInput, kContext, kVariable, kResult, kErrorOutput, kOther };

  Root root = Root::kOther;
  std::string_view variable;    // of kVariable, without its `$`
  std::vector<PathStep> steps;  // those before the first wildcard, filter, slice or function
  bool whole = false;           // there is nothing behind them
  std::string_view text;        // as it is written
};

// `$.a.b[0]`, `$$.Execution`, `$name.a`: a Path of the States Language. What is not known to be one is kOther.
DataPath ParseDataPath(std::string_view text);

// `{% $states.input.a.b %}`, `{% $states.result.a %}`, `{% $name.a %}`: an expression that is one path. Every other is
// kOther.
DataPath ParseExpressionPath(std::string_view text);

// The paths in the arguments of an intrinsic call, at whatever depth.
std::vector<DataPath> PathsOfCall(std::string_view call);

// Does one of the two begin with the steps of the other?
bool Overlap(const std::vector<PathStep>& a, const std::vector<PathStep>& b);

// "$.a.b[0]", up to `count` steps.
std::string PathText(const DataPath& path, size_t count);

// Calls `visit(path, place)` with every path of a JSONPath payload template.
template <typename Visit>
void ForEachTemplatePath(const Value& json, const Place& place, const Visit& visit) {
  for (size_t i = 0; i < json.items().size(); ++i) ForEachTemplatePath(json.items()[i], place.Index(i), visit);
  for (const Member& m : json.members()) {
    if (!m.value.is_string()) {
      if (m.value.size() > 0) ForEachTemplatePath(m.value, place.Key(m.name()), visit);
      continue;
    }
    if (!m.name().ends_with(".$")) continue;
    const std::string_view text = m.value.as_string();
    if (text.starts_with("$")) {
      visit(ParseDataPath(text), place.Key(m.name()));
    } else if (text.find('$') != std::string_view::npos) {
      for (const DataPath& path : PathsOfCall(text)) visit(path, place.Key(m.name()));
    }
  }
}

// Calls `visit(path, place)` with every expression of a JSONata template that is one path.
template <typename Visit>
void ForEachExpressionPath(const Value& json, const Place& place, const Visit& visit) {
  if (json.is_string()) {
    const std::string_view text = json.as_string();
    if (!text.starts_with("{%")) return;
    const DataPath path = ParseExpressionPath(text);
    if (path.root != DataPath::Root::kOther) visit(path, place);
    return;
  }
  for (size_t i = 0; i < json.items().size(); ++i) ForEachExpressionPath(json.items()[i], place.Index(i), visit);
  for (const Member& m : json.members()) ForEachExpressionPath(m.value, place.Key(m.name()), visit);
}

}  // namespace gait::lint
