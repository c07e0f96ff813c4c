#include "engine/run/runner.h"

#include <algorithm>
#include <atomic>

#include "engine/base/cause_table.h"
#include "engine/base/check.h"
#include "engine/base/error_names.h"
#include "engine/run/actor.h"
#include "engine/run/map_run.h"

namespace gait {
namespace {

ExecutionSnapshot Snapshot(int64_t id, const Execution& execution) {
  const Progress& p = execution.progress();
  const auto text = [](const Value& v) {
    return v.is_string() ? std::optional<std::string>(v.as_string()) : std::nullopt;
  };
  return {id,        execution.info(), p.status(),      p.started_at(),  p.stopped_at(),
          p.input(), p.output(),       text(p.error()), text(p.cause()), p.redriven_at()};
}

// Is it to take up a job that a process before this one may have started? Who does finds the job, and is the only one
// who can stop it.
bool TakesUpJob(const Effect& effect) {
  const auto* task = std::get_if<DispatchTask>(&effect);
  return task != nullptr && task->recovered &&
         (task->resource->pattern == TaskPattern::kSync || task->resource->pattern == TaskPattern::kSync2);
}

void Append(Turn& to, Turn from) {
  const auto move_all = [](auto& a, auto& b) {
    if (a.empty()) {
      a = std::move(b);
    } else {
      a.insert(a.end(), std::make_move_iterator(b.begin()), std::make_move_iterator(b.end()));
    }
  };
  move_all(to.events, from.events);
  move_all(to.effects, from.effects);
  move_all(to.abandoned.tasks, from.abandoned.tasks);
  move_all(to.abandoned.map_runs, from.abandoned.map_runs);
  move_all(to.acknowledge, from.acknowledge);
  to.more = from.more;
}

// What is stored of the history of an EXPRESS execution that a Map Run started.
bool IsOfRecord(EventType type) {
  return type == EventType::kExecutionStarted || type == EventType::kExecutionRedriven || EndsExecution(type);
}
bool ChangesRecord(const Turn& turn) {
  return std::any_of(turn.events.begin(), turn.events.end(), [](const HistoryEvent& e) { return IsOfRecord(e.type); });
}

}  // namespace

// Takes a task's answer to the execution that waits for it.
class Runner::Listener : public TaskListener {
 public:
  Listener(Runner& runner, std::shared_ptr<Actor> actor, BranchId branch, int64_t scheduled_event)
      : runner_(runner), actor_(std::move(actor)), branch_(branch), scheduled_event_(scheduled_event) {
    runner_.activity_.Begin();
    actor_->tasks.fetch_add(1);
  }
  ~Listener() override {
    actor_->tasks.fetch_sub(1);
    runner_.ParkIfIdle(actor_);
    End();
  }

  void Succeeded(Value output) override { Answer(TaskSucceeded{scheduled_event_, Payload(std::move(output))}); }
  void Failed(WorkflowError error) override { Answer(TaskFailed{scheduled_event_, std::move(error)}); }
  void Submitted(Value output) override { Answer(TaskSubmitted{scheduled_event_, Payload(std::move(output))}); }

 private:
  void Answer(Message message) {
    runner_.Mail(actor_, [branch = branch_, message = std::move(message)](Execution& e, Timestamp now) {
      return e.Deliver(branch, message, now);
    });
    End();
  }
  // Who waits for a token is not under way: time may pass.
  void End() {
    if (!ended_.exchange(true)) runner_.activity_.End();
  }

