#include "engine/store/sqlite_store.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/history/codec.h"
#include "engine/store/sqlite_faulty_disk.h"
#include "engine/store/sqlite_statement.h"
#include "engine/store/store_contract.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using store_contract::Definition;
using store_contract::Execution;
using store_contract::kNow;
using store_contract::Machine;
using store_contract::Start;
using Mode = SqliteConnection::Mode;

// What a call throws, which must be an EnvironmentError; "" if it throws nothing.
template <typename F>
std::string RefusalOf(F f) {
  try {
    f();
    return "";
  } catch (const EnvironmentError& e) {
    return e.what();
  }
}

// `executions` that start and end, with two segments of `bytes` each. Their ids begin at `first`.
Batch ShortExecutions(int64_t first, int64_t executions, size_t bytes = 300) {
  Batch batch;
  for (int64_t id = first; id < first + executions; ++id) {
    batch.starts.push_back({Execution(id, "e" + std::to_string(id))});
    batch.segments.push_back({2 * id, id, 0, std::string(bytes, 'a')});
    batch.segments.push_back({2 * id + 1, id, 2 * id, std::string(bytes, 'b')});
    batch.progressed.push_back({id, 2 * id + 1, ExecutionStatus::kSucceeded, kNow});
  }
  return batch;
}

// Are the executions `first` to `last` there with all they have? They are all there, or none.
bool HasAll(Store& store, int64_t first, int64_t last, size_t bytes = 300) {
  int64_t present = 0;
  for (int64_t id = first; id <= last; ++id) {
    const auto execution = store.FindExecution(1, "e" + std::to_string(id));
    CHECK(execution.has_value() == store.GetExecution(id).has_value());
    if (!execution) continue;
    ++present;
    CHECK(execution->status == ExecutionStatus::kSucceeded);
    CHECK(store.LoadHistory(*execution) == std::vector<std::string>{std::string(bytes, 'a'), std::string(bytes, 'b')});
  }
  CHECK((present == 0 || present == last - first + 1));
  return present != 0;
}

std::string IntegrityOf(const std::string& file) {
  return SqliteConnection(file, Mode::kRead).QueryText("check", "PRAGMA integrity_check");
}

TEST_CASE("the SQLite store keeps the contract") {
  const TempFolder folder;
  store_contract::TestStore([&] { return SqliteStore::Open(folder.File("db")); });
  CHECK(IntegrityOf(folder.File("db")) == "ok");
}

TEST_CASE("what was written is there when the file is opened again") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  std::optional<StateMachineRecord> machine;
  {
    const auto store = SqliteStore::Open(file);
    CHECK_FALSE(store->is_memory());
    machine = store->CreateStateMachine(Machine("m"), Definition("{}"));
    Batch batch = ShortExecutions(1, 10);
    batch.map_runs.push_back(store_contract::MapRun(3, "arn", 1));
    store->Append(batch, kNow);
    Start(*store, {Execution(11, "running")});
  }
  const auto store = SqliteStore::Open(file);
  store_contract::CheckSame(store->FindStateMachine("m"), *machine);
  CHECK(store->GetDefinition(machine->definition_id)->text == "{}");
  CHECK(HasAll(*store, 1, 10));
  CHECK(store->FindMapRun("arn")->id == 3);
  CHECK(store_contract::IdsOf(store->RunningExecutions()) == store_contract::Ids{11});
  CHECK(store->next_ids().execution == 12);
  CHECK(store->next_ids().segment == 22);
  CHECK(store->next_ids().map_run == 4);
}

TEST_CASE("the file stays whole over many batches") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  SeededRandom random(1);
  {
    const auto store = SqliteStore::Open(file);
    int64_t next = 1;
    for (int i = 0; i < 300; ++i) {
      const auto executions = static_cast<int64_t>(1 + random.Below(40));
      Batch batch = ShortExecutions(next, executions, random.Below(2000));
      for (Batch::Start& start : batch.starts) start.execution.name = random.Uuid();
      if (i % 3 == 0) batch.progressed.clear();
      store->Append(batch, kNow);
      next += executions;
    }
    CHECK(IntegrityOf(file) == "ok");  // beside the owner, as any reader
  }
  CHECK(IntegrityOf(file) == "ok");
}

