#include "engine/definition/fixes.h"

#include <doctest/doctest.h>

#include "engine/definition/compile.h"
#include "states/state_table.h"
#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;

Diagnostics Findings(std::string_view text) {
  CompileOptions options;
  options.states = StateTypes();
  return CompileDefinition(text, options).diagnostics;
}

const std::string kTask =
    R"("Type": "Task", "End": true, "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f")";
const std::string kJsonata = R"("QueryLanguage": "JSONata", "End": true, )";

TEST_CASE("a fix is offered where one repair is safe") {
  struct Repair {
    std::string fields, kind, pointer, what;
  };
  const char* const kinds[] = {"rename", "set", "add", "remove"};
  for (const Repair& row : std::vector<Repair>{
           {R"("Type": "Pass", "End": true, "inputPath": "$")", "rename", "/States/S/inputPath", "InputPath"},
           {R"("Type": "Pass", "End": true, "ResultPaht": "$")", "rename", "/States/S/ResultPaht", "ResultPath"},
           {R"("Type": "Pass", "End": true, "Parameters": {"a": "$.b"})", "rename", "/States/S/Parameters/a", "a.$"},
           {R"("Type": "Fail", "Cause": "$.b")", "rename", "/States/S/Cause", "CausePath"},
           {R"("Type": "Wait", "End": true, "Seconds": "$.b")", "rename", "/States/S/Seconds", "SecondsPath"},
           {R"("Type": "Wait", "End": true, "Timestamp": "$.b")", "rename", "/States/S/Timestamp", "TimestampPath"},
           {R"("Type": "Wait", "End": true, "Timestamp": "2016-03-14t01:59:00z")", "set", "/States/S/Timestamp",
            R"("2016-03-14T01:59:00Z")"},
           {R"("Type": "Wait", "End": true, "Seconds": "5")", "set", "/States/S/Seconds", "5"},
           {R"("Type": "Pass", "End": "true")", "set", "/States/S/End", "true"},
           {R"("Type": "pass", "End": true)", "set", "/States/S/Type", R"("Pass")"},
           {R"("Type": "Pass", "End": true, "QueryLanguage": "JSONAta")", "set", "/States/S/QueryLanguage",
            R"("JSONata")"},
           {R"("Type": "Pass", "Next": "s")", "set", "/States/S/Next", R"("S")"},
           {R"("Type": "Pass", "Next": "S", "End": false)", "remove", "/States/S/End", ""},
           {kTask + R"(, "Retry": [{"ErrorEquals": ["States.timeout"]}])", "set", "/States/S/Retry/0/ErrorEquals/0",
            R"("States.Timeout")"},
           // No fix: the right field is there already, what is meant is not sure, the value does not fit.
           {R"("Type": "Pass", "End": true, "InputPath": "$", "inputPath": "$")", "", "", ""},
           {R"("Type": "Pass", "End": true, "Outcome": "$")", "", "", ""},
           {R"("Type": "Pass", "End": true, "Parameters": {"a": "$.b", "a.$": "$.c"})", "", "", ""},
           {R"("Type": "Wait", "End": true, "Seconds": "-5")", "", "", ""},
           {R"("Type": "Pass", "Next": "SS")", "", "", ""},
           {R"("Type": "Pass", "Next": "S", "End": true)", "", "", ""},
       }) {
    CAPTURE(row.fields);
    std::optional<Fix> fix;
    for (const Diagnostic& d : Findings(OneState(row.fields))) {
      if (d.fix) fix = d.fix;
    }
    CHECK((fix ? kinds[static_cast<size_t>(fix->kind)] : "") == row.kind);
    if (!fix) continue;
    CHECK(fix->pointer == row.pointer);
    CHECK(fix->name + fix->json == row.what);
    CHECK_FALSE(fix->title.empty());
  }
}

TEST_CASE("what was meant") {
  struct Hint {
    std::string fields, hint;
  };
  for (const Hint& row : std::vector<Hint>{
           {R"("Type": "Pass", "End": true, "Resutl": 1)", "did you mean Result?"},
           {R"("Type": "Pas", "End": true)", "did you mean Pass?"},
           {R"-("Type": "Pass", "End": true, "Parameters": {"a.$": "States.Fromat('{}', $.a)"})-",
            "States.Fromat is no intrinsic function; did you mean States.Format?"},
           {kJsonata + R"("Type": "Pass", "Output": "{% $summ([1]) %}")", "no state assigns it; did you mean $sum?"},
           {R"("Type": "Task", "End": true, "Resource": "arn:aws:states:::lamda:invoke")",
            "there is no service 'lamda'; did you mean lambda?"},
           {R"("Type": "Task", "End": true, "Resource": "arn:aws:states:::sqs:sendMesage")",
            "sqs has no action 'sendMesage'; did you mean sendMessage?"},
           {R"("Type": "Task", "End": true, "Resource": "arn:aws:states:::aws-sdk:s3:GetObject")",
            "actions begin with a small letter: did you mean getObject?"},
           {kTask + R"(, "Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "FUL"}])", "did you mean FULL?"},
           {kTask + R"(, "Retry": [{"ErrorEquals": ["States.TaskFail"]}])", "did you mean States.TaskFailed?"},
       }) {
    CAPTURE(row.fields);
    const Diagnostics found = Findings(OneState(row.fields));
    REQUIRE(!found.empty());
    CHECK(found[0].hint == row.hint);
  }
}

}  // namespace
}  // namespace gait
