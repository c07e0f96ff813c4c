#include "engine/base/prometheus.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("Prometheus's text format") {
  PrometheusText text;
  text.Family("requests", "counter", "How many there were.");
  text.Sample("requests", {}, uint64_t{3});
  text.Sample("requests", {{"a", "b"}, {"c", "\"\\\n"}}, 0.25);
  CHECK(text.Take() ==
        "# HELP requests How many there were.\n"
        "# TYPE requests counter\n"
        "requests 3\n"
        "requests{a=\"b\",c=\"\\\"\\\\\\n\"} 0.25\n");
}

TEST_CASE("a histogram counts up to each bound") {
  constexpr double kBounds[] = {0.5, 10};
  Histogram histogram(kBounds);
  for (const double value : {0.5, 0.75, 10.0, 11.0}) histogram.Observe(value);
  CHECK(histogram.count() == 4);
  PrometheusText text;
  histogram.Write(text, "h", "m", "x");
  CHECK(text.Take() ==
        "h_bucket{m=\"x\",le=\"0.5\"} 1\n"
        "h_bucket{m=\"x\",le=\"10\"} 3\n"
        "h_bucket{m=\"x\",le=\"+Inf\"} 4\n"
        "h_sum{m=\"x\"} 22.25\n"
        "h_count{m=\"x\"} 4\n");
}

}  // namespace
}  // namespace gait
