#include "engine/store/lease.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <thread>

#include "engine/base/check.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

std::string RefusalOf(const std::string& database) {
  try {
    const Lease lease(database);
    return "";
  } catch (const EnvironmentError& e) {
    return e.what();
  }
}

TEST_CASE("one lease at a time within a process") {
  const TempFolder folder;
  const std::string database = folder.File("db");
  auto lease = std::make_unique<Lease>(database);
  CHECK(RefusalOf(database) == database + " is in use by process " + std::to_string(getpid()));
  CHECK(RefusalOf(folder.File("other")).empty());
  lease.reset();
  CHECK(RefusalOf(database).empty());
  CHECK(std::filesystem::file_size(database + "-lock") == 0);
}

TEST_CASE("a lease that another process holds is refused with its id, and ends with the process") {
  const TempFolder folder;
  const std::string database = folder.File("db");
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const Lease lease(database);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  CHECK(RefusalOf(database) == database + " is in use by process " + std::to_string(child));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(RefusalOf(database).empty());
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("a lock file that cannot be had is the environment's fault") {
  const TempFolder folder;
  CHECK(RefusalOf(folder.File("none/db")) ==
        folder.File("none/db-lock") + ": cannot open the lock file: No such file or directory");
}

}  // namespace
}  // namespace gait