TEST_CASE("a history of 25,000 events in 5,000 segments loads in order") {
  const TempFolder folder;
  const auto store = SqliteStore::Open(folder.File("db"));
  Start(*store, {Execution(1, "e"), Execution(2, "beside it")});
  HistoryCodec writer;
  int64_t event_id = 0;
  for (int64_t segment = 1; segment <= 5000;) {
    Batch batch;
    for (int i = 0; i < 100; ++i, ++segment) {
      std::string events;
      for (int k = 0; k < 5; ++k) {
        HistoryEvent event = HistoryEvent(EventType::kPassStateEntered)
                                 .Name(Value::String("Pass"))
                                 .With(Payload(Value::Int(++event_id)));
        event.id = event_id;
        event.previous_event_id = event_id - 1;
        event.timestamp = kNow;
        writer.Encode(event, events);
      }
      batch.segments.push_back({2 * segment, 1, segment == 1 ? 0 : 2 * segment - 2, std::move(events)});
      batch.segments.push_back({2 * segment + 1, 2, segment == 1 ? 0 : 2 * segment - 1, "x"});
    }
    batch.progressed.push_back({1, 2 * (segment - 1), ExecutionStatus::kRunning, {}});
    store->Append(batch, kNow);
  }
  const std::vector<std::string> history = store->LoadHistory(*store->GetExecution(1));
  REQUIRE(history.size() == 5000);
  HistoryCodec reader;
  int64_t read = 0;
  for (std::string_view events : history) {
    while (!events.empty()) {
      const HistoryEvent event = reader.Decode(events);
      ++read;
      if (event.id != read || event.payload.value().as_int() != read) FAIL("event ", read, " is out of order");
    }
  }
  CHECK(read == 25'000);
}

TEST_CASE("readers that overlap do not let the log grow without end") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto store = SqliteStore::Open(file);
  Batch batch;
  batch.starts.push_back({Execution(1, "long")});
  for (int64_t id = 1; id <= 3000; ++id) batch.segments.push_back({id, 1, id - 1, std::string(300, 'x')});
  batch.progressed.push_back({1, 3000, ExecutionStatus::kRunning, {}});
  store->Append(batch, kNow);
  const ExecutionRecord execution = *store->GetExecution(1);
  std::atomic<bool> done = false;
  const auto read = [&] {
    while (!done) store->LoadHistory(execution);
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read);
  uintmax_t log = 0;
  for (int64_t id = 10'001; id <= 10'110; ++id) {
    Batch large;
    large.segments.push_back({id, 1, 0, std::string(1'000'000, 'x')});
    store->Append(large, kNow);
    log = std::max(log, std::filesystem::file_size(file + "-wal"));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(log < 80'000'000);  // of the 110 MB that were written
}

// ---- One owner

TEST_CASE("a second store on the file is refused, with the owner's id") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  auto store = SqliteStore::Open(file);
  const std::string refusal = file + " is in use by process " + std::to_string(getpid());
  CHECK(RefusalOf([&] { SqliteStore::Open(file); }) == refusal);
  CHECK(RefusalOf([&] { SqliteStore::Open(folder.File("none/../db")); }) == refusal);
  std::filesystem::create_symlink(file, folder.File("link"));
  CHECK(RefusalOf([&] { SqliteStore::Open(folder.File("link")); }) == refusal);
  store.reset();
  SqliteStore::Open(file);
}

TEST_CASE("a second process is refused, with the owner's id; when the owner is killed, the file is free and whole") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  int64_t next = 1;
  for (int round = 0; round < 5; ++round) {
    int acknowledged[2];
    REQUIRE(pipe(acknowledged) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto store = SqliteStore::Open(file);
      for (int64_t id = next;; id += 7) {
        Batch batch = ShortExecutions(id, 7);
        store->Append(batch, kNow);
        if (write(acknowledged[1], &id, sizeof id) != sizeof id) _exit(1);
      }
    }
    close(acknowledged[1]);
    int64_t last = 0;
    for (int i = 0; i < 40 + round; ++i) REQUIRE(read(acknowledged[0], &last, sizeof last) == sizeof last);
    CHECK(RefusalOf([&] { SqliteStore::Open(file); }) == file + " is in use by process " + std::to_string(child));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(acknowledged[0], &last, sizeof last) == sizeof last) {
    }
    close(acknowledged[0]);
    const auto store = SqliteStore::Open(file);
    for (int64_t id = 1; id <= last; id += 7) REQUIRE(HasAll(*store, id, id + 6));
    // The batch that was under way is there whole or not at all.
    next = last + 7 + (HasAll(*store, last + 7, last + 13) ? 7 : 0);
    CHECK(store->next_ids().execution == next);
  }
  CHECK(IntegrityOf(file) == "ok");
}

