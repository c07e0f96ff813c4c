#include "tests/simulation/generator.h"

#include <optional>
#include <utility>

namespace gait::simulation {
namespace {

constexpr int kDepthMax = 2;  // of Parallels and Maps within one another

constexpr const char* kActivities[] = {"arn:aws:states:us-east-1:123456789012:activity:paint",
                                       "arn:aws:states:us-east-1:123456789012:activity:dry"};
// What is idempotent says task_plan.h.
constexpr const char* kFunctions[] = {"arn:aws:lambda:us-east-1:123456789012:function:once",
                                      "arn:aws:lambda:us-east-1:123456789012:function:again",
                                      "arn:aws:states:::lambda:invoke"};
constexpr const char* kCalledBack[] = {"arn:aws:states:::lambda:invoke.waitForTaskToken",
                                       "arn:aws:states:::sqs:sendMessage.waitForTaskToken"};

constexpr const char* kChild = "arn:aws:states:us-east-1:123456789012:stateMachine:child";
constexpr const char* kNested[] = {"arn:aws:states:::states:startExecution",
                                   "arn:aws:states:::states:startExecution.sync",
                                   "arn:aws:states:::states:startExecution.sync:2"};

Value Text(std::string_view text) { return Value::String(text); }

class Generator {
 public:
  enum class Kind : uint8_t { kParent, kChild, kExpress };
  Generator(Random& random, Kind kind) : random_(random), kind_(kind), express_(kind == Kind::kExpress) {}

  Value Machine() {
    Value machine = Graph(kind_ == Kind::kChild ? 1 : 0, /*distributed=*/false);
    if (OneIn(8)) machine = std::move(machine).With("TimeoutSeconds", Seconds(3, 40));
    return machine;
  }

  // What every state may read: `a`, a small number, `b.c`, a text, and `items`.
  Value Input() {
    return Value::Object({{"a", Int(0, 5)}, {"b", Value::Object({{"c", Text("x")}})}, {"items", Items()}});
  }

 private:
  bool OneIn(uint64_t n) { return random_.Below(n) == 0; }
  int64_t Number(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(high - low + 1)));
  }
  Value Int(int64_t low, int64_t high) { return Value::Int(Number(low, high)); }
  // Some are long: a timer is then stored, under the engine's own measure of what is far.
  Value Seconds(int64_t low, int64_t high) { return OneIn(10) ? Int(300, 3000) : Int(low, high); }
  template <typename T, size_t n>
  T OneOf(const T (&all)[n]) {
    return all[random_.Below(n)];
  }

  Value Items() {
    ArrayBuilder items;
    for (int64_t i = Number(0, 5); i > 0; --i) items.Add(OneIn(2) ? Int(0, 9) : Text("item"));
    return items.Build();
  }

  // A chain of states, in which Choices and Catchers may lead past some of those that follow.
  Value Graph(int depth, bool distributed) {
    const int64_t length = Number(1, depth == 0 ? 5 : 3);
    std::vector<std::string> names;
    for (int64_t i = 0; i < length; ++i) names.push_back("S" + std::to_string(++names_));
    ObjectBuilder states;
    std::vector<std::pair<std::string, Value>> ends;  // Fail and Succeed states that a state before leads to
    const size_t variables = variables_.size();
    for (size_t i = 0; i < names.size(); ++i) {
      name_ = names[i];
      const std::vector<std::string> later(names.begin() + static_cast<ptrdiff_t>(i) + 1, names.end());
      states.Add(names[i], State(depth, distributed, i == 0, later, ends));
    }
    for (auto& [name, state] : ends) states.Add(name, std::move(state));
    variables_.resize(variables);  // those of the graph are not seen outside
    return Value::Object({{"StartAt", Text(names[0])}, {"States", states.Build()}});
  }

