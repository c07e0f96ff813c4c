#include "api/request_checks.h"

#include <algorithm>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/utf.h"
#include "engine/json/write.h"

namespace gait {
namespace {

bool HasType(MemberType type, const Value& value) {
  switch (type) {
    case MemberType::kText: return value.is_string();
    case MemberType::kInteger: return value.is_int();
    case MemberType::kBoolean: return value.is_bool();
    case MemberType::kStructure: return value.is_object();
    case MemberType::kList: return value.is_array();
  }
  return false;
}

std::string Shown(const Value& value) {
  return value.is_string() ? "'" + std::string(value.as_string()) + "'" : "'" + ToJson(value) + "'";
}

// The sentence about what `value` does not keep; "" if it keeps all.
std::string Broken(const MemberRow& row, const Value& value, bool quotas) {
  if (row.type == MemberType::kText || row.type == MemberType::kList) {
    const auto size =
        static_cast<int64_t>(row.type == MemberType::kText ? CountCodePoints(value.as_string()) : value.size());
    if (size < row.min) return "Member must have length greater than or equal to " + std::to_string(row.min);
    if (size > row.max && (quotas || !row.max_is_quota))
      return "Member must have length less than or equal to " + std::to_string(row.max);
    if (!row.values.empty() && std::find(row.values.begin(), row.values.end(), value.as_string()) == row.values.end()) {
      std::string set;
      for (std::string_view v : row.values) set += (set.empty() ? "" : ", ") + std::string(v);
      return "Member must satisfy enum value set: [" + set + "]";
    }
  } else if (row.type == MemberType::kInteger) {
    if (value.as_int() < row.min) return "Member must have value greater than or equal to " + std::to_string(row.min);
    if (value.as_int() > row.max) return "Member must have value less than or equal to " + std::to_string(row.max);
  }
  return "";
}

// Adds a sentence for each member that does not keep its row; an error if one has the wrong type. `within` is what goes
// before the members' names.
std::optional<ApiError> CheckMembers(const Value& structure, std::span<const MemberRow> members,
                                     const std::string& within, bool quotas, std::vector<std::string>& broken) {
  for (const MemberRow& row : members) {
    const std::string name = within + std::string(row.name);
    const Value* value = structure.Find(row.name);
    const bool missing = value == nullptr || value->is_null();
    if (missing) {
      if (row.required) {
        broken.push_back("Value null at '" + name + "' failed to satisfy constraint: Member must not be null");
      }
      continue;
    }
    if (!HasType(row.type, *value)) {
      return ApiError{"SerializationException", "The member '" + name + "' has the wrong type"};
    }
    if (const std::string sentence = Broken(row, *value, quotas); !sentence.empty()) {
      broken.push_back("Value " + Shown(*value) + " at '" + name + "' failed to satisfy constraint: " + sentence);
    }
    if (row.members.empty()) continue;
    if (auto error = CheckMembers(*value, row.members, name + ".", quotas, broken)) return error;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ApiError> CheckRequest(const Value& request, std::span<const MemberRow> members, bool quotas) {
  if (!request.is_object()) return ApiError{"SerializationException", "The request is not a JSON object"};
  std::vector<std::string> broken;
  if (auto error = CheckMembers(request, members, "", quotas, broken)) return error;
  if (broken.empty()) return std::nullopt;
  std::string message =
      std::to_string(broken.size()) + " validation error" + (broken.size() > 1 ? "s" : "") + " detected: ";
  for (size_t i = 0; i < broken.size(); ++i) message += (i > 0 ? "; " : "") + broken[i];
  return ApiError{"ValidationException", std::move(message)};
}

bool IsValidName(std::string_view name) {
  const size_t characters = CountCodePoints(name);
  if (characters < 1 || characters > kNameCharactersMax) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (c <= 0x20 || c == 0x7f ||
        std::string_view("<>{}[]?*\"#%\\^|~`$&,;:/").find(name[i]) != std::string_view::npos) {
      return false;
    }
    const auto next = i + 1 < name.size() ? static_cast<unsigned char>(name[i + 1]) : 0;
    if (c == 0xc2 && next >= 0x80 && next <= 0x9f) return false;  // U+0080 to U+009F
  }
  return true;
}

}  // namespace gait
