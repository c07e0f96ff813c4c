// The program `gait`: a table of commands, and what becomes of their errors.
#include "cli/command_table.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "api/gait.hpp"
#include "cli/command.h"
#include "cli/table.h"
#include "engine/base/check.h"
#include "engine/base/edit_distance.h"

namespace gait::cli {
namespace {

constexpr Command kCommands[] = {
    {"run", "run a definition to its end",
     "$ gait run orders.asl.json --input '{\"id\": 17}'   # with JSON from the command line\n"
     "$ gait run orders.asl.json --input @order.json --targets gait.json\n"
     "$ gait run orders.asl.json --clock virtual          # waits take no time\n"
     "$ gait run orders.asl.json --ephemeral --history table",
     ConfigureRun},
    {"validate", "check definitions",
     "$ gait validate orders.asl.json\n"
     "$ gait validate template.yaml serverless.yml     # and what stands in templates: SAM, CloudFormation, Terraform, "
     "...\n"
     "$ gait validate . '**/*.asl.json'                # folders, and patterns\n"
     "$ gait validate --type EXPRESS --format json workflows/*.asl.json\n"
     "$ gait validate template.asl.yaml --substitution TableArn=arn:aws:dynamodb:us-east-1:123456789012:table/orders",
     ConfigureValidate},
    {"graph", "draw a definition, also with the path of an execution",
     "$ gait graph orders.asl.json -o orders.svg           # with Graphviz's dot\n"
     "$ gait graph orders.asl.json --format mermaid        # for Markdown; needs no other program\n"
     "$ gait graph --execution order-17 -o order-17.svg    # where it went, where it failed\n"
     "$ gait graph orders.asl.json --history history.json -o path.svg",
     ConfigureGraph},
    {"diff", "show what changed between two definitions",
     "$ gait diff orders.asl.json orders-new.asl.json      # exit status 1 if anything did\n"
     "$ gait diff orders.asl.json new.asl.yaml --executions --state-machine orders",
     ConfigureDiff},
    {"explain", "say what a rule of validate is about",
     "$ gait explain unreachable-state\n"
     "$ gait explain                                       # all rules",
     ConfigureExplain},
    {"serve", "serve the AWS Step Functions API",
     "$ gait serve --targets gait.json\n"
     "$ gait serve --port 8083 --lambda-endpoint http://127.0.0.1:3001\n"
     "$ gait serve --host 0.0.0.0 --auth ~/.aws/credentials --tls-cert cert.pem --tls-key key.pem --access-log "
     "access.log\n"
     "$ aws --endpoint-url http://127.0.0.1:8083 stepfunctions list-state-machines",
     ConfigureServe},
    {"executions", "list executions",
     "$ gait executions\n"
     "$ gait executions --state-machine orders --status FAILED",
     ConfigureExecutions},
    {"describe", "show one execution",
     "$ gait describe arn:aws:states:us-east-1:123456789012:execution:orders:order-17\n"
     "$ gait describe order-17                             # by its name",
     ConfigureDescribe},
    {"history", "show the events of an execution",
     "$ gait history order-17\n"
     "$ gait history order-17 --format json > history.json",
     ConfigureHistory},
    {"map-runs", "show the Map Runs of an execution",
     "$ gait map-runs order-17\n"
     "$ gait map-runs order-17 --children --status FAILED",
     ConfigureMapRuns},
    {"stop", "end an execution that runs", "$ gait stop order-17 --error Cancelled --cause 'the customer called'",
     ConfigureStop},
    {"redrive-execution", "run again what was unsuccessful of an execution",
     "$ gait redrive-execution order-17 --targets gait.json   # from where it failed, to its end", ConfigureRedrive},
    {"resume", "go on with the executions that were running",
     "$ gait resume --targets gait.json                    # until all have ended", ConfigureResume},
    {"send-task-success", "give a task its result, by its token",
     "$ gait send-task-success \"$TOKEN\" --output '{\"approved\": true}' --endpoint-url http://127.0.0.1:8083\n"
     "$ gait send-task-success \"$TOKEN\" --output @result.json --targets gait.json   # no server: goes on here",
     ConfigureSendTaskSuccess},
    {"send-task-failure", "fail a task, by its token",
     "$ gait send-task-failure \"$TOKEN\" --error Rejected --cause 'too expensive' --endpoint-url "
     "http://127.0.0.1:8083",
     ConfigureSendTaskFailure},
    {"send-task-heartbeat", "say that a task goes on, by its token",
     "$ gait send-task-heartbeat \"$TOKEN\" --endpoint-url http://127.0.0.1:8083", ConfigureSendTaskHeartbeat},
    {"test-state", "run one state of a definition by itself",
     "$ gait test-state orders.asl.json --state Charge --input '{\"id\": 17}' --level DEBUG --targets gait.json\n"
     "$ gait test-state orders.asl.json --state Charge --mock '{\"Payload\": {\"ok\": true}}'\n"
     "$ gait test-state orders.asl.json --state Charge --mock-error Declined --retries 2 --level DEBUG",
     ConfigureTestState},
    {"test", "run the test cases of workflows",
     "$ gait test                                          # every *.test.yaml and *.test.json below this folder\n"
     "$ gait test orders.test.yaml --filter declined --coverage\n"
     "$ gait test workflows --format junit --output report.xml --min-coverage 100\n"
     "$ gait test workflows --coverage-html coverage.html --coverage-lcov lcov.info\n"
     "$ gait test --watch                                  # again after every change",
     ConfigureTest},
    {"eval", "evaluate an expression",
     "$ gait eval jsonata '$sum(lines.(qty * price))' --input @order.json\n"
     "$ gait eval jsonata '$states.input.id' --states-context '{\"input\": {\"id\": 17}}'\n"
     "$ gait eval jsonpath '$.orders[?(@.total > 10)].id' --input @orders.json\n"
     "$ gait eval intrinsic \"States.Format('order {}', $.id)\" --input '{\"id\": 17}'",
     ConfigureEval},
    {"mocks", "make mocks of a recorded execution, and a test",
     "$ aws stepfunctions get-execution-history --execution-arn \"$ARN\" > order-17.json\n"
     "$ gait mocks from-history order-17.json --definition orders.asl.json -o tests",
     ConfigureMocks},
    {"replay", "run a recorded execution with a changed definition",
     "$ gait history order-17 --format json > order-17.json\n"
     "$ gait replay order-17.json orders.asl.json            # the first difference, if there is one\n"
     "$ gait replay order-17.json orders.asl.json --ignore /traceId --format json",
     ConfigureReplay},
    {"schema", "print the JSON Schema of definitions, for editors", "$ gait schema > state_machine.schema.json",
     ConfigureSchema},
    {"lsp", "serve an editor: the Language Server Protocol on standard input and output", "$ gait lsp", ConfigureLsp},
    {"completion", "print a completion script for a shell",
     "$ source <(gait completion bash)\n"
     "$ gait completion zsh > ~/.zfunc/_gait",
     ConfigureCompletion},
    {"man", "print the manual page", "$ gait man | man -l -", ConfigureMan},
};

}  // namespace

std::span<const Command> Commands() { return kCommands; }

std::vector<std::function<int()>> Configure(CLI::App& app) {
  app.set_version_flag("--version", "gait " + std::string(Version()));
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "help on every command");
  std::vector<std::function<int()>> actions;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->footer("Examples:\n  " + [&] {
      std::string text = command.examples;
      for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3) text.replace(at, 1, "\n  ");
      return text;
    }());
    CommandLine line(*sub);
    actions.push_back(command.configure(line));
  }
  return actions;
}

