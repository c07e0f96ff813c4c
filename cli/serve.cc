// gait serve: the AWS Step Functions API on this machine.
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "server/listener.h"

namespace gait::cli {
namespace {

// With --limits off; still a bound, for the process's sake.
constexpr size_t kUnlimitedBodyBytesMax = 256 * 1'048'576;

struct Options {
  EngineFlags engine;
  ListenerOptions listener;
  std::string auth;
  std::string lambda_endpoint;
  std::string retention;
  std::string log_folder;
  bool log_stdout = false;
};

// "90d", "12h", "30m", "45s", in seconds. Throws UsageError.
int64_t SecondsOf(const std::string& text) {
  const std::string_view units = "smhd";
  constexpr int64_t kSeconds[] = {1, 60, 3600, 86'400};
  const size_t unit = text.empty() ? std::string_view::npos : units.find(text.back());
  const std::string digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  const bool number =
      !digits.empty() && digits.size() <= 9 && digits.find_first_not_of("0123456789") == std::string::npos;
  if (unit == std::string_view::npos || !number || std::stoll(digits) == 0) {
    throw UsageError("--retention " + text + " is no span of time; write 90d, 12h, 30m or 45s");
  }
  return std::stoll(digits) * kSeconds[unit];
}

// Each connection is a file descriptor, and the limit that a shell gives is mostly 1,024.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // if not, there are fewer connections
}

int Serve(const Options& options) {
  // Signals are taken by a thread that waits for them: blocked here, and so in every thread that starts.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  // Without a file to open again, SIGHUP means what it means: the terminal is gone.
  if (!options.listener.access_log.empty()) sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  RaiseFileLimit();

  EngineOptions engine_options = ToEngineOptions(options.engine);
  engine_options.lambda_endpoint = options.lambda_endpoint;
  engine_options.log_folder = options.log_folder;
  if (options.log_stdout) {
    std::signal(SIGPIPE, SIG_IGN);  // who reads may go: executions do not
    engine_options.on_log_line = [](std::string_view line) {
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fputc('\n', stdout);
      std::fflush(stdout);
    };
  }
  if (!options.retention.empty()) engine_options.retention_seconds = SecondsOf(options.retention);
  const auto log = engine_options.log;
  ListenerOptions listener_options = options.listener;
  if (!options.auth.empty()) {
    listener_options.credentials = std::make_shared<const Credentials>(ReadCredentials(options.auth));
  }
  if (options.engine.limits == "off") {
    listener_options.body_bytes_max = kUnlimitedBodyBytesMax;
    listener_options.held_bytes_max = 4 * static_cast<int64_t>(kUnlimitedBodyBytesMax);
  }
  Engine engine(std::move(engine_options));
  Listener listener(engine, listener_options, log);
  const std::string host =
      options.listener.host.find(':') == std::string::npos ? options.listener.host : "[" + options.listener.host + "]";
  std::fprintf(stderr, "gait serves the Step Functions API at %s://%s:%u (%s)\n",
               options.listener.tls_certificate.empty() ? "http" : "https", host.c_str(), listener.port(),
               options.engine.ephemeral ? "in memory" : options.engine.database.c_str());
  std::promise<void> told;
  std::future<void> stop_was_called = told.get_future();
  // It goes on for as long as the process, so that a second signal ends that at once, whatever it waits for.
  std::thread([&listener, signals, told = std::move(told)]() mutable {
    for (bool stopping = false;;) {
      int signal = 0;
      sigwait(&signals, &signal);
      if (signal == SIGHUP) {
        if (!stopping) listener.ReopenAccessLog();
        continue;
      }
      // What was acknowledged is in the store: nothing is lost by not waiting.
      if (std::exchange(stopping, true)) std::_Exit(128 + signal);
      std::fprintf(stderr, "gait stops; what runs goes on with the next start\n");
      listener.Stop();
      told.set_value();
    }
  }).detach();
  listener.Run();
  stop_was_called.wait();  // from here on that thread leaves the listener alone
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureServe(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("--host", options->listener.host, "the address to listen on").ShowDefault();
  line.Add("--port", options->listener.port, "the port; 0 is any that is free").ShowDefault();
  AddDatabaseOption(line, options->engine);
  line.AddFlag("--ephemeral", options->engine.ephemeral, "keep everything in memory, and nothing when the server ends");
  AddEngineOptions(line, options->engine);
  line.Add("--auth", options->auth,
           "a credentials file, as the AWS CLI has it: whose requests are signed with one of its keys may call, "
           "and nobody else");
  line.AddFlag("--insecure", options->listener.insecure,
               "listen on an address that others reach without --auth: whoever reaches it may call");
  Option certificate = line.Add("--tls-cert", options->listener.tls_certificate,
                                "serve over TLS, with the certificates in this file (PEM)");
  Option key = line.Add("--tls-key", options->listener.tls_key, "the certificate's key (PEM, not encrypted)");
  certificate.Needs(key);
  key.Needs(certificate);
  line.Add("--access-log", options->listener.access_log,
           "write a line of JSON for each request to this file, or to standard output (-); SIGHUP opens it again");
  line.Add("--lambda-endpoint", options->lambda_endpoint,
           "a host of Lambda's Invoke API, for every function that the targets file does not name");
  AddServiceModelsOption(line, options->engine);
  line.Add("--retention", options->retention,
           "remove the history of an execution so long after its end: 90d, 12h, 30m, 45s; without it all are kept");
  line.Add("--log-folder", options->log_folder,
           "where executions log, as their loggingConfiguration says: a file of JSON lines for each log group");
  line.AddFlag("--log-stdout", options->log_stdout, "print what executions log to standard output");
  return [options] { return Serve(*options); };
}

}  // namespace gait::cli
