#include "testing/test_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "api/request_checks.h"
#include "engine/base/check.h"
#include "engine/definition/compile.h"
#include "engine/json/write.h"
#include "integrations/targets.h"
#include "states/state_table.h"
#include "testing/test_case_reader.h"

namespace gait {
namespace {

namespace fs = std::filesystem;
using namespace config_rule;
using namespace mock_rule;
using namespace test_rule;
using enum TestFieldType;

constexpr TestFileRule kRules[] = {
    {kInvalidText, Severity::kError, "the text is not JSON, or not YAML"},
    {kNotAnObject, Severity::kError, "the file, a section or an entry is not an object"},
    {kUnknownField, Severity::kError, "there is no such field"},
    {kDuplicateField, Severity::kError, "a field stands twice in its object"},
    {kBadType, Severity::kError, "the value has the wrong type"},
    {kMissingField, Severity::kError, "a required field is not there"},
    {kBadValue, Severity::kError, "the value is none of those that there are"},
    {kUnreadable, Severity::kError, "a file that is named cannot be read"},
    {kDuplicateCase, Severity::kError, "two cases have one name"},
    {kUnknownState, Severity::kError, "there is no such state in the definition"},
    {kNotATask, Severity::kError, "a mock, or calls, of a state that is no Task"},
    {kUnknownTestCase, Severity::kError, "the mock configuration has no such test case"},
    {kUnusedMock, Severity::kWarning, "a test case mocks a state that the definition does not have"},
    {kBadAttempts, Severity::kError, R"(the key is no attempt, as "0", and no range of them, as "1-3")"},
    {kOverlap, Severity::kError, "an attempt has two answers"},
    {kGap, Severity::kWarning, "an attempt before the last one has no answer"},
    {kNoAnswer, Severity::kError, "an entry has neither Return nor Throw, or a Throw without Error"},
    {kTwoAnswers, Severity::kError, "an entry has both Return and Throw"},
    {kContradiction, Severity::kError, "two expectations of a case cannot both hold"},
};

Severity SeverityOf(std::string_view rule) {
  const auto* row = std::find_if(std::begin(kRules), std::end(kRules), [&](const auto& r) { return r.id == rule; });
  GAIT_CHECK(row != std::end(kRules), "no such rule: " + std::string(rule));
  return row->severity;
}

constexpr TestField kFileFields[] = {{"$schema", kText},
                                     {"comment", kAny},
                                     {"definition", kText, /*required=*/true},
                                     {"type", kText},
                                     {"substitutions", kObject},
                                     {"targets", kText},
                                     {"mockConfig", kText},
                                     {"stateMachine", kText},
                                     {"context", kObject},
                                     {"mocks", kObject},
                                     {"cases", kArray, /*required=*/true}};
constexpr TestField kCaseFields[] = {{"comment", kAny},   {"name", kText, /*required=*/true},
                                     {"input", kAny},     {"context", kObject},
                                     {"testCase", kText}, {"mocks", kObject},
                                     {"expect", kObject}};
constexpr std::string_view kTypes[] = {"STANDARD", "EXPRESS"};

constexpr size_t kFileBytesMax = 16 * 1'048'576;

// `orders` for `a/orders.asl.json`.
std::string NameOf(const std::string& definition) {
  std::string name = fs::path(definition).filename().string();
  for (const std::string_view suffix : {".json", ".yaml", ".yml", ".asl"}) {
    if (name.ends_with(suffix) && name.size() > suffix.size()) name.resize(name.size() - suffix.size());
  }
  return IsValidName(name) ? name : "StateMachine";
}

void AppendTypes(const StateGraph& graph, std::map<std::string, std::string, std::less<>>& types) {
  for (size_t i = 0; i < graph.size(); ++i) {
    const State& state = graph.at(static_cast<int64_t>(i));
    types.emplace(state.name().as_string(), state.type());
    std::vector<const StateGraph*> within;
    state.AppendGraphs(within);
    for (const StateGraph* other : within) AppendTypes(*other, types);
  }
}

class Reader : TestCaseReader {
 public:
  Reader(const std::string& path, std::string_view text, const ReadBytes& read, TestFileParse& result)
      : TestCaseReader(text, FormatOfFile(path), SeverityOf), path_(path), read_(read), result_(result) {}

  void Read() {
    if (const auto file = Open(ParseWithoutPlaceholders())) {
      if (CheckFields(*file, Place(), kFileFields)) ReadFile(*file);
    }
    SortByPosition(diagnostics_);
    if (!diagnostics_.empty()) {
      result_.findings.insert(result_.findings.begin(), {path_, std::string(text_), std::move(diagnostics_)});
    }
  }

