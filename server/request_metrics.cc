#include "server/request_metrics.h"

#include "api/operation_table.h"

namespace gait {
namespace {

// Seconds: GetActivityTask waits for a minute.
constexpr double kBounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

constexpr std::string_view kOthers[] = {"/health", "/metrics", "other"};

}  // namespace

RequestMetrics::Row::Row(std::string_view operation) : name(operation), durations(kBounds) {}

RequestMetrics::RequestMetrics() {
  for (const Operation& operation : Operations()) rows_.push_back(std::make_unique<Row>(operation.name));
  for (const std::string_view name : kOthers) rows_.push_back(std::make_unique<Row>(name));
  for (size_t i = 0; i < rows_.size(); ++i) places_.emplace(rows_[i]->name, i);
}

size_t RequestMetrics::PlaceOf(std::string_view operation) const {
  const auto it = places_.find(operation);
  return it == places_.end() ? rows_.size() - 1 : it->second;
}

std::string_view RequestMetrics::NameAt(size_t place) const { return rows_[Known(place)]->name; }

void RequestMetrics::Count(size_t place, int status, std::string_view error_code, double seconds) {
  place = Known(place);
  Row& row = *rows_[place];
  row.durations.Observe(seconds);
  if (status == 200) {
    row.succeeded.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::lock_guard lock(mutex_);
  ++refused_[{place, status, std::string(error_code)}];
}

void RequestMetrics::Write(PrometheusText& text) const {
  text.Family("gait_requests_total", "counter", "Requests that were answered, by HTTP status and AWS's error code.");
  for (const auto& row : rows_) {
    const uint64_t succeeded = row->succeeded.load(std::memory_order_relaxed);
    if (succeeded == 0) continue;
    text.Sample("gait_requests_total", {{"operation", row->name}, {"status", "200"}, {"error", ""}}, succeeded);
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, count] : refused_) {
      const auto& [place, status, error] = key;
      text.Sample("gait_requests_total",
                  {{"operation", rows_[place]->name}, {"status", std::to_string(status)}, {"error", error}}, count);
    }
  }
  text.Family("gait_request_duration_seconds", "histogram",
              "From the first byte of a request to the last of its answer.");
  for (const auto& row : rows_) {
    if (row->durations.count() != 0)
      row->durations.Write(text, "gait_request_duration_seconds", "operation", row->name);
  }
}

}  // namespace gait
