// What a person did wrong, where, and what to do about it: the user's kind of error.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/source_position.h"

namespace gait {

enum class Severity { kError, kWarning, kInfo };

constexpr std::string_view SeverityName(Severity severity) {
  return severity == Severity::kError ? "error" : severity == Severity::kWarning ? "warning" : "info";
}

// The one change of a definition that mends a finding and cannot do harm: what `gait validate --fix` makes.
struct Fix {
  enum class Kind {
    kRenameKey,     // the member at `pointer` is called `name`
    kSetValue,      // the value at `pointer` is `json`
    kAddMember,     // the object at `pointer` has a member `name` with the value `json`, behind its others
    kRemoveMember,  // the member at `pointer` is gone
  };
  Kind kind = Kind::kRenameKey;
  std::string title;    // what it does, for a person: "Rename Iterator to ItemProcessor"
  std::string pointer;  // RFC 6901
  std::string name;     // of kRenameKey and kAddMember
  std::string json;     // of kSetValue and kAddMember

  bool operator==(const Fix&) const = default;
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string rule;         // gait's own id, kebab-case: a row of engine/definition/rule_table
  std::string code;         // AWS's code (`SCHEMA_VALIDATION_FAILED`), "" where AWS has none
  std::string message;      // AWS's sentence where one is known
  std::string hint;         // what to do; "" where the message says it all
  std::string pointer;      // RFC 6901, of the place in the definition
  std::string location;     // the same place as AWS writes it: `/States/C/Choices[0]/Next`; "" where AWS gives none
  SourcePosition position;  // of the same place in the text
  std::optional<Fix> fix = {};

  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

inline bool HasErrors(const Diagnostics& diagnostics) {
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::kError) return true;
  }
  return false;
}

// In the order of the text; findings of one place stay as they are.
inline void SortByPosition(Diagnostics& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
}

}  // namespace gait
