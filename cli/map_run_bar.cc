#include "cli/map_run_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gait::cli {
namespace {

constexpr int64_t kColumns = 20;
constexpr std::chrono::seconds kWindow(10);
constexpr double kShortest = 0.2;  // seconds that a rate is told from

std::string Bar(int64_t done, int64_t total) {
  const int64_t full = total == 0 ? kColumns : kColumns * std::min(done, total) / total;
  return "[" + std::string(static_cast<size_t>(full), '#') + std::string(static_cast<size_t>(kColumns - full), '.') +
         "]";
}

std::string RateText(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 9.95 ? "%.1f/s" : "%.0f/s", rate);
  return text;
}

std::string TimeLeft(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  for (const Unit& unit : {Unit{86'400, "d"}, Unit{3'600, "h"}, Unit{60, "min"}}) {
    if (seconds < 2 * unit.seconds) continue;
    char text[48];
    std::snprintf(text, sizeof text, "%.0f %s left", seconds / unit.seconds, unit.name);
    return text;
  }
  return std::to_string(static_cast<int64_t>(std::ceil(seconds))) + " s left";
}

}  // namespace

double MapRunBar::Rate(int64_t done, Time now) {
  if (!done_.empty() && done < done_.back().second) done_.clear();  // redriven
  done_.emplace_back(now, done);
  while (now - done_.front().first > kWindow && done_.size() > 2) done_.pop_front();
  const double seconds = std::chrono::duration<double>(now - done_.front().first).count();
  return seconds < kShortest ? 0 : static_cast<double>(done - done_.front().second) / seconds;
}

std::string MapRunBar::Draw(const MapRunRecord& run, const MapRunTallies& tallies, Time now) {
  if (!run.counted) return "counts items";
  const int64_t failed = tallies.failed.items + tallies.timed_out.items + tallies.aborted.items;
  const int64_t done = tallies.succeeded.items + failed;
  const double rate = Rate(done, now);
  std::string text = Bar(done, run.total_items) + " " + std::to_string(done) + "/" + std::to_string(run.total_items);
  const int64_t left = run.total_items - done;
  if (rate > 0 && left > 0) text += " " + RateText(rate);
  if (failed > 0) text += " " + std::to_string(failed) + " failed";
  if (rate > 0 && left > 0) text += " " + TimeLeft(static_cast<double>(left) / rate);
  return text;
}

}  // namespace gait::cli
