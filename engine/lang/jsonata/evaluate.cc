// Operators, variables, constructors: everything but paths and calls.
#include <algorithm>
#include <cmath>

#include "engine/base/utf.h"
#include "engine/json/write.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/number.h"
#include "engine/lang/jsonata/number_text.h"

namespace gait::jsonata {
namespace {

bool IsNumberOrText(const Value& value) { return value.is_number() || value.is_string(); }

bool IsInteger(const Value& value) {
  return value.is_int() ||
         (value.is_number() && value.as_double() == std::floor(value.as_double()) && std::isfinite(value.as_double()));
}

Value Numeric(Operator op, const Value& left, const Value& right) {
  if (!left.is_undefined() && !IsNumeric(left)) throw Error("T2001").With(left);
  if (!right.is_undefined() && !IsNumeric(right)) throw Error("T2002").With(right);
  if (left.is_undefined() || right.is_undefined()) return {};
  const double a = left.as_double(), b = right.as_double();
  switch (op) {
    case Operator::kAdd: return NumberOf(a + b);
    case Operator::kSubtract: return NumberOf(a - b);
    case Operator::kMultiply: return NumberOf(a * b);
    case Operator::kDivide: return NumberOf(a / b);
    default: return NumberOf(std::fmod(a, b));
  }
}

Value Compare(Operator op, const Value& left, const Value& right) {
  const bool left_fits = left.is_undefined() || IsNumberOrText(left);
  const bool right_fits = right.is_undefined() || IsNumberOrText(right);
  if (!left_fits || !right_fits) throw Error("T2010").With(IsNumberOrText(left) ? right : left);
  if (left.is_undefined() || right.is_undefined()) return {};
  if (left.type() != right.type()) throw Error("T2009").With(left, right);
  const auto order = [&]() -> std::partial_ordering {
    if (left.is_number()) return left.as_double() <=> right.as_double();
    return CompareUtf16(left.as_string(), right.as_string());
  }();
  switch (op) {
    case Operator::kLess: return Value::Bool(order < 0);
    case Operator::kLessEqual: return Value::Bool(order <= 0);
    case Operator::kGreater: return Value::Bool(order > 0);
    default: return Value::Bool(order >= 0);
  }
}

// Is one of the items the very value? Containers are so if they are the same in memory.
bool Includes(const Value& list, const Value& wanted) {
  const auto same = [&](const Value& item) {
    if (item.is_array() || item.is_object() || item.is_opaque())
      return item.type() == wanted.type() && item.SameAs(wanted);
    return item == wanted;
  };
  return list.is_array() ? std::any_of(list.items().begin(), list.items().end(), same) : same(list);
}

void AppendText(std::string& out, const Value& value, int indent) {
  const std::string line_break = indent < 0 ? "" : "\n" + std::string(static_cast<size_t>(indent) + 2, ' ');
  const std::string_view closing = std::string_view(line_break).substr(0, indent < 0 ? 0 : line_break.size() - 2);
  const int deeper = indent < 0 ? indent : indent + 2;
  switch (value.type()) {
    case Value::Type::kNumber:
      if (value.is_int()) {
        out += std::to_string(value.as_int());
      } else if (std::isnan(value.as_double())) {
        out += "null";
      } else {
        IsNumeric(value);
        out += NumberText(value.as_double());
      }
      return;
    case Value::Type::kArray:
    case Value::Type::kObject: {
      if (value.size() == 0) break;
      char separator = value.is_array() ? '[' : '{';
      for (const Value& item : value.items()) {
        (out += separator) += line_break;
        AppendText(out, item, deeper);
        separator = ',';
      }
      for (const Member& m : value.members()) {
        (out += separator) += line_break;
        AppendJson(out, m.key);
        out += indent < 0 ? ":" : ": ";
        AppendText(out, m.value, deeper);
        separator = ',';
      }
      out += closing;
      out += value.is_array() ? ']' : '}';
      return;
    }
    default: break;
  }
  AppendJson(out, value);
}

}  // namespace

std::optional<bool> Truth(const Value& value) {
  switch (value.type()) {
    case Value::Type::kUndefined: return std::nullopt;
    case Value::Type::kBool: return value.as_bool();
    case Value::Type::kNumber: return IsNumeric(value) && value.as_double() != 0;
    case Value::Type::kString: return !value.as_string().empty();
    case Value::Type::kArray:
      return std::any_of(value.items().begin(), value.items().end(), [](const Value& v) { return Truth(v) == true; });
    case Value::Type::kObject: return value.size() > 0;
    case Value::Type::kNull:
    case Value::Type::kOpaque: break;
  }
  return false;
}

bool IsTruthy(const Value& value) {
  if (value.is_number()) return value.is_int() ? value.as_int() != 0 : std::abs(value.as_double()) > 0;  // no NaN
  return value.is_array() || value.is_object() || value.is_opaque() || Truth(value) == true;
}

bool IsNumeric(const Value& value) {
  if (value.is_int()) return true;
  if (!value.is_number() || std::isnan(value.as_double())) return false;
  if (std::isinf(value.as_double())) throw Error("D1001").With(value);
  return true;
}

std::string TextOf(const Value& value, bool pretty) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_undefined() || value.is_opaque()) return "";
  if (value.is_number() && !std::isfinite(value.as_double())) throw Error("D3001").With(value);
  std::string text;
  AppendText(text, (value.marks() & kWrapper) != 0 ? value.items()[0] : value, pretty ? 0 : -1);
  return text;
}