TEST_CASE("an owner whose epoch has passed cannot write") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto store = SqliteStore::Open(file);
  Batch batch = ShortExecutions(1, 3);
  store->Append(batch, kNow);
  // Another process that never saw the lock.
  SqliteConnection(file, Mode::kWrite).Execute("take over", "UPDATE meta SET epoch = epoch + 1");
  const std::string refusal = file + " was taken over by another process; this one must not write to it";
  for (int i = 0; i < 2; ++i) {
    batch = ShortExecutions(4, 3);
    CHECK(RefusalOf([&] { store->Append(batch, kNow); }) == refusal);
    CHECK(RefusalOf([&] { store->CreateStateMachine(Machine("m"), Definition("{}")); }) == refusal);
  }
  CHECK(HasAll(*store, 1, 3));
  CHECK_FALSE(HasAll(*store, 4, 6));
  CHECK_FALSE(store->FindStateMachine("m").has_value());
}

TEST_CASE("each opening for writing begins an epoch") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    SqliteStore::Open(file);
    CHECK(SqliteConnection(file, Mode::kRead).QueryInt("read", "SELECT epoch FROM meta") == epoch);
  }
}

TEST_CASE("one who only reads takes no lock and sees what the owner commits") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  CHECK(RefusalOf([&] { SqliteStore::OpenReadOnly(file); }).starts_with(file + ": cannot open the database: "));
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK_FALSE(std::filesystem::exists(file + "-lock"));
  auto owner = SqliteStore::Open(file);
  Batch batch = ShortExecutions(1, 3);
  owner->Append(batch, kNow);
  const auto reader = SqliteStore::OpenReadOnly(file);
  const auto another = SqliteStore::OpenReadOnly(file);
  CHECK(HasAll(*reader, 1, 3));
  batch = ShortExecutions(4, 3);
  owner->Append(batch, kNow);
  CHECK(HasAll(*reader, 4, 6));
  CHECK_THROWS_AS(reader->Append(batch, kNow), InternalError);
  CHECK_THROWS_AS(reader->DeleteStateMachine(1), InternalError);
  owner.reset();
  CHECK(HasAll(*another, 1, 6));
  owner = SqliteStore::Open(file);
  batch = ShortExecutions(7, 3);
  owner->Append(batch, kNow);
  CHECK(HasAll(*reader, 1, 9));
}

TEST_CASE("one who only reads does not write the log back, not even as the last to close the file") {
  const TempFolder folder;
  const std::string file = folder.File("db"), copy = folder.File("copy");
  {
    const auto owner = SqliteStore::Open(file);
    Batch batch = ShortExecutions(1, 3);
    owner->Append(batch, kNow);
    // As a crash would leave them.
    std::filesystem::copy_file(file, copy);
    std::filesystem::copy_file(file + "-wal", copy + "-wal");
  }
  const auto size = std::filesystem::file_size(copy), log_size = std::filesystem::file_size(copy + "-wal");
  CHECK(HasAll(*SqliteStore::OpenReadOnly(copy), 1, 3));
  CHECK(std::filesystem::file_size(copy) == size);
  CHECK(std::filesystem::file_size(copy + "-wal") == log_size);
  CHECK(HasAll(*SqliteStore::Open(copy), 1, 3));
}

// ---- A disk that fails

