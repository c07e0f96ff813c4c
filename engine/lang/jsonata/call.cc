// Functions: what makes them, and what calls them.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/parser.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata {
namespace {

// The name that a call is made by, for the errors.
std::string NameOf(const Node& callee, const Names& names) {
  if (callee.type == NodeType::kVariable) return names.TextOf(callee.variable);
  if (callee.type == NodeType::kPath && callee.children[0]->type == NodeType::kName) {
    return std::string(callee.children[0]->value.as_string());
  }
  return "";
}

const Function* FunctionOf(const Value& value) { return dynamic_cast<const Function*>(value.opaque()); }

// Numbers as $string writes them and functions as empty texts: what JSON keeps of a value. Every container is new.
Value Cloned(const Value& value) {
  if (value.is_array()) {
    ArrayBuilder array(value.size());
    for (const Value& item : value.items()) array.Add(Cloned(item));
    return array.Build();
  }
  if (value.is_object()) {
    ObjectBuilder object(value.size());
    for (const Member& m : value.members()) object.Add(m.key, Cloned(m.value));
    return object.Build();
  }
  if (value.is_opaque()) return Value::String("");
  if (value.is_double()) return *ParseJson(TextOf(value)).value;
  return value;
}

// How many places a partial application can fill; of a function of any number of arguments, the first.
int ParametersOf(const Builtin& builtin) { return std::max(builtin.parameters, 1); }

// Where a container lies in memory; null for every other value.
const void* PlaceOf(const Value& value) {
  return value.is_object()  ? static_cast<const void*>(value.members().data())
         : value.is_array() ? value.items().data()
                            : nullptr;
}

}  // namespace

Value Evaluation::BuiltinOf(int name) const {
  const CompiledBuiltin* builtin = FindBuiltin(names().TextOf(name), mode_);
  return builtin == nullptr ? Value() : builtin->value;
}

Value Evaluation::MakeLambda(const Node& node, const Value& input, Frame* frame) {
  auto* lambda = new Lambda;
  Value holder = Value::Holding(lambda);
  for (const Node* parameter : node.children) lambda->parameters.push_back(parameter->variable);
  lambda->body = node.rhs;
  lambda->signature = node.signature.get();
  lambda->input = input;
  lambda->frame = FrameRef(frame);
  return holder;
}

Value Evaluation::CallNode(const Node& node, const Value& input, Frame* frame, const Value* first) {
  const Value function = Evaluate(*node.lhs, input, frame);
  if (function.is_undefined() && node.lhs->type == NodeType::kPath) {
    const std::string name = NameOf(*node.lhs, names());
    const int id = OwnNames().IdOf(name);
    if (Lookup(id, frame) != nullptr || !BuiltinOf(id).is_undefined()) {  // the $ was forgotten
      Error error("T1005");
      error.SetPosition(node.position);
      error.SetToken(name);
      throw error;
    }
  }
  std::vector<Value> arguments;
  arguments.reserve(node.children.size() + 1);
  if (first != nullptr) arguments.push_back(*first);
  for (const Node* argument : node.children) arguments.push_back(Evaluate(*argument, input, frame));
  try {
    Frame* outer = std::exchange(caller_, frame);
    Value result = Invoke(function, std::move(arguments), input);
    caller_ = outer;
    return result;
  } catch (Error& error) {
    error.SetPosition(node.position);
    error.SetToken(NameOf(*node.lhs, names()));
    throw;
  }
}

Value Evaluation::Invoke(const Value& function, std::vector<Value> arguments, const Value& context) {
  Value result = InvokeOnce(function, std::move(arguments), context);
  if (tail_call_.node == nullptr) return result;
  // As in the reference, what is called last still has the context and the caller of the call that it ends.
  while (tail_call_.node != nullptr) {
    Tick();
    const TailCall call = std::exchange(tail_call_, {});
    const Value next = Evaluate(*call.node->lhs, call.input, call.frame.get());
    std::vector<Value> more;
    more.reserve(call.node->children.size());
    for (const Node* argument : call.node->children) more.push_back(Evaluate(*argument, call.input, call.frame.get()));
    try {
      result = InvokeOnce(next, std::move(more), context);
    } catch (Error& error) {
      error.SetPosition(call.node->position);
      error.SetToken(NameOf(*call.node->lhs, names()));
      throw;
    }
  }
  return result;
}

