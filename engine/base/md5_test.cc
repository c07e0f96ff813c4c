#include "engine/base/md5.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("MD5 of RFC 1321's examples, whole and in parts") {
  CHECK(Md5().Hex() == "d41d8cd98f00b204e9800998ecf8427e");
  Md5 whole, parts;
  whole.Add("message digest");
  parts.Add("message ");
  parts.Add("");
  parts.Add("digest");
  CHECK(whole.Hex() == "f96b697d7cb7938d525a2f31aaf161d0");
  CHECK(parts.Hex() == "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST_CASE("the UUID of a name") {
  CHECK(NameUuid("message digest") == "f96b697d-7cb7-338d-925a-2f31aaf161d0");
  CHECK(NameUuid("a") != NameUuid("b"));
}

}  // namespace
}  // namespace gait
