// When a failed state is tried again. https://states-language.net/#errors, "Retrying after error"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/timestamp.h"
#include "engine/definition/field_reader.h"

namespace gait {

struct Retrier {
  std::vector<std::string> error_equals;
  double interval_seconds = 1;
  int64_t max_attempts = 3;  // 0: never
  double backoff_rate = 2;
  std::optional<double> max_delay_seconds;
  bool full_jitter = false;

  // How long to wait before retry `taken` + 1: interval * rate ^ taken, at most the maximum; with full jitter a random
  // part of it. In whole milliseconds.
  Duration Delay(int taken, Random& random) const;
};

// The place of the first Retrier that takes the error, whether or not it has attempts left; empty if none does.
std::optional<size_t> MatchingRetrier(const std::vector<Retrier>& retriers, const WorkflowError& error,
                                      bool by_heartbeat);

// The place of the first Retrier that takes the error and has attempts left; empty if none does. The first Retrier that
// matches decides: one whose attempts are used up ends the retries. `taken` is how often each was used in this state.
std::optional<size_t> FindRetrier(const std::vector<Retrier>& retriers, const WorkflowError& error, bool by_heartbeat,
                                  const std::vector<int>& taken);

FieldTable RetrierFields();

// Reads `Retry`, reporting what is wrong with it.
std::vector<Retrier> ReadRetriers(const FieldReader& state);

}  // namespace gait
