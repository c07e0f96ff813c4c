// Text to graph: parses, checks and compiles a definition.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/quotas.h"
#include "engine/definition/state_machine.h"
#include "engine/definition/state_reader.h"
#include "engine/json/document.h"

namespace gait {

struct CompileOptions {
  StateTable states;  // the types of states that there are: states/state_table
  StateMachineType type = StateMachineType::kStandard;
  Quotas quotas = {};
  DocumentFormat format = DocumentFormat::kJson;
  // What ${NAME} stands for. A placeholder without a value is an error, unless `keep_placeholders`: then it stands for
  // any value, as a validator of templates wants it, and the machine is not to be executed.
  std::map<std::string, std::string, std::less<>> substitutions = {};
  bool keep_placeholders = false;
  // False: one state of it is tested, with what it would have others do mocked. What gait cannot execute is no error.
  bool to_execute = true;
  // Looks at a definition for what AWS takes and what bites all the same, once all errors are found: engine/lint.
  std::function<void(const Value& definition, StateMachineType type, Report& report)> lint = {};
  // Drops findings, or adds some, before it is looked up where they stand: engine/lint.
  std::function<void(const Value& definition, Diagnostics& diagnostics)> suppress = {};
};

struct CompileResult {
  // Null if there is an error among the diagnostics, or if a placeholder that is kept stands for a state, for what
  // leads to states (Choices, Catch, Branches, ...), for a state's type or for StartAt.
  std::shared_ptr<const StateMachine> machine;
  Diagnostics diagnostics;  // all findings, in the order of the text
  Value definition;         // as it is compiled: substitutions put in; undefined if it did not parse
};

// The fields of a definition itself.
FieldTable MachineFields();

CompileResult CompileDefinition(std::string_view text, const CompileOptions& options);

// The same of a definition that is a part of another document, as it was read from there. `positions` gives where its
// parts stand; it is asked if there is something to report.
CompileResult CompileDocument(const Value& definition, const CompileOptions& options,
                              const std::function<Positions()>& positions);

}  // namespace gait