TEST_CASE("every call to the disk fails once: the batch is not there, the store is as before and goes on") {
  FaultyDisk disk;
  const TempFolder folder;
  bool failed = true;
  int n = 1;
  for (; failed; ++n) {
    const std::string file = folder.File("db" + std::to_string(n));
    {
      const auto store = SqliteStore::Open(file);
      Batch before = ShortExecutions(1, 3);
      store->Append(before, kNow);
      Batch batch = ShortExecutions(4, 20);
      disk.FailAt(n, /*for_good=*/false);
      const std::string refusal = RefusalOf([&] { store->Append(batch, kNow); });
      failed = disk.failures() != 0;
      disk.Set(nullptr);
      CHECK(failed == !refusal.empty());
      if (failed) {
        CHECK(refusal.starts_with(file + ": cannot "));
        CHECK_FALSE(HasAll(*store, 4, 23));
        // Nor does it come back if the process ends here.
        const std::string crashed = folder.File("crashed" + std::to_string(n));
        for (const char* end : {"", "-wal"}) std::filesystem::copy_file(file + end, crashed + end);
        CHECK(HasAll(*SqliteStore::Open(crashed), 1, 3));
        CHECK_FALSE(HasAll(*SqliteStore::Open(crashed), 4, 23));
        store->Append(batch, kNow);
      }
      CHECK(HasAll(*store, 1, 3));
      CHECK(HasAll(*store, 4, 23));
    }
    const auto store = SqliteStore::Open(file);
    CHECK(HasAll(*store, 1, 3));
    CHECK(HasAll(*store, 4, 23));
    CHECK(IntegrityOf(file) == "ok");
  }
  CHECK(n > 10);
}

