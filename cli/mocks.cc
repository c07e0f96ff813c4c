// gait mocks from-history: a recorded execution as mocks, and as a test.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "engine/json/write.h"
#include "testing/history_mocks.h"

namespace gait::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string what;
  RecordingOptions recording;
  std::string folder = ".";
  std::string name;
  bool force = false;
};

// `order-17` for `histories/order-17.json`.
std::string NameOf(const std::string& history) {
  return history == "-" ? "recorded" : fs::path(history).stem().string();
}

void Write(const fs::path& path, const std::string& text, bool force) {
  if (!force && fs::exists(path)) throw UsageError(path.string() + " exists already; --force writes over it");
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!(file << text) || !file.flush()) throw UsageError("cannot write " + path.string());
  std::printf("wrote %s\n", path.c_str());
}

int FromHistory(const Options& options) {
  HistoryMocksOptions made;
  made.name = options.name.empty() ? NameOf(options.recording.history) : options.name;
  if (made.name.empty() || made.name.find_first_of("/\\#") != std::string::npos || made.name.starts_with('.')) {
    throw UsageError("'" + made.name + "' cannot be a name of files and of a test case: give one with --name");
  }
  const auto recorded = ReadRecording(options.recording);
  if (!recorded) return kUsage;
  const HistoryTree tree = HistoryTree::Of(recorded->events);
  std::optional<ReplayRun> run;
  const fs::path folder(options.folder);
  made.state_machine = made.name;
  made.definition = made.name + ".asl.json";
  made.mock_config = made.name + ".mocks.json";
  made.type = options.recording.type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  if (const std::string& definition = options.recording.definition; !definition.empty()) {
    auto run_options = ReplayOptionsOf(options.recording);
    if (!run_options) return kUsage;
    run_options->as_test = true;
    run_options->account = {};
    made.state_machine = run_options->state_machine;
    made.execution_name = run_options->execution;
    made.definition =
        fs::absolute(definition).lexically_normal().lexically_relative(fs::absolute(folder).lexically_normal());
    made.substitutions = ReadSubstitutions(options.recording.substitutions, options.recording.substitutions_file);
    run = RunReplay(*recorded, tree, *run_options);
  }
  const HistoryMocks mocks = MakeMocks(*recorded, tree, run ? &*run : nullptr, made);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw UsageError("cannot make the folder " + options.folder + ": " + failed.message());
  const fs::path mock_file = folder / made.mock_config, test_file = folder / (made.name + ".test.yaml");
  if (!options.force && mocks.test && fs::exists(test_file)) {  // or one of two files would be written
    throw UsageError(test_file.string() + " exists already; --force writes over it");
  }
  Write(mock_file, ToPrettyJson(mocks.mock_config) + "\n", options.force);
  if (mocks.test) Write(test_file, ToTestYaml(*mocks.test), options.force);
  for (const std::string& note : mocks.notes) std::fprintf(stderr, "gait: warning: %s\n", Printable(note).c_str());
  if (mocks.test && options.recording.definition.empty()) {
    std::fprintf(stderr, "gait: the test looks for the definition in %s; --definition names another\n",
                 (folder / made.definition).c_str());
  }
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureMocks(CommandLine& line) {
  auto options = std::make_shared<Options>();
  // The only thing to do so far; an option, and not a command below the command, which the manual would not show.
  line.Add("WHAT", options->what, "from-history: of a recorded execution").Required().OneOf({"from-history"});
  AddHistoryArgument(line, options->recording);
  line.Add("--definition", options->recording.definition,
           "the definition: .asl.json or .asl.yaml; it is run, to find the order of attempts");
  AddRecordingOptions(line, options->recording);
  line.Add("-o,--output", options->folder, "the folder that the files are written to").ShowDefault();
  line.Add("--name", options->name,
           "of the files NAME.mocks.json and NAME.test.yaml, and of the test case; else as the history's file");
  line.AddFlag("--force", options->force, "write over files that are there");
  return [options] { return FromHistory(*options); };
}

}  // namespace gait::cli
