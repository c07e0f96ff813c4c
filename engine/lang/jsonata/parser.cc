#include "engine/lang/jsonata/parser.h"

#include <optional>

#include "engine/json/write.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/lexer.h"
#include "engine/lang/jsonata/resolve.h"
#include "engine/lang/jsonata/stack_guard.h"

namespace gait::jsonata {
namespace {

// How strongly a symbol binds the operand on its left; 0 for those that are no infix operators.
int BindingOf(Symbol symbol) {
  switch (symbol) {
    case Symbol::kOpenBracket:
    case Symbol::kOpenParenthesis:
    case Symbol::kAt:
    case Symbol::kHash: return 80;
    case Symbol::kDot: return 75;
    case Symbol::kOpenBrace: return 70;
    case Symbol::kStar:
    case Symbol::kSlash:
    case Symbol::kPercent: return 60;
    case Symbol::kPlus:
    case Symbol::kMinus:
    case Symbol::kAmpersand: return 50;
    case Symbol::kEqual:
    case Symbol::kLess:
    case Symbol::kGreater:
    case Symbol::kCaret:
    case Symbol::kNotEqual:
    case Symbol::kLessEqual:
    case Symbol::kGreaterEqual:
    case Symbol::kTildeGreater:
    case Symbol::kElvis:
    case Symbol::kCoalesce:
    case Symbol::kIn: return 40;
    case Symbol::kAnd: return 30;
    case Symbol::kOr: return 25;
    case Symbol::kQuestion: return 20;
    case Symbol::kAssign: return 10;
    default: return 0;
  }
}

std::optional<Operator> OperatorOf(Symbol symbol) {
  switch (symbol) {
    case Symbol::kPlus: return Operator::kAdd;
    case Symbol::kMinus: return Operator::kSubtract;
    case Symbol::kStar: return Operator::kMultiply;
    case Symbol::kSlash: return Operator::kDivide;
    case Symbol::kPercent: return Operator::kModulo;
    case Symbol::kEqual: return Operator::kEqual;
    case Symbol::kNotEqual: return Operator::kNotEqual;
    case Symbol::kLess: return Operator::kLess;
    case Symbol::kLessEqual: return Operator::kLessEqual;
    case Symbol::kGreater: return Operator::kGreater;
    case Symbol::kGreaterEqual: return Operator::kGreaterEqual;
    case Symbol::kIn: return Operator::kIn;
    case Symbol::kAmpersand: return Operator::kConcatenate;
    case Symbol::kAnd: return Operator::kAnd;
    case Symbol::kOr: return Operator::kOr;
    default: return std::nullopt;
  }
}

std::string TextOf(const Token& token) {
  switch (token.type) {
    case Token::Type::kEnd: return "(end)";
    case Token::Type::kSymbol: return std::string(jsonata::TextOf(token.symbol));
    case Token::Type::kLiteral:
      return token.value.is_string() ? std::string(token.value.as_string()) : ToJson(token.value);
    case Token::Type::kRegex: return "/";
    case Token::Type::kName:
    case Token::Type::kVariable: return token.text;
  }
  return "";
}

// Operator precedence: each token knows what it means at the beginning of an expression and behind an operand.
class Parser {
 public:
  Parser(std::string_view source, bool has_defaults, Tree& tree, Names& names)
      : lexer_(source, has_defaults), tree_(tree), names_(names) {}

  Node* Parse() {
    Advance(/*after_operand=*/false);
    Node* parsed = Expression(0);
    if (token_.type != Token::Type::kEnd) Fail("S0201", token_);
    return parsed;
  }

 private:
  // As deep as the tree may get: everything that walks it recurses.
  static constexpr int kDepthMax = 500;

  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kDepthMax) parser_.Fail("U1001", parser_.token_);
    }
    ~Deeper() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  [[noreturn]] void Fail(const char* code, const Token& token, Value value = {}) {
    Error error(code);
    error.SetPosition(token.position);
    error.SetToken(TextOf(token));
    throw std::move(error).With(std::move(value));
  }

  void Advance(bool after_operand) { token_ = lexer_.Next(after_operand); }