  Value State(int depth, bool distributed, bool first, const std::vector<std::string>& later,
              std::vector<std::pair<std::string, Value>>& ends) {
    jsonata_ = OneIn(4);
    later_ = later;
    const bool last = later.empty();
    const bool deeper = depth < kDepthMax;
    ObjectBuilder state;
    const int64_t type = Number(0, 19);
    if (last && type < 2) return type == 0 ? Succeed() : Fail();
    if (jsonata_) state.Add("QueryLanguage", Text("JSONata"));
    if (type < 4) {
      Pass(state, first);
    } else if (type < 7 && !last) {
      return Choice(std::move(state), ends);
    } else if (type < 9) {
      Wait(state);
    } else if (type < 11 && deeper) {
      Parallel(state, depth, distributed);
    } else if (type < 14 && deeper) {
      Map(state, depth, distributed);
    } else {
      Task(state);
    }
    Value made = state.Build();
    return last ? std::move(made).With("End", Value::Bool(true)) : std::move(made).With("Next", Text(later[0]));
  }

  static Value Succeed() { return Value::Object({{"Type", Text("Succeed")}}); }
  Value Fail() {
    if (OneIn(4)) return Value::Object({{"Type", Text("Fail")}});
    return Value::Object({{"Type", Text("Fail")}, {"Error", Text(Error())}, {"Cause", Text("as it was written")}});
  }
  std::string Error() { return OneIn(2) ? "Busy" : "Broken"; }

  void Pass(ObjectBuilder& state, bool first) {
    state.Add("Type", Text("Pass"));
    if (first && OneIn(2)) {  // before all that may read it
      const std::string name = "v" + std::to_string(names_);
      state.Add("Assign", jsonata_ ? Value::Object({{name, Text("{% $states.input.a %}")}})
                                   : Value::Object({{name + ".$", Text("$.a")}}));
      variables_.push_back(name);
      return;  // an Assign sees the result
    }
    if (jsonata_) {
      if (OneIn(2)) state.Add("Output", Text("{% $merge([$states.input, {\"p\": $states.input.a}]) %}"));
      return;
    }
    switch (Number(0, 4)) {
      case 0:
        state.Add("Result", Int(0, 5));
        state.Add("ResultPath", Text("$.a"));
        break;
      case 1:
        state.Add("Parameters",
                  Value::Object({{"x.$", Text("$.b.c")}, {"n.$", Text("$$.State.Name")}, {"z", Items()}}));
        state.Add("ResultPath", Text(OneIn(2) ? "$.p" : "$.b.p"));
        break;
      case 2:
        state.Add("InputPath", Text("$.b"));
        state.Add("ResultPath", Text("$.q"));
        break;
      case 3:
        if (!variables_.empty()) {
          state.Add("Parameters", Value::Object({{"of.$", Text("$" + variables_[random_.Below(variables_.size())])}}));
          state.Add("ResultPath", Text("$.v"));
        }
        break;
      default: break;
    }
  }

  Value Choice(ObjectBuilder state, std::vector<std::pair<std::string, Value>>& ends) {
    state.Add("Type", Text("Choice"));
    ArrayBuilder rules;
    const auto target = [&] {
      if (!OneIn(4)) return later_[random_.Below(later_.size())];
      ends.emplace_back("E" + std::to_string(++names_), OneIn(2) ? Succeed() : Fail());
      return ends.back().first;
    };
    for (int64_t i = Number(1, 2); i > 0; --i) {
      const std::string next = target();
      if (jsonata_) {
        rules.Add(Value::Object({{"Condition", Text("{% $states.input.a > " + std::to_string(Number(0, 4)) + " %}")},
                                 {"Next", Text(next)}}));
        continue;
      }
      const Value more = Value::Object({{"Variable", Text("$.a")}, {"NumericGreaterThan", Int(0, 4)}});
      const Value text = Value::Object({{"Variable", Text("$.b.c")}, {"StringEquals", Text(OneIn(2) ? "x" : "y")}});
      const Value present = Value::Object({{"Variable", Text("$.err")}, {"IsPresent", Value::Bool(OneIn(2))}});
      Value rule = more;
      if (OneIn(3)) rule = Value::Object({{"And", Value::Array({more, text})}});
      if (OneIn(3)) rule = Value::Object({{"Or", Value::Array({more, present})}});
      if (OneIn(4)) rule = Value::Object({{"Not", more}});
      rules.Add(std::move(rule).With("Next", Text(next)));
    }
    // Without a Default there is a rule that leads on, so that every state can be reached.
    if (OneIn(8)) {
      const char* const key = jsonata_ ? "Condition" : "Variable";
      Value rule = jsonata_ ? Value::Object({{key, Text("{% $states.input.a > 1 %}")}})
                            : Value::Object({{key, Text("$.a")}, {"NumericGreaterThan", Value::Int(1)}});
      rules.Add(std::move(rule).With("Next", Text(later_[0])));
    } else {
      state.Add("Default", Text(later_[0]));
    }
    state.Add("Choices", rules.Build());
    return state.Build();
  }

