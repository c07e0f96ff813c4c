// How long a shell waits for `gait run`: from the start of the process to its end.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "bench/bench.h"
#include "tests/support/temp_folder.h"

extern char** environ;

namespace gait::bench {
namespace {

void Spawn(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& a : command) arguments.push_back(const_cast<char*>(a.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error(command[0] + " cannot be started");
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error(command[0] + " failed");
}

// Milliseconds of one start, from a series.
double ColdStart(bool durable) {
  constexpr int kStarts = 20;
  const TempFolder folder;
  std::vector<std::string> command = {ProgramFolder() + "/gait", "run", DefinitionFile("three"), "--input",
                                      R"({"name": "you"})"};
  if (durable) {
    command.insert(command.end(), {"--db", folder.File("gait.db")});
    Spawn(command);  // the database is made once
  } else {
    command.emplace_back("--ephemeral");
  }
  const Stopwatch watch;
  for (int i = 0; i < kStarts; ++i) Spawn(command);
  return watch.seconds() * 1000 / kStarts;
}

}  // namespace

void AddColdStartBenchmarks(std::vector<Benchmark>& all) {
  all.push_back({"cold-start", "gait run of three states, --ephemeral, the whole process", "ms", 8,
                 [] { return ColdStart(false); }});
  all.push_back({"cold-start-sqlite", "the same, recorded in SQLite", "ms", 20, [] { return ColdStart(true); }});
}

}  // namespace gait::bench
