#include "testing/history_mocks.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "engine/history/event_table.h"
#include "engine/json/document.h"
#include "engine/json/write.h"
#include "testing/history_answers.h"
#include "testing/replay.h"

namespace gait {
namespace {

using T = EventType;

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

auto KeyOf(const RecordedTask& task) { return std::tie(task.branch, task.state, task.number); }

// The recorded tasks in the order in which gait asks for their answers, where that is known.
std::vector<RecordedTask> InOrder(std::vector<RecordedTask> tasks, const ReplayRun* run) {
  if (run == nullptr) return tasks;
  RecordedHistory now;
  now.events = run->events;
  std::vector<RecordedTask> ordered;
  for (const RecordedTask& asked : TasksOf(now, HistoryTree::Of(run->events))) {
    const auto it =
        std::find_if(tasks.begin(), tasks.end(), [&](const RecordedTask& t) { return KeyOf(t) == KeyOf(asked); });
    if (it == tasks.end()) continue;
    ordered.push_back(std::move(*it));
    tasks.erase(it);
  }
  std::move(tasks.begin(), tasks.end(), std::back_inserter(ordered));
  return ordered;
}

// What a mock configuration says for it.
Value AnswerOf(const RecordedTask& task) {
  if (!task.answer->ok()) {
    const WorkflowError& error = task.answer->error();
    ObjectBuilder thrown;
    thrown.Add("Error", Value::String(error.error.value_or("")));
    if (error.cause) thrown.Add("Cause", Value::String(*error.cause));
    return Value::Object({{"Throw", thrown.Build()}});
  }
  const Value& output = **task.answer;
  // The mock of a function that is named by its ARN may be Invoke's answer, so one that looks like it is put into one.
  const bool like_invoke = output.is_object() && output.Find("Payload") != nullptr;
  if (task.scheduled_type != T::kLambdaFunctionScheduled || !like_invoke) return Value::Object({{"Return", output}});
  return Value::Object({{"Return", Value::Object({{"StatusCode", Value::Int(200)}, {"Payload", output}})}});
}

class Maker {
 public:
  Maker(const RecordedHistory& history, const HistoryTree& tree, const ReplayRun* run,
        const HistoryMocksOptions& options)
      : history_(history), tree_(tree), run_(run), options_(options) {
    same_.from = history.events.front().timestamp;
    same_.to = history.events.back().timestamp;
  }

  HistoryMocks Make() {
    result_.mock_config = MockConfigValue();
    if (CanBeTested()) result_.test = Test();
    return std::move(result_);
  }

 private:
  void Note(std::string text) { result_.notes.push_back(std::move(text)); }

  Value MockConfigValue() {
    std::map<std::string, std::vector<RecordedTask>> by_state;
    std::vector<std::string> states;
    for (RecordedTask& task : InOrder(TasksOf(history_, tree_), run_)) {
      auto& tasks = by_state[task.state];
      if (tasks.empty()) states.push_back(task.state);
      tasks.push_back(std::move(task));
    }
    ObjectBuilder test_case, responses;
    for (const std::string& state : states) {
      const std::string name = options_.name + "." + state;
      test_case.Add(state, Value::String(name));
      responses.Add(name, Response(state, by_state[state]));
    }
    const Value cases = Value::Object({{options_.name, test_case.Build()}});
    return Value::Object(
        {{"StateMachines", Value::Object({{options_.state_machine, Value::Object({{"TestCases", cases}})}})},
         {"MockedResponses", responses.Build()}});
  }

  Value Response(const std::string& state, const std::vector<RecordedTask>& tasks) {
    struct Range {
      size_t first, last;
      Value answer;
    };
    std::vector<Range> ranges;
    bool branches = false;
    for (size_t i = 0; i < tasks.size(); ++i) {
      if (!tasks[i].answer) {
        Note("The recording has no answer for the task of the state " + Quoted(state) + " at event " +
             std::to_string(tasks[i].scheduled_event) + ": the attempts from " + std::to_string(i) +
             " on are not mocked.");
        break;
      }
      branches = branches || tasks[i].branch != tasks[0].branch;
      Value answer = AnswerOf(tasks[i]);
      if (!ranges.empty() && ranges.back().answer == answer) {
        ranges.back().last = i;
      } else {
        ranges.push_back({i, i, std::move(answer)});
      }
    }
    if (run_ == nullptr && branches && ranges.size() > 1) {
      Note("The state " + Quoted(state) +
           " ran in several branches or iterations: its answers are in the order of the recording, which need not be "
           "that "
           "of gait; with --definition they are in gait's.");
    }
    ObjectBuilder attempts;
    for (Range& range : ranges) {
      attempts.Add(std::to_string(range.first) + (range.last > range.first ? "-" + std::to_string(range.last) : ""),
                   std::move(range.answer));
    }
    return attempts.Build();
  }

