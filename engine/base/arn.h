// Amazon Resource Names of Step Functions.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gait {

// The account and region that the engine plays; part of every ARN it makes.
struct Account {
  std::string id = "123456789012";
  std::string region = "us-east-1";
  std::string partition = "aws";
};

// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. The views point into the parsed text.
struct Arn {
  std::string_view partition, service, region, account;
  std::string_view
      resource;  // all after the fifth colon: `stateMachine:NAME`, `execution:NAME:EXECUTION`, `function:F:1`

  // `resource` up to its first colon, and what follows it ("" if there is none).
  std::string_view resource_type() const;
  std::string_view resource_name() const;
};

// Splits a text at its colons; empty if it does not begin with `arn:` or has fewer than six parts.
std::optional<Arn> ParseArn(std::string_view text);

std::string StateMachineArn(const Account& account, std::string_view name);
std::string ExecutionArn(const Account& account, std::string_view state_machine_name, std::string_view name);
// Executions of EXPRESS state machines: `express:NAME:EXECUTION:RUN`.
std::string ExpressExecutionArn(const Account& account, std::string_view state_machine_name, std::string_view name,
                                std::string_view run_id);
// `mapRun:NAME/LABEL:UUID`, where a Map without a Label has a UUID in its place.
std::string MapRunArn(const Account& account, std::string_view state_machine_name, std::string_view label,
                      std::string_view run_id);
// LABEL of such an ARN.
std::string_view MapRunLabel(std::string_view map_run_arn);
// `NAME/LABEL`, what its children run; of a Map within a child of another, `NAME/OUTER/INNER`.
std::string_view MapRunMachine(std::string_view map_run_arn);
std::string ActivityArn(const Account& account, std::string_view name);
// An unqualified or qualified function, as in `function:NAME:QUALIFIER`.
std::string LambdaFunctionArn(const Account& account, std::string_view function);

}  // namespace gait
