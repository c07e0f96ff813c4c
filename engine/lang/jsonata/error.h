// Why an expression does not compile, or has no value.
//
// Within engine/lang/jsonata an error is thrown: evaluation recurses deeply, almost nobody's expression fails, and no
// construct of the language catches. It does not leave this folder: Expression gives it back as a value.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/json/value.h"

namespace gait::jsonata {

class Error : public std::exception {
 public:
  // `code` is the reference's: S0101 and the like for syntax, T... for types, D... for values, U... for limits.
  explicit Error(std::string_view code) : code_(code) {}

  // What the message speaks of: {{token}}, {{value}}, {{value2}}, {{index}} in the table.
  Error&& Token(std::string token) && {
    token_ = std::move(token);
    return std::move(*this);
  }
  Error&& With(Value value) && {
    value_ = std::move(value);
    return std::move(*this);
  }
  Error&& With(Value value, Value value2) && {
    value2_ = std::move(value2);
    return std::move(*this).With(std::move(value));
  }
  Error&& Index(int64_t index) && {
    index_ = index;
    return std::move(*this);
  }
  // An error that the expression itself raised: $error, $assert.
  Error&& Saying(std::string message) && {
    message_ = std::move(message);
    return std::move(*this);
  }
  // Where in the expression, in bytes; the innermost place stays.
  void SetPosition(size_t position) {
    if (!position_) position_ = position;
  }
  void SetToken(std::string_view token) {
    if (!token_) token_ = std::string(token);
  }

  const std::string& code() const { return code_; }
  const std::optional<size_t>& position() const { return position_; }
  const std::optional<std::string>& token() const { return token_; }
  const Value& value() const { return value_; }  // undefined: none
  const Value& value2() const { return value2_; }
  const std::optional<int64_t>& index() const { return index_; }
  // "D3030: Unable to cast value to a number" without the code.
  std::string message() const;
  const char* what() const noexcept override { return code_.c_str(); }

 private:
  std::string code_;
  std::optional<size_t> position_;
  std::optional<std::string> token_;
  std::optional<int64_t> index_;
  Value value_, value2_;
  std::string message_;
};

}  // namespace gait::jsonata
