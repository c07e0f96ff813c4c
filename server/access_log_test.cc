#include "server/access_log.h"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/gait.hpp"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

std::string ReadAll(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST_CASE("a line of the access log") {
  AccessRecord record;
  record.time = *ParseTimestamp("2016-03-14T01:59:00.123Z");
  record.request_id = "id";
  record.client = "127.0.0.1";
  record.operation = "StartExecution";
  record.status = 200;
  record.duration_ms = 1.25;
  record.bytes_in = 100;
  record.bytes_out = 200;
  CHECK(AccessLogLine(record) ==
        "{\"time\":\"2016-03-14T01:59:00.123Z\",\"request_id\":\"id\",\"client\":\"127.0.0.1\",\"operation\":"
        "\"StartExecution\",\"status\":200,\"duration_ms\":1.250,\"bytes_in\":100,\"bytes_out\":200}\n");
  record.status = 400;
  record.error_code = "InvalidArn";
  record.access_key_id = "A\"\n\xe4\xb8";
  CHECK(AccessLogLine(record).ends_with(
      ",\"status\":400,\"error_code\":\"InvalidArn\",\"duration_ms\":1.250,\"bytes_in\":100,\"bytes_out\":200,"
      "\"access_key_id\":\"A\\\"???\"}\n"));
  const std::string endless(100'000, 'x');
  record.access_key_id = endless;
  CHECK(AccessLogLine(record).size() < 1000);
}

TEST_CASE("lines are written in their order, to the file that has the name") {
  const TempFolder folder;
  const std::string file = folder.File("access.log"), old = folder.File("access.log.1");
  {
    AccessLog log(file, {});
    log.Add("one\n");
    log.Add("two\n");
    while (ReadAll(file) != "one\ntwo\n") std::this_thread::yield();
    std::filesystem::rename(file, old);
    log.Reopen();
    while (!std::filesystem::exists(file)) std::this_thread::yield();
    log.Add("three\n");
  }
  CHECK(ReadAll(old) == "one\ntwo\n");
  CHECK(ReadAll(file) == "three\n");
  AccessLog(file, {}).Add("four\n");
  CHECK(ReadAll(file) == "three\nfour\n");
  CHECK_THROWS_AS(AccessLog(folder.File("no/such"), {}), EngineError);
}

TEST_CASE("lines that the disk does not take are counted, and said once") {
  std::atomic<int> said = 0;
  AccessLog log("/dev/full", [&](std::string_view line) {
    CHECK(line == "cannot write the access log /dev/full: No space left on device");
    ++said;
  });
  for (uint64_t i = 1; i <= 3; ++i) {
    log.Add("one\n");
    while (log.dropped() != i) std::this_thread::yield();
  }
  CHECK(said == 1);
}

}  // namespace
}  // namespace gait
