#include <algorithm>
#include <optional>
#include <string>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata::builtin {
namespace {

std::optional<double> OptionalNumber(const Value& value) {
  return value.is_undefined() ? std::nullopt : std::optional<double>(value.as_double());
}

const Regex* RegexOf(const Value& value) {
  const auto* matcher = dynamic_cast<const Matcher*>(value.opaque());
  return matcher == nullptr ? nullptr : matcher->regex.get();
}

// The matches that a function of the expression's own finds: it gives the first as {match, start, end, groups, next},
// and `next` the one after it. `each` says whether to go on.
template <typename Each>
void EachMatch(Evaluation& evaluation, const Value& matcher, const Value& text, const Each& each) {
  Value match = evaluation.Call(matcher, {text});
  while (!match.is_undefined()) {
    const Value* next = match.is_object() ? match.Find("next") : nullptr;
    const Value* start = match.is_object() ? match.Find("start") : nullptr;
    const Value* end = match.is_object() ? match.Find("end") : nullptr;
    const Value* groups = match.is_object() ? match.Find("groups") : nullptr;
    const bool fits = start != nullptr && end != nullptr && groups != nullptr && next != nullptr &&
                      start->is_number() && end->is_number() && groups->is_array() && next->is_opaque();
    if (!fits) throw Error("T1010");
    if (!each(match)) return;
    match = evaluation.Call(*next, {});
  }
}

// The text of a value that takes part as a text.
template <typename F>
Value OfText(std::span<Value> a, F f) {
  return a[0].is_undefined() ? Value() : Value::String(f(a[0].as_string()));
}

}  // namespace

Value String(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const std::string text = TextOf(a[0], a[1].is_bool() && a[1].as_bool());
  evaluation.Charge(text.size() / sizeof(Value));
  return Value::String(text);
}

Value Length(Evaluation&, std::span<Value> a) {
  return a[0].is_undefined() ? Value() : Value::Int(static_cast<int64_t>(CountCodePoints(a[0].as_string())));
}

Value Substring(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  if (a[1].is_undefined()) return a[2].is_undefined() ? a[0] : Value::String("");
  return Value::String(jsonata::Substring(a[0].as_string(), a[1].as_double(), OptionalNumber(a[2])));
}

Value SubstringBefore(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined() || a[1].is_undefined()) return a[0];
  return Value::String(jsonata::SubstringBefore(a[0].as_string(), a[1].as_string()));
}

Value SubstringAfter(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined() || a[1].is_undefined()) return a[0];
  return Value::String(jsonata::SubstringAfter(a[0].as_string(), a[1].as_string()));
}

Value Lowercase(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::Lowercase); }
Value Uppercase(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::Uppercase); }
Value Trim(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::Trim); }
Value Base64Encode(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::Base64Encode); }
Value Base64Decode(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::Base64Decode); }
Value EncodeUrl(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::EncodeUrl); }
Value EncodeUrlComponent(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::EncodeUrlComponent); }
Value DecodeUrl(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::DecodeUrl); }
Value DecodeUrlComponent(Evaluation&, std::span<Value> a) { return OfText(a, jsonata::DecodeUrlComponent); }

Value Pad(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined() || a[1].is_undefined()) return a[0];
  return Value::String(jsonata::Pad(a[0].as_string(), a[1].as_double(),
                                    a[2].is_string() && a[2].as_string() != "" ? a[2].as_string() : " "));
}

Value Match(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const auto sequence = [](Value matches) {
    matches.set_marks(kSequence);
    return matches;
  };
  if (const Regex* regex = RegexOf(a[1])) {
    return sequence(jsonata::MatchAll(a[0].as_string(), *regex, OptionalNumber(a[2])));
  }
  if (!a[2].is_undefined() && a[2].as_double() < 0) throw Error("D3040").With(a[2]).Index(3);
  ArrayBuilder all;
  double left = OptionalNumber(a[2]).value_or(1e15);
  if (!(left > 0)) return sequence(all.Build());
  EachMatch(evaluation, a[1], a[0], [&](const Value& match) {
    const Value* text = match.Find("match");
    all.Add(Value::Object({{"match", text == nullptr ? Value::Null() : *text},
                           {"index", *match.Find("start")},
                           {"groups", *match.Find("groups")}}));
    return --left > 0;
  });
  return sequence(all.Build());
}

