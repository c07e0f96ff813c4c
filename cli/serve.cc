// gait serve: the AWS Step Functions API on this machine.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <thread>

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
  std::string lambda_endpoint;
  std::string retention;
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

int Serve(const Options& options) {
  // SIGINT and SIGTERM are taken by a thread that waits for them: blocked here, and so in every thread that starts.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  EngineOptions engine_options = ToEngineOptions(options.engine);
  engine_options.lambda_endpoint = options.lambda_endpoint;
  if (!options.retention.empty()) engine_options.retention_seconds = SecondsOf(options.retention);
  const auto log = engine_options.log;
  Engine engine(std::move(engine_options));
  ListenerOptions listener_options = options.listener;
  if (options.engine.limits == "off") listener_options.body_bytes_max = kUnlimitedBodyBytesMax;
  Listener listener(engine, listener_options, log);
  const std::string host =
      options.listener.host.find(':') == std::string::npos ? options.listener.host : "[" + options.listener.host + "]";
  std::fprintf(stderr, "gait serves the Step Functions API at http://%s:%u (%s)\n", host.c_str(), listener.port(),
               options.engine.ephemeral ? "in memory" : options.engine.database.c_str());
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    std::fprintf(stderr, "gait stops; what runs goes on with the next start\n");
    listener.Stop();
  });
  listener.Run();
  waiter.join();
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureServe(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--host", options->listener.host, "the address to listen on")->capture_default_str();
  app.add_option("--port", options->listener.port, "the port; 0 is any that is free")->capture_default_str();
  AddDatabaseOption(app, options->engine);
  app.add_flag("--ephemeral", options->engine.ephemeral, "keep everything in memory, and nothing when the server ends");
  AddEngineOptions(app, options->engine);
  app.add_option("--lambda-endpoint", options->lambda_endpoint,
                 "a host of Lambda's Invoke API, for every function that the targets file does not name");
  AddServiceModelsOption(app, options->engine);
  app.add_option(
      "--retention", options->retention,
      "remove the history of an execution so long after its end: 90d, 12h, 30m, 45s; without it all are kept");
  return [options] { return Serve(*options); };
}

}  // namespace gait::cli
