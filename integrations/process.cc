#include "integrations/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "integrations/event_loop.h"
#include "integrations/unique_fd.h"

namespace gait {
namespace {

constexpr size_t kReadBytes = 65'536;
// As many take all that the largest pipe can hold (1 MiB): what a process left in its pipes when it ended. Not until
// there is no more: a daemon that has left the process group may write for ever.
constexpr int kLastReads = 16;

struct Pipe {
  UniqueFd read, write;
};

// Both ends are closed on exec, and above the standard three: a program that was started without those would otherwise
// get their numbers here, and the child's descriptors would overwrite one another.
std::optional<Pipe> OpenPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  for (UniqueFd* end : {&pipe.read, &pipe.write}) {
    if (end->get() > STDERR_FILENO) continue;
    UniqueFd moved(fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!moved) return std::nullopt;
    *end = std::move(moved);
  }
  return pipe;
}

// glibc 2.36 declares pidfd_open without C linkage.
int OpenPidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

void SetNonBlocking(const UniqueFd& fd) { fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

// The strings with a null behind them, as exec wants them.
std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> variables;
  for (char** v = environ; v != nullptr && *v != nullptr; ++v) variables.emplace_back(*v);
  return variables;
}

std::vector<std::string> Merge(const std::vector<std::string>& own, const Environment& set) {
  std::vector<std::string> variables;
  variables.reserve(own.size() + set.size());
  const auto is_set = [&](std::string_view variable) {
    const std::string_view name = variable.substr(0, variable.find('='));
    return std::any_of(set.begin(), set.end(), [&](const auto& s) { return s.first == name; });
  };
  std::copy_if(own.begin(), own.end(), std::back_inserter(variables), std::not_fn(is_set));
  for (const auto& [name, value] : set) variables.push_back(name + "=" + value);
  return variables;
}

// What posix_spawn is told of a child.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void Give(const UniqueFd& fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd.get(), as); }
  void CloseTheRest() { posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1); }
  void RunIn(const std::string& directory) {
    if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  // 0, or an errno: that of the directory or of the program, too.
  int Spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment, pid_t& pid) {
    const std::vector<char*> argv = Pointers(command), envp = Pointers(environment);
    return posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), envp.data());
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// Those that end when another process does.
bool IsShortage(int error) { return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE; }

}  // namespace

class ProcessRunner::Core {
 public:
  Core(int processes_max, std::chrono::milliseconds grace)
      : processes_max_(static_cast<size_t>(processes_max)), grace_(grace), environment_(OwnEnvironment()) {}

  Id Run(ProcessSpec spec, LogLine log, Done done) {
    auto child = std::make_shared<Child>();
    const Id id = next_id_.fetch_add(1, std::memory_order_relaxed);
    child->id = id;
    child->spec = std::move(spec);
    child->log = std::move(log);
    child->done = std::move(done);
    loop_.Post([this, id, child = std::move(child)]() mutable {
      waiting_.emplace(id, std::move(child));
      StartWaiting();
    });
    return id;
  }

  void Stop(Id id) {
    loop_.Post([this, id] {
      waiting_.erase(id);
      if (const auto it = running_.find(id); it != running_.end()) Terminate(*it->second);
    });
  }

  void Stop() {
    loop_.Stop();
    waiting_.clear();
    for (const auto& [id, child] : running_) kill(-child->pid, SIGKILL);
    for (const auto& [id, child] : running_) Reap(child->pidfd);
    running_.clear();
  }

 private:
  struct Child {
    Id id = 0;
    ProcessSpec spec;
    LogLine log;
    Done done;
    pid_t pid = -1;  // and the id of its process group
    UniqueFd pidfd, input, output, errors;
    size_t input_written = 0;
    bool stopped = false;
    bool too_large = false;
    EventLoop::Timer kill_timer;
    std::string line;  // what the standard error's last line has so far
    ProcessResult result;
  };
  // By id: in the order of Run.
  using Children = std::map<Id, std::shared_ptr<Child>>;

  void StartWaiting() {
    while (!waiting_.empty() && running_.size() < processes_max_) {
      const std::shared_ptr<Child> child = waiting_.begin()->second;
      const int error = Spawn(*child);
      if (IsShortage(error) && !running_.empty()) return;  // tried again when one has ended
      waiting_.erase(waiting_.begin());
      if (error == 0) {
        running_.emplace(child->id, child);
        WatchAll(*child);
      } else {
        child->result.end = ProcessResult::End::kFailed;
        child->result.message = std::strerror(error);
        child->done(std::move(child->result));
      }
    }
  }

  // 0, or an errno.
  int Spawn(Child& child) {
    std::optional<Pipe> in = OpenPipe(), out = OpenPipe(), err = OpenPipe();
    if (!in || !out || !err) return errno;
    SpawnPlan plan;
    plan.RunIn(child.spec.directory);
    plan.Give(in->read, STDIN_FILENO);
    plan.Give(out->write, STDOUT_FILENO);
    plan.Give(err->write, STDERR_FILENO);
    plan.CloseTheRest();
    const int error = plan.Spawn(child.spec.command, Merge(environment_, child.spec.environment), child.pid);
    if (error != 0) return error;
    child.pidfd = UniqueFd(OpenPidfd(child.pid));
    if (!child.pidfd) {
      const int no_pidfd = errno;
      kill(-child.pid, SIGKILL);
      waitpid(child.pid, nullptr, 0);
      return no_pidfd;
    }
    child.input = std::move(in->write);
    child.output = std::move(out->read);
    child.errors = std::move(err->read);
    for (const UniqueFd* fd : {&child.input, &child.output, &child.errors}) SetNonBlocking(*fd);
    return 0;
  }

