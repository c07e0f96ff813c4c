#include "engine/json/write.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "engine/json/node.h"

namespace gait {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

// What a byte becomes within a string: itself (0), `\` and the letter, or `\u00XX` ('u').
constexpr std::array<char, 256> kEscape = [] {
  std::array<char, 256> table{};
  for (int c = 0; c < 0x20; ++c) table[static_cast<size_t>(c)] = 'u';
  table['\b'] = 'b';
  table['\t'] = 't';
  table['\n'] = 'n';
  table['\f'] = 'f';
  table['\r'] = 'r';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

size_t StringSize(std::string_view text) {
  size_t size = text.size() + 2;
  for (char c : text) {
    const char escape = kEscape[static_cast<unsigned char>(c)];
    size += escape == 0 ? 0 : escape == 'u' ? 5 : 1;
  }
  return size;
}

size_t IntSize(int64_t i) {
  size_t size = i < 0 ? 2 : 1;
  for (; i <= -10 || i >= 10; i /= 10) ++size;
  return size;
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  size_t from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const char escape = kEscape[c];
    if (escape == 0) continue;
    out.append(text, from, i - from);
    from = i + 1;
    out += '\\';
    if (escape == 'u') {
      out.append("u00") += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += escape;
    }
  }
  out.append(text, from, text.size() - from);
  out += '"';
}

std::string FormatDouble(double d) {
  if (!std::isfinite(d)) return "null";
  if (d == 0) return std::signbit(d) ? "-0.0" : "0.0";
  char shortest[32];
  const auto end = std::to_chars(shortest, shortest + sizeof shortest, d, std::chars_format::scientific).ptr;
  // [-]d[.ddd]e±xx
  std::string_view text(shortest, static_cast<size_t>(end - shortest));
  std::string out;
  if (text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  int exponent = 0;
  const char* exponent_text = text.data() + e + 1;
  if (*exponent_text == '+') ++exponent_text;  // from_chars takes no plus
  std::from_chars(exponent_text, text.data() + text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits.append(text.substr(2, e - 2));
  if (exponent >= -3 && exponent < 7) {  // Double.toString: decimal notation for 10^-3 <= |d| < 10^7
    if (exponent < 0) {
      out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
    } else {
      const auto whole = static_cast<size_t>(exponent) + 1;
      if (digits.size() < whole) digits.append(whole - digits.size(), '0');
      out.append(digits, 0, whole).append(".").append(digits.size() > whole ? digits.substr(whole) : "0");
    }
  } else {
    out.append(digits, 0, 1).append(".").append(digits.size() > 1 ? digits.substr(1) : "0");
    out.append("E").append(std::to_string(exponent));
  }
  return out;
}

void AppendJson(std::string& out, const Value& value) {
  switch (value.type()) {
    case Value::Type::kUndefined:
    case Value::Type::kNull: out += "null"; return;
    case Value::Type::kBool: out += value.as_bool() ? "true" : "false"; return;
    case Value::Type::kNumber:
      if (value.is_int()) {
        char text[24];
        out.append(text, std::to_chars(text, text + sizeof text, value.as_int()).ptr);
      } else if (value.is_double()) {
        out += FormatDouble(value.as_double());
      } else {
        out += value.number_text();
      }
      return;
    case Value::Type::kString: AppendJsonString(out, value.as_string()); return;
    case Value::Type::kArray: {
      char separator = '[';
      for (const Value& item : value.items()) {
        out += separator;
        AppendJson(out, item);
        separator = ',';
      }
      if (separator == '[') out += '[';
      out += ']';
      return;
    }
    case Value::Type::kObject: {
      char separator = '{';
      for (const Member& m : value.members()) {
        out += separator;
        AppendJsonString(out, m.name());
        out += ':';
        AppendJson(out, m.value);
        separator = ',';
      }
      if (separator == '{') out += '{';
      out += '}';
      return;
    }
    case Value::Type::kOpaque: out += "\"\""; return;
  }
}

std::string ToJson(const Value& value) {
  std::string out;
  AppendJson(out, value);
  return out;
}

namespace {

void AppendPretty(std::string& out, const Value& value, size_t indent) {
  if (value.size() == 0) return AppendJson(out, value);
  const bool is_array = value.is_array();
  const std::string line_break = "\n" + std::string(indent + 2, ' ');
  char separator = is_array ? '[' : '{';
  for (const Value& item : value.items()) {
    (out += separator) += line_break;
    AppendPretty(out, item, indent + 2);
    separator = ',';
  }
  for (const Member& m : value.members()) {
    (out += separator) += line_break;
    AppendJsonString(out, m.name());
    out += ": ";
    AppendPretty(out, m.value, indent + 2);
    separator = ',';
  }
  out.append("\n").append(indent, ' ') += is_array ? ']' : '}';
}

}  // namespace

std::string ToPrettyJson(const Value& value) {
  std::string out;
  AppendPretty(out, value, 0);
  return out;
}

size_t JsonSize(const Value& value) {
  switch (value.type()) {
    case Value::Type::kUndefined:
    case Value::Type::kNull: return 4;
    case Value::Type::kBool: return value.as_bool() ? 4 : 5;
    case Value::Type::kNumber:
      if (value.is_int()) return IntSize(value.as_int());
      return value.is_double() ? FormatDouble(value.as_double()).size() : value.number_text().size();
    case Value::Type::kString: return StringSize(value.as_string());
    case Value::Type::kOpaque: return 2;
    case Value::Type::kArray:
    case Value::Type::kObject: break;
  }
  const json_internal::Node* node = json_internal::Access::NodeOf(value);
  if (const uint32_t known = node->json_size.load(std::memory_order_relaxed); known != 0) return known;
  size_t size = value.size() == 0 ? 2 : 1 + value.size();  // the brackets and the commas
  for (const Value& item : value.items()) size += JsonSize(item);
  for (const Member& m : value.members()) size += StringSize(m.name()) + 1 + JsonSize(m.value);
  if (size < std::numeric_limits<uint32_t>::max()) {
    node->json_size.store(static_cast<uint32_t>(size), std::memory_order_relaxed);
  }
  return size;
}

}  // namespace gait
