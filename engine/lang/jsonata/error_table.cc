// What the errors say; the codes are the reference's.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "engine/base/check.h"
#include "engine/json/write.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"

namespace gait::jsonata {
namespace {

struct Row {
  std::string_view code;
  std::string_view message;  // {{name}} is the value as JSON, {{{name}}} as a text
};

// Sorted.
constexpr Row kRows[] = {
    {"D1001", "{{value}} is beyond the range of numbers"},
    {"D1002", "Only a number can be negated, not {{value}}"},
    {"D1004", "The regular expression matches an empty text, so matching would not come to an end"},
    {"D1009", "More than one key of the object is {{value}}"},
    {"D2014", "A range may have 1e7 numbers at the most; this one has {{value}}"},
    {"D3001", "Infinity and NaN cannot be written as a string"},
    {"D3010", "The second argument of $replace is an empty string"},
    {"D3011", "The fourth argument of $replace is a negative number: {{value}}"},
    {"D3012", "The third argument of $replace, a function, gives {{value}} and not a string"},
    {"D3020", "The third argument of $split is a negative number: {{value}}"},
    {"D3030", "{{value}} cannot be taken for a number"},
    {"D3040", "The third argument of $match is a negative number: {{value}}"},
    {"D3050", "The second argument of $reduce is not a function of two or more arguments"},
    {"D3060", "$sqrt of a negative number: {{value}}"},
    {"D3061", "$power gives a number that JSON does not have: base {{value}}, exponent {{value2}}"},
    {"D3070", "$sort without a function sorts numbers or strings only"},
    {"D3080", "The picture has more than two sub-pictures"},
    {"D3081", "The sub-picture has more than one decimal separator"},
    {"D3082", "The sub-picture has more than one percent sign"},
    {"D3083", "The sub-picture has more than one per-mille sign"},
    {"D3084", "The sub-picture has both a percent and a per-mille sign"},
    {"D3085", "The mantissa of the sub-picture has no digit"},
    {"D3086", "The sub-picture has a passive character between active ones"},
    {"D3087", "The sub-picture has a grouping separator beside the decimal separator"},
    {"D3088", "The integer part of the sub-picture ends with a grouping separator"},
    {"D3089", "The sub-picture has two grouping separators side by side"},
    {"D3090", "The integer part of the sub-picture has an optional digit behind a mandatory one"},
    {"D3091", "The fractional part of the sub-picture has a mandatory digit behind an optional one"},
    {"D3092", "The sub-picture has both a percent or per-mille sign and an exponent separator"},
    {"D3093", "The exponent of the sub-picture is not made of mandatory digits only"},
    {"D3100", "The radix of $formatBase must be from 2 to 36, and is {{value}}"},
    {"D3110", "$toMillis takes an ISO 8601 timestamp, not {{value}}"},
    {"D3120", "The expression given to $eval does not parse: {{{value}}}"},
    {"D3121", "The expression given to $eval fails: {{{value}}}"},
    {"D3130", "No sequence of numbers begins with {{value}}"},
    {"D3131", "The digits of a pattern must all be of one family"},
    {"D3132", "The date picture has an unknown component: {{value}}"},
    {"D3133", "Only months and days have names in a date picture, {{value}} has none"},
    {"D3134", "The time zone of a date picture has at most four digits"},
    {"D3135", "A [ in the date picture has no ]"},
    {"D3136", "The date picture lacks a component between those that it has"},
    {"D3137", "{{{value}}}"},
    {"D3138", "$single found more than one"},
    {"D3139", "$single found none"},
    {"D3140", "Malformed URL passed to ${{{token}}}(): {{value}}"},
    {"D3141", "{{{value}}}"},
    {"D3142", "$hash has no algorithm {{value}}"},
    {"D3143", "The second argument of $partition must be a positive number, and is {{value}}"},
    {"D3144", "The third argument of $range is 0"},
    {"D3145", "The argument of $parse is not JSON: {{{value}}}"},
    {"S0101", "The string has no closing quote"},
    {"S0102", "{{token}} is beyond the range of numbers"},
    {"S0103", "There is no escape sequence \\{{{token}}}"},
    {"S0104", "Four hexadecimal digits must follow \\u"},
    {"S0105", "The quoted name has no closing `"},
    {"S0106", "The comment has no */"},
    {"S0201", "{{token}} is not expected here"},
    {"S0202", "{{value}} is expected, not {{token}}"},
    {"S0203", "{{value}} is expected before the end of the expression"},
    {"S0204", "There is no operator {{token}}"},
    {"S0206", "{{token}} cannot be evaluated"},
    {"S0207", "The expression ends too early"},
    {"S0208", "Parameter {{value}} of the function is no variable ($name)"},
    {"S0209", "A predicate cannot stand behind a grouping"},
    {"S0210", "A step cannot have two groupings"},
    {"S0211", "{{token}} cannot begin an expression"},
    {"S0212", "On the left of := stands no variable ($name)"},
    {"S0213", "{{value}} cannot be a step of a path"},
    {"S0214", "On the right of {{token}} stands no variable ($name)"},
    {"S0215", "@ must stand before the predicates of its step"},
    {"S0216", "@ must stand before the ^(...) of its step"},
    {"S0217", "% has no parent here"},
    {"S0301", "The regular expression is empty"},
    {"S0302", "The regular expression has no closing /"},
    {"S0303", "The regular expression /{{{token}}}/ does not compile: {{{value}}}"},
    {"S0401", "Only functions and arrays have types within < > in a signature"},
    {"S0402", "A choice in a signature has types within < >"},
    {"T0410", "Argument {{index}} of {{token}} does not fit the function's signature"},
    {"T0411", "The context cannot stand for argument {{index}} of {{token}}: it has another type"},
    {"T0412", "Argument {{index}} of {{token}} must be an array of {{value2}}"},
    {"T1003", "The key of an object must be a string, and is {{value}}"},
    {"T1005", "{{token}} is called and is no function; is ${{{token}}} meant?"},
    {"T1006", "What is called is no function"},
    {"T1007", "{{token}} is partially applied and is no function; is ${{{token}}} meant?"},
    {"T1008", "What is partially applied is no function"},
    {"T1010", "The function that matches must give an object of match, start, end, groups and next"},
    {"T2001", "On the left of {{token}} must stand a number"},
    {"T2002", "On the right of {{token}} must stand a number"},
    {"T2003", "A range begins with an integer"},
    {"T2004", "A range ends with an integer"},
    {"T2006", "On the right of ~> must stand a function"},
    {"T2007", "{{value}} and {{value2}} cannot be put in order: they have different types"},
    {"T2008", "Only numbers and strings can be put in order"},
    {"T2009", "{{token}} cannot compare {{value}} with {{value2}}: they have different types"},
    {"T2010", "{{token}} compares numbers and strings only"},
    {"T2011", "What a transform updates with must be an object, and is {{value}}"},
    {"T2012", "What a transform deletes must be a string or an array of strings, and is {{value}}"},
    {"T2013", "A transform uses $clone, which is no function here"},
    {"U1001", "The expression takes more than it may"},
};

}  // namespace

std::string Error::message() const {
  const auto row = std::lower_bound(std::begin(kRows), std::end(kRows), code_,
                                    [](const Row& r, const std::string& code) { return r.code < code; });
  GAIT_CHECK(row != std::end(kRows) && row->code == code_, "an error has no message: " + code_);
  if (!message_.empty()) return message_;
  std::string text;
  std::string_view rest = row->message;
  for (size_t open; (open = rest.find("{{")) != std::string_view::npos;) {
    text += rest.substr(0, open);
    const bool plain = rest.substr(open, 3) == "{{{";
    const size_t begin = open + (plain ? 3 : 2), end = rest.find("}}", begin);
    const std::string_view name = rest.substr(begin, end - begin);
    const Value value = name == "token"    ? (token_ ? Value::String(*token_) : Value())
                        : name == "index"  ? (index_ ? Value::Int(*index_) : Value())
                        : name == "value2" ? value2_
                                           : value_;
    const bool is_text = plain || (name == "value2" && value.is_string() && code_ == "T0412");
    const bool is_finite = value.is_int() || (value.is_double() && std::isfinite(value.as_double()));
    text += is_text                ? TextOf(value)
            : is_finite            ? TextOf(value)
            : value.is_number()    ? "null"
            : value.is_undefined() ? "undefined"
                                   : ToJson(value);
    rest.remove_prefix(end + (plain ? 3 : 2));
  }
  return text.append(rest);
}

}  // namespace gait::jsonata
