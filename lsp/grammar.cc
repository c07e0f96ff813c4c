#include "lsp/grammar.h"

#include <algorithm>

#include "engine/definition/compile.h"
#include "engine/json/members.h"
#include "engine/json/pointer.h"
#include "states/choice_rule.h"
#include "states/field_tables.h"
#include "states/state_table.h"

namespace gait::lsp {
namespace {

using enum ObjectKind;

// Which object the member of an object is.
struct Child {
  ObjectKind of;
  std::string_view field;
  ObjectKind kind;
  bool is_array = false;
};
constexpr Child kChildren[] = {
    {kMachine, "States", kStates},
    {kBranch, "States", kStates},
    {kProcessor, "States", kStates},
    {kProcessor, "ProcessorConfig", kProcessorConfig},
    {kState, "Branches", kBranch, true},
    {kState, "ItemProcessor", kProcessor},
    {kState, "Iterator", kProcessor},
    {kState, "Choices", kChoiceRule, true},
    {kState, "Retry", kRetrier, true},
    {kState, "Catch", kCatcher, true},
    {kState, "ItemReader", kItemReader},
    {kState, "ItemBatcher", kItemBatcher},
    {kState, "ResultWriter", kResultWriter},
    {kChoiceRule, "And", kNestedRule, true},
    {kChoiceRule, "Or", kNestedRule, true},
    {kChoiceRule, "Not", kNestedRule},
    {kNestedRule, "And", kNestedRule, true},
    {kNestedRule, "Or", kNestedRule, true},
    {kNestedRule, "Not", kNestedRule},
    {kItemReader, "ReaderConfig", kReaderConfig},
    {kResultWriter, "WriterConfig", kWriterConfig},
};

// AWS's guide has these two alone, and the States Language none.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
constexpr std::string_view kTransformations[] = {"NONE", "COMPACT", "FLATTEN"}, kOutputTypes[] = {"JSON", "JSONL"};
constexpr FieldRow kWriterConfigFields[] = {Enum("Transformation", kTransformations), Enum("OutputType", kOutputTypes)};

const StateType* TypeNamed(std::string_view name) {
  for (const StateType& type : StateTypes()) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

std::vector<FieldTable> TablesAt(const Spot& spot) {
  switch (spot.kind) {
    case kMachine: return {MachineFields()};
    case kBranch: return {BranchFields()};
    case kProcessor: return {ProcessorFields()};
    case kProcessorConfig: return {ProcessorConfigFields()};
    case kChoiceRule:
    case kNestedRule: return {ChoiceRuleFields()};
    case kRetrier: return {RetrierFields()};
    case kCatcher: return {CatcherFields()};
    case kItemReader: return {ItemReaderFields()};
    case kReaderConfig: return {ReaderConfigFields()};
    case kItemBatcher: return {ItemBatcherFields()};
    case kResultWriter: return {ResultWriterFields()};
    case kWriterConfig: return {kWriterConfigFields};
    case kState:
      if (spot.state_type == nullptr) return {CommonFields(), NextFields()};
      if (spot.state_type->has_next) return {CommonFields(), spot.state_type->fields, NextFields()};
      return {CommonFields(), spot.state_type->fields};
    default: return {};
  }
}

void EnterState(Spot& spot, const Value* state, const std::string& pointer) {
  spot.kind = kState;
  spot.state = pointer;
  spot.state_type = state != nullptr ? TypeNamed(TextOf(*state, "Type")) : nullptr;
}

void EnterField(Spot& spot, const std::string& name) {
  const auto* child = std::find_if(std::begin(kChildren), std::end(kChildren),
                                   [&](const Child& c) { return c.of == spot.kind && c.field == name; });
  if (child != std::end(kChildren)) {
    spot.kind = child->kind;
    spot.is_array = child->is_array;
    return;
  }
  const FieldRow* row = FieldAt(spot, name);
  spot.kind =
      row != nullptr && (row->type == FieldType::kTemplate || row->type == FieldType::kAny) ? kTemplate : kUnknown;
}

// A rule that stands in another one has no transition, and sets nothing.
bool MayStandIn(const Spot& spot, const FieldRow& row) {
  constexpr std::string_view kOuterAlone[] = {"Next", "Assign", "Output"};
  return spot.kind != kNestedRule ||
         std::find(std::begin(kOuterAlone), std::end(kOuterAlone), row.name) == std::end(kOuterAlone);
}

}  // namespace

Spot SpotAt(const Value& definition, std::string_view pointer) {
  Spot spot;
  spot.kind = kMachine;
  if (TextOf(definition, "QueryLanguage") == "JSONata") spot.language = QueryLanguage::kJsonata;
  const QueryLanguage of_machine = spot.language;
  const Value* value = &definition;
  std::string at;
  for (const std::string& token : SplitPointer(pointer)) {
    at += "/" + EscapePointerToken(token);
    const Value* inner = value != nullptr ? ResolvePointer(*value, "/" + EscapePointerToken(token)) : nullptr;
    if (spot.is_array) {
      spot.is_array = false;
    } else if (spot.kind == kStates) {
      EnterState(spot, inner, at);
      const std::string_view language = inner != nullptr ? TextOf(*inner, "QueryLanguage") : "";
      spot.language = language == "JSONata" ? QueryLanguage::kJsonata : of_machine;
    } else if (spot.kind != kTemplate && spot.kind != kUnknown) {
      EnterField(spot, token);
    }
    if (spot.kind == kBranch || spot.kind == kProcessor) {
      if (!spot.is_array) spot.scope = at;
    }
    value = inner;
  }
  return spot;
}

std::vector<const FieldRow*> FieldsAt(const Spot& spot) {
  std::vector<const FieldRow*> rows;
  if (spot.is_array) return rows;
  const FieldLanguage other =
      spot.language == QueryLanguage::kJsonata ? FieldLanguage::kJsonPath : FieldLanguage::kJsonata;
  for (const FieldTable table : TablesAt(spot)) {
    for (const FieldRow& row : table) {
      if (row.language != other && MayStandIn(spot, row)) rows.push_back(&row);
    }
  }
  return rows;
}

const FieldRow* FieldAt(const Spot& spot, std::string_view name) {
  if (spot.is_array) return nullptr;
  for (const FieldTable table : TablesAt(spot)) {
    for (const FieldRow& row : table) {
      if (row.name == name) return &row;
    }
  }
  return nullptr;
}

}  // namespace gait::lsp
