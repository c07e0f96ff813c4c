#include "testing/test_run.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

// Cases 0 to 19 of a definition that waits for a day, of which number 7 fails.
std::vector<TestFile> Files() {
  std::string test = "definition: m.json\ncases:\n";
  for (int i = 0; i < 20; ++i) {
    test += "  - {name: case " + std::to_string(i) + ", mocks: {B: {Return: " + std::to_string(i) +
            "}}, expect: {elapsed: 86400, output: " + std::to_string(i == 7 ? 0 : i) + "}}\n";
  }
  TestFileParse parse = ReadTestFile("t.test.yaml", [&](const std::string& path) -> std::optional<std::string> {
    if (path == "t.test.yaml") return test;
    return R"({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 86400, "Next": "B"},
        "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}})";
  });
  REQUIRE(parse.ok());
  std::vector<TestFile> files;
  files.push_back(std::move(parse.test));
  return files;
}

TEST_CASE("cases run side by side, and are reported in their order") {
  const std::vector<TestFile> files = Files();
  TestRunOptions options;
  options.jobs = 4;
  const TestReport report = RunTests(files, options);
  REQUIRE(report.files.size() == 1);
  const std::vector<CaseReport>& cases = report.files[0].cases;
  REQUIRE(cases.size() == 20);
  for (size_t i = 0; i < cases.size(); ++i) {
    CHECK(cases[i].name == "case " + std::to_string(i));
    CHECK((cases[i].result == CaseResult::kPassed) == (i != 7));
    CHECK(cases[i].position.line == static_cast<int>(i) + 3);
    CHECK(cases[i].path == std::vector<std::string>{"A", "B"});
  }
  CHECK(report.files[0].taken.entered.at("B") == 20);
}

TEST_CASE("a filter leaves cases out; bailing out begins no more of them") {
  const std::vector<TestFile> files = Files();
  TestRunOptions options;
  options.filter = "case 1";
  CHECK(RunTests(files, options).Count(CaseResult::kPassed) == 11);  // 1 and 10 to 19
  options.filter = "t.test.yaml: case 7";
  CHECK(RunTests(files, options).Count(CaseResult::kFailed) == 1);
  options = {};
  options.bail = true;
  const TestReport bailed = RunTests(files, options);
  CHECK(bailed.Count(CaseResult::kPassed) == 7);
  CHECK(bailed.Count(CaseResult::kFailed) == 1);
  CHECK(bailed.Count(CaseResult::kSkipped) == 12);
}

}  // namespace
}  // namespace gait