  bool CanBeTested() {
    std::string why;
    for (const HistoryEvent& event : history_.events) {
      if (event.type != T::kMapRunStarted) continue;
      const HistoryBranch* branch = tree_.BranchOf(event.id);
      std::string state;
      for (const HistoryEvent& before : branch->events) {
        if (before.id < event.id && RowOf(before.type).number == NumberMeaning::kState) state = before.name.as_string();
      }
      why = "the state " + Quoted(state) + " starts a Map Run, whose executions are not in this history";
      break;
    }
    const HistoryEvent& last = history_.events.back();
    if (history_.redriven_at_event != 0) why = "the execution was redriven";
    if (last.type == T::kExecutionAborted) why = "the execution was stopped";
    if (last.type == T::kExecutionTimedOut && !EndsAlike()) why = "the execution timed out while a task was under way";
    if (history_.pages_missing) why = "the history goes on, on pages that the file does not have";
    if (!history_.pages_missing && !history_.ended) why = "the execution had not ended when its history was read";
    if (why.empty()) return true;
    Note("There is no test: " + why + ".");
    return false;
  }

  bool EndsAlike() const {
    return run_ != nullptr && !run_->events.empty() && run_->events.back().type == history_.events.back().type;
  }

  Value Test() {
    if (run_ != nullptr) {
      const ReplayComparison comparison = Compare(history_, tree_, *run_, same_);
      if (const auto& d = comparison.difference) {
        Note("The test will not pass with this definition: gait replay finds a difference at event " +
             std::to_string(d->event) + (d->state.empty() ? "." : ", in the state " + Quoted(d->state) + "."));
      }
    }
    ObjectBuilder context;
    if (!options_.execution_name.empty()) context.Add("Name", Value::String(options_.execution_name));
    context.Add("StartTime", Value::String(FormatTimestamp(history_.events.front().timestamp)));
    ObjectBuilder test_case;
    test_case.Add("name", Value::String(options_.name));
    test_case.Add("testCase", Value::String(options_.name));
    test_case.Add("input", history_.events.front().payload.value());
    test_case.Add("context", Value::Object({{"Execution", context.Build()}}));
    test_case.Add("expect", Expectations());
    ObjectBuilder test;
    test.Add("definition", Value::String(options_.definition));
    if (options_.type == StateMachineType::kExpress) test.Add("type", Value::String(TypeName(options_.type)));
    ObjectBuilder substitutions;
    for (const auto& [name, value] : options_.substitutions) substitutions.Add(name, Value::String(value));
    if (substitutions.size() > 0) test.Add("substitutions", substitutions.Build());
    test.Add("stateMachine", Value::String(options_.state_machine));
    test.Add("mockConfig", Value::String(options_.mock_config));
    test.Add("cases", Value::Array({test_case.Build()}));
    return test.Build();
  }

  Value Expectations() {
    const HistoryEvent& end = history_.events.back();
    ObjectBuilder expect;
    const bool succeeded = end.type == T::kExecutionSucceeded;
    expect.Add("status", Value::String(succeeded                         ? "SUCCEEDED"
                                       : end.type == T::kExecutionFailed ? "FAILED"
                                                                         : "TIMED_OUT"));
    if (succeeded && end.payload.present()) Output(end.payload.value(), expect);
    if (const Value* error = end.Get(EventField::kError)) expect.Add("error", *error);
    if (const Value* cause = end.Get(EventField::kCause)) {
      if (!EndsAlike() || IsSameAgain(EventField::kCause)) expect.Add("cause", *cause);
    }
    ArrayBuilder path;
    for (const HistoryEvent& event : tree_.branches().front()->events) {
      if (RowOf(event.type).number == NumberMeaning::kState) path.Add(event.name);
    }
    expect.Add("path", path.Build());
    return expect.Build();
  }

