#include "engine/json/parse.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <vector>

namespace gait {
namespace {

// Builds the value bottom-up: finished values lie on a stack until their container ends and takes them.
class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  explicit Handler(int depth_max) : depth_max_(depth_max) { stack_.reserve(64); }

  bool Null() { return Push(Value::Null()); }
  bool Bool(bool b) { return Push(Value::Bool(b)); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return Push(Value::Number({text, size})); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view string(text, size);
    has_surrogate_ = HasSurrogate(string);
    return !has_surrogate_ && Push(Value::String(string));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return String(text, size, copy); }
  bool StartArray() { return Open(); }
  bool StartObject() { return Open(); }
  bool EndArray(rapidjson::SizeType count) {
    ArrayBuilder array(count);
    for (auto it = stack_.end() - count; it != stack_.end(); ++it) array.Add(std::move(*it));
    return Close(count, array.Build());
  }
  bool EndObject(rapidjson::SizeType count) {
    ObjectBuilder object(count);
    for (auto it = stack_.end() - 2 * static_cast<ptrdiff_t>(count); it != stack_.end(); it += 2) {
      object.Add(std::move(it[0]), std::move(it[1]));
    }
    repeated_keys_ = repeated_keys_ || object.size() < count;
    return Close(2 * static_cast<size_t>(count), object.Build());
  }

  bool too_deep() const { return depth_ > depth_max_; }
  bool has_surrogate() const { return has_surrogate_; }
  bool repeated_keys() const { return repeated_keys_; }
  Value Take() { return std::move(stack_.back()); }

 private:
  // RapidJSON refuses the first half of a surrogate pair that is alone, but writes the second one as if it were a
  // character.
  static bool HasSurrogate(std::string_view text) {
    for (size_t at = text.find('\xed'); at != std::string_view::npos; at = text.find('\xed', at + 1)) {
      if (static_cast<unsigned char>(text[at + 1]) >= 0xa0) return true;
    }
    return false;
  }
  bool Push(Value value) {
    stack_.push_back(std::move(value));
    return true;
  }
  bool Open() { return ++depth_ <= depth_max_; }
  bool Close(size_t taken, Value container) {
    stack_.resize(stack_.size() - taken);
    stack_.push_back(std::move(container));
    --depth_;
    return true;
  }

  std::vector<Value> stack_;
  int depth_ = 0;
  bool repeated_keys_ = false, has_surrogate_ = false;
  const int depth_max_;
};

std::string Message(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

JsonParse ParseJson(std::string_view text, int depth_max) {
  Handler handler(depth_max);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (handler.too_deep()) {
    return {std::nullopt, {"The document nests deeper than " + std::to_string(depth_max) + " levels", stream.Tell()}};
  }
  if (handler.has_surrogate()) {
    return {std::nullopt, {Message(rapidjson::kParseErrorStringUnicodeSurrogateInvalid), stream.Tell()}};
  }
  const auto nul_at = [&](size_t offset) {
    return JsonParse{std::nullopt, {"A NUL byte stands in the document", offset}};
  };
  if (result.IsError()) {
    // The stream shows a NUL at its end, too: to the reader, one within the text is the end.
    if (stream.Tell() < text.size() && text[stream.Tell()] == '\0') return nul_at(stream.Tell());
    return {std::nullopt, {Message(result.Code()), result.Offset()}};
  }
  if (stream.Tell() != text.size()) return nul_at(stream.Tell());
  return {handler.Take(), {}, handler.repeated_keys()};
}

}  // namespace gait
