#include "engine/lang/jsonata/expression.h"

#include <cmath>
#include <set>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/parser.h"

namespace gait::jsonata {
namespace {

Failure FailureOf(const Error& error, std::string_view text) {
  Failure failure;
  failure.code = error.code();
  failure.message = error.message();
  if (error.position()) failure.position = CountCodePoints(text.substr(0, *error.position()));
  failure.token = error.token();
  failure.value = error.value().is_opaque() ? Value() : error.value();
  return failure;
}

// Without what JSON has not: a function within the result is written as an empty text, an infinity as null.
Value Cleaned(const Value& value) {
  if (value.is_opaque()) return Value::String("");
  if (value.is_double() && !std::isfinite(value.as_double())) return Value::Null();
  if (value.is_array()) {
    ArrayBuilder array(value.size());
    for (const Value& item : value.items()) array.Add(Cleaned(item));
    return array.Build();
  }
  if (value.is_object()) {
    ObjectBuilder object(value.size());
    for (const Member& m : value.members()) object.Add(m.key, Cleaned(m.value));
    return object.Build();
  }
  return value;
}

bool IsJson(const Value& value) {
  if (value.is_opaque() || (value.is_double() && !std::isfinite(value.as_double()))) return false;
  for (const Value& item : value.items()) {
    if (!IsJson(item)) return false;
  }
  for (const Member& m : value.members()) {
    if (!IsJson(m.value)) return false;
  }
  return true;
}

// Walks the tree; `at_top` as long as the context is the one that the expression as a whole has.
class ReferenceFinder {
 public:
  explicit ReferenceFinder(const Names& names) : names_(names) {}

  std::vector<Reference> Find(const Node* root) {
    Visit(root, /*at_top=*/true);
    std::erase_if(found_,
                  [&](const Reference& r) { return r.kind == Reference::Kind::kVariable && bound_.contains(r.name); });
    return std::move(found_);
  }

 private:
  void Visit(const Node* node, bool at_top) {
    if (node == nullptr) return;
    if (node->type == NodeType::kBind) Bind(node->variable);
    if (node->type == NodeType::kLambda) {
      for (const Node* parameter : node->children) Bind(parameter->variable);
    }
    Bind(node->focus);
    Bind(node->index);
    switch (node->type) {
      case NodeType::kName:
        if (at_top) Add(Reference::Kind::kTopLevel, std::string(node->value.as_string()));
        break;
      case NodeType::kWildcard:
      case NodeType::kDescendants:
        if (at_top) Add(Reference::Kind::kTopLevel, node->type == NodeType::kWildcard ? "*" : "**");
        break;
      case NodeType::kVariable: {
        const bool is_data = node->variable == Names::kRoot || (node->variable == Names::kContext && at_top);
        const std::string& name = names_.TextOf(node->variable);
        if (is_data) Add(Reference::Kind::kTopLevel, "$" + name);
        if (!is_data && node->variable != Names::kContext) Add(Reference::Kind::kVariable, name);
        break;
      }
      case NodeType::kPath: {
        const Node* first = node->children[0];
        const bool is_states = first->type == NodeType::kVariable && names_.TextOf(first->variable) == "states";
        if (is_states && node->children.size() > 1 && node->children[1]->type == NodeType::kName) {
          Add(Reference::Kind::kStates, std::string(node->children[1]->value.as_string()));
        }
        for (const Node* step : node->children) Visit(step, at_top && step == first);
        break;
      }
      case NodeType::kTransform:
        for (const Node* part : {node->lhs, node->rhs, node->third}) Visit(part, false);
        break;
      default:
        for (const Node* part : {node->lhs, node->rhs, node->third}) Visit(part, at_top);
        for (const Node* child : node->children) {
          if (node->type != NodeType::kLambda) Visit(child, at_top);
        }
        for (const auto& [key, value] : node->pairs) {
          Visit(key, at_top);
          Visit(value, at_top);
        }
        break;
    }
    for (const SortTerm& term : node->terms) Visit(term.expression, false);
    for (const auto* stages : {&node->stages, &node->predicates}) {
      for (const Stage& stage : *stages) {
        Bind(stage.index_variable);
        Visit(stage.filter, false);
      }
    }
    Visit(node->group, false);
  }

  void Add(Reference::Kind kind, const std::string& name) {
    if (seen_.emplace(kind, name).second) found_.push_back({kind, name});
  }

  void Bind(int variable) {
    if (variable >= 0) bound_.insert(names_.TextOf(variable));
  }

  const Names& names_;
  std::vector<Reference> found_;
  std::set<std::pair<Reference::Kind, std::string>> seen_;
  std::set<std::string, std::less<>> bound_;
};

}  // namespace

std::vector<std::string> FunctionNames(const Options& options) {
  return BuiltinNames(options.step_functions ? Mode::kStates : Mode::kCore);
}

bool IsFunctionName(std::string_view name, const Options& options) {
  return FindBuiltin(name, options.step_functions ? Mode::kStates : Mode::kCore) != nullptr;
}

struct Expression::Compiled {
  std::string text;
  Names names;
  Tree tree;
  Mode mode = Mode::kStates;
};

Expression::Expression(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

std::variant<Expression, Failure> Expression::Compile(std::string_view text, const Options& options) {
  auto compiled = std::make_unique<Compiled>();
  compiled->text = IsUtf8(text) ? std::string(text) : ReplaceInvalidUtf8(text);
  compiled->mode = options.step_functions ? Mode::kStates : Mode::kCore;
  try {
    compiled->tree = ParseExpression(compiled->text, !options.step_functions, compiled->names);
  } catch (const Error& error) {
    return FailureOf(error, compiled->text);
  }
  return Expression(std::move(compiled));
}

std::vector<Reference> Expression::references() const {
  return ReferenceFinder(compiled_->names).Find(compiled_->tree.root);
}

std::variant<Value, Failure> Expression::Evaluate(const Value& input, const Value& variables, const Services& services,
                                                  const Limits& limits) const {
  // What the error holds may be the evaluation's: it is read before that ends.
  std::optional<Failure> failure;
  Value result;
  {
    Evaluation evaluation(compiled_->names, compiled_->mode, services.now, services.random,
                          {limits.time_ms, limits.depth});
    try {
      result = evaluation.Run(compiled_->tree, input, variables);
    } catch (const Error& error) {
      failure = FailureOf(error, compiled_->text);
      if (!IsJson(failure->value)) failure->value = Cleaned(failure->value);
    }
    if (!IsJson(result)) result = result.is_opaque() ? Value() : Cleaned(result);
    result.set_marks(0);
  }
  if (failure) return *std::move(failure);
  return result;
}

}  // namespace gait::jsonata
