// gait graph: a picture of a definition, also with the path of an execution.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/files.h"
#include "cli/find.h"
#include "cli/read_definition.h"
#include "engine/diagram/history_marks.h"
#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "integrations/graphviz.h"

namespace gait::cli {
namespace {

constexpr size_t kHistoryBytesMax = size_t{256} << 20;

struct Options {
  EngineFlags engine;
  std::string file;
  std::string format;
  std::string output;
  std::string execution;
  std::string history;
};

// The format that a file's name asks for.
constexpr std::string_view kEndings[][2] = {{".svg", "svg"},     {".dot", "dot"},         {".gv", "dot"},
                                            {".mmd", "mermaid"}, {".mermaid", "mermaid"}, {".json", "json"}};

std::string FormatOf(const Options& options) {
  if (!options.format.empty()) return options.format;
  for (const auto& [ending, format] : kEndings) {
    if (options.output.ends_with(ending)) return std::string(format);
  }
  return "svg";
}

std::string Drawn(const Diagram& diagram, const Marks& marks, const std::string& format) {
  if (format == "dot") return ToDot(diagram, marks);
  if (format == "mermaid") return ToMermaid(diagram, marks);
  if (format == "json") return ToPrettyJson(ToJsonGraph(diagram, marks)) + "\n";
  Result<std::string> svg = RunDot(ToDot(diagram, marks));
  if (!svg) throw UsageError(svg.error().cause.value_or(""));
  return std::move(svg).value();
}

Value EventsOf(EngineCore& core, const ExecutionRecord& execution) {
  ArrayBuilder events;
  for (const HistoryEvent& event : LoadEvents(core, execution)) {
    if (IsShown(event.type)) events.Add(EventToJson(event, /*include_data=*/false));
  }
  return events.Build();
}

Value ReadHistory(const std::string& path) {
  const JsonParse parse = ParseJson(ReadFile(path, kHistoryBytesMax));
  if (!parse) throw UsageError(path + " is no JSON: " + parse.error.message);
  return *parse.value;
}

void Write(const std::string& text, const std::string& path) {
  FILE* file = path.empty() || path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) throw UsageError("cannot write " + path + ": " + std::strerror(errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool ended = (file == stdout ? std::fflush(file) : std::fclose(file)) == 0;
  if (!written || !ended) throw UsageError("cannot write " + path + ": " + std::strerror(errno));
}

int Graph(const Options& options) {
  Value definition, history;
  if (!options.execution.empty()) {
    const auto engine = OpenToRead(options.engine);
    EngineCore& core = engine->core();
    const FoundExecution found = FindByArnOrName(core, options.execution);
    history = EventsOf(core, found.execution);
    if (options.file.empty()) {
      definition = *ParseJson(core.store().GetDefinition(found.execution.definition_id)->text).value;
    }
  }
  if (!options.history.empty()) history = ReadHistory(options.history);
  if (definition.is_undefined()) {
    if (options.file.empty()) throw UsageError("name a file with a definition, or an --execution");
    definition = ReadDefinition(options.file);
  }
  if (const size_t errors = CountErrors(definition); errors > 0) {
    std::fprintf(stderr, "gait: %s has %zu %s, which gait validate shows; drawn is what there is\n",
                 options.file.empty() ? "the definition" : options.file.c_str(), errors,
                 errors == 1 ? "error" : "errors");
  }
  const Diagram diagram = DiagramOf(definition);
  Marks marks;
  if (!history.is_undefined()) {
    auto marked = MarksOfHistory(diagram, history);
    if (const auto* wrong = std::get_if<std::string>(&marked)) {
      throw UsageError((options.history.empty() ? "the history" : options.history) + " is no history: " + *wrong);
    }
    marks = std::get<Marks>(std::move(marked));
  }
  Write(Drawn(diagram, marks, FormatOf(options)), options.output);
  return kSucceeded;
}

}  // namespace

std::function<int()> ConfigureGraph(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file,
                 "a definition: .asl.json, .asl.yaml; - is standard input; the execution's own, if it is not given");
  app.add_option("--format", options->format, "what is made: by the ending of the output's name, or else svg")
      ->check(CLI::IsMember({"svg", "dot", "mermaid", "json"}));
  app.add_option("-o,--output", options->output, "the file that it is written to, rather than standard output");
  auto* execution =
      app.add_option("--execution", options->execution, "show the path of this execution: its ARN or its name");
  app.add_option("--history", options->history,
                 "show the path of this history: a file of gait history --format json or of aws stepfunctions "
                 "get-execution-history")
      ->excludes(execution);
  AddDatabaseOption(app, options->engine);
  AddAccountOptions(app, options->engine);
  return [options] { return Graph(*options); };
}

}  // namespace gait::cli
