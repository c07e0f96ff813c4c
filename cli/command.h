// The commands of the program `gait`. Each file has one or a few; cli/main.cc has the table.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace gait::cli {

// 0: succeeded; 1: an execution failed, a definition is invalid; 2: called in a wrong way, or the environment does not
// let it.
inline constexpr int kSucceeded = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

// Something that the caller has to mend: printed as one line, exit status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One command: adds its options to `app`, and gives what is done when it was called; the result is the exit status.
struct Command {
  const char* name;
  const char* summary;
  const char* examples;  // for --help and the manual: lines of `$ command`, each with what it does behind #
  std::function<int()> (*configure)(CLI::App& app);
};

std::function<int()> ConfigureRun(CLI::App& app);
std::function<int()> ConfigureValidate(CLI::App& app);
std::function<int()> ConfigureGraph(CLI::App& app);
std::function<int()> ConfigureDiff(CLI::App& app);
std::function<int()> ConfigureServe(CLI::App& app);
std::function<int()> ConfigureExecutions(CLI::App& app);
std::function<int()> ConfigureDescribe(CLI::App& app);
std::function<int()> ConfigureHistory(CLI::App& app);
std::function<int()> ConfigureMapRuns(CLI::App& app);
std::function<int()> ConfigureStop(CLI::App& app);
std::function<int()> ConfigureRedrive(CLI::App& app);
std::function<int()> ConfigureResume(CLI::App& app);
std::function<int()> ConfigureSendTaskSuccess(CLI::App& app);
std::function<int()> ConfigureSendTaskFailure(CLI::App& app);
std::function<int()> ConfigureSendTaskHeartbeat(CLI::App& app);
std::function<int()> ConfigureTestState(CLI::App& app);
std::function<int()> ConfigureTest(CLI::App& app);
std::function<int()> ConfigureEval(CLI::App& app);
std::function<int()> ConfigureMocks(CLI::App& app);
std::function<int()> ConfigureReplay(CLI::App& app);
std::function<int()> ConfigureSchema(CLI::App& app);
std::function<int()> ConfigureCompletion(CLI::App& app);
std::function<int()> ConfigureMan(CLI::App& app);

}  // namespace gait::cli
