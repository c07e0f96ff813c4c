#include "engine/lang/intrinsic/function_table.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace gait {
namespace {

TEST_CASE("rows are found by their names, letter for letter") {
  for (const IntrinsicFunction& function : IntrinsicFunctions()) {
    CAPTURE(function.name);
    CHECK(intrinsic::FindFunction(function.name) == &function);
    CHECK(LooksLikeIntrinsic(function.name));
  }
  CHECK(intrinsic::FindFunction("States.format") == nullptr);
  CHECK(intrinsic::FindFunction("") == nullptr);
}

TEST_CASE("the parameter that an argument goes to") {
  const auto type = [](const char* name, size_t index) {
    return intrinsic::ParameterOf(*intrinsic::FindFunction(name), index).type;
  };
  CHECK(type("States.Format", 0) == IntrinsicType::kTemplate);
  CHECK(type("States.Format", 1) == IntrinsicType::kAny);
  CHECK(type("States.Format", 99) == IntrinsicType::kAny);
  CHECK(type("States.JsonMerge", 2) == IntrinsicType::kBoolean);
  CHECK(type("States.JsonMerge", 3) == IntrinsicType::kBoolean);
  CHECK(type("States.UUID", 0) == IntrinsicType::kAny);
}

// docs/intrinsics.md has for each row a heading, and below it the call with the names of its parameters.
TEST_CASE("the documentation describes the table") {
  std::ifstream file(GAIT_SOURCE_DIR "/docs/intrinsics.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(!page.empty());
  size_t headings = 0;
  for (size_t at = page.find("\n### "); at != std::string::npos; at = page.find("\n### ", at + 1)) ++headings;
  CHECK(headings == IntrinsicFunctions().size());
  for (const IntrinsicFunction& function : IntrinsicFunctions()) {
    CAPTURE(function.name);
    std::string call = "`" + std::string(function.name) + "(";
    for (int i = 0; i < function.arguments_max; ++i) {
      (call += i == 0 ? "" : ", ") += function.parameters[static_cast<size_t>(i)].name;
    }
    if (function.arguments_max == IntrinsicFunction::kAnyNumber) {
      for (const IntrinsicParameter& parameter : function.parameters) {
        if (!parameter.name.empty()) (call += parameter.name) += ", ";
      }
      call += "...";
    }
    call += ")`";
    const size_t heading = page.find("\n### " + std::string(function.name) + "\n");
    REQUIRE(heading != std::string::npos);
    CHECK(page.find(call, heading) < page.find("\n### ", heading + 1));
  }
}

}  // namespace
}  // namespace gait