  void Expect(Symbol symbol, bool after_operand = false) {
    if (!token_.is(symbol)) {
      Fail(token_.type == Token::Type::kEnd ? "S0203" : "S0202", token_, Value::String(jsonata::TextOf(symbol)));
    }
    Advance(after_operand);
  }

  Node* Make(NodeType type, const Token& token) { return tree_.Make(type, token.position); }

  Node* Expression(int binding) {
    const Deeper deeper(*this);
    Token token = std::move(token_);
    Advance(/*after_operand=*/true);
    Node* left = Prefix(token);
    while (token_.type == Token::Type::kSymbol && binding < BindingOf(token_.symbol)) {
      token = std::move(token_);
      Advance(/*after_operand=*/false);
      left = Infix(token, left);
      if (++length_ > kLengthMax) Fail("U1001", token_);
    }
    return left;
  }

  Node* Prefix(const Token& token) {
    switch (token.type) {
      case Token::Type::kEnd: return Make(NodeType::kEnd, token);
      case Token::Type::kLiteral: {
        Node* node = Make(NodeType::kLiteral, token);
        node->value = token.value;
        return node;
      }
      case Token::Type::kRegex: {
        Node* node = Make(NodeType::kRegex, token);
        node->regex = token.regex;
        return node;
      }
      case Token::Type::kName: return Name(token, token.text);
      case Token::Type::kVariable: {
        Node* node = Make(NodeType::kVariable, token);
        node->variable = names_.IdOf(token.text);
        return node;
      }
      case Token::Type::kSymbol: break;
    }
    switch (token.symbol) {
      case Symbol::kAnd:
      case Symbol::kOr:
      case Symbol::kIn: return Name(token, jsonata::TextOf(token.symbol));  // the words may name fields as well
      case Symbol::kMinus: {
        Node* node = Make(NodeType::kNegate, token);
        node->lhs = Expression(70);
        return node;
      }
      case Symbol::kStar: return Make(NodeType::kWildcard, token);
      case Symbol::kStarStar: return Make(NodeType::kDescendants, token);
      case Symbol::kPercent: return Make(NodeType::kParent, token);
      case Symbol::kOpenParenthesis: return Block(token);
      case Symbol::kOpenBracket: return ArrayConstructor(token);
      case Symbol::kOpenBrace: {
        Node* node = Make(NodeType::kObject, token);
        Pairs(node);
        return node;
      }
      case Symbol::kBar: return Transform(token);
      default: Fail("S0211", token);
    }
  }

  Node* Name(const Token& token, std::string_view name) {
    Node* node = Make(NodeType::kName, token);
    node->value = Value::String(name);
    return node;
  }

  Node* Infix(const Token& token, Node* left) {
    if (const auto op = OperatorOf(token.symbol)) {
      Node* node = Make(NodeType::kBinary, token);
      node->op = *op;
      node->lhs = left;
      node->rhs = Expression(BindingOf(token.symbol));
      return node;
    }
    switch (token.symbol) {
      case Symbol::kDot: return Pair(NodeType::kDot, token, left);
      case Symbol::kTildeGreater: return Pair(NodeType::kApply, token, left);
      case Symbol::kOpenParenthesis: return Call(token, left);
      case Symbol::kOpenBracket: return Filter(token, left);
      case Symbol::kOpenBrace: {
        Node* node = Make(NodeType::kGroupBy, token);
        node->lhs = left;
        Pairs(node);
        return node;
      }
      case Symbol::kCaret: return OrderBy(token, left);
      case Symbol::kAssign: {
        if (left->type != NodeType::kVariable) FailAt("S0212", left);
        Node* node = Make(NodeType::kBind, token);
        node->variable = left->variable;
        node->rhs = Expression(BindingOf(Symbol::kAssign) - 1);
        return node;
      }
      case Symbol::kAt: return Binding(NodeType::kFocusBind, token, left);
      case Symbol::kHash: return Binding(NodeType::kIndexBind, token, left);
      case Symbol::kQuestion: {
        Node* node = Make(NodeType::kCondition, token);
        node->lhs = left;
        node->rhs = Expression(0);
        if (token_.is(Symbol::kColon)) {
          Advance(/*after_operand=*/false);
          node->third = Expression(0);
        }
        return node;
      }
      case Symbol::kElvis:
      case Symbol::kCoalesce: return Default(token, left);
      default: Fail("S0201", token);
    }
  }

