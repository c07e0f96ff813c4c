#include "engine/definition/rule_table.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"

namespace gait {
namespace {

constexpr std::string_view kSchema = "SCHEMA_VALIDATION_FAILED";
constexpr std::string_view kTarget = "MISSING_TRANSITION_TARGET";
constexpr auto E = Severity::kError;
constexpr auto W = Severity::kWarning;
constexpr auto I = Severity::kInfo;

constexpr Rule kRules[] = {
    // The text.
    {"invalid-json", E, "INVALID_JSON_DESCRIPTION", "the text is not JSON, or not YAML",
     "Mend the text at the place that the message names: most often a comma, a quote or a bracket is "
     "missing, or one is too many."},
    {"too-large", E, kSchema, "the definition is longer than 1 MiB",
     "Move branches or processors into state machines of their own, and start them with "
     "states:startExecution."},
    {"not-an-object", E, kSchema, "the definition is not an object",
     "A definition is an object with StartAt and States."},
    {"unresolved-placeholder", E, "", "a ${placeholder} has no value",
     "Give it a value with --substitution NAME=VALUE, or many with --substitutions FILE. `gait validate` "
     "needs none: there a placeholder stands for any value."},
    {"no-state-machine", E, "", "the file is neither a definition nor a template with a state machine",
     "Name a definition, or a template that has a state machine. Of a folder the files that hold none are passed "
     "over."},
    {"definition-not-found", W, "", "a template names a file for the definition that is not there",
     "Correct the path, which begins at the folder of the template, or make the file before the templates are "
     "checked."},
    {"definition-not-read", I, "", "a template's definition is not at hand, and so not checked",
     "Check the definition where it is made or kept: the template alone does not say what it is."},
    {"undefined-substitution", W, "", "a template has no value for a ${placeholder} of the definition",
     "Add the name to the template's DefinitionSubstitutions, or correct it in the definition."},
    {"unused-substitution", I, "", "a template has a value for what the definition does not refer to",
     "Remove the value, or refer to it in the definition as ${Name}."},
    {"duplicate-key", W, "", "an object has a key twice",
     "Remove one of the two: the last one counts, and readers differ on that."},
    {"not-implemented", E, "", "gait cannot execute this yet",
     "AWS runs it and `gait validate` accepts it; gait does not run it. Use the kind of reader that the "
     "message names."},
    // Fields.
    {"missing-required-field", E, kSchema, "a field that must be there is missing",
     "Add the fields that the message lists."},
    {"unknown-field", E, kSchema, "there is no such field",
     "Correct the name, whose case counts, or remove the field. For notes there is Comment."},
    {"field-not-allowed", E, kSchema, "the field belongs to other types of states",
     "Remove the field, or move what it does into a state of a type that has it."},
    {"bad-type", E, kSchema, "the value has the wrong type",
     "Give a value of the type that the message names. Numbers and booleans stand without quotes."},
    {"number-out-of-range", E, kSchema, "the number is too small or too large",
     "Give a number within the bound that the message names."},
    {"bad-enum-value", E, kSchema, "the value is none of those that there are",
     "Use one of the values that the message lists, in their letter case."},
    {"value-and-path", E, kSchema, "a field and its ...Path form exclude one another",
     "Keep the field where the value is known when the definition is written, and the ...Path form where "
     "it is in the input."},
    {"unsupported-version", E, kSchema, "Version is not \"1.0\"", "Write \"1.0\", or leave the field out."},
    {"bad-jsonpath", E, kSchema, "the value is no path",
     "A path begins with $ (the input), $$ (the context object) or $name (a variable), and goes on with "
     ".field or [index]."},
    {"bad-reference-path", E, kSchema, "the value is no Reference Path",
     "A Reference Path names one place: $.a, $['a'] or $.list[0], without *, .., filters and slices. That "
     "of ResultPath begins at the input."},
    {"bad-intrinsic", E, kSchema, "the call of an intrinsic function is wrong",
     "Correct the call: the message says what is wrong with it. Texts stand in single quotes, with \\' for "
     "a quote in them, and paths without quotes."},
    {"bad-payload-template", E, kSchema, "a field whose name ends in .$ holds neither a path nor a call",
     "Give it a path or the call of an intrinsic function; for a fixed value take the .$ off the name."},
    {"duplicate-template-field", E, kSchema, "a field is set both with and without .$", "Remove one of the two."},
    {"bad-timestamp", E, kSchema, "the value is no RFC 3339 timestamp",
     "Write it as 2026-03-14T01:59:00Z: a capital T, and a capital Z or an offset such as +02:00."},
    {"bad-variable-name", E, "INVALID_VARIABLE_NAME", "a variable cannot have this name",
     "A name begins with a letter and goes on with letters, digits and _; it has 80 characters at the "
     "most."},
    {"reserved-variable-name", E, "RESERVED_VARIABLE_NAME", "$states is not to be assigned",
     "Choose another name: $states is what Step Functions itself tells of the state."},
    {"variable-shadows-outer-scope", E, "DUPLICATE_VARIABLE_NAME", "a scope around this one has a variable of the name",
     "Choose another name. A branch or an iteration reads the variables around it and cannot set them; "
     "what it gives back is its output."},
    {"undefined-variable", W, "", "no state on the way here assigns the variable that is read",
     "Assign it in a state that comes before on every way, or correct its name. Variables that one Assign "
     "sets do not see one another."},
    {"no-dollar", W, "NO_DOLLAR", "a path or a call stands in a field whose name does not end in .$",
     "Write the name with .$ at its end where the value is to be looked up. A text that only looks like a "
     "path may stay."},
    {"no-path", W, "NO_PATH", "a path stands in a field whose name does not end in Path",
     "Use the field of the same name that ends in Path; without it the text itself is compared or passed "
     "on."},
    {"pass-result-is-static", W, "PASS_RESULT_IS_STATIC", "a path stands in the Result of a Pass state",
     "Result is passed on as it stands. Use Parameters, with names that end in .$, for values of the "
     "input."},
    // Query languages.
    {"bad-query-language", E, kSchema, "there is no such query language",
     "Write JSONPath or JSONata, in this letter case."},
    {"query-language-downgrade", E, kSchema, "a JSONata machine has no JSONPath states",
     "Give the machine the language JSONPath, and JSONata to the states that use it; or rewrite the state."},
    {"query-language-misplaced", E, kSchema, "QueryLanguage stands where it means nothing",
     "It belongs to the machine or to a state, and not to a branch, a processor or the object States."},
    {"jsonata-field-in-jsonpath-state", E, kSchema, "the field is for JSONata states",
     "Give the state \"QueryLanguage\": \"JSONata\", or use the JSONPath field that the hint names. A state "
     "within a JSONata Map or Parallel has the language of the machine."},
    {"jsonpath-field-in-jsonata-state", E, kSchema, "the field is for JSONPath states",
     "Use the JSONata field that the hint names: Arguments, Output, Items or Condition."},
    {"jsonata-not-an-expression", E, kSchema,
     "a text begins with {% or ends with %}, and does not do both; or it is none where one is due",
     "Write {% at the beginning and %} at the end, with nothing outside."},
    {"jsonata-syntax-error", E, "INVALID_JSONATA_EXPRESSION", "the JSONata expression does not parse",
     "Correct the expression at the character that the hint names; `gait eval jsonata` tries one out."},
    {"jsonata-top-level-reference", E, "UNSUPPORTED_JSONATA_EXPRESSION",
     "the expression refers to data at its top, where there is none",
     "Read the input as $states.input, the result as $states.result, a variable as $name."},
    {"jsonata-unsupported-reference", E, "UNSUPPORTED_JSONATA_EXPRESSION", "the expression uses what is not there",
     "$states has input and context everywhere, result in the Output and Assign of states that do work, "
     "errorOutput in those of a Catcher. $$ and $eval do not exist."},
    // The graph.
    {"empty-states", E, kSchema, "States has no state", "Add a state, and name the first in StartAt."},
    {"unknown-state-type", E, kSchema, "there is no such type of state",
     "Use one of Task, Wait, Pass, Succeed, Fail, Choice, Parallel and Map, in this letter case."},
    {"state-name-too-long", E, "INVALID_STATE_NAME", "a state's name has more than 80 characters",
     "Shorten the name, here and in every transition to it. What it explains can stand in Comment."},
    {"duplicate-state-name", E, "DUPLICATE_STATE_NAME", "two states have one name",
     "Rename one: names are unique in the whole machine, its branches and processors included."},
    {"missing-next", E, kSchema, "a state has neither Next nor End",
     "Name the state that follows in Next, or write \"End\": true."},
    {"both-next-and-end", E, kSchema, "a state has Next and End", "Keep the one that is meant."},
    {"dangling-transition", E, kTarget, "a transition names no state of its States object",
     "Correct the name, whose case counts, or add the state. No transition leads into a branch or out of "
     "it."},
    {"unreachable-state", E, kTarget, "no transition leads to the state",
     "Lead to it from a state that is reached, or remove it."},
    {"no-terminal-state", E, "MISSING_END_STATE", "no state ends the machine",
     "Give a state \"End\": true, or add a Succeed or Fail state, and lead to it."},
    // Choice.
    {"bad-choice-rule", E, kSchema, "a Choice rule is malformed",
     "A rule has exactly one of And, Or, Not, Variable and Condition; with Variable it has exactly one "
     "comparison."},
    {"choice-without-choices", E, kSchema, "a Choice has no rule",
     "Add a rule; what follows when none holds stands in Default."},
    {"parallel-without-branches", E, kSchema, "a Parallel has no branch",
     "Add a branch: an object with StartAt and States."},
    {"choice-rule-without-next", E, kSchema, "a Choice rule leads nowhere",
     "Name the state to go to in the Next of the rule."},
    {"nested-rule-next", E, kSchema, "a rule within And, Or or Not has a Next",
     "Move Next, and Assign or Output with it, to the outermost rule."},
    // Retry and Catch.
    {"empty-error-equals", E, kSchema, "ErrorEquals names no error",
     "Name the errors; States.ALL stands for all of them."},
    {"states-all-not-alone", E, kSchema, "States.ALL stands beside other names",
     "Let it stand alone, in an entry of its own: it matches what the others do."},
    {"states-all-not-last", E, kSchema, "a Retrier or Catcher follows the one for States.ALL",
     "Move the entry with States.ALL to the end: those behind it would never be used."},
    {"bad-reserved-error-name", E, "", "no error of this reserved name exists",
     "Correct the name: an error that does not exist is never matched. Names of your own do not begin with "
     "States.; one that no built-in name resembles is only warned of, since AWS takes it."},
    // Wait.
    {"wait-without-time", E, kSchema, "a Wait does not say how long",
     "Add one of Seconds, SecondsPath, Timestamp and TimestampPath."},
    {"wait-two-times", E, kSchema, "a Wait says twice how long",
     "Keep one of Seconds, SecondsPath, Timestamp and TimestampPath."},
    // Map.
    {"map-without-processor", E, kSchema, "a Map has no ItemProcessor",
     "Add an ItemProcessor: an object with StartAt and States, which runs for each item."},
    {"map-iterator-and-itemprocessor", E, kSchema, "a Map has both ItemProcessor and Iterator",
     "Keep ItemProcessor: Iterator is its older name."},
    {"map-parameters-and-itemselector", E, kSchema, "a Map has both ItemSelector and Parameters",
     "Keep ItemSelector: Parameters is its older name in a Map."},
    {"executiontype-in-inline-map", E, kSchema, "ExecutionType is for Distributed Maps",
     "Remove ExecutionType, or give the ProcessorConfig \"Mode\": \"DISTRIBUTED\"."},
    {"bad-label", E, "INVALID_LABEL_NAME", "a Map cannot have this Label",
     "A Label has 1 to 40 characters, and no blank, no control character and none of ? * < > { } [ ] : ; , "
     "\\ | ^ ~ $ # % & ` \"."},
    {"duplicate-label", E, "DUPLICATE_LABEL_NAME", "two Maps have one Label",
     "Give each Map a Label of its own, or none: it is part of the names of its Map Runs."},
    {"bad-item-reader", E, kSchema, "an ItemReader is malformed",
     "Correct what the message names: the reader needs s3:getObject or s3:listObjectsV2 and a ReaderConfig "
     "that fits; CSV needs CSVHeaderLocation, GIVEN needs CSVHeaders."},
    {"reader-without-resource", E, kSchema, "an ItemReader has no Resource",
     "Add the Resource arn:aws:states:::s3:getObject, or arn:aws:states:::s3:listObjectsV2 for a listing."},
    {"bad-item-batcher", E, kSchema, "an ItemBatcher is malformed",
     "Say how large a batch may be with MaxItemsPerBatch or MaxInputBytesPerBatch, or with their ...Path "
     "forms."},
    {"bad-result-writer", E, kSchema, "a ResultWriter is malformed",
     "Give it a Resource with the Bucket in Parameters (Arguments in JSONata), a WriterConfig, or both; or "
     "leave the field out."},
    // Task.
    {"invalid-resource", E, kSchema, "Resource names nothing that a Task can do",
     "Correct the ARN: a Lambda function's, an activity's, arn:aws:states:::SERVICE:ACTION of an optimised "
     "integration, or arn:aws:states:::aws-sdk:SERVICE:ACTION of any other. Not every one has .sync and "
     ".waitForTaskToken."},
    {"bad-credentials", E, kSchema, "Credentials are malformed, or of no use here",
     "Give them a RoleArn. An activity has none."},
    {"not-for-express", E, kSchema, "EXPRESS state machines do not have it",
     "Use a STANDARD state machine (or STANDARD children of the Map): EXPRESS has no activities, no .sync, "
     "no .waitForTaskToken and no Distributed Map."},
    {"too-deeply-nested", E, "TOO_DEEPLY_NESTED", "Parallel and Map states nest too deep",
     "Move the inner ones into state machines of their own, and start them with states:startExecution."},
    // What bites.
    {"choice-without-default", W, "", "a Choice has no Default for what its rules do not expect",
     "Add a Default. If no other value can come, let it lead to a Fail state whose Cause says what was not expected."},
    {"choice-rule-never-reached", W, "", "an earlier rule holds whenever this one would",
     "Rules are tried in order and the first that holds is taken: put the narrower rule first, or remove the one that "
     "is never reached."},
    {"choice-rule-never-holds", W, "", "a Choice rule cannot hold",
     "Correct the comparison, or make And an Or; otherwise remove the rule and what only it leads to."},
    {"deprecated-field", W, "", "a field has a successor",
     "Rename the field: ItemProcessor in place of Iterator, ItemSelector in place of a Map's Parameters. `gait "
     "validate --fix` does it."},
    {"retrier-never-fires", W, "", "an earlier Retrier takes every error of this one",
     "Put the Retrier for the more special error before the one that matches it too, or merge the two."},
    {"catcher-never-fires", W, "", "an earlier Catcher takes every error of this one",
     "Put the Catcher for the more special error before the one that matches it too, or remove it."},
    {"repeated-error-name", W, "", "an error name has no effect, for an earlier one takes its errors",
     "Remove the name from the later entry: the first Retrier or Catcher that matches an error is the only one that "
     "acts."},
    {"error-never-raised", W, "", "a Retrier or Catcher names an error that the state cannot raise",
     "Remove the name, or name the error that was meant: each service's errors begin with its own name, as in "
     "DynamoDB.ConditionalCheckFailedException."},
    {"catch-all-drops-error", W, "", "a Catcher for States.ALL lets every error vanish",
     "Catch by name the errors that may be ignored. For all others keep the error with ResultPath, Output or Assign, "
     "or lead to a Fail state."},
    {"retry-repeats-effects", I, "", "a Retry of a whole Parallel or Map sends again what was sent",
     "Move the Retry to the states inside that fail, or make what is sent harmless to receive twice, for example with "
     "a deduplication id."},
    {"lambda-without-retry", W, "", "no Retry takes the passing errors of a Lambda function",
     "Add a Retrier for Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException and "
     "Lambda.TooManyRequestsException with a growing interval."},
    {"task-token-not-passed", W, "", "nobody is given the token that a callback waits for",
     "Put the token into what the worker is sent: \"token.$\": \"$$.Task.Token\", or {% $states.context.Task.Token %} "
     "in JSONata."},
    {"callback-without-timeout", W, "", "a callback or an activity is waited for without a limit",
     "Give the state HeartbeatSeconds if the worker reports that it is alive, or TimeoutSeconds, and catch "
     "States.Timeout."},
    {"unsafe-execution-name", W, "", "the name of an execution is made of what names must not have",
     "Leave Name out and let Step Functions choose one, or make it of a hash of the key: States.Hash($.key, "
     "'SHA-256')."},
    {"placeholder-arn", W, "", "an ARN still has words in place of a region or an account",
     "Write the ARN of the function or activity, or a ${placeholder} that the deployment replaces."},
    {"result-too-large", W, "", "what a state hands on will pass 256 KiB",
     "Let a ResultWriter put the results into S3; keep large constants in S3 and read them from there."},
    {"inline-concurrency", I, "", "MaxConcurrency is beyond what an inline Map does",
     "Take 40 or less, or make the Map a Distributed one: ProcessorConfig with Mode DISTRIBUTED."},
    {"wait-too-long", W, "", "a Wait is longer than an execution may last",
     "Wait for less, raise the state machine's TimeoutSeconds, or end the execution and let a schedule start another "
     "one."},
    {"unused-variable", W, "", "a variable is set and never read",
     "Remove the variable, or read it where it was meant to be read."},
    {"possibly-undefined-variable", I, "", "a way leads here on which no state assigns the variable that is read",
     "Set the variable on every way that leads to the read, for example with a default in the first state."},
    {"path-cannot-exist", W, "", "a path leads nowhere in what earlier states hand on",
     "Correct the path, or keep what it needs in the state that the finding's way begins with."},
    {"input-overwritten", W, "", "a result replaces the input that a later state still reads",
     "Give the Task a ResultPath such as \"$.check\", so that its result stands beside the input; in JSONata put both "
     "into Output, or keep one in a variable."},
    {"output-never-used", W, "", "no state reads the output of this one",
     "Remove what makes the output, or keep it with a ResultPath where a later state can read it."},
    {"unknown-suppression", W, "", "gait-ignore names no rule",
     "Name a rule as `gait validate` prints it in brackets."},
    {"unused-suppression", I, "", "gait-ignore silences nothing", "Remove the gait-ignore: what it silenced is gone."},
};

}  // namespace

std::span<const Rule> Rules() { return kRules; }

const Rule* FindRule(std::string_view id) {
  const auto* rule = std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& r) { return r.id == id; });
  return rule == std::end(kRules) ? nullptr : rule;
}

const Rule& RuleOf(std::string_view id) {
  const Rule* rule = FindRule(id);
  GAIT_CHECK(rule != nullptr, "no such rule: " + std::string(id));
  return *rule;
}

std::string PageOf(const Rule& rule) { return "docs/diagnostics/" + std::string(rule.id) + ".md"; }

}  // namespace gait
