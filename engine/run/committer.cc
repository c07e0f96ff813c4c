#include "engine/run/committer.h"

#include <algorithm>

#include "engine/base/check.h"

namespace gait {
namespace {

// Of the children of a run that begin together the last one says how far it is.
void MoveCursor(Batch& batch, const std::pair<int64_t, MapRunCursor>& cursor) {
  for (auto& other : batch.map_run_cursors) {
    if (other.first == cursor.first) return void(other.second = cursor.second);
  }
  batch.map_run_cursors.push_back(cursor);
}

}  // namespace

Committer::Committer(Store& store, const Clock& clock, std::function<void(const std::string&)> on_failure,
                     Executor* executor)
    : store_(store),
      clock_(clock),
      on_failure_(std::move(on_failure)),
      executor_(executor),
      next_segment_(store.next_ids().segment) {
  if (!store_.is_memory() && executor_ == nullptr) thread_ = std::thread([this] { Loop(); });
}

Committer::~Committer() { Stop(); }

void Committer::Submit(Commit commit) {
  if (!thread_.joinable() && executor_ == nullptr) {
    std::vector<Commit> one;
    one.push_back(std::move(commit));
    Write(one);
    return;
  }
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    wake = waiting_.empty();
    waiting_.push_back(std::move(commit));
  }
  if (!wake) return;
  if (executor_ == nullptr) return changed_.notify_one();
  executor_->Write([this] { WriteWaiting(); });
}

void Committer::Loop() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !waiting_.empty() || stopping_; });
      if (waiting_.empty()) return;
    }
    WriteWaiting();
  }
}

void Committer::WriteWaiting() {
  {
    const std::lock_guard lock(mutex_);
    writing_.swap(waiting_);
  }
  Write(writing_);
  writing_.clear();
}

void Committer::Write(std::vector<Commit>& commits) {
  std::string error;
  bool stored = false;
  {
    const std::lock_guard lock(writers_mutex_);
    stored = !failed_ && Append(commits, error);
    if (!stored) failed_ = true;
  }
  for (Commit& c : commits) {
    if (!c.done) continue;
    const bool refused = c.state != nullptr && c.state->refused;
    c.done(!stored ? CommitResult::kStoreFailed : refused ? CommitResult::kNameTaken : CommitResult::kDurable);
  }
  if (!error.empty()) on_failure_(error);
}

bool Committer::Append(std::vector<Commit>& commits, std::string& error) {
  Batch batch;
  std::vector<size_t> start_of(commits.size());  // 1 + the place of the commit's start in the batch
  ++batch_;
  for (size_t i = 0; i < commits.size(); ++i) {
    Commit& c = commits[i];
    if (c.map_run) batch.map_runs.push_back(*c.map_run);
    batch.timers_until = std::max(batch.timers_until, c.timers_until);
    batch.timers.insert(batch.timers.end(), c.timers.begin(), c.timers.end());
    if (c.state == nullptr || c.state->refused) continue;
    if (c.start) {
      batch.starts.push_back({*c.start, false});
      start_of[i] = batch.starts.size();
    }
    if (c.map_run_cursor) MoveCursor(batch, *c.map_run_cursor);
    if (c.had_timers) batch.without_timers.push_back(c.execution_id);
    if (c.events.empty()) continue;
    if (c.state->batch != batch_) {
      c.state->batch = batch_;
      c.state->place = batch.segments.size();
      const int64_t id = next_segment_++;
      batch.segments.push_back({id, c.execution_id, std::exchange(c.state->last_segment, id), {}});
      batch.progressed.push_back({c.execution_id, id, ExecutionStatus::kRunning, {}});
    }
    batch.segments[c.state->place].events += c.events;
    Batch::Progressed& progressed = batch.progressed[c.state->place];
    progressed.status = c.status;
    progressed.stopped_at = c.stopped_at;
    progressed.redrive_count = c.redrive_count;
    progressed.redriven_at = c.redriven_at;
    progressed.map_redrive = c.map_redrive;
  }
  try {
    if (!batch.empty()) {
      store_.Append(batch, clock_.Now());
      commits_.fetch_add(1, std::memory_order_relaxed);
    }
  } catch (const EnvironmentError& e) {
    error = e.what();
    return false;
  }
  for (size_t i = 0; i < commits.size(); ++i) {
    if (start_of[i] != 0 && batch.starts[start_of[i] - 1].name_taken) commits[i].state->refused = true;
  }
  return true;
}

void Committer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace gait
