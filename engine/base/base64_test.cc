#include "engine/base/base64.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("any bytes survive Base64") {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    CHECK(FromBase64(ToBase64(bytes)) == bytes);
    bytes += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace gait
