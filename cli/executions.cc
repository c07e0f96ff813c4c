// gait executions, describe, stop, redrive-execution, resume: the executions of a database.
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "cli/answers.h"
#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/find.h"
#include "cli/history.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait::cli {

std::vector<StateMachineRecord> AllStateMachines(EngineCore& core) {
  constexpr size_t kPage = 1000;
  std::vector<StateMachineRecord> all;
  for (;;) {
    const auto page = core.store().ListStateMachines(all.empty() ? "" : all.back().name, kPage);
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < kPage) return all;
  }
}

FoundExecution FindByArnOrName(EngineCore& core, const std::string& text, bool express) {
  if (text.starts_with("arn:")) {
    auto found = FindExecution(core, text, express);
    if (auto* error = std::get_if<ApiError>(&found)) throw UsageError(error->message);
    return std::get<FoundExecution>(std::move(found));
  }
  std::vector<FoundExecution> found;
  for (StateMachineRecord& machine : AllStateMachines(core)) {
    if (auto execution = core.store().FindExecution(machine.id, text))
      found.push_back({*execution, std::move(machine)});
  }
  if (found.empty()) throw UsageError("there is no execution '" + text + "'; gait executions lists them");
  if (found.size() > 1) {
    throw UsageError("several state machines have an execution '" + text + "'; give its ARN, as " +
                     ExecutionArn(core.account(), found[0].machine.name, text));
  }
  return std::move(found[0]);
}

