// Paths: steps, predicates, bindings, order and groups.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/merge_sort.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata {
namespace {

Value SequenceOf(Value item) {
  Value sequence = Value::Array({std::move(item)});
  sequence.set_marks(kSequence);
  return sequence;
}

bool AreAllNumeric(const Value& value) {
  return value.is_array() && std::all_of(value.items().begin(), value.items().end(), IsNumeric);
}

// An index as a predicate has it: rounded down, and from the end if it is negative.
int64_t IndexOf(const Value& number, size_t size) {
  const double index = std::floor(number.as_double());
  if (!(std::abs(index) < 1e15)) return -1;
  return static_cast<int64_t>(index) + (index < 0 ? static_cast<int64_t>(size) : 0);
}

void BindIn(std::vector<Frame::Binding>& tuple, int name, Value value) {
  for (Frame::Binding& b : tuple) {
    if (b.name == name) {
      b.value = std::move(value);
      return;
    }
  }
  tuple.push_back({name, std::move(value)});
}

const Value& ItemOf(const std::vector<Frame::Binding>& tuple) {
  static const Value kNone;
  const auto found = std::find_if(tuple.begin(), tuple.end(), [](const auto& b) { return b.name == Names::kItem; });
  return found == tuple.end() ? kNone : found->value;
}

}  // namespace

struct Evaluation::TupleStream : Opaque {
  static const TupleStream* Of(const Value& value) { return dynamic_cast<const TupleStream*>(value.opaque()); }

  std::vector<Tuple> tuples;
  // In the reference, a stream that is put in order is one no more, but a list of objects. Predicates, groups and
  // orders behind it see those, until the next step takes them for tuples again.
  bool is_list = false;
  uint8_t list_marks = 0;
};

struct Evaluation::Flow {
  // kPicked: a value that a predicate has picked of `[...]`. In the reference the next step takes it for a list of its
  // own, which only a text is, of its characters.
  enum class Kind : uint8_t { kNothing, kOne, kMany, kPicked };

  // The items, where one stands for itself.
  std::span<const Value> items() const {
    return kind == Kind::kMany ? value.items() : kind == Kind::kOne ? std::span(&value, 1) : std::span<const Value>();
  }
  Value as_array() const { return kind == Kind::kMany ? value : SequenceOf(value); }

  Kind kind = Kind::kNothing;
  Value value;
};

Value Evaluation::Path(const Node& node, const Value& input, Frame* frame) {
  using Kind = Flow::Kind;
  const std::vector<Node*>& steps = node.children;
  Flow flow;
  flow.kind = input.is_array() && steps[0]->type != NodeType::kVariable ? Kind::kMany : Kind::kOne;
  flow.value = input;
  bool has_tuples = false;
  Value stream;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Node& step = *steps[i];
    has_tuples |= step.tuple;
    if (i == 0 && step.constructs_array) {
      Value made = Evaluate(step, flow.as_array(), frame);
      if (step.focus >= 0) continue;  // the variable is not bound, and the next step has the path's input
      flow.value = std::move(made);
      flow.kind = flow.value.is_array() ? Kind::kMany : flow.value.is_undefined() ? Kind::kNothing : Kind::kPicked;
      const bool is_empty =
          flow.value.is_array() ? flow.value.size() == 0 : flow.value.is_string() && flow.value.as_string().empty();
      if (is_empty && !has_tuples) break;  // as it is, whatever follows
    } else if (has_tuples) {
      stream = Tuples(step, flow.items(), stream, frame);
    } else {
      Advance(step, i + 1 == steps.size(), flow, frame);
    }
    if (!has_tuples && flow.kind == Kind::kNothing) break;
  }
  if (has_tuples && stream.is_undefined()) return {};  // `[...]` alone has made no tuples
  if (has_tuples && !node.tuple) {
    ArrayBuilder items;
    for (const Tuple& tuple : TupleStream::Of(stream)->tuples) {
      if (!ItemOf(tuple).is_undefined()) items.Add(ItemOf(tuple));
    }
    flow.kind = Kind::kMany;
    flow.value = SequenceOf(items);
  }
  if (has_tuples && (node.tuple || node.group != nullptr)) {
    const Value tuples = TupleStream::Of(stream)->is_list ? ListOf(*TupleStream::Of(stream)) : stream;
    return node.group != nullptr ? Group(*node.group, tuples, frame) : tuples;
  }
  if (node.keep_singleton_array && flow.kind != Kind::kNothing && flow.kind != Kind::kPicked) {
    const bool is_constructed = flow.kind == Kind::kMany && (flow.value.marks() & kConstructed) != 0;
    if (flow.kind == Kind::kOne || (is_constructed && !IsSequence(flow.value))) flow.value = SequenceOf(flow.value);
    flow.kind = Kind::kMany;
    flow.value.set_marks(flow.value.marks() | kKeepSingleton);
  }
  if (node.group != nullptr) {
    return Group(*node.group, flow.kind == Kind::kNothing ? Value::Array() : flow.as_array(), frame);
  }
  if (flow.kind == Kind::kNothing) {  // but an empty array that a place picked behind an order stays one
    return flow.value.is_array() && !IsSequence(flow.value) ? std::move(flow.value) : Value();
  }
  if (flow.kind == Kind::kOne && node.keep_array) return SequenceOf(std::move(flow.value));
  return std::move(flow.value);
}