  void Wait(ObjectBuilder& state) {
    state.Add("Type", Text("Wait"));
    if (OneIn(2)) {
      state.Add("Seconds", Seconds(0, 6));
    } else if (jsonata_) {
      state.Add("Seconds", Text("{% $states.input.a %}"));
    } else {
      state.Add("SecondsPath", Text("$.a"));
    }
  }

  void Task(ObjectBuilder& state) {
    state.Add("Type", Text("Task"));
    const int64_t kind = Number(0, 9);
    if (kind == 3 && kind_ == Kind::kParent && !express_) return NestedTask(state);
    const bool activity = kind == 0 && !express_, called_back = (kind == 1 || kind == 2) && !express_;
    const std::string resource = activity ? OneOf(kActivities) : called_back ? OneOf(kCalledBack) : OneOf(kFunctions);
    state.Add("Resource", Text(resource));
    if (jsonata_) {
      Value arguments = Value::Object({{"state", Text("{% $states.context.State.Name %}")},
                                       {"attempt", Text("{% $states.context.State.RetryCount %}")},
                                       {"a", Text("{% $states.input.a %}")}});
      if (called_back) arguments = std::move(arguments).With("token", Text("{% $states.context.Task.Token %}"));
      state.Add("Arguments", WithRequired(resource, std::move(arguments)));
    } else {
      Value parameters = Value::Object(
          {{"state.$", Text("$$.State.Name")}, {"attempt.$", Text("$$.State.RetryCount")}, {"a.$", Text("$.a")}});
      if (!variables_.empty()) parameters = std::move(parameters).With("v.$", Text("$" + variables_.back()));
      if (called_back) parameters = std::move(parameters).With("token.$", Text("$$.Task.Token"));
      state.Add("Parameters", WithRequired(resource, std::move(parameters)));
    }
    const Value timeout = Seconds(2, 12);
    state.Add("TimeoutSeconds", timeout);
    if ((activity || called_back) && OneIn(2)) state.Add("HeartbeatSeconds", Int(1, timeout.as_int() - 1));
    if (!jsonata_ && OneIn(3)) state.Add("ResultSelector", Value::Object({{"s.$", Text("$.out")}}));
    AfterResult(state, "t");
    RetryAndCatch(state);
  }

  // With what the service does not go without.
  static Value WithRequired(const std::string& resource, Value parameters) {
    if (resource.find(":::lambda:") != std::string::npos) {
      return std::move(parameters).With("FunctionName", Text("f"));
    }
    if (resource.find(":::sqs:") == std::string::npos) return parameters;
    return std::move(parameters).With("QueueUrl", Text("q")).With("MessageBody", Text("m"));
  }

  void NestedTask(ObjectBuilder& state) {
    const std::string resource = OneOf(kNested);
    state.Add("Resource", Text(resource));
    Value input = Value::Object({{"b", Value::Object({{"c", Text("n")}})}, {"items", Items()}});
    input = jsonata_ ? std::move(input).With("a", Text("{% $states.input.a %}"))
                     : std::move(input).With("a.$", Text("$.a"));
    state.Add(jsonata_ ? "Arguments" : "Parameters",
              Value::Object({{"StateMachineArn", Text(kChild)}, {"Input", std::move(input)}}));
    if (!OneIn(3)) state.Add("TimeoutSeconds", Int(2, 30));
    if (!jsonata_ && OneIn(3)) state.Add("ResultSelector", Value::Object({{"s.$", Text("$.ExecutionArn")}}));
    AfterResult(state, "t");
    RetryAndCatch(state);
  }

