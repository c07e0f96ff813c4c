#include "engine/lang/payload_template.h"

#include <variant>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/intrinsic.h"
#include "engine/lang/jsonata/expression.h"
#include "engine/lang/path.h"

namespace gait {

// A constant, an expression, or a container with an expression somewhere below it.
struct PayloadTemplate::Node {
  struct Array {
    std::vector<std::shared_ptr<const Node>> items;
  };
  struct Field {
    Value key;         // without `.$`
    std::string name;  // as it was written, for causes
    std::shared_ptr<const Node> value;
  };
  struct Object {
    std::vector<Field> fields;
  };

  struct Jsonata {
    std::shared_ptr<const jsonata::Expression> expression;
    std::string text;      // without {% %}
    std::string location;  // "Output/total"
    bool needs_context;    // it may look at $states.context
  };

  std::variant<Value, Path, IntrinsicCall, Jsonata, Array, Object> content;
  Place place;

  const Value* constant() const { return std::get_if<Value>(&content); }
};

namespace {

constexpr std::string_view kSuffix = ".$";

WorkflowError PathMissed(const Path& path, std::string_view field, const Scope& scope) {
  if (path.root() == Path::Root::kVariable) {
    return {std::string(error_names::kRuntime), CauseText(Cause::kVariableNotFound, {path.text(), field})};
  }
  const Value* root = path.RootValue(scope);
  const std::string input = root == nullptr ? std::string() : ToJson(*root);
  return {std::string(error_names::kRuntime), CauseText(Cause::kPathNotInInput, {path.text(), field, input})};
}

}  // namespace

struct TemplateCompiler {
  using Node = PayloadTemplate::Node;
  TemplateFindings& findings;

  std::shared_ptr<const Node> Constant(Value value, const Place& place) {
    return std::make_shared<Node>(Node{std::move(value), place});
  }

  std::shared_ptr<const Node> Compile(const Value& json, const Place& place) {
    if (json.is_array()) return CompileArray(json, place);
    if (json.is_object()) return CompileObject(json, place);
    return Constant(json, place);
  }

  std::shared_ptr<const Node> CompileArray(const Value& json, const Place& place) {
    Node::Array array;
    bool constant = true;
    for (size_t i = 0; i < json.size(); ++i) {
      array.items.push_back(Compile(json.items()[i], place.Index(i)));
      constant = constant && array.items.back()->constant() != nullptr;
    }
    if (constant) return Constant(json, place);
    return std::make_shared<Node>(Node{std::move(array), place});
  }

  std::shared_ptr<const Node> CompileObject(const Value& json, const Place& place) {
    Node::Object object;
    bool constant = true;
    for (const Member& m : json.members()) {
      const std::string_view name = m.name();
      const bool dynamic = name.ends_with(kSuffix);
      const std::string_view key = dynamic ? name.substr(0, name.size() - kSuffix.size()) : name;
      if (dynamic && json.Find(key) != nullptr) {
        findings.errors.push_back(
            {TemplateError::Kind::kDuplicateField, place.Key(name), place,
             "The fields '" + std::string(key) + "' and '" + std::string(name) + "' set the same field",
             "remove one of them"});
      }
      if (!dynamic && m.value.is_string() && LooksDynamic(m.value.as_string())) {
        findings.static_texts.push_back(
            {place.Key(name), std::string(name), json.Find(std::string(name) + ".$") != nullptr});
      }
      object.fields.push_back({Value::String(key), std::string(name),
                               dynamic ? CompileExpression(name, m.value, place) : Compile(m.value, place.Key(name))});
      constant = constant && !dynamic && object.fields.back().value->constant() != nullptr;
    }
    if (constant) return Constant(json, place);
    return std::make_shared<Node>(Node{std::move(object), place});
  }

  static bool LooksDynamic(std::string_view text) {
    if (!LooksLikeIntrinsic(text)) return LooksLikePath(text);
    return std::holds_alternative<IntrinsicCall>(IntrinsicCall::Compile(text));
  }

