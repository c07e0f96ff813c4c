// A C program with a workflow inside: it asks for an approval with a task token, and answers that itself.
#include <gait/gait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const kApproval =
    "{"
    "  \"StartAt\": \"Ask\","
    "  \"States\": {"
    "    \"Ask\": {"
    "      \"Type\": \"Task\","
    "      \"Resource\": \"arn:aws:states:::lambda:invoke.waitForTaskToken\","
    "      \"Parameters\": {\"FunctionName\": \"Ask\", \"Payload.$\": \"$\"},"
    "      \"ResultPath\": \"$.approved\","
    "      \"End\": true"
    "    }"
    "  }"
    "}";

static void check(gait_status status) {
  if (status == GAIT_OK) return;
  fprintf(stderr, "%s %s\n", gait_last_error_code(), gait_last_error_message());
  exit(1);
}

// Sends a question to somebody. Whoever has the token answers it, from any process that has the engine, some day: here
// that is this function, as soon as it has said that the question is on its way.
static void ask(gait_task* task, void* user_data) {
  gait_engine* engine = user_data;
  printf("%s asks: %s\n", gait_task_state_name(task), gait_task_input(task));
  check(gait_task_succeed(task, "null"));
  check(gait_send_task_success(engine, gait_task_token(task), "true"));
  gait_task_release(task);
}

// Prints a part of a JSON text; a real program has a library for that.
static void print_part(const char* json, const char* from, const char* until) {
  const char* begin = strstr(json, from);
  const char* end = begin == NULL ? NULL : strstr(begin, until);
  if (end != NULL) printf("%.*s\n", (int)(end - begin), begin);
}

int main(int argc, char** argv) {
  gait_options* options = gait_options_new();
  check(gait_options_set_database(options, argc > 1 ? argv[1] : "approval.db"));
  gait_engine* engine = NULL;
  check(gait_open(options, &engine));
  gait_options_free(options);
  check(gait_register_function(engine, "Ask", ask, engine, /*idempotent=*/1));
  check(gait_start(engine));

  char *machine = NULL, *execution = NULL, *description = NULL, *history = NULL;
  check(gait_create_state_machine(engine, "approval", kApproval, NULL, &machine));
  check(gait_start_execution(engine, machine, "{\"book\":\"SICP\"}", NULL, &execution));
  check(gait_wait(engine, execution, /*at_most_ms=*/-1, &description));
  print_part(description, "\"status\"", ",");
  print_part(description, "\"output\"", ",\"outputDetails\"");
  check(gait_get_execution_history(engine, execution, &history));
  for (const char* event = history; (event = strstr(event, "\"type\"")) != NULL; ++event)
    print_part(event, "\"type\"", ",");

  gait_string_free(history);
  gait_string_free(description);
  gait_string_free(execution);
  gait_string_free(machine);
  gait_close(engine);
  return 0;
}