  // Is the field of the last event the same in both runs? What is not cannot be expected of a third.
  bool IsSameAgain(EventField field) const {
    const Value* now = run_->events.back().Get(field);
    const Value* again = run_->again.empty() ? nullptr : run_->again.back().Get(field);
    return now == nullptr ? again == nullptr : again != nullptr && *now == *again;
  }

  void Output(const Value& output, ObjectBuilder& expect) {
    const auto ends = [](const std::vector<HistoryEvent>& events) {
      return !events.empty() && events.back().type == T::kExecutionSucceeded && events.back().payload.present();
    };
    const bool known = run_ != nullptr && ends(run_->events) && ends(run_->again);
    const Value now = known ? run_->events.back().payload.value() : Value();
    if (!known || now == run_->again.back().payload.value()) return expect.Add("output", output);
    Note("Parts of the output are made anew by each execution: the test does not expect them.");
    const Value same = Limited(output, Common(now, run_->again.back().payload.value()));
    if (!same.is_undefined()) expect.Add("outputMatches", same);
  }

  // `output` without the members that `same` has not.
  static Value Limited(const Value& output, const Value& same) {
    if (!output.is_object() || !same.is_object()) return same.is_undefined() ? Value() : output;
    ObjectBuilder limited;
    for (const Member& m : output.members()) {
      const Value* other = same.Find(m.name());
      Value value = other == nullptr ? Value() : Limited(m.value, *other);
      if (!value.is_undefined()) limited.Add(m.key, std::move(value));
    }
    return limited.Build();
  }

  // What is the same in both: members that are not are left out, and so are arrays with such items.
  static Value Common(const Value& now, const Value& again) {
    if (now == again) return now;
    if (!now.is_object() || !again.is_object()) return Value();
    ObjectBuilder common;
    for (const Member& m : now.members()) {
      const Value* other = again.Find(m.name());
      Value same = other == nullptr ? Value() : Common(m.value, *other);
      if (!same.is_undefined()) common.Add(m.key, std::move(same));
    }
    return common.Build();
  }

  const RecordedHistory& history_;
  const HistoryTree& tree_;
  const ReplayRun* const run_;
  const HistoryMocksOptions& options_;
  SameAnyway same_;
  HistoryMocks result_;
};

// As a block: members below one another as long as they have names that need no quotes, all else as JSON.
void AppendYaml(std::string& out, const Value& value, size_t indent, int levels) {
  const auto is_plain = [](std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return std::isalpha(c) != 0; });
  };
  if (levels == 0 || !value.is_object() || value.size() == 0) {
    out += " " + ToJson(value) + "\n";
    return;
  }
  out += "\n";
  for (const Member& m : value.members()) {
    out.append(indent, ' ');
    out += is_plain(m.name()) ? std::string(m.name()) : ToJson(m.key);
    out += ":";
    const bool data = m.name() == "input" || m.name() == "output" || m.name() == "outputMatches";
    AppendYaml(out, m.value, indent + 2, data ? 0 : levels - 1);
  }
}

}  // namespace

HistoryMocks MakeMocks(const RecordedHistory& history, const HistoryTree& tree, const ReplayRun* run,
                       const HistoryMocksOptions& options) {
  return Maker(history, tree, run, options).Make();
}

std::string ToTestYaml(const Value& test) {
  std::string yaml;
  for (const Member& m : test.members()) {
    yaml += std::string(m.name()) + ":";
    if (m.name() != "cases") {
      yaml += " " + ToJson(m.value) + "\n";
      continue;
    }
    yaml += "\n";
    for (const Value& test_case : m.value.items()) {
      std::string text;
      constexpr int kLevels = 3;  // of a case, its expectations and its context
      AppendYaml(text, test_case, 4, kLevels);
      yaml += "  - " + text.substr(text.find_first_not_of("\n "));
    }
  }
  const DocumentParse back = ParseDocument(yaml, DocumentFormat::kYaml);
  return back && *back.value == test ? yaml : ToPrettyJson(test) + "\n";
}

}  // namespace gait
