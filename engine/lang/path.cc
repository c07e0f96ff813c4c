#include "engine/lang/path.h"

namespace gait {

namespace {

bool IsNameStart(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool IsNamePart(char c) { return IsNameStart(c) || ('0' <= c && c <= '9'); }

// How much of `text` says where the path begins: `$`, `$$` or `$name`.
size_t RootSize(std::string_view text) {
  if (text.substr(1).starts_with('$')) return 2;
  size_t size = 1;
  if (size < text.size() && IsNameStart(text[size])) {
    while (size < text.size() && IsNamePart(text[size])) ++size;
  }
  return size;
}

}  // namespace

std::variant<Path, JsonPathSyntaxError> Path::Compile(std::string_view text) {
  if (!text.starts_with('$')) return JsonPathSyntaxError{"A path begins with $", 0};
  const std::string_view prefix = text.substr(0, RootSize(text));
  const std::string_view variable = prefix == "$$" ? "" : prefix.substr(1);
  const Root root = prefix == "$" ? Root::kInput : prefix == "$$" ? Root::kContext : Root::kVariable;

  auto json_path = JsonPath::Compile("$" + std::string(text.substr(prefix.size())));
  if (auto* error = std::get_if<JsonPathSyntaxError>(&json_path)) {
    if (error->offset > 0) error->offset += prefix.size() - 1;
    return std::move(*error);
  }
  return Path(root, std::string(variable), std::move(std::get<JsonPath>(json_path)), std::string(text));
}

bool LooksLikePath(std::string_view text) {
  const bool begins = text.starts_with("$.") || text.starts_with("$[") || text.starts_with("$$.");
  return begins && std::holds_alternative<Path>(Path::Compile(text));
}

const Value* Path::RootValue(const Scope& scope) const {
  switch (root_) {
    case Root::kInput: return scope.input;
    case Root::kContext: return scope.context == nullptr ? nullptr : &scope.context->AsValue();
    case Root::kVariable: return scope.variables == nullptr ? nullptr : scope.variables->Find(variable_);
  }
  return nullptr;
}

std::variant<Value, JsonPathMiss> Path::Evaluate(const Scope& scope) const {
  if (const Value* root = RootValue(scope)) return json_path_.Evaluate(*root);
  return JsonPathMiss{JsonPathMiss::Kind::kNotFound, root_ == Root::kVariable ? "There is no variable $" + variable_
                                                                              : "There is no context object here"};
}

}  // namespace gait
