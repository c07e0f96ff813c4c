#include "engine/store/memory_store.h"

#include <doctest/doctest.h>

#include "engine/store/store_contract.h"

namespace gait {
namespace {

TEST_CASE("the memory store keeps the contract") {
  store_contract::TestStore([] { return std::make_unique<MemoryStore>(); });
}

TEST_CASE("the memory store waits for no disk") { CHECK(MemoryStore().is_memory()); }

}  // namespace
}  // namespace gait
