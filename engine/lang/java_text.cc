#include "engine/lang/java_text.h"

#include "engine/base/quotas.h"
#include "engine/json/write.h"

namespace gait {

void AppendJavaText(std::string& out, const Value& value) {
  if (value.is_string()) {
    out += value.as_string();
  } else if (value.depth() > 4 * kNestingMax) {
    out += "...";
  } else if (value.is_array()) {
    out += '[';
    std::string_view separator;
    for (const Value& item : value.items()) {
      out += separator;
      AppendJavaText(out, item);
      separator = ", ";
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    std::string_view separator;
    for (const Member& member : value.members()) {
      out.append(separator).append(member.name()).append("=");
      AppendJavaText(out, member.value);
      separator = ", ";
    }
    out += '}';
  } else {
    AppendJson(out, value);
  }
}

}  // namespace gait
