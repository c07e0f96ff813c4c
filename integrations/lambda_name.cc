#include "integrations/lambda_name.h"

#include <algorithm>

namespace gait {
namespace {

constexpr std::string_view kLatest = "$LATEST";

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `f` or `f:1`.
bool ReadQualifiedName(std::string_view text, LambdaName& name) {
  const size_t colon = text.find(':');
  name.name = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    name.qualifier = text.substr(colon + 1);
    if (!IsLambdaQualifier(name.qualifier)) return false;
  }
  return IsLambdaFunctionName(name.name);
}

}  // namespace

std::string LambdaName::Arn() const {
  return LambdaFunctionArn(account, name + ":" + (qualifier.empty() ? std::string(kLatest) : qualifier));
}

std::string LambdaName::ExecutedVersion() const { return IsNumber(qualifier) ? qualifier : std::string(kLatest); }

bool IsLambdaFunctionName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// The names of aliases have the same characters.
bool IsLambdaQualifier(std::string_view text) { return text == kLatest || IsLambdaFunctionName(text); }

std::optional<LambdaName> ParseLambdaName(std::string_view text, const Account& account) {
  constexpr std::string_view kFunction = ":function:";
  LambdaName name;
  name.account = account;
  if (const auto arn = ParseArn(text)) {
    if (arn->service != "lambda" || arn->resource_type() != "function") return std::nullopt;
    name.account = {std::string(arn->account), std::string(arn->region), std::string(arn->partition)};
    text = arn->resource_name();
  } else if (const size_t at = text.find(kFunction); at != std::string_view::npos) {
    if (!IsNumber(text.substr(0, at))) return std::nullopt;
    name.account.id = text.substr(0, at);
    text.remove_prefix(at + kFunction.size());
  }
  if (!ReadQualifiedName(text, name)) return std::nullopt;
  return name;
}

}  // namespace gait
