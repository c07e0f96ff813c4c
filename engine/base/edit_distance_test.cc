#include "engine/base/edit_distance.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("edit distance counts edits, ignores case and stops at its limit") {
  CHECK(EditDistance("Resource", "Resource", 3) == 0);
  CHECK(EditDistance("resource", "Resource", 3) == 0);
  CHECK(EditDistance("Resorce", "Resource", 3) == 1);
  CHECK(EditDistance("Nxet", "Next", 3) == 1);
  CHECK(EditDistance("kitten", "sitting", 3) == 3);
  CHECK(EditDistance("abc", "xyz", 1) == 2);
  CHECK(EditDistance("", "abcd", 2) == 3);
}

TEST_CASE("did you mean proposes a near word and no far one") {
  const std::string_view known[] = {"Next", "Resource", "TimeoutSeconds", "End"};
  CHECK(DidYouMean("TimeOutSecond", known) == "TimeoutSeconds");
  CHECK(DidYouMean("Resouce", known) == "Resource");
  CHECK_FALSE(DidYouMean("Banana", known).has_value());
  CHECK_FALSE(DidYouMean("X", known).has_value());
}

}  // namespace
}  // namespace gait
