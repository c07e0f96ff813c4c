#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/functions.h"
#include "engine/lang/intrinsic/intrinsic.h"

namespace gait::intrinsic {

Value StringToJson(Arguments& arguments) {
  const std::string_view text = arguments.String(0);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Value::Null();  // seen on AWS for "" and " "
  JsonParse parsed = ParseJson(text);
  if (!parsed) {
    return arguments.Fail("the text is no JSON: " + parsed.error.message + " (at byte " +
                          std::to_string(parsed.error.offset) + ")");
  }
  return *std::move(parsed.value);
}

Value JsonToString(Arguments& arguments) {
  if (JsonSize(arguments[0]) > kIntrinsicResultBytesMax) return arguments.Fail("the value is too large");
  return Value::String(ToJson(arguments[0]));
}

Value JsonMerge(Arguments& arguments) {
  if (arguments[2].as_bool()) return arguments.Fail("deep merging is not supported: the third argument must be false");
  ObjectBuilder merged(arguments[0].size() + arguments[1].size());
  for (const Member& m : arguments[0].members()) merged.Add(m.key, m.value);
  for (const Member& m : arguments[1].members()) merged.Add(m.key, m.value);
  return merged.Build();
}

}  // namespace gait::intrinsic
