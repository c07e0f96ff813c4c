// JSONPath in Step Functions' dialect: that of Jayway JsonPath 2.0.0, which fits everything seen on AWS, without its
// path functions (AWS has none), plus what was seen on AWS and differs. ../../../docs/jsonpath.md describes the
// dialect.
//
// A path is compiled once and evaluated many times; a compiled path is immutable and may be shared between threads.
// Evaluation is linear in the document for one scan (`..`) and bounded in depth and in the number of values it touches.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/json/value.h"

namespace gait {

// The text is not a path. Found when a definition is compiled.
struct JsonPathSyntaxError {
  std::string message;
  size_t offset = 0;  // the byte of the text at which it was noticed
};

// A path that does not apply to a value.
struct JsonPathMiss {
  enum class Kind {
    kNotFound,  // names nothing: "No results for path: $['x']", "Missing property in path $['a']"
    kInvalid,   // does not fit the shape of the value: an index into an object, a number compared with a word
    kTooMuch,   // touches more than kJsonPathVisitsMax values, or a value that nests deeper than kJsonPathDepthMax
  };
  Kind kind = Kind::kNotFound;
  std::string message;  // as the path library words it; AWS shows it behind "Invalid path '...' : "
};

// How many values one evaluation may touch. `$..*..*` multiplies; a payload of AWS's size has at most some 130,000
// values.
inline constexpr size_t kJsonPathVisitsMax = 1'000'000;

// How deep a value may nest for a path that may name several of its parts; deeper than any parsed value (kNestingMax).
inline constexpr int kJsonPathDepthMax = 1'024;

class JsonPath {
 public:
  // Everything that the dialect takes: `.name`, `['a','b']`, `[0]`, `[0,2]`, `[1:3]`, `[-2:]`, `[*]`, `.*`, `..`,
  // `[?(...)]`, `[(@.length-1)]` behind a `$`, or a `@` that means the same; a text that begins with neither is taken
  // as if `$.` stood before it. (A Path of the States Language always begins with `$`: engine/lang/path.h.)
  static std::variant<JsonPath, JsonPathSyntaxError> Compile(std::string_view text);

  // A definite path gives the value it names, or misses; every other gives an array of all it found, in document order,
  // maybe none. REQUIRES: `root` is not undefined.
  std::variant<Value, JsonPathMiss> Evaluate(const Value& root) const;

  // Does it name at most one value? It does if made of names and single indices only.
  bool definite() const;
  // Is it a Reference Path: definite, made of member names and array indices only? What ResultPath, Variable and the
  // like take. https://states-language.net/#ref-paths
  bool is_reference() const;
  const std::string& text() const;

  // The steps of a Reference Path, for those who write where it points. REQUIRES: is_reference().
  struct Step {
    std::string name;  // of a member; "" and is_index for an index
    int64_t index = 0;
    bool is_index = false;
  };
  const std::vector<Step>& reference_steps() const;

 private:
  struct Compiled;
  explicit JsonPath(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace gait
