// What the benchmarks of Distributed Maps read, and how much memory that takes.
#pragma once

#include <cstdint>
#include <string>

namespace gait::bench {

// Writes a file of so many rows of about 100 bytes, and eight columns.
void WriteCsv(const std::string& path, int64_t rows);

// The most that the process has had in memory so far, in MB.
double PeakMemory();

}  // namespace gait::bench