  Runner& runner_;
  const std::shared_ptr<Actor> actor_;
  const BranchId branch_;
  const int64_t scheduled_event_;
  std::atomic<bool> ended_{false};
};

Runner::Runner(Store& store, Clock& clock, Random& random, RunnerOptions options)
    : store_(store),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      timers_(clock, options_.virtual_clock, options_.executor),
      activities_(clock, timers_, options_.quotas.activity_pollers_max,
                  [this](const TaskId& task, const Value& worker, Activities::Polled done) {
                    GiveOut(task, worker, std::move(done));
                  }),
      committer_(
          store, clock, [this](const std::string& what) { StoreFailed(what); }, options_.executor),
      stored_timers_(
          store, clock, options_.timers_ahead, timers_, committer_, scheduler_, activity_,
          [this](const TimerRecord& timer) {
            return Find(timer.execution_id) == nullptr ? TimerQueue::Callback() : CallbackOf(timer);
          },
          options_.log),
      map_runs_(std::make_unique<MapRuns>(*this)),
      next_execution_(store.next_ids().execution),
      scheduler_(options_.workers, options_.executor) {
  if (options_.virtual_clock != nullptr) {
    activity_.OnIdle([this] { return timers_.FireNext([this] { return activity_.BeginIfIdle(); }); });
  }
}

Runner::~Runner() { Stop(); }

std::shared_ptr<Runner::Actor> Runner::MakeActor(int64_t id, StartRequest request) {
  return std::make_shared<Actor>(id, std::move(request), metrics_);
}

std::shared_ptr<Runner::Actor> Runner::Find(int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto it = actors_.find(id);
  return it == actors_.end() ? nullptr : it->second;
}

void Runner::Start(StartRequest request, Started started, Closed closed) {
  auto actor = MakeFirst(NextId(), std::move(request), std::move(started), std::move(closed));
  if (actor == nullptr) return;
  activity_.Begin();
  scheduler_.Enqueue([this, actor] { RunActor(actor); });
}

void Runner::StartHere(int64_t id, StartRequest request, Closed closed) {
  const auto actor = MakeFirst(id, std::move(request), {}, std::move(closed));
  if (actor == nullptr) return;
  activity_.Begin();
  RunActor(actor);
}

int64_t Runner::NextId() {
  const std::lock_guard lock(mutex_);
  return next_execution_++;
}

std::shared_ptr<Runner::Actor> Runner::MakeFirst(int64_t id, StartRequest request, Started started, Closed closed) {
  Payload input = std::exchange(request.input, {});  // the history has it
  std::shared_ptr<Actor> actor = MakeActor(id, std::move(request));
  actor->resident = std::make_unique<Actor::Resident>(actor->request, options_.quotas, random_, activities_, resident_);
  actor->started = std::move(started);
  if (closed) actor->closed.push_back(std::move(closed));
  // The time-out runs from the moment that the history says it started at, which may be later than now.
  actor->mailbox.emplace_back(
      [this, weak = std::weak_ptr(actor), input = std::move(input)](Execution& e, Timestamp now) {
        if (const auto a = weak.lock()) {
          if (const auto due_at = EndsBy(*a, now)) AddTimeout(a, *due_at, 0);
        }
        return e.Start(input, now);
      });
  actor->scheduled = true;
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  actors_.emplace(id, actor);
  return actor;
}

std::optional<Timestamp> Runner::EndsBy(const Actor& actor, Timestamp since) const {
  auto seconds = actor.request.graph == nullptr ? actor.request.machine->timeout_seconds() : std::nullopt;
  if (actor.express()) seconds = std::min(seconds.value_or(INT64_MAX), options_.quotas.express_duration_seconds_max);
  return seconds ? std::optional(since + Duration::Seconds(*seconds)) : std::nullopt;
}

std::shared_ptr<Runner::Actor> Runner::Restore(StartRequest request, const ExecutionRecord& record,
                                               const std::vector<std::string>& segments) {
  std::shared_ptr<Actor> actor = MakeActor(record.id, std::move(request));
  actor->commit->last_segment = record.last_segment;
  actor->stored = true;
  actor->resident = std::make_unique<Actor::Resident>(actor->request, options_.quotas, random_, activities_, resident_);
  Fold(*actor, segments);
  return actor;
}

void Runner::Fold(Actor& actor, const std::vector<std::string>& segments) {
  Actor::Resident& r = *actor.resident;
  for (const std::string& segment : segments) {
    for (std::string_view rest = segment; !rest.empty(); ++actor.stored_events) {
      r.execution.Restore(r.codec.Decode(rest));
    }
  }
}

void Runner::Unpark(Actor& actor) {
  if (actor.resident != nullptr) return;
  ExecutionRecord record;
  record.id = actor.id;
  record.last_segment = actor.commit->last_segment;  // nothing of it is being committed: see ParkIfIdle
  const auto segments = store_.LoadHistory(record);
  actor.resident = std::make_unique<Actor::Resident>(actor.request, options_.quotas, random_, activities_, resident_);
  Fold(actor, segments);
  actor.resident->execution.Unparked();
}

void Runner::ParkIfIdle(const std::shared_ptr<Actor>& actor) {
  if (!parks_ || actor->express() || resident_.load(std::memory_order_relaxed) <= options_.resident_max) return;
  std::unique_ptr<Actor::Resident> parked;  // and is destroyed outside the lock
  std::vector<TimerRecord> unawaited;
  bool list = false;
  {
    const std::lock_guard lock(actor->mutex);
    const bool idle = !actor->scheduled && actor->mailbox.empty() && actor->commits == 0 && actor->tasks == 0;
    if (!idle || actor->resident == nullptr || !actor->resident->execution.CanBeParked()) return;
    parked = std::move(actor->resident);
    unawaited = TakeUnawaited(*actor, parked->execution);
    list = !actor->far_timers.empty() && !std::exchange(actor->is_listed, true);
  }
  for (const TimerRecord& timer : unawaited) timers_.Remove(timer.key);
  if (list) ListFar(actor);
}

void Runner::Recover(StartRequest request, const ExecutionRecord& record, bool resume, Closed closed) {
  request.info.redrive_count = record.redrive_count;
  std::shared_ptr<Actor> actor = MakeActor(record.id, std::move(request));
  actor->commit->last_segment = record.last_segment;
  actor->stored = true;
  actor->submitted_start = true;
  if (closed) actor->closed.push_back(std::move(closed));
  {
    const std::lock_guard lock(mutex_);
    if (!actors_.emplace(record.id, actor).second) return;
  }
  if (!resume) return;
  // An EXPRESS one begins anew.
  const Timestamp since = actor->express()             ? clock_.Now()
                          : record.redriven_at.ms != 0 ? record.redriven_at
                                                       : record.started_at;
  if (const auto due_at = EndsBy(*actor, since)) AddTimeout(actor, *due_at, record.redrive_count);
  recovering_.fetch_add(1);
  Mail(actor, [this](Execution& e, Timestamp now) {
    recovering_.fetch_sub(1);
    return e.Resume(now);
  });
}

void Runner::StopAbandoned(const std::vector<MapRunRecord>& running) {
  for (const MapRunRecord& run : running) {
    const auto parent = Find(run.execution_id);
    if (parent == nullptr) {
      map_runs_->Stop(run.arn);
      continue;
    }
    Mail(parent, [arn = Value::String(run.arn)](Execution& e, Timestamp) {
      const auto branches = e.progress().branches();
      const bool awaited = std::any_of(branches.begin(), branches.end(), [&](const Branch* b) {
        return b->map_run != nullptr && b->map_run->arn == arn;
      });
      Turn turn;
      if (!awaited) turn.abandoned.map_runs.push_back(arn);
      return turn;
    });
  }
}

void Runner::Redrive(StartRequest request, const ExecutionRecord& record, const std::vector<std::string>& segments,
                     std::optional<std::string> client_token, Started redriven, Closed closed) {
  request.info.redrive_count = record.redrive_count + 1;
  std::shared_ptr<Actor> actor = Restore(std::move(request), record, segments);
  actor->started = std::move(redriven);
  if (closed) actor->closed.push_back(std::move(closed));
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    // In the place of the one that has ended, durably, should that not have been removed yet.
    actors_.insert_or_assign(record.id, actor);
  }
  Mail(actor, [this, weak = std::weak_ptr(actor), token = std::move(client_token)](Execution& e, Timestamp now) {
    if (const auto a = weak.lock()) {
      if (const auto due_at = EndsBy(*a, now)) AddTimeout(a, *due_at, e.progress().redrive_count() + 1);
    }
    return e.Redrive(token, now);
  });
}

