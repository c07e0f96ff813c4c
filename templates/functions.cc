#include "templates/functions.h"

#include <algorithm>

#include "engine/json/document.h"
#include "engine/json/members.h"
#include "engine/json/write.h"
#include "templates/names.h"

namespace gait::templates {
namespace {

// Puts objects together from others, or many from one: what they end up with is not known.
bool IsMacro(const Value& object) {
  return std::any_of(object.members().begin(), object.members().end(), [](const Member& m) {
    return m.name() == "Fn::Transform" || m.name().starts_with("Fn::ForEach::");
  });
}

bool IsNoValue(const Value& value) { return TextOf(value, "Ref") == "AWS::NoValue"; }

// `Ref:Table`, `GetAtt:Table.Arn`, `If`: what a placeholder for the function is called. No substitution is called so.
std::string NameOf(const Value& function) {
  const Member& m = function.members()[0];
  std::string name(m.name().starts_with("Fn::") ? m.name().substr(4) : m.name());
  if (m.value.is_string()) return AsName(name + ":" + std::string(m.value.as_string()));
  if (name != "GetAtt") return AsName(name);
  std::string path;
  for (const Value& part : m.value.items()) {
    if (part.is_string()) path += (path.empty() ? ":" : ".") + std::string(part.as_string());
  }
  return AsName(name + path);
}

// Is the value what CloudFormation knows of its resources, and no text of the user's?
bool IsOfResource(const Value& function) {
  const std::string_view name = function.members()[0].name();
  return name == "Ref" || name == "Fn::GetAtt";
}

class Composer {
 public:
  explicit Composer(References& references) : references_(references) {}

  bool Add(const Value& value, const Place& place) {
    if (value.is_string()) return AddText(value, place);
    if (value.is_number() || value.is_bool()) {
      pieces_.AppendValue(ToJson(value), place.pointer());
      return true;
    }
    if (!IsFunction(value)) return false;
    const Member& m = value.members()[0];
    if (m.name() == "Fn::Sub") return AddSub(m.value, place.Key("Fn::Sub"));
    if (m.name() == "Fn::Join" && IsJoin(m.value)) return AddJoin(m.value, place.Key("Fn::Join"));
    references_.incomplete = references_.incomplete || !IsOfResource(value);
    pieces_.AppendValue("${" + NameOf(value) + "}", place.pointer());
    return true;
  }

  TextPieces Take() { return std::move(pieces_); }

 private:
  static bool IsJoin(const Value& arguments) {
    return arguments.is_array() && arguments.size() == 2 && arguments.items()[0].is_string() &&
           arguments.items()[1].is_array();
  }
  bool AddText(const Value& text, const Place& place) {
    const std::string pointer = place.pointer();
    FindReferences(text.as_string(), pointer, references_);
    pieces_.Append(text.as_string(), pointer, 0);
    return true;
  }
  bool AddJoin(const Value& arguments, const Place& place) {
    const std::string_view delimiter = arguments.items()[0].as_string();
    const auto items = arguments.items()[1].items();
    for (size_t i = 0; i < items.size(); ++i) {
      const Place item = place.Index(1).Index(i);
      if (i > 0) pieces_.AppendValue(delimiter, item.pointer());
      if (!Add(items[i], item)) return false;
    }
    return true;
  }
  // `text`, or [text, {name: value}].
  bool AddSub(const Value& arguments, const Place& place) {
    const bool is_long = arguments.is_array() && arguments.size() == 2 && arguments.items()[1].is_object();
    const Value& text = is_long ? arguments.items()[0] : arguments;
    if (!text.is_string()) return false;
    AddSubText(text.as_string(), (is_long ? place.Index(0) : place).pointer(),
               is_long ? arguments.items()[1] : Value::Object());
    return true;
  }
  // `${!Name}` is how Fn::Sub writes `${Name}`, which is then DefinitionSubstitutions' to resolve.
  void AddSubText(std::string_view text, const std::string& pointer, const Value& map) {
    size_t from = 0;
    for (size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
      const bool escaped = at + 2 < text.size() && text[at + 2] == '!';
      const std::string_view name = PlaceholderNameAt(text, escaped ? at + 1 : at);
      if (escaped) {
        pieces_.Append(text.substr(from, at + 2 - from), pointer, from);
        from = at + 3;
        if (!name.empty()) references_.Add({std::string(name), false, false, pointer, at});
      } else if (!name.empty() && map.Find(name) == nullptr) {
        references_.Add({std::string(name), true, true, pointer, at});
      }
    }
    pieces_.Append(text.substr(from), pointer, from);
  }

