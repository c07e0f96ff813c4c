// How fast the rows of a CSV file become the inputs of child executions: gait_bench_map_read [ROWS]. Writes a file of
// so many rows of about 100 bytes, reads it, and puts 100 items at a time into a text `{"Items":[...]}`. Then passes
// over them, as a run does that goes on. Prints what docs/PERFORMANCE.md shows.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "bench/bench.h"
#include "bench/map_csv.h"
#include "engine/items/text_items.h"
#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

constexpr size_t kPieceBytes = 65'536;  // as of an object
constexpr int kBatchItems = 100;

class FileBytes : public ByteSource {
 public:
  explicit FileBytes(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~FileBytes() override { close(fd_); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  Result<std::string> Read() override {
    std::string bytes(kPieceBytes, '\0');
    const ssize_t count = read(fd_, bytes.data(), bytes.size());
    bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return bytes;
  }

 private:
  const int fd_;
};

using InputType = ItemFormat::InputType;

std::unique_ptr<ItemSource> Open(const std::string& path, InputType type) {
  ItemFormat format;
  format.type = type;
  return ItemsIn(format, std::make_unique<FileBytes>(path), path);
}

// The items of the CSV as lines of JSON, or as an array.
void WriteJson(const std::string& path, const std::string& csv, bool array) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) std::abort();
  const auto source = Open(csv, InputType::kCsv);
  if (array) std::fputs("[", file);
  for (bool first = true;; first = false) {
    const Result<std::optional<Payload>> next = source->Next();
    if (!next) std::abort();
    if (!next->has_value()) break;
    if (!first) std::fputs(array ? ",\n" : "\n", file);
    std::fputs((*next)->text().c_str(), file);
  }
  if (array) std::fputs("]", file);
  std::fclose(file);
}

// The bytes of all batches.
size_t ReadBatches(const std::string& path, InputType type) {
  const auto source = Open(path, type);
  size_t bytes = 0;
  std::string batch;
  for (bool more = true; more;) {
    batch = "{\"Items\":[";
    int items = 0;
    for (; items < kBatchItems; ++items) {
      const Result<std::optional<Payload>> next = source->Next();
      if (!next) std::abort();
      more = next->has_value();
      if (!more) break;
      if (items > 0) batch += ',';
      (*next)->AppendText(batch);
    }
    batch += "]}";
    if (items > 0) bytes += batch.size();
  }
  return bytes;
}

void Measure(const char* name, const std::string& path, InputType type, int64_t items) {
  const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  const Stopwatch reading;
  const size_t batches = ReadBatches(path, type);
  const double read_seconds = reading.seconds();
  const Stopwatch skipping;
  if (*Open(path, type)->Skip(items) != items) std::abort();
  const double skip_seconds = skipping.seconds();
  std::printf(
      "%-5s %4.0f MB: read in %.2f s (%.0f MB/s) to %.0f MB of batches; passed over in %.2f s (%.0f MB/s); peak "
      "memory %.1f MB\n",
      name, megabytes, read_seconds, megabytes / read_seconds, static_cast<double>(batches) / 1e6, skip_seconds,
      megabytes / skip_seconds, PeakMemory());
}

int Main(int64_t items) {
  const TempFolder folder;
  const std::string csv = folder.File("items.csv"), lines = folder.File("items.jsonl"),
                    json = folder.File("items.json");
  WriteCsv(csv, items);
  WriteJson(lines, csv, false);
  WriteJson(json, csv, true);
  std::printf("%lld items\n", static_cast<long long>(items));
  Measure("CSV", csv, InputType::kCsv, items);
  Measure("JSONL", lines, InputType::kJsonLines, items);
  Measure("JSON", json, InputType::kJson, items);
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int argc, char** argv) { return gait::bench::Main(argc > 1 ? std::atoll(argv[1]) : 5'000'000); }