void Runner::Post(int64_t execution, BranchId branch, Message message) {
  if (auto actor = Find(execution)) {
    Mail(actor, [branch, message = std::move(message)](Execution& e, Timestamp now) {
      return e.Deliver(branch, message, now);
    });
  }
}

void Runner::AnswerTask(const TaskToken& token, Message message, std::function<void(TokenUse)> done) {
  const auto actor = Find(token.task.execution);
  if (actor == nullptr) return done(TokenUse::kNotAwaited);
  Mail(actor, [token, message = std::move(message), done = std::move(done)](Execution& e, Timestamp now) {
    const Branch* b = e.Awaiting(token.task.scheduled_event);
    const bool taken = b != nullptr && b->task->token_hash.is_string() && b->task->token_hash.as_string() == token.hash;
    Turn turn;
    if (taken) turn = e.Deliver(b->id, message, now);
    turn.acknowledge.push_back([done, use = taken ? TokenUse::kTaken : TokenUse::kNotAwaited](bool durable) {
      done(durable ? use : TokenUse::kFailed);
    });
    return turn;
  });
}

void Runner::PollActivity(std::string_view arn, Value worker, std::function<bool()> awaiting,
                          Activities::Polled polled) {
  activity_.Begin();
  activities_.Poll(arn, std::move(worker), std::move(awaiting), std::move(polled));
  activity_.End();
}

