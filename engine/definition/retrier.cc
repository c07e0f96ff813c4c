#include "engine/definition/retrier.h"

#include <algorithm>
#include <cmath>

#include "engine/base/error_names.h"
#include "engine/definition/catcher.h"
#include "engine/json/document.h"

namespace gait {
namespace {

constexpr std::string_view kJitterStrategies[] = {"NONE", "FULL"};

constexpr FieldRow kFields[] = {
    Text("Comment"),
    Structure("ErrorEquals", FieldType::kArray, /*required=*/true),
    Number("IntervalSeconds", 0, kSecondsMax),
    Integer("MaxAttempts", 0, kSecondsMax),
    Number("BackoffRate", 1, std::numeric_limits<double>::infinity()),
    Integer("MaxDelaySeconds", 1, 31'622'400),
    Enum("JitterStrategy", kJitterStrategies),
};

// A delay beyond this would overflow nothing, and no execution lasts as long.
constexpr double kDelaySecondsMax = 366.0 * 86'400;

}  // namespace

FieldTable RetrierFields() { return kFields; }

Duration Retrier::Delay(int taken, Random& random) const {
  double seconds = interval_seconds * std::pow(backoff_rate, taken);
  seconds = std::min({seconds, max_delay_seconds.value_or(kDelaySecondsMax), kDelaySecondsMax});
  if (full_jitter) seconds *= random.NextDouble();
  return Duration::Milliseconds(static_cast<int64_t>(std::llround(seconds * 1000)));
}

std::optional<size_t> MatchingRetrier(const std::vector<Retrier>& retriers, const WorkflowError& error,
                                      bool by_heartbeat) {
  for (size_t i = 0; i < retriers.size(); ++i) {
    const auto& names = retriers[i].error_equals;
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return ErrorMatches(name, error, by_heartbeat); })) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<size_t> FindRetrier(const std::vector<Retrier>& retriers, const WorkflowError& error, bool by_heartbeat,
                                  const std::vector<int>& taken) {
  const auto matching = MatchingRetrier(retriers, error, by_heartbeat);
  if (!matching) return std::nullopt;
  const int so_far = *matching < taken.size() ? taken[*matching] : 0;
  return so_far < retriers[*matching].max_attempts ? matching : std::nullopt;
}

std::vector<Retrier> ReadRetriers(const FieldReader& state) {
  std::vector<Retrier> retriers;
  const Value* array = state.Get("Retry");
  if (array == nullptr) return retriers;
  for (size_t i = 0; i < array->size(); ++i) {
    const Place place = state.place().Key("Retry").Index(i);
    if (IsPlaceholder(array->items()[i])) continue;
    if (!array->items()[i].is_object()) {
      state.report().Add("bad-type", place, "Expected value of type [OBJECT]");
      continue;
    }
    const FieldReader entry(array->items()[i], place, QueryLanguage::kJsonPath, {kFields}, {}, state.report());
    Retrier r;
    r.error_equals = ReadErrorEquals(entry, i, array->size());
    r.interval_seconds = entry.Number("IntervalSeconds").value_or(1);
    r.max_attempts = static_cast<int64_t>(entry.Number("MaxAttempts").value_or(3));
    r.backoff_rate = entry.Number("BackoffRate").value_or(2);
    r.max_delay_seconds = entry.Number("MaxDelaySeconds");
    r.full_jitter = entry.Text("JitterStrategy").value_or("NONE") == "FULL";
    retriers.push_back(std::move(r));
  }
  return retriers;
}

}  // namespace gait
