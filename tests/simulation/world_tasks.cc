// Those who do tasks, hold tokens, and poll for activities.
#include <algorithm>

#include "tests/simulation/history_tree.h"
#include "tests/simulation/one_world.h"

namespace gait::simulation {
namespace {

using T = EventType;

bool IsStarted(T type) {
  return type == T::kTaskStarted || type == T::kLambdaFunctionStarted || type == T::kActivityStarted;
}

}  // namespace

bool World::IsStartDurable(const TaskId& id) {
  std::optional<BranchId> branch;
  for (const HistoryEvent& e : HistoryOf(id.execution)) {
    if (e.id == id.scheduled_event && e.id != 0) branch = e.branch;
    if (branch == e.branch && IsStarted(e.type)) return true;
  }
  return false;
}

bool World::IsAwaited(const TaskId& id) {
  const Progress progress = Folded(HistoryOf(id.execution));
  for (const Branch* b : progress.branches()) {
    if (b->task != nullptr && b->task->scheduled_event == id.scheduled_event) return true;
  }
  return false;
}

void World::GivenOut(const Process& process, const TaskId& id, bool idempotent) {
  Require(!process.store().fenced() || idempotent, kFenced, "a process that lost the store gave out a task");
  Require(IsStartDurable(id), kJournalFirst,
          "task " + std::to_string(id.scheduled_event) + " of execution " + std::to_string(id.execution) +
              " was given out before that was durable");
  const auto [given, first] = given_out_.emplace(id, process.generation());
  Require(first || (idempotent && given->second != process.generation()), kOnceOnly,
          "task " + std::to_string(id.scheduled_event) + " of execution " + std::to_string(id.execution));
  given->second = process.generation();
  heard_by_[id] = clock_.Now();
}

TaskId World::GivenOutByExpress(const Process& process, const TaskRequest& request) {
  const ExpressRuns::Run& run = express_.At(process.generation(), request.execution_arn);
  const TaskId id{run.number, request.id.scheduled_event - run.shift};
  Require(given_out_.emplace(id, process.generation()).second, kOnceOnly,
          "task " + std::to_string(id.scheduled_event) + " of " + request.execution_arn);
  return id;
}

void World::StartTask(Process& process, TaskRequest request, std::shared_ptr<TaskListener> listener) {
  const int generation = process.generation();
  MayDie(generation);
  const bool express = request.execution_arn.find(":express:") != std::string::npos;
  if (express) {
    request.id = GivenOutByExpress(process, request);
  } else {
    GivenOut(process, request.id, process.IsIdempotent(request));
  }
  const TaskPlan plan = PlanOf(facts_.seed, request.parameters);
  if (const Value* token = request.parameters.Find("token")) {
    HoldToken(std::string(token->as_string()), plan);
    const auto submitted = [listener] { listener->Submitted(Value::Object({{"took", Value::Bool(true)}})); };
    if (OneIn(2)) return submitted();
    return After(Soon(2000), submitted, generation);
  }
  if (plan.kind != TaskPlan::Kind::kNeverAnswers) {
    const auto answer = [this, listener, plan, id = request.id, express, generation] {
      if (express || (process_ && process_->generation() == generation)) facts_.answered.emplace(id, clock_.Now());
      if (plan.kind == TaskPlan::Kind::kSucceeds) return listener->Succeeded(plan.output);
      listener->Failed({plan.error, plan.cause});
    };
    if (plan.delay.ms != 0) return After(plan.delay, answer, generation);
    answer();
  }
  MayDie(generation);
}

void World::HoldToken(const std::string& text, const TaskPlan& plan) {
  // An idempotent target may be given its task, and the token in it, once more.
  const auto same = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& t) { return t.text == text; });
  const auto token = static_cast<size_t>(same - tokens_.begin());
  if (same == tokens_.end()) tokens_.push_back({text, ReadTaskToken(text)->task, plan});
  if (OneIn(4)) After(Soon(6000), [this, token] { Forge(token); });
  if (plan.heartbeat_every.ms != 0) {
    After(plan.heartbeat_every, [this, token, left = plan.heartbeats] { SendHeartbeat(token, left); });
  }
  if (plan.kind == TaskPlan::Kind::kNeverAnswers) return;
  Duration delay = plan.delay;
  for (int i = 0; i < plan.answers; ++i) {
    After(delay, [this, token] { Answer(token); });
    delay.ms += Soon(6000).ms;
  }
}

