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
    case MemberType::kNumber: return value.is_number();
    case MemberType::kBoolean: return value.is_bool();
    case MemberType::kStructure: return value.is_object();
    case MemberType::kList: return value.is_array();
  }
  return false;
}

// As Java writes it, which is what AWS's messages show.
std::string Shown(const MemberRow& row, const Value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (!value.is_array()) return ToJson(value);
  std::string all;
  for (const Value& item : value.items()) {
    if (!all.empty()) all += ", ";
    if (!item.is_object()) {
      all += Shown(row, item);
      continue;
    }
    std::string members;
    for (const MemberRow& m : row.members) {
      const Value* member = item.Find(m.name);
      members +=
          (members.empty() ? "" : ", ") + std::string(m.name) + "=" + (member == nullptr ? "null" : Shown(m, *member));
    }
    all += std::string(row.shape) + "(" + members + ")";
  }
  return "[" + all + "]";
}

// Checks the members of a request, with those within them.
class RequestCheck {
 public:
  explicit RequestCheck(bool quotas) : quotas_(quotas) {}

  void Members(const Value& object, std::span<const MemberRow> rows, const std::string& path) {
    for (const MemberRow& row : rows) {
      const Value* value = object.Find(row.name);
      const std::string at = path + std::string(row.name);
      if (value == nullptr || value->is_null()) {
        if (row.required) broken_.push_back("Value null at '" + at + "'" + kFailed + "Member must not be null");
      } else {
        One(*value, row, at);
      }
    }
  }

  std::optional<ApiError> error() const {
    if (!wrong_type_.empty()) {
      return ApiError{"SerializationException", "The member '" + wrong_type_ + "' has the wrong type"};
    }
    if (broken_.empty()) return std::nullopt;
    std::string message =
        std::to_string(broken_.size()) + " validation error" + (broken_.size() > 1 ? "s" : "") + " detected: ";
    for (size_t i = 0; i < broken_.size(); ++i) message += (i > 0 ? "; " : "") + broken_[i];
    return ApiError{"ValidationException", std::move(message)};
  }

 private:
  static constexpr const char* kFailed = " failed to satisfy constraint: ";

  void One(const Value& value, const MemberRow& row, const std::string& at) {
    if (!HasType(row.type, value)) {
      if (wrong_type_.empty()) wrong_type_ = at;
      return;
    }
    if (const std::string sentence = Broken(row, value); !sentence.empty()) {
      broken_.push_back("Value '" + Shown(row, value) + "' at '" + at + "'" + kFailed + sentence);
    }
    if (row.type == MemberType::kStructure) Members(value, row.members, at + ".");
    if (row.type != MemberType::kList || row.members.empty()) return;
    for (size_t i = 0; i < value.size(); ++i) {
      const Value& item = value.items()[i];
      const std::string member = at + "." + std::to_string(i + 1) + ".member";
      if (row.members.front().name.empty()) {
        One(item, row.members.front(), member);
      } else if (item.is_object()) {
        Members(item, row.members, member + ".");
      } else if (wrong_type_.empty()) {
        wrong_type_ = member;
      }
    }
  }

  // The sentence about what `value` does not keep; "" if it keeps all.
  std::string Broken(const MemberRow& row, const Value& value) const {
    const bool sized = row.type == MemberType::kText || row.type == MemberType::kList;
    if (sized) {
      const auto size =
          static_cast<int64_t>(row.type == MemberType::kText ? CountCodePoints(value.as_string()) : value.size());
      if (size < row.min) return "Member must have length greater than or equal to " + std::to_string(row.min);
      if (size > row.max && (quotas_ || !row.max_is_quota))
        return "Member must have length less than or equal to " + std::to_string(row.max);
    } else if (row.type == MemberType::kInteger || row.type == MemberType::kNumber) {
      const double number = value.as_double();
      if (number < static_cast<double>(row.min))
        return "Member must have value greater than or equal to " + std::to_string(row.min);
      if (number > static_cast<double>(row.max))
        return "Member must have value less than or equal to " + std::to_string(row.max);
    }
    if (!row.values.empty() && std::find(row.values.begin(), row.values.end(), value.as_string()) == row.values.end()) {
      std::string set;
      for (std::string_view v : row.values) set += (set.empty() ? "" : ", ") + std::string(v);
      return "Member must satisfy enum value set: [" + set + "]";
    }
    if (row.pattern != nullptr && !row.pattern->matches(value.as_string()))
      return "Member must satisfy regular expression pattern: " + std::string(row.pattern->expression);
    return "";
  }

  const bool quotas_;
  std::vector<std::string> broken_;
  std::string wrong_type_;  // the first member of another type than it should be
};

}  // namespace

std::optional<ApiError> CheckRequest(const Value& request, std::span<const MemberRow> members, bool quotas) {
  if (!request.is_object()) return ApiError{"SerializationException", "The request is not a JSON object"};
  RequestCheck check(quotas);
  check.Members(request, members, "");
  return check.error();
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