  void WatchAll(Child& child) {
    loop_.Watch(child.pidfd.get(), EPOLLIN, [this, &child](uint32_t) { Ended(child); });
    loop_.Watch(child.output.get(), EPOLLIN, [this, &child](uint32_t) { ReadOutput(child); });
    loop_.Watch(child.errors.get(), EPOLLIN, [this, &child](uint32_t) { ReadErrors(child); });
    if (child.spec.input.empty()) return Close(child.input);
    loop_.Watch(child.input.get(), EPOLLOUT, [this, &child](uint32_t) { WriteInput(child); });
  }

  void Close(UniqueFd& fd) {
    loop_.Unwatch(fd.get());
    fd.Close();
  }

  void WriteInput(Child& child) {
    const std::string_view left = std::string_view(child.spec.input).substr(child.input_written);
    const ssize_t n = write(child.input.get(), left.data(), left.size());
    if (n > 0) child.input_written += static_cast<size_t>(n);
    // EPIPE: the child does not want the rest.
    const bool over = n < 0 ? errno != EAGAIN && errno != EINTR : child.input_written == child.spec.input.size();
    if (over) Close(child.input);
  }

  // Reads once; false when there is nothing more for now.
  template <typename Take>
  bool Read(UniqueFd& fd, Take take) {
    if (!fd) return false;
    const ssize_t n = read(fd.get(), buffer_, sizeof buffer_);
    if (n > 0) {
      take(std::string_view(buffer_, static_cast<size_t>(n)));
      return fd.get() >= 0;
    }
    if (n < 0 && errno == EINTR) return true;
    if (n == 0 || errno != EAGAIN) Close(fd);
    return false;
  }

  bool ReadOutput(Child& child) {
    return Read(child.output, [&](std::string_view bytes) {
      if (bytes.size() <= child.spec.output_bytes_max - child.result.output.size()) {
        child.result.output.append(bytes);
        return;
      }
      child.too_large = true;
      Close(child.output);
      kill(-child.pid, SIGKILL);
    });
  }

  bool ReadErrors(Child& child) {
    return Read(child.errors, [&](std::string_view bytes) {
      for (size_t end; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
        child.line.append(bytes.substr(0, end));
        FlushLine(child);
      }
      child.line.append(bytes);
      if (child.line.size() >= kLogLineBytesMax) FlushLine(child);
    });
  }

  static void FlushLine(Child& child) {
    if (child.line.ends_with('\r')) child.line.pop_back();
    if (child.log && !child.stopped) child.log(child.line);
    child.line.clear();
  }

  // The group is asked to end, and made to when the grace is over. Its number cannot be another group's meanwhile: the
  // first process is not waited for before Ended.
  void Terminate(Child& child) {
    if (std::exchange(child.stopped, true)) return;
    kill(-child.pid, SIGTERM);
    child.kill_timer = loop_.CallAfter(grace_, [&child] { kill(-child.pid, SIGKILL); });
  }

  void Ended(Child& child) {
    kill(-child.pid, SIGKILL);  // before the pipes are read to their end: nobody writes any more
    for (int i = 0; i < kLastReads && ReadOutput(child); ++i) continue;
    for (int i = 0; i < kLastReads && ReadErrors(child); ++i) continue;
    if (!child.line.empty()) FlushLine(child);
    loop_.Cancel(child.kill_timer);
    loop_.Unwatch(child.pidfd.get());
    for (UniqueFd* fd : {&child.input, &child.output, &child.errors}) Close(*fd);

    const std::shared_ptr<Child> ended = running_.extract(child.id).mapped();
    SetEnd(child, Reap(child.pidfd));
    if (!child.stopped) child.done(std::move(child.result));
    StartWaiting();
  }

  // How it ended; empty if somebody else has waited for it: the program around this one ignores SIGCHLD, or waits for
  // any child.
  static std::optional<siginfo_t> Reap(const UniqueFd& pidfd) {
    siginfo_t info = {};
    while (waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0) {
      if (errno != EINTR) return std::nullopt;
    }
    return info;
  }

  static void SetEnd(Child& child, const std::optional<siginfo_t>& info) {
    ProcessResult& result = child.result;
    if (child.too_large) {
      result.end = ProcessResult::End::kTooLarge;
    } else if (!info) {
      result.end = ProcessResult::End::kFailed;
      result.message = "its exit status was taken by another part of the program";
    } else {
      result.end = info->si_code == CLD_EXITED ? ProcessResult::End::kExited : ProcessResult::End::kSignalled;
      result.status = info->si_status;
    }
  }

  const size_t processes_max_;
  const std::chrono::milliseconds grace_;
  const std::vector<std::string> environment_;  // of this program, when the runner was made
  std::atomic<Id> next_id_{1};
  EventLoop loop_;

  // The loop's thread alone; whoever stops it, after that.
  Children waiting_, running_;
  char buffer_[kReadBytes];
};

ProcessRunner::ProcessRunner(int processes_max, std::chrono::milliseconds grace)
    : core_(std::make_unique<Core>(processes_max, grace)) {}
ProcessRunner::~ProcessRunner() { Stop(); }
ProcessRunner::Id ProcessRunner::Run(ProcessSpec spec, LogLine log, Done done) {
  return core_->Run(std::move(spec), std::move(log), std::move(done));
}
void ProcessRunner::Stop(Id id) { core_->Stop(id); }
void ProcessRunner::Stop() { core_->Stop(); }

}  // namespace gait