  Node* Pair(NodeType type, const Token& token, Node* left) {
    Node* node = Make(type, token);
    node->lhs = left;
    node->rhs = Expression(BindingOf(token.symbol));
    return node;
  }

  // `a ?: b` is `a ? a : b`; `a ?? b` is `$exists(a) ? a : b`.
  Node* Default(const Token& token, Node* left) {
    Node* node = Make(NodeType::kCondition, token);
    node->lhs = Copy(left);
    if (token.symbol == Symbol::kCoalesce) {
      Node* call = Make(NodeType::kCall, token);
      call->lhs = Make(NodeType::kVariable, token);
      call->lhs->variable = names_.IdOf("exists");
      call->children = {node->lhs};
      node->lhs = call;
    }
    node->rhs = left;
    node->third = Expression(0);
    return node;
  }

  // Resolve changes nodes in place, so what stands in two places is there twice.
  Node* Copy(const Node* node) {
    if (node == nullptr) return nullptr;
    guard_.Check();
    if (tree_.count > kLengthMax) Fail("U1001", token_);
    Node* copy = tree_.Make(node->type, node->position);
    *copy = *node;
    for (Node** child : {&copy->lhs, &copy->rhs, &copy->third}) *child = Copy(*child);
    for (Node*& child : copy->children) child = Copy(child);
    for (auto& [key, value] : copy->pairs) {
      key = Copy(key);
      value = Copy(value);
    }
    for (SortTerm& term : copy->terms) term.expression = Copy(term.expression);
    return copy;
  }

  Node* Block(const Token& token) {
    Node* node = Make(NodeType::kBlock, token);
    while (!token_.is(Symbol::kCloseParenthesis)) {
      node->children.push_back(Expression(0));
      if (!token_.is(Symbol::kSemicolon)) break;
      Advance(/*after_operand=*/false);
    }
    Expect(Symbol::kCloseParenthesis, /*after_operand=*/true);
    return node;
  }

  Node* ArrayConstructor(const Token& token) {
    Node* node = Make(NodeType::kArray, token);
    if (!token_.is(Symbol::kCloseBracket)) {
      for (;;) {
        Node* item = Expression(0);
        if (token_.is(Symbol::kDotDot)) {
          Node* range = Make(NodeType::kBinary, token_);
          Advance(/*after_operand=*/false);
          range->op = Operator::kRange;
          range->lhs = item;
          range->rhs = Expression(0);
          item = range;
        }
        node->children.push_back(item);
        if (!token_.is(Symbol::kComma)) break;
        Advance(/*after_operand=*/false);
      }
    }
    Expect(Symbol::kCloseBracket, /*after_operand=*/true);
    return node;
  }

  void Pairs(Node* node) {
    if (!token_.is(Symbol::kCloseBrace)) {
      for (;;) {
        Node* key = Expression(0);
        Expect(Symbol::kColon);
        node->pairs.emplace_back(key, Expression(0));
        if (!token_.is(Symbol::kComma)) break;
        Advance(/*after_operand=*/false);
      }
    }
    Expect(Symbol::kCloseBrace, /*after_operand=*/true);
  }

  Node* Transform(const Token& token) {
    Node* node = Make(NodeType::kTransform, token);
    node->lhs = Expression(0);
    Expect(Symbol::kBar);
    node->rhs = Expression(0);
    if (token_.is(Symbol::kComma)) {
      Advance(/*after_operand=*/false);
      node->third = Expression(0);
    }
    Expect(Symbol::kBar);
    return node;
  }

  Node* Filter(const Token& token, Node* left) {
    if (token_.is(Symbol::kCloseBracket)) {  // `[]`: an array, also of one
      Node* step = left;
      while (step->type == NodeType::kFilter) step = step->lhs;
      step->keep_array = true;
      Advance(/*after_operand=*/false);
      return left;
    }
    Node* node = Make(NodeType::kFilter, token);
    node->lhs = left;
    node->rhs = Expression(0);
    Expect(Symbol::kCloseBracket, /*after_operand=*/true);
    return node;
  }