 private:
  void ReadFile(const Value& file) {
    TestFile& test = result_.test;
    test.path = path_;
    if (const auto type = TextOf(file, "type")) {
      if (std::find(std::begin(kTypes), std::end(kTypes), *type) == std::end(kTypes)) {
        AddUnknownName(kBadValue, Place().Key("type"), /*at_key=*/false, "'" + *type + "' is no type of state machine",
                       *type, kTypes, "one of:");
      }
      test.type = *type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
    }
    ReadDefinition(file);
    test.state_machine = TextOf(file, "stateMachine").value_or(NameOf(test.definition.path));
    if (!IsValidName(test.state_machine)) {
      AddAtValue(kBadValue, Place().Key("stateMachine"),
                 "'" + test.state_machine + "' cannot be a state machine's name",
                 "1 to 80 characters, without blanks and < > { } [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : /");
    }
    ReadTargetsFile(file);
    ReadMockConfigFile(file);
    if (const Value* mocks = ObjectOf(file, "mocks")) shared_mocks_ = ReadMocks(*mocks, Place().Key("mocks"));
    const Value* cases = ArrayOf(file, "cases");
    if (cases == nullptr) return;
    if (cases->size() == 0) AddAtValue(kMissingField, Place().Key("cases"), "There are no cases", "");
    for (size_t i = 0; i < cases->size(); ++i) ReadCase(file, cases->items()[i], Place().Key("cases").Index(i));
  }

  // The file that a field names, with its text; nothing if there is no such field, or it cannot be read.
  struct Named {
    std::string path, text;
  };
  std::optional<Named> ReadNamed(const Value& file, std::string_view field) {
    const auto name = TextOf(file, field);
    if (!name) return std::nullopt;
    const std::string path = (fs::path(path_).parent_path() / *name).lexically_normal().string();
    result_.files.push_back(path);
    auto text = read_(path);
    if (!text) {
      AddAtValue(kUnreadable, Place().Key(field), "Cannot read " + path, "paths are relative to the test file");
      return std::nullopt;
    }
    return Named{path, *std::move(text)};
  }

  void ReadDefinition(const Value& file) {
    auto named = ReadNamed(file, "definition");
    if (!named) return;
    TestedDefinition& definition = result_.test.definition;
    definition.path = std::move(named->path);
    definition.source = std::move(named->text);
    definition.format = FormatOfFile(definition.path);
    CompileOptions options;
    options.states = StateTypes();
    options.type = result_.test.type;
    options.format = definition.format;
    options.substitutions = ReadSubstitutions(file);
    CompileResult compiled = CompileDefinition(definition.source, options);
    definition.value = std::move(compiled.definition);
    definition.machine = std::move(compiled.machine);
    // What is no error is for gait validate to say.
    std::erase_if(compiled.diagnostics, [](const Diagnostic& d) { return d.severity != Severity::kError; });
    AddFindings(definition.path, definition.source, std::move(compiled.diagnostics));
    if (definition.machine != nullptr) AppendTypes(definition.machine->graph(), types_);
  }

  std::map<std::string, std::string, std::less<>> ReadSubstitutions(const Value& file) {
    std::map<std::string, std::string, std::less<>> result;
    const Value* substitutions = ObjectOf(file, "substitutions");
    if (substitutions == nullptr) return result;
    for (const Member& m : substitutions->members()) {
      if (m.value.is_object() || m.value.is_array() || m.value.is_null()) {
        AddAtValue(kBadType, Place().Key("substitutions").Key(m.name()),
                   "A substitution must be a string, a number or a boolean", "");
      } else {
        result.emplace(m.name(), m.value.is_string() ? std::string(m.value.as_string()) : ToJson(m.value));
      }
    }
    return result;
  }

  void ReadTargetsFile(const Value& file) {
    auto named = ReadNamed(file, "targets");
    if (!named) return;
    const std::string folder = fs::path(named->path).parent_path().string();
    AddFindings(named->path, named->text, ReadTargets(named->text, FormatOfFile(named->path), folder).diagnostics);
    result_.test.targets = std::move(named->path);
  }

  void ReadMockConfigFile(const Value& file) {
    auto named = ReadNamed(file, "mockConfig");
    if (!named) return;
    MockConfigParse parse = ReadMockConfig(named->text, FormatOfFile(named->path));
    AddFindings(named->path, named->text, std::move(parse.diagnostics));
    mock_config_ = std::move(parse.config);
  }

