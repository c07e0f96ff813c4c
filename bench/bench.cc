#include "bench/bench.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace gait::bench {

namespace {

std::string Number(double n) {
  char text[32];
  std::snprintf(text, sizeof text, n < 100 ? "%.2f" : "%.0f", n);
  std::string digits = text;
  const size_t point = std::min(digits.find('.'), digits.size());
  for (size_t i = point; i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

int Main(int argc, char** argv) {
  int runs = 7;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
      runs = std::max(1, std::atoi(argv[++i]));
    } else {
      wanted.emplace_back(argv[i]);
    }
  }
  std::vector<Benchmark> all;
  AddColdStartBenchmarks(all);
  AddExecutionBenchmarks(all);
  AddDefinitionBenchmarks(all);
  for (const std::string& name : wanted) {
    if (std::none_of(all.begin(), all.end(), [&](const Benchmark& b) { return name == b.name; })) {
      std::fprintf(stderr, "gait_bench: there is no benchmark '%s'; there are:\n", name.c_str());
      for (const Benchmark& b : all) std::fprintf(stderr, "  %s: %s\n", b.name, b.what);
      return 2;
    }
  }
  std::printf("| benchmark | what | median | lowest | highest | unit | goal | to goal |\n");
  std::printf("|---|---|--:|--:|--:|---|--:|--:|\n");
  for (const Benchmark& b : all) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), b.name) == wanted.end()) continue;
    b.measure();  // warms caches, and the disk's
    std::vector<double> results;
    for (int i = 0; i < runs; ++i) results.push_back(b.measure());
    std::sort(results.begin(), results.end());
    const double median = results[results.size() / 2];
    const std::string ratio = b.goal == 0 ? "" : Number(median / b.goal) + "x";
    std::printf("| %s | %s | %s | %s | %s | %s | %s | %s |\n", b.name, b.what, Number(median).c_str(),
                Number(results.front()).c_str(), Number(results.back()).c_str(), b.unit,
                b.goal == 0 ? "" : Number(b.goal).c_str(), ratio.c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int argc, char** argv) { return gait::bench::Main(argc, argv); }
