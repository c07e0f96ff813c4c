// The constraints that the service model puts on the members of a request, as a table, and the error that a request
// gets which does not keep them. https://docs.aws.amazon.com/step-functions/latest/apireference/
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "api/api_error.h"

namespace gait {

enum class MemberType : uint8_t { kText, kInteger, kNumber, kBoolean, kStructure, kList };

// What a text must look like, and the regular expression that says so in the model and in messages.
struct TextPattern {
  std::string_view expression;
  bool (*matches)(std::string_view text);
};

struct MemberRow {
  std::string_view name;
  MemberType type = MemberType::kText;
  bool required = false;
  // Of a text its length in characters, of a number its value, of a list its size.
  int64_t min = 0;
  int64_t max = std::numeric_limits<int64_t>::max();
  std::span<const std::string_view> values = {};  // the enumeration it is one of
  bool max_is_quota = false;                      // the engine's quotas say whether `max` is enforced
  // Of a structure, or of each structure in a list; one without a name is that of the texts in a list.
  std::span<const MemberRow> members = {};
  std::string_view shape = {};           // of the structures in a list: messages name it
  const TextPattern* pattern = nullptr;  // null: any
};

// The error of a request that is no object, lacks a required member, or has one that does not fit its row; nothing if
// it may be taken. Without `quotas` those of AWS's are not enforced. Members without a row are ignored, as AWS does.
std::optional<ApiError> CheckRequest(const Value& request, std::span<const MemberRow> members, bool quotas = true);

// Is it a name that a state machine, execution or activity can have? See "Name" in the API reference of
// CreateStateMachine.
bool IsValidName(std::string_view name);

}  // namespace gait
