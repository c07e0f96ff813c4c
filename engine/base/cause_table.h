// The sentences that AWS puts into `cause`. Each was read in a recorded history unless its row says otherwise, and
// stands here only: users' automation compares them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace gait {

enum class Cause {
  kWhileExecuting,            // state, event id, sentence: what goes before the run-time errors below
  kInvalidPath,               // path, what the path library said: InputPath, OutputPath, ...
  kPathNotInInput,            // path, field, input: payload templates, ErrorPath and CausePath
  kVariableNotFound,          // path, field
  kNoChoiceMatched,           //
  kChoicePathInvalid,         // path: a Choice rule's Variable names nothing
  kChoicePathType,            // operator's path field, path, type: the operand of a ...Path operator has another type
  kSecondsPathMissing,        // path
  kSecondsPathNotLong,        // path, value
  kSecondsNegative,           // value
  kTimestampPathInvalid,      // path, value
  kTimestampInvalid,          // text: JSONata
  kJsonataUndefined,          // expression, field
  kJsonataType,               // expression, field, expected type, type, value as JSON
  kJsonataFailed,             // expression, field, code and message
  kNotAnInteger,              // field, value, path
  kNotAFloat,                 // field, value, path
  kMaxConcurrencyNegative,    //
  kToleratedCountNegative,    //
  kToleratedPercentageRange,  //
  kMapInputNotArray,          // value as JSON
  kItemsPathNotArray,         // path
  kResultPathNotApplicable,   // path, input
  kIntrinsicFailure,          // call, what was wrong
  kTaskResultTooLarge,        // resource
  kStateOutputTooLarge,       // state
  kVariableTooLarge,          // what
  kHistoryTooLong,            //
  kToleranceExceeded,         //
  kMaxItemsNotPositive,       //
  kCsvHeadersDuplicate,       //
  kItemsNotIterable,          //
  kNoItemsFound,              // resource: nobody reads it here
  kOtherItemsFound,           // where
  kItemTooLarge,              // index, where it came from, its bytes, at the most
  kMapRunAborted,             // Map Run's ARN
  kNoResultsWritten,          //
  kMapRunRedrivenTooOften,    //
  kActivityDoesNotExist,      // ARN
  kTimeoutNotPositive,        // field, value, path
  kHeartbeatNotSmaller,       //
  kErrorPathNotString,        // field, path
  kEngineStopped,             //
  kNoTarget,                  // resource
  kNestingTooDeep,            //
  kParametersUnusable,        // parameters as JSON, what is wrong with them
  kFieldMissing,              // field: for kParametersUnusable
  kFieldFormat,               // field: for kParametersUnusable
  kUnsupportedHeaders,        // names, separated by ", ": for kParametersUnusable
  kServiceRefusal,            // message, service, HTTP status, error code, request id: of an optimised integration
  kSdkRefusal,                // message, service, HTTP status, request id: of an aws-sdk integration
  kS3Refusal,                 // message, HTTP status, request id, extended request id: of aws-sdk:s3
  kRequestNotExecuted,        // what happened: a service gave no answer
  kFunctionNotFound,          // ARN with its qualifier: a message for kServiceRefusal
  kQualifiersDiffer,          //
  kNoErrorType,               // payload: a Lambda function failed without saying how
  kUnsupportedContentType,    // content type: HTTP Task
  kNotText,                   // HTTP Task
  kNoTestCase,                // test case, state machine: of the mock configuration
  kNoMockedAttempt,           // mocked response, attempt
};

// The sentence with its arguments in place, in the order that the comment on each enumerator gives.
std::string CauseText(Cause cause, std::initializer_list<std::string_view> arguments = {});

}  // namespace gait
