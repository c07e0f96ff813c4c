// gait run: one definition, to its end.
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "api/executions.h"
#include "api/request_checks.h"
#include "api/test_cases.h"
#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/files.h"
#include "cli/history.h"
#include "cli/progress.h"
#include "cli/render.h"
#include "cli/table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "states/state_table.h"

namespace gait::cli {
namespace {

constexpr size_t kDefinitionBytesMax = 16 * 1'048'576;
constexpr size_t kInputBytesMax = 64 * 1'048'576;

struct Options {
  EngineFlags engine;
  std::string file;
  std::string input = "{}";
  std::string name;
  std::string type = "STANDARD";
  std::string history = "none";
  std::string test_case;
  std::vector<std::string> substitutions;
  std::string substitutions_file;
};

// The definition as JSON, with its placeholders filled in; empty if it is invalid, and then what is wrong was printed.
std::optional<std::string> ReadDefinition(const Options& options) {
  const std::string source = ReadFile(options.file, kDefinitionBytesMax);
  CompileOptions compile;
  compile.states = StateTypes();
  compile.type = options.type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  compile.quotas = options.engine.limits == "aws" ? Quotas::Aws() : Quotas::Off();
  compile.format = FormatOfFile(options.file);
  compile.substitutions = ReadSubstitutions(options.substitutions, options.substitutions_file);
  const CompileResult compiled = CompileDefinition(source, compile);
  for (const Diagnostic& d : compiled.diagnostics) {
    std::fputs(RenderDiagnostic(d, options.file, source, UseColor(STDERR_FILENO)).c_str(), stderr);
  }
  if (compiled.machine == nullptr) return std::nullopt;
  const bool as_it_is = compile.format == DocumentFormat::kJson && compile.substitutions.empty();
  return as_it_is ? source : ToJson(compiled.definition);
}

struct Ran {
  ExecutionResult result;
  std::vector<HistoryEvent> events;
};

// The execution of this name that runs already, because the process that began it ended: with the same input it is the
// same one, as StartExecution has it, and is waited for.
Ran Rejoin(Engine& engine, const StateMachineRecord& machine, const std::string& name, const Payload& input) {
  EngineCore& core = engine.core();
  const auto present = core.store().FindExecution(machine.id, name);
  const bool runs = present && present->status == ExecutionStatus::kRunning;
  if (!runs || LoadEvents(core, *present).front().payload.text() != input.text()) {
    throw UsageError("an execution '" + name + "' of the state machine '" + machine.name + "' exists already" +
                     (runs ? ", with another input" : "; its name is free again 90 days after it ended"));
  }
  std::fprintf(stderr, "gait: the execution '%s' goes on where it was\n", name.c_str());
  if (!core.options().resume) core.Recover(*present, /*resume=*/true);
  ExecutionResult result = WaitWithProgress(engine, {*present, machine});
  return {std::move(result), LoadEvents(core, *core.store().GetExecution(present->id))};
}

Ran RunToEnd(Engine& engine, const std::string& machine_name, std::string name, Payload input,
             const std::string& test_case) {
  EngineCore& core = engine.core();
  const StateMachineRecord machine = *core.store().FindStateMachine(machine_name);
  const DefinitionRecord revision = *core.store().GetDefinition(machine.definition_id);
  if (name.empty()) name = core.random().TimeOrderedUuid(core.clock().Now());
  StartRequest request = core.RequestOf(machine, revision, name);
  request.input = input;
  request.info.test_case = test_case;
  WarnOfUnknownStates(core, request);
  ProgressLine progress(core);
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<HistoryEvent> events;
  std::optional<ExecutionSnapshot> end;
  StartResult started = StartResult::kStarted;
  request.on_events = [&](const std::vector<HistoryEvent>& more) {
    progress.Show(more);
    const std::lock_guard lock(mutex);
    events.insert(events.end(), more.begin(), more.end());
  };
  core.runner().Start(
      std::move(request),
      [&](StartResult result, const ExecutionSnapshot&) {
        const std::lock_guard lock(mutex);
        started = result;
        changed.notify_one();
      },
      [&](const ExecutionSnapshot& snapshot) {
        const std::lock_guard lock(mutex);
        end = snapshot;
        changed.notify_one();
      });
  {
    std::unique_lock lock(mutex);
    while (!end && started != StartResult::kNameTaken) {
      changed.wait_for(lock, std::chrono::milliseconds(100));
      progress.Tick();
    }
  }
  progress.Clear();
  if (started == StartResult::kNameTaken) return Rejoin(engine, machine, name, input);
  const std::string output = end->status == ExecutionStatus::kSucceeded ? end->output.text() : "";
  return {{std::string(StatusName(end->status)), output, end->error, end->cause}, std::move(events)};
}

int Run(const Options& options) {
  const std::optional<std::string> definition = ReadDefinition(options);
  if (!definition) return kFailed;
  const std::string input = ReadJsonArgument(options.input, kInputBytesMax);
  JsonParse parsed = ParseJson(input);
  if (!parsed) {
    const SourcePosition at = PositionOf(input, parsed.error.offset);
    throw UsageError("--input is not JSON: " + parsed.error.message + " (line " + std::to_string(at.line) +
                     ", column " + std::to_string(at.column) + ")");
  }
  if (!options.name.empty() && !IsValidName(options.name)) {
    throw UsageError("'" + Printable(options.name) +
                     "' cannot be an execution's name: 1 to 80 characters, no blanks, and none of "
                     "< > { } [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : /");
  }
  EngineOptions engine_options = ToEngineOptions(options.engine);
  // A clock that jumps would jump for the others, too, that wait in the database.
  if (engine_options.virtual_clock) engine_options.resume = false;
  Engine engine(std::move(engine_options));
  EngineCore& core = engine.core();
  if (input.size() > core.quotas().payload_bytes_max) {
    throw UsageError("--input has " + std::to_string(input.size()) + " bytes; the quota is " +
                     std::to_string(core.quotas().payload_bytes_max) + " (--limits off lifts it)");
  }
  const std::string machine_name = StateMachineNameOf(options.file);
  if (!options.test_case.empty() && core.mocks() == nullptr) {
    throw UsageError("--test-case needs a mock configuration: name one with --mock-config");
  }
  if (const auto error = CheckTestCase(core, machine_name, options.test_case)) throw UsageError(error->message);
  const auto present = core.store().FindStateMachine(machine_name);
  if (present && present->type != options.type) {
    throw UsageError("the database has a state machine '" + machine_name + "' of type " + present->type +
                     "; use another database or the same --type");
  }
  const std::string machine = engine.CreateStateMachine(machine_name, *definition, options.type);
  const Ran ran = RunToEnd(engine, machine_name, options.name, Payload::FromUser(*std::move(parsed.value), input),
                           options.test_case);

  if (ran.result.status == StatusName(ExecutionStatus::kRunning)) {
    throw EngineError("the execution stands still where it last was stored; gait resume goes on from there");
  }
  if (options.history == "table") std::fputs(RenderHistory(ran.events, TerminalWidth(160)).c_str(), stderr);
  if (options.history == "json") std::fprintf(stderr, "%s\n", HistoryJson(ran.events).c_str());
  if (ran.result.status == StatusName(ExecutionStatus::kSucceeded)) {
    const bool pretty = isatty(STDOUT_FILENO) == 1;
    std::printf("%s\n", (pretty ? ToPrettyJson(*ParseJson(ran.result.output).value) : ran.result.output).c_str());
    return kSucceeded;
  }
  const std::string state = FailedState(ran.events);
  std::fprintf(stderr, "gait: the execution ended as %s%s%s%s\n", ran.result.status.c_str(),
               state.empty() ? "" : " in the state '", Printable(state).c_str(), state.empty() ? "" : "'");
  if (ran.result.error) std::fprintf(stderr, "  error: %s\n", Printable(*ran.result.error).c_str());
  if (ran.result.cause) std::fprintf(stderr, "  cause: %s\n", Printable(*ran.result.cause).c_str());
  return kFailed;
}

}  // namespace

std::function<int()> ConfigureRun(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("FILE", options->file, "the definition: .asl.json or .asl.yaml; - is standard input").Required();
  line.Add("--input", options->input, "the input: JSON, @FILE, or - for standard input").ShowDefault();
  line.Add("--name", options->name, "the execution's name; a new UUID if there is none");
  line.Add("--type", options->type, "the type of state machine").OneOf({"STANDARD", "EXPRESS"}).ShowDefault();
  AddDatabaseOption(line, options->engine);
  line.AddFlag("--ephemeral", options->engine.ephemeral, "keep everything in memory");
  line.Add("--clock", options->engine.clock, "virtual: jump over waits, retries' delays and time-outs")
      .OneOf({"real", "virtual"})
      .ShowDefault();
  line.Add("--history", options->history, "print the events when it has ended, to standard error")
      .OneOf({"table", "json", "none"})
      .ShowDefault();
  line.Add("--test-case", options->test_case,
           "of the mock configuration: the tasks it names are not done, but answered from there");
  line.Add("--substitution", options->substitutions, "NAME=VALUE for ${NAME}; may be repeated");
  line.Add("--substitutions", options->substitutions_file, "a file of them: JSON, YAML, or lines of NAME=VALUE");
  AddEngineOptions(line, options->engine);
  return [options] { return Run(*options); };
}

}  // namespace gait::cli
