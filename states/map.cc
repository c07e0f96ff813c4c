// Map: runs its processor for each item. https://states-language.net/#map-state and
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/base/md5.h"
#include "engine/json/document.h"
#include "engine/json/write.h"
#include "states/abort.h"
#include "states/data_flow.h"
#include "states/field_tables.h"
#include "states/item_batcher.h"
#include "states/item_reader.h"
#include "states/map_fields.h"
#include "states/redrive.h"
#include "states/result_writer.h"
#include "states/retry_catch.h"
#include "states/state_table.h"

namespace gait {
namespace {

// AWS's: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
constexpr int64_t kRedrivesMax = 1'000;

constexpr double kNoMaximum = std::numeric_limits<double>::infinity();

constexpr FieldRow kFields[] = {
    kInputPathField,
    kOutputPathField,
    kResultPathField,
    kParametersField,
    kOutputField,
    kAssignField,
    kResultSelectorField,
    kRetryField,
    kCatchField,
    Structure("ItemProcessor", FieldType::kObject),
    Structure("Iterator", FieldType::kObject),
    PathField("ItemsPath"),
    Template("Items", FieldLanguage::kJsonata),
    Template("ItemSelector"),
    Structure("ItemReader", FieldType::kObject),
    Structure("ItemBatcher", FieldType::kObject),
    Structure("ResultWriter", FieldType::kObject),
    Integer("MaxConcurrency", 0, kNoMaximum),
    {"MaxConcurrencyPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
    Number("ToleratedFailurePercentage", 0, 100),
    {"ToleratedFailurePercentagePath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
    Integer("ToleratedFailureCount", 0, kNoMaximum),
    {"ToleratedFailureCountPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
    Text("Label"),
};

constexpr std::string_view kModes[] = {"INLINE", "DISTRIBUTED"};
constexpr std::string_view kExecutionTypes[] = {"STANDARD", "EXPRESS"};

constexpr FieldRow kProcessorFields[] = {
    Text("Comment"),
    Text("StartAt", /*required=*/true),
    Structure("States", FieldType::kObject, /*required=*/true),
    Structure("ProcessorConfig", FieldType::kObject),
};

constexpr FieldRow kConfigFields[] = {Enum("Mode", kModes), Enum("ExecutionType", kExecutionTypes)};

WorkflowError Runtime(Cause cause, std::initializer_list<std::string_view> arguments = {}) {
  return {std::string(error_names::kRuntime), CauseText(cause, arguments)};
}

// A number that a definition gives, which may be any: 1e300 has no int64.
int64_t AtMost(double number) {
  constexpr int64_t kMost = 1'000'000'000'000;
  return number < static_cast<double>(kMost) ? static_cast<int64_t>(number) : kMost;
}

// What may fail before the state does: where both are given, neither may be exceeded; where neither is, nothing may.
struct Tolerance {
  std::optional<int64_t> count;
  std::optional<double> percentage;

  bool Exceeded(int64_t failed, int64_t total) const {
    if (!count && !percentage) return failed > 0;
    if (count && failed > *count) return true;
    return percentage && 100.0 * static_cast<double>(failed) > *percentage * static_cast<double>(total);
  }
};

class Map : public State {
 public:
  explicit Map(const StateReader& reader)
      : State(reader),
        flow_(reader),
        retry_catch_(reader),
        items_path_(reader.PathOf("ItemsPath")),
        items_(reader.Template("Items")),
        max_concurrency_(reader.NumberOrPathOf("MaxConcurrency", "MaxConcurrencyPath")),
        tolerated_count_(reader.NumberOrPathOf("ToleratedFailureCount", "ToleratedFailureCountPath")),
        tolerated_percentage_(reader.NumberOrPathOf("ToleratedFailurePercentage", "ToleratedFailurePercentagePath")) {
    CheckItems(reader);
    ReadProcessor(reader);
    ReadSelector(reader);
    label_ = ReadLabel(reader);
    item_reader_ = ItemReader::Of(reader);
    item_batcher_ = ItemBatcher::Of(reader);
    result_writer_ = ResultWriter::Of(reader);
    if (!distributed_ && reader.context().to_execute) RefuseDistributedFields(reader);
  }

  void Step(const Message& message, StepScope& scope, Outcome& out) const override {
    scope.SetState(name(), /*may_retry=*/true);
    if (Begins(message)) {
      Enter(message, EventType::kMapStateEntered, scope, out);
      if (IsRedrivenWithin(scope.branch())) return Continue(scope, out);
      if (scope.branch().ended_run != nullptr) return RedriveRun(scope, out);
      Start(scope, out);
    } else if (std::holds_alternative<ResumeState>(message)) {
      Resume(scope, out);
    } else if (const auto* timer = std::get_if<TimerDue>(&message)) {
      if (IsRetryDue(*timer, scope)) Start(scope, out);
    } else if (const auto* succeeded = std::get_if<ChildSucceeded>(&message)) {
      out.Add(IterationEvent(EventType::kMapIterationSucceeded, scope.progress().branch(succeeded->child)));
      Continue(scope, out);
    } else if (const auto* failed = std::get_if<ChildFailed>(&message)) {
      OnChildFailed(*failed, scope, out);
    } else if (const auto* ended = std::get_if<MapRunEnded>(&message)) {
      OnMapRunEnded(*ended, scope, out);
    } else if (const auto* mocked = std::get_if<ChildrenMocked>(&message)) {
      OnChildrenMocked(*mocked, scope, out);
    }
  }

  const StateGraph* ChildGraph(int64_t) const override { return processor_.get(); }
  void AppendTargets(std::vector<int64_t>& targets) const override {
    State::AppendTargets(targets);
    retry_catch_.AppendTargets(targets);
  }
  void AppendGraphs(std::vector<const StateGraph*>& graphs) const override {
    if (processor_ != nullptr) graphs.push_back(processor_.get());
  }

  // What the children of a Distributed Map are given: the ItemSelector applied to each item.
  class Selection : public ItemSelection {
   public:
    Selection(const Map& map, const StepScope& scope, Value input)
        : selector_(*map.selector_),
          input_(std::move(input)),
          context_(scope.AsValue()),
          variables_(Flatten(scope)),
          random_(scope.random()),
          now_(scope.now()) {}

    Result<Value> Select(const MapItem& item) const override {
      struct Context : ContextObject {
        Value value;
        const Value& AsValue() const override { return value; }
      } context;
      Value map_item = Value::Object(
          {{"Index", Value::Int(item.index)}, {"Value", item.value}, {"Source", Value::String(item.source)}});
      if (item.key != nullptr) map_item = std::move(map_item).With("Key", *item.key);
      context.value = context_.With("Map", Value::Object({{"Item", map_item}}));
      const VariableScope variables{variables_, nullptr};
      Scope scope{&input_, &context, &variables, &random_};
      scope.now = now_;
      return selector_.Evaluate(scope);
    }

   private:
    static Value Flatten(const StepScope& scope) {
      Value all = Value::Object();
      for (BranchId id = scope.branch().id; id >= 0; id = scope.progress().branch(id).parent) {
        const Value& own = scope.progress().branch(id).variables;
        for (const Member& m : own.members()) {
          if (all.Find(m.name()) == nullptr) all = std::move(all).With(m.name(), m.value);
        }
      }
      return all;
    }

    const PayloadTemplate selector_;
    const Value input_, context_, variables_;
    Random& random_;  // the engine's
    const Timestamp now_;
  };

 private:
  void ReadProcessor(const StateReader& reader) {
    reader.ExactlyOne("map-without-processor", "map-iterator-and-itemprocessor", {"ItemProcessor", "Iterator"});
    const std::string_view field = reader.Has("ItemProcessor") ? "ItemProcessor" : "Iterator";
    const Value* processor = reader.Get(field);
    if (processor == nullptr) return;
    const Place place = reader.place().Key(field);
    const FieldReader fields(*processor, place, QueryLanguage::kJsonPath, {kProcessorFields}, {}, reader.report());
    const Value* given = processor->is_object() ? processor->Find("ProcessorConfig") : nullptr;
    const Value* mode = given != nullptr && given->is_object() ? given->Find("Mode") : given;
    // A placeholder may stand for either mode; what a Distributed Map alone may have is then no error.
    distributed_ = mode != nullptr && reader.context().IsAnyName(*mode);
    if (const Value* config = fields.Get("ProcessorConfig")) {
      ReadConfig(FieldReader(*config, place.Key("ProcessorConfig"), QueryLanguage::kJsonPath, {kConfigFields}, {},
                             reader.report()),
                 reader);
    }
    // What the children of the Map Run are.
    const StateMachineType around =
        std::exchange(reader.context().type, express_children_ ? StateMachineType::kExpress : reader.context().type);
    processor_ = reader.Graph(*processor, place);
    reader.context().type = around;
  }

  void ReadConfig(const FieldReader& config, const StateReader& reader) {
    const std::string mode = config.Text("Mode").value_or("INLINE");
    distributed_ = distributed_ || mode == "DISTRIBUTED";
    express_children_ = config.Text("ExecutionType").value_or("") == "EXPRESS";
    if (mode == "DISTRIBUTED" && !config.Has("ExecutionType")) {
      reader.report().Add("missing-required-field", config.place(), "These fields are required: [ExecutionType]");
    }
    if (!distributed_ && config.Has("ExecutionType")) {
      reader.report().AddAt("executiontype-in-inline-map", config.place().Key("ExecutionType"), config.place(),
                            "Field 'ExecutionType' is not supported", R"(it is for "Mode": "DISTRIBUTED")");
    }
    if (mode == "DISTRIBUTED" && reader.context().type == StateMachineType::kExpress) {
      reader.report().Add("not-for-express", config.place().Key("Mode"),
                          "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines");
    }
  }

  void ReadSelector(const StateReader& reader) {
    // Parameters is the older name of ItemSelector.
    reader.AtMostOne("map-parameters-and-itemselector", {"ItemSelector", "Parameters"});
    selector_ = reader.Template(reader.Has("ItemSelector") ? "ItemSelector" : "Parameters");
  }

  void Start(StepScope& scope, Outcome& out) const {
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return Fail(std::move(input).error(), scope, out);
    const bool reads = item_reader_ && distributed_ && !scope.inspected();
    Result<Payload> items = reads ? Payload(Value::Array()) : Items(scope, *input);
    if (!items) {
      // Recorded: in JSONata the state has then failed, though it has not started.
      const auto failed =
          language() == QueryLanguage::kJsonata ? std::optional(EventType::kMapStateFailed) : std::nullopt;
      return Fail(std::move(items).error(), scope, out, failed);
    }
    const Result<double> concurrency =
        EvaluateNumber(scope, max_concurrency_, "MaxConcurrencyPath", input->value(), /*integer=*/true);
    if (!concurrency) return Fail(concurrency.error(), scope, out);
    if (*concurrency < 0) return Fail(Runtime(Cause::kMaxConcurrencyNegative), scope, out);
    HistoryEvent started(EventType::kMapStateStarted, scope.branch().id);
    started.number = static_cast<int64_t>(items->value().size());
    if (!distributed_) started.payload = *items;
    out.Add(std::move(started));
    scope.Note(Inspected::kMaxConcurrency, Value::Int(AtMost(*concurrency)));
    const Result<Tolerance> tolerance = ToleranceOf(scope, input->value());
    if (!tolerance) return Fail(tolerance.error(), scope, out);
    if (scope.inspected()) return Inspect(input->value(), items->value(), *tolerance, scope, out);
    if (distributed_) return StartRun(*input, items->value(), scope, out);
    Continue(scope, out);
  }

  // Tested, it runs nothing: it says what the iterations would be given, and waits for what they would have brought.
  void Inspect(const Value& input, Value items, const Tolerance& tolerance, StepScope& scope, Outcome& out) const {
    if (tolerance.count) scope.Note(Inspected::kToleratedFailureCount, Value::Int(*tolerance.count));
    if (tolerance.percentage) {
      scope.Note(Inspected::kToleratedFailurePercentage, Value::Double(*tolerance.percentage));
    }
    if (selector_) {
      Result<Value> selected = SelectAll(input, items, scope);
      if (!selected) return Fail(std::move(selected).error(), scope, out);
      items = std::move(selected).value();
      scope.Note(Inspected::kAfterItemSelector, items);
    }
    if (item_batcher_) {
      Result<Value> batches = item_batcher_->Batches(scope, input, items);
      if (!batches) return Fail(std::move(batches).error(), scope, out);
      items = std::move(batches).value();
      scope.Note(Inspected::kAfterItemBatcher, items);
    }
    scope.Note(Inspected::kIterations, Value::Int(static_cast<int64_t>(items.size())));
  }

  Result<Value> SelectAll(const Value& input, const Value& items, StepScope& scope) const {
    ArrayBuilder selected(items.size());
    for (size_t i = 0; i < items.size(); ++i) {
      scope.SetMapItem(static_cast<int64_t>(i), &items.items()[i]);
      Result<Value> item = selector_->Evaluate(scope.ForExpression(input));
      if (!item) return item;
      selected.Add(std::move(item).value());
    }
    scope.SetMapItem(0, nullptr);
    return selected.Build();
  }

  void OnChildrenMocked(const ChildrenMocked& mocked, StepScope& scope, Outcome& out) const {
    const auto fail = [&](WorkflowError error) {
      retry_catch_.Handle({std::move(error), false, EventType::kMapStateFailed}, *this, EventType::kMapStateExited,
                          scope, out);
    };
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    const Result<Tolerance> tolerance = ToleranceOf(scope, input ? input->value() : Value::Null());
    // Recorded: without a tolerance of its own it takes whatever number of failures is mocked.
    if (tolerant() && tolerance && tolerance->Exceeded(mocked.failed_iterations, mocked.iterations)) {
      return fail(ToleranceExceeded());
    }
    if (!mocked.result) return fail(mocked.result.error());
    Succeed(*mocked.result, scope, out);
  }

  bool tolerant() const { return tolerated_count_.present() || tolerated_percentage_.present(); }
  static WorkflowError ToleranceExceeded() {
    return {std::string(error_names::kExceedToleratedFailureThreshold), CauseText(Cause::kToleranceExceeded)};
  }

  // Those that the ItemReader would have read of the data that the test gives.
  Result<Payload> ReadItems(const StepScope& scope, const Payload& input) const {
    Result<Value> data = scope.inspection().ItemReaderData();
    if (!data) return std::move(data).error();
    Result<Value> items = item_reader_->Items(scope, input.value(), data->as_string());
    if (!items) return std::move(items).error();
    if (item_reader_->has_pointer()) scope.Note(Inspected::kAfterItemsPointer, *items);
    return Payload(std::move(items).value());
  }

  Result<Payload> Items(const StepScope& scope, const Payload& input) const {
    if (item_reader_ && scope.inspected()) return ReadItems(scope, input);
    if (items_) {
      // Of a Distributed Map the members of an object are items, too.
      if (distributed_ && !scope.inspected()) {
        Result<Value> members = items_->Evaluate(scope.ForExpression(input.value()));
        if (members && members->is_object()) return Payload(std::move(members).value());
      }
      Result<Value> items = items_->EvaluateAs("array", scope.ForExpression(input.value()));
      if (!items) return std::move(items).error();
      if (items->is_array()) return Payload(std::move(items).value());
      return WorkflowError{std::string(error_names::kQueryEvaluationError),
                           CauseText(Cause::kMapInputNotArray, {ToJson(*items)})};
    }
    if (language() == QueryLanguage::kJsonata && !input.value().is_array()) {
      return WorkflowError{std::string(error_names::kQueryEvaluationError),
                           CauseText(Cause::kMapInputNotArray, {ToJson(input.value())})};
    }
    Payload items = input;
    if (items_path_) {
      auto found = items_path_->Evaluate(scope.ForExpression(input.value()));
      if (auto* miss = std::get_if<JsonPathMiss>(&found)) return InvalidPath(*items_path_, *miss);
      items = Payload(std::move(std::get<Value>(found)));
    }
    if (items.value().is_array()) {
      if (scope.inspected()) scope.Note(Inspected::kAfterItemsPath, items.value());
      return items;
    }
    // Recorded: of a path into the context object, what is applied to that.
    std::string_view path = items_path_ ? std::string_view(items_path_->text()) : "$";
    if (path.starts_with("$$")) path.remove_prefix(1);
    return Runtime(Cause::kItemsPathNotArray, {path});
  }

  Result<Tolerance> ToleranceOf(const StepScope& scope, const Value& input) const {
    Tolerance tolerance;
    const Result<double> count =
        EvaluateNumber(scope, tolerated_count_, "ToleratedFailureCountPath", input, /*integer=*/true);
    if (!count) return count.error();
    if (*count < 0) return Runtime(Cause::kToleratedCountNegative);
    if (tolerated_count_.present()) tolerance.count = AtMost(*count);
    const Result<double> percentage =
        EvaluateNumber(scope, tolerated_percentage_, "ToleratedFailurePercentagePath", input, /*integer=*/false);
    if (!percentage) return percentage.error();
    if (*percentage < 0 || *percentage > 100) return Runtime(Cause::kToleratedPercentageRange);
    if (tolerated_percentage_.present()) tolerance.percentage = *percentage;
    return tolerance;
  }

  // Starts as many iterations as may run, those that a redrive takes up first, or ends the state when all have ended.
  void Continue(StepScope& scope, Outcome& out) const {
    const Children& children = *scope.branch().children;
    if (children.begun == children.count && children.to_redrive.empty()) {
      if (children.running == 0) Join(scope, out);
      return;
    }
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return Fail(std::move(input).error(), scope, out);
    const Result<double> wanted =
        EvaluateNumber(scope, max_concurrency_, "MaxConcurrencyPath", input->value(), /*integer=*/true);
    if (!wanted) return Fail(wanted.error(), scope, out);
    const int64_t most = scope.quotas().inline_map_concurrency_max;
    const int64_t limit = *wanted == 0 ? most : std::min(most, AtMost(*wanted));
    while (HasChildrenToRedrive(scope.branch()) && children.running < limit) RedriveNextChild(scope.branch(), out);
    while (children.begun < children.count && children.running < limit) {
      Result<Payload> item = IterationInput(scope, *input, children.begun);
      if (!item) return Fail(std::move(item).error(), scope, out);
      out.Add(HistoryEvent(EventType::kMapIterationStarted, scope.branch().id)
                  .Name(name())
                  .Number(children.begun)
                  .With(std::move(item).value()));
    }
  }

  Result<Payload> IterationInput(StepScope& scope, const Payload& input, int64_t index) const {
    const Value& item = scope.branch().children->input.value().items()[static_cast<size_t>(index)];
    if (!selector_) return Payload(item);
    scope.SetMapItem(index, &item);
    Result<Value> selected = selector_->Evaluate(scope.ForExpression(input.value()));
    scope.SetMapItem(0, nullptr);
    if (!selected) return std::move(selected).error();
    if (auto error = CheckPayload(scope, *selected, name().as_string())) return *std::move(error);
    return Payload(std::move(selected).value());
  }

  // The outputs in the order of the items; an iteration that was allowed to fail has none.
  void Join(StepScope& scope, Outcome& out) const {
    ArrayBuilder outputs(scope.branch().children->results.size());
    for (const Value& result : scope.branch().children->results) {
      if (!result.is_undefined()) outputs.Add(result);
    }
    Succeed(outputs.Build(), scope, out);
  }

  void Succeed(Value result, StepScope& scope, Outcome& out) const {
    out.Add(HistoryEvent(EventType::kMapStateSucceeded, scope.branch().id));
    Result<Passed> passed = flow_.Output(scope, scope.branch().payload, std::move(result));
    if (!passed) return Fail(std::move(passed).error(), scope, out);
    out.Add(ExitedEvent(EventType::kMapStateExited, scope, name(), std::move(passed).value(), next()));
  }

  void OnChildFailed(const ChildFailed& failed, StepScope& scope, Outcome& out) const {
    const Branch& child = scope.progress().branch(failed.child);
    AbortChild(*this, child, scope.progress(), out);
    out.Add(IterationEvent(EventType::kMapIterationFailed, child));
    const Children& children = *scope.branch().children;
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    const Result<Tolerance> tolerance =
        input ? ToleranceOf(scope, input->value()) : Result<Tolerance>(std::move(input).error());
    if (tolerance && !tolerance->Exceeded(children.failed, children.count)) return Continue(scope, out);
    for (const Branch* other : scope.progress().ChildrenOf(scope.branch().id)) {
      AbortChild(*this, *other, scope.progress(), out);
      out.Add(IterationEvent(EventType::kMapIterationAborted, *other));
    }
    WorkflowError error = tolerant() ? ToleranceExceeded() : failed.error;
    retry_catch_.Handle({std::move(error), false, EventType::kMapStateFailed}, *this, EventType::kMapStateExited, scope,
                        out);
  }

  HistoryEvent IterationEvent(EventType type, const Branch& child) const {
    return HistoryEvent(type, child.id).Name(name()).Number(child.index);
  }

  // ---- Distributed
  // Recorded: a UUID of version 3, which is always the same for a Map without a Label.
  std::string LabelOf(const StepScope& scope) const {
    return NameUuid(scope.execution().state_machine_arn + "/" + std::string(name().as_string()));
  }

  void StartRun(const Payload& input, const Value& items, StepScope& scope, Outcome& out) const {
    const std::string label = label_.empty() ? LabelOf(scope) : label_;
    const std::string arn =
        MapRunArn(scope.execution().account, scope.execution().state_machine_name, label, scope.random().Uuid());
    out.Add(HistoryEvent(EventType::kMapRunStarted, scope.branch().id)
                .With(item_reader_ ? Payload() : Payload(items))
                .Field(EventField::kMapRunArn, Value::String(arn)));
    PerformRun(input, /*recovered=*/false, scope, out);
  }

  // Takes up the run that ended without success: its unsuccessful children, and those that had not begun.
  void RedriveRun(StepScope& scope, Outcome& out) const {
    const MapRunAttempt& ended = *scope.branch().ended_run;
    const int64_t redrives = ended.redrive_count + 1;
    if (redrives > kRedrivesMax) return Fail(Runtime(Cause::kMapRunRedrivenTooOften), scope, out);
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return Fail(std::move(input).error(), scope, out);
    out.Add(HistoryEvent(EventType::kMapRunRedriven, scope.branch().id)
                .Field(EventField::kMapRunArn, ended.arn)
                .Field(EventField::kRedriveCount, Value::Int(redrives)));
    PerformRun(*input, /*recovered=*/false, scope, out);
  }

  void PerformRun(const Payload& input, bool recovered, StepScope& scope, Outcome& out) const {
    const MapRunAttempt& run = *scope.branch().map_run;
    const Result<Tolerance> tolerance = ToleranceOf(scope, input.value());
    const Result<double> concurrency =
        EvaluateNumber(scope, max_concurrency_, "MaxConcurrencyPath", input.value(), /*integer=*/true);
    if (!tolerance) return Fail(tolerance.error(), scope, out);
    if (!concurrency) return Fail(concurrency.error(), scope, out);
    StartMapRun effect;
    if (item_reader_) {
      auto reading = item_reader_->Reading(scope, input.value());
      if (!reading) return Fail(std::move(reading).error(), scope, out);
      effect.reading = std::move(reading).value();
    }
    if (item_batcher_) {
      Result<ItemBatching> batching = item_batcher_->Evaluate(scope, input.value());
      if (!batching) return Fail(std::move(batching).error(), scope, out);
      effect.batching = std::move(batching).value();
    }
    if (result_writer_) {
      Result<ResultWriting> writing = result_writer_->Evaluate(scope, input.value());
      if (!writing) return Fail(std::move(writing).error(), scope, out);
      effect.writing = std::move(writing).value();
    }
    effect.branch = scope.branch().id;
    effect.map_run_arn = run.arn;
    effect.redrive_count = run.redrive_count;
    effect.state_name = name().as_string();
    effect.items = run.items;
    if (selector_) effect.selection = std::make_shared<Selection>(*this, scope, input.value());
    effect.processor = processor_.get();
    effect.express_children = express_children_;
    effect.max_concurrency = AtMost(*concurrency);
    effect.tolerated_failure_count = tolerance->count;
    effect.tolerated_failure_percentage = tolerance->percentage;
    effect.recovered = recovered;
    effect.test_case = scope.progress().test_case();
    out.Perform(std::move(effect));
  }

  void OnMapRunEnded(const MapRunEnded& ended, StepScope& scope, Outcome& out) const {
    const Branch& b = scope.branch();
    if (b.map_run == nullptr || !(b.map_run->arn == ended.map_run_arn)) return;
    if (ended.result) {
      out.Add(HistoryEvent(EventType::kMapRunSucceeded, b.id));
      return Succeed(*ended.result, scope, out);
    }
    const WorkflowError& error = ended.result.error();
    out.Add(HistoryEvent(EventType::kMapRunFailed, b.id)
                .Field(EventField::kError, Value::String(error.error.value_or("")))
                .Field(EventField::kCause, Value::String(error.cause.value_or(""))));
    retry_catch_.Handle({error, false, EventType::kMapStateFailed}, *this, EventType::kMapStateExited, scope, out);
  }

  void Resume(StepScope& scope, Outcome& out) const {
    if (scope.branch().phase == Branch::Phase::kRetrying) return ResumeRetry(scope, out);
    if (scope.branch().phase != Branch::Phase::kMapRun) return;
    Result<Payload> input = flow_.Input(scope, scope.branch().payload);
    if (!input) return Fail(std::move(input).error(), scope, out);
    PerformRun(*input, /*recovered=*/true, scope, out);
  }

  void Fail(WorkflowError error, StepScope& scope, Outcome& out,
            std::optional<EventType> failed_event = std::nullopt) const {
    retry_catch_.Handle({Reported(scope, out, std::move(error)), false, failed_event}, *this,
                        EventType::kMapStateExited, scope, out);
  }

  const DataFlow flow_;
  const RetryCatch retry_catch_;
  const std::optional<Path> items_path_;
  const std::optional<PayloadTemplate> items_;  // JSONata
  const NumberOrPath max_concurrency_, tolerated_count_, tolerated_percentage_;
  std::optional<PayloadTemplate> selector_;
  std::optional<ItemReader> item_reader_;
  std::optional<ItemBatcher> item_batcher_;
  std::optional<ResultWriter> result_writer_;
  std::unique_ptr<const StateGraph> processor_;
  std::string label_;
  bool distributed_ = false;
  bool express_children_ = false;
};

}  // namespace

FieldTable ProcessorFields() { return kProcessorFields; }
FieldTable ProcessorConfigFields() { return kConfigFields; }

const StateType kMapType = {"Map", kFields, /*has_next=*/true, [](StateReader& reader) -> std::unique_ptr<const State> {
                              return std::make_unique<Map>(reader);
                            }};

}  // namespace gait
