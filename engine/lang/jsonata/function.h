// Functions as values.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/json/value.h"
#include "engine/lang/jsonata/ast.h"
#include "engine/lang/jsonata/frame.h"
#include "engine/lang/jsonata/signature.h"

namespace gait::jsonata {

class Evaluation;

// Takes its arguments as the signature has made them; a missing one is undefined, and there are as many as parameters.
using Native = Value (*)(Evaluation&, std::span<Value>);

struct Builtin {
  std::string_view name;
  std::string_view signature;
  Native native;
  int parameters;  // that there are
  int arity;       // those that a higher-order function counts on: the ones before the first that has a default
};

// Which functions there are.
enum class Mode : uint8_t {
  kCore,    // JSONata's own
  kStates,  // Step Functions': without $eval, with $partition and the like
};

// The row of a function, or null. Its signature is compiled once.
struct CompiledBuiltin {
  const Builtin* row;
  Signature signature;
  Value value;  // a BuiltinFunction
};
const CompiledBuiltin* FindBuiltin(std::string_view name, Mode mode);
std::vector<std::string> BuiltinNames(Mode mode);

class Function : public Opaque {
 public:
  // Functions hold one another, through frames and inputs, as long as an evaluation makes the chain: they go one by
  // one.
  void Dispose() final;

  // As many arguments as the function takes.
  virtual int arity() const = 0;

 private:
  Function* next_dying_ = nullptr;
};

struct BuiltinFunction : Function {
  explicit BuiltinFunction(const CompiledBuiltin* b) : builtin(b) {}
  int arity() const override { return builtin->row->arity; }

  const CompiledBuiltin* builtin;
};

struct Lambda : Function {
  int arity() const override { return static_cast<int>(parameters.size()); }

  std::vector<int> parameters;
  const Node* body = nullptr;
  const Signature* signature = nullptr;     // null: anything goes
  const CompiledBuiltin* native = nullptr;  // with a body of its own: one of whose parameters some are bound
  Value input;
  FrameRef frame;
};

// $f ~> $g: first the one, then the other.
struct Chain : Function {
  int arity() const override { return 1; }

  Value first, second;
};

struct Transform : Function {
  int arity() const override { return 1; }

  const Node* node = nullptr;
  FrameRef frame;
};

// A regular expression: called with a text it gives the first match, which has the next.
struct Matcher : Function {
  int arity() const override { return 2; }

  std::shared_ptr<const Regex> regex;
};

// The `next` of a match.
struct NextMatch : Function {
  int arity() const override { return 0; }

  std::shared_ptr<const Regex> regex;
  std::string text;
  size_t from = 0;
};

}  // namespace gait::jsonata