// A step's value for one item: its expression, then its predicates.
Value Evaluation::StepOf(const Node& step, const Value& item, Frame* frame) {
  if (step.type == NodeType::kName && item.is_object() && step.stages.empty() && step.predicates.empty() &&
      step.group == nullptr) {
    const Value* found = item.Find(step.value.as_string());
    return found == nullptr ? Value() : *found;
  }
  Value value = Evaluate(step, item, frame);
  for (const Stage& stage : step.stages) value = Filter(*stage.filter, value, frame);
  return value;
}

void Evaluation::Advance(const Node& step, bool is_last, Flow& flow, Frame* frame) {
  using Kind = Flow::Kind;
  if (step.type == NodeType::kSort) {
    if (flow.kind == Kind::kPicked) return;
    flow.value = Stages(step.stages, Sort(step, flow.as_array(), frame), frame);
    flow.kind = flow.value.size() == 0 ? Kind::kNothing : Kind::kMany;
    return;
  }
  // One array in the last step stays what it is; others are flattened into the sequence, but not those that `[...]`
  // made.
  const auto settle = [&](Value value) {
    if (value.is_array() && is_last && !IsSequence(value)) {
      flow.kind = Kind::kMany;
    } else if (value.is_array() && (value.marks() & kConstructed) == 0) {
      flow.kind = value.size() == 0 ? Kind::kNothing : Kind::kMany;
      value.set_marks(kSequence);
    } else {
      flow.kind = value.is_undefined() ? Kind::kNothing : Kind::kOne;
    }
    flow.value = std::move(value);
  };
  if (flow.kind == Kind::kOne) return settle(StepOf(step, flow.value, frame));
  if (flow.kind == Kind::kPicked) {
    flow.value = flow.value.is_string() ? Split(flow.value.as_string(), std::string_view()) : Value::Array();
  }
  ArrayBuilder all;
  const auto add = [&](const Value& value) {
    if (!value.is_array() || (value.marks() & kConstructed) != 0) return all.Add(value);
    for (const Value& item : value.items()) all.Add(item);
  };
  Value first;
  size_t count = 0;
  const Value items = flow.value;  // keeps them while the flow goes on
  for (const Value& item : items.items()) {
    Value value = StepOf(step, item, frame);
    if (value.is_undefined()) continue;
    Charge(1 + value.size());
    if (++count == 1) {
      first = std::move(value);
      continue;
    }
    if (count == 2) add(first);
    add(value);
  }
  if (count <= 1) return settle(std::move(first));
  flow.kind = all.size() == 0 ? Kind::kNothing : Kind::kMany;
  flow.value = SequenceOf(all);
}

FrameRef Evaluation::FrameOf(const Tuple& tuple, Frame* parent) {
  FrameRef frame(frames_.Make(parent));
  frame->bindings = tuple;
  return frame;
}

Value Evaluation::ObjectOf(const Tuple& tuple) const {
  ObjectBuilder object(tuple.size());
  for (const Frame::Binding& b : tuple) {
    if (!b.value.is_undefined()) object.Add(names().TextOf(b.name), b.value);
  }
  return object.Build();
}

Value Evaluation::ListOf(const TupleStream& stream) {
  ArrayBuilder list(stream.tuples.size());
  for (const Tuple& tuple : stream.tuples) {
    Charge(1 + 2 * tuple.size());
    list.Add(ObjectOf(tuple));
  }
  Value array = list.Build();
  array.set_marks(stream.list_marks);
  return array;
}