  std::shared_ptr<const Node> CompileExpression(std::string_view name, const Value& json, const Place& holder) {
    const Place place = holder.Key(name);
    auto kind = TemplateError::Kind::kNeitherPathNorCall;
    std::string hint = "give a path such as $.field, or a call such as States.Format('{}', $.field)";
    if (json.is_string()) {
      const std::string_view text = json.as_string();
      if (LooksLikeIntrinsic(text)) {
        auto call = IntrinsicCall::Compile(text);
        if (auto* compiled = std::get_if<IntrinsicCall>(&call)) {
          for (const std::string& name : compiled->variables()) findings.reads.push_back({name, place});
          return std::make_shared<Node>(Node{std::move(*compiled), place});
        }
        hint = std::get<IntrinsicSyntaxError>(call).message;
        kind = TemplateError::Kind::kBadCall;
      } else {
        auto path = Path::Compile(text);
        if (auto* compiled = std::get_if<Path>(&path)) {
          if (compiled->root() == Path::Root::kVariable) findings.reads.push_back({compiled->variable(), place});
          return std::make_shared<Node>(Node{std::move(*compiled), place});
        }
        hint = std::get<JsonPathSyntaxError>(path).message;
      }
    }
    findings.errors.push_back({kind, place, holder,
                               "The value for the field '" + std::string(name) +
                                   "' must be a valid JSONPath or a valid intrinsic function call",
                               std::move(hint)});
    return Constant(Value::Null(), place);
  }
};

// What the service says of an expression that does not parse: the reference's sentence, where it was measured.
std::string AwsMessage(const jsonata::Failure& failure) {
  struct Row {
    std::string_view code, before, between, after;
  };
  constexpr Row kRows[] = {
      {"S0101", "String literal must be terminated by a matching quote", "", ""},
      {"S0202", "Expected ", ", got ", ""},
      {"S0203", "Expected ", "", " before end of expression"},
      {"S0207", "Unexpected end of expression", "", ""},
      {"S0301", "Empty regular expressions are not allowed", "", ""},
      {"S0302", "No terminating / in regular expression", "", ""},
  };
  for (const Row& row : kRows) {
    if (row.code != failure.code) continue;
    std::string text(row.before);
    if (!row.between.empty() || !row.after.empty()) text += ToJson(failure.value);
    if (!row.between.empty()) text.append(row.between).append(ToJson(Value::String(failure.token.value_or(""))));
    return text.append(row.after);
  }
  return failure.message;
}

struct JsonataTemplateCompiler {
  using Node = PayloadTemplate::Node;
  TemplateFindings& findings;
  const StatesView view;

  std::shared_ptr<const Node> Compile(const Value& json, const Place& place, const std::string& location) {
    const auto constant = [&] { return std::make_shared<Node>(Node{json, place}); };
    bool varies = false;
    if (json.is_string()) return CompileText(json, place, location);
    if (json.is_array()) {
      Node::Array array;
      for (size_t i = 0; i < json.size(); ++i) {
        array.items.push_back(Compile(json.items()[i], place.Index(i), location + "[" + std::to_string(i) + "]"));
        varies |= array.items.back()->constant() == nullptr;
      }
      return varies ? std::make_shared<Node>(Node{std::move(array), place}) : constant();
    }
    Node::Object object;
    for (const Member& m : json.members()) {
      const std::string name(m.name());
      object.fields.push_back({m.key, name, Compile(m.value, place.Key(name), location + "/" + name)});
      varies |= object.fields.back().value->constant() == nullptr;
    }
    return varies ? std::make_shared<Node>(Node{std::move(object), place}) : constant();
  }

