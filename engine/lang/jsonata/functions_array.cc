#include <algorithm>
#include <unordered_set>
#include <vector>

#include "engine/base/utf.h"
#include "engine/json/hash.h"
#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/merge_sort.h"

namespace gait::jsonata::builtin {
namespace {

Value Place(size_t i) { return Value::Int(static_cast<int64_t>(i)); }

int ArityOf(const Value& function) {
  const auto* callee = dynamic_cast<const Function*>(function.opaque());
  return callee == nullptr ? 0 : callee->arity();
}

}  // namespace

Value Count(Evaluation&, std::span<Value> a) { return Value::Int(static_cast<int64_t>(a[0].size())); }

Value Append(Evaluation& evaluation, std::span<Value> a) { return jsonata::Append(evaluation, a[0], a[1]); }

Value Zip(Evaluation& evaluation, std::span<Value> a) {
  size_t shortest = a.empty() ? 0 : a[0].size();
  for (const Value& array : a) shortest = std::min(shortest, array.size());
  evaluation.Charge(shortest * (a.size() + 1));
  ArrayBuilder tuples(shortest);
  for (size_t i = 0; i < shortest; ++i) {
    ArrayBuilder tuple(a.size());
    for (const Value& array : a) tuple.Add(array.items()[i]);
    tuples.Add(tuple.Build());
  }
  return tuples.Build();
}

Value Reverse(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].size() <= 1) return a[0];
  evaluation.Charge(a[0].size());
  ArrayBuilder reversed(a[0].size());
  for (size_t i = a[0].size(); i-- > 0;) reversed.Add(a[0].items()[i]);
  return reversed.Build();
}

Value Shuffle(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].size() <= 1) return a[0];
  evaluation.Charge(a[0].size());
  std::vector<Value> items(a[0].items().begin(), a[0].items().end());
  for (size_t i = items.size(); i-- > 1;) std::swap(items[i], items[evaluation.random().Below(i + 1)]);
  ArrayBuilder shuffled(items.size());
  for (Value& item : items) shuffled.Add(std::move(item));
  return shuffled.Build();
}

Value Distinct(Evaluation& evaluation, std::span<Value> a) {
  if (!a[0].is_array() || a[0].size() <= 1) return a[0];
  evaluation.Charge(a[0].size());
  std::unordered_set<Value, ValueHash> seen;
  ArrayBuilder distinct;
  for (const Value& item : a[0].items()) {
    if (seen.insert(item).second) distinct.Add(item);
  }
  Value result = distinct.Build();
  result.set_marks(a[0].marks() & kSequence);
  return result;
}

Value Sort(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].size() <= 1) return a[0];
  evaluation.Charge(a[0].size());
  std::vector<Value> items(a[0].items().begin(), a[0].items().end());
  if (a[1].is_undefined()) {
    const auto are = [&](auto is) { return std::all_of(items.begin(), items.end(), is); };
    if (are(IsNumeric)) {
      MergeSort(items, [](const Value& x, const Value& y) { return x.as_double() > y.as_double(); });
    } else if (are([](const Value& v) { return v.is_string(); })) {
      MergeSort(items, [](const Value& x, const Value& y) { return CompareUtf16(x.as_string(), y.as_string()) > 0; });
    } else {
      throw Error("D3070").Index(1);
    }
  } else {
    MergeSort(items, [&](const Value& x, const Value& y) { return IsTruthy(evaluation.Call(a[1], {x, y})); });
  }
  ArrayBuilder sorted(items.size());
  for (Value& item : items) sorted.Add(std::move(item));
  return sorted.Build();
}

Value Map(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  ArrayBuilder results;
  for (size_t i = 0; i < a[0].size(); ++i) {
    evaluation.Charge(1);
    Value made = evaluation.CallWith(a[1], a[0].items()[i], Place(i), a[0]);
    if (!made.is_undefined()) results.Add(std::move(made));
  }
  return SequenceOf(results);
}

Value Filter(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  ArrayBuilder left;
  for (size_t i = 0; i < a[0].size(); ++i) {
    const Value& item = a[0].items()[i];
    evaluation.Charge(1);
    if (Truth(evaluation.CallWith(a[1], item, Place(i), a[0])) == true) left.Add(item);
  }
  return SequenceOf(left);
}

Value Single(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const Value* found = nullptr;
  for (size_t i = 0; i < a[0].size(); ++i) {
    const Value& item = a[0].items()[i];
    const bool fits = a[1].is_undefined() || Truth(evaluation.CallWith(a[1], item, Place(i), a[0])) == true;
    if (fits && found != nullptr) throw Error("D3138").Index(static_cast<int64_t>(i));
    if (fits) found = &item;
  }
  if (found == nullptr) throw Error("D3139");
  return *found;
}

Value Reduce(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const int arity = ArityOf(a[1]);
  if (arity < 2) throw Error("D3050").Index(1);
  const bool begins_with_first = a[2].is_undefined() && a[0].size() > 0;
  Value result = begins_with_first ? a[0].items()[0] : a[2];
  for (size_t i = begins_with_first ? 1 : 0; i < a[0].size(); ++i) {
    std::vector<Value> arguments = {std::move(result), a[0].items()[i]};
    if (arity >= 3) arguments.push_back(Place(i));
    if (arity >= 4) arguments.push_back(a[0]);
    result = evaluation.Call(a[1], std::move(arguments));
  }
  return result;
}

}  // namespace gait::jsonata::builtin
