// The signature of a function: what its arguments may be, and what takes their place when they are missing.
// https://docs.jsonata.org/embedding-extending#function-signature-syntax
//
//   <s-n?:s>   a string, or else the context; a number or nothing; gives a string
//   <a<n>:n>   an array of numbers, or one number in an array's place
//   <(sf)x+>   a string or a function, then one or more of anything
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/value.h"

namespace gait::jsonata {

class Signature {
 public:
  // Throws Error: S0401, S0402.
  static Signature Parse(std::string_view text);

  // The arguments as the function takes them: the context in the place of a missing one, a single value as an array.
  // Throws Error: T0410, T0411, T0412.
  std::vector<Value> Validate(std::vector<Value> arguments, const Value& context) const;

 private:
  struct Parameter {
    uint8_t types = 0;  // bits of TypeBit
    char symbol = 0;
    bool is_array = false, takes_context = false, optional = false, repeated = false;
    std::string subtype;
  };

  bool FitsAsGiven(std::span<const Value> arguments) const;
  // Whether the parameters from `parameter` on match the arguments from `argument` on; how many each of them takes.
  bool Match(size_t parameter, size_t argument, std::span<const uint8_t> types, std::vector<size_t>& taken, size_t last,
             bool to_the_end) const;
  [[noreturn]] void Refuse(std::span<const uint8_t> types, std::span<const Value> arguments) const;

  std::vector<Parameter> parameters_;
};

}  // namespace gait::jsonata
