// The two query languages of the States Language.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gait {

enum class QueryLanguage : uint8_t { kJsonPath, kJsonata };

constexpr std::string_view LanguageName(QueryLanguage language) {
  return language == QueryLanguage::kJsonPath ? "JSONPath" : "JSONata";
}

}  // namespace gait
