// The 18 functions. Internal to engine/lang/intrinsic: what others call is IntrinsicCall.
//
// A function sees arguments whose number and types are those of its row in the function table, and gives a value, or
// undefined through Arguments::Fail. What each does is described in docs/intrinsics.md; where it follows something that
// AWS was seen to do and no document says, a comment beside the code says so.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/random.h"
#include "engine/json/value.h"

namespace gait::intrinsic {

class Arguments {
 public:
  Arguments(std::span<const Value> values, Random* random) : values_(values), random_(random) {}

  size_t size() const { return values_.size(); }
  const Value& operator[](size_t i) const { return values_[i]; }
  std::span<const Value> all() const { return values_; }
  // REQUIRES: the row says kString or kTemplate; kInteger.
  std::string_view String(size_t i) const { return values_[i].as_string(); }
  int64_t Integer(size_t i) const { return values_[i].as_int(); }
  // Null where random numbers may not be used.
  Random* random() const { return random_; }

  // What a function returns that cannot give a value; `what` was wrong.
  Value Fail(std::string what) {
    failure_ = std::move(what);
    return Value();
  }
  const std::string& failure() const { return failure_; }

 private:
  const std::span<const Value> values_;
  Random* const random_;
  std::string failure_;
};

// functions_array.cc
Value Array(Arguments& arguments);
Value ArrayPartition(Arguments& arguments);
Value ArrayContains(Arguments& arguments);
Value ArrayRange(Arguments& arguments);
Value ArrayGetItem(Arguments& arguments);
Value ArrayLength(Arguments& arguments);
Value ArrayUnique(Arguments& arguments);
// functions_encoding.cc
Value Base64Encode(Arguments& arguments);
Value Base64Decode(Arguments& arguments);
Value Hash(Arguments& arguments);
// functions_json.cc
Value StringToJson(Arguments& arguments);
Value JsonToString(Arguments& arguments);
Value JsonMerge(Arguments& arguments);
// functions_math.cc
Value MathRandom(Arguments& arguments);
Value MathAdd(Arguments& arguments);
Value Uuid(Arguments& arguments);
// functions_string.cc
Value StringSplit(Arguments& arguments);
Value Format(Arguments& arguments);

}  // namespace gait::intrinsic