  References& references_;
  TextPieces pieces_;
};

class Replacer {
 public:
  Replacer(Variables variables, References& references) : variables_(variables), references_(references) {}

  Value Run(const Value& value, const Place& place) {
    if (value.is_string()) return OfString(value, place);
    if (value.is_array()) {
      ArrayBuilder array(value.size());
      for (size_t i = 0; i < value.size(); ++i) {
        if (!IsNoValue(value.items()[i])) array.Add(Run(value.items()[i], place.Index(i)));
      }
      return array.Build();
    }
    if (!value.is_object()) return value;
    if (IsFunction(value)) return OfFunction(value, place);
    ObjectBuilder object(value.size());
    AddMembers(value, place, object);
    return object.Build();
  }

 private:
  static Value Placeholder(const std::string& name) { return Value::String(kPlaceholderMark + name); }

  Value OfString(const Value& value, const Place& place) {
    const std::string_view text = value.as_string();
    if (IsPlaceholder(value)) {
      references_.Add({std::string(text.substr(1)), false, true, place.pointer(), 0});
    } else if (variables_ == Variables::kServerless) {
      if (IsOneVariable(text)) return Placeholder(AsName(text.substr(2, text.size() - 3)));
      return WithPseudoParameters(text);
    } else if (text.find("${") != std::string_view::npos) {
      FindReferences(text, place.pointer(), references_);
    }
    return value;
  }
  // `#{AWS::Region}` is how one of the framework's plugins writes them.
  static Value WithPseudoParameters(std::string_view text) {
    std::string out(text);
    for (size_t at = out.find("#{AWS::"); at != std::string::npos; at = out.find("#{AWS::", at)) out[at] = '$';
    return Value::String(out);
  }
  // `${opt:stage, ${self:provider.stage}}`
  static bool IsOneVariable(std::string_view text) {
    if (!text.starts_with("${")) return false;
    int depth = 0;
    for (size_t i = 1; i < text.size(); ++i) {
      depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
      if (depth == 0) return i + 1 == text.size();
    }
    return false;
  }
  Value OfFunction(const Value& function, const Place& place) {
    const std::string_view name = function.members()[0].name();
    if (name == "Fn::Sub" || name == "Fn::Join") {
      if (const auto pieces = ComposedText(function, place, references_)) return Value::String(pieces->text());
    }
    references_.incomplete = references_.incomplete || !IsOfResource(function);
    return Placeholder(NameOf(function));
  }
  void AddMembers(const Value& value, const Place& place, ObjectBuilder& object) {
    // What is merged in comes first: the object's own members take its place.
    if (const Value* merged = value.Find("<<")) Merge(*merged, place.Key("<<"), object);
    for (const Member& m : value.members()) {
      const Place at = place.Key(m.name());
      if (m.name() == "<<" || IsNoValue(m.value)) continue;
      if (m.name().find("${") != std::string_view::npos) FindReferences(m.name(), at.pointer(), references_);
      object.Add(m.name(), Run(m.value, at));
    }
  }
  void Merge(const Value& merged, const Place& place, ObjectBuilder& object) {
    for (size_t i = merged.size(); merged.is_array() && i > 0; --i) {
      const Value& one = merged.items()[i - 1];  // the first has precedence
      if (one.is_object()) AddMembers(one, place.Index(i - 1), object);
    }
    if (merged.is_object()) AddMembers(merged, place, object);
  }

  Variables variables_;
  References& references_;
};

}  // namespace

bool IsFunction(const Value& value) {
  if (!value.is_object() || value.size() == 0) return false;
  if (IsMacro(value)) return true;
  const Member& m = value.members()[0];
  return value.size() == 1 && ((m.name() == "Ref" && m.value.is_string()) || m.name().starts_with("Fn::"));
}

std::optional<TextPieces> ComposedText(const Value& value, const Place& place, References& references) {
  const bool makes_text =
      value.is_string() ||
      (IsFunction(value) && (value.Find("Fn::Sub") != nullptr || value.Find("Fn::Join") != nullptr));
  Composer composer(references);
  if (!makes_text || !composer.Add(value, place)) return std::nullopt;
  return composer.Take();
}

Value WithoutFunctions(const Value& definition, const Place& place, Variables variables, References& references) {
  return Replacer(variables, references).Run(definition, place);
}

}  // namespace gait::templates
