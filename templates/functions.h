// CloudFormation's functions in a definition: what a deployment puts in their place is not known, so a placeholder
// stands for it, which a validator takes for any value.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
#pragma once

#include <optional>

#include "templates/text_pieces.h"

namespace gait::templates {

// Is it `{"Ref": ...}`, `{"Fn::GetAtt": ...}` or another one?
bool IsFunction(const Value& value);

// The text that a string, Fn::Sub or Fn::Join makes; empty if `value`, which is at `place`, makes none, or one of which
// no part can be told.
std::optional<TextPieces> ComposedText(const Value& value, const Place& place, References& references);

enum class Variables {
  kNone,
  kServerless,  // the Serverless Framework's: a string that is one `${...}` as a whole may become any value
};

// A definition that stands in a template as an object, with placeholders for its functions, and merge keys (`<<`)
// followed.
Value WithoutFunctions(const Value& definition, const Place& place, Variables variables, References& references);

}  // namespace gait::templates
