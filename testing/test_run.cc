#include "testing/test_run.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "api/gait.hpp"
#include "engine/json/write.h"

namespace gait {
namespace {

using SteadyClock = std::chrono::steady_clock;

double SecondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

struct Job {
  const TestFile* file;
  const TestCaseSpec* spec;
  FileReport* report;
  size_t place;  // among the report's cases
};

CaseRequest RequestOf(const Job& job, const TestRunOptions& options) {
  CaseRequest request;
  request.state_machine = job.file->state_machine;
  request.definition = ToJson(job.file->definition.value);
  request.type = job.file->type;
  request.input = job.spec->input;
  request.mocks = job.spec->mocks;
  request.targets_file = job.file->targets;
  request.execution_name = job.spec->execution_name;
  request.start_time = job.spec->start_time;
  request.log = options.log;
  request.real_time_max = options.case_time_max;
  return request;
}

// Gives what the execution took.
Taken Run(const Job& job, const TestRunOptions& options, CaseReport& report) {
  const auto start = SteadyClock::now();
  Taken taken;
  try {
    CaseOutcome outcome = RunCase(RequestOf(job, options));
    report.failures = CheckOutcome(job.spec->expect, outcome);
    report.path = std::move(outcome.path);
    report.elapsed = outcome.elapsed;
    taken = std::move(outcome.taken);
  } catch (const EngineError& e) {
    report.failures.push_back({"run", e.what(), {}});
  }
  report.result = report.failures.empty() ? CaseResult::kPassed : CaseResult::kFailed;
  report.real_seconds = SecondsSince(start);
  return taken;
}

std::vector<Job> JobsOf(const std::vector<TestFile>& files, const std::string& filter, TestReport& report) {
  std::vector<Job> jobs;
  report.files.reserve(files.size());  // the jobs point to them
  for (const TestFile& file : files) {
    FileReport& of_file = report.files.emplace_back();
    of_file.path = file.path;
    for (const TestCaseSpec& spec : file.cases) {
      if ((file.path + ": " + spec.name).find(filter) == std::string::npos) continue;
      jobs.push_back({&file, &spec, &of_file, of_file.cases.size()});
      CaseReport& of_case = of_file.cases.emplace_back();
      of_case.name = spec.name;
      of_case.position = spec.position;
    }
  }
  return jobs;
}

}  // namespace

size_t TestReport::Count(CaseResult result) const {
  size_t n = 0;
  for (const FileReport& file : files) {
    n += static_cast<size_t>(
        std::count_if(file.cases.begin(), file.cases.end(), [&](const CaseReport& c) { return c.result == result; }));
  }
  return n;
}

TestReport RunTests(const std::vector<TestFile>& files, const TestRunOptions& options) {
  const auto start = SteadyClock::now();
  TestReport report;
  const std::vector<Job> jobs = JobsOf(files, options.filter, report);
  std::atomic<size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;  // of the counts of each file
  const auto work = [&] {
    for (size_t i = 0; (i = next.fetch_add(1)) < jobs.size();) {
      if (options.bail && failed) return;
      CaseReport& of_case = jobs[i].report->cases[jobs[i].place];
      const Taken taken = Run(jobs[i], options, of_case);
      if (of_case.result == CaseResult::kFailed) failed = true;
      const std::lock_guard lock(mutex);
      jobs[i].report->taken.Add(taken);
    }
  };
  const size_t threads = std::min(jobs.size(), static_cast<size_t>(std::max(1, options.jobs)));
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  report.real_seconds = SecondsSince(start);
  return report;
}

}  // namespace gait
