#include "engine/run/activities.h"

namespace gait {

Activities::Activities(const Clock& clock, TimerQueue& timers, size_t pollers_max, GiveOut give_out)
    : clock_(clock), timers_(timers), pollers_max_(pollers_max), give_out_(std::move(give_out)) {}

void Activities::Register(std::string_view arn) {
  const std::lock_guard lock(mutex_);
  registered_.emplace(arn);
}

void Activities::Unregister(std::string_view arn) {
  const std::lock_guard lock(mutex_);
  if (const auto found = registered_.find(arn); found != registered_.end()) registered_.erase(found);
}

bool Activities::HasActivity(std::string_view arn) const {
  const std::lock_guard lock(mutex_);
  return registered_.contains(arn);
}

void Activities::Add(std::string_view arn, const TaskId& task) {
  const std::string key(arn);
  {
    const std::lock_guard lock(mutex_);
    const uint64_t place = next_place_++;
    activities_[key].tasks.emplace(place, task);
    places_.emplace(task, std::pair(key, place));
  }
  Match(key);
}

void Activities::Remove(const TaskId& task) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(task);
  if (found == places_.end()) return;
  const auto& [arn, place] = found->second;
  const auto activity = activities_.find(arn);
  activity->second.tasks.erase(place);
  if (activity->second.tasks.empty() && activity->second.pollers.empty()) activities_.erase(activity);
  places_.erase(found);
}

void Activities::DropGone(Activity& activity) {
  std::erase_if(activity.pollers, [](const auto& poller) { return !poller->awaiting(); });
}

void Activities::Poll(std::string_view arn, Value worker, std::function<bool()> awaiting, Polled polled) {
  const std::string key(arn);
  auto poller = std::make_shared<Poller>(Poller{std::move(worker), std::move(awaiting), std::move(polled)});
  PollStatus refused = PollStatus::kTask;
  {
    const std::lock_guard lock(mutex_);
    Activity& activity = activities_[key];
    if (activity.pollers.size() >= pollers_max_) DropGone(activity);
    if (stopping_) {
      refused = PollStatus::kNone;
    } else if (activity.pollers.size() >= pollers_max_) {
      refused = PollStatus::kTooMany;
    } else {
      activity.pollers.push_back(poller);
    }
  }
  if (refused != PollStatus::kTask) return poller->polled(refused, {});
  timers_.Add(clock_.Now() + kActivityPoll, [this, key, weak = std::weak_ptr(poller)] {
    if (const auto p = weak.lock()) TimeOut(key, p);
  });
  Match(key);
}

void Activities::Match(const std::string& arn) {
  for (;;) {
    std::shared_ptr<Poller> poller;
    TaskId task;
    {
      const std::lock_guard lock(mutex_);
      const auto found = activities_.find(arn);
      if (found == activities_.end()) return;
      Activity& activity = found->second;
      if (activity.tasks.empty()) return;
      while (!activity.pollers.empty() && !activity.pollers.front()->awaiting()) activity.pollers.pop_front();
      if (activity.pollers.empty()) return;
      poller = activity.pollers.front();
      activity.pollers.pop_front();
      task = activity.tasks.begin()->second;
      activity.tasks.erase(activity.tasks.begin());
      places_.erase(task);
      if (activity.tasks.empty() && activity.pollers.empty()) activities_.erase(found);
    }
    GiveTo(arn, task, poller);
  }
}

void Activities::GiveTo(const std::string& arn, const TaskId& task, const std::shared_ptr<Poller>& poller) {
  give_out_(task, poller->worker, [this, arn, poller](PollStatus status, const ActivityTask& given) {
    bool again = false;
    {
      const std::lock_guard lock(mutex_);
      // The task was gone: the worker waits on, as the first. Its time may be over by now.
      again = status == PollStatus::kNone && poller->waits && !stopping_;
      if (again) activities_[arn].pollers.push_front(poller);
      if (!again) poller->waits = false;
    }
    if (again) return Match(arn);
    poller->polled(status, given);
  });
}

void Activities::TimeOut(const std::string& arn, const std::shared_ptr<Poller>& poller) {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(poller->waits, false)) return;
    const auto found = activities_.find(arn);
    // A worker that is just being given a task is not among them, and gets that, or nothing.
    if (found == activities_.end() || std::erase(found->second.pollers, poller) == 0) return;
    if (found->second.tasks.empty() && found->second.pollers.empty()) activities_.erase(found);
  }
  poller->polled(PollStatus::kNone, {});
}

void Activities::Stop() {
  std::vector<std::shared_ptr<Poller>> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [arn, activity] : activities_) {
      for (const auto& poller : activity.pollers) {
        poller->waits = false;
        waiting.push_back(poller);
      }
      activity.pollers.clear();
    }
  }
  for (const auto& poller : waiting) poller->polled(PollStatus::kNone, {});
}

}  // namespace gait