void World::Forge(size_t number) {
  if (process_ == nullptr || process_->runner().failed()) return;
  std::string text = tokens_[number].text;
  text.back() = text.back() == 'A' ? 'B' : 'A';
  const TaskToken token = *ReadTaskToken(text);
  process_->runner().AnswerTask(
      token, TaskSucceeded{token.task.scheduled_event, Payload(Value::Null())},
      [](Runner::TokenUse use) { Require(use != Runner::TokenUse::kTaken, kTokenOnce, "a forged token was taken"); });
}

void World::SendHeartbeat(size_t number, int left) {
  if (left == 0 || tokens_[number].taken || tokens_[number].refused) return;
  After(tokens_[number].plan.heartbeat_every, [this, number, left] { SendHeartbeat(number, left - 1); });
  if (process_ == nullptr || process_->runner().failed()) return;
  const TaskToken token = *ReadTaskToken(tokens_[number].text);
  if (planted_ == Planted::kHeartbeatLost) return Heard(token.task, clock_.Now());
  process_->runner().AnswerTask(
      token, TaskHeartbeat{token.task.scheduled_event},
      [this, number, generation = process_->generation(), sent = clock_.Now()](Runner::TokenUse use) {
        if (!Lives(generation)) return;
        Token& t = tokens_[number];
        if (use == Runner::TokenUse::kNotAwaited) Refused(t, generation);
        if (use == Runner::TokenUse::kTaken && generation == generation_) Heard(t.task, sent);
      });
}

void World::Heard(const TaskId& task, Timestamp sent) {
  facts_.heartbeat_at[task] = std::max(facts_.heartbeat_at[task], sent);
  heard_by_[task] = clock_.Now();
}

void World::Answer(size_t number) {
  Process* const process = Reach();
  if (process == nullptr) return After(Soon(3000), [this, number] { Answer(number); });
  const TaskPlan& plan = tokens_[number].plan;
  TaskToken token = *ReadTaskToken(tokens_[number].text);
  if (planted_ == Planted::kTokenTwice && tokens_[number].taken) token = TokenOfNextAttempt(number);
  const int64_t event = token.task.scheduled_event;
  Message message = plan.kind == TaskPlan::Kind::kSucceeds ? Message(TaskSucceeded{event, Payload(plan.output)})
                                                           : Message(TaskFailed{event, {plan.error, plan.cause}});
  process->runner().AnswerTask(
      token, std::move(message), [this, number, generation = process->generation()](Runner::TokenUse use) {
        if (!Lives(generation)) return;
        Token& t = tokens_[number];
        switch (use) {
          case Runner::TokenUse::kTaken:
            Require(!t.taken, kTokenOnce,
                    "the token of event " + std::to_string(t.task.scheduled_event) + " was taken twice");
            Require(!IsAwaited(t.task), Lost(generation), "a token's answer is not durable");
            MayDie(generation);
            t.taken = true;
            break;
          case Runner::TokenUse::kNotAwaited: Refused(t, generation); break;
          case Runner::TokenUse::kFailed: After(Soon(3000), [this, number] { Answer(number); }); break;
        }
      });
}

void World::Refused(Token& t, int generation) {
  if (generation != generation_) return;  // who has lost the store does not know what was begun since
  Require(!IsAwaited(t.task), kTokenOnce,
          "the token of event " + std::to_string(t.task.scheduled_event) + " was refused, and its task waits");
  t.refused = true;
}

TaskToken World::TokenOfNextAttempt(size_t number) {
  for (const Token& t : tokens_) {
    if (t.task.execution == tokens_[number].task.execution && !t.taken && !t.refused) return *ReadTaskToken(t.text);
  }
  return *ReadTaskToken(tokens_[number].text);
}

void World::Poll(size_t worker) {
  if (workers_[worker].polls) return;
  Process* const process = Reach();
  if (process == nullptr) return After(Soon(3000), [this, worker] { Poll(worker); });
  const int generation = process->generation();
  workers_[worker].polls = true;
  process->runner().PollActivity(
      workers_[worker].activity, Value::String("worker"), [] { return true; },
      [this, worker, generation](PollStatus status, const ActivityTask& task) {
        if (!Lives(generation)) return;
        MayDie(generation);
        workers_[worker].polls = false;
        After(Soon(4000), [this, worker] { Poll(worker); });
        if (status != PollStatus::kTask) return;
        const Process& from = process_ && process_->generation() == generation ? *process_ : *zombie_;
        GivenOut(from, ReadTaskToken(task.token)->task, /*idempotent=*/false);
        HoldToken(task.token, PlanOf(facts_.seed, task.input.value()));
      });
}

}  // namespace gait::simulation