Value Evaluation::InvokeOnce(const Value& function, std::vector<Value> arguments, const Value& context) {
  guard_.Check();  // a chain of functions is as deep as it is long
  Function* callee = dynamic_cast<Function*>(function.opaque());
  if (auto* lambda = dynamic_cast<Lambda*>(callee)) {
    const Value kept = function;  // while its body runs, the variable that holds it may be set anew
    if (lambda->signature != nullptr) arguments = lambda->signature->Validate(std::move(arguments), context);
    const FrameRef scope(frames_.Make(lambda->frame.get()));
    const bool is_native = lambda->native != nullptr;
    for (size_t i = 0; i < lambda->parameters.size() && (i < arguments.size() || !is_native); ++i) {
      scope->bindings.push_back({lambda->parameters[i], i < arguments.size() ? std::move(arguments[i]) : Value()});
    }
    if (!is_native) return Evaluate(*lambda->body, lambda->input, scope.get());
    std::vector<Value> all;  // up to the last that somebody gave: those behind it are missing, not undefined
    for (int i = 0; i < ParametersOf(*lambda->native->row); ++i) {
      const Value* bound = Lookup(-2 - i, scope.get());
      if (bound == nullptr) continue;
      all.resize(static_cast<size_t>(i));
      all.push_back(*bound);
    }
    return InvokeBuiltin(*lambda->native, std::move(all), Value());
  }
  if (auto* builtin = dynamic_cast<BuiltinFunction*>(callee)) {
    return InvokeBuiltin(*builtin->builtin, std::move(arguments), context);
  }
  if (auto* chain = dynamic_cast<Chain*>(callee)) {
    const Value kept = function;
    return Invoke(chain->second, {Invoke(chain->first, std::move(arguments), Value::Null())}, Value::Null());
  }
  if (auto* transform = dynamic_cast<Transform*>(callee)) {
    static const Signature kSignature = Signature::Parse("<(oa):o>");
    const Value kept = function;
    arguments = kSignature.Validate(std::move(arguments), context);
    return RunTransform(*transform, arguments[0]);
  }
  if (auto* matcher = dynamic_cast<Matcher*>(callee)) {
    if (arguments.empty() || !arguments[0].is_string()) return {};
    const std::string_view text = arguments[0].as_string();
    // Where to begin. What hands on an item and its place, as $map does, hands the place on as that.
    const double from = arguments.size() > 1 && arguments[1].is_number() ? arguments[1].as_double() : 0;
    if (from > static_cast<double>(CountUtf16Units(text))) return {};
    return MatchOf(matcher->regex, std::string(text), ByteOfUtf16Unit(text, from));
  }
  if (auto* next = dynamic_cast<NextMatch*>(callee)) {
    if (next->from >= next->text.size()) return {};
    Value match = MatchOf(next->regex, next->text, next->from);
    if (match.is_object() && match.Find("match")->as_string().empty()) throw Error("D1004");
    return match;
  }
  throw Error("T1006");
}

Value Evaluation::InvokeBuiltin(const CompiledBuiltin& builtin, std::vector<Value> arguments, const Value& context) {
  const Builtin& row = *builtin.row;
  arguments = builtin.signature.Validate(std::move(arguments), context);
  if (static_cast<int>(arguments.size()) < row.parameters) arguments.resize(static_cast<size_t>(row.parameters));
  const Value* outer = std::exchange(context_, &context);
  Value result = row.native(*this, arguments);
  context_ = outer;
  CheckDepth(result);
  return result;
}

Value Evaluation::Call(const Value& function, std::vector<Value> arguments) {
  return Invoke(function, std::move(arguments), Value::Null());
}

Value Evaluation::CallWith(const Value& function, const Value& item, Value place, const Value& whole) {
  const Function* callee = FunctionOf(function);
  const int arity = callee == nullptr ? 1 : callee->arity();
  std::vector<Value> arguments;
  arguments.reserve(3);
  arguments.push_back(item);
  if (arity >= 2) arguments.push_back(std::move(place));
  if (arity >= 3) arguments.push_back(whole);
  return Call(function, std::move(arguments));
}

