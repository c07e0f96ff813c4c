#include "engine/base/cause_table.h"

#include <iterator>

#include "engine/base/check.h"

namespace gait {
namespace {

struct Row {
  Cause cause;
  std::string_view sentence;  // {} takes the next argument
};

constexpr Row kRows[] = {
    {Cause::kWhileExecuting, "An error occurred while executing the state '{}' (entered at the event id #{}). {}"},
    {Cause::kInvalidPath, "Invalid path '{}' : {}"},
    {Cause::kPathNotInInput, "The JSONPath '{}' specified for the field '{}' could not be found in the input '{}'"},
    // Not recorded: in the form of the row above.
    {Cause::kVariableNotFound, "The JSONPath '{}' specified for the field '{}' could not be found in the variables"},
    // Not recorded: as users quote it.
    {Cause::kNoChoiceMatched, "Failed to transition out of the state. The state does not point to a next state."},
    {Cause::kChoicePathInvalid, "Invalid path '{}': The choice state's condition path references an invalid value."},
    // Not recorded: as users quote it.
    {Cause::kChoicePathType, "The {} parameter does not reference a value of the expected type: {} == {}"},
    {Cause::kSecondsPathMissing, "The SecondsPath parameter does not reference an input value: {}"},
    {Cause::kSecondsPathNotLong, "The SecondsPath parameter cannot be parsed as a long value: {} == {}"},
    // Not recorded.
    {Cause::kSecondsNegative, "The SecondsPath parameter references a negative value: {} == {}"},
    {Cause::kTimestampPathInvalid,
     "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == "
     "{}"},
    {Cause::kTimestampInvalid,
     "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {}"},
    {Cause::kJsonataUndefined,
     "The JSONata expression '{}' specified for the field '{}' returned nothing (undefined)."},
    {Cause::kJsonataType,
     "The JSONata expression '{}' specified for the field '{}' returned an unexpected result type. Expected '{}', but "
     "was '{}' for value: {}"},
    // Not recorded: as users quote it.
    {Cause::kJsonataFailed,
     "The JSONata expression '{}' specified for the field '{}' threw an error during evaluation. {}"},
    {Cause::kNotAnInteger, "The {} field refers to value \"{}\" which is not a valid integer: {}"},
    {Cause::kNotAFloat, "The {} field refers to value \"{}\" which is not a valid float: {}"},
    // Not recorded: in the form of the row below.
    {Cause::kMaxConcurrencyNegative, "MaxConcurrency cannot be negative."},
    {Cause::kToleratedCountNegative, "ToleratedFailureCount cannot be negative."},
    {Cause::kToleratedPercentageRange, "ToleratedFailurePercentage must be between 0 and 100."},
    {Cause::kMapInputNotArray, "Map state input must be an array but was: {}"},
    // Not recorded: as users quote it.
    {Cause::kItemsPathNotArray, "Reference path \"{}\" must point to array."},
    {Cause::kResultPathNotApplicable, "Unable to apply ReferencePath {} to input {}"},
    {Cause::kIntrinsicFailure, "The function '{}' had the following error: {}"},
    {Cause::kTaskResultTooLarge,
     "The state/task '{}' returned a result with a size exceeding the maximum number of bytes service limit."},
    {Cause::kStateOutputTooLarge,
     "The state/task '{}' returned a result with a size exceeding the maximum number of bytes service limit."},
    // Not recorded.
    {Cause::kVariableTooLarge, "The size of {} exceeds the maximum number of bytes service limit."},
    {Cause::kHistoryTooLong, "The execution reached the maximum number of history events (25000)."},
    {Cause::kToleranceExceeded, "The specified tolerated failure threshold was exceeded"},
    {Cause::kMaxItemsNotPositive, "field MaxItems must be positive"},
    {Cause::kCsvHeadersDuplicate, "CSV headers cannot contain duplicates."},
    {Cause::kItemsNotIterable, "Attempting to map over non-iterable node."},
    {Cause::kNoItemsFound, "The ItemReader's resource cannot be read here: {}"},
    {Cause::kOtherItemsFound, "The ItemReader finds other items in {} than when it counted them"},
    {Cause::kItemTooLarge, "The item with index {} of {} has {} bytes; the input of a child has {} at the most"},
    {Cause::kMapRunAborted, "The map run execution [{}] which was managing this resource was aborted"},
    {Cause::kNoResultsWritten, "The ResultWriter has nowhere to write to here"},
    {Cause::kMapRunRedrivenTooOften, "The map run was redriven 1000 times, which is the maximum"},
    {Cause::kActivityDoesNotExist, "The activity {} does not exist."},
    // Not recorded: in the form of kNotAnInteger.
    {Cause::kTimeoutNotPositive, "The {} field refers to value \"{}\" which is not a positive integer: {}"},
    {Cause::kHeartbeatNotSmaller, "HeartbeatSeconds must be smaller than TimeoutSeconds."},
    {Cause::kErrorPathNotString, "The {} parameter does not reference a string: {}"},
    // gait's own: AWS's engine does not stop.
    {Cause::kEngineStopped,
     "The engine stopped while the task was running: whether it completed is not known. Declare the target idempotent "
     "to "
     "have it dispatched again."},
    {Cause::kNoTarget,
     "gait has nothing that does the work of the resource '{}'. It has Lambda functions, http:invoke, "
     "states:startExecution and aws-sdk:sfn."},
    {Cause::kNestingTooDeep, "The value nests too deep."},
    // Not recorded, as are the next three: as users quote them.
    {Cause::kParametersUnusable, "The Parameters '{}' could not be used to start the Task: [{}]"},
    {Cause::kFieldMissing, "The field '{}' is required but was missing"},
    {Cause::kFieldFormat, "The value of the field '{}' has an invalid format"},
    {Cause::kUnsupportedHeaders, "The 'Headers' field contains unsupported values: [{}]"},
    {Cause::kServiceRefusal, "{} (Service: {}; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)"},
    {Cause::kSdkRefusal, "{} (Service: {}, Status Code: {}, Request ID: {}) (SDK Attempt Count: 1)"},
    {Cause::kS3Refusal, "{} (Service: S3, Status Code: {}, Request ID: {}, Extended Request ID: {})"},
    // Not recorded: as AWS's SDK for Java words it.
    {Cause::kRequestNotExecuted, "Unable to execute HTTP request: {}"},
    {Cause::kFunctionNotFound, "Function not found: {}"},
    // Not recorded: as the Lambda API words it.
    {Cause::kQualifiersDiffer, "The derived qualifier from the function name does not match the specified qualifier."},
    // Not recorded: as users quote it.
    {Cause::kNoErrorType,
     "The cause could not be determined because Lambda did not return an error type. Returned payload: {}"},
    // Not recorded, as is the next: gait's own words for what the guide says is not supported.
    {Cause::kUnsupportedContentType, "The response has the content type '{}', which is not supported."},
    {Cause::kNotText, "The response cannot be read as text."},
    // Not recorded, as is the next: Step Functions Local has no words of its own for them.
    {Cause::kNoTestCase, "The mock configuration has no test case '{}' of the state machine '{}'."},
    {Cause::kNoMockedAttempt, "The mocked response '{}' has no answer for attempt {}."},
};

constexpr bool RowsAreInOrder() {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<size_t>(kRows[i].cause) != i) return false;
  }
  return true;
}
static_assert(RowsAreInOrder(), "a row for each Cause, in the enumeration's order");

}  // namespace

std::string CauseText(Cause cause, std::initializer_list<std::string_view> arguments) {
  std::string_view rest = kRows[static_cast<size_t>(cause)].sentence;
  std::string text;
  for (std::string_view argument : arguments) {
    const size_t hole = rest.find("{}");
    GAIT_CHECK(hole != std::string_view::npos, "more arguments than the sentence has places");
    text.append(rest.substr(0, hole)).append(argument);
    rest.remove_prefix(hole + 2);
  }
  GAIT_CHECK(rest.find("{}") == std::string_view::npos, "fewer arguments than the sentence has places");
  return text.append(rest);
}

}  // namespace gait
