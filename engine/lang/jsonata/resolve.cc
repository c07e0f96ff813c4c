#include "engine/lang/jsonata/resolve.h"

#include <algorithm>
#include <string>

#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/stack_guard.h"

namespace gait::jsonata {
namespace {

[[noreturn]] void Fail(const char* code, size_t position, Value value = {}) {
  Error error(code);
  error.SetPosition(position);
  throw std::move(error).With(std::move(value));
}

class Resolver {
 public:
  Resolver(Tree& tree, Names& names) : tree_(tree), names_(names) {}

  Node* Resolve(Node* node) {
    guard_.Check();
    Node* result = Dispatch(node);
    if (node->keep_array) result->keep_array = true;
    return result;
  }

 private:
  Node* Dispatch(Node* node) {
    switch (node->type) {
      case NodeType::kEnd: Fail("S0207", node->position);
      case NodeType::kDot: return Dot(node);
      case NodeType::kFilter: return Filter(node);
      case NodeType::kGroupBy: return GroupBy(node);
      case NodeType::kOrderBy: return OrderBy(node);
      case NodeType::kFocusBind: return FocusBind(node);
      case NodeType::kIndexBind: return IndexBind(node);
      case NodeType::kName: {
        Node* path = PathOf(node);
        path->keep_singleton_array = node->keep_array;
        return path;
      }
      case NodeType::kParent:
        tree_.slots.push_back({names_.IdOf("!" + std::to_string(parents_.size())), 1, parents_.size()});
        node->slot = &tree_.slots.back();
        parents_.push_back(node);
        return node;
      case NodeType::kNegate:
        node->lhs = Resolve(node->lhs);
        if (node->lhs->type == NodeType::kLiteral && node->lhs->value.is_number()) {
          Node* literal = node->lhs;
          literal->value = literal->value.is_int() && literal->value.as_int() != 0
                               ? Value::Int(-literal->value.as_int())
                               : Value::Double(-literal->value.as_double());
          return literal;
        }
        Inherit(node, node->lhs);
        return node;
      case NodeType::kApply:
        node->lhs = Resolve(node->lhs);
        node->rhs = Resolve(node->rhs);
        node->keep_array = node->lhs->keep_array || node->rhs->keep_array;
        return node;
      case NodeType::kTransform:
        for (Node** part : {&node->lhs, &node->rhs, &node->third}) {
          if (*part != nullptr) *part = Resolve(*part);
        }
        return node;
      case NodeType::kLambda:
        node->rhs = Resolve(node->rhs);
        MarkTailCalls(node->rhs);
        return node;
      case NodeType::kCall:
      case NodeType::kPartial:
        for (Node*& argument : node->children) {
          argument = Resolve(argument);
          Inherit(node, argument);
        }
        node->lhs = Resolve(node->lhs);
        return node;
      case NodeType::kBlock:
      case NodeType::kArray:
        for (Node*& child : node->children) {
          child = Resolve(child);
          Inherit(node, child);
          const Node* first = child->type == NodeType::kPath ? child->children[0] : child;
          if (node->type == NodeType::kBlock && first->constructs_array) node->constructs_array = true;
        }
        return node;
      case NodeType::kObject:
        ResolvePairs(node);
        for (const auto& [key, value] : node->pairs) {
          Inherit(node, key);
          Inherit(node, value);
        }
        return node;
      default:  // kBinary, kBind, kCondition, and what has no parts
        for (Node** part : {&node->lhs, &node->rhs, &node->third}) {
          if (*part == nullptr) continue;
          *part = Resolve(*part);
          Inherit(node, *part);
        }
        return node;
    }
  }

  Node* PathOf(Node* step) {
    Node* path = tree_.Make(NodeType::kPath, step->position);
    path->children = {step};
    return path;
  }

  void ResolvePairs(Node* node) {
    for (auto& [key, value] : node->pairs) {
      key = Resolve(key);
      value = Resolve(value);
    }
  }

  Node* Dot(Node* node) {
    Node* left = Resolve(node->lhs);
    Node* path = left->type == NodeType::kPath ? left : PathOf(left);
    if (left->type == NodeType::kParent) path->seeking_parent.push_back(left->slot);
    Node* rest = Resolve(node->rhs);
    if (rest->type == NodeType::kPath) {
      path->children.insert(path->children.end(), rest->children.begin(), rest->children.end());
    } else {
      if (!rest->predicates.empty()) rest->stages = std::move(rest->predicates);
      rest->predicates.clear();
      path->children.push_back(rest);
    }
    for (Node* step : path->children) {
      if (step->type == NodeType::kLiteral) {
        if (!step->value.is_string()) Fail("S0213", step->position, step->value);
        step->type = NodeType::kName;  // 'a'.'b' names fields
      }
      if (step->keep_array) path->keep_singleton_array = true;
    }
    for (Node* end : {path->children.front(), path->children.back()}) {
      if (end->type == NodeType::kArray) end->constructs_array = true;
    }
    ResolveParents(path);
    return path;
  }

