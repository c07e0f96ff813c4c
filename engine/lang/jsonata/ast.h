// The syntax tree of an expression. The parser makes it as the text has it; Resolve (resolve.h) turns it into what the
// evaluator walks: paths with their steps, predicates and bindings.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "engine/json/value.h"
#include "engine/lang/jsonata/names.h"
#include "engine/lang/jsonata/regex.h"
#include "engine/lang/jsonata/signature.h"

namespace gait::jsonata {

enum class NodeType : uint8_t {
  // As parsed; Resolve replaces them.
  kEnd,        // where an operand should be
  kDot,        // lhs.rhs
  kFilter,     // lhs[rhs]
  kGroupBy,    // lhs{pairs}
  kOrderBy,    // lhs^(terms)
  kFocusBind,  // lhs@$variable
  kIndexBind,  // lhs#$variable
  // What is evaluated.
  kPath,         // children: the steps
  kSort,         // a step: terms
  kName,         // a step: value
  kLiteral,      // value
  kWildcard,     // *
  kDescendants,  // **
  kParent,       // %: slot
  kVariable,     // variable
  kRegex,        // regex
  kNegate,       // lhs
  kBinary,       // lhs op rhs
  kArray,        // children
  kObject,       // pairs
  kBlock,        // children
  kBind,         // variable := rhs
  kCondition,    // lhs ? rhs : third
  kCall,         // lhs(children)
  kPartial,      // lhs(children, some of them kPlaceholder)
  kPlaceholder,  // ?
  kLambda,       // children are the parameters, rhs the body
  kApply,        // lhs ~> rhs
  kTransform,    // |lhs|rhs, third|
};

enum class Operator : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,  // numbers
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,  // comparisons
  kConcatenate,
  kAnd,
  kOr,
  kRange,
};

struct Node;

// A filter, or a variable that takes the position in the stream of tuples at this place.
struct Stage {
  const Node* filter = nullptr;  // null: an index
  int index_variable = -1;
};

struct SortTerm {
  Node* expression = nullptr;
  bool descending = false;
};

// What a `%` refers to: a variable that the step above binds.
struct Slot {
  int label = -1;
  int level = 1;
  size_t index = 0;
};

struct Node {
  NodeType type = NodeType::kEnd;
  Operator op = Operator::kAdd;
  bool keep_array = false;            // `[]` follows
  bool keep_singleton_array = false;  // of a path: one of its steps has it
  bool constructs_array = false;      // an array constructor whose result is not flattened
  bool tuple = false;                 // a step that binds variables; a path that hands them on
  bool is_tail_call = false;
  int variable = -1;
  int focus = -1, index = -1;  // of a step: the variables that it binds
  size_t position = 0;
  Value value;
  Node* lhs = nullptr;
  Node* rhs = nullptr;
  Node* third = nullptr;
  Node* group = nullptr;     // a kObject
  Slot* slot = nullptr;      // of a kParent
  Slot* ancestor = nullptr;  // of a step: what binds the step's input for a `%`
  std::vector<Node*> children;
  std::vector<std::pair<Node*, Node*>> pairs;
  std::vector<SortTerm> terms;
  std::vector<Stage> stages;      // of a step
  std::vector<Stage> predicates;  // of anything else
  std::vector<Slot*> seeking_parent;
  std::shared_ptr<const Signature> signature;  // of a lambda
  std::shared_ptr<const Regex> regex;
};

// Owns the nodes of one expression.
struct Tree {
  Node* Make(NodeType type, size_t position) {
    if (count % kChunk == 0) chunks.push_back(std::make_unique<Node[]>(kChunk));
    Node& node = chunks.back()[count++ % kChunk];
    node.type = type;
    node.position = position;
    return &node;
  }

  static constexpr size_t kChunk = 8;
  std::vector<std::unique_ptr<Node[]>> chunks;
  size_t count = 0;
  std::deque<Slot> slots;
  Node* root = nullptr;
};

}  // namespace gait::jsonata
