#include "server/service.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("which pages are this machine's") {
  for (const char* origin : {"http://localhost", "http://localhost:3000", "https://127.0.0.1:8083", "http://[::1]:3000",
                             "http://console.localhost:80"}) {
    INFO(origin);
    CHECK(IsLocalOrigin(origin));
  }
  for (const char* origin : {"", "null", "http://example.com", "http://127.0.0.1.example.com",
                             "http://localhost.example", "http://127.example.com", "http://[fe80::1]"}) {
    INFO(origin);
    CHECK_FALSE(IsLocalOrigin(origin));
  }
}

TEST_CASE("what was asked of the server is counted by operation") {
  RequestMetrics metrics;
  metrics.Count(metrics.PlaceOf("StartExecution"), 200, "", 0.002);
  metrics.Count(metrics.PlaceOf("StartExecution"), 400, "InvalidArn", 0.002);
  metrics.Count(metrics.PlaceOf("NoSuchOperation"), 400, "UnknownOperationException", 0.002);
  metrics.Count(SIZE_MAX, 413, "", 0.002);
  PrometheusText text;
  metrics.Write(text);
  const std::string all = text.Take();
  for (const char* line :
       {"gait_requests_total{operation=\"StartExecution\",status=\"200\",error=\"\"} 1\n",
        "gait_requests_total{operation=\"StartExecution\",status=\"400\",error=\"InvalidArn\"} 1\n",
        "gait_requests_total{operation=\"other\",status=\"400\",error=\"UnknownOperationException\"} 1\n",
        "gait_requests_total{operation=\"other\",status=\"413\",error=\"\"} 1\n",
        "gait_request_duration_seconds_bucket{operation=\"StartExecution\",le=\"0.001\"} 0\n",
        "gait_request_duration_seconds_bucket{operation=\"StartExecution\",le=\"0.0025\"} 2\n",
        "gait_request_duration_seconds_count{operation=\"StartExecution\"} 2\n"}) {
    INFO(all);
    CHECK(all.find(line) != std::string::npos);
  }
  CHECK(all.find("ListActivities") == std::string::npos);  // nobody asked
}

}  // namespace
}  // namespace gait
