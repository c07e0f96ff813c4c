// A Path of the States Language: JSONPath into the input (`$.a`), the context object (`$$.Execution.Id`) or a variable
// (`$name.a`). https://states-language.net/#path
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/lang/jsonpath/json_path.h"
#include "engine/lang/scope.h"

namespace gait {

class Path {
 public:
  enum class Root { kInput, kContext, kVariable };

  // `$`, `$.a`, `$[0]` begin at the input; `$$`, `$$.a` at the context object; `$name`, `$name.a` at a variable, whose
  // name is made of letters, digits, `_` and any characters beyond ASCII, and does not begin with a digit. What follows
  // is JSONPath, in which `$` is what the path begins at.
  static std::variant<Path, JsonPathSyntaxError> Compile(std::string_view text);

  // Misses as JsonPath does, and where there is nothing to begin at.
  std::variant<Value, JsonPathMiss> Evaluate(const Scope& scope) const;

  // What the path applies to in `scope`: the input, the context object, or the variable's value; null if it is not
  // there.
  const Value* RootValue(const Scope& scope) const;

  Root root() const { return root_; }
  const std::string& variable() const { return variable_; }  // of Root::kVariable, without its `$`
  const JsonPath& json_path() const { return json_path_; }   // what applies to the root
  const std::string& text() const { return text_; }          // as it was written
  bool is_reference() const { return json_path_.is_reference(); }

 private:
  Path(Root root, std::string variable, JsonPath json_path, std::string text)
      : root_(root), variable_(std::move(variable)), json_path_(std::move(json_path)), text_(std::move(text)) {}

  Root root_;
  std::string variable_;
  JsonPath json_path_;
  std::string text_;
};

// Does a text that is no path by its place look like one: does it begin with `$.`, `$[` or `$$.`, and is it one?
bool LooksLikePath(std::string_view text);

}  // namespace gait