Value Append(Evaluation& evaluation, const Value& first, const Value& second) {
  if (first.is_undefined()) return second;
  if (second.is_undefined()) return first;
  evaluation.Charge(first.size() + second.size() + 2);
  ArrayBuilder both(std::max<size_t>(first.size(), 1) + std::max<size_t>(second.size(), 1));
  for (const Value* part : {&first, &second}) {
    if (part->is_array()) {
      for (const Value& item : part->items()) both.Add(item);
    } else {
      both.Add(*part);
    }
  }
  return both.Build();
}

Value LookupName(const Value& input, std::string_view name) {
  if (input.is_object()) {
    const Value* found = input.Find(name);
    return found == nullptr ? Value() : *found;
  }
  if (!input.is_array()) return {};
  ArrayBuilder all;
  for (const Value& item : input.items()) {
    const Value found = LookupName(item, name);
    if (found.is_array()) {
      for (const Value& inner : found.items()) all.Add(inner);
    } else if (!found.is_undefined()) {
      all.Add(found);
    }
  }
  return SequenceOf(all);
}

Evaluation::Evaluation(const Names& names, Mode mode, Timestamp now, Random& random, const Bounds& bounds)
    : base_names_(names),
      mode_(mode),
      now_(now),
      random_(random),
      depth_max_(bounds.depth == 0 ? std::numeric_limits<int>::max() : bounds.depth),
      time_ms_(bounds.time_ms == 0 ? kTimeMs : bounds.time_ms) {
  root_.refs = 1;  // for good
}

Value Evaluation::Run(const Tree& tree, const Value& input, const Value& variables) {
  variables_ = variables;
  root_.Bind(Names::kRoot, input);
  BindVariables(Names::kItem + 1);
  if (!input.is_array()) return Evaluate(*tree.root, input, &root_);
  Value wrapper = Value::Array({input});
  wrapper.set_marks(kSequence | kWrapper);
  return Evaluate(*tree.root, wrapper, &root_);
}

void Evaluation::BindVariables(int from) {
  for (int id = from; variables_.is_object() && id < static_cast<int>(names().size()); ++id) {
    const Value* value = variables_.Find(names().TextOf(id));
    if (value != nullptr) root_.Bind(id, *value);
  }
}

