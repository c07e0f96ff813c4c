#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "engine/base/error_names.h"
#include "engine/json/members.h"
#include "engine/json/pointer.h"
#include "engine/json/write.h"
#include "lsp/completion.h"
#include "lsp/resources.h"
#include "lsp/scalar_text.h"
#include "states/state_table.h"

namespace gait::lsp {
namespace {

using Kind = Completion::Kind;

// The values of fields whose table says less than AWS's guide.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
constexpr std::string_view kInputTypes[] = {"CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"};
constexpr std::string_view kHeaderLocations[] = {"FIRST_ROW", "GIVEN"};
constexpr std::string_view kDelimiters[] = {"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"};
constexpr std::string_view kManifestTypes[] = {"ATHENA_DATA", "S3_INVENTORY"};
constexpr std::string_view kTransformations[] = {"NONE", "LOAD_AND_FLATTEN"};
constexpr std::string_view kVersions[] = {"1.0"};
constexpr std::string_view kReaders[] = {"arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2"};
constexpr std::string_view kWriters[] = {"arn:aws:states:::s3:putObject"};

struct Known {
  ObjectKind kind;
  std::string_view field;
  std::span<const std::string_view> values;
};
constexpr Known kKnown[] = {
    {ObjectKind::kMachine, "Version", kVersions},
    {ObjectKind::kReaderConfig, "InputType", kInputTypes},
    {ObjectKind::kReaderConfig, "CSVHeaderLocation", kHeaderLocations},
    {ObjectKind::kReaderConfig, "CSVDelimiter", kDelimiters},
    {ObjectKind::kReaderConfig, "ManifestType", kManifestTypes},
    {ObjectKind::kReaderConfig, "Transformation", kTransformations},
    {ObjectKind::kItemReader, "Resource", kReaders},
    {ObjectKind::kResultWriter, "Resource", kWriters},
};

// What Lambda and its clients throw, and a Retry should have.
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
constexpr std::string_view kLambdaErrors[] = {"Lambda.ClientExecutionTimeoutException",
                                              "Lambda.ServiceException",
                                              "Lambda.AWSLambdaException",
                                              "Lambda.SdkClientException",
                                              "Lambda.TooManyRequestsException",
                                              "Lambda.Unknown"};

class Values {
 public:
  Values(const CompletionRequest& request, std::vector<Completion>& out) : request_(request), out_(out) {}

  void Complete() {
    const std::string& key = request_.cursor.key;
    if (request_.cursor.slot == Cursor::Slot::kItem) return Item();
    if (key == "FunctionName" && request_.spot.kind == ObjectKind::kTemplate) return Functions("");
    const FieldRow* row = FieldAt(request_.spot, key);
    if (row == nullptr) return;
    if (key == "Next" || key == "Default" || key == "StartAt") return States(key == "StartAt");
    if (key == "Type" && request_.spot.kind == ObjectKind::kState) return StateTypeNames();
    for (const Known& known : kKnown) {
      if (known.kind == request_.spot.kind && known.field == key) return Texts(Kind::kValue, known.values);
    }
    if (key == "Resource") return Resources();
    if (row->type == FieldType::kBoolean) return Literals({"true", "false"});
    Texts(Kind::kValue, row->values);
  }

 private:
  void Item() {
    const std::string& container = request_.cursor.container;
    if (!container.ends_with("/ErrorEquals")) return;
    const Value* array = ResolvePointer(request_.value, container);
    const auto add = [&](std::string_view name) {
      for (size_t i = 0; array != nullptr && i < array->items().size(); ++i) {
        const Value& item = array->items()[i];
        if (i != request_.cursor.index && item.is_string() && item.as_string() == name) return;
      }
      Text(Kind::kError, name);
    };
    // Nothing catches it.
    for (const ErrorName& error : ReservedErrorNames()) {
      if (error.matched_by_name) add(error.name);
    }
    for (const std::string_view name : kLambdaErrors) add(name);
  }

  // Of the scope around the cursor.
  void States(bool start) {
    const std::string& scope = start ? request_.cursor.container : request_.spot.scope;
    for (const Diagram::State& state : request_.diagram.states) {
      if (request_.diagram.scopes[state.scope].pointer != scope) continue;
      Completion c = Text(Kind::kState, state.name);
      c.detail = state.type;
      c.documentation = state.comment;
      Replace(std::move(c));
    }
  }

  void StateTypeNames() {
    for (const StateType& type : StateTypes()) Text(Kind::kValue, type.name);
  }

  void Resources() {
    if (request_.spot.state_type == nullptr || request_.spot.state_type->name != "Task") return;
    for (const std::string& resource : OptimizedResources()) Text(Kind::kResource, resource);
    // The account and region that gait itself uses; any other would do.
    Functions("arn:aws:lambda:us-east-1:123456789012:function:");
  }

  void Functions(std::string_view prefix) {
    for (const std::string& name : request_.options.functions) Text(Kind::kFunction, std::string(prefix) + name);
  }

  void Texts(Kind kind, std::span<const std::string_view> texts) {
    for (const std::string_view text : texts) Text(kind, text);
  }

  void Literals(std::initializer_list<std::string_view> literals) {
    if (request_.cursor.quoted) return;
    for (const std::string_view literal : literals) Add(Kind::kValue, literal, std::string(literal));
  }

  Completion Text(Kind kind, std::string_view text) {
    const bool yaml = request_.yaml() && !request_.cursor.quoted;
    return Add(kind, text, yaml ? YamlScalar(text) : ToJson(Value::String(text)));
  }

  Completion Add(Kind kind, std::string_view label, std::string insert) {
    Completion c;
    c.kind = kind;
    c.label = label;
    c.filter = insert;
    c.insert = std::move(insert);
    c.range = request_.cursor.token;
    // Right behind the colon, or behind a dash.
    const size_t begin = c.range.begin;
    if (request_.yaml() && begin > 0 &&
        std::string_view(":-").find(request_.document.text()[begin - 1]) != std::string_view::npos) {
      c.insert = " " + c.insert;
    }
    out_.push_back(c);
    return c;
  }

  void Replace(Completion c) { out_.back() = std::move(c); }

  const CompletionRequest& request_;
  std::vector<Completion>& out_;
};

}  // namespace

void CompleteValues(const CompletionRequest& request, std::vector<Completion>& out) { Values(request, out).Complete(); }

}  // namespace gait::lsp
