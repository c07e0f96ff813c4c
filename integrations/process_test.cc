#include "integrations/process.h"

#include <dirent.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gait {
namespace {

using End = ProcessResult::End;
using std::chrono::milliseconds;

std::future<ProcessResult> Begin(ProcessRunner& runner, ProcessSpec spec, ProcessRunner::LogLine log = {}) {
  auto promise = std::make_shared<std::promise<ProcessResult>>();
  runner.Run(std::move(spec), std::move(log), [promise](ProcessResult r) { promise->set_value(std::move(r)); });
  return promise->get_future();
}

ProcessResult Run(ProcessRunner& runner, ProcessSpec spec, ProcessRunner::LogLine log = {}) {
  return Begin(runner, std::move(spec), std::move(log)).get();
}

ProcessSpec Shell(std::string script) { return {.command = {"/bin/sh", "-c", std::move(script)}}; }

// Waits for what happens soon: a process that was killed disappears from the process table a little later.
template <typename Condition>
bool Eventually(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

size_t OpenDescriptors() {
  size_t n = 0;
  DIR* dir = opendir("/proc/self/fd");
  while (readdir(dir) != nullptr) ++n;
  closedir(dir);
  return n;
}

// It has ended, whether or not somebody has waited for it: what is left running is adopted by a process that may be
// slow to.
bool IsDead(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  return text.empty() || text.compare(text.rfind(')') + 2, 1, "Z") == 0;
}

bool HasChildren() {
  siginfo_t info = {};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

TEST_CASE("a process has its input, its arguments, its environment and its directory") {
  ProcessRunner runner;
  ProcessSpec spec = {
      .command = {"/bin/sh", "-c", "cat; printf '|%s' \"$0\" \"$1\" \"$GREETING\" \"$HOME\"; printf '|'; pwd", "a b",
                  "$c"},
      .directory = "/usr/bin",
      .environment = {{"GREETING", "hello, world"}, {"HOME", "/nowhere"}},
      .input = "input"};
  const ProcessResult result = Run(runner, spec);
  CHECK(result.end == End::kExited);
  CHECK(result.status == 0);
  CHECK(result.output == "input|a b|$c|hello, world|/nowhere|/usr/bin\n");
}

TEST_CASE("a program without a slash is looked for in PATH") {
  ProcessRunner runner;
  CHECK(Run(runner, {.command = {"printf", "%s", "found"}}).output == "found");
}

TEST_CASE("how a process ends") {
  ProcessRunner runner;
  struct Case {
    std::string script;
    End end;
    int status;
  };
  for (const Case& c : std::vector<Case>{{"exit 0", End::kExited, 0},
                                         {"exit 7", End::kExited, 7},
                                         {"kill -KILL $$", End::kSignalled, SIGKILL},
                                         {"kill -TERM $$", End::kSignalled, SIGTERM},
                                         {"kill -SEGV $$", End::kSignalled, SIGSEGV}}) {
    CAPTURE(c.script);
    const ProcessResult result = Run(runner, Shell(c.script));
    CHECK(result.end == c.end);
    CHECK(result.status == c.status);
  }
}

TEST_CASE("what cannot be started says why") {
  ProcessRunner runner;
  struct Case {
    ProcessSpec spec;
    std::string message;
  };
  for (const Case& c :
       std::vector<Case>{{{.command = {"/no/such/program"}}, "No such file or directory"},
                         {{.command = {"no-such-program-at-all"}}, "No such file or directory"},
                         {{.command = {"/etc/passwd"}}, "Permission denied"},
                         {{.command = {"/bin/cat"}, .directory = "/no/such"}, "No such file or directory"}}) {
    CAPTURE(c.spec.command[0]);
    const ProcessResult result = Run(runner, c.spec);
    CHECK(result.end == End::kFailed);
    CHECK(result.message == c.message);
  }
}

TEST_CASE("a megabyte goes both ways") {
  ProcessRunner runner;
  std::string input(3 << 20, '\0');
  for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<char>(i * 31 >> 3);
  CHECK(Run(runner, {.command = {"/bin/cat"}, .input = input}).output == input);
}

TEST_CASE("a process may ignore its input, and close its output") {
  ProcessRunner runner;
  const std::string input(1 << 20, 'x');
  ProcessSpec ignoring = Shell("echo done");
  ignoring.input = input;
  CHECK(Run(runner, ignoring).output == "done\n");
  ProcessSpec closing = Shell("exec <&-; sleep 0.05; echo done");
  closing.input = input;
  CHECK(Run(runner, closing).output == "done\n");
  const ProcessResult silent = Run(runner, Shell("echo before; exec >&- 2>&-; sleep 0.05; exit 3"));
  CHECK(silent.output == "before\n");
  CHECK(silent.status == 3);
}

TEST_CASE("an output that is too large ends the process") {
  ProcessRunner runner;
  ProcessSpec spec = Shell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
  spec.output_bytes_max = 100'000;
  CHECK(Run(runner, spec).end == End::kTooLarge);
  spec = {.command = {"printf", "1234567890"}, .output_bytes_max = 10};
  CHECK(Run(runner, spec).end == End::kExited);
  spec.output_bytes_max = 9;
  CHECK(Run(runner, spec).end == End::kTooLarge);
}

TEST_CASE("the standard error comes line by line") {
  ProcessRunner runner;
  std::vector<std::string> lines;
  const auto log = [&](std::string_view line) { lines.emplace_back(line); };
  Run(runner, Shell("printf 'one\\n\\ntwo\\r\\nthr' >&2; sleep 0.05; printf 'ee\\nlast' >&2"), log);
  CHECK(lines == std::vector<std::string>{"one", "", "two", "three", "last"});
  lines.clear();
  ProcessSpec spec = Shell("cat >&2");
  spec.input = std::string(200'000, 'x') + "\nend\n";
  Run(runner, spec, log);
  size_t bytes = 0;
  for (const std::string& line : lines) bytes += line.size();
  CHECK(lines.size() >= 3);
  CHECK(bytes == 200'003);
  CHECK(lines.back().ends_with("end"));
}

TEST_CASE("what a process leaves running ends with it") {
  ProcessRunner runner;
  const ProcessResult result = Run(runner, Shell("sleep 1000 & echo $!"));
  const pid_t left = std::stoi(result.output);
  CHECK(Eventually([&] { return IsDead(left); }));
}

TEST_CASE("a daemon that has left the group and writes for ever does not keep the process from ending") {
  ProcessRunner runner;
  const ProcessResult result =
      Run(runner, Shell("setsid sh -c 'while :; do echo x; echo y >&2; done' & echo $! >&2; sleep 0.1"),
          [](std::string_view) {});
  CHECK(result.end == End::kExited);  // its pipes are broken now: the daemon gets SIGPIPE
}

TEST_CASE("stopping a process stops its whole group") {
  ProcessRunner runner(64, milliseconds(10'000));
  std::atomic<int> answered = 0;
  std::promise<std::string> pids;
  std::string text;
  const auto id = runner.Run(
      Shell("sleep 1000 & sh -c 'sleep 1000' & echo \"$$ $!\" >&2; wait"),
      [&](std::string_view line) { pids.set_value(std::string(line)); }, [&](ProcessResult) { ++answered; });
  text = pids.get_future().get();
  runner.Stop(id);
  runner.Stop(id);
  const pid_t first = std::stoi(text), second = std::stoi(text.substr(text.find(' ')));
  CHECK(Eventually([&] { return IsDead(first) && IsDead(second); }));
  CHECK(Run(runner, Shell("exit 0")).end == End::kExited);
  CHECK(answered == 0);
  CHECK_FALSE(HasChildren());
}

TEST_CASE("a process that does not heed SIGTERM is killed after the grace") {
  ProcessRunner runner(64, milliseconds(50));
  std::promise<std::string> ready;
  const auto id = runner.Run(
      Shell("trap '' TERM; echo $$ >&2; while :; do sleep 0.01; done"),
      [&](std::string_view line) { ready.set_value(std::string(line)); }, [](ProcessResult) {});
  const pid_t pid = std::stoi(ready.get_future().get());
  runner.Stop(id);
  CHECK(Eventually([&] { return IsDead(pid); }));
}

TEST_CASE("more processes than may run at a time wait in order") {
  constexpr int kProcesses = 200;
  ProcessRunner runner(4);
  std::mutex mutex;
  std::vector<int> ended;
  std::vector<std::future<ProcessResult>> results;
  for (int i = 0; i < kProcesses; ++i) results.push_back(Begin(runner, Shell("echo " + std::to_string(i))));
  for (int i = 0; i < kProcesses; ++i) CHECK(results[static_cast<size_t>(i)].get().output == std::to_string(i) + "\n");

  // One at a time: strictly in order, and one that is stopped while it waits never runs.
  ProcessRunner one(1);
  std::promise<void> all;
  for (int i = 0; i < 5; ++i) {
    const auto id = one.Run(Shell("exit 0"), {}, [&, i](ProcessResult) {
      const std::lock_guard lock(mutex);
      ended.push_back(i);
      if (i == 4) all.set_value();
    });
    if (i == 2) one.Stop(id);
  }
  all.get_future().get();
  if (ended.size() == 5) ended.erase(ended.begin() + 2);  // it was quicker than the Stop
  CHECK(ended == std::vector<int>{0, 1, 3, 4});
}

TEST_CASE("a child inherits nothing but its standard three") {
  ProcessRunner runner;
  int leak[2];
  REQUIRE(pipe(leak) == 0);  // without O_CLOEXEC
  const ProcessResult result = Run(runner, Shell("ls /proc/$$/fd"));
  CHECK(result.output == "0\n1\n2\n");
  close(leak[0]);
  close(leak[1]);
  signal(SIGUSR1, SIG_IGN);
  CHECK(Run(runner, Shell("kill -USR1 $$; exit 0")).end == End::kSignalled);
  signal(SIGUSR1, SIG_DFL);
}

TEST_CASE("neither descriptors nor zombies are left behind") {
  const size_t before = OpenDescriptors();
  {
    ProcessRunner runner(8);
    std::vector<std::future<ProcessResult>> results;
    for (int i = 0; i < 100; ++i) {
      results.push_back(Begin(runner, i % 3 == 0 ? Shell("exit 1") : ProcessSpec{.command = {"/no/such"}}));
    }
    for (auto& r : results) r.get();
    for (int i = 0; i < 20; ++i) runner.Stop(runner.Run(Shell("sleep 1000"), {}, {}));
    CHECK(Run(runner, Shell("exit 0")).end == End::kExited);
  }
  CHECK(OpenDescriptors() == before);
  CHECK_FALSE(HasChildren());
}

TEST_CASE("the end of the runner is the end of its processes") {
  std::atomic<int> answered = 0;
  pid_t pid = 0;
  {
    ProcessRunner runner(1);
    std::promise<std::string> ready;
    runner.Run(
        Shell("trap '' TERM; echo $$ >&2; while :; do sleep 0.01; done"),
        [&](std::string_view line) { ready.set_value(std::string(line)); }, [&](ProcessResult) { ++answered; });
    runner.Run(Shell("exit 0"), {}, [&](ProcessResult) { ++answered; });  // never gets its turn
    pid = std::stoi(ready.get_future().get());
    runner.Stop();
    runner.Run(Shell("exit 0"), {}, [&](ProcessResult) { ++answered; });
    CHECK(IsDead(pid));
  }
  CHECK(answered == 0);
  CHECK_FALSE(HasChildren());
}

TEST_CASE("a program that ignores SIGCHLD is told that the exit status is gone") {
  signal(SIGCHLD, SIG_IGN);
  {
    ProcessRunner runner;
    CHECK(Run(runner, Shell("exit 0")).end == End::kFailed);
  }
  signal(SIGCHLD, SIG_DFL);
}

}  // namespace
}  // namespace gait
