#include "engine/lint/data_flow.h"

#include <algorithm>

#include "engine/json/members.h"
#include "engine/lint/service_shapes.h"

namespace gait::lint {
namespace {

// The ways into a state that are told apart, and the states that are entered, on all ways.
constexpr size_t kEntriesMax = 6;
constexpr size_t kVisitsMax = 20'000;
constexpr size_t kMissesMax = 4;

bool IsUnknown(const ShapePtr& shape) { return shape->kind == Shape::Kind::kUnknown; }

ShapePtr ErrorShape(std::string_view made_by) {
  Shape shape;
  shape.kind = Shape::Kind::kObject;
  shape.made_by = made_by;
  shape.members = {{"Error", ScalarShape()}, {"Cause", ScalarShape()}};
  return Finished(std::move(shape));
}

ShapePtr ArrayOf(std::vector<ShapePtr> items, bool each, std::string_view made_by) {
  Shape shape;
  shape.kind = Shape::Kind::kArray;
  shape.each = each;
  shape.made_by = made_by;
  shape.items = std::move(items);
  return Finished(std::move(shape));
}

// What ResultPath makes of the two. `path`: null if there is none.
ShapePtr Combine(const Value* path, const ShapePtr& raw, ShapePtr result, std::string_view made_by) {
  if (path == nullptr) return result;
  if (path->is_null()) return raw;
  if (!path->is_string()) return UnknownShape();
  const DataPath parsed = ParseDataPath(path->as_string());
  if (parsed.root != DataPath::Root::kInput || !parsed.whole) return UnknownShape();
  return PutAt(raw, parsed.steps, std::move(result), made_by);
}

}  // namespace

struct DataFlow::Frame {
  ShapePtr raw, input;
  ShapePtr result = UnknownShape(), selected = UnknownShape(), combined = UnknownShape(), output = UnknownShape();

