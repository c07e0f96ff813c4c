// How a Lambda function is named: in a Resource, and in the parameters of lambda:invoke.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax (FunctionName)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/arn.h"

namespace gait {

struct LambdaName {
  Account account;        // of its ARN, or the one given
  std::string name;       // "f"
  std::string qualifier;  // "$LATEST", a version's number, or an alias; "" if none was given

  // With the qualifier, $LATEST if there is none.
  std::string Arn() const;
  // What the answer to an invocation calls it: a version, as far as that is known; the one behind an alias is not.
  std::string ExecutedVersion() const;
};

// Letters, digits, hyphens and underscores.
bool IsLambdaFunctionName(std::string_view text);

// $LATEST, a version's number, or the name of an alias.
bool IsLambdaQualifier(std::string_view text);

// `f`, `f:1`, `123456789012:function:f:1`, or an ARN. Empty if the text is none of these. `account` where it names
// none.
std::optional<LambdaName> ParseLambdaName(std::string_view text, const Account& account);

}  // namespace gait
