// The commands of the program `gait`. Each file has one or a few; cli/main.cc has the table.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/command_line.h"

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

// The program: reads the command line, runs the command; gives the exit status.
int Main(int argc, char** argv);

// One command: adds its options to `line`, and gives what is done when it was called; the result is the exit status.
struct Command {
  const char* name;
  const char* summary;
  const char* examples;  // for --help and the manual: lines of `$ command`, each with what it does behind #
  std::function<int()> (*configure)(CommandLine& line);
};

std::function<int()> ConfigureRun(CommandLine& line);
std::function<int()> ConfigureValidate(CommandLine& line);
std::function<int()> ConfigureGraph(CommandLine& line);
std::function<int()> ConfigureDiff(CommandLine& line);
std::function<int()> ConfigureServe(CommandLine& line);
std::function<int()> ConfigureExecutions(CommandLine& line);
std::function<int()> ConfigureDescribe(CommandLine& line);
std::function<int()> ConfigureHistory(CommandLine& line);
std::function<int()> ConfigureMapRuns(CommandLine& line);
std::function<int()> ConfigureStop(CommandLine& line);
std::function<int()> ConfigureRedrive(CommandLine& line);
std::function<int()> ConfigureResume(CommandLine& line);
std::function<int()> ConfigureSendTaskSuccess(CommandLine& line);
std::function<int()> ConfigureSendTaskFailure(CommandLine& line);
std::function<int()> ConfigureSendTaskHeartbeat(CommandLine& line);
std::function<int()> ConfigureTestState(CommandLine& line);
std::function<int()> ConfigureEval(CommandLine& line);
std::function<int()> ConfigureSchema(CommandLine& line);
std::function<int()> ConfigureLsp(CommandLine& line);
std::function<int()> ConfigureCompletion(CommandLine& line);
std::function<int()> ConfigureMan(CommandLine& line);
std::function<int()> ConfigureExplain(CommandLine& line);
std::function<int()> ConfigureTest(CommandLine& line);
std::function<int()> ConfigureMocks(CommandLine& line);
std::function<int()> ConfigureReplay(CommandLine& line);

}  // namespace gait::cli