Value Evaluation::Apply(const Node& node, const Value& input, Frame* frame) {
  Value left = Evaluate(*node.lhs, input, frame);
  if (node.rhs->type == NodeType::kCall) return CallNode(*node.rhs, input, frame, &left);
  Value function = Evaluate(*node.rhs, input, frame);
  if (FunctionOf(function) == nullptr) {
    Error error = Error("T2006").With(function);
    error.SetPosition(node.position);
    throw error;
  }
  if (FunctionOf(left) == nullptr) return Call(function, {std::move(left)});
  auto* chain = new Chain;
  chain->first = std::move(left);
  chain->second = std::move(function);
  return Value::Holding(chain);
}

Value Evaluation::Partial(const Node& node, const Value& input, Frame* frame) {
  std::vector<Value> arguments;
  for (const Node* argument : node.children) {
    arguments.push_back(argument->type == NodeType::kPlaceholder ? Value() : Evaluate(*argument, input, frame));
  }
  const Value function = Evaluate(*node.lhs, input, frame);
  const auto fail = [&](const char* code) {
    Error error(code);
    error.SetPosition(node.position);
    error.SetToken(NameOf(*node.lhs, names()));
    throw error;
  };
  auto* partial = new Lambda;
  Value holder = Value::Holding(partial);
  std::vector<int> parameters;
  if (const auto* lambda = dynamic_cast<const Lambda*>(function.opaque())) {
    partial->body = lambda->body;
    partial->native = lambda->native;
    partial->input = lambda->input;
    partial->frame = FrameRef(frames_.Make(lambda->frame.get()));
    parameters = lambda->parameters;
  } else if (const auto* builtin = dynamic_cast<const BuiltinFunction*>(function.opaque())) {
    // Its parameters have no names that anybody could see.
    partial->native = builtin->builtin;
    partial->frame = FrameRef(frames_.Make(frame));
    for (int i = 0; i < ParametersOf(*partial->native->row); ++i) parameters.push_back(-2 - i);
  } else {
    const int id = OwnNames().IdOf(NameOf(*node.lhs, names()));
    const bool forgotten = function.is_undefined() && node.lhs->type == NodeType::kPath &&
                           (Lookup(id, frame) != nullptr || !BuiltinOf(id).is_undefined());
    fail(forgotten ? "T1007" : "T1008");
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (i < node.children.size() && node.children[i]->type == NodeType::kPlaceholder) {
      partial->parameters.push_back(parameters[i]);
    } else if (i < arguments.size() || partial->native == nullptr) {
      partial->frame->Bind(parameters[i], i < arguments.size() ? arguments[i] : Value());
    }
  }
  return holder;
}

