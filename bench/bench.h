// A benchmark program: rows of named measurements, each run several times, of which the median counts.
//   build/release/gait_bench [--runs N] [NAME...]
// The table that it prints goes into docs/PERFORMANCE.md.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace gait::bench {

struct Benchmark {
  const char* name;
  const char* what;
  const char* unit;                 // "ms", "transitions/s", ...
  double goal;                      // in that unit; 0: none
  std::function<double()> measure;  // one run, in the unit
};

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The benchmarks of each file.
void AddExecutionBenchmarks(std::vector<Benchmark>& all);
void AddDefinitionBenchmarks(std::vector<Benchmark>& all);
void AddColdStartBenchmarks(std::vector<Benchmark>& all);

// One of bench/definitions: its path, and its text.
std::string DefinitionFile(const std::string& name);
std::string Definition(const std::string& name);

// The folder that this program stands in: that of the program `gait`, too.
std::string ProgramFolder();

}  // namespace gait::bench