  const ShapePtr& Seen(const Read& read) const {
    switch (read.of) {
      case Read::Of::kRaw: return raw;
      case Read::Of::kInput: return input;
      case Read::Of::kResult: return result;
      case Read::Of::kSelected: return selected;
      case Read::Of::kCombined: return combined;
      case Read::Of::kError: break;
    }
    static const ShapePtr kError = ErrorShape("");
    return kError;
  }
};

DataFlow::DataFlow(const ScopeView& machine) {
  CollectVariables(machine);
  Run(machine, UnknownShape(), nullptr);
}

std::vector<MissedRead> DataFlow::missed() const {
  std::vector<MissedRead> all;
  for (const Read* read : missed_order_) {
    all.push_back(missed_.at(read));
    if (entered_unknown_.contains(all.back().state)) all.back().found_elsewhere = true;
  }
  return all;
}

void DataFlow::CollectVariables(const ScopeView& machine) {
  const auto collect = [&](const Value& object, const StateView& state) {
    const Value* assign = object.is_object() ? object.Find("Assign") : nullptr;
    if (assign == nullptr) return;
    for (const Member& m : assign->members()) {
      std::string_view name = m.name();
      ShapePtr shape = UnknownShape();
      if (name.ends_with(".$")) {
        name.remove_suffix(2);
      } else if (state.jsonata()) {
        shape = ExpressionTemplate(m.value, {UnknownShape(), UnknownShape()}, state.name);
      } else {
        shape = Template(m.value, UnknownShape(), state.name, nullptr);
      }
      const auto [it, is_new] = variables_.try_emplace(name, shape);
      if (!is_new) it->second = UnknownShape();
    }
  };
  ForEachState(machine, [&](const StateView& state) {
    collect(*state.object, state);
    for (const char* list : {"Choices", "Catch"}) {
      const Value* entries = state.Find(list);
      for (size_t i = 0; entries != nullptr && i < entries->size(); ++i) collect(entries->items()[i], state);
    }
  });
}

ShapePtr DataFlow::Run(const ScopeView& scope, ShapePtr input, const Entry* before) {
  if (!scope.complete || scope.states.empty()) return UnknownShape();
  std::vector<std::vector<const Entry*>> entered(scope.states.size());
  std::vector<const Entry*> queue;
  const auto enter = [&](size_t number, ShapePtr shape, const Entry* from, Way::Kind by) {
    for (const Entry* entry : entered[number]) {
      if (SameShape(entry->input, shape)) return;
    }
    if (entered[number].size() == kEntriesMax || visits_ == kVisitsMax) {
      complete_ = false;
      return;
    }
    ++visits_;
    entries_.push_back({&scope.states[number], std::move(shape), from, by});
    entered[number].push_back(&entries_.back());
    queue.push_back(&entries_.back());
  };
  enter(scope.start, std::move(input), before, Way::Kind::kNext);
  ShapePtr ends;
  std::vector<std::pair<const Way*, ShapePtr>> out;
  for (size_t next = 0; next < queue.size(); ++next) {
    const Entry& entry = *queue[next];
    const Frame frame = Evaluate(entry);
    CheckReads(entry, frame);
    out.clear();
    Leave(entry, frame, out);
    for (auto& [way, shape] : out) {
      if (way->to != Way::kEnd) {
        enter(way->to, std::move(shape), &entry, way->kind);
      } else {
        ends = ends == nullptr || SameShape(ends, shape) ? shape : UnknownShape();
      }
    }
  }
  return ends == nullptr || !complete_ ? UnknownShape() : ends;
}

void DataFlow::Leave(const Entry& entry, const Frame& frame, std::vector<std::pair<const Way*, ShapePtr>>& out) const {
  const StateView& state = *entry.state;
  for (const Way& way : state.ways) {
    if (way.kind == Way::Kind::kCatch) {
      const ShapePtr error = ErrorShape(state.name);
      const Value* output = way.via->Find("Output");
      if (!state.jsonata()) {
        out.emplace_back(&way, Combine(way.via->Find("ResultPath"), frame.raw, error, state.name));
      } else {
        out.emplace_back(&way, output == nullptr ? error : ExpressionTemplate(*output, frame, state.name));
      }
    } else if (way.kind == Way::Kind::kRule && way.via->Find("Output") != nullptr) {
      out.emplace_back(&way, ExpressionTemplate(*way.via->Find("Output"), frame, state.name));
    } else {
      out.emplace_back(&way, frame.output);
    }
  }
}

DataFlow::Frame DataFlow::Evaluate(const Entry& entry) {
  Frame frame{entry.input, entry.input};
  if (entry.state->jsonata()) {
    EvaluateJsonata(entry, frame);
  } else {
    EvaluateJsonPath(entry, frame);
  }
  return frame;
}

void DataFlow::EvaluateJsonPath(const Entry& entry, Frame& frame) {
  const StateView& state = *entry.state;
  // Of a path that filters: absent, null, or what it leads to.
  const auto filter = [&](const char* field, const ShapePtr& of) {
    const Value* path = state.Find(field);
    if (path == nullptr) return of;
    if (path->is_null()) return ShapeOf(Value::Object(), state.name);
    return path->is_string() ? Resolve(ParseDataPath(path->as_string()), of, nullptr) : UnknownShape();
  };
  frame.input = filter("InputPath", frame.raw);
  if (state.type != "Pass" && state.type != "Task" && state.inner.empty()) {
    frame.combined = frame.input;
    frame.output = filter("OutputPath", frame.combined);
    return;
  }
  const Value* parameters = state.Find("Parameters");
  const ShapePtr arguments = parameters == nullptr || state.type == "Map"
                                 ? frame.input
                                 : Template(*parameters, frame.input, state.name, nullptr);
  frame.result = Work(entry, arguments, frame);
  const Value* selector = state.Find("ResultSelector");
  frame.selected = selector == nullptr ? frame.result : Template(*selector, frame.result, state.name, nullptr);
  frame.combined = Combine(state.Find("ResultPath"), frame.raw, frame.selected, state.name);
  frame.output = filter("OutputPath", frame.combined);
}

void DataFlow::EvaluateJsonata(const Entry& entry, Frame& frame) {
  const StateView& state = *entry.state;
  const bool works = state.type == "Task" || !state.inner.empty();
  if (works) {
    const Value* arguments = state.Find("Arguments");
    frame.result =
        Work(entry, arguments == nullptr ? frame.raw : ExpressionTemplate(*arguments, frame, state.name), frame);
  }
  const Value* output = state.Find("Output");
  frame.output = output != nullptr ? ExpressionTemplate(*output, frame, state.name) : works ? frame.result : frame.raw;
}

ShapePtr DataFlow::Work(const Entry& entry, const ShapePtr& arguments, const Frame& frame) {
  const StateView& state = *entry.state;
  if (state.type == "Task") return ServiceShape(state);
  if (state.type == "Map") return state.inner.empty() ? UnknownShape() : RunMap(entry, frame);
  if (state.type == "Parallel") {
    std::vector<ShapePtr> outputs;
    for (const auto& branch : state.inner) outputs.push_back(Run(*branch, arguments, &entry));
    return ArrayOf(std::move(outputs), /*each=*/false, state.name);
  }
  const Value* result = state.Find("Result");
  return result == nullptr ? arguments : ShapeOf(*result, state.name);
}

ShapePtr DataFlow::RunMap(const Entry& entry, const Frame& frame) {
  const StateView& state = *entry.state;
  ShapePtr items = UnknownShape();
  if (!state.Has("ItemReader")) {
    const Value* path = state.Find(state.jsonata() ? "Items" : "ItemsPath");
    if (path == nullptr) {
      items = frame.input;
    } else if (state.jsonata()) {
      items = ExpressionTemplate(*path, frame, state.name);
    } else if (path->is_string()) {
      items = Resolve(ParseDataPath(path->as_string()), frame.input, nullptr);
    }
  }
  // Items of which one is unlike the others are not told apart.
  ShapePtr item = UnknownShape();
  if (items->kind == Shape::Kind::kArray && !items->items.empty()) {
    const bool alike = std::all_of(items->items.begin(), items->items.end(),
                                   [&](const ShapePtr& other) { return SameShape(other, items->items[0]); });
    if (alike) item = items->items[0];
  }
  const Value* selector = state.Find("ItemSelector");
  if (selector == nullptr && !state.jsonata()) selector = state.Find("Parameters");
  if (selector != nullptr) {
    item = state.jsonata() ? ExpressionTemplate(*selector, frame, state.name)
                           : Template(*selector, frame.input, state.name, item);
  }
  if (state.Has("ItemBatcher")) item = UnknownShape();
  const ShapePtr output = Run(*state.inner[0], item, &entry);
  const bool written = state.Has("ResultWriter");
  return IsUnknown(output) || written ? UnknownShape() : ArrayOf({output}, /*each=*/true, state.name);
}

ShapePtr DataFlow::Resolve(const DataPath& path, const ShapePtr& input, const Frame* frame) const {
  if (!path.whole) return UnknownShape();
  ShapePtr from = UnknownShape();
  if (path.root == DataPath::Root::kInput) from = input;
  if (path.root == DataPath::Root::kResult && frame != nullptr) from = frame->result;
  if (path.root == DataPath::Root::kVariable) {
    const auto it = variables_.find(path.variable);
    if (it != variables_.end()) from = it->second;
  }
  const ShapePtr found = Follow(from, path.steps, frame != nullptr).found;
  return found == nullptr ? UnknownShape() : found;
}

ShapePtr DataFlow::Template(const Value& json, const ShapePtr& input, std::string_view made_by,
                            const ShapePtr& item) const {
  if (IsPlaceholder(json)) return UnknownShape();
  if (!json.is_object() && !json.is_array()) return ScalarShape();
  Shape shape;
  shape.kind = json.is_object() ? Shape::Kind::kObject : Shape::Kind::kArray;
  shape.made_by = made_by;
  for (const Value& i : json.items()) shape.items.push_back(Template(i, input, made_by, item));
  for (const Member& m : json.members()) {
    if (!m.name().ends_with(".$") || !m.value.is_string()) {
      shape.members.emplace_back(m.name(), Template(m.value, input, made_by, item));
      continue;
    }
    const std::string_view name = m.name().substr(0, m.name().size() - 2);
    const std::string_view text = m.value.as_string();
    ShapePtr value = UnknownShape();
    if (item != nullptr && text == "$$.Map.Item.Value") {
      value = item;
    } else if (text.starts_with("$")) {
      value = Resolve(ParseDataPath(text), input, nullptr);
    }
    shape.members.emplace_back(name, std::move(value));
  }
  return Finished(std::move(shape));
}

ShapePtr DataFlow::ExpressionTemplate(const Value& json, const Frame& frame, std::string_view made_by) const {
  if (IsPlaceholder(json)) return UnknownShape();
  if (json.is_string() && json.as_string().starts_with("{%")) {
    return Resolve(ParseExpressionPath(json.as_string()), frame.raw, &frame);
  }
  if (!json.is_object() && !json.is_array()) return ScalarShape();
  Shape shape;
  shape.kind = json.is_object() ? Shape::Kind::kObject : Shape::Kind::kArray;
  shape.made_by = made_by;
  for (const Value& item : json.items()) shape.items.push_back(ExpressionTemplate(item, frame, made_by));
  for (const Member& m : json.members()) {
    shape.members.emplace_back(m.name(), ExpressionTemplate(m.value, frame, made_by));
  }
  return Finished(std::move(shape));
}

void DataFlow::CheckReads(const Entry& entry, const Frame& frame) {
  const StateView& state = *entry.state;
  const bool nothing_known = variables_.empty() && IsUnknown(frame.raw) && IsUnknown(frame.input) &&
                             IsUnknown(frame.result) && IsUnknown(frame.combined) && !state.Has("Catch");
  if (nothing_known) {
    entered_unknown_.insert(&state);
    return;
  }
  auto [it, is_new] = reads_.try_emplace(&state);
  if (is_new) it->second = ReadsOf(state);
  for (const Read& read : it->second) {
    ShapePtr shape = UnknownShape();
    if (read.path.root == DataPath::Root::kVariable) {
      const auto variable = variables_.find(read.path.variable);
      if (variable != variables_.end()) shape = variable->second;
    } else if (read.path.root != DataPath::Root::kContext && read.path.root != DataPath::Root::kOther) {
      shape = frame.Seen(read);
    }
    const Lookup at = Follow(shape, read.path.steps, state.jsonata());
    MissedRead& missed = missed_.try_emplace(&read, MissedRead{&state, &read, {}}).first->second;
    if (at.found != nullptr) {
      missed.found_elsewhere = true;
      continue;
    }
    if (missed.misses.empty()) missed_order_.push_back(&read);
    if (missed.misses.size() < kMissesMax) missed.misses.push_back({&entry, shape, at});
  }
}

}  // namespace gait::lint
