"""gait run: what it prints, where, and with which exit status; and what is there afterwards."""
import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import unittest

import support
from support import ProgramTest, lambda_arn, machine

PASS = machine(P={"Type": "Pass", "End": True})
FAIL = machine(P={"Type": "Pass", "Next": "F"}, F={"Type": "Fail", "Error": "Broken", "Cause": "it is"})


class Run(ProgramTest):
    def test_the_output_alone_is_on_standard_output(self):
        self.write("p.asl.json", PASS)
        done = self.gait("run", "p.asl.json", "--input", '{"a": 1}')
        self.assertEqual(done.stdout, '{"a":1}\n')
        self.assertEqual(done.stderr, "")

    def test_a_failed_execution_says_where_and_why_and_exits_1(self):
        self.write("f.asl.json", FAIL)
        done = self.gait("run", "f.asl.json", status=1)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr, "gait: the execution ended as FAILED in the state 'F'\n  error: Broken\n  cause: it is\n")

    def test_input_comes_from_the_command_line_a_file_or_standard_input(self):
        self.write("p.asl.json", PASS)
        self.write("input.json", '{"from": "a file"}')
        self.assertEqual(self.gait("run", "p.asl.json").stdout, "{}\n")
        self.assertEqual(self.gait("run", "p.asl.json", "--input", "@input.json").stdout, '{"from":"a file"}\n')
        self.assertEqual(self.gait("run", "p.asl.json", "--input", "-", input="[1]").stdout, "[1]\n")
        done = self.gait("run", "p.asl.json", "--input", '{"a": }', status=2)
        self.assertIn("--input is not JSON: Invalid value (line 1, column 7)", done.stderr)
        self.gait("run", "p.asl.json", "--input", "@missing.json", status=2)

    def test_the_history(self):
        self.write("p.asl.json", PASS)
        done = self.gait("run", "p.asl.json", "--history", "json")
        types = [event["type"] for event in json.loads(done.stderr)["events"]]
        self.assertEqual(types, ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])
        table = self.gait("run", "p.asl.json", "--history", "table").stderr.splitlines()
        self.assertEqual(table[0].split(), ["ID", "SECONDS", "TYPE", "STATE", "DETAILS"])
        self.assertEqual(len(table), 5)

    def test_what_ran_is_in_the_database(self):
        self.write("p.asl.json", PASS)
        self.gait("run", "p.asl.json", "--name", "one", "--input", '{"a": 1}')
        self.assertTrue((self.folder / ".gait/gait.db").exists())
        listed = json.loads(self.gait("executions", "--format", "json").stdout)
        self.assertEqual([(e["name"], e["status"]) for e in listed], [("one", "SUCCEEDED")])
        self.assertIn("one", self.gait("executions", "--status", "SUCCEEDED").stdout)
        self.assertNotIn("one", self.gait("executions", "--status", "FAILED").stdout)
        described = json.loads(self.gait("describe", "one").stdout)
        self.assertEqual(described["output"], '{"a":1}')
        self.assertRegex(described["stopDate"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        history = json.loads(self.gait("history", "one", "--format", "json").stdout)
        self.assertEqual(len(history["events"]), 4)
        self.assertIn("PassStateExited", self.gait("history", described["executionArn"]).stdout)
        self.assertIn("there is no execution 'two'", self.gait("describe", "two", status=2).stderr)

    def test_arns_have_the_account_and_region_that_are_given(self):
        self.write("p.asl.json", PASS)
        mine = ("--account-id", "111122223333", "--region", "eu-west-1")
        self.gait("run", "p.asl.json", "--name", "one", *mine)
        arn = json.loads(self.gait("describe", "one", *mine).stdout)["executionArn"]
        self.assertTrue(arn.startswith("arn:aws:states:eu-west-1:111122223333:execution:"), arn)
        self.assertIn("PassStateExited", self.gait("history", arn, *mine).stdout)

    def test_a_name_is_used_once(self):
        self.write("p.asl.json", PASS)
        self.gait("run", "p.asl.json", "--name", "one")
        self.assertIn("'one'", self.gait("run", "p.asl.json", "--name", "one", status=2).stderr)
        self.assertIn("cannot be an execution's name", self.gait("run", "p.asl.json", "--name", "a b", status=2).stderr)

    def test_ephemeral_leaves_nothing(self):
        self.write("p.asl.json", PASS)
        self.gait("run", "p.asl.json", "--ephemeral")
        self.assertFalse((self.folder / ".gait").exists())

    def test_a_virtual_clock_waits_for_nothing(self):
        self.write("w.asl.json", machine(W={"Type": "Wait", "Seconds": 86400, "Next": "P"},
                                         P={"Type": "Pass", "Parameters": {"from.$": "$$.Execution.StartTime",
                                                                           "to.$": "$$.State.EnteredTime"}, "End": True}))
        output = json.loads(self.gait("run", "w.asl.json", "--clock", "virtual", timeout=10).stdout)
        self.assertNotEqual(output["from"][:10], output["to"][:10])
        self.assertEqual(output["from"][10:], output["to"][10:])

    def test_yaml_and_substitutions(self):
        self.write("w.asl.yaml", "StartAt: W\nStates:\n  W:\n    Type: Pass\n    Result:\n      text: ${Greeting}\n      n: ${Count}\n    End: true\n")
        done = self.gait("run", "w.asl.yaml", "--substitution", "Greeting=hello", "--substitution", "Count=3")
        self.assertEqual(done.stdout, '{"text":"hello","n":3}\n')
        self.write("values.json", {"Greeting": "hi", "Count": 4})
        self.assertEqual(self.gait("run", "w.asl.yaml", "--substitutions", "values.json").stdout, '{"text":"hi","n":4}\n')
        self.assertIn("unresolved-placeholder", self.gait("run", "w.asl.yaml", status=1).stderr)

    def test_express(self):
        self.write("p.asl.json", PASS)
        self.assertEqual(self.gait("run", "p.asl.json", "--type", "EXPRESS", "--input", "[1]").stdout, "[1]\n")
        self.assertEqual(json.loads(self.gait("executions", "--format", "json").stdout), [])

    def test_quotas_can_be_lifted(self):
        self.write("p.asl.json", machine(P={"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": True}))
        self.write("input.json", '"%s"' % ("x" * 200_000))
        done = self.gait("run", "p.asl.json", "--input", "@input.json", status=1)
        self.assertIn("States.DataLimitExceeded", done.stderr)
        self.gait("run", "p.asl.json", "--input", "@input.json", "--limits", "off")

    def test_wrong_calls_exit_2_and_say_what_is_wrong(self):
        self.write("p.asl.json", PASS)
        for arguments, told in ((("run",), "FILE is required"), (("run", "missing.asl.json"), "missing.asl.json"),
                                (("run", "p.asl.json", "--clock", "sand"), "--clock"), (("rum",), "did you mean 'run'?"), ((), "subcommand"),
                                (("history",), "EXECUTION is required"), (("history", "one"), "no database"),
                                (("run", "p.asl.json", "--account-id", "1234"), "'1234' is not an account: 12 digits"),
                                (("run", "p.asl.json", "--region", "Mars"), "'Mars' is not a region"),
                                (("serve", "--ephemeral", "--lambda-endpoint", "host:9"), "'host:9' is not an http or https URL")):
            with self.subTest(arguments=arguments):
                self.assertIn(told, self.gait(*arguments, status=2).stderr)

    def test_a_terminal_is_asked_for_expressions(self):
        asked, terminal = pty.openpty()
        process = subprocess.Popen([support.GAIT, "eval", "jsonata", "--input", '{"a": [1, 2]}'], stdin=terminal, stdout=terminal,
                                   stderr=terminal, close_fds=True, env={**os.environ, "TERM": "xterm"})
        os.close(terminal)
        said = b""
        for line in (b"$sum(a) + 0.5\n", b"$upperc\t('x')\n", b"1 +\n"):
            seen = len(said)
            while b"jsonata> " not in said[seen:]:
                said += os.read(asked, 4096)
            os.write(asked, line)
        # The end of the input is lost on a terminal that changes its mode at that moment: it is told until it is heard.
        with contextlib.suppress(OSError):  # what Linux says of a terminal that nobody has open any more
            while process.poll() is None:
                if select.select([asked], [], [], 0.2)[0]:
                    said += os.read(asked, 4096)
                elif said.endswith(b"jsonata> "):
                    os.write(asked, b"\x04")
        self.assertEqual(process.wait(10), 0)
        os.close(asked)
        self.assertIn(b"3.5", said)
        self.assertIn(b'"X"', said)  # Tab made $uppercase of $upperc
        self.assertIn(b"S0207", said)

    def test_help_has_examples_and_a_version(self):
        self.assertIn("$ gait run", self.gait("run", "--help").stdout)
        self.assertRegex(self.gait("--version").stdout, r"^gait \d+\.\d+\.\d+\n$")
        manual = self.gait("man").stdout
        for command in ("run", "validate", "serve", "executions", "history", "describe", "resume", "stop", "redrive-execution",
                        "map-runs",
                        "eval"):
            self.assertIn("gait %s" % command, manual)
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("validate", self.gait("completion", shell).stdout)


class Tasks(ProgramTest):
    def function(self, code, **entry):
        self.write("function.py", code)
        self.write("gait.json", {"lambda": {"functions": {"F": {"command": [sys.executable, "function.py"], **entry}}}})
        self.write("t.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("F"), "End": True}))

    def run_it(self, status=0, **options):
        return self.gait("run", "t.asl.json", "--targets", "gait.json", "--input", '{"n": 1}', status=status, **options)

    def test_a_command_is_given_the_input_and_gives_the_output(self):
        self.function("import json, sys\nevent = json.load(sys.stdin)\nprint('to the log', file=sys.stderr)\n"
                      "print(json.dumps({'n': event['n'] + 1}))")
        done = self.run_it()
        self.assertEqual(done.stdout, '{"n":2}\n')
        self.assertIn("to the log", done.stderr)

    def test_a_command_fails_with_its_error_or_by_its_exit_status(self):
        self.function("import json, sys\nprint(json.dumps({'errorType': 'Declined', 'errorMessage': 'no funds'}))\nsys.exit(1)")
        self.assertIn("error: Declined", self.run_it(status=1).stderr)
        self.function("import sys\nsys.exit(3)")
        self.assertIn("exit status 3", self.run_it(status=1).stderr)

    def test_a_command_that_takes_too_long_is_killed_with_what_it_started(self):
        self.function("import subprocess, sys, time\nsubprocess.Popen(['sleep', '1000'])\nopen('started', 'w').close()\ntime.sleep(1000)")
        self.write("t.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("F"), "TimeoutSeconds": 1, "End": True}))
        self.assertIn("States.Timeout", self.run_it(status=1, timeout=20).stderr)
        self.assertTrue((self.folder / "started").exists())

    def test_no_shell_reads_the_command(self):
        self.write("gait.json", {"lambda": {"functions": {"F": {"command": ["echo", "\"$HOME; `id`\""]}}}})
        self.write("t.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("F"), "End": True}))
        self.assertEqual(self.run_it().stdout, '"$HOME; `id`"\n')

    def test_a_function_without_a_target_fails_as_one_that_does_not_exist(self):
        self.write("t.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("Missing"), "End": True}))
        done = self.gait("run", "t.asl.json", status=1)
        self.assertIn("Lambda.ResourceNotFoundException", done.stderr)
        self.assertIn("Missing", done.stderr)

    def test_a_targets_file_that_is_wrong_is_refused_with_all_that_is_wrong(self):
        self.write("gait.json", '{\n  "lambda": {"functions": {\n    "F": {"comand": ["x"]},\n    "G": {"endpoint": "ftp://x"}}}}')
        self.write("t.asl.json", PASS)
        done = self.gait("run", "t.asl.json", "--targets", "gait.json", status=2)
        self.assertIn("gait.json:3:", done.stderr)
        self.assertIn("gait.json:4:", done.stderr)


if __name__ == "__main__":
    unittest.main()