// A worker takes the task of an activity.
void Runner::GiveOut(const TaskId& task, const Value& worker, Activities::Polled done) {
  const auto actor = Find(task.execution);
  if (actor == nullptr) return done(PollStatus::kNone, {});
  Mail(actor, [this, task, worker, done = std::move(done)](Execution& e, Timestamp now) {
    const Branch* b = e.Awaiting(task.scheduled_event);
    Turn turn;
    PollStatus status = PollStatus::kNone;
    ActivityTask given;
    if (b != nullptr && !b->task->started) {
      status = PollStatus::kTask;
      given = {MakeTaskToken(task, random_), b->task->parameters};
      turn = e.Deliver(b->id, TaskStarted{task.scheduled_event, worker, HashOfTaskToken(given.token)}, now);
    }
    turn.acknowledge.push_back([done, status, given = std::move(given)](bool durable) {
      done(durable ? status : PollStatus::kStoreFailed, given);
    });
    return turn;
  });
}

bool Runner::Abort(int64_t execution, std::optional<std::string> error, std::optional<std::string> cause,
                   Closed closed) {
  if (!WhenClosed(execution, std::move(closed))) return false;
  if (auto actor = Find(execution)) {
    Mail(actor, [error = std::move(error), cause = std::move(cause)](Execution& e, Timestamp now) {
      return e.Abort(error, cause, now);
    });
  }
  return true;
}

bool Runner::WhenClosed(int64_t execution, Closed closed) {
  const auto actor = Find(execution);
  if (actor == nullptr) return false;
  const std::lock_guard lock(actor->mutex);
  if (actor->removed) return false;
  actor->closed.push_back(std::move(closed));
  return true;
}

size_t Runner::running() const {
  const std::lock_guard lock(mutex_);
  return actors_.size();
}

std::string Runner::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Runner::Mail(const std::shared_ptr<Actor>& actor, std::function<Turn(Execution&, Timestamp)> turn) {
  activity_.Begin();
  bool schedule = false;
  {
    const std::lock_guard lock(actor->mutex);
    actor->mailbox.push_back(std::move(turn));
    schedule = !std::exchange(actor->scheduled, true);
  }
  if (schedule) scheduler_.Enqueue([this, actor] { RunActor(actor); });
}

