// One evaluation of a compiled expression. For engine/lang/jsonata alone; others use expression.h.
//
// Arrays that come out of paths are sequences: they are flattened into one another, an empty one is no value, and one
// item stands for itself. That an array is one, its reference tells by a mark.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/random.h"
#include "engine/base/timestamp.h"
#include "engine/json/value.h"
#include "engine/lang/jsonata/ast.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/frame.h"
#include "engine/lang/jsonata/function.h"
#include "engine/lang/jsonata/names.h"
#include "engine/lang/jsonata/stack_guard.h"

namespace gait::jsonata {

// Marks of a reference to an array.
inline constexpr uint8_t kSequence = 1;       // it came out of a path
inline constexpr uint8_t kKeepSingleton = 2;  // `[]`: stays an array with one item
inline constexpr uint8_t kConstructed = 4;    // by `[...]` as a step: not flattened
inline constexpr uint8_t kWrapper = 8;        // around the input, when that is an array: its one item is the context

// The items as a sequence; the builder is empty again.
inline Value SequenceOf(ArrayBuilder& items) {
  Value sequence = items.Build();
  sequence.set_marks(kSequence);
  return sequence;
}
inline bool IsSequence(const Value& value) { return (value.marks() & kSequence) != 0; }

struct Bounds {
  int64_t time_ms = 0;  // 0: the default
  int depth = 0;        // of evaluation; 0: as far as the stack goes
};

class Evaluation {
 public:
  Evaluation(const Names& names, Mode mode, Timestamp now, Random& random, const Bounds& bounds);

  // The value of the whole expression. `variables` is an object, or undefined. Throws Error.
  Value Run(const Tree& tree, const Value& input, const Value& variables);

  // ---- For functions

  // Calls a function value. Throws Error: T1006 if it is none.
  Value Call(const Value& function, std::vector<Value> arguments);
  // With as many of (item, place, whole) as the function takes.
  Value CallWith(const Value& function, const Value& item, Value place, const Value& whole);
  // $eval
  Value EvaluateText(std::string_view text, const Value* focus);

  Timestamp now() const { return now_; }
  Random& random() { return random_; }
  // The context of the call that is under way.
  const Value& context() const { return *context_; }
  // Accounts for memory that is about to be used. Throws Error: U1001.
  void Charge(size_t items) {
    if ((charged_ += items) > kItemsMax) TooMuch();
  }

 private:
  // A tuple of a stream: variables that steps have bound, the item among them.
  using Tuple = std::vector<Frame::Binding>;
  struct TupleStream;
  struct TailCall {
    const Node* node = nullptr;
    Value input;
    FrameRef frame;
  };

  Value Evaluate(const Node& node, const Value& input, Frame* frame);
  Value Dispatch(const Node& node, const Value& input, Frame* frame);

  // evaluate_path.cc
  Value Path(const Node& node, const Value& input, Frame* frame);
  // What flows from step to step: nothing, one value, or the items of an array.
  struct Flow;
  void Advance(const Node& step, bool is_last, Flow& flow, Frame* frame);
  Value StepOf(const Node& step, const Value& item, Frame* frame);
  Value Tuples(const Node& step, std::span<const Value> items, const Value& stream, Frame* frame);
  Value Stages(const std::vector<Stage>& stages, Value input, Frame* frame);
  Value Filter(const Node& filter, const Value& input, Frame* frame);
  Value Sort(const Node& step, const Value& input, Frame* frame);
  Value Group(const Node& node, const Value& input, Frame* frame);
  Value GroupTuples(const Node& node, const TupleStream& stream, Frame* frame);
  FrameRef FrameOf(const Tuple& tuple, Frame* parent);
  // A list of tuples, and one of them: objects of the variables.
  Value ListOf(const TupleStream& stream);
  Value ObjectOf(const Tuple& tuple) const;
  // With the tuple's item as context, and its variables; of a list, with the tuple itself.
  Value EvaluateFor(const Node& node, const TupleStream& stream, const Tuple& tuple, Frame* frame);

  // evaluate.cc
  Value Variable(int name, const Value& input, Frame* frame);
  const Value* Lookup(int name, const Frame* frame) const;
  Value Binary(const Node& node, const Value& input, Frame* frame);
  Value Array(const Node& node, const Value& input, Frame* frame);
  Value Range(const Value& from, const Value& to);
  Value Apply(const Node& node, const Value& input, Frame* frame);
  Value Partial(const Node& node, const Value& input, Frame* frame);
  Value MakeLambda(const Node& node, const Value& input, Frame* frame);

  // call.cc
  Value CallNode(const Node& node, const Value& input, Frame* frame, const Value* first);
  Value Invoke(const Value& function, std::vector<Value> arguments, const Value& context);
  Value InvokeOnce(const Value& function, std::vector<Value> arguments, const Value& context);
  Value InvokeBuiltin(const CompiledBuiltin& builtin, std::vector<Value> arguments, const Value& context);
  Value RunTransform(const Transform& transform, const Value& object);
  Value MatchOf(const std::shared_ptr<const Regex>& regex, std::string text, size_t from);
  Value BuiltinOf(int name) const;
  // Binds the caller's variables whose names are numbered from `from` on.
  void BindVariables(int from);

  void Tick();
  // What recurses over values stays within the stack. Throws Error: U1001.
  static void CheckDepth(const Value& value) {
    if (value.depth() > kNestingMax) throw Error("U1001").Saying("The result nests too deeply");
  }
  [[noreturn]] void TooMuch();

  static constexpr size_t kItemsMax = size_t{1} << 25;  // 512 MiB of values, counted as they are made
  static constexpr int64_t kTimeMs = 10'000;

  // The expression's names, and a copy of them from when an evaluation adds its own.
  const Names& names() const { return extended_ ? *extended_ : base_names_; }
  Names& OwnNames() {
    if (!extended_) extended_ = std::make_unique<Names>(base_names_);
    return *extended_;
  }

  const Names& base_names_;
  std::unique_ptr<Names> extended_;
  const Mode mode_;
  const Timestamp now_;
  Random& random_;
  const int depth_max_;
  const int64_t time_ms_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;  // set when the first look at the clock is due
  const StackGuard guard_;
  FramePool frames_;
  std::deque<Tree> evaluated_;  // by $eval
  Value variables_;
  const Value* context_ = nullptr;
  Frame root_;               // of the pool's frames each has it above it, so it is no pool's
  Frame* caller_ = nullptr;  // where the function that runs was called: what $eval sees
  TailCall tail_call_;
  size_t charged_ = 0;
  uint64_t steps_ = 0;
  int depth_ = 0;
};

// What a value is when a truth is asked for; nothing for undefined.
std::optional<bool> Truth(const Value& value);
// Whether JavaScript takes it for true, by which the reference asks functions that compare and match: every container
// is, and every function.
bool IsTruthy(const Value& value);
// $string
std::string TextOf(const Value& value, bool pretty = false);
// Is it a number? Throws Error: D1001 for an infinity.
bool IsNumeric(const Value& value);
// The second behind the first, as an array.
Value Append(Evaluation& evaluation, const Value& first, const Value& second);
// What a name gives of an object, or of each object in an array.
Value LookupName(const Value& input, std::string_view name);

}  // namespace gait::jsonata