void Evaluation::Tick() {
  constexpr uint64_t kStepsBetweenLooks = 256;
  if (++steps_ % kStepsBetweenLooks != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (!deadline_) deadline_ = now + std::chrono::milliseconds(time_ms_);
  if (now > *deadline_) throw Error("U1001").Saying("Expression evaluation timeout: Check for infinite loop");
}

void Evaluation::TooMuch() { throw Error("U1001").Saying("The expression takes more memory than it may"); }

Value Evaluation::Evaluate(const Node& node, const Value& input, Frame* frame) {
  Tick();
  guard_.Check();
  if (++depth_ > depth_max_) {
    throw Error("U1001").Saying(
        "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as "
        "tail-recursive.");
  }
  Value result = Dispatch(node, input, frame);
  for (const Stage& predicate : node.predicates) result = Filter(*predicate.filter, result, frame);
  if (node.group != nullptr && node.type != NodeType::kPath) result = Group(*node.group, result, frame);
  if (result.is_array()) {
    if (IsSequence(result)) {
      if (node.keep_array) result.set_marks(result.marks() | kKeepSingleton);
      if (result.size() == 0) {
        result = Value();
      } else if (result.size() == 1 && (result.marks() & kKeepSingleton) == 0) {
        result = Value(result.items()[0]);
      }
    }
  }
  CheckDepth(result);
  --depth_;
  return result;
}

Value Evaluation::Dispatch(const Node& node, const Value& input, Frame* frame) {
  switch (node.type) {
    case NodeType::kPath: return Path(node, input, frame);
    case NodeType::kName: return LookupName(input, node.value.as_string());
    case NodeType::kLiteral: return node.value;
    case NodeType::kVariable: return Variable(node.variable, input, frame);
    case NodeType::kBinary: return Binary(node, input, frame);
    case NodeType::kCall:
      if (!node.is_tail_call) return CallNode(node, input, frame, nullptr);
      tail_call_ = {&node, input, FrameRef(frame)};
      return {};
    case NodeType::kObject: return Group(node, input, frame);
    case NodeType::kArray: return Array(node, input, frame);
    case NodeType::kCondition: {
      const Value condition = Evaluate(*node.lhs, input, frame);
      if (Truth(condition) == true) return Evaluate(*node.rhs, input, frame);
      return node.third == nullptr ? Value() : Evaluate(*node.third, input, frame);
    }
    case NodeType::kBlock: {
      const FrameRef scope(frames_.Make(frame));
      Value last;
      for (const Node* child : node.children) last = Evaluate(*child, input, scope.get());
      return last;
    }
    case NodeType::kBind: {
      Value value = Evaluate(*node.rhs, input, frame);
      frame->Bind(node.variable, value);
      return value;
    }
    case NodeType::kNegate: {
      const Value value = Evaluate(*node.lhs, input, frame);
      if (value.is_undefined()) return value;
      if (IsNumeric(value)) return NumberOf(-value.as_double());
      Error error = Error("D1002").With(value);
      error.SetPosition(node.position);
      throw error;
    }
    case NodeType::kWildcard: {
      const Value& object = (input.marks() & kWrapper) != 0 ? input.items()[0] : input;
      ArrayBuilder all;
      const auto add = [&](const auto& self, const Value& value) -> void {
        if (!value.is_array()) return all.Add(value);
        for (const Value& item : value.items()) self(self, item);
      };
      // A list among the values makes the result a list as well, also of one or none.
      bool is_list = false;
      const auto add_child = [&](const Value& value) {
        is_list |= value.is_array();
        add(add, value);
      };
      for (const Member& m : object.members()) add_child(m.value);
      for (const Value& item : object.items()) add_child(item);
      Charge(all.size());
      Value sequence = all.Build();
      if (!is_list) sequence.set_marks(kSequence);
      return sequence;
    }
    case NodeType::kDescendants: {
      ArrayBuilder all;
      const auto add = [&](const auto& self, const Value& value) -> void {
        if (!value.is_array()) all.Add(value);
        for (const Value& item : value.items()) self(self, item);
        for (const Member& m : value.members()) self(self, m.value);
      };
      if (!input.is_undefined()) add(add, input);
      Charge(all.size());
      Value sequence = all.Build();
      if (sequence.size() == 1) return Value(sequence.items()[0]);  // `**[]` of one is no array
      sequence.set_marks(kSequence);
      return sequence;
    }
    case NodeType::kParent: {
      const Value* found = Lookup(node.slot->label, frame);
      return found == nullptr ? Value() : *found;
    }
    case NodeType::kRegex: {
      auto* matcher = new Matcher;
      matcher->regex = node.regex;
      return Value::Holding(matcher);
    }
    case NodeType::kLambda: return MakeLambda(node, input, frame);
    case NodeType::kPartial: return Partial(node, input, frame);
    case NodeType::kApply: return Apply(node, input, frame);
    case NodeType::kTransform: {
      auto* transform = new Transform;
      transform->node = &node;
      transform->frame = FrameRef(frame);
      return Value::Holding(transform);
    }
    default: break;
  }
  throw Error("S0206");
}

const Value* Evaluation::Lookup(int name, const Frame* frame) const {
  for (; frame != nullptr; frame = frame->parent) {
    for (const Frame::Binding& b : frame->bindings) {
      if (b.name == name) return &b.value;
    }
  }
  return nullptr;
}

Value Evaluation::Variable(int name, const Value& input, Frame* frame) {
  if (name == Names::kContext) return (input.marks() & kWrapper) != 0 ? input.items()[0] : input;
  const Value* found = Lookup(name, frame);
  return found != nullptr ? *found : BuiltinOf(name);
}

Value Evaluation::Binary(const Node& node, const Value& input, Frame* frame) {
  const Value left = Evaluate(*node.lhs, input, frame);
  try {
    if (node.op == Operator::kAnd || node.op == Operator::kOr) {
      const bool settled = node.op == Operator::kOr;
      if ((Truth(left) == true) == settled) return Value::Bool(settled);
      return Value::Bool(Truth(Evaluate(*node.rhs, input, frame)) == true);
    }
    const Value right = Evaluate(*node.rhs, input, frame);
    switch (node.op) {
      case Operator::kEqual: return Value::Bool(!left.is_undefined() && !right.is_undefined() && left == right);
      case Operator::kNotEqual: return Value::Bool(!left.is_undefined() && !right.is_undefined() && !(left == right));
      case Operator::kLess:
      case Operator::kLessEqual:
      case Operator::kGreater:
      case Operator::kGreaterEqual: return Compare(node.op, left, right);
      case Operator::kIn: return Value::Bool(!left.is_undefined() && !right.is_undefined() && Includes(right, left));
      case Operator::kConcatenate: {
        std::string left_made, right_made;  // a string is not copied: it may be long
        const auto text_of = [](const Value& value, std::string& made) {
          return value.is_string() ? value.as_string() : std::string_view(made = TextOf(value));
        };
        const std::string_view first = text_of(left, left_made), second = text_of(right, right_made);
        Charge((first.size() + second.size()) / sizeof(Value));
        return Value::String(std::string(first).append(second));
      }
      case Operator::kRange: return Range(left, right);
      default: return Numeric(node.op, left, right);
    }
  } catch (Error& error) {
    constexpr std::string_view kTexts[] = {"+",  "-", "*",  "/",  "%", "=",   "!=", "<",
                                           "<=", ">", ">=", "in", "&", "and", "or", ".."};
    error.SetPosition(node.position);
    error.SetToken(kTexts[static_cast<size_t>(node.op)]);
    throw;
  }
}

Value Evaluation::Range(const Value& from, const Value& to) {
  constexpr double kSizeMax = 1e7;
  if (!from.is_undefined() && !IsInteger(from)) throw Error("T2003").With(from);
  if (!to.is_undefined() && !IsInteger(to)) throw Error("T2004").With(to);
  if (from.is_undefined() || to.is_undefined()) return {};
  const double first = from.as_double(), last = to.as_double();
  if (first > last) return {};
  const double size = last - first + 1;
  if (size > kSizeMax) throw Error("D2014").With(NumberOf(size));
  const auto count = static_cast<size_t>(size);
  Charge(count);
  ArrayBuilder numbers(count);
  for (size_t i = 0; i < count; ++i) numbers.Add(NumberOf(first + static_cast<double>(i)));
  return SequenceOf(numbers);
}

Value Evaluation::Array(const Node& node, const Value& input, Frame* frame) {
  ArrayBuilder array;
  for (const Node* child : node.children) {
    Value value = Evaluate(*child, input, frame);
    if (value.is_undefined()) continue;
    Charge(1 + value.size());
    if (child->type != NodeType::kArray && value.is_array()) {
      for (const Value& item : value.items()) array.Add(item);
    } else {
      array.Add(std::move(value));
    }
  }
  Value result = array.Build();
  if (node.constructs_array) result.set_marks(kConstructed);
  return result;
}

}  // namespace gait::jsonata
