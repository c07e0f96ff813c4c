// What a state is made from: its object in the definition, with the fields that all states have already read.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/catcher.h"
#include "engine/definition/field_reader.h"
#include "engine/definition/retrier.h"
#include "engine/definition/state.h"
#include "engine/definition/state_machine.h"
#include "engine/json/document.h"

namespace gait {

class StateReader;

// A type of state: its name in the definition, its fields, and how one is made. The table of all is states/state_table.
struct StateType {
  std::string_view name;  // "Pass"
  FieldTable fields;      // besides kCommonFields
  bool has_next;          // has Next or End
  std::unique_ptr<const State> (*make)(StateReader& reader);
};
using StateTable = std::span<const StateType>;

// What the compilation of one definition shares.
struct CompileContext {
  Report& report;
  StateTable states;
  StateMachineType type = StateMachineType::kStandard;
  QueryLanguage language = QueryLanguage::kJsonPath;    // of the machine
  std::set<std::string, std::less<>> state_names = {};  // of all States objects: they are unique over the machine
  std::set<std::string, std::less<>> labels = {};       // of all Maps
  int depth = 0;                                        // of the States object that is being read
  bool to_execute = true;                               // not only checked
  bool keep_placeholders = false;                       // they stand for any value
  bool leads_anywhere = false;  // a placeholder is where a transition of the States object leads
  bool incomplete = false;      // a placeholder is a state or a structure that leads to one

  // May the value, which is due to be a name, be any name?
  bool IsAnyName(const Value& value) const {
    return IsPlaceholder(value) ||
           (keep_placeholders && value.is_string() && value.as_string().find("${") != std::string_view::npos);
  }
};

// The names of one States object, with their places.
using StateNames = std::map<std::string_view, int64_t>;

class StateReader : public FieldReader {
 public:
  StateReader(const Value& object, const Place& place, const Value& name, int64_t number, const StateType& type,
              QueryLanguage language, const StateNames& names, CompileContext& context);

  const Value& name() const { return name_; }
  int64_t number() const { return number_; }
  const StateType& type() const { return type_; }
  CompileContext& context() const { return context_; }

  // The place of `Next`, or kEnd.
  int64_t Next() const { return next_; }
  // The place of the state that the text at `place` names; reported and kEnd if there is none.
  int64_t Target(const Value& text, const Place& place) const;
  std::vector<Retrier> Retriers() const;
  std::vector<Catcher> Catchers() const;
  // `Assign`, of this state or of a part of it.
  std::optional<PayloadTemplate> Assign() const;

  // Reads the States object at member `name`, or item `index` of it.
  std::unique_ptr<const StateGraph> Graph(const Value& object, const Place& place) const;

 private:
  int64_t ReadNext() const;

  const Value name_;
  const int64_t number_;
  const StateType& type_;
  const StateNames& names_;
  CompileContext& context_;
  int64_t next_;
};

// Checks the names that an Assign sets, then compiles it. `location` is what goes before "Assign" in the causes of
// errors.
std::optional<PayloadTemplate> ReadAssign(const FieldReader& reader, const std::string& location = "");

// The fields that every state has, and those of the types that have a next one.
FieldTable CommonFields();
FieldTable NextFields();

// Compiles an object that has StartAt and States; empty if it cannot be.
std::unique_ptr<const StateGraph> CompileGraph(const Value& object, const Place& place, CompileContext& context);

}  // namespace gait