Value Evaluation::EvaluateFor(const Node& node, const TupleStream& stream, const Tuple& tuple, Frame* frame) {
  if (stream.is_list) return Evaluate(node, ObjectOf(tuple), frame);
  const FrameRef scope = FrameOf(tuple, frame);
  return Evaluate(node, Value(ItemOf(tuple)), scope.get());
}

Value Evaluation::Tuples(const Node& step, std::span<const Value> items, const Value& stream, Frame* frame) {
  auto* result = new TupleStream;
  Value holder = Value::Holding(result);
  const TupleStream* before = TupleStream::Of(stream);
  if (step.type == NodeType::kSort) {
    if (before != nullptr) {
      holder = Sort(step, stream, frame);
    } else {
      ArrayBuilder all(items.size());
      for (const Value& item : items) all.Add(item);
      int64_t place = 0;
      const Value sorted = Sort(step, all.Build(), frame);
      for (const Value& item : sorted.items()) {
        Tuple tuple = {{Names::kItem, item}};
        if (step.index >= 0) tuple.push_back({step.index, Value::Int(place++)});
        result->tuples.push_back(std::move(tuple));
      }
    }
    return Stages(step.stages, std::move(holder), frame);
  }
  const auto extend = [&](const Tuple& tuple) {
    const FrameRef scope = FrameOf(tuple, frame);
    const Value item = ItemOf(tuple);
    const Value value = Evaluate(step, item, scope.get());
    if (value.is_undefined()) return;
    if (const TupleStream* inner = TupleStream::Of(value)) {
      for (const Tuple& more : inner->tuples) {
        Tuple joined = tuple;
        for (const Frame::Binding& b : more) BindIn(joined, b.name, b.value);
        result->tuples.push_back(std::move(joined));
      }
      return;
    }
    const std::span<const Value> values = value.is_array() ? value.items() : std::span(&value, 1);
    Charge(values.size() * (tuple.size() + 1));
    for (size_t i = 0; i < values.size(); ++i) {
      Tuple joined = tuple;
      BindIn(joined, step.focus >= 0 ? step.focus : Names::kItem, values[i]);
      if (step.index >= 0) BindIn(joined, step.index, Value::Int(static_cast<int64_t>(i)));
      if (step.ancestor != nullptr) BindIn(joined, step.ancestor->label, item);
      result->tuples.push_back(std::move(joined));
    }
  };
  if (before != nullptr) {
    for (const Tuple& tuple : before->tuples) extend(tuple);
  } else {
    for (const Value& item : items) extend({{Names::kItem, item}});
  }
  return Stages(step.stages, std::move(holder), frame);
}

Value Evaluation::Stages(const std::vector<Stage>& stages, Value input, Frame* frame) {
  for (const Stage& stage : stages) {
    if (stage.filter != nullptr) {
      input = Filter(*stage.filter, input, frame);
    } else if (auto* stream = dynamic_cast<TupleStream*>(input.opaque())) {
      int64_t place = 0;
      for (Tuple& tuple : stream->tuples) BindIn(tuple, stage.index_variable, Value::Int(place++));
    }
  }
  return input;
}

Value Evaluation::Filter(const Node& filter, const Value& input, Frame* frame) {
  const TupleStream* stream = TupleStream::Of(input);
  const std::span<const Value> items = input.is_array() ? input.items() : std::span(&input, 1);
  const size_t size = stream != nullptr ? stream->tuples.size() : items.size();
  if (filter.type == NodeType::kLiteral && filter.value.is_number()) {
    const int64_t index = IndexOf(filter.value, size);
    const bool is_there = index >= 0 && static_cast<size_t>(index) < size;
    if (stream != nullptr) {
      auto* one = new TupleStream;
      Value holder = Value::Holding(one);
      one->is_list = stream->is_list;
      one->list_marks = kSequence;
      if (is_there) one->tuples.push_back(stream->tuples[static_cast<size_t>(index)]);
      return holder;
    }
    const Value item = is_there ? items[static_cast<size_t>(index)] : Value();
    ArrayBuilder one;
    if (item.is_array()) return item;
    if (!item.is_undefined()) one.Add(item);
    return SequenceOf(one);
  }
  // How often the item is wanted: a predicate may be a list of indices.
  const auto times = [&](const Value& wanted, size_t place) -> size_t {
    const auto is_place = [&](const Value& v) { return IndexOf(v, size) == static_cast<int64_t>(place); };
    if (!wanted.is_array() && IsNumeric(wanted)) return is_place(wanted) ? 1 : 0;
    if (!AreAllNumeric(wanted)) return Truth(wanted) == true ? 1 : 0;
    return static_cast<size_t>(std::count_if(wanted.items().begin(), wanted.items().end(), is_place));
  };
  if (stream != nullptr) {
    auto* left = new TupleStream;
    Value holder = Value::Holding(left);
    left->is_list = stream->is_list;
    left->list_marks = kSequence;
    for (size_t i = 0; i < size; ++i) {
      const Tuple& tuple = stream->tuples[i];
      const Value wanted = EvaluateFor(filter, *stream, tuple, frame);
      for (size_t n = times(wanted, i); n > 0; --n) left->tuples.push_back(tuple);
    }
    return holder;
  }
  ArrayBuilder left;
  const Value kept = input;
  for (size_t i = 0; i < size; ++i) {
    const Value wanted = Evaluate(filter, items[i], frame);
    for (size_t n = times(wanted, i); n > 0 && !items[i].is_undefined(); --n) left.Add(items[i]);
  }
  Charge(left.size());
  return SequenceOf(left);
}

