#include "engine/items/item_batch.h"

#include <doctest/doctest.h>

#include <vector>

#include "engine/json/parse.h"

namespace gait {
namespace {

std::vector<std::string> Batches(const ItemBatching& batching, const std::vector<std::string>& items) {
  std::vector<std::string> batches;
  ItemBatch batch(batching);
  for (const std::string& item : items) {
    if (batch.Add(item)) continue;
    batches.push_back(batch.Take().text());
    CHECK(batch.Add(item));
  }
  if (batch.size() > 0) batches.push_back(batch.Take().text());
  return batches;
}

TEST_CASE("as many items as a batch may have") {
  CHECK(Batches({2, 0, {}}, {"1", "2", "3"}) == std::vector<std::string>{R"({"Items":[1,2]})", R"({"Items":[3]})"});
  CHECK(Batches({3, 0, {}}, {"1", "2", "3"}) == std::vector<std::string>{R"({"Items":[1,2,3]})"});
  CHECK(Batches({2, 0, {}}, {}).empty());
}

TEST_CASE("as many bytes as a child's input may have, those around the items among them") {
  const std::string one = R"({"Items":["aaaa"]})", two = R"({"Items":["aaaa","bbbb"]})";
  const auto size = [](const std::string& text) { return static_cast<int64_t>(text.size()); };
  const std::vector<std::string> items = {R"("aaaa")", R"("bbbb")"};
  CHECK(Batches({0, size(two), {}}, items) == std::vector<std::string>{two});
  CHECK(Batches({0, size(two) - 1, {}}, items).size() == 2);
  CHECK(Batches({1, size(two), {}}, items).size() == 2);
  // One that is too large by itself is not lost.
  CHECK(Batches({0, 3, {}}, items).front() == one);
}

TEST_CASE("BatchInput stands in front of the items") {
  const Value input = *ParseJson(R"({"tag": 1})").value;
  CHECK(Batches({5, 0, input}, {"7"}) == std::vector<std::string>{R"({"BatchInput":{"tag":1},"Items":[7]})"});
}

}  // namespace
}  // namespace gait
