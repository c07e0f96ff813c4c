// A test file (*.test.yaml, *.test.json): which cases a definition is tested with. For people:
// docs/testing-workflows.md; for editors: schemas/test.schema.json.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/definition/state_machine.h"
#include "engine/history/fold.h"
#include "engine/json/document.h"
#include "testing/case_run.h"
#include "testing/compare.h"

namespace gait {

struct ExpectedCalls {
  std::optional<int64_t> count;
  std::optional<Value> arguments;  // an array: one for each call
  Match match = Match::kExact;     // of these
};

// What is not there is not looked at; but the status always is.
struct Expectations {
  std::optional<ExecutionStatus> status;  // empty: any but kSucceeded
  std::optional<Value> output, output_matches;
  std::optional<std::string> error, cause, cause_matches;
  std::optional<Value> path, path_includes, path_excludes;  // arrays of texts
  std::map<std::string, ExpectedCalls> calls;               // by state
  std::optional<double> elapsed_at_least, elapsed_at_most;  // seconds
  std::optional<Value> variables;                           // an object
};

struct TestCaseSpec {
  std::string name;
  SourcePosition position;  // in the test file
  Value input = Value::Object();
  StateMocks mocks;  // the file's, and those of its mock configuration, among them
  std::string execution_name;
  std::optional<Timestamp> start_time;
  Expectations expect;
};

// A definition that is tested. Immutable; test files of one definition, with the same substitutions, have each its own.
struct TestedDefinition {
  std::string path;
  std::string source;
  DocumentFormat format = DocumentFormat::kJson;
  Value value;  // placeholders filled in
  std::shared_ptr<const StateMachine> machine;
};

struct TestFile {
  std::string path;
  std::string state_machine;
  StateMachineType type = StateMachineType::kStandard;
  std::string targets;  // a path; "" if there are none
  TestedDefinition definition;
  std::vector<TestCaseSpec> cases;
};

// What is wrong with one of the files.
struct FileFindings {
  std::string file;
  std::string source;
  Diagnostics diagnostics;
};

struct TestFileParse {
  TestFile test;                       // of use if there are no errors
  std::vector<FileFindings> findings;  // of the test file and of those that it names; those without any are not there
  std::vector<std::string> files;      // all that were read, or should have been

  bool ok() const;
};

// The bytes of a file; empty if it cannot be read, or is larger than 16 MiB.
using ReadBytes = std::function<std::optional<std::string>(const std::string& path)>;
std::optional<std::string> ReadFileBytes(const std::string& path);

// Reads the test file at `path`, and what it names. Finds all that is wrong with it.
TestFileParse ReadTestFile(const std::string& path, const ReadBytes& read = ReadFileBytes);

// The findings that there are, for the documentation.
struct TestFileRule {
  std::string_view id;  // stable
  Severity severity;
  std::string_view summary;  // one line
};
std::span<const TestFileRule> TestFileRules();

}  // namespace gait
