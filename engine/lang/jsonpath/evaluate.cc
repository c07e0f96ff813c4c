#include "engine/lang/jsonpath/evaluate.h"

#include <algorithm>

#include "engine/lang/java_text.h"

namespace gait::jsonpath {

namespace {

using Kind = Step::Kind;

// Where a definite index step points in `value`; anything if that is no array.
int64_t IndexIn(const Value& value, const Step& step) {
  return step.numbers[0] + (step.kind == Kind::kFromEnd ? static_cast<int64_t>(value.size()) : 0);
}

const Value* FindItem(const Value& value, int64_t index) {
  if (!value.is_array() || index < 0 || index >= static_cast<int64_t>(value.size())) return nullptr;
  return &value.items()[static_cast<size_t>(index)];
}

struct Range {
  int64_t from;
  int64_t to;  // exclusive
};

// What a slice takes of an array of this size. A negative number counts from the end only where the other end is open:
// `[-3:-1]` begins before the array, and so is out of bounds.
Range SliceOf(const Step& step, int64_t size) {
  if (size == 0) return {0, 0};
  const int64_t first = step.numbers[0];
  if (step.kind == Kind::kSlice) return {first, std::min<int64_t>(size, step.numbers[1])};
  const int64_t bound = first < 0 ? size + first : first;
  if (step.kind == Kind::kSliceFrom) return {std::max<int64_t>(0, bound), size};
  return {0, std::min(size, bound)};
}

}  // namespace

bool Evaluation::Visit(size_t count) {
  if (visits_left < count) {
    miss = {JsonPathMiss::Kind::kTooMuch,
            "The path touches more than " + std::to_string(kJsonPathVisitsMax) + " values"};
    return false;
  }
  visits_left -= count;
  return true;
}

Status Evaluation::Fail(JsonPathMiss::Kind kind, std::string message) {
  miss = {kind, std::move(message)};
  return Status::kFailed;
}

Status Walk::Run(const Value& start) {
  if (!path_.definite && start.depth() > kJsonPathDepthMax) {
    return evaluation_.Fail(JsonPathMiss::Kind::kTooMuch,
                            "The value nests deeper than " + std::to_string(kJsonPathDepthMax) + " levels");
  }
  return From(&start, 0, {nullptr, 0, nullptr, 0, &start, 0});
}

Status Walk::From(const Value* value, size_t at, const Trail& trail) {
  for (; at < path_.steps.size(); ++at) {
    if (!evaluation_.Visit()) return Status::kFailed;
    const Step& step = path_.steps[at];
    switch (step.kind) {
      case Kind::kMember: {
        const Value* member = value->is_object() ? value->Find(step.names[0]) : nullptr;
        if (member == nullptr) return NoMember(*value, at, trail);
        value = member;
        break;
      }
      case Kind::kIndex:
      case Kind::kFromEnd: {
        const int64_t index = IndexIn(*value, step);
        const Value* item = FindItem(*value, index);
        if (item == nullptr) return NoItem(*value, index, at, trail);
        value = item;
        break;
      }
      case Kind::kHere: break;
      case Kind::kFilter: {
        if (!value->is_object()) return FilterItems(*value, at, trail);
        const Status status = Test(step.criteria, *value, evaluation_);
        if (status != Status::kOk) return status == Status::kNotFound ? Status::kOk : status;
        break;
      }
      case Kind::kMembers: return TakeMembers(*value, at, trail);
      case Kind::kIndices:
      case Kind::kSliceFrom:
      case Kind::kSliceTo:
      case Kind::kSlice: return Items(*value, at, trail);
      case Kind::kWildcard: return Wildcard(*value, at, trail);
      case Kind::kScan: return Scan(*value, at + 1, trail);
    }
  }
  Take(*value);
  return Status::kOk;
}

template <typename F>
Status Walk::EachChild(const Value& value, size_t branch, size_t next, const Trail& outer, F walk) {
  if (!evaluation_.Visit(value.size())) return Status::kFailed;
  for (const Value& item : value.items()) {
    const auto index = static_cast<size_t>(&item - value.items().data());
    const Status status = walk(item, Trail{&outer, branch, nullptr, index, &item, next});
    if (status != Status::kOk) return status;
  }
  for (const Member& member : value.members()) {
    const Status status = walk(member.value, Trail{&outer, branch, &member.key, 0, &member.value, next});
    if (status != Status::kOk) return status;
  }
  return Status::kOk;
}

Status Walk::FromItem(const Value& array, int64_t index, size_t at, const Trail& trail) {
  const Value* item = FindItem(array, index);
  if (item == nullptr) return NoItem(array, index, at, trail);
  return From(item, at + 1, {&trail, at, nullptr, static_cast<size_t>(index), item, at + 1});
}

Status Walk::Items(const Value& array, size_t at, const Trail& trail) {
  const Step& step = path_.steps[at];
  if (!array.is_array()) return NoItem(array, 0, at, trail);
  if (step.kind == Kind::kIndices) {
    for (const int32_t index : step.numbers) {
      const Status status = FromItem(array, index, at, trail);
      if (status != Status::kOk) return status;
    }
    return Status::kOk;
  }
  const Range range = SliceOf(step, static_cast<int64_t>(array.size()));
  for (int64_t index = range.from; index < range.to; ++index) {
    const Status status = FromItem(array, index, at, trail);
    if (status != Status::kOk) return status;
  }
  return Status::kOk;
}

// What the path does not find in an item is passed over; what it does not find in a member is a miss.
Status Walk::Wildcard(const Value& value, size_t at, const Trail& trail) {
  const bool passes_over = value.is_array();
  tolerant_ += passes_over;
  const Status status = EachChild(value, at, at + 1, trail, [&](const Value& child, const Trail& to_child) {
    const Status found = From(&child, at + 1, to_child);
    return passes_over && found == Status::kNotFound ? Status::kOk : found;
  });
  tolerant_ -= passes_over;
  return status;
}

Status Walk::FilterItems(const Value& array, size_t at, const Trail& trail) {
  if (!array.is_array()) {
    return evaluation_.Fail(JsonPathMiss::Kind::kInvalid,
                            "Filter: " + StepsText(path_, at) +
                                " can not be applied to primitives. Current context is: " + JavaText(array));
  }
  return EachChild(array, at, at + 1, trail, [&](const Value& item, const Trail& to_item) {
    const Status passes = Test(path_.steps[at].criteria, item, evaluation_);
    if (passes == Status::kNotFound) return Status::kOk;
    return passes == Status::kOk ? From(&item, at + 1, to_item) : passes;
  });
}

// Tries step `at` on `value` and then on every container within it.
Status Walk::Scan(const Value& value, size_t at, const Trail& trail) {
  if (value.depth() == 0) return Status::kOk;
  const Status status = ScanStep(value, at, trail);
  if (status != Status::kOk) return status;
  return EachChild(value, at, at, trail,
                   [&](const Value& child, const Trail& to_child) { return Scan(child, at, to_child); });
}

Status Walk::ScanStep(const Value& container, size_t at, const Trail& trail) {
  const Step& step = path_.steps[at];
  switch (step.kind) {
    case Kind::kWildcard: break;
    case Kind::kMember:
    case Kind::kMembers: {
      const auto has = [&](const std::string& name) { return container.Find(name) != nullptr; };
      if (!container.is_object() || !std::all_of(step.names.begin(), step.names.end(), has)) return Status::kOk;
      break;
    }
    case Kind::kFilter: {
      const Status passes = Test(step.criteria, container, evaluation_);
      if (passes != Status::kOk) return passes == Status::kNotFound ? Status::kOk : passes;
      break;
    }
    case Kind::kHere:
    case Kind::kScan: return Status::kOk;
    default:
      if (!container.is_array()) return Status::kOk;
  }
  if (container.is_object() || at + 1 == path_.steps.size()) return From(&container, at, trail);
  // From an array the path goes on without the step itself: `$..[0].a` gives the `a` of every item.
  return EachChild(container, at, at + 1, trail,
                   [&](const Value& item, const Trail& to_item) { return From(&item, at + 1, to_item); });
}

void Walk::Take(const Value& value) {
  if (path_.definite) {
    found_ = &value;
  } else {
    results_.Add(value);
  }
}

Status Walk::TakeMembers(const Value& value, size_t at, const Trail& trail) {
  const Step& step = path_.steps[at];
  if (!value.is_object()) return NoMember(value, at, trail);
  if (at + 1 != path_.steps.size()) {
    return evaluation_.Fail(JsonPathMiss::Kind::kInvalid,
                            "Multi properties can only be used as path leafs: " + PathTo(at, trail) + StepText(step));
  }
  ObjectBuilder members(step.names.size());
  for (const std::string& name : step.names) {
    if (const Value* member = value.Find(name)) {
      members.Add(name, *member);
    } else if (mode_ == Mode::kExists) {
      return Status::kNotFound;
    }
  }
  made_ = members.Build();
  Take(made_);
  return Status::kOk;
}

Status Walk::NoMember(const Value& value, size_t at, const Trail& trail) {
  const Step& step = path_.steps[at];
  if (!value.is_object()) {
    return NotFound([&] { return "Property " + StepText(step) + " not found in path " + PathTo(at, trail); });
  }
  const bool last = at + 1 == path_.steps.size();
  if (!last && step.may_be_missing) return Status::kOk;
  return NotFound([&] {
    return (last ? "No results for path: " : "Missing property in path ") + PathTo(at, trail) + StepText(step);
  });
}

Status Walk::NoItem(const Value& value, int64_t index, size_t at, const Trail& trail) {
  if (value.is_null()) return NotFound([&] { return "The path " + PathTo(at, trail) + " is null"; });
  if (!value.is_array()) {
    return evaluation_.Fail(
        JsonPathMiss::Kind::kInvalid,
        "Filter: " + StepsText(path_, at) + " can only be applied to arrays. Current context is: " + JavaText(value));
  }
  return NotFound([&] {
    return "Index out of bounds when evaluating path " + PathTo(at, trail) + "[" + std::to_string(index) + "]";
  });
}

// `message` makes the text, which nobody reads where something above goes on.
template <typename Message>
Status Walk::NotFound(Message message) {
  if (tolerant_ == 0) evaluation_.Fail(JsonPathMiss::Kind::kNotFound, message());
  return Status::kNotFound;
}

// The normalized path of the value that step `at` applies to.
std::string Walk::PathTo(size_t at, const Trail& trail) const {
  std::string text = "$";
  if (trail.outer != nullptr) {
    text = PathTo(trail.branch, *trail.outer);
    text += trail.key != nullptr ? "['" + std::string(trail.key->as_string()) + "']"
                                 : "[" + std::to_string(trail.index) + "]";
  }
  const Value* value = trail.value;
  for (size_t i = trail.next; i < at; ++i) {
    const Step& step = path_.steps[i];
    if (step.kind == Kind::kMember) {
      text += StepText(step);
      value = value->Find(step.names[0]);
    } else if (step.kind == Kind::kIndex || step.kind == Kind::kFromEnd) {
      const int64_t index = IndexIn(*value, step);
      text += "[" + std::to_string(index) + "]";
      value = FindItem(*value, index);
    } else if (step.kind == Kind::kHere) {
      text = "$";
    }
  }
  return text;
}

}  // namespace gait::jsonpath