int Main(int argc, char** argv) {
  std::signal(SIGCHLD, SIG_DFL);  // one inherited as ignored would keep the exit codes of commands from us
  CLI::App app("gait runs Amazon States Language workflows: on a laptop, in a program, in CI, behind the AWS API.",
               "gait");
  const std::vector<std::function<int()>> actions = Configure(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const std::string_view first = argc > 1 ? argv[1] : "-";
    std::vector<std::string_view> names;
    for (const Command& command : kCommands) names.push_back(command.name);
    if (!first.starts_with('-') && std::find(names.begin(), names.end(), first) == names.end()) {
      const auto near = DidYouMean(first, names);
      std::fprintf(stderr, "gait: there is no command '%s'%s\nRun gait --help for those that there are.\n",
                   Printable(first).c_str(), near ? ("; did you mean '" + std::string(*near) + "'?").c_str() : "");
      return kUsage;
    }
    return app.exit(e) == 0 ? kSucceeded : kUsage;
  }
  try {
    for (size_t i = 0; i < actions.size(); ++i) {
      if (app.got_subcommand(kCommands[i].name)) return actions[i]();
    }
  } catch (const UsageError& e) {
    std::fprintf(stderr, "gait: %s\n", e.what());
  } catch (const EngineError& e) {
    std::fprintf(stderr, "gait: %s\n", e.what());
  } catch (const OperationError& e) {
    std::fprintf(stderr, "gait: %s: %s\n", e.code().c_str(), e.what());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gait: internal error: %s\nPlease report it with the command that led to it.\n", e.what());
  }
  return kUsage;
}

}  // namespace gait::cli