  Node* Filter(Node* node) {
    Node* result = Resolve(node->lhs);
    const bool is_path = result->type == NodeType::kPath;
    Node* step = is_path ? result->children.back() : result;
    if (step->group != nullptr) Fail("S0209", node->position);
    Node* filter = Resolve(node->rhs);
    if (!filter->seeking_parent.empty()) {
      for (Slot* slot : filter->seeking_parent) {
        if (slot->level == 1) {
          Seek(step, slot);
        } else {
          --slot->level;
        }
      }
      Inherit(step, filter);
    }
    (is_path ? step->stages : step->predicates).push_back({filter, -1});
    return result;
  }

  Node* GroupBy(Node* node) {
    Node* result = Resolve(node->lhs);
    if (result->group != nullptr) Fail("S0210", node->position);
    ResolvePairs(node);
    node->type = NodeType::kObject;
    node->lhs = nullptr;
    result->group = node;
    return result;
  }

  Node* OrderBy(Node* node) {
    Node* result = Resolve(node->lhs);
    if (result->type != NodeType::kPath) result = PathOf(result);
    Node* sort = tree_.Make(NodeType::kSort, node->position);
    sort->terms = std::move(node->terms);
    for (SortTerm& term : sort->terms) {
      term.expression = Resolve(term.expression);
      Inherit(sort, term.expression);
    }
    result->children.push_back(sort);
    ResolveParents(result);
    return result;
  }

  Node* FocusBind(Node* node) {
    Node* result = Resolve(node->lhs);
    Node* step = result->type == NodeType::kPath ? result->children.back() : result;
    if (!step->stages.empty() || !step->predicates.empty()) Fail("S0215", node->position);
    if (step->type == NodeType::kSort) Fail("S0216", node->position);
    if (node->keep_array) step->keep_array = true;
    step->focus = node->variable;
    step->tuple = true;
    return result;
  }

  Node* IndexBind(Node* node) {
    Node* result = Resolve(node->lhs);
    Node* step = result;
    if (result->type == NodeType::kPath) {
      step = result->children.back();
    } else {
      result = PathOf(step);
      step->stages = std::move(step->predicates);
      step->predicates.clear();
    }
    if (step->stages.empty()) {
      step->index = node->variable;
    } else {
      step->stages.push_back({nullptr, node->variable});
    }
    step->tuple = true;
    return result;
  }

  // A call whose result is the lambda's own needs no frame of the lambda any more. A group behind it gets lost, as in
  // the reference.
  void MarkTailCalls(Node* node) {
    if (node->type == NodeType::kCall && node->predicates.empty()) {
      node->group = nullptr;
      node->is_tail_call = true;
    } else if (node->type == NodeType::kCondition && node->predicates.empty() && node->group == nullptr) {
      MarkTailCalls(node->rhs);
      if (node->third != nullptr) MarkTailCalls(node->third);
    } else if (node->type == NodeType::kBlock && !node->children.empty() && node->predicates.empty() &&
               node->group == nullptr) {
      MarkTailCalls(node->children.back());
    }
  }

  // ---- `%`: each one looks for the step, levels up, whose input it is.

  // What a part still looks for, the whole looks for.
  void Inherit(Node* whole, const Node* part) {
    whole->seeking_parent.insert(whole->seeking_parent.end(), part->seeking_parent.begin(), part->seeking_parent.end());
    if (part->type == NodeType::kParent) whole->seeking_parent.push_back(part->slot);
  }

  void ResolveParents(Node* path) {
    const Node* last = path->children.back();
    std::vector<Slot*> slots = last->seeking_parent;
    if (last->type == NodeType::kParent) slots.push_back(last->slot);
    for (Slot* slot : slots) {
      auto at = static_cast<ptrdiff_t>(path->children.size()) - 2;
      while (slot->level > 0) {
        if (at < 0) {
          path->seeking_parent.push_back(slot);
          break;
        }
        Node* step = path->children[static_cast<size_t>(at--)];
        // Steps in a row that bind their item stand on the same level.
        while (at >= 0 && step->focus >= 0 && path->children[static_cast<size_t>(at)]->focus >= 0) {
          step = path->children[static_cast<size_t>(at--)];
        }
        Seek(step, slot);
      }
    }
  }

  void Seek(Node* node, Slot* slot) {
    guard_.Check();
    switch (node->type) {
      case NodeType::kName:
      case NodeType::kWildcard:
        if (--slot->level > 0) return;
        if (node->ancestor != nullptr) parents_[slot->index]->slot->label = node->ancestor->label;
        node->ancestor = slot;
        node->tuple = true;
        return;
      case NodeType::kParent: ++slot->level; return;
      case NodeType::kBlock:
        if (node->children.empty()) return;
        node->tuple = true;
        return Seek(node->children.back(), slot);
      case NodeType::kPath: {
        node->tuple = true;
        auto step = node->children.rbegin();
        Seek(*step++, slot);
        while (slot->level > 0 && step != node->children.rend()) Seek(*step++, slot);
        return;
      }
      default: Fail("S0217", node->position);
    }
  }

  Tree& tree_;
  Names& names_;
  std::vector<Node*> parents_;
  const StackGuard guard_;
};

}  // namespace

void Resolve(Tree& tree, Node* parsed, Names& names) {
  tree.root = Resolver(tree, names).Resolve(parsed);
  if (tree.root->type == NodeType::kParent || !tree.root->seeking_parent.empty()) Fail("S0217", tree.root->position);
}

}  // namespace gait::jsonata
