// A payload template: JSON in which a field whose name ends in `.$` takes its value from a Path or an intrinsic call,
// or, in a JSONata state, in which every text `{% ... %}` stands for the value of an expression.
// https://states-language.net/#payload-template
//
// Compiled once: what is constant in it is one shared Value, so evaluating a template costs what varies in it. A
// compiled template is immutable and may be shared between threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/json/pointer.h"
#include "engine/json/value.h"
#include "engine/lang/scope.h"

namespace gait {

// What is wrong with a template, and where.
struct TemplateError {
  enum class Kind {
    kNeitherPathNorCall,
    kDuplicateField,
    kNotAnExpression,
    kSyntax,
    kTopLevel,
    kUnsupported,
    kBadCall
  };
  Kind kind;
  Place place;          // of the field in the definition
  Place holder;         // of the object that it stands in: what AWS names
  std::string message;  // AWS's sentence
  std::string hint;     // what exactly is wrong with the path or the call
};

// A variable of the States Language that a field reads.
struct VariableRead {
  std::string name;  // without its `$`
  Place place;       // of the field in the definition
};

// A field whose text is a path or a call, and whose name does not end in `.$`: it is taken as it is.
struct StaticText {
  Place place;
  std::string name;
  bool has_sibling;  // there is a field of the name with `.$` as well
};

// What compiling a template tells, besides the template.
struct TemplateFindings {
  std::vector<TemplateError> errors;
  std::vector<StaticText> static_texts;
  std::vector<VariableRead> reads;
};

// What $states has for the expressions of a field, besides input and context.
struct StatesView {
  bool result = false;
  bool error_output = false;
};

// Does a text of a JSONata state mean to be an expression? It is one if it begins with {% and ends with %}, and an
// error if it does one of the two.
inline bool LooksLikeJsonata(std::string_view text) { return text.starts_with("{%") || text.ends_with("%}"); }

struct TemplateCompiler;
struct JsonataTemplateCompiler;
struct TemplateEvaluator;

class PayloadTemplate {
 public:
  // Reports what is wrong to `findings`, all of it, and then gives a template that must not be evaluated. `place` is
  // that of `json` in the definition.
  static PayloadTemplate CompileJsonPath(const Value& json, const Place& place, TemplateFindings& findings);

  // `field` is the name that causes and locations begin with: "Output".
  static PayloadTemplate CompileJsonata(const Value& json, const Place& place, std::string_view field, StatesView view,
                                        TemplateFindings& findings);

  Result<Value> Evaluate(const Scope& scope) const;
  // The same; if it is one expression, its value must be of the type, by JSONata's name: "array".
  Result<Value> EvaluateAs(std::string_view type, const Scope& scope) const;

 private:
  friend struct TemplateCompiler;
  friend struct JsonataTemplateCompiler;
  friend struct TemplateEvaluator;
  struct Node;
  explicit PayloadTemplate(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const Node> root_;
};

}  // namespace gait
