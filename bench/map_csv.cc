#include "bench/map_csv.h"

#include <sys/resource.h>

#include <cstdio>
#include <stdexcept>

namespace gait::bench {

void WriteCsv(const std::string& path, int64_t rows) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw std::runtime_error("cannot write " + path);
  std::fputs("id,customer,email,city,amount,currency,created,note\n", file);
  for (int64_t i = 0; i < rows; ++i) {
    const auto number = static_cast<long long>(i);
    std::fprintf(file,
                 "%08lld,Customer %lld,customer%lld@example.com,Springfield,%lld.%02lld,EUR,2026-03-14T01:59:26Z,%s\n",
                 number, number % 9'973, number % 9'973, number % 500, number % 100,
                 i % 10 == 0 ? "\"one, \"\"two\"\"\"" : "fine");
  }
  std::fclose(file);
}

double PeakMemory() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

}  // namespace gait::bench
