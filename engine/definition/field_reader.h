// Reads one object of a definition by its field table: first checks every member against the rows, then gives the
// fields out compiled. What is wrong is reported once, here; a field that was reported reads as if it were not there.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/field_table.h"
#include "engine/definition/report.h"
#include "engine/lang/intrinsic/intrinsic.h"
#include "engine/lang/path.h"
#include "engine/lang/payload_template.h"
#include "engine/lang/query_language.h"

namespace gait {

// A path that may be null: `"InputPath": null`.
struct PathOrNull {
  std::optional<Path> path;  // empty: null
};

// ErrorPath and CausePath.
struct PathOrCall {
  std::variant<Path, IntrinsicCall> content;
};

// A number that the definition gives, a path to it (`TimeoutSeconds` and `TimeoutSecondsPath`), or an expression.
struct NumberOrPath {
  std::optional<double> literal;
  std::optional<Path> path;
  std::optional<PayloadTemplate> expression;

  bool present() const { return literal.has_value() || path.has_value() || expression.has_value(); }
};

class FieldReader {
 public:
  // `tables` are the rows of this object; `elsewhere` those of other objects, a member of which is reported as
  // not allowed here rather than unknown: a state has such others. REQUIRES: `object` is an object and outlives the
  // reader.
  FieldReader(const Value& object, const Place& place, QueryLanguage language, std::vector<FieldTable> tables,
              std::vector<FieldTable> elsewhere, Report& report);

  const Place& place() const { return place_; }
  Report& report() const { return report_; }
  QueryLanguage language() const { return language_; }
  bool Has(std::string_view name) const { return object_.Find(name) != nullptr; }
  // The member, or null if it is missing, was reported, or is none that this object can have.
  const Value* Get(std::string_view name) const;

  std::optional<std::string> Text(std::string_view name) const;
  std::optional<bool> Boolean(std::string_view name) const;
  std::optional<double> Number(std::string_view name) const;
  std::optional<Path> PathOf(std::string_view name) const;
  std::optional<PathOrNull> NullablePath(std::string_view name) const;
  std::optional<PathOrCall> PathOrCallOf(std::string_view name) const;
  std::optional<PayloadTemplate> Template(std::string_view name) const { return Template(name, name); }
  // `location` is what a JSONata error names in the place of the field: "Catch[0]/Output".
  std::optional<PayloadTemplate> Template(std::string_view name, std::string_view location) const;
  // A scalar field of a JSONata state that is given as `{% ... %}`.
  std::optional<PayloadTemplate> Expression(std::string_view name) const { return Expression(name, name); }
  std::optional<PayloadTemplate> Expression(std::string_view name, std::string_view location) const;
  // `NAME` and `NAMEPath`, of which one at most may be there.
  NumberOrPath NumberOrPathOf(std::string_view name, std::string_view path_name) const;

  // Warns of a text that looks like a path where NAMEPath takes one.
  void WarnOfStaticPath(std::string_view name) const;

  // Reports it if more than one of the fields is there.
  void AtMostOne(std::string_view rule, std::initializer_list<std::string_view> names) const;
  // Reports it if not exactly one of the fields is there; `missing_rule` where none is.
  void ExactlyOne(std::string_view missing_rule, std::string_view many_rule,
                  std::initializer_list<std::string_view> names) const;

 private:
  void CheckMembers(const std::vector<FieldTable>& elsewhere);
  void CheckUnknown(const Member& member, const std::vector<FieldTable>& elsewhere);
  bool IsOfLanguage(const FieldRow& row) const;
  bool CheckLanguage(const FieldRow& row);
  bool CheckValue(const FieldRow& row, const Value& value);
  bool CheckMisnamedPath(const FieldRow& row, const Value& value);
  bool CheckNumber(const FieldRow& row, const Value& value, const Place& place);
  void CheckRequired();
  const FieldRow* RowOf(std::string_view name) const;
  std::optional<Path> CompilePath(const Value& value, const Place& place, bool reference) const;

  const Value& object_;
  const Place place_;
  const QueryLanguage language_;
  const std::vector<FieldTable> tables_;
  const bool is_state_;  // AWS names a state, and not the field in it
  Report& report_;
  std::vector<std::string_view> bad_;  // the members that were reported
};

}  // namespace gait