namespace {

struct ListOptions {
  EngineFlags engine;
  std::string state_machine;
  std::string status;
  std::string format = "table";
  size_t limit = 50;
};

int List(const ListOptions& options) {
  const auto engine = OpenToRead(options.engine);
  EngineCore& core = engine->core();
  Table table({"STARTED", "STATUS", "SECONDS", "STATE MACHINE", "NAME"});
  ArrayBuilder json;
  for (const StateMachineRecord& machine : AllStateMachines(core)) {
    if (!options.state_machine.empty() && options.state_machine != machine.name &&
        options.state_machine != StateMachineArn(core.account(), machine.name)) {
      continue;
    }
    ExecutionFilter filter{machine.id, 0, StatusOf(options.status), 0, options.limit};
    for (const ExecutionRecord& e : core.store().ListExecutions(filter)) {
      const bool running = e.status == ExecutionStatus::kRunning;
      const double seconds = static_cast<double>((e.stopped_at - e.started_at).ms) / 1000;
      char text[32];
      std::snprintf(text, sizeof text, "%.3f", seconds);
      table.Add({FormatTimestamp(e.started_at), std::string(StatusName(e.status)), running ? "" : text, machine.name,
                 e.name});
      json.Add(Value::Object({{"executionArn", Value::String(ExecutionArn(core.account(), machine.name, e.name))},
                              {"name", Value::String(e.name)},
                              {"stateMachine", Value::String(machine.name)},
                              {"status", Value::String(StatusName(e.status))},
                              {"startDate", Value::String(FormatTimestamp(e.started_at))},
                              {"stopDate", running ? Value::Null() : Value::String(FormatTimestamp(e.stopped_at))}}));
    }
  }
  std::printf("%s", options.format == "json" ? (ToPrettyJson(json.Build()) + "\n").c_str() : table.Render().c_str());
  return kSucceeded;
}

int Describe(const EngineFlags& flags, const std::string& execution) {
  const auto engine = OpenToRead(flags);
  EngineCore& core = engine->core();
  const FoundExecution found = FindByArnOrName(core, execution, /*express=*/true);
  const std::string arn =
      ArnOf(core, found.machine, found.execution, core.store().GetMapRun(found.execution.map_run_id));
  const Value answer = Answered(DescribeExecution(core, Value::Object({{"executionArn", Value::String(arn)}})));
  std::printf("%s\n", ToPrettyJson(WithDates(answer)).c_str());
  return kSucceeded;
}

struct StopOptions {
  EngineFlags engine;
  std::string execution;
  std::string error, cause;
};

int Stop(const StopOptions& options) {
  EngineOptions engine_options = ToEngineOptions(options.engine);
  engine_options.resume = false;  // the others stay as they are
  Engine engine(std::move(engine_options));
  EngineCore& core = engine.core();
  const FoundExecution found = FindByArnOrName(core, options.execution);
  if (found.execution.status != ExecutionStatus::kRunning) {
    std::fprintf(stderr, "gait: the execution has ended already: %s\n",
                 std::string(StatusName(found.execution.status)).c_str());
    return kFailed;
  }
  core.Recover(found.execution, /*resume=*/false);
  const std::string arn = ExecutionArn(core.account(), found.machine.name, found.execution.name);
  Value request = Value::Object({{"executionArn", Value::String(arn)}});
  if (!options.error.empty()) request = std::move(request).With("error", Value::String(options.error));
  if (!options.cause.empty()) request = std::move(request).With("cause", Value::String(options.cause));
  const OperationAnswer answer = engine.Call("StopExecution", ToJson(request));
  if (!answer.error_code.empty()) throw UsageError(answer.body);
  std::fprintf(stderr, "stopped %s\n", arn.c_str());
  return kSucceeded;
}

int Redrive(const EngineFlags& flags, const std::string& execution) {
  EngineOptions engine_options = ToEngineOptions(flags);
  engine_options.resume = false;  // the others stay as they are
  Engine engine(std::move(engine_options));
  const FoundExecution found = FindByArnOrName(engine.core(), execution);
  const std::string arn = ExecutionArn(engine.core().account(), found.machine.name, found.execution.name);
  const OperationAnswer answer =
      engine.Call("RedriveExecution", ToJson(Value::Object({{"executionArn", Value::String(arn)}})));
  if (!answer.error_code.empty()) {
    const Value body = *ParseJson(answer.body).value;
    std::fprintf(stderr, "gait: %s\n", std::string(body.Find("message")->as_string()).c_str());
    return kFailed;
  }
  const ExecutionResult result = WaitWithProgress(engine, found);
  if (result.status == StatusName(ExecutionStatus::kSucceeded)) {
    std::printf("%s\n", result.output.c_str());
    return kSucceeded;
  }
  std::fprintf(stderr, "gait: the execution ended as %s\n", result.status.c_str());
  if (result.error) std::fprintf(stderr, "  error: %s\n", Printable(*result.error).c_str());
  if (result.cause) std::fprintf(stderr, "  cause: %s\n", Printable(*result.cause).c_str());
  return kFailed;
}

int Resume(const EngineFlags& flags) {
  EngineOptions options = ToEngineOptions(flags);
  options.resume = false;
  Engine engine(std::move(options));
  EngineCore& core = engine.core();
  std::vector<FoundExecution> running;
  for (const StateMachineRecord& machine : AllStateMachines(core)) {
    ExecutionFilter filter{machine.id, 0, ExecutionStatus::kRunning, 0, SIZE_MAX};
    for (ExecutionRecord& e : core.store().ListExecutions(filter)) running.push_back({std::move(e), machine});
  }
  std::fprintf(stderr, "%zu %s on\n", running.size(), running.size() == 1 ? "execution goes" : "executions go");
  std::mutex mutex;
  std::condition_variable changed;
  size_t left = running.size(), failed = 0;
  engine.Start();
  for (const FoundExecution& e : running) {
    core.WhenEnded(
        e, [&, arn = ExecutionArn(core.account(), e.machine.name, e.execution.name)](const ExecutionResult& result) {
          std::printf("%s  %s\n", result.status.c_str(), arn.c_str());
          const std::lock_guard lock(mutex);
          failed += result.status != "SUCCEEDED";
          if (--left == 0) changed.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return left == 0; });
  return failed == 0 ? kSucceeded : kFailed;
}

}  // namespace

std::function<int()> ConfigureExecutions(CommandLine& line) {
  auto options = std::make_shared<ListOptions>();
  AddDatabaseOption(line, options->engine);
  line.Add("--state-machine", options->state_machine, "only those of this state machine: its name or ARN");
  line.Add("--status", options->status, "only those that stand so")
      .OneOf({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"});
  line.Add("--limit", options->limit, "the newest so many of each state machine").ShowDefault();
  line.Add("--format", options->format, "how they are printed").OneOf({"table", "json"}).ShowDefault();
  AddAccountOptions(line, options->engine);
  return [options] { return List(*options); };
}

std::function<int()> ConfigureDescribe(CommandLine& line) {
  auto flags = std::make_shared<EngineFlags>();
  auto execution = std::make_shared<std::string>();
  line.Add("EXECUTION", *execution, "its ARN or its name").Required();
  AddDatabaseOption(line, *flags);
  AddAccountOptions(line, *flags);
  return [flags, execution] { return Describe(*flags, *execution); };
}

std::function<int()> ConfigureStop(CommandLine& line) {
  auto options = std::make_shared<StopOptions>();
  line.Add("EXECUTION", options->execution, "its ARN or its name").Required();
  line.Add("--error", options->error, "the error that it ends with");
  line.Add("--cause", options->cause, "the cause of that");
  AddDatabaseOption(line, options->engine);
  AddAccountOptions(line, options->engine);
  return [options] { return Stop(*options); };
}

std::function<int()> ConfigureRedrive(CommandLine& line) {
  auto flags = std::make_shared<EngineFlags>();
  auto execution = std::make_shared<std::string>();
  line.Add("EXECUTION", *execution, "its ARN or its name").Required();
  AddDatabaseOption(line, *flags);
  AddEngineOptions(line, *flags);
  return [flags, execution] { return Redrive(*flags, *execution); };
}

std::function<int()> ConfigureResume(CommandLine& line) {
  auto flags = std::make_shared<EngineFlags>();
  AddDatabaseOption(line, *flags);
  AddEngineOptions(line, *flags);
  return [flags] { return Resume(*flags); };
}

}  // namespace gait::cli
