// What the world knows of a run that the histories do not tell, for the checks after it.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/task/task_id.h"

namespace gait::simulation {

struct Facts {
  uint64_t seed = 0;
  std::vector<Timestamp> restarts;           // when a process ended
  std::map<TaskId, Timestamp> answered;      // when the runner was first given the task's result by its listener
  std::map<TaskId, std::string> taken;       // by a token: what was said, and acknowledged as taken
  std::map<TaskId, Timestamp> heartbeat_at;  // the last that was acknowledged
  std::set<int64_t> aborted;                 // executions that somebody asked to be ended
  // In which redrive of its Map Run a part of a child ran: by the child and how often it was redriven itself.
  std::map<std::pair<int64_t, int64_t>, int64_t> map_redrives;

  // What somebody asked Map Runs to tolerate, and how many children to run at a time, by their ARNs.
  std::map<std::string, std::vector<int64_t>> tolerated, concurrency;
  std::map<std::string, std::string> objects;  // that ResultWriters have written, by their keys
  bool object_failed = false;                  // something of them, or of what was read, once

  // Of the last restart before `t`; 0: there was none.
  Timestamp RestartBefore(Timestamp t) const {
    Timestamp last;
    for (const Timestamp r : restarts) {
      if (r < t) last = std::max(last, r);
    }
    return last;
  }

  bool RestartedWithin(Timestamp from, Timestamp to) const {
    for (const Timestamp t : restarts) {
      if (t >= from && t <= to) return true;
    }
    return false;
  }
};

}  // namespace gait::simulation
