#include "cli/map_run_bar.h"

#include <doctest/doctest.h>

namespace gait::cli {
namespace {

struct Run {
  MapRunRecord record;
  MapRunTallies tallies;
  MapRunBar bar;
  MapRunBar::Time start = std::chrono::steady_clock::now();

  explicit Run(int64_t total) {
    record.counted = true;
    record.total_items = total;
  }
  std::string After(double seconds, int64_t succeeded, int64_t failed = 0) {
    tallies.succeeded.items = succeeded;
    tallies.failed.items = failed;
    const auto passed = std::chrono::duration_cast<MapRunBar::Time::duration>(std::chrono::duration<double>(seconds));
    return bar.Draw(record, tallies, start + passed);
  }
};

TEST_CASE("the bar shows items, rate, failures and the time that is left") {
  Run run(1000);
  CHECK(run.After(0, 0) == "[....................] 0/1000");
  CHECK(run.After(0.1, 40) == "[....................] 40/1000");
  CHECK(run.After(2, 100) == "[##..................] 100/1000 50/s 18 s left");
  CHECK(run.After(4, 197, 3) == "[####................] 200/1000 50/s 3 failed 16 s left");
  CHECK(run.After(8, 997, 3) == "[####################] 1000/1000 3 failed");
}

TEST_CASE("the rate is that of the last seconds") {
  Run run(100'000);
  run.After(0, 0);
  run.After(1, 90'000);
  CHECK(run.After(2, 90'010).ends_with(" 45005/s 1 s left"));
  CHECK(run.After(12, 90'020).ends_with(" 1.0/s 3 h left"));
  CHECK(run.After(30, 90'020) == "[##################..] 90020/100000");  // nothing was done
}

TEST_CASE("a Map Run that is redriven, or that has no items yet") {
  Run run(10);
  run.After(0, 0);
  run.After(1, 5, 5);
  CHECK(run.After(2, 5) == "[##########..........] 5/10");
  CHECK(run.After(3, 6) == "[############........] 6/10 1.0/s 4 s left");
  Run none(0);
  CHECK(none.After(0, 0) == "[####################] 0/0");
  none.record.counted = false;
  CHECK(none.After(0, 0) == "counts items");
}

}  // namespace
}  // namespace gait::cli
