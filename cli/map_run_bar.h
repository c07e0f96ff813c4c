// What the line on the terminal says of a Map Run that goes on.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <utility>

#include "engine/store/store.h"

namespace gait::cli {

class MapRunBar {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // [########............] 412/1000 38/s 3 failed 15 s left
  // Items; what failed, timed out or was aborted is done, too. The rate is that of the last ten seconds, and with it
  // goes the time that is left; neither stands there while nothing is done, or when all is: then the results are
  // written. `now` does not go back.
  std::string Draw(const MapRunRecord& run, const MapRunTallies& tallies, Time now);

 private:
  // Items a second; 0 if it cannot be told.
  double Rate(int64_t done, Time now);

  std::deque<std::pair<Time, int64_t>> done_;  // how many were done when, of the last seconds
};

}  // namespace gait::cli
