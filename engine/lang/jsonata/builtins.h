// The native functions, by the file that has them; builtin_table.cc has their names and signatures. Each is documented
// at https://docs.jsonata.org, and those that Step Functions adds at
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
#pragma once

#include <span>

#include "engine/json/value.h"

namespace gait::jsonata {

class Evaluation;

namespace builtin {

// functions_number.cc
Value Sum(Evaluation&, std::span<Value>);
Value Max(Evaluation&, std::span<Value>);
Value Min(Evaluation&, std::span<Value>);
Value Average(Evaluation&, std::span<Value>);
Value Number(Evaluation&, std::span<Value>);
Value Abs(Evaluation&, std::span<Value>);
Value Floor(Evaluation&, std::span<Value>);
Value Ceil(Evaluation&, std::span<Value>);
Value Round(Evaluation&, std::span<Value>);
Value Sqrt(Evaluation&, std::span<Value>);
Value Power(Evaluation&, std::span<Value>);
Value Random(Evaluation&, std::span<Value>);
Value FormatNumber(Evaluation&, std::span<Value>);
Value FormatBase(Evaluation&, std::span<Value>);
Value FormatInteger(Evaluation&, std::span<Value>);
Value ParseInteger(Evaluation&, std::span<Value>);

// functions_text.cc
Value String(Evaluation&, std::span<Value>);
Value Length(Evaluation&, std::span<Value>);
Value Substring(Evaluation&, std::span<Value>);
Value SubstringBefore(Evaluation&, std::span<Value>);
Value SubstringAfter(Evaluation&, std::span<Value>);
Value Lowercase(Evaluation&, std::span<Value>);
Value Uppercase(Evaluation&, std::span<Value>);
Value Trim(Evaluation&, std::span<Value>);
Value Pad(Evaluation&, std::span<Value>);
Value Match(Evaluation&, std::span<Value>);
Value Contains(Evaluation&, std::span<Value>);
Value Replace(Evaluation&, std::span<Value>);
Value Split(Evaluation&, std::span<Value>);
Value Join(Evaluation&, std::span<Value>);
Value Base64Encode(Evaluation&, std::span<Value>);
Value Base64Decode(Evaluation&, std::span<Value>);
Value EncodeUrl(Evaluation&, std::span<Value>);
Value EncodeUrlComponent(Evaluation&, std::span<Value>);
Value DecodeUrl(Evaluation&, std::span<Value>);
Value DecodeUrlComponent(Evaluation&, std::span<Value>);

// functions_array.cc
Value Count(Evaluation&, std::span<Value>);
Value Append(Evaluation&, std::span<Value>);
Value Zip(Evaluation&, std::span<Value>);
Value Reverse(Evaluation&, std::span<Value>);
Value Shuffle(Evaluation&, std::span<Value>);
Value Distinct(Evaluation&, std::span<Value>);
Value Sort(Evaluation&, std::span<Value>);
Value Map(Evaluation&, std::span<Value>);
Value Filter(Evaluation&, std::span<Value>);
Value Single(Evaluation&, std::span<Value>);
Value Reduce(Evaluation&, std::span<Value>);

// functions_object.cc
Value Keys(Evaluation&, std::span<Value>);
Value Lookup(Evaluation&, std::span<Value>);
Value Spread(Evaluation&, std::span<Value>);
Value Merge(Evaluation&, std::span<Value>);
Value Each(Evaluation&, std::span<Value>);
Value Sift(Evaluation&, std::span<Value>);
Value Clone(Evaluation&, std::span<Value>);
Value Type(Evaluation&, std::span<Value>);
Value Boolean(Evaluation&, std::span<Value>);
Value Not(Evaluation&, std::span<Value>);
Value Exists(Evaluation&, std::span<Value>);
Value RaiseError(Evaluation&, std::span<Value>);
Value Assert(Evaluation&, std::span<Value>);
Value Eval(Evaluation&, std::span<Value>);

// functions_time.cc
Value Now(Evaluation&, std::span<Value>);
Value Millis(Evaluation&, std::span<Value>);
Value FromMillis(Evaluation&, std::span<Value>);
Value ToMillis(Evaluation&, std::span<Value>);

// functions_states.cc: Step Functions' own
Value Partition(Evaluation&, std::span<Value>);
Value NumberRange(Evaluation&, std::span<Value>);
Value HashOf(Evaluation&, std::span<Value>);
Value RandomNumber(Evaluation&, std::span<Value>);
Value Uuid(Evaluation&, std::span<Value>);
Value Parse(Evaluation&, std::span<Value>);

}  // namespace builtin
}  // namespace gait::jsonata
