// Where an execution goes on after a failure. https://states-language.net/#errors, "Fallback states"
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/definition/field_reader.h"

namespace gait {

struct Catcher {
  std::vector<std::string> error_equals;
  int64_t next = 0;  // the place of the state to go on with
  // Where the error output goes in the state's input; `$`, the default, replaces it, null discards it.
  std::optional<PathOrNull> result_path;
  std::optional<PayloadTemplate> assign;
  QueryLanguage language = QueryLanguage::kJsonPath;
  std::optional<PayloadTemplate> output;  // JSONata
};

// The first Catcher that takes the error, or null.
const Catcher* FindCatcher(const std::vector<Catcher>& catchers, const WorkflowError& error, bool by_heartbeat);

FieldTable CatcherFields();

// Reads `Catch`, reporting what is wrong with it. `target` finds the place of a state by its name.
std::vector<Catcher> ReadCatchers(const FieldReader& state,
                                  const std::function<int64_t(const Value&, const Place&)>& target);

// `ErrorEquals` of entry `number` of `count`: the names, after the checks that Retriers and Catchers share.
std::vector<std::string> ReadErrorEquals(const FieldReader& entry, size_t number, size_t count);

}  // namespace gait
