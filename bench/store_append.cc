// How many commits and executions a second the SQLite store takes, by the size of the batch. The rival is plain SQLite:
// the same bytes, in the same batches, in one table without an index, with SQLite's own settings but for the two that
// make it as safe (a log ahead, synchronous=FULL). What the store is slower is its indexes, its names and its epoch.
//
//   build/release/gait_bench_store [FOLDER]    on the disk of FOLDER, or of the present one
//
// An execution is short: it starts and ends in one batch, with two segments of 300 bytes. `in order` is for names that
// grow, as the ids made from the time do; `random` for any others: each is then another page of the index of names,
// written to the log as a whole.
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/store/sqlite_store.h"

namespace gait {
namespace {

constexpr size_t kSegmentBytes = 300;
constexpr int kRounds = 3;
constexpr double kSecondsPerRound = 1.0;

double WallSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What writes a batch; made anew for each measurement.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void Write(Batch& batch) = 0;
};

class GaitWriter final : public Writer {
 public:
  explicit GaitWriter(const std::string& file) : store_(SqliteStore::Open(file)) {}
  void Write(Batch& batch) override { store_->Append(batch, {1}); }

 private:
  const std::unique_ptr<SqliteStore> store_;
};

class PlainWriter final : public Writer {
 public:
  explicit PlainWriter(const std::string& file) {
    Check(sqlite3_open(file.c_str(), &db_));
    Execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
        "CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    Check(sqlite3_prepare_v2(db_, "INSERT INTO rows (bytes) VALUES (?1)", -1, &insert_, nullptr));
  }
  ~PlainWriter() override {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  void Write(Batch& batch) override {
    Execute("BEGIN IMMEDIATE");
    for (const Batch::Start& start : batch.starts) Insert(start.execution.name + std::string(24, '#'));
    for (const Segment& segment : batch.segments) Insert(segment.events);
    Execute("COMMIT");
  }

 private:
  void Check(int code) { GAIT_CHECK(code == SQLITE_OK || code == SQLITE_DONE, sqlite3_errmsg(db_)); }
  void Execute(const char* sql) { Check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  void Insert(const std::string& bytes) {
    sqlite3_bind_blob(insert_, 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    Check(sqlite3_step(insert_));
    sqlite3_reset(insert_);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

enum class Names { kInOrder, kRandom };

Batch MakeBatch(int64_t executions, int64_t first, Names names, Random& random) {
  Batch batch;
  for (int64_t id = first; id < first + executions; ++id) {
    ExecutionRecord execution;
    execution.id = id;
    execution.state_machine_id = execution.definition_id = 1;
    execution.name = random.Uuid();
    if (names == Names::kInOrder) {
      char time[13];
      std::snprintf(time, sizeof time, "%012lx", static_cast<unsigned long>(id / 64));
      execution.name.replace(0, 12, time);
    }
    execution.started_at = {1'700'000'000'000 + id};
    batch.starts.push_back({std::move(execution)});
    batch.segments.push_back({2 * id, id, 0, std::string(kSegmentBytes, 'a')});
    batch.segments.push_back({2 * id + 1, id, 2 * id, std::string(kSegmentBytes, 'b')});
    batch.progressed.push_back({id, 2 * id + 1, ExecutionStatus::kSucceeded, {1'700'000'000'001 + id}});
  }
  return batch;
}

struct Measurement {
  double commits = 0, executions = 0, cpu_us = 0;  // a second, a second, an execution
};

template <typename W>
Measurement Measure(const std::string& file, int64_t executions, Names names) {
  for (const char* end : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(file + end);
  SeededRandom random(7);
  W writer(file);
  double wall = 0, cpu = 0;
  int64_t commits = 0;
  for (; wall < kSecondsPerRound; ++commits) {
    Batch batch = MakeBatch(executions, 1 + commits * executions, names, random);
    const double wall_before = WallSeconds(), cpu_before = CpuSeconds();
    writer.Write(batch);
    wall += WallSeconds() - wall_before;
    cpu += CpuSeconds() - cpu_before;
  }
  const auto count = static_cast<double>(commits), all = count * static_cast<double>(executions);
  return {count / wall, all / wall, 1e6 * cpu / all};
}

Measurement Median(std::vector<Measurement> rounds) {
  std::sort(rounds.begin(), rounds.end(), [](const auto& a, const auto& b) { return a.commits < b.commits; });
  return rounds[rounds.size() / 2];
}

void Run(const std::string& folder) {
  const std::string file = folder + "/store_append.db";
  std::printf("                      |            gait                   |         plain SQLite              |\n");
  std::printf(
      "names     per commit  | commits/s executions/s CPU us/ex. | commits/s executions/s CPU us/ex. | ratio\n");
  for (const Names names : {Names::kInOrder, Names::kRandom}) {
    for (const int64_t executions : {1, 16, 64, 256}) {
      std::vector<Measurement> gait_rounds, plain_rounds;
      for (int i = 0; i < kRounds; ++i) {  // by turns: what else the disk does meets both
        gait_rounds.push_back(Measure<GaitWriter>(file, executions, names));
        plain_rounds.push_back(Measure<PlainWriter>(file, executions, names));
      }
      const Measurement gait = Median(gait_rounds), plain = Median(plain_rounds);
      std::printf("%-9s %10ld  | %9.0f %12.0f %10.1f | %9.0f %12.0f %10.1f | %.2f\n",
                  names == Names::kInOrder ? "in order" : "random", static_cast<long>(executions), gait.commits,
                  gait.executions, gait.cpu_us, plain.commits, plain.executions, plain.cpu_us,
                  gait.executions / plain.executions);
    }
  }
  for (const char* end : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(file + end);
}

}  // namespace
}  // namespace gait

int main(int argc, char** argv) { gait::Run(argc > 1 ? argv[1] : "."); }
