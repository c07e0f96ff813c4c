// gait test-state: one state of a definition, run by itself.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/files.h"
#include "cli/table.h"
#include "engine/json/document.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

constexpr size_t kDefinitionBytesMax = 16 * 1'048'576;
constexpr size_t kInputBytesMax = 64 * 1'048'576;

struct Options {
  EngineFlags engine;
  std::string file, state;
  std::string input = "{}";
  std::string variables, context;
  std::string mock, mock_error, mock_cause, validation;
  std::string level = "INFO";
  std::string item_reader_data, error_caused_by_state;
  int64_t retries = -1, failed_iterations = -1;  // below 0: not given
  std::vector<std::string> substitutions;
};

std::string ReadDefinition(const Options& options) {
  const std::string source = ReadFile(options.file, kDefinitionBytesMax);
  const DocumentParse parse = ParseDocument(source, FormatOfFile(options.file));
  if (!parse) {
    throw UsageError(options.file + ":" + std::to_string(parse.position.line) + ":" +
                     std::to_string(parse.position.column) + ": " + parse.message);
  }
  const Value definition = Substitute(*parse.value, ReadSubstitutions(options.substitutions, ""));
  const Value* states = definition.is_object() ? definition.Find("States") : nullptr;
  if (states != nullptr && options.state.empty()) {
    std::string names;
    for (const Member& m : states->members()) names += (names.empty() ? "" : ", ") + std::string(m.name());
    throw UsageError(options.file + " is a whole definition: name a state with --state; it has " + Printable(names));
  }
  return ToJson(definition);
}

// A member that was given on the command line.
void AddText(ObjectBuilder& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.Add(name, Value::String(text));
}
void AddJson(ObjectBuilder& object, std::string_view name, const std::string& argument) {
  if (!argument.empty()) object.Add(name, Value::String(ReadJsonArgument(argument, kInputBytesMax)));
}

Value RequestOf(const Options& options) {
  ObjectBuilder request, mock, error, configuration;
  request.Add("definition", Value::String(ReadDefinition(options)));
  AddText(request, "stateName", options.state);
  AddJson(request, "input", options.input);
  AddJson(request, "variables", options.variables);
  AddJson(request, "context", options.context);
  AddText(request, "inspectionLevel", options.level);
  AddText(request, "roleArn", "arn:aws:iam::" + options.engine.account_id + ":role/gait");
  AddJson(mock, "result", options.mock);
  AddText(error, "error", options.mock_error);
  AddText(error, "cause", options.mock_cause);
  if (error.size() > 0) mock.Add("errorOutput", error.Build());
  AddText(mock, "fieldValidationMode", options.validation);
  if (mock.size() > 0) request.Add("mock", mock.Build());
  if (options.retries >= 0) configuration.Add("retrierRetryCount", Value::Int(options.retries));
  if (options.failed_iterations >= 0) {
    configuration.Add("mapIterationFailureCount", Value::Int(options.failed_iterations));
  }
  AddJson(configuration, "mapItemReaderData", options.item_reader_data);
  AddText(configuration, "errorCausedByState", options.error_caused_by_state);
  if (configuration.size() > 0) request.Add("stateConfiguration", configuration.Build());
  return request.Build();
}

// The answer with JSON in the place of its texts, as a person reads it.
Value ForPeople(const Value& answer) {
  ObjectBuilder shown;
  for (const Member& m : answer.members()) {
    const bool is_text = m.name() == "error" || m.name() == "cause" || m.name() == "nextState" || m.name() == "status";
    if (m.value.is_object()) {
      shown.Add(m.key, ForPeople(m.value));
    } else if (m.value.is_string() && !is_text) {
      const JsonParse json = ParseJson(m.value.as_string());
      shown.Add(m.key, json ? *json.value : m.value);
    } else {
      shown.Add(m.key, m.value);
    }
  }
  return shown.Build();
}

int TestState(const Options& options) {
  const Value request = RequestOf(options);
  Engine engine(ToEngineOptions(options.engine));
  const OperationAnswer answer = engine.Call("TestState", ToJson(request));
  const Value body = *ParseJson(answer.body).value;
  if (!answer.error_code.empty()) {
    throw OperationError(answer.error_code, std::string(body.Find("message")->as_string()));
  }
  std::printf("%s\n", ToPrettyJson(ForPeople(body)).c_str());
  const std::string_view status = body.Find("status")->as_string();
  return status == "FAILED" || status == "RETRIABLE" ? kFailed : kSucceeded;
}

}  // namespace

std::function<int()> ConfigureTestState(CommandLine& line) {
  auto options = std::make_shared<Options>();
  options->engine.ephemeral = true;
  line.Add("FILE", options->file, "a definition, or that of one state: JSON or YAML; - is standard input").Required();
  line.Add("--state", options->state, "the state of the definition, also one within others");
  line.Add("--input", options->input, "the state's input: JSON, @FILE, or - for standard input").ShowDefault();
  line.Add("--variables", options->variables, "the variables, without $: a JSON object, @FILE or -");
  line.Add("--context", options->context, "what $$ and $states.context are, of a mock: JSON, @FILE or -");
  const Option mock = line.Add("--mock", options->mock,
                               "the result in the place of the task, the branches or the iterations: JSON, @FILE or -");
  line.Add("--mock-error", options->mock_error, "the error in their place").Excludes(mock);
  line.Add("--mock-cause", options->mock_cause, "its cause");
  line.Add("--validation", options->validation, "what of the mocked result is checked against the service's model")
      .OneOf({"STRICT", "PRESENT", "NONE"});
  line.Add("--level", options->level, "how much to show").OneOf({"INFO", "DEBUG", "TRACE"}).ShowDefault();
  line.Add("--retries", options->retries, "how often the Retrier was used that takes the mocked error").NotNegative();
  line.Add("--failed-iterations", options->failed_iterations, "how many iterations of the Map failed").NotNegative();
  line.Add("--item-reader-data", options->item_reader_data, "what the ItemReader reads: text, @FILE or -");
  line.Add("--error-caused-by-state", options->error_caused_by_state,
           "the state within the Map or Parallel that the mocked error is of");
  line.Add("--substitution", options->substitutions, "NAME=VALUE for ${NAME}; may be repeated");
  line.Add("--clock", options->engine.clock, "virtual: a Wait takes no time").OneOf({"real", "virtual"}).ShowDefault();
  AddServiceModelsOption(line, options->engine);
  AddEngineOptions(line, options->engine);
  return [options] { return TestState(*options); };
}

}  // namespace gait::cli
