#include "engine/lang/intrinsic/function_table.h"

#include <algorithm>
#include <iterator>

#include "engine/base/edit_distance.h"
#include "engine/lang/intrinsic/functions.h"

namespace gait {
namespace {

using enum IntrinsicType;
constexpr int kAnyNumber = IntrinsicFunction::kAnyNumber;

// In the order of the guide. Two lines a row: as a formatter breaks them nobody can read them.
// clang-format off
constexpr IntrinsicFunction kFunctions[] = {
    {"States.Array", 0, kAnyNumber, "an array of the values",
     {{{"value", kAny}}}, &intrinsic::Array},
    {"States.ArrayPartition", 2, 2, "the array cut into arrays of at most that size",
     {{{"array", kArray}, {"chunk size", kInteger}}}, &intrinsic::ArrayPartition},
    {"States.ArrayContains", 2, 2, "whether an item of the array equals the value",
     {{{"array", kArray}, {"value", kAny}}}, &intrinsic::ArrayContains},
    {"States.ArrayRange", 3, 3, "the integers from first to last, step by step",
     {{{"first", kInteger}, {"last", kInteger}, {"step", kInteger}}}, &intrinsic::ArrayRange},
    {"States.ArrayGetItem", 2, 2, "the item at the index, counted from 0",
     {{{"array", kArray}, {"index", kInteger}}}, &intrinsic::ArrayGetItem},
    {"States.ArrayLength", 1, 1, "the number of items",
     {{{"array", kArray}}}, &intrinsic::ArrayLength},
    {"States.ArrayUnique", 1, 1, "the array without the items that equal an earlier one",
     {{{"array", kArray}}}, &intrinsic::ArrayUnique},
    {"States.Base64Encode", 1, 1, "the text in Base64",
     {{{"text", kString}}}, &intrinsic::Base64Encode},
    {"States.Base64Decode", 1, 1, "the text that the Base64 stands for",
     {{{"base64", kString}}}, &intrinsic::Base64Decode},
    {"States.Hash", 2, 2, "the digest of the text in lower-case hexadecimal",
     {{{"text", kString}, {"algorithm", kString}}}, &intrinsic::Hash},
    {"States.JsonMerge", 3, 3, "the members of both objects; where both have a key, the second's",
     {{{"first", kObject}, {"second", kObject}, {"deep", kBoolean}}}, &intrinsic::JsonMerge},
    {"States.StringToJson", 1, 1, "the value that the JSON text stands for",
     {{{"text", kString}}}, &intrinsic::StringToJson},
    {"States.JsonToString", 1, 1, "the value as JSON text",
     {{{"value", kAny}}}, &intrinsic::JsonToString},
    {"States.MathRandom", 2, 3, "a random integer from start up to, and without, end",
     {{{"start", kInteger}, {"end", kInteger}, {"seed", kInteger}}}, &intrinsic::MathRandom},
    {"States.MathAdd", 2, 2, "the sum of two integers",
     {{{"first", kInteger}, {"second", kInteger}}}, &intrinsic::MathAdd},
    {"States.StringSplit", 2, 2, "the parts of the text between the separators, each a character",
     {{{"text", kString}, {"separators", kString}}}, &intrinsic::StringSplit},
    {"States.UUID", 0, 0, "a random UUID (version 4)",
     {}, &intrinsic::Uuid},
    {"States.Format", 1, kAnyNumber, "the template with each {} replaced by the next value",
     {{{"template", kTemplate}, {"value", kAny}}}, &intrinsic::Format},
};
// clang-format on

constexpr size_t NamedParameters(const IntrinsicFunction& function) {
  size_t count = 0;
  while (count < function.parameters.size() && !function.parameters[count].name.empty()) ++count;
  return count;
}

constexpr bool RowsAreConsistent() {
  for (const IntrinsicFunction& f : kFunctions) {
    if (f.arguments_min < 0) return false;
    if (f.arguments_max == kAnyNumber) {
      if (NamedParameters(f) == 0) return false;
    } else if (f.arguments_max < f.arguments_min || NamedParameters(f) != static_cast<size_t>(f.arguments_max)) {
      return false;
    }
  }
  return true;
}
static_assert(RowsAreConsistent(), "a parameter for each argument a function can have");
static_assert(std::size(kFunctions) == 18);

}  // namespace

std::span<const IntrinsicFunction> IntrinsicFunctions() { return kFunctions; }

namespace intrinsic {

const IntrinsicFunction* FindFunction(std::string_view name) {
  const auto* row = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                 [&](const IntrinsicFunction& function) { return function.name == name; });
  return row == std::end(kFunctions) ? nullptr : row;
}

std::optional<std::string_view> NearestFunction(std::string_view name) {
  std::array<std::string_view, std::size(kFunctions)> names;
  std::transform(std::begin(kFunctions), std::end(kFunctions), names.begin(),
                 [](const IntrinsicFunction& function) { return function.name; });
  if (auto nearest = DidYouMean(name, names)) return nearest;
  return DidYouMean("States." + std::string(name), names);  // `Format(...)`
}

const IntrinsicParameter& ParameterOf(const IntrinsicFunction& function, size_t index) {
  const size_t count = NamedParameters(function);
  return function.parameters[count == 0 ? 0 : std::min(index, count - 1)];
}

std::string ArgumentCountText(const IntrinsicFunction& function) {
  const int min = function.arguments_min, max = function.arguments_max;
  if (max == 0) return "no arguments";
  std::string text = max == kAnyNumber ? "at least " + std::to_string(min)
                     : min == max      ? std::to_string(min)
                                       : std::to_string(min) + " or " + std::to_string(max);
  const bool one = (max == kAnyNumber ? min : max) == 1;
  return text.append(one ? " argument" : " arguments");
}

}  // namespace intrinsic
}  // namespace gait