  Node* OrderBy(const Token& token, Node* left) {
    Node* node = Make(NodeType::kOrderBy, token);
    node->lhs = left;
    Expect(Symbol::kOpenParenthesis);
    for (;;) {
      SortTerm term;
      if (token_.is(Symbol::kLess) || token_.is(Symbol::kGreater)) {
        term.descending = token_.is(Symbol::kGreater);
        Advance(/*after_operand=*/false);
      }
      term.expression = Expression(0);
      node->terms.push_back(term);
      if (!token_.is(Symbol::kComma)) break;
      Advance(/*after_operand=*/false);
    }
    Expect(Symbol::kCloseParenthesis);
    return node;
  }

  Node* Binding(NodeType type, const Token& token, Node* left) {
    Node* node = Make(type, token);
    node->lhs = left;
    const Node* variable = Expression(BindingOf(token.symbol));
    if (variable->type != NodeType::kVariable) {
      Error error("S0214");
      error.SetPosition(variable->position);
      error.SetToken(jsonata::TextOf(token.symbol));
      throw error;
    }
    node->variable = variable->variable;
    return node;
  }

  Node* Call(const Token& token, Node* left) {
    Node* node = Make(NodeType::kCall, token);
    node->lhs = left;
    if (!token_.is(Symbol::kCloseParenthesis)) {
      for (;;) {
        if (token_.is(Symbol::kQuestion)) {
          node->type = NodeType::kPartial;
          node->children.push_back(Make(NodeType::kPlaceholder, token_));
          Advance(/*after_operand=*/false);
        } else {
          node->children.push_back(Expression(0));
        }
        if (!token_.is(Symbol::kComma)) break;
        Advance(/*after_operand=*/false);
      }
    }
    Expect(Symbol::kCloseParenthesis, /*after_operand=*/true);
    const bool is_lambda =
        left->type == NodeType::kName && (left->value.as_string() == "function" || left->value.as_string() == "\u03BB");
    return is_lambda ? Lambda(node) : node;
  }

  Node* Lambda(Node* node) {
    node->type = NodeType::kLambda;
    node->lhs = nullptr;
    for (size_t i = 0; i < node->children.size(); ++i) {
      if (node->children[i]->type == NodeType::kVariable) continue;
      Error error("S0208");
      error.SetPosition(node->children[i]->position);
      throw std::move(error).With(Value::Int(static_cast<int64_t>(i) + 1));
    }
    if (token_.is(Symbol::kLess)) {
      const size_t position = token_.position;
      std::string text = "<";
      for (int depth = 1; depth > 0 && !token_.is(Symbol::kOpenBrace) && token_.type != Token::Type::kEnd;) {
        Advance(/*after_operand=*/false);
        if (token_.is(Symbol::kGreater)) --depth;
        if (token_.is(Symbol::kLess)) ++depth;
        text += TextOf(token_);
      }
      Expect(Symbol::kGreater);
      try {
        node->signature = std::make_shared<Signature>(Signature::Parse(text));
      } catch (Error& error) {
        error.SetPosition(position);
        throw;
      }
    }
    Expect(Symbol::kOpenBrace);
    node->rhs = Expression(0);
    Expect(Symbol::kCloseBrace);
    return node;
  }

  [[noreturn]] void FailAt(const char* code, const Node* node) {
    Error error(code);
    error.SetPosition(node->position);
    if (node->value.is_string()) error.SetToken(node->value.as_string());
    throw error;
  }

  // Chains of infix operators are as deep as they are long.
  static constexpr size_t kLengthMax = 20'000;

  Lexer lexer_;
  Tree& tree_;
  Names& names_;
  Token token_;
  const StackGuard guard_;
  int depth_ = 0;
  size_t length_ = 0;
};

}  // namespace

Tree ParseExpression(std::string_view source, bool has_defaults, Names& names) {
  Tree tree;
  Parser parser(source, has_defaults, tree, names);
  Resolve(tree, parser.Parse(), names);
  return tree;
}

}  // namespace gait::jsonata
