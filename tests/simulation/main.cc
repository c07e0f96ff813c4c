// simulation [--seed N] [--runs M] [--planted NAME] [--verbose]
//
// Runs the engine under the seeds N to N+M-1 and checks its invariants after each. The first that fails is reported,
// with what replays it, and the exit code is 1. With --planted the engine has a bug on purpose, and it is the exit code
// of the search for it: 0 if it was found.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "tests/simulation/world.h"

namespace gait::simulation {
namespace {

struct Options {
  uint64_t seed = 1, runs = 1;
  std::string planted;
  bool verbose = false;
};

Planted PlantedOf(std::string_view name) {
  if (name.empty()) return Planted::kNothing;
  if (name == "effect-before-commit") return Planted::kEffectBeforeCommit;
  if (name == "token-twice") return Planted::kTokenTwice;
  if (name == "timer-lost") return Planted::kTimerLost;
  if (name == "stored-timer-lost") return Planted::kStoredTimerLost;
  if (name == "heartbeat-lost") return Planted::kHeartbeatLost;
  if (name == "cursor-first") return Planted::kCursorFirst;
  if (name == "succeeded-again") return Planted::kSucceededAgain;
  std::cerr << "no planted bug is called '" << name
            << "': effect-before-commit, token-twice, timer-lost, stored-timer-lost, heartbeat-lost, cursor-first, "
               "succeeded-again\n";
  std::exit(2);
}

Options Read(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--verbose") {
      options.verbose = true;
    } else if (i + 1 < argc && flag == "--seed") {
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (i + 1 < argc && flag == "--runs") {
      options.runs = std::strtoull(argv[++i], nullptr, 10);
    } else if (i + 1 < argc && flag == "--planted") {
      options.planted = argv[++i];
    } else {
      std::cerr << "usage: simulation [--seed N] [--runs M] [--planted NAME] [--verbose]\n";
      std::exit(2);
    }
  }
  return options;
}

int Main(const Options& options) {
  const Planted planted = PlantedOf(options.planted);
  size_t steps = 0, restarts = 0, executions = 0, tasks = 0;
  for (uint64_t seed = options.seed; seed < options.seed + options.runs; ++seed) {
    const Report report = Simulate(seed, planted, options.verbose);
    steps += report.steps;
    restarts += report.restarts;
    executions += report.executions;
    tasks += report.tasks;
    if (options.verbose || (!report.clean && planted == Planted::kNothing)) {
      std::cout << report.machines << report.histories;
    }
    if (report.clean) continue;
    std::cout << "seed " << seed << " (the " << seed - options.seed + 1
              << ". of this search) breaks: " << report.violation.invariant << "\n  " << report.violation.what
              << "\n  replay it with: simulation --seed " << seed
              << (options.planted.empty() ? "" : " --planted " + options.planted) << " --verbose\n";
    return planted == Planted::kNothing ? 1 : 0;
  }
  std::cout << options.runs << " seeds from " << options.seed << " are clean: " << executions << " executions, "
            << tasks << " tasks, " << restarts << " restarts, " << steps << " steps\n";
  return planted == Planted::kNothing ? 0 : 1;
}

}  // namespace
}  // namespace gait::simulation

int main(int argc, char** argv) { return gait::simulation::Main(gait::simulation::Read(argc, argv)); }
