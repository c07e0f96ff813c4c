#include "engine/lang/payload_template.h"

#include <variant>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/intrinsic.h"
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

  std::variant<Value, Path, IntrinsicCall, Array, Object> content;
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
  std::vector<TemplateError>& errors;

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
        errors.push_back({TemplateError::Kind::kDuplicateField, place.Key(name), place,
                          "The fields '" + std::string(key) + "' and '" + std::string(name) + "' set the same field",
                          "remove one of them"});
      }
      object.fields.push_back({Value::String(key), std::string(name),
                               dynamic ? CompileExpression(name, m.value, place) : Compile(m.value, place.Key(name))});
      constant = constant && !dynamic && object.fields.back().value->constant() != nullptr;
    }
    if (constant) return Constant(json, place);
    return std::make_shared<Node>(Node{std::move(object), place});
  }

  std::shared_ptr<const Node> CompileExpression(std::string_view name, const Value& json, const Place& holder) {
    const Place place = holder.Key(name);
    std::string hint = "give a path such as $.field, or a call such as States.Format('{}', $.field)";
    if (json.is_string()) {
      const std::string_view text = json.as_string();
      if (LooksLikeIntrinsic(text)) {
        auto call = IntrinsicCall::Compile(text);
        if (auto* compiled = std::get_if<IntrinsicCall>(&call)) {
          return std::make_shared<Node>(Node{std::move(*compiled), place});
        }
        hint = std::get<IntrinsicSyntaxError>(call).message;
      } else {
        auto path = Path::Compile(text);
        if (auto* compiled = std::get_if<Path>(&path)) return std::make_shared<Node>(Node{std::move(*compiled), place});
        hint = std::get<JsonPathSyntaxError>(path).message;
      }
    }
    errors.push_back({TemplateError::Kind::kNeitherPathNorCall, place, holder,
                      "The value for the field '" + std::string(name) +
                          "' must be a valid JSONPath or a valid intrinsic function call",
                      std::move(hint)});
    return Constant(Value::Null(), place);
  }
};

struct TemplateEvaluator {
  using Node = PayloadTemplate::Node;
  const Scope& scope;

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

PayloadTemplate PayloadTemplate::CompileJsonPath(const Value& json, const Place& place,
                                                 std::vector<TemplateError>& errors) {
  return PayloadTemplate(TemplateCompiler{errors}.Compile(json, place));
}

Result<Value> PayloadTemplate::Evaluate(const Scope& scope) const {
  return TemplateEvaluator{scope}.Evaluate(*root_, "");
}

const Value* PayloadTemplate::constant() const { return root_->constant(); }

std::vector<std::pair<std::string, Place>> PayloadTemplate::variables() const {
  std::vector<std::pair<std::string, Place>> found;
  std::vector<const Node*> rest = {root_.get()};
  while (!rest.empty()) {
    const Node* node = rest.back();
    rest.pop_back();
    if (const auto* path = std::get_if<Path>(&node->content)) {
      if (path->root() == Path::Root::kVariable) found.emplace_back(path->variable(), node->place);
    } else if (const auto* call = std::get_if<IntrinsicCall>(&node->content)) {
      for (const std::string& name : call->variables()) found.emplace_back(name, node->place);
    } else if (const auto* array = std::get_if<Node::Array>(&node->content)) {
      for (const auto& item : array->items) rest.push_back(item.get());
    } else if (const auto* object = std::get_if<Node::Object>(&node->content)) {
      for (const Node::Field& f : object->fields) rest.push_back(f.value.get());
    }
  }
  return found;
}

}  // namespace gait