  void Parallel(ObjectBuilder& state, int depth, bool distributed) {
    state.Add("Type", Text("Parallel"));
    AfterResult(state, "");
    RetryAndCatch(state);
    ArrayBuilder branches;
    for (int64_t i = Number(1, 3); i > 0; --i) branches.Add(Graph(depth + 1, distributed));
    state.Add("Branches", branches.Build());
  }

  void Map(ObjectBuilder& state, int depth, bool distributed) {
    // Not in JSONata, to whose paths an array of one item is that item.
    if (jsonata_) return Wait(state);
    const bool runs = depth == 0 && !distributed && kind_ == Kind::kParent && OneIn(2);
    state.Add("Type", Text("Map"));
    if (runs && OneIn(3)) {
      ItemReader(state);
    } else {
      state.Add("ItemsPath", Text("$.items"));
    }
    state.Add("ItemSelector", Value::Object({{"a.$", Text("$$.Map.Item.Index")},
                                             {"b", Value::Object({{"c", Text("m")}})},
                                             {"item.$", Text("$$.Map.Item.Value")},
                                             {"items", Value::Array({Value::Int(1), Value::Int(2)})}}));
    if (OneIn(2)) state.Add("MaxConcurrency", Int(0, 3));
    if (OneIn(3)) state.Add("ToleratedFailureCount", Int(0, 3));
    if (OneIn(3)) state.Add("ToleratedFailurePercentage", Int(0, 100));
    AfterResult(state, "m");
    RetryAndCatch(state);
    if (!runs) return state.Add("ItemProcessor", Graph(depth + 1, distributed));
    state.Add("ItemProcessor", ProcessorOfRun(state, depth));
  }

  // Its children are executions of their own.
  Value ProcessorOfRun(ObjectBuilder& map, int depth) {
    const bool express = OneIn(3);
    if (express || OneIn(2)) map.Add("Label", Text(name_));  // tells EXPRESS children where they belong
    std::vector<std::string> variables;
    variables.swap(variables_);  // its children do not see them
    express_ = express;
    Value processor = Graph(depth + 1, /*distributed=*/true);
    variables_.swap(variables);
    express_ = false;
    if (OneIn(3)) processor = ItemBatcher(map, std::move(processor));
    if (OneIn(2)) ResultWriter(map);
    return std::move(processor).With(
        "ProcessorConfig",
        Value::Object({{"Mode", Text("DISTRIBUTED")}, {"ExecutionType", Text(express ? "EXPRESS" : "STANDARD")}}));
  }

  // The items are a function of the key: objects.h.
  void ItemReader(ObjectBuilder& map) {
    Value config = Value::Object({{"InputType", Text("JSONL")}});
    if (OneIn(3)) config = std::move(config).With("MaxItems", Int(1, 6));
    map.Add("ItemReader",
            Value::Object({{"Resource", Text("arn:aws:states:::s3:getObject")},
                           {"ReaderConfig", std::move(config)},
                           {"Parameters",
                            Value::Object({{"Bucket", Text("items")}, {"Key", Text("K" + std::to_string(names_))}})}}));
  }

  void ResultWriter(ObjectBuilder& map) {
    constexpr const char* kTransformations[] = {"NONE", "COMPACT", "FLATTEN"};
    if (OneIn(4)) {
      const Value config = Value::Object({{"Transformation", Text("FLATTEN")}, {"OutputType", Text("JSON")}});
      return map.Add("ResultWriter", Value::Object({{"WriterConfig", config}}));
    }
    Value writer =
        Value::Object({{"Resource", Text("arn:aws:states:::s3:putObject")},
                       {"Parameters", Value::Object({{"Bucket", Text("results")}, {"Prefix", Text("of-maps")}})}});
    if (OneIn(2)) {
      writer =
          std::move(writer).With("WriterConfig", Value::Object({{"Transformation", Text(OneOf(kTransformations))},
                                                                {"OutputType", Text(OneIn(2) ? "JSON" : "JSONL")}}));
    }
    map.Add("ResultWriter", std::move(writer));
  }

