#include "engine/history/fold.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"
#include "engine/base/error_names.h"

namespace gait {

namespace {

constexpr std::string_view kStatusNames[] = {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"};

// More branches or Retriers than a definition has room for, and more items than an input. A larger number was damaged,
// and would take all memory.
constexpr int64_t kPlacesMax = 100'000;
constexpr int64_t kItemsMax = 10'000'000;

const Value& Required(const HistoryEvent& event, EventField field) {
  const Value* value = event.Get(field);
  GAIT_CHECK(value != nullptr, "a history event lacks a field");
  return *value;
}

int64_t Integer(const Value& value) {
  GAIT_CHECK(value.is_int(), "a number in a history event is none");
  return value.as_int();
}

std::optional<int64_t> Seconds(const HistoryEvent& event, EventField field) {
  const Value* value = event.Get(field);
  return value == nullptr ? std::nullopt : std::optional<int64_t>(Integer(*value));
}

// Did a map run fail of what it was given or brought, and would again? Another run takes its place then.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
bool IsOfItsData(const HistoryEvent& event) {
  const Value* error = event.Get(EventField::kError);
  if (error == nullptr || !error->is_string()) return false;
  const std::string_view name = error->as_string();
  return name == error_names::kDataLimitExceeded || name == error_names::kRuntime ||
         name == error_names::kQueryEvaluationError;
}

}  // namespace

std::string_view StatusName(ExecutionStatus status) { return kStatusNames[static_cast<size_t>(status)]; }

std::optional<ExecutionStatus> StatusOf(std::string_view name) {
  for (size_t i = 0; i < std::size(kStatusNames); ++i) {
    if (kStatusNames[i] == name) return static_cast<ExecutionStatus>(i);
  }
  return std::nullopt;
}

void Progress::Append(HistoryEvent& event) {
  Link(event);
  Apply(event);
}

void Progress::Link(HistoryEvent& event) {
  if (!IsShown(event.type)) return;
  event.id = last_event_id_ + 1;
  const EventLink link = RowOf(event.type).link;
  if (link == EventLink::kStart || event.id == 2) {  // recorded: the second event points to 0, not to the first
    event.previous_event_id = 0;
    return;
  }
  const Branch& b = branch(event.branch);
  // Recorded: an execution that fails again before it has done anything.
  if (event.type == EventType::kExecutionFailed && last_event_id_ != 0 && last_event_id_ == redriven_event_) {
    event.previous_event_id = redriven_event_;
    return;
  }
  switch (link) {
    case EventLink::kNewest: event.previous_event_id = b.newest_event; break;
    case EventLink::kIteration:
      event.previous_event_id = event.type == EventType::kMapIterationStarted ? b.iteration_from : b.last_event;
      break;
    default:
      // Recorded: a run that goes on follows the MapStateStarted.
      event.previous_event_id = event.type == EventType::kMapRunRedriven ? b.iteration_from
                                : event.type == EventType::kEvaluationFailed && b.last_event == b.entered_event
                                    ? b.evaluation_from
                                    : b.last_event;
  }
}

void Progress::Apply(const HistoryEvent& event) {
  if (event.type == EventType::kExecutionStarted) {
    GAIT_CHECK(branches_.empty(), "an execution starts twice");
    started_at_ = event.timestamp;
    input_ = event.payload;
    Begin(-1, 0, event.payload, 0);
    if (const Value* test_case = event.Get(EventField::kTestCase)) {
      mocks_ = std::make_unique<Mocks>();
      mocks_->test_case = test_case->as_string();
    }
  }
  if (event.id != 0) {
    GAIT_CHECK(event.id == last_event_id_ + 1, "history event ids are not dense");
    last_event_id_ = event.id;
  }
  Branch& b = Running(event.branch);
  const EventRow& row = RowOf(event.type);
  if (event.type != EventType::kExecutionStarted && event.id != 0) {
    if (row.link == EventLink::kChain) b.last_event = event.id;
    if (row.link != EventLink::kIteration) b.newest_event = event.id;
  }
  if (row.number == NumberMeaning::kState) return Entered(b, event);
  if (row.number == NumberMeaning::kNext) return Exited(b, event);
  switch (event.type) {
    case EventType::kExecutionStarted:
    case EventType::kEvaluationFailed: break;
    case EventType::kMapRunSucceeded:
      b.map_run.reset();  // what may fail now is the state's; a redrive begins another run
      b.phase = Branch::Phase::kInState;
      break;
    case EventType::kExecutionRedriven: ExecutionRedriven(b, event); break;
    case EventType::kMapStateSucceeded:
    case EventType::kParallelStateSucceeded:
      // Joined: should the state fail now, it is not its children that a redrive takes up.
      RemoveChildren(b);
      b.phase = Branch::Phase::kInState;
      break;
    case EventType::kLambdaFunctionScheduled:
    case EventType::kTaskScheduled:
    case EventType::kActivityScheduled: Scheduled(b, event); break;
    case EventType::kLambdaFunctionStarted:
    case EventType::kTaskStarted:
    case EventType::kActivityStarted:
      TaskOf(b).started = true;
      if (const Value* hash = event.Get(EventField::kTokenHash)) TaskOf(b).token_hash = *hash;
      break;
    case EventType::kTaskSubmitted: TaskOf(b).submitted = true; break;
    case EventType::kLambdaFunctionSucceeded:
    case EventType::kLambdaFunctionFailed:
    case EventType::kLambdaFunctionScheduleFailed:
    case EventType::kLambdaFunctionStartFailed:
    case EventType::kTaskSucceeded:
    case EventType::kTaskFailed:
    case EventType::kTaskStartFailed:
    case EventType::kTaskSubmitFailed:
    case EventType::kActivitySucceeded:
    case EventType::kActivityFailed:
    case EventType::kActivityScheduleFailed:
      b.task.reset();
      b.phase = Branch::Phase::kInState;
      break;
    case EventType::kLambdaFunctionTimedOut:
    case EventType::kTaskTimedOut:
    case EventType::kActivityTimedOut: Abandon(b); break;
    case EventType::kParallelStateStarted:
      ChildrenStarted(b, event, Children::Kind::kBranches);
      GAIT_CHECK(event.payload.present(), "the branches of a Parallel without an input");
      for (int64_t i = 0; i < event.number; ++i) Begin(b.id, i, event.payload, event.id);
      b.children->begun = b.children->running = event.number;
      break;
    case EventType::kMapStateStarted:
      ChildrenStarted(b, event, Children::Kind::kIterations);
      b.iteration_from = event.id;
      break;
    case EventType::kMapIterationStarted:
      GAIT_CHECK(b.children != nullptr && event.number == b.children->begun &&
                     static_cast<size_t>(event.number) < b.children->results.size(),
                 "an iteration that is not the next of its Map");
      Begin(b.id, event.number, event.payload, event.id);
      ++b.children->begun;
      ++b.children->running;
      b.phase = Branch::Phase::kChildren;
      break;
    case EventType::kChildRedriven: ChildRedriven(b, event.number); break;
    case EventType::kMapIterationSucceeded: {
      Branch& map = ParentOf(b, Children::Kind::kIterations);
      map.children->results[static_cast<size_t>(b.index)] = b.payload.value();
      --map.children->running;
      map.iteration_from = b.last_event;
      map.last_event = map.newest_event = event.id;
      Remove(b);
      break;
    }
    case EventType::kMapIterationFailed: {
      Branch& map = ParentOf(b, Children::Kind::kIterations);
      ++map.children->failed;
      --map.children->running;
      map.iteration_from = map.last_event = map.newest_event = b.last_event;
      SetAside(b);
      break;
    }
    case EventType::kMapIterationAborted:
      --ParentOf(b, Children::Kind::kIterations).children->running;
      SetAside(b);
      break;
    case EventType::kMapStateFailed:
    case EventType::kParallelStateFailed:
      SetAsideChildren(b);
      b.phase = Branch::Phase::kInState;
      break;
    case EventType::kTaskStateAborted:
    case EventType::kWaitStateAborted:
    case EventType::kMapStateAborted:
    case EventType::kParallelStateAborted:
      SetAsideChildren(b);
      Abandon(b);
      break;
    case EventType::kMapRunStarted:
      b.ended_run.reset();
      b.map_run = std::make_unique<MapRunAttempt>();
      b.map_run->arn = Required(event, EventField::kMapRunArn);
      if (event.payload.present()) b.map_run->items = event.payload.value();
      b.phase = Branch::Phase::kMapRun;
      break;
    case EventType::kMapRunRedriven:
      GAIT_CHECK(b.ended_run != nullptr && b.ended_run->arn == Required(event, EventField::kMapRunArn),
                 "a map run is redriven that has not ended");
      b.map_run = std::move(b.ended_run);
      b.map_run->redrive_count = Integer(Required(event, EventField::kRedriveCount));
      b.phase = Branch::Phase::kMapRun;
      break;
    case EventType::kMapRunAborted: Abandon(b); break;
    case EventType::kMapRunFailed:
      b.ended_run = std::move(b.map_run);
      b.phase = Branch::Phase::kInState;
      if (IsOfItsData(event)) b.ended_run.reset();
      break;
    case EventType::kBranchFailed: {
      Branch& parallel = ParentOf(b, Children::Kind::kBranches);
      ++parallel.children->failed;
      --parallel.children->running;
      parallel.last_event = parallel.newest_event = b.last_event;
      break;
    }
    case EventType::kWaitScheduled:
      b.due_at = {Integer(Required(event, EventField::kDueAt))};
      b.phase = Branch::Phase::kWaiting;
      break;
    case EventType::kRetryScheduled: {
      RemoveChildren(b);
      b.ended_run.reset();
      GAIT_CHECK(event.number >= 0 && event.number <= kPlacesMax, "a Retrier that cannot be");
      const auto retrier = static_cast<size_t>(event.number);
      if (b.retries.size() <= retrier) b.retries.resize(retrier + 1);
      ++b.retries[retrier];
      ++b.retry_count;
      b.due_at = {Integer(Required(event, EventField::kDueAt))};
      b.phase = Branch::Phase::kRetrying;
      break;
    }
    case EventType::kExecutionSucceeded:
      output_ = event.payload;
      Close(ExecutionStatus::kSucceeded, event);
      break;
    case EventType::kExecutionFailed: Close(ExecutionStatus::kFailed, event); break;
    case EventType::kExecutionTimedOut: Close(ExecutionStatus::kTimedOut, event); break;
    case EventType::kExecutionAborted: Close(ExecutionStatus::kAborted, event); break;
    default: GAIT_CHECK(false, "a history event that the fold does not know: " + std::string(row.name));
  }
}

void Progress::Entered(Branch& b, const HistoryEvent& event) {
  b.phase = Branch::Phase::kInState;
  b.state = static_cast<int32_t>(event.number);
  b.payload = event.payload;
  b.entered_event = event.id;
  // Recorded: it points past the ...StateEntered, to where that points; a Wait's points to WaitStateEntered itself.
  b.evaluation_from = event.type == EventType::kWaitStateEntered ? event.id : event.previous_event_id;
  b.entered_at = event.timestamp;
  b.retries.clear();
  b.retry_count = 0;
}

void Progress::Exited(Branch& b, const HistoryEvent& event) {
  RemoveChildren(b);
  b.map_run.reset();
  b.ended_run.reset();
  if (const Value* assigned = event.Get(EventField::kAssignedVariables)) {
    GAIT_CHECK(assigned->is_object(), "assigned variables are no object");
    if (b.variables.is_undefined()) {
      b.variables = *assigned;
    } else {
      for (const Member& m : assigned->members()) b.variables = std::move(b.variables).With(m.name(), m.value);
    }
  }
  b.payload = event.payload;
  b.next = event.number;
  b.phase = event.number == kEnd ? Branch::Phase::kFinished : Branch::Phase::kReady;
  if (b.phase == Branch::Phase::kFinished && b.parent >= 0) JoinParallel(b);
}

void Progress::JoinParallel(Branch& child) {
  // A Map's iteration is joined by the event that says how it ended.
  if (branch(child.parent).children->kind == Children::Kind::kIterations) return;
  Branch& parent = ParentOf(child, Children::Kind::kBranches);
  parent.children->results[static_cast<size_t>(child.index)] = child.payload.value();
  --parent.children->running;
  parent.last_event = parent.newest_event = child.last_event;
  Remove(child);
}

void Progress::Scheduled(Branch& b, const HistoryEvent& event) {
  b.phase = Branch::Phase::kTask;
  b.task = std::make_unique<TaskAttempt>();
  b.task->scheduled_event = event.id;
  b.task->scheduled_at = event.timestamp;
  b.task->parameters = event.payload;
  b.task->timeout_seconds = Seconds(event, EventField::kTimeoutInSeconds);
  b.task->heartbeat_seconds = Seconds(event, EventField::kHeartbeatInSeconds);
  if (const Value* hash = event.Get(EventField::kTokenHash)) b.task->token_hash = *hash;
  if (mocks_ != nullptr && event.name.is_string()) {
    b.task->number = mocks_->attempts[std::string(event.name.as_string())]++;
  }
}

void Progress::Abandon(Branch& b) {
  if (b.task != nullptr) abandoned_.tasks.push_back(b.task->scheduled_event);
  if (b.map_run != nullptr) {
    abandoned_.map_runs.push_back(b.map_run->arn);
    b.ended_run = std::move(b.map_run);
  }
  b.task.reset();
  if (b.phase != Branch::Phase::kReady && b.phase != Branch::Phase::kFinished) b.phase = Branch::Phase::kInState;
}

void Progress::ChildrenStarted(Branch& b, const HistoryEvent& event, Children::Kind kind) {
  GAIT_CHECK(b.children == nullptr || b.phase == Branch::Phase::kRedriven, "a state starts its children twice");
  RemoveChildren(b);
  b.phase = Branch::Phase::kChildren;
  b.children = std::make_unique<Children>();
  b.children->kind = kind;
  b.children->input = event.payload;
  b.children->count = event.number;
  if (!event.payload.present()) return;  // a Distributed Map's: its children are executions of their own
  const int64_t most = kind == Children::Kind::kBranches ? kPlacesMax : kItemsMax;
  GAIT_CHECK(event.number >= 0 && event.number <= most, "a state with more children than can be");
  b.children->results.resize(static_cast<size_t>(event.number));
}

Branch& Progress::Running(BranchId id) {
  GAIT_CHECK(Find(id) != nullptr, "a history event of a branch that does not run");
  return branch(id);
}

Branch& Progress::ParentOf(const Branch& child, Children::Kind kind) {
  GAIT_CHECK(child.parent >= 0, "the execution itself ends as a branch does");
  Branch& parent = branch(child.parent);  // runs as long as its children do: see RemoveChildren
  GAIT_CHECK(parent.children->kind == kind, "a branch ends as an iteration, or an iteration as a branch");
  return parent;
}

TaskAttempt& Progress::TaskOf(Branch& b) {
  GAIT_CHECK(b.task != nullptr, "a history event of a task that was not scheduled");
  return *b.task;
}

BranchId Progress::TakeId() {
  auto id = static_cast<BranchId>(branches_.size());
  if (free_ids_.empty()) {
    branches_.emplace_back();
  } else {
    id = free_ids_.back();
    free_ids_.pop_back();
  }
  begun_.push_back(id);
  return id;
}

Branch& Progress::Begin(BranchId parent, int64_t index, Payload input, int64_t last_event) {
  const BranchId id = TakeId();
  std::unique_ptr<Branch>& slot = branches_[static_cast<size_t>(id)];
  if (spare_.empty()) {
    slot = std::make_unique<Branch>();
  } else {
    slot = std::move(spare_.back());
    spare_.pop_back();
    *slot = Branch();
  }
  slot->id = id;
  slot->parent = parent;
  slot->index = index;
  slot->payload = std::move(input);
  slot->last_event = slot->newest_event = last_event;
  return *slot;
}

void Progress::Remove(Branch& b) {
  RemoveChildren(b);
  Abandon(b);
  free_ids_.push_back(b.id);
  spare_.push_back(std::move(branches_[static_cast<size_t>(b.id)]));
}

void Progress::RemoveChildren(Branch& b) {
  if (b.children == nullptr) return;
  for (const Branch* child : ChildrenOf(b.id)) Remove(branch(child->id));
  b.children.reset();
}

void Progress::SetAside(Branch& b) {
  SetAsideChildren(b);
  Abandon(b);
  free_ids_.push_back(b.id);
  branch(b.parent).children->unsuccessful.push_back(std::move(branches_[static_cast<size_t>(b.id)]));
}

void Progress::SetAsideChildren(Branch& b) {
  if (b.children == nullptr) return;
  for (const Branch* child : ChildrenOf(b.id)) SetAside(branch(child->id));
}

void Progress::ExecutionRedriven(Branch& root, const HistoryEvent& event) {
  GAIT_CHECK(root.parent < 0 && status_ != ExecutionStatus::kRunning && status_ != ExecutionStatus::kSucceeded,
             "what is redriven is no execution that ended without success");
  status_ = ExecutionStatus::kRunning;
  stopped_at_ = {};
  error_ = cause_ = Value();
  redrive_count_ = Integer(Required(event, EventField::kRedriveCount));
  redriven_at_ = event.timestamp;
  redriven_event_ = event.id;
  Redrive(root);
}

void Progress::ChildRedriven(Branch& parent, int64_t index) {
  GAIT_CHECK(parent.children != nullptr && !parent.children->to_redrive.empty() &&
                 parent.children->to_redrive.back()->index == index,
             "a child that is not the next to be redriven");
  std::vector<std::unique_ptr<Branch>>& queue = parent.children->to_redrive;
  std::unique_ptr<Branch> child = std::move(queue.back());
  queue.pop_back();
  child->id = TakeId();
  child->parent = parent.id;  // which may have another number than when the child ran
  Redrive(*child);
  branches_[static_cast<size_t>(child->id)] = std::move(child);
  ++parent.children->running;
  parent.phase = Branch::Phase::kChildren;
}

// Where the branch was in a state, that state is run again. Recorded: it goes on behind its ...StateEntered.
void Progress::Redrive(Branch& b) {
  if (b.phase == Branch::Phase::kReady || b.phase == Branch::Phase::kFinished) return;
  b.phase = Branch::Phase::kRedriven;
  b.retries.clear();
  b.retry_count = 0;
  b.last_event = b.newest_event = b.entered_event;
  if (b.children == nullptr) return;
  Children& c = *b.children;
  c.running = c.failed = 0;
  std::move(c.unsuccessful.begin(), c.unsuccessful.end(), std::back_inserter(c.to_redrive));
  c.unsuccessful.clear();
  std::sort(c.to_redrive.begin(), c.to_redrive.end(), [](const auto& x, const auto& y) { return x->index > y->index; });
}

void Progress::Close(ExecutionStatus status, const HistoryEvent& event) {
  status_ = status;
  stopped_at_ = event.timestamp;
  if (const Value* error = event.Get(EventField::kError)) error_ = *error;
  if (const Value* cause = event.Get(EventField::kCause)) cause_ = *cause;
  Branch& root = branch(0);
  SetAsideChildren(root);
  Abandon(root);
}

std::vector<const Branch*> Progress::branches() const {
  std::vector<const Branch*> all;
  for (const auto& b : branches_) {
    if (b != nullptr) all.push_back(b.get());
  }
  return all;
}

std::vector<const Branch*> Progress::ChildrenOf(BranchId parent) const {
  std::vector<const Branch*> children;
  for (const auto& b : branches_) {
    if (b != nullptr && b->parent == parent) children.push_back(b.get());
  }
  std::sort(children.begin(), children.end(), [](const Branch* a, const Branch* b) { return a->index < b->index; });
  return children;
}

}  // namespace gait
