#include "integrations/form_encoding.h"

#include <algorithm>
#include <iterator>

#include "engine/json/write.h"

namespace gait {
namespace {

struct FormatRow {
  std::string_view name;
  ArrayFormat format;
};
constexpr FormatRow kFormats[] = {
    {"DEFAULT", ArrayFormat::kIndices}, {"INDICES", ArrayFormat::kIndices},   {"REPEAT", ArrayFormat::kRepeat},
    {"COMMAS", ArrayFormat::kCommas},   {"BRACKETS", ArrayFormat::kBrackets}, {"NONE", ArrayFormat::kNone},
};

constexpr std::string_view kUnreserved = "-._~";
// What may stand in a query that was put together already; the percent sign is one of an escape.
constexpr std::string_view kQuery = "-._~%!$&'()*+,;=:@/?";

void AppendEncoded(std::string& out, std::string_view text, std::string_view plain) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : text) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
}

std::string Text(const Value& value) {
  if (value.is_null()) return "";
  return value.is_string() ? std::string(value.as_string()) : ToJson(value);
}

class FormWriter {
 public:
  explicit FormWriter(ArrayFormat format) : format_(format) {}

  void Add(const std::string& key, const Value& value) {
    if (value.is_object()) {
      for (const Member& m : value.members()) {
        Add(key.empty() ? std::string(m.name()) : key + "[" + std::string(m.name()) + "]", m.value);
      }
    } else if (value.is_array()) {
      AddArray(key, value);
    } else {
      AddText(key, Text(value));
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void AddArray(const std::string& key, const Value& array) {
    if (format_ == ArrayFormat::kNone) return AddText(key, ToJson(array));
    if (format_ == ArrayFormat::kCommas) {
      std::string list;
      for (const Value& item : array.items()) list.append(&item == array.items().data() ? "" : ",").append(Text(item));
      return AddText(key, list);
    }
    for (size_t i = 0; i < array.size(); ++i) {
      Add(format_ == ArrayFormat::kIndices    ? key + "[" + std::to_string(i) + "]"
          : format_ == ArrayFormat::kBrackets ? key + "[]"
                                              : key,
          array.items()[i]);
    }
  }

  void AddText(std::string_view key, std::string_view text) {
    if (!out_.empty()) out_ += '&';
    AppendEncoded(out_, key, kUnreserved);
    out_ += '=';
    AppendEncoded(out_, text, kUnreserved);
  }

  const ArrayFormat format_;
  std::string out_;
};

}  // namespace

std::optional<ArrayFormat> ParseArrayFormat(std::string_view name) {
  const auto* row =
      std::find_if(std::begin(kFormats), std::end(kFormats), [&](const FormatRow& r) { return r.name == name; });
  if (row == std::end(kFormats)) return std::nullopt;
  return row->format;
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  AppendEncoded(out, text, kUnreserved);
  return out;
}

std::string EncodeForm(const Value& object, ArrayFormat format) {
  FormWriter writer(format);
  writer.Add("", object);
  return writer.Take();
}

std::optional<std::string> EncodeQuery(const Value& parameters) {
  if (parameters.is_object()) return EncodeForm(parameters, ArrayFormat::kRepeat);
  std::string query;
  if (parameters.is_string()) {
    std::string_view text = parameters.as_string();
    if (text.starts_with('?')) text.remove_prefix(1);
    AppendEncoded(query, text, kQuery);
    return query;
  }
  if (!parameters.is_array()) return std::nullopt;
  for (const Value& item : parameters.items()) {
    const std::optional<std::string> part = item.is_array() ? std::nullopt : EncodeQuery(item);
    if (!part) return std::nullopt;
    if (!query.empty() && !part->empty()) query += '&';
    query += *part;
  }
  return query;
}

}  // namespace gait