void Runner::RunActor(const std::shared_ptr<Actor>& actor) {
  decltype(actor->mailbox) mails;
  {
    const std::lock_guard lock(actor->mutex);
    mails.swap(actor->mailbox);
  }
  Turn all;
  try {
    Unpark(*actor);
    Execution& execution = actor->resident->execution;
    for (auto& mail : mails) Append(all, mail(execution, clock_.Now()));
    // What an earlier mail asked for is not wanted any more when a later one has ended the execution.
    if (execution.progress().status() != ExecutionStatus::kRunning) {
      std::erase_if(all.effects, [](const Effect& effect) { return !TakesUpJob(effect); });
    }
    if (all.more) Mail(actor, [](Execution& e, Timestamp now) { return e.Continue(now); });
    Submit(actor, std::move(all));
  } catch (const std::exception& e) {
    // A bug, or memory ran out: the execution stands still where it was last durable, and goes on after a restart.
    options_.log("execution " + actor->request.info.arn + " stands still: " + e.what());
    if (!actor->submitted_start) NotStarted(actor, StartResult::kFailed);
    StandStill(actor);
    for (const auto& acknowledge : all.acknowledge) acknowledge(false);
  }
  bool again = false;
  {
    const std::lock_guard lock(actor->mutex);
    again = actor->scheduled = !actor->mailbox.empty();
  }
  if (again) {
    scheduler_.Enqueue([this, actor] { RunActor(actor); });
  } else {
    ParkIfIdle(actor);
  }
  for (size_t i = 0; i < mails.size(); ++i) activity_.End();
}

void Runner::Submit(const std::shared_ptr<Actor>& actor, Turn turn) {
  if (turn.events.empty() && turn.effects.empty() && turn.abandoned.empty() && turn.acknowledge.empty()) return;
  Actor::Resident& resident = *actor->resident;
  const Progress& progress = resident.execution.progress();
  const bool closed = progress.status() != ExecutionStatus::kRunning;
  const bool first = !std::exchange(actor->submitted_start, true);
  // Made here, where nobody else changes the execution.
  std::optional<ExecutionSnapshot> snapshot;
  if (first || closed) snapshot = Snapshot(actor->id, resident.execution);
  Tally tally;
  tally.Add(turn.events);
  activity_.Begin();
  // What stands is durable as it is. (A new process asks so for all that its executions wait for.)
  const bool nothing = turn.events.empty() || (actor->express() && !ChangesRecord(turn));
  const bool unchanged = nothing && !first && actor->commits == 0 && !committer_.failed();
  if (!actor->is_stored() || unchanged) {
    Count(*actor, tally, snapshot);
    Durable(actor, turn, snapshot);
    return activity_.End();
  }
  Commit commit;
  commit.state = actor->commit;
  commit.execution_id = actor->id;
  commit.status = progress.status();
  commit.stopped_at = progress.stopped_at();
  commit.redrive_count = progress.redrive_count();
  commit.redriven_at = progress.redriven_at();
  commit.map_redrive = actor->request.map_redrive;
  if (first && !actor->stored) {
    const StartRequest& r = actor->request;
    commit.start = ExecutionRecord{actor->id,
                                   r.state_machine_id,
                                   r.definition_id,
                                   r.stored_name.empty() ? r.info.name : r.stored_name,
                                   ExecutionStatus::kRunning,
                                   progress.started_at(),
                                   {},
                                   r.map_run_id,
                                   r.map_index,
                                   0};
    commit.start->version = r.version;
    commit.start->alias = r.alias;
    commit.start->map_items = r.map_items;
    commit.start->map_redrive = r.map_redrive;
    if (r.map_run_cursor) commit.map_run_cursor = {r.map_run_id, *r.map_run_cursor};
  }
  if (closed) {
    const std::lock_guard lock(actor->mutex);
    commit.had_timers = actor->had_timers;
  }
  for (const HistoryEvent& event : turn.events) {
    if (!actor->express()) {
      resident.codec.Encode(event, commit.events);
    } else if (IsOfRecord(event.type)) {
      HistoryEvent kept = event;
      kept.id = ++actor->stored_events;  // they are numbered without gaps
      kept.previous_event_id = kept.id - 1;
      resident.codec.Encode(kept, commit.events);
    }
  }
  if (!actor->request.on_events && !observers_.any()) turn.events.clear();
  actor->commits.fetch_add(1);
  commit.done = [this, actor, tally, snapshot = std::move(snapshot),
                 turn = std::move(turn)](CommitResult result) mutable {
    if (result == CommitResult::kDurable) {
      Count(*actor, tally, snapshot);
      Durable(actor, turn, snapshot);
    } else if (result == CommitResult::kStoreFailed) {
      NotStarted(actor, StartResult::kFailed);
      StandStill(actor);
    } else {
      NotStarted(actor, StartResult::kNameTaken);
      Remove(actor);
    }
    if (result != CommitResult::kDurable) {
      for (const auto& acknowledge : turn.acknowledge) acknowledge(false);
    }
    actor->commits.fetch_sub(1);
    ParkIfIdle(actor);
    activity_.End();
  };
  committer_.Submit(std::move(commit));
}

