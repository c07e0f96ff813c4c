#include "api/read_arn.h"

#include <algorithm>
#include <string>

namespace gait {

std::variant<Arn, ApiError> ReadArn(std::string_view text, std::initializer_list<std::string_view> types) {
  const auto arn = ParseArn(text);
  if (!arn) return InvalidArn("Invalid ARN prefix: " + std::string(text));
  const std::string_view type = arn->resource_type();
  if (arn->service != "states" || std::find(types.begin(), types.end(), type) == types.end()) {
    return InvalidArn("Resource type not valid in this context: " + std::string(type));
  }
  return *arn;
}

bool IsOurs(const Account& account, const Arn& arn) {
  return arn.account == account.id && arn.region == account.region;
}

}  // namespace gait