TEST_CASE("a file that may not grow: the error has the system's words, and the store goes on when it may") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto store = SqliteStore::Open(file);
  const auto limit_files = [](rlim_t bytes) {
    rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = std::min(bytes, limit.rlim_max);
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const auto on_signal = signal(SIGXFSZ, SIG_IGN);
  Batch batch = ShortExecutions(1, 10, 100'000);
  limit_files(300'000);
  const std::string refusal = RefusalOf([&] { store->Append(batch, kNow); });
  limit_files(RLIM_INFINITY);
  signal(SIGXFSZ, on_signal);
  CHECK(refusal == file + ": cannot commit: disk I/O error: File too large (SQLite 778)");
  CHECK_FALSE(HasAll(*store, 1, 10, 100'000));
  store->Append(batch, kNow);
  CHECK(HasAll(*store, 1, 10, 100'000));
}

TEST_CASE("a disk that stays broken refuses every batch, and none of them comes back after a crash") {
  FaultyDisk disk;
  const TempFolder folder;
  bool failed = true;
  for (int n = 1; failed; ++n) {
    const std::string file = folder.File("db" + std::to_string(n));
    const std::string crashed = folder.File("crashed" + std::to_string(n));
    std::filesystem::create_directory(crashed);
    const auto store = SqliteStore::Open(file);
    Batch before = ShortExecutions(1, 3);
    store->Append(before, kNow);
    Batch batch = ShortExecutions(4, 20);
    disk.FailAt(n, /*for_good=*/true);
    for (int i = 0; i < 3; ++i) {
      const std::string refusal = RefusalOf([&] { store->Append(batch, kNow); });
      if (disk.failures() == 0) break;
      CHECK(refusal.starts_with(file + ": cannot "));
    }
    failed = disk.failures() != 0;
    disk.Set(nullptr);
    if (!failed) break;
    CHECK(HasAll(*store, 1, 3));
    // A smaller batch is written over the place in the log where the failed one may stand whole.
    Batch smaller = ShortExecutions(30, 1);
    store->Append(smaller, kNow);
    for (const char* end : {"", "-wal"}) std::filesystem::copy_file(file + end, crashed + "/db" + end);
    const auto after = SqliteStore::Open(crashed + "/db");
    CHECK(HasAll(*after, 1, 3));
    CHECK_FALSE(HasAll(*after, 4, 23));
    CHECK(HasAll(*after, 30, 30));
  }
}

TEST_CASE("a batch larger than the cache is all or nothing too") {
  FaultyDisk disk;
  const TempFolder folder;
  SeededRandom random(2);
  constexpr size_t kBytes = 100'000;
  for (int i = 0; i < 6; ++i) {
    const std::string file = folder.File("db" + std::to_string(i));
    {
      const auto store = SqliteStore::Open(file);
      Batch batch = ShortExecutions(1, 120, kBytes);
      disk.FailAt(static_cast<int>(1 + random.Below(12'000)), /*for_good=*/false);
      CHECK(RefusalOf([&] { store->Append(batch, kNow); }).starts_with(file + ": cannot "));
      disk.Set(nullptr);
      CHECK_FALSE(HasAll(*store, 1, 120, kBytes));
      if (i % 2 == 0) store->Append(batch, kNow);
    }
    CHECK(HasAll(*SqliteStore::Open(file), 1, 120, kBytes) == (i % 2 == 0));
    CHECK(IntegrityOf(file) == "ok");
    std::filesystem::remove(file);
  }
}

TEST_CASE("a log that cannot be written back is no failure of the batch") {
  FaultyDisk disk;
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto fails = [&](FaultyDisk::Call call, std::string_view path) {
    return path == file && call != FaultyDisk::Call::kRead;
  };
  {
    const auto store = SqliteStore::Open(file);
    disk.Set(fails);
    for (int64_t i = 0; i < 30; ++i) {
      Batch batch = ShortExecutions(1 + 3 * i, 3, 50'000);
      store->Append(batch, kNow);
    }
    CHECK(disk.failures() > 0);
    disk.Set(nullptr);
    CHECK(HasAll(*store, 1, 90, 50'000));
  }
  CHECK(HasAll(*SqliteStore::Open(file), 1, 90, 50'000));
}

TEST_CASE("what Append returned for survives a machine that loses power") {
  FaultyDisk disk;
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto store = SqliteStore::Open(file);
  bool written_back = false;
  uintmax_t size = 0;
  for (int64_t i = 0; i < 60; ++i) {
    Batch batch = ShortExecutions(1 + 2 * i, 2, 30'000);
    store->Append(batch, kNow);
    const std::string copy = folder.File("copy" + std::to_string(i));
    std::filesystem::create_directory(copy);
    disk.CopyAsOfLastSync(file, copy);
    const auto size_before = std::exchange(size, std::filesystem::file_size(copy + "/db"));
    written_back |= i > 0 && size > size_before;
    const auto after = SqliteStore::Open(copy + "/db");
    CHECK(after->ListExecutions({.limit = 1000}).size() == static_cast<size_t>(2 * i + 2));
    CHECK(HasAll(*after, 2 * i + 1, 2 * i + 2, 30'000));
    CHECK(IntegrityOf(copy + "/db") == "ok");
    std::filesystem::remove_all(copy);
  }
  CHECK(written_back);  // the log was, at least once: the copies were of files before, amid and after it
}

// ---- A file that is not what it should be

TEST_CASE("what is no database is refused and left as it is") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const std::string text(10'000, 'x');
  std::ofstream(file) << text;
  CHECK(RefusalOf([&] { SqliteStore::Open(file); }).starts_with(file + ": cannot "));
  CHECK(RefusalOf([&] { SqliteStore::Open(file); }).find("file is not a database") != std::string::npos);
  CHECK(RefusalOf([&] { SqliteStore::OpenReadOnly(file); }).find("file is not a database") != std::string::npos);
  std::ifstream in(file);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == text);
}

TEST_CASE("a name within the present folder goes on to mean the file in it, and the empty name means none") {
  const TempFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.File(""));
  const auto store = SqliteStore::Open("db");
  const auto reader = SqliteStore::OpenReadOnly("db");
  std::filesystem::current_path(before);
  Batch batch = ShortExecutions(1, 3);
  store->Append(batch, kNow);
  CHECK(HasAll(*store, 1, 3));
  CHECK(HasAll(*reader, 1, 3));
  CHECK(RefusalOf([] { SqliteStore::Open(""); }) == "a database needs a file name");
  CHECK(RefusalOf([] { SqliteStore::OpenReadOnly(""); }) == "a database needs a file name");
}

TEST_CASE("a folder in the file's place, and a folder that is not there") {
  const TempFolder folder;
  std::filesystem::create_directory(folder.File("db"));
  CHECK(RefusalOf([&] { SqliteStore::Open(folder.File("db")); }).find("unable to open database file") !=
        std::string::npos);
  CHECK(RefusalOf([&] { SqliteStore::Open(folder.File("none/db")); }).find("No such file or directory") !=
        std::string::npos);
}

TEST_CASE("a damaged page is an error that names the file") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  {
    const auto store = SqliteStore::Open(file);
    Batch batch = ShortExecutions(1, 500);
    store->Append(batch, kNow);
  }
  const int64_t page = SqliteConnection(file, Mode::kRead)
                           .QueryInt("read", "SELECT rootpage FROM sqlite_schema WHERE name = 'segments'");
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp((page - 1) * 4096)
      << std::string(4096, '\xee');
  const auto store = SqliteStore::Open(file);
  const auto execution = store->GetExecution(7);
  REQUIRE(execution.has_value());
  CHECK(RefusalOf([&] { store->LoadHistory(*execution); }) ==
        file + ": cannot read a history: database disk image is malformed (SQLite 11)");
  Batch batch = ShortExecutions(501, 1);
  CHECK(RefusalOf([&] { store->Append(batch, kNow); }).starts_with(file + ": cannot append to a history: "));
  CHECK_FALSE(store->GetExecution(501).has_value());
}

TEST_CASE("a segment that is missing, or not what was written, is an error and no other history") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto store = SqliteStore::Open(file);
  Batch batch = ShortExecutions(1, 3);
  store->Append(batch, kNow);
  SqliteConnection connection(file, Mode::kWrite);
  connection.Execute("damage", "UPDATE segments SET events = CAST(substr(events, 2) || 'c' AS BLOB) WHERE id = 6");
  ExecutionRecord third = *store->GetExecution(3);
  CHECK(RefusalOf([&] { store->LoadHistory(third); }) ==
        file + " is damaged: segment 6 of the history of execution 3 is not what was written");
  connection.Execute("damage", "DELETE FROM segments WHERE id = 2");
  connection.Execute("damage", "UPDATE segments SET previous = 6 WHERE id = 5");
  connection.Execute("damage", "UPDATE executions SET status = 9 WHERE id = 3");
  ExecutionRecord other = Execution(4, "of another execution");
  other.last_segment = 4;
  CHECK(RefusalOf([&] { store->LoadHistory(*store->GetExecution(1)); }) ==
        file + " is damaged: segment 2 of the history of execution 1 is missing");
  CHECK(RefusalOf([&] { store->LoadHistory(*store->GetExecution(2)); }) ==
        file + " is damaged: segment 5 of the history of execution 2 is not what was written");
  CHECK(RefusalOf([&] { store->LoadHistory(other); }) ==
        file + " is damaged: segment 4 of the history of execution 4 is missing");
  CHECK(RefusalOf([&] { store->GetExecution(3); }) == file + " is damaged: a status is 9");
}

TEST_CASE("bytes of the file that changed end in an error or in nothing, never in a crash") {
  const TempFolder folder;
  const std::string file = folder.File("db"), damaged = folder.File("damaged");
  {
    const auto store = SqliteStore::Open(file);
    store->CreateStateMachine(Machine("m"), Definition("{}"));
    Batch batch = ShortExecutions(1, 40);
    batch.map_runs.push_back(store_contract::MapRun(1, "arn", 1));
    store->Append(batch, kNow);
  }
  const auto size = std::filesystem::file_size(file);
  SeededRandom random(3);
  for (int i = 0; i < 150; ++i) {
    std::filesystem::copy_file(file, damaged, std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream bytes(damaged, std::ios::in | std::ios::out | std::ios::binary);
      for (int k = 0; k < 4; ++k) {
        bytes.seekp(static_cast<std::streamoff>(random.Below(size))).put(static_cast<char>(random.Next()));
      }
    }
    RefusalOf([&] {
      const auto store = SqliteStore::Open(damaged);
      store->ListStateMachines("", 10);
      for (const ExecutionRecord& e : store->ListExecutions({.state_machine_id = 1})) {
        RefusalOf([&] {
          for (const std::string& events : store->LoadHistory(e)) {
            CHECK((events == std::string(300, 'a') || events == std::string(300, 'b')));
          }
        });
      }
      store->RunningExecutions();
      store->FindMapRun("arn");
      Batch batch = ShortExecutions(1000, 3);
      try {
        store->Append(batch, kNow);
      } catch (const InternalError&) {  // an id may seem to be taken
      }
    });
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(damaged + end);
  }
}

}  // namespace
}  // namespace gait