void Runner::Durable(const std::shared_ptr<Actor>& actor, Turn& turn,
                     const std::optional<ExecutionSnapshot>& snapshot) {
  if (actor->request.on_events && !turn.events.empty()) actor->request.on_events(turn.events);
  if (observers_.any() && !turn.events.empty()) observers_.Tell(actor->request.info, turn.events);
  if (Started started = std::exchange(actor->started, nullptr)) started(StartResult::kStarted, *snapshot);
  for (const auto& acknowledge : turn.acknowledge) acknowledge(true);
  for (Effect& effect : turn.effects) Perform(actor, effect);
  for (const Value& arn : turn.abandoned.map_runs) map_runs_->Stop(arn.as_string());
  for (int64_t event : turn.abandoned.tasks) {
    activities_.Remove({actor->id, event});
    if (options_.stop_task) options_.stop_task({actor->id, event});
  }
  if (snapshot && snapshot->status != ExecutionStatus::kRunning) Close(actor, *snapshot);
}

void Runner::Count(Actor& actor, const Tally& tally, const std::optional<ExecutionSnapshot>& snapshot) {
  actor.metrics.Count(tally, snapshot ? snapshot->stopped_at - snapshot->started_at : Duration());
}

void Runner::Perform(const std::shared_ptr<Actor>& actor, Effect& effect) {
  if (auto* timer = std::get_if<StartTimer>(&effect)) {
    AddTimer(actor, timer->due_at, timer->branch, {timer->kind, timer->event});
  } else if (auto* task = std::get_if<DispatchTask>(&effect)) {
    Dispatch(actor, *task);
  } else {
    map_runs_->Start(actor->id, actor->request, std::move(std::get<StartMapRun>(effect)));
  }
}

bool Runner::AnswerMocked(const std::shared_ptr<Actor>& actor, const DispatchTask& task) {
  if (task.test_case.empty() || !options_.mocked_answer_of) return false;
  // Of a child of a Map Run: `MACHINE/LABEL`.
  const std::string_view machine = actor->request.info.state_machine_name;
  auto answer = options_.mocked_answer_of({*task.resource,
                                           machine.substr(0, machine.find('/')),
                                           task.test_case,
                                           task.state_name,
                                           task.mocked_attempt,
                                           {actor->id, task.scheduled_event},
                                           task.timeout_seconds,
                                           task.heartbeat_seconds});
  if (!answer) return false;
  // All that a service or a worker would let happen, in one turn: it is durable together, so that a crash leaves nobody
  // waiting for a call that never comes. An answer that takes its time is not for executions that outlive the process.
  std::vector<Message> messages;
  const int64_t event = task.scheduled_event;
  if (task.resource->kind == TaskResource::Kind::kActivity) {
    messages.emplace_back(TaskStarted{event, Value(), HashOfTaskToken(MakeTaskToken({actor->id, event}, random_))});
  } else if (task.resource->pattern != TaskPattern::kRequestResponse) {
    messages.emplace_back(TaskSubmitted{event, Payload(Value::Object())});
  }
  Message result = answer->result ? Message(TaskSucceeded{event, Payload(*std::move(answer->result))})
                                  : Message(TaskFailed{event, std::move(answer->result).error()});
  if (answer->after > Duration()) {
    timers_.Add(clock_.Now() + answer->after,
                [this, id = actor->id, branch = task.branch, result = std::move(result)] { Post(id, branch, result); });
  } else {
    messages.push_back(std::move(result));
  }
  if (messages.empty()) return true;
  Mail(actor, [branch = task.branch, messages = std::move(messages)](Execution& e, Timestamp now) {
    Turn turn;
    for (const Message& message : messages) Append(turn, e.Deliver(branch, message, now));
    return turn;
  });
  return true;
}

