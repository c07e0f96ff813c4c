// Which object of the States Language stands at a place of a definition, and which fields it may have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/field_table.h"
#include "engine/definition/state_reader.h"
#include "engine/json/value.h"
#include "engine/lang/query_language.h"

namespace gait::lsp {

enum class ObjectKind : uint8_t {
  kUnknown,  // of no structure, or not of the States Language
  kMachine,
  kStates,  // of a machine, a branch, a processor: its members are states
  kState,
  kBranch,
  kProcessor,
  kProcessorConfig,
  kChoiceRule,
  kNestedRule,  // within And, Or, Not
  kRetrier,
  kCatcher,
  kItemReader,
  kReaderConfig,
  kItemBatcher,
  kResultWriter,
  kWriterConfig,
  kTemplate,  // a payload template, or something in one
};

struct Spot {
  ObjectKind kind = ObjectKind::kUnknown;
  bool is_array = false;  // of such objects
  QueryLanguage language = QueryLanguage::kJsonPath;
  const StateType* state_type = nullptr;  // of the state around it; null if it has none yet, or an unknown one
  std::string state;                      // pointer of the state around it, "" outside of states
  std::string scope;                      // pointer of the machine, branch or processor around it
};

// What the value at `pointer` is; it need not be there yet.
Spot SpotAt(const Value& definition, std::string_view pointer);

// The fields that the object may have, those of the other query language left out.
std::vector<const FieldRow*> FieldsAt(const Spot& spot);
// The row of one of them, whatever its language, or null.
const FieldRow* FieldAt(const Spot& spot, std::string_view name);

}  // namespace gait::lsp