  std::shared_ptr<const Node> CompileText(const Value& json, const Place& place, const std::string& location) {
    std::string_view text = json.as_string();
    const bool opens = text.starts_with("{%"), closes = text.ends_with("%}") && (text.size() >= 4 || !opens);
    if (opens != closes) {
      findings.errors.push_back({TemplateError::Kind::kNotAnExpression, place, place,
                                 "JSONata string must start with {% and end with %}",
                                 "an expression is a text that begins with {% and ends with %}"});
    }
    if (!opens || !closes) return std::make_shared<Node>(Node{json, place});
    text = text.substr(2, text.size() - 4);
    while (!text.empty() && kBlanks.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
    while (!text.empty() && kBlanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
    auto compiled = jsonata::Expression::Compile(text);
    if (const auto* failure = std::get_if<jsonata::Failure>(&compiled)) {
      const std::string at = failure->position ? " at character " + std::to_string(*failure->position + 1) : "";
      findings.errors.push_back({TemplateError::Kind::kSyntax, place, place, AwsMessage(*failure),
                                 failure->code + at + " of the expression"});
      return std::make_shared<Node>(Node{json, place});
    }
    CheckReferences(std::get<jsonata::Expression>(compiled), place);
    Node::Jsonata expression{std::make_shared<jsonata::Expression>(std::move(std::get<jsonata::Expression>(compiled))),
                             std::string(text), location, MaySeeContext(text)};
    return std::make_shared<Node>(Node{std::move(expression), place});
  }

  // Does it name the context, or $states as a whole?
  static bool MaySeeContext(std::string_view text) {
    constexpr std::string_view kStates = "$states";
    for (size_t at = 0; (at = text.find(kStates, at)) != std::string_view::npos;) {
      at += kStates.size();
      if (at == text.size() || text[at] != '.') return true;
    }
    return text.find("context") != std::string_view::npos;
  }

  void CheckReferences(const jsonata::Expression& expression, const Place& place) {
    using Kind = jsonata::Reference::Kind;
    for (const jsonata::Reference& r : expression.references()) {
      if (r.kind == Kind::kTopLevel) {
        findings.errors.push_back({r.name == "$$" ? TemplateError::Kind::kUnsupported : TemplateError::Kind::kTopLevel,
                                   place, place,
                                   r.name == "$$" ? "Reference to '$$' is not supported."
                                                  : "Reference to '" + r.name + "' at the top level is not supported.",
                                   "read the state's input as $states.input, a variable as $name"});
      }
      const bool unseen = r.kind == Kind::kStates && !IsSeen(r.name);
      if (unseen || (r.kind == Kind::kVariable && r.name == "eval")) {
        findings.errors.push_back(
            {TemplateError::Kind::kUnsupported, place, place,
             unseen ? "Field '$states." + r.name + "' does not exist." : "'$eval' is not supported",
             unseen ? "here $states has " + Members() : ""});
      } else if (r.kind == Kind::kVariable && r.name != "states" && !jsonata::IsFunctionName(r.name)) {
        findings.reads.push_back({r.name, place});
      }
    }
  }

  bool IsSeen(std::string_view member) const {
    return member == "input" || member == "context" || (member == "result" && view.result) ||
           (member == "errorOutput" && view.error_output);
  }

  std::string Members() const {
    return std::string("input, context") + (view.result ? ", result" : "") + (view.error_output ? ", errorOutput" : "");
  }

  static constexpr std::string_view kBlanks = " \t\r\n";
};

struct TemplateEvaluator {
  using Node = PayloadTemplate::Node;
  const Scope& scope;
  Value names = {};  // what JSONata's variables stand for; made when the first expression asks
  bool has_context = false;

  // The variables in reach, the innermost of each name, and $states.
  const Value& Names(bool with_context) {
    if (!names.is_undefined() && (has_context || !with_context)) return names;
    ObjectBuilder states;
    states.Add("input", *scope.input);
    if (scope.result != nullptr) states.Add("result", *scope.result);
    if (scope.error_output != nullptr) states.Add("errorOutput", *scope.error_output);
    if (with_context && scope.context != nullptr) states.Add("context", scope.context->AsValue());
    has_context = with_context;
    ObjectBuilder all;
    all.Add("states", states.Build());
    std::vector<const VariableScope*> inner_last;
    for (const VariableScope* s = scope.variables; s != nullptr; s = s->outer) inner_last.push_back(s);
    for (auto s = inner_last.rbegin(); s != inner_last.rend(); ++s) {
      for (const Member& m : (*s)->own.members()) all.Add(m.key, m.value);
    }
    names = all.Build();
    return names;
  }

  Result<Value> Evaluate(const Node::Jsonata& jsonata) {
    const auto fail = [&](Cause cause, std::initializer_list<std::string_view> arguments) {
      return WorkflowError{std::string(error_names::kQueryEvaluationError), CauseText(cause, arguments),
                           jsonata.location};
    };
    auto result = jsonata.expression->Evaluate({}, Names(jsonata.needs_context), {scope.now, *scope.random});
    if (const auto* failure = std::get_if<jsonata::Failure>(&result)) {
      return fail(Cause::kJsonataFailed, {jsonata.text, jsonata.location, failure->code + ": " + failure->message});
    }
    Value& value = std::get<Value>(result);
    if (value.is_undefined()) return fail(Cause::kJsonataUndefined, {jsonata.text, jsonata.location});
    return std::move(value);
  }

  Result<Value> Evaluate(const Node& node, std::string_view field) {
    struct Visitor {
      TemplateEvaluator& self;
      std::string_view field;

      Result<Value> operator()(const Value& value) { return value; }
      Result<Value> operator()(const Path& path) {
        auto result = path.Evaluate(self.scope);
        if (auto* value = std::get_if<Value>(&result)) return std::move(*value);
        return PathMissed(path, field, self.scope);
      }
      Result<Value> operator()(const IntrinsicCall& call) { return call.Evaluate(self.scope, field); }
      Result<Value> operator()(const Node::Jsonata& jsonata) { return self.Evaluate(jsonata); }
      Result<Value> operator()(const Node::Array& array) {
        ArrayBuilder builder(array.items.size());
        for (const auto& item : array.items) {
          Result<Value> value = self.Evaluate(*item, field);
          if (!value) return value;
          builder.Add(std::move(value).value());
        }
        return builder.Build();
      }
      Result<Value> operator()(const Node::Object& object) {
        ObjectBuilder builder(object.fields.size());
        for (const Node::Field& f : object.fields) {
          Result<Value> value = self.Evaluate(*f.value, f.name);
          if (!value) return value;
          builder.Add(f.key, std::move(value).value());
        }
        return builder.Build();
      }
    };
    return std::visit(Visitor{*this, field}, node.content);
  }
};

PayloadTemplate PayloadTemplate::CompileJsonPath(const Value& json, const Place& place, TemplateFindings& findings) {
  return PayloadTemplate(TemplateCompiler{findings}.Compile(json, place));
}

PayloadTemplate PayloadTemplate::CompileJsonata(const Value& json, const Place& place, std::string_view field,
                                                StatesView view, TemplateFindings& findings) {
  return PayloadTemplate(JsonataTemplateCompiler{findings, view}.Compile(json, place, std::string(field)));
}

Result<Value> PayloadTemplate::EvaluateAs(std::string_view type, const Scope& scope) const {
  Result<Value> value = Evaluate(scope);
  const auto* jsonata = std::get_if<Node::Jsonata>(&root_->content);
  if (!value || jsonata == nullptr) return value;
  constexpr std::string_view kTypes[] = {"undefined", "null",  "boolean", "number",
                                         "string",    "array", "object",  "function"};
  const std::string_view actual = kTypes[static_cast<size_t>(value->type())];
  if (actual == type) return value;
  return WorkflowError{std::string(error_names::kQueryEvaluationError),
                       CauseText(Cause::kJsonataType, {jsonata->text, jsonata->location, type, actual, ToJson(*value)}),
                       jsonata->location};
}

Result<Value> PayloadTemplate::Evaluate(const Scope& scope) const {
  return TemplateEvaluator{scope}.Evaluate(*root_, "");
}

}  // namespace gait