Value Contains(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined() || a[1].is_undefined()) return {};
  if (a[1].is_string()) return Value::Bool(jsonata::Contains(a[0].as_string(), a[1].as_string()));
  if (const Regex* regex = RegexOf(a[1])) return Value::Bool(jsonata::Contains(a[0].as_string(), std::cref(*regex)));
  const Value found = evaluation.Call(a[1], {a[0]});
  const auto has = [&](std::string_view name, auto is) {
    const Value* member = found.Find(name);
    return member != nullptr && is(*member);
  };
  const auto is_number = [](const Value& v) { return v.is_number(); };
  const bool is_match = found.is_object() && (has("start", is_number) || has("end", is_number) ||
                                              has("groups", [](const Value& v) { return v.is_array(); }) ||
                                              has("next", [](const Value& v) { return v.is_opaque(); }));
  // What is false in JavaScript passes for a match, as in the reference.
  if (IsTruthy(found) && !is_match) throw Error("T1010");
  return Value::Bool(!found.is_undefined());
}

Value Split(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  if (!a[2].is_undefined() && a[2].as_double() < 0) throw Error("D3020").With(a[2]).Index(3);
  if (a[1].is_undefined()) return Value::Array({a[0]});
  if (a[1].is_string()) return jsonata::Split(a[0].as_string(), a[1].as_string(), OptionalNumber(a[2]));
  if (const Regex* regex = RegexOf(a[1]))
    return jsonata::Split(a[0].as_string(), std::cref(*regex), OptionalNumber(a[2]));
  const std::string_view text = a[0].as_string();
  double left = OptionalNumber(a[2]).value_or(1e15);
  ArrayBuilder parts;
  size_t from = 0;
  if (left > 0) {
    EachMatch(evaluation, a[1], a[0], [&](const Value& match) {
      const size_t begin = ByteOfUtf16Unit(text, match.Find("start")->as_double());
      if (begin >= from) parts.Add(Value::String(text.substr(from, begin - from)));
      from = ByteOfUtf16Unit(text, match.Find("end")->as_double());
      return --left > 0;
    });
    if (left > 0) parts.Add(Value::String(text.substr(from)));
  }
  return parts.Build();
}

Value Join(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const std::string text = jsonata::Join(a[0], a[1].is_string() ? a[1].as_string() : "");
  evaluation.Charge(text.size() / sizeof(Value));
  return Value::String(text);
}

Value Replace(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const std::string_view text = a[0].as_string();
  const auto limit = OptionalNumber(a[3]);
  const Regex* regex = RegexOf(a[1]);
  if (a[1].is_string() && a[2].is_string()) {
    return Value::String(jsonata::Replace(text, a[1].as_string(), a[2].as_string(), limit));
  }
  if (regex != nullptr && a[2].is_string()) {
    return Value::String(jsonata::Replace(text, std::cref(*regex), a[2].as_string(), limit));
  }
  // With a function for what comes in a match's place.
  const auto called = [&](const Value& match) {
    const Value made = a[2].is_string() ? a[2] : evaluation.Call(a[2], {match});
    if (!made.is_string()) throw Error("D3012").With(made);
    return std::string(made.as_string());
  };
  if (regex != nullptr) {
    return Value::String(jsonata::Replace(
        text, *regex,
        [&](const jsonata::Match& m) {
          const size_t before = CountUtf16Units(text.substr(0, m.begin));
          ArrayBuilder groups;
          for (const auto& group : m.groups) groups.Add(Value::String(group.value_or("")));
          const std::string_view matched = text.substr(m.begin, m.end - m.begin);
          return called(Value::Object({{"match", Value::String(matched)},
                                       {"start", Value::Int(static_cast<int64_t>(before))},
                                       {"end", Value::Int(static_cast<int64_t>(before + CountUtf16Units(matched)))},
                                       {"groups", groups.Build()}}));
        },
        limit));
  }
  if (a[1].is_string() && a[1].as_string().empty()) throw Error("D3010").With(a[1]).Index(2);
  if (limit && *limit < 0) throw Error("D3011").With(a[3]).Index(4);
  double left = limit.value_or(1e15);
  std::string result;
  size_t from = 0;
  if (a[1].is_string()) {  // a function is for what a regular expression finds
    if (left > 0 && text.find(a[1].as_string()) != std::string_view::npos) throw Error("D3012").With(a[2]);
    return a[0];
  }
  if (left > 0) {
    EachMatch(evaluation, a[1], a[0], [&](const Value& match) {
      const size_t begin = ByteOfUtf16Unit(text, match.Find("start")->as_double());
      if (begin >= from) result.append(text.substr(from, begin - from));
      result += called(match);
      from = std::max(from, ByteOfUtf16Unit(text, match.Find("end")->as_double()));
      return --left > 0;
    });
  }
  return Value::String(result.append(text.substr(from)));
}

}  // namespace gait::jsonata::builtin