  void AddFindings(const std::string& path, const std::string& source, Diagnostics diagnostics) {
    if (!diagnostics.empty()) result_.findings.push_back({path, source, std::move(diagnostics)});
  }

  void ReadCase(const Value& file, const Value& object, const Place& place) {
    if (!CheckFields(object, place, kCaseFields)) return;
    TestCaseSpec spec;
    spec.name = TextOf(object, "name").value_or("");
    spec.position = PositionOfValue(place);
    const bool twice = std::any_of(result_.test.cases.begin(), result_.test.cases.end(),
                                   [&](const TestCaseSpec& other) { return other.name == spec.name; });
    if (twice) AddAtValue(kDuplicateCase, place.Key("name"), "There is a case '" + spec.name + "' already", "");
    if (const Value* input = object.Find("input")) spec.input = *input;
    if (const Value* context = ObjectOf(file, "context")) {
      // Once is enough to say what is wrong with it.
      const size_t known = diagnostics_.size();
      ReadContext(*context, Place().Key("context"), spec);
      if (!result_.test.cases.empty()) diagnostics_.resize(known);
    }
    if (const Value* context = ObjectOf(object, "context")) ReadContext(*context, place.Key("context"), spec);
    if (const Value* mocks = ObjectOf(object, "mocks")) spec.mocks = ReadMocks(*mocks, place.Key("mocks"));
    spec.mocks.insert(shared_mocks_.begin(), shared_mocks_.end());  // those that are there stay
    AddTestCase(object, place, spec.mocks);
    const Value* expect = ObjectOf(object, "expect");
    spec.expect = ReadExpectations(expect == nullptr ? Value::Object() : *expect, place.Key("expect"));
    result_.test.cases.push_back(std::move(spec));
  }

  // What the mock configuration says of the case.
  void AddTestCase(const Value& object, const Place& place, StateMocks& mocks) {
    const auto name = TextOf(object, "testCase");
    if (!name) return;
    const Place at = place.Key("testCase");
    if (!mock_config_) {
      return AddAtValue(kUnknownTestCase, at, "There is no mock configuration that has test cases",
                        "name one, with mockConfig");
    }
    const TestCase* test_case = mock_config_->Find(result_.test.state_machine, *name);
    if (test_case == nullptr) return AddUnknownTestCase(*name, at);
    for (const auto& [state, response] : *test_case) {
      if (!types_.empty() && !types_.contains(state)) {
        AddAtValue(kUnusedMock, at, "It mocks the state '" + state + "', which the definition does not have", "");
      }
      const auto it = mock_config_->responses.find(response);
      if (it != mock_config_->responses.end()) mocks.emplace(state, it->second);
    }
  }

  void AddUnknownTestCase(const std::string& name, const Place& at) {
    const std::string& machine = result_.test.state_machine;
    const auto cases = mock_config_->state_machines.find(machine);
    std::vector<std::string_view> names;
    if (cases == mock_config_->state_machines.end()) {
      for (const auto& [other, its_cases] : mock_config_->state_machines) names.push_back(other);
      return AddUnknownName(kUnknownTestCase, at, /*at_key=*/false,
                            "The mock configuration has no state machine '" + machine + "'", machine, names,
                            "name one with stateMachine; it has:");
    }
    for (const auto& [other, states] : cases->second) names.push_back(other);
    AddUnknownName(kUnknownTestCase, at, /*at_key=*/false,
                   "The mock configuration has no test case '" + name + "' of '" + machine + "'", name, names,
                   "it has:");
  }

  const std::string path_;
  const ReadBytes& read_;
  TestFileParse& result_;
  StateMocks shared_mocks_;
  std::optional<MockConfig> mock_config_;
};

}  // namespace

bool TestFileParse::ok() const {
  return std::none_of(findings.begin(), findings.end(), [](const FileFindings& f) { return HasErrors(f.diagnostics); });
}

std::optional<std::string> ReadFileBytes(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kFileBytesMax || error) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return file.bad() || !file.is_open() ? std::nullopt : std::optional(std::move(text));
}

TestFileParse ReadTestFile(const std::string& path, const ReadBytes& read) {
  TestFileParse result;
  result.files.push_back(path);
  const auto text = read(path);
  if (!text) {
    Diagnostic d;
    d.rule = kUnreadable;
    d.message = "Cannot read the test file";
    result.findings.push_back({path, "", {std::move(d)}});
    return result;
  }
  Reader(path, *text, read, result).Read();
  return result;
}

std::span<const TestFileRule> TestFileRules() { return kRules; }

}  // namespace gait
