#include "engine/history/payload.h"

#include "engine/base/check.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {

Payload Payload::FromText(std::string_view text) {
  Payload payload;
  payload.text_ = Value::String(text);
  return payload;
}

Payload Payload::FromUser(Value value, std::string_view text) {
  Payload payload(std::move(value));
  payload.text_ = Value::String(text);
  return payload;
}

const Value& Payload::value() const {
  if (value_.is_undefined()) {
    GAIT_CHECK(present(), "a payload that is absent has no value");
    JsonParse parse = ParseJson(text_.as_string());
    GAIT_CHECK(parse, "a payload in the history is not JSON: " + parse.error.message);
    value_ = *std::move(parse.value);
  }
  return value_;
}

void Payload::AppendText(std::string& out) const {
  if (text_.is_undefined()) {
    AppendJson(out, value_);
  } else {
    out += text_.as_string();
  }
}

std::string Payload::text() const {
  std::string out;
  AppendText(out);
  return out;
}

bool Payload::SameAs(const Payload& other) const {
  if (!text_.is_undefined() || !other.text_.is_undefined()) return text_.SameAs(other.text_);
  return value_.SameAs(other.value_);
}

}  // namespace gait
