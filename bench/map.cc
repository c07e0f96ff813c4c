// A Distributed Map over a CSV file, durable: gait_bench_map express|standard [ROWS]. EXPRESS children are given
// batches of 100 rows, STANDARD children a row each; the task of each is a function of the program. Prints how many
// items a second, from StartExecution to the end of the execution, and the most memory that the process had. What
// docs/PERFORMANCE.md shows.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "api/gait.hpp"
#include "bench/bench.h"
#include "bench/map_csv.h"
#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

std::string MapDefinition(bool express) {
  const std::string batcher = express ? R"("ItemBatcher": {"MaxItemsPerBatch": 100}, )" : "";
  return R"({"StartAt": "Rows", "States": {"Rows": {"Type": "Map", "End": true, "Label": "rows", "MaxConcurrency": 1000,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "data", "Key": "rows.csv"},
      "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}},
    )" + batcher +
         R"("ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": ")" +
         (express ? "EXPRESS" : "STANDARD") + R"("}, "StartAt": "Work", "States": {"Work": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Work", "End": true}}},
    "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "data", "Prefix": "results"},
      "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}}}})";
}

int Main(bool express, int64_t rows) {
  const TempFolder folder;
  std::filesystem::create_directory(folder.File("bucket"));
  WriteCsv(folder.File("bucket/rows.csv"), rows);
  const auto bytes = static_cast<double>(std::filesystem::file_size(folder.File("bucket/rows.csv")));
  std::ofstream(folder.File("targets.json")) << R"({"s3": {"buckets": {"data": "./bucket"}}})";
  Engine engine({.database = folder.File("gait.db"), .targets_file = folder.File("targets.json")});
  std::atomic<int64_t> calls{0};
  engine.RegisterFunction("Work", [&](const TaskInput&) {
    calls.fetch_add(1, std::memory_order_relaxed);
    return R"({"ok":true})";
  });
  const std::string machine = engine.CreateStateMachine("rows", MapDefinition(express));
  const double before = PeakMemory();
  const Stopwatch stopwatch;
  const ExecutionResult result = engine.Wait(engine.StartExecution(machine));
  const double seconds = stopwatch.seconds();
  if (result.status != "SUCCEEDED") {
    throw std::runtime_error("the execution ended as " + result.status + " " + result.cause.value_or(""));
  }
  const int64_t children = express ? (rows + 99) / 100 : rows;
  if (calls != children) throw std::runtime_error(std::to_string(calls) + " calls");
  std::printf(
      "%-8s %9lld rows (%4.0f MB): %7.2f s, %8.0f items/s, %7.0f children/s, %.2f us an item; peak memory %.0f MB "
      "(%.0f before)\n",
      express ? "EXPRESS" : "STANDARD", static_cast<long long>(rows), bytes / 1e6, seconds,
      static_cast<double>(rows) / seconds, static_cast<double>(children) / seconds,
      seconds / static_cast<double>(rows) * 1e6, PeakMemory(), before);
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int count, char** arguments) {
  const std::string which = count > 1 ? arguments[1] : "";
  if (which != "express" && which != "standard") {
    std::fputs("usage: gait_bench_map express|standard [ROWS]\n", stderr);
    return 2;
  }
  const int64_t rows = count > 2 ? std::atoll(arguments[2]) : 1'000'000;
  return gait::bench::Main(which == "express", rows);
}
