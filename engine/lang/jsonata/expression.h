// A JSONata expression: compiled once, evaluated as often as it is wanted. https://docs.jsonata.org
//
// In Step Functions' mode (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html) `$eval`, `??`
// and
// `?:` are missing, and `$partition`, `$range`, `$hash`, `$random(seed)`, `$uuid` and `$parse` are there.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/timestamp.h"
#include "engine/json/value.h"

namespace gait::jsonata {

enum class Mode : uint8_t;

// Why an expression does not compile, or has no value.
struct Failure {
  std::string code;                // the reference's: "S0202", "T2001"; "U1001" where a bound was reached
  std::string message;             // without the code
  std::optional<size_t> position;  // in characters, from the beginning of the expression
  std::optional<std::string> token;
  Value value;  // that the message speaks of; undefined: none
};

struct Options {
  bool step_functions = true;
};

// What an evaluation may use. Whatever is reached ends it with U1001.
struct Limits {
  int64_t time_ms = 0;  // 0: ten seconds
  int depth = 0;        // of nested evaluation; 0: as deep as a thread's stack allows
};

// What an expression refers to, as far as its text tells.
struct Reference {
  enum class Kind : uint8_t {
    kTopLevel,  // data at the top, where Step Functions has none: a field, `$`, `$$`, `*`; the name is the text
    kStates,    // $states.NAME
    kVariable,  // $NAME that the expression itself binds nowhere; it may be a function's name
  };

  Kind kind;
  std::string name;
};

struct Services {
  Timestamp now;  // of $now and $millis
  Random& random;
};

// The names of the functions that there are, without `$`, in the order of the alphabet.
std::vector<std::string> FunctionNames(const Options& options);
bool IsFunctionName(std::string_view name, const Options& options = {});

class Expression {
 public:
  static std::variant<Expression, Failure> Compile(std::string_view text, const Options& options = {});
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  // Everything it refers to, each once.
  std::vector<Reference> references() const;

  // Undefined where the expression has no value. `variables` is an object of values by their names without `$`, or
  // undefined. Any thread; an Expression is immutable.
  std::variant<Value, Failure> Evaluate(const Value& input, const Value& variables, const Services& services,
                                        const Limits& limits = {}) const;

 private:
  struct Compiled;
  explicit Expression(std::unique_ptr<const Compiled> compiled);

  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace gait::jsonata
