// Child processes, from one thread (an EventLoop that starts with the first process). Each has a process group of its
// own and is started from an argument vector, never by a shell; it inherits no descriptor but its standard three, no
// signal mask and no ignored signal.
//
// A process has ended when its first process has: what that has left running in its group is killed, and only what was
// written until then counts.
//
// The program around must leave these children to the runner: where it ignores SIGCHLD, or waits for any child, a
// process ends as kFailed, for nobody knows how it ended.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gait {

// Names and values of environment variables.
using Environment = std::vector<std::pair<std::string, std::string>>;

struct ProcessSpec {
  // The program and its arguments; a program without a slash is looked for in PATH. REQUIRES: not empty.
  std::vector<std::string> command = {};
  std::string directory = {};          // where it runs; "": where this program does
  Environment environment = {};        // set besides, or instead of, what this program has
  std::string input = {};              // its standard input
  size_t output_bytes_max = SIZE_MAX;  // of its standard output
};

struct ProcessResult {
  enum class End {
    kExited,     // `status` is its exit status
    kSignalled,  // `status` is the signal that ended it
    kTooLarge,   // killed: it wrote more than output_bytes_max
    kFailed,     // it could not be started or waited for; `message` is what the system said
  };
  End end = End::kExited;
  int status = 0;
  std::string output;
  std::string message;
};

class ProcessRunner {
 public:
  using Id = uint64_t;
  using Done = std::function<void(ProcessResult)>;
  // A line of the standard error, without its end. A line longer than kLogLineBytesMax comes in pieces.
  using LogLine = std::function<void(std::string_view)>;

  static constexpr int kProcessesMax = 64;
  static constexpr size_t kLogLineBytesMax = 65'536;

  // At most `processes_max` run at a time; the others wait in the order of Run. A process that is stopped has `grace`
  // from SIGTERM to SIGKILL.
  explicit ProcessRunner(int processes_max = kProcessesMax,
                         std::chrono::milliseconds grace = std::chrono::milliseconds(2000));
  ~ProcessRunner();

  // Any thread, and so is Stop(id). `done` is called once, on the runner's thread, as is `log` before it; never from
  // within Run.
  Id Run(ProcessSpec spec, LogLine log, Done done);
  // Ends the process: neither `done` nor `log` is called, unless that has begun. Does nothing for one that has ended.
  void Stop(Id id);
  // Kills all processes, without grace, waits for their ends, and drops what is run later. On return no callback is
  // running.
  void Stop();

 private:
  class Core;
  const std::unique_ptr<Core> core_;
};

}  // namespace gait
