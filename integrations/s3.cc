#include "integrations/s3.h"

#include <algorithm>

namespace gait {

bool IsBucketName(std::string_view name) {
  const auto allowed = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  return name.size() >= 3 && name.size() <= 63 && name[0] != '.' && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace gait