  // A child goes on with the first item of its batch.
  Value ItemBatcher(ObjectBuilder& map, const Value& processor) {
    Value batcher = Value::Object({{"MaxItemsPerBatch", Int(1, 3)}});
    if (OneIn(2)) {
      batcher = std::move(batcher).With("BatchInput", Value::Object({{"z", Items()}, {"of.$", Text("$.a")}}));
    }
    map.Add("ItemBatcher", std::move(batcher));
    const std::string name = "S" + std::to_string(++names_);
    const Value first = Value::Object(
        {{"Type", Text("Pass")}, {"InputPath", Text("$.Items[0]")}, {"Next", *processor.Find("StartAt")}});
    return Value::Object({{"StartAt", Text(name)}, {"States", processor.Find("States")->With(name, first)}});
  }

  // Where the result goes: beside what later states read.
  void AfterResult(ObjectBuilder& state, const std::string& member) {
    if (jsonata_) {
      state.Add("Output", Text(member.empty() || OneIn(4)
                                   ? "{% $states.input %}"
                                   : "{% $merge([$states.input, {\"" + member + "\": $states.result}]) %}"));
    } else if (later_.empty() && OneIn(2)) {
      return;
    } else {
      state.Add("ResultPath", OneIn(5) ? Value::Null() : Text("$." + (member.empty() ? "r" : member)));
    }
  }

  void RetryAndCatch(ObjectBuilder& state) {
    constexpr const char* kErrors[] = {"Busy", "Broken", "States.Timeout", "States.HeartbeatTimeout",
                                       "States.TaskFailed"};
    const auto errors = [&](bool last) {
      return last && OneIn(2) ? Value::Array({Text("States.ALL")}) : Value::Array({Text(OneOf(kErrors))});
    };
    if (OneIn(2)) {
      ArrayBuilder retriers;
      for (int64_t i = Number(1, 2); i > 0; --i) {
        ObjectBuilder retrier;
        retrier.Add("ErrorEquals", errors(i == 1));
        retrier.Add("IntervalSeconds", Seconds(1, 3));
        retrier.Add("MaxAttempts", Int(0, 3));
        if (OneIn(2)) retrier.Add("BackoffRate", Value::Double(1.5));
        if (OneIn(3)) retrier.Add("MaxDelaySeconds", Int(1, 4));
        if (OneIn(4)) retrier.Add("JitterStrategy", Text("FULL"));
        retriers.Add(retrier.Build());
      }
      state.Add("Retry", retriers.Build());
    }
    if (!later_.empty() && OneIn(2)) {
      ArrayBuilder catchers;
      for (int64_t i = Number(1, 2); i > 0; --i) {
        Value catcher =
            Value::Object({{"ErrorEquals", errors(i == 1)}, {"Next", Text(later_[random_.Below(later_.size())])}});
        if (jsonata_) {
          catcher =
              std::move(catcher).With("Output", Text("{% $merge([$states.input, {\"err\": $states.errorOutput}]) %}"));
        } else {
          catcher = std::move(catcher).With("ResultPath", Text("$.err"));
        }
        catchers.Add(std::move(catcher));
      }
      state.Add("Catch", catchers.Build());
    }
  }

  Random& random_;
  const Kind kind_;
  bool express_;  // nobody is called back
  int names_ = 0;
  std::vector<std::string> variables_;  // that the state which is made can read
  std::string name_;                    // of the state which is made
  std::vector<std::string> later_;      // the states behind it, in its graph
  bool jsonata_ = false;                // its query language
};

}  // namespace

Generated Generate(Random& random) {
  using Kind = Generator::Kind;
  const auto machine = [&](std::string name, Kind kind) {
    Generator generator(random, kind);
    Value definition = generator.Machine();
    return GeneratedMachine{std::move(name), kind == Kind::kExpress, std::move(definition), generator.Input()};
  };
  Generated all;
  all.machine = machine("machine", Kind::kParent);
  all.child = machine("child", Kind::kChild);
  all.express = machine("express", Kind::kExpress);
  all.activities.assign(std::begin(kActivities), std::end(kActivities));
  return all;
}

}  // namespace gait::simulation