Value Evaluation::Sort(const Node& step, const Value& input, Frame* frame) {
  const TupleStream* stream = TupleStream::Of(input);
  const size_t size = stream != nullptr ? stream->tuples.size() : input.size();
  if (size <= 1) return input;
  // Each term is evaluated once for each item, when a comparison first asks for it.
  struct Key {
    Value value;
    bool known = false;
  };
  const size_t terms = step.terms.size();
  Charge(size * (terms + 1));
  std::vector<Key> keys(size * terms);
  const auto key_of = [&](size_t item, size_t term) -> const Value& {
    Key& key = keys[item * terms + term];
    if (!key.known) {
      const Node& expression = *step.terms[term].expression;
      key.value = stream != nullptr ? EvaluateFor(expression, *stream, stream->tuples[item], frame)
                                    : Evaluate(expression, input.items()[item], frame);
      key.known = true;
    }
    return key.value;
  };
  const auto comes_later = [&](size_t a, size_t b) {
    Tick();
    for (size_t term = 0; term < terms; ++term) {
      const Value& left = key_of(a, term);
      const Value& right = key_of(b, term);
      if (left.is_undefined() && right.is_undefined()) continue;
      if (left.is_undefined() || right.is_undefined()) return left.is_undefined();  // what has no key comes last
      const auto fail = [&](Error error) {
        error.SetPosition(step.position);
        throw error;
      };
      const auto fits = [](const Value& v) { return v.is_string() || v.is_number(); };
      if (!fits(left) || !fits(right)) fail(Error("T2008").With(fits(left) ? right : left));
      if (left.type() != right.type()) fail(Error("T2007").With(left, right));
      const std::partial_ordering order =
          left.is_number() ? left.as_double() <=> right.as_double() : CompareUtf16(left.as_string(), right.as_string());
      if (order == 0) continue;
      return step.terms[term].descending ? order < 0 : !(order < 0);
    }
    return false;
  };
  std::vector<size_t> order(size);
  for (size_t i = 0; i < size; ++i) order[i] = i;
  MergeSort(order, comes_later);
  if (stream != nullptr) {
    auto* sorted = new TupleStream;
    Value holder = Value::Holding(sorted);
    sorted->is_list = true;
    for (const size_t i : order) sorted->tuples.push_back(stream->tuples[i]);
    return holder;
  }
  ArrayBuilder sorted(size);
  for (const size_t i : order) sorted.Add(input.items()[i]);
  return sorted.Build();
}

namespace {

// The items of a group, appended to one another as $append does.
class Gathered {
 public:
  void Add(const Value& item) {
    if (++count_ == 1) {
      first_ = item;
      return;
    }
    if (item.is_undefined()) return;
    if (count_ == 2) Append(first_);
    Append(item);
  }
  Value Build() { return all_.size() == 0 ? std::move(first_) : all_.Build(); }

 private:
  void Append(const Value& item) {
    if (!item.is_array()) return item.is_undefined() ? void() : all_.Add(item);
    for (const Value& inner : item.items()) all_.Add(inner);
  }

  size_t count_ = 0;
  Value first_;
  ArrayBuilder all_;
};

// Groups by their keys, in the order in which those came.
template <typename Members>
struct Groups {
  struct Group {
    Value key;
    size_t pair;  // of the expression that made the key
    Members members;
  };

