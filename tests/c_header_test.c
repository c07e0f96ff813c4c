// gait.h is C11, and the shared library has what it declares.
#include <stdio.h>
#include <string.h>

#include "api/gait.h"

typedef void (*any_function)(void);

static const any_function kFunctions[] = {
    (any_function)gait_last_error_code,
    (any_function)gait_last_error_message,
    (any_function)gait_string_free,
    (any_function)gait_version,
    (any_function)gait_options_new,
    (any_function)gait_options_free,
    (any_function)gait_options_set_database,
    (any_function)gait_options_set_read_only,
    (any_function)gait_options_set_account,
    (any_function)gait_options_set_aws_limits,
    (any_function)gait_options_set_virtual_clock,
    (any_function)gait_options_set_workers,
    (any_function)gait_options_set_targets_file,
    (any_function)gait_options_set_lambda_endpoint,
    (any_function)gait_options_set_service_models,
    (any_function)gait_options_set_log,
    (any_function)gait_open,
    (any_function)gait_start,
    (any_function)gait_close,
    (any_function)gait_create_state_machine,
    (any_function)gait_start_execution,
    (any_function)gait_wait,
    (any_function)gait_describe_execution,
    (any_function)gait_get_execution_history,
    (any_function)gait_call,
    (any_function)gait_send_task_success,
    (any_function)gait_send_task_failure,
    (any_function)gait_send_task_heartbeat,
    (any_function)gait_register_function,
    (any_function)gait_task_input,
    (any_function)gait_task_function,
    (any_function)gait_task_execution_arn,
    (any_function)gait_task_state_name,
    (any_function)gait_task_idempotency_key,
    (any_function)gait_task_token,
    (any_function)gait_task_attempt,
    (any_function)gait_task_succeed,
    (any_function)gait_task_fail,
    (any_function)gait_task_release,
    (any_function)gait_observe,
};

int main(void) {
  size_t present = 0;
  for (size_t i = 0; i < sizeof kFunctions / sizeof *kFunctions; ++i) present += kFunctions[i] != NULL;
  gait_engine* engine = NULL;
  const gait_status status = gait_open(NULL, &engine);
  char* answer = NULL;
  const gait_status refused = gait_call(engine, "Nope", "{}", &answer);
  const int ok = present > 0 && status == GAIT_OK && refused == GAIT_REFUSED && answer == NULL &&
                 strcmp(gait_last_error_code(), "UnknownOperationException") == 0;
  gait_close(engine);
  if (!ok) fprintf(stderr, "%d %d %s\n", (int)status, (int)refused, gait_last_error_message());
  return ok ? 0 : 1;
}