// The pattern is looked for in a copy whose containers are all new, so that a match can be told by its place in memory.
// `changed` has what has become of them.
Value Evaluation::RunTransform(const Transform& transform, const Value& object) {
  if (object.is_undefined()) return {};
  const Node& node = *transform.node;
  Frame* frame = transform.frame.get();
  if (const Value* clone = Lookup(OwnNames().IdOf("clone"), frame); clone != nullptr && FunctionOf(*clone) == nullptr) {
    Error error("T2013");
    error.SetPosition(node.position);
    throw error;
  }
  const Value copy = Cloned(object);
  const Value found = Evaluate(*node.lhs, copy, frame);
  std::unordered_set<const void*> own;  // a match elsewhere, of a variable, changes nothing
  const auto gather = [&](const auto& self, const Value& value) -> void {
    if (const void* place = PlaceOf(value)) own.insert(place);
    for (const Value& item : value.items()) self(self, item);
    for (const Member& m : value.members()) self(self, m.value);
  };
  gather(gather, copy);
  std::unordered_map<const void*, Value> changed;
  // What nothing has changed stays where it is, so that later matches find their places.
  const auto rebuilt = [&](const auto& self, const Value& value) -> Value {
    guard_.Check();  // an update may have put the match into itself
    Charge(1 + value.size());
    const auto at = changed.find(PlaceOf(value));
    const Value now = at == changed.end() ? value : at->second;
    if (now.is_array()) {
      ArrayBuilder array(now.size());
      bool differs = false;
      for (const Value& item : now.items()) {
        Value made = self(self, item);
        differs |= PlaceOf(made) != PlaceOf(item);
        array.Add(std::move(made));
      }
      return differs ? array.Build() : now;
    }
    if (!now.is_object()) return now;
    ObjectBuilder object_now(now.size());
    bool differs = false;
    for (const Member& m : now.members()) {
      Value made = self(self, m.value);
      differs |= PlaceOf(made) != PlaceOf(m.value);
      object_now.Add(m.key, std::move(made));
    }
    return differs ? object_now.Build() : now;
  };
  const auto change = [&](const Value& match) {
    const Value before = rebuilt(rebuilt, match);
    Value after = before;
    const Value update = Evaluate(*node.rhs, before, frame);
    if (!update.is_undefined()) {
      if (!update.is_object()) {
        Error error = Error("T2011").With(update);
        error.SetPosition(node.rhs->position);
        throw error;
      }
      for (const Member& m : update.members()) {
        if (after.is_object()) after = std::move(after).With(m.name(), m.value);
      }
    }
    if (node.third != nullptr) {
      const Value names = Evaluate(*node.third, after, frame);
      const std::span<const Value> list = names.is_array() ? names.items() : std::span(&names, 1);
      if (!names.is_undefined() &&
          !std::all_of(list.begin(), list.end(), [](const Value& v) { return v.is_string(); })) {
        Error error = Error("T2012").With(names);
        error.SetPosition(node.third->position);
        throw error;
      }
      if (after.is_object() && !names.is_undefined()) {
        ObjectBuilder left(after.size());
        for (const Member& m : after.members()) {
          if (std::find(list.begin(), list.end(), m.key) == list.end()) left.Add(m.key, m.value);
        }
        after = left.Build();
      }
    }
    if (const void* place = PlaceOf(match); own.count(place) > 0) changed[place] = after;
  };
  if (found.is_array()) {
    for (const Value& match : found.items()) change(match);
  } else if (!found.is_undefined()) {
    change(found);
  }
  return rebuilt(rebuilt, copy);
}

Value Evaluation::MatchOf(const std::shared_ptr<const Regex>& regex, std::string text, size_t from) {
  const auto match = regex->Find(text, from);
  if (!match) return {};
  const auto place = [&](size_t offset) {
    return Value::Int(static_cast<int64_t>(CountUtf16Units(std::string_view(text).substr(0, offset))));
  };
  ArrayBuilder groups;
  for (const auto& group : match->groups) groups.Add(Value::String(group.value_or("")));
  Value result =
      Value::Object({{"match", Value::String(std::string_view(text).substr(match->begin, match->end - match->begin))},
                     {"start", place(match->begin)},
                     {"end", place(match->end)},
                     {"groups", groups.Build()}});
  auto* next = new NextMatch;
  next->regex = regex;
  next->from = match->end;
  next->text = std::move(text);
  return std::move(result).With("next", Value::Holding(next));
}

Value Evaluation::EvaluateText(std::string_view text, const Value* focus) {
  const auto report = [](const char* code, const Error& e) { return Error(code).With(Value::String(e.message())); };
  const Tree* tree = nullptr;
  const auto known = static_cast<int>(names().size());
  try {
    evaluated_.push_back(ParseExpression(text, /*has_defaults=*/true, OwnNames()));
    tree = &evaluated_.back();
  } catch (const Error& e) {
    throw report("D3120", e);
  }
  BindVariables(known);
  Value input = focus == nullptr ? context() : *focus;
  if (focus != nullptr && input.is_array() && !IsSequence(input)) {
    input = Value::Array({input});
    input.set_marks(kSequence | kWrapper);
  }
  try {
    return Evaluate(*tree->root, input, caller_ == nullptr ? &root_ : caller_);
  } catch (const Error& e) {
    if (e.code() == "U1001") throw;
    throw report("D3121", e);
  }
}

}  // namespace gait::jsonata
