#include "engine/json/pointer.h"

#include <doctest/doctest.h>

#include "engine/json/parse.h"

namespace gait {
namespace {

TEST_CASE("the examples of RFC 6901, section 5") {
  const Value doc = *ParseJson(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8," ":7})").value;
  CHECK(ResolvePointer(doc, "") == &doc);
  CHECK(ResolvePointer(doc, "/foo/0")->as_string() == "bar");
  CHECK(ResolvePointer(doc, "/")->as_int() == 0);
  CHECK(ResolvePointer(doc, "/a~1b")->as_int() == 1);
  CHECK(ResolvePointer(doc, "/m~0n")->as_int() == 8);
  CHECK(ResolvePointer(doc, "/ ")->as_int() == 7);
  CHECK(ResolvePointer(doc, "/foo/2") == nullptr);
  CHECK(ResolvePointer(doc, "/foo/01") == nullptr);
  CHECK(ResolvePointer(doc, "/foo/-") == nullptr);
  CHECK(ResolvePointer(doc, "/nope/x") == nullptr);
  CHECK(ResolvePointer(doc, "/a~1b/x") == nullptr);
}

TEST_CASE("a place has two spellings") {
  const Place place = Place().Key("States").Key("a/b").Key("Choices").Index(0).Key("Next");
  CHECK(place.pointer() == "/States/a~1b/Choices/0/Next");
  CHECK(place.location() == "/States/a/b/Choices[0]/Next");
}

}  // namespace
}  // namespace gait