  Group& Of(const Value& key, size_t pair, size_t position) {
    const auto [it, is_new] = places.try_emplace(std::string(key.as_string()), all.size());
    if (is_new) {
      all.push_back({key, pair, {}});
    } else if (all[it->second].pair != pair) {
      Error error = Error("D1009").With(key);
      error.SetPosition(position);
      throw error;
    }
    return all[it->second];
  }

  std::vector<Group> all;
  std::unordered_map<std::string, size_t> places;
};

// Does a key name a group?
bool IsKey(const Value& key, size_t position) {
  if (key.is_string() || key.is_undefined()) return key.is_string();
  Error error = Error("T1003").With(key);
  error.SetPosition(position);
  throw error;
}

}  // namespace

Value Evaluation::Group(const Node& node, const Value& input, Frame* frame) {
  if (const TupleStream* stream = TupleStream::Of(input)) return GroupTuples(node, *stream, frame);
  static const Value kNone;
  const std::span<const Value> items = !input.is_array()   ? std::span(&input, 1)
                                       : input.size() == 0 ? std::span(&kNone, 1)
                                                           : input.items();
  ObjectBuilder object(node.pairs.size());
  Charge(node.pairs.size());
  if (items.size() == 1 && node.pairs.size() <= 32) {  // the usual object: each key has one value
    std::vector<Value> keys;
    keys.reserve(node.pairs.size());
    for (const auto& [key_node, value_node] : node.pairs) {
      Value key = Evaluate(*key_node, items[0], frame);
      const bool is_there = IsKey(key, node.position) && std::find(keys.begin(), keys.end(), key) != keys.end();
      if (is_there) {
        Error error = Error("D1009").With(key);
        error.SetPosition(node.position);
        throw error;
      }
      keys.push_back(std::move(key));
    }
    for (size_t i = 0; i < keys.size(); ++i) {
      if (!keys[i].is_string()) continue;
      Value value = Evaluate(*node.pairs[i].second, items[0], frame);
      if (!value.is_undefined()) object.Add(std::move(keys[i]), std::move(value));
    }
  } else {
    Groups<Gathered> groups;
    for (const Value& item : items) {
      Charge(node.pairs.size());
      for (size_t pair = 0; pair < node.pairs.size(); ++pair) {
        const Value key = Evaluate(*node.pairs[pair].first, item, frame);
        if (IsKey(key, node.position)) groups.Of(key, pair, node.position).members.Add(item);
      }
    }
    for (auto& group : groups.all) {
      Value value = Evaluate(*node.pairs[group.pair].second, group.members.Build(), frame);
      if (!value.is_undefined()) object.Add(std::move(group.key), std::move(value));
    }
  }
  return object.Build();
}

Value Evaluation::GroupTuples(const Node& node, const TupleStream& stream, Frame* frame) {
  Groups<std::vector<const Tuple*>> groups;
  for (const Tuple& tuple : stream.tuples) {
    const FrameRef scope = FrameOf(tuple, frame);
    for (size_t pair = 0; pair < node.pairs.size(); ++pair) {
      const Value key = Evaluate(*node.pairs[pair].first, Value(ItemOf(tuple)), scope.get());
      if (IsKey(key, node.position)) groups.Of(key, pair, node.position).members.push_back(&tuple);
    }
  }
  ObjectBuilder object;
  // A tuple that is a group alone loses its item to it, as in the reference: in later groups it has none.
  std::unordered_set<const Tuple*> without_item;
  for (auto& group : groups.all) {
    // Each variable has what the group's tuples have of it, one behind the other.
    std::vector<std::pair<int, Gathered>> gathered;
    for (const Tuple* tuple : group.members) {
      for (const Frame::Binding& b : *tuple) {
        if (b.name == Names::kItem && without_item.count(tuple) > 0) continue;
        auto place = std::find_if(gathered.begin(), gathered.end(), [&](const auto& g) { return g.first == b.name; });
        if (place == gathered.end()) place = gathered.insert(place, std::pair<int, Gathered>(b.name, Gathered()));
        place->second.Add(b.value);
      }
    }
    if (group.members.size() == 1) without_item.insert(group.members[0]);
    Tuple joined;
    Value context;
    for (auto& [name, values] : gathered) {
      if (name == Names::kItem) {
        context = values.Build();
      } else {
        joined.push_back({name, values.Build()});
      }
    }
    const FrameRef scope = FrameOf(joined, frame);
    Value value = Evaluate(*node.pairs[group.pair].second, context, scope.get());
    if (!value.is_undefined()) object.Add(std::move(group.key), std::move(value));
  }
  return object.Build();
}

}  // namespace gait::jsonata