void Runner::Dispatch(const std::shared_ptr<Actor>& actor, DispatchTask& task) {
  if (AnswerMocked(actor, task)) return;
  if (task.resource->kind == TaskResource::Kind::kActivity) {
    return activities_.Add(task.resource->arn, {actor->id, task.scheduled_event});
  }
  auto listener = std::make_shared<Listener>(*this, actor, task.branch, task.scheduled_event);
  TaskRequest request;
  request.id = {actor->id, task.scheduled_event};
  request.resource = *task.resource;
  request.parameters = task.parameters.value();
  request.execution_arn = actor->request.info.arn;
  request.state_name = std::move(task.state_name);
  request.attempt = task.attempt;
  request.task_token = std::move(task.task_token);
  request.account = actor->request.info.account;
  request.timeout_seconds = task.timeout_seconds;
  Integration* integration = options_.integration_of ? options_.integration_of(request.resource) : nullptr;
  if (integration == nullptr) {
    return listener->Failed(
        {std::string(error_names::kTaskFailed), CauseText(Cause::kNoTarget, {request.resource.arn})});
  }
  if (task.recovered && !integration->IsIdempotent(request)) {
    return listener->Failed({std::string(error_names::kTaskFailed), CauseText(Cause::kEngineStopped)});
  }
  integration->Start(std::move(request), std::move(listener));
}

void Runner::Close(const std::shared_ptr<Actor>& actor, const ExecutionSnapshot& snapshot) {
  for (const Closed& callback : Remove(actor)) callback(snapshot);
}

void Runner::StandStill(const std::shared_ptr<Actor>& actor) {
  ExecutionSnapshot snapshot;
  snapshot.id = actor->id;
  snapshot.info = actor->request.info;
  Close(actor, snapshot);
}

void Runner::NotStarted(const std::shared_ptr<Actor>& actor, StartResult why) {
  if (Started started = std::exchange(actor->started, nullptr)) started(why, {});
}

// Whoever waits for an execution that needs the store is told now: nothing of it will be durable any more.
void Runner::StoreFailed(const std::string& what) {
  options_.log("the store failed: " + what);
  std::vector<std::shared_ptr<Actor>> stored;
  {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) failure_ = what;
    for (const auto& [id, actor] : actors_) {
      if (actor->is_stored()) stored.push_back(actor);
    }
  }
  for (const auto& actor : stored) {
    NotStarted(actor, StartResult::kFailed);
    StandStill(actor);
  }
}

std::vector<Runner::Closed> Runner::Remove(const std::shared_ptr<Actor>& actor) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = actors_.find(actor->id);
    if (it != actors_.end() && it->second == actor) actors_.erase(it);  // a redrive may have its place
  }
  std::vector<TimerRecord> timers;
  std::vector<Closed> closed;
  {
    const std::lock_guard lock(actor->mutex);
    actor->removed = true;
    timers.swap(actor->far_timers);
    closed.swap(actor->closed);
  }
  for (const TimerRecord& timer : timers) timers_.Remove(timer.key);
  return closed;
}

void Runner::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  parks_ = false;
  activities_.Stop();
  timers_.Stop();
  map_runs_->StopThreads();
  scheduler_.Stop();
  committer_.Stop();
}

}  // namespace gait
