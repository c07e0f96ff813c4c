#include "lsp/field_help.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "engine/json/write.h"

namespace gait::lsp {
namespace {

constexpr std::string_view kTypeNames[] = {"any value", "text",           "boolean",      "integer",
                                           "number",    "one of",         "object",       "array of objects",
                                           "path",      "reference path", "path or call", "payload template"};

struct Help {
  std::string_view field, sentence;
};
// Sorted by the field.
constexpr Help kHelp[] = {
    {"And", "Holds if all rules in it hold."},
    {"Arguments", "What the task or the branches are given, made from the state's input."},
    {"Assign", "Variables that are set when the state ends, for the states after it."},
    {"BackoffRate", "By what the wait grows with each retry. Default: 2."},
    {"BatchInput", "What each batch has besides its items."},
    {"Branches", "State machines that run side by side, each with the same input."},
    {"CSVDelimiter", "What stands between two fields of a CSV file. Default: COMMA."},
    {"CSVHeaderLocation", "Where the names of a CSV file's columns come from."},
    {"CSVHeaders", "The names of the columns, for GIVEN."},
    {"Catch", "Where to go on after an error that no Retry mended."},
    {"Cause", "What people are told about the failure."},
    {"CausePath", "Cause, as a path into the input or as a call."},
    {"Choices", "Rules: the first one that holds says where to go on."},
    {"Comment", "For people; it has no effect."},
    {"Condition", "JSONata that gives true or false."},
    {"Credentials", "The role that the task is done with."},
    {"Default", "Where to go on if no rule holds. Without it that is an error, States.NoChoiceMatched."},
    {"End", "true: the state is the last one of its machine, branch or processor."},
    {"Error", "The name of the error, which a Catch or Retry can name."},
    {"ErrorEquals", "The names of the errors that are meant; States.ALL stands alone, and last."},
    {"ErrorPath", "Error, as a path into the input or as a call."},
    {"ExecutionType", "What each child execution of a Distributed Map is."},
    {"HeartbeatSeconds", "How long the task may give no sign of life."},
    {"HeartbeatSecondsPath", "HeartbeatSeconds, as a path into the input."},
    {"InputPath", "The part of the input that the state sees; null: {}."},
    {"InputType", "The format of the file that is read."},
    {"IntervalSeconds", "How long to wait before the first retry. Default: 1."},
    {"ItemBatcher", "Gives each child execution of a Distributed Map several items."},
    {"ItemProcessor", "The state machine that runs for each item."},
    {"ItemReader", "Reads the items from Amazon S3 rather than from the input."},
    {"ItemSelector", "What each iteration is given, made from the state's input and the item."},
    {"Items", "The items: an array or an object, or JSONata that gives one."},
    {"ItemsPath", "The array or object in the input that has the items. Default: $."},
    {"ItemsPointer", "JSON Pointer to the array in the file that has the items."},
    {"Iterator", "The older name of ItemProcessor."},
    {"JitterStrategy", "FULL: each wait is a random part of itself. Default: NONE."},
    {"Label", "The name of the Map in the ARNs of its Map Runs."},
    {"ManifestType", "What the file lists: the result of an Athena query, or an S3 inventory."},
    {"MaxAttempts", "How many retries there are; 0: none. Default: 3."},
    {"MaxConcurrency", "How many iterations run at once; 0: as many as can."},
    {"MaxConcurrencyPath", "MaxConcurrency, as a path into the input."},
    {"MaxDelaySeconds", "The longest wait between two attempts."},
    {"MaxInputBytesPerBatch", "How large the input of a batch may become."},
    {"MaxInputBytesPerBatchPath", "MaxInputBytesPerBatch, as a path into the input."},
    {"MaxItems", "How many items are read."},
    {"MaxItemsPath", "MaxItems, as a path into the input."},
    {"MaxItemsPerBatch", "How many items a batch may have."},
    {"MaxItemsPerBatchPath", "MaxItemsPerBatch, as a path into the input."},
    {"Mode", "INLINE: in this execution; DISTRIBUTED: each iteration in a child execution. Default: INLINE."},
    {"Next", "The state to go on with, of the same machine, branch or processor."},
    {"Not", "Holds if the rule in it does not."},
    {"Or", "Holds if one of the rules in it holds."},
    {"Output", "The state's output, made from its input and its result."},
    {"OutputPath", "The part of the output that is passed on; null: {}."},
    {"Parameters", "What the task or the branches are given, made from the state's input."},
    {"ProcessorConfig", "Whether the iterations run in this execution or in children."},
    {"QueryLanguage", "What expressions are written in: JSONPath or JSONata."},
    {"ReaderConfig", "How what is read is made into items."},
    {"Resource", "The ARN of who does the work: a function, an activity, a service's action."},
    {"Result", "The output of the state, instead of its input."},
    {"ResultPath", "Where in the input the result goes; null: nowhere. Default: $, in its place."},
    {"ResultSelector", "What becomes of the result before ResultPath places it."},
    {"ResultWriter", "Writes the results of a Distributed Map to Amazon S3."},
    {"Retry", "Which errors are tried again, how often, and after what time."},
    {"Seconds", "How long to wait."},
    {"SecondsPath", "Seconds, as a path into the input."},
    {"StartAt", "The state that is the first one."},
    {"States", "The states, by their names."},
    {"TimeoutSeconds", "How long it may take before it fails with States.Timeout."},
    {"TimeoutSecondsPath", "TimeoutSeconds, as a path into the input."},
    {"Timestamp", "Until when to wait: RFC 3339, as 2024-08-18T17:33:00Z."},
    {"TimestampPath", "Timestamp, as a path into the input."},
    {"ToleratedFailureCount", "How many items may fail before the Map does."},
    {"ToleratedFailureCountPath", "ToleratedFailureCount, as a path into the input."},
    {"ToleratedFailurePercentage", "How many items of a hundred may fail before the Map does."},
    {"ToleratedFailurePercentagePath", "ToleratedFailurePercentage, as a path into the input."},
    {"Type", "What the state does."},
    {"Variable", "The path of the value that is compared."},
    {"Version", "Of the States Language: 1.0."},
    {"WriterConfig", "The form in which the results are written."},
};
constexpr bool HelpIsSorted() {
  for (size_t i = 1; i < std::size(kHelp); ++i) {
    if (kHelp[i - 1].field >= kHelp[i].field) return false;
  }
  return true;
}
static_assert(HelpIsSorted());

struct Page {
  std::string_view field, page;
};
// Of what has a page of its own; all else is on the page of its object.
constexpr Page kPages[] = {
    {"Assign", "workflow-variables"},
    {"Catch", "concepts-error-handling"},
    {"Credentials", "concepts-access-cross-acct-resources"},
    {"ItemBatcher", "input-output-itembatcher"},
    {"ItemReader", "input-output-itemreader"},
    {"QueryLanguage", "transforming-data"},
    {"ResultWriter", "input-output-resultwriter"},
    {"Retry", "concepts-error-handling"},
};

std::string NumberText(double number) {
  return number == std::floor(number) ? ToJson(Value::Int(static_cast<int64_t>(number))) : FormatDouble(number);
}

std::string BoundsText(const FieldRow& row) {
  const bool min = std::isfinite(row.min), max = std::isfinite(row.max);
  if (min && max) return NumberText(row.min) + " to " + NumberText(row.max);
  if (min) return "at least " + NumberText(row.min);
  return max ? "at most " + NumberText(row.max) : "";
}

std::string PageOf(const Spot& spot) {
  switch (spot.kind) {
    case ObjectKind::kMachine: return "statemachine-structure";
    case ObjectKind::kRetrier:
    case ObjectKind::kCatcher: return "concepts-error-handling";
    case ObjectKind::kItemReader:
    case ObjectKind::kReaderConfig: return "input-output-itemreader";
    case ObjectKind::kItemBatcher: return "input-output-itembatcher";
    case ObjectKind::kResultWriter:
    case ObjectKind::kWriterConfig: return "input-output-resultwriter";
    default: break;
  }
  if (spot.state_type == nullptr) return "";
  std::string type(spot.state_type->name);
  type[0] = static_cast<char>(type[0] - 'A' + 'a');
  return "state-" + type;
}

}  // namespace

std::string FieldSummary(const FieldRow& row) {
  std::string text(kTypeNames[static_cast<size_t>(row.type)]);
  for (size_t i = 0; i < row.values.size(); ++i) text.append(i == 0 ? " " : ", ").append(row.values[i]);
  if (row.nullable) text += " or null";
  if (const std::string bounds = BoundsText(row); !bounds.empty()) text += " · " + bounds;
  if (row.language != FieldLanguage::kBoth) {
    text += row.language == FieldLanguage::kJsonPath ? " · JSONPath only" : " · JSONata only";
  }
  return row.required ? text + " · required" : text;
}

std::string_view FieldHelp(std::string_view name) {
  const auto* row = std::lower_bound(std::begin(kHelp), std::end(kHelp), name,
                                     [](const Help& help, std::string_view n) { return help.field < n; });
  return row != std::end(kHelp) && row->field == name ? row->sentence : "";
}

std::string FieldPage(const Spot& spot, std::string_view name) {
  const auto* row =
      std::find_if(std::begin(kPages), std::end(kPages), [&](const Page& page) { return page.field == name; });
  const std::string page = row != std::end(kPages) ? std::string(row->page) : PageOf(spot);
  return page.empty() ? "" : "https://docs.aws.amazon.com/step-functions/latest/dg/" + page + ".html";
}

std::string FieldMarkdown(const Spot& spot, const FieldRow& row) {
  std::string text = "**" + std::string(row.name) + "** · " + FieldSummary(row);
  if (const std::string_view help = FieldHelp(row.name); !help.empty()) text.append("\n\n").append(help);
  if (const std::string page = FieldPage(spot, row.name); !page.empty()) text += "\n\n[AWS's guide](" + page + ")";
  return text;
}

}  // namespace gait::lsp
