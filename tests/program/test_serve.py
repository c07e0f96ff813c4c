"""gait serve, driven by the AWS CLI as its users do."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

from support import ProgramTest, lambda_arn, machine

ROLE = "arn:aws:iam::123456789012:role/r"


@unittest.skipIf(shutil.which("aws") is None, "the AWS CLI is not installed")
class AwsCli(ProgramTest):
    def aws(self, url, *arguments, refused=False):
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
                       "AWS_PAGER": "", "AWS_CONFIG_FILE": "/dev/null", "AWS_MAX_ATTEMPTS": "1"}
        done = subprocess.run(["aws", "--endpoint-url", url, "--output", "json", "stepfunctions", *arguments],
                              env=environment, cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode != 0, refused, done.stderr)
        return done.stderr if refused else json.loads(done.stdout or "null")

    def test_from_create_to_delete(self):
        self.write("function.py", "import json, sys\nprint(json.dumps({'total': sum(json.load(sys.stdin)['items'])}))")
        self.write("gait.json", {"lambda": {"functions": {"Sum": {"command": [sys.executable, "function.py"]}}}})
        self.write("m.asl.json", machine(Sum={"Type": "Task", "Resource": lambda_arn("Sum"), "End": True}))
        with self.serve("--targets", "gait.json") as url:
            created = self.aws(url, "create-state-machine", "--name", "sums", "--role-arn", ROLE, "--definition", "file://m.asl.json")
            arn = created["stateMachineArn"]
            self.assertEqual(arn, "arn:aws:states:us-east-1:123456789012:stateMachine:sums")
            self.assertEqual(self.aws(url, "describe-state-machine", "--state-machine-arn", arn)["status"], "ACTIVE")
            self.assertEqual([m["name"] for m in self.aws(url, "list-state-machines")["stateMachines"]], ["sums"])
            execution = self.aws(url, "start-execution", "--state-machine-arn", arn, "--name", "one",
                                 "--input", '{"items": [1, 2, 3]}')["executionArn"]

            def ended():
                described = self.aws(url, "describe-execution", "--execution-arn", execution)
                return described if described["status"] != "RUNNING" else None

            self.assertEqual(self.wait_for(ended)["output"], '{"total":6}')
            events = self.aws(url, "get-execution-history", "--execution-arn", execution)["events"]
            self.assertEqual([e["type"] for e in events],
                             ["ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted",
                              "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded"])
            self.assertEqual([e["name"] for e in self.aws(url, "list-executions", "--state-machine-arn", arn)["executions"]], ["one"])
            refused = self.aws(url, "start-execution", "--state-machine-arn", arn, "--name", "one", refused=True)
            self.assertIn("(ExecutionAlreadyExists)", refused)
            self.aws(url, "delete-state-machine", "--state-machine-arn", arn)
            self.assertIn("(StateMachineDoesNotExist)", self.aws(url, "describe-state-machine", "--state-machine-arn", arn, refused=True))

    def test_an_activity_and_its_worker(self):
        with self.serve("--ephemeral") as url:
            activity = self.aws(url, "create-activity", "--name", "approve")["activityArn"]
            self.write("m.asl.json", machine(A={"Type": "Task", "Resource": activity, "HeartbeatSeconds": 600, "End": True}))
            arn = self.aws(url, "create-state-machine", "--name", "m", "--role-arn", ROLE, "--definition", "file://m.asl.json")["stateMachineArn"]
            execution = self.aws(url, "start-execution", "--state-machine-arn", arn, "--input", '{"order": 17}')["executionArn"]
            task = self.aws(url, "get-activity-task", "--activity-arn", activity, "--worker-name", "ann")
            self.assertEqual(task["input"], '{"order": 17}')
            token = task["taskToken"]
            self.aws(url, "send-task-heartbeat", "--task-token", token)
            self.gait("send-task-heartbeat", token, "--endpoint-url", url)
            self.gait("send-task-success", token, "--output", '"yes"', "--endpoint-url", url)
            self.assertEqual(self.aws(url, "describe-execution", "--execution-arn", execution)["output"], '"yes"')
            self.assertIn("(TaskTimedOut)", self.aws(url, "send-task-success", "--task-token", token, "--task-output", "1", refused=True))
            self.assertIn("TaskTimedOut", self.gait("send-task-failure", token, "--endpoint-url", url, status=1).stderr)
            self.assertIn("(InvalidToken)", self.aws(url, "send-task-heartbeat", "--task-token", "x", refused=True))
            self.assertEqual([a["name"] for a in self.aws(url, "list-activities")["activities"]], ["approve"])

    def test_redrive(self):
        # Fails for those items that have no file yet.
        self.write("function.py", "import json, os, sys\nitem = json.load(sys.stdin)\nif not os.path.exists(item): sys.exit('no ' + item)\n"
                                  "open('calls', 'a').write(item + '\\n')\nprint(json.dumps(item))")
        self.write("gait.json", {"lambda": {"functions": {"Need": {"command": [sys.executable, "function.py"]}}}})
        self.write("m.asl.json", machine(M={"Type": "Map", "MaxConcurrency": 1, "End": True, "ItemProcessor": machine(
            T={"Type": "Task", "Resource": lambda_arn("Need"), "End": True})}))
        self.write("a", "")
        with self.serve("--targets", "gait.json") as url:
            arn = self.aws(url, "create-state-machine", "--name", "m", "--role-arn", ROLE, "--definition", "file://m.asl.json")["stateMachineArn"]
            execution = self.aws(url, "start-execution", "--state-machine-arn", arn, "--name", "one", "--input", '["a", "b", "c"]')["executionArn"]

            def ended():
                described = self.aws(url, "describe-execution", "--execution-arn", execution)
                return described if described["status"] != "RUNNING" else None

            failed = self.wait_for(ended)
            self.assertEqual((failed["status"], failed["redriveCount"], failed["redriveStatus"]), ("FAILED", 0, "REDRIVABLE"))
            self.write("b", "")
            self.write("c", "")
            redriven = self.aws(url, "redrive-execution", "--execution-arn", execution, "--client-token", "token")
            self.assertEqual(self.wait_for(ended)["output"], '["a","b","c"]')
            again = self.aws(url, "redrive-execution", "--execution-arn", execution, "--client-token", "token")
            self.assertEqual(again, redriven)
            described = ended()
            self.assertEqual((described["redriveCount"], described["redriveDate"]), (1, redriven["redriveDate"]))
            self.assertEqual((self.folder / "calls").read_text().split(), ["a", "b", "c"])
            events = self.aws(url, "get-execution-history", "--execution-arn", execution)["events"]
            at = [e["type"] for e in events].index("ExecutionRedriven")
            self.assertEqual(events[at]["executionRedrivenEventDetails"], {"redriveCount": 1})
            self.assertEqual(events[at + 1]["type"], "LambdaFunctionScheduled")
            refused = self.aws(url, "redrive-execution", "--execution-arn", execution, refused=True)
            self.assertIn("(ExecutionNotRedrivable)", refused)
            self.assertIn("Execution is SUCCEEDED and cannot be redriven", refused)

    def test_stop_and_pages(self):
        self.write("m.asl.json", machine(W={"Type": "Wait", "Seconds": 1000, "End": True}))
        with self.serve("--ephemeral", "--region", "eu-west-1", "--account-id", "000000000042") as url:
            arn = self.aws(url, "create-state-machine", "--name", "m", "--role-arn", ROLE, "--definition", "file://m.asl.json")["stateMachineArn"]
            self.assertEqual(arn, "arn:aws:states:eu-west-1:000000000042:stateMachine:m")
            executions = [self.aws(url, "start-execution", "--state-machine-arn", arn)["executionArn"] for _ in range(3)]
            self.aws(url, "stop-execution", "--execution-arn", executions[0], "--error", "E", "--cause", "c")
            self.assertEqual(self.aws(url, "describe-execution", "--execution-arn", executions[0])["status"], "ABORTED")
            # The CLI follows the pages by itself.
            listed = self.aws(url, "list-executions", "--state-machine-arn", arn, "--page-size", "1")["executions"]
            self.assertEqual(sorted(e["executionArn"] for e in listed), sorted(executions))


class Server(ProgramTest):
    def test_it_listens_on_the_loopback_interface_and_says_where(self):
        process = self.start("serve", "--port", "0", "--ephemeral")
        self.assertRegex(process.stderr.readline(), r"^gait serves the Step Functions API at http://127\.0\.0\.1:\d+ \(in memory\)\n$")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=10), 0)

    def test_old_histories_are_removed(self):
        self.write("m.asl.json", machine(P={"Type": "Pass", "End": True}))
        self.gait("run", "m.asl.json", "--name", "old")
        self.assertIn("no span of time", self.gait("serve", "--port", "0", "--retention", "soon", status=2).stderr)
        time.sleep(1.1)
        with self.serve("--retention", "1s"):
            self.wait_for(lambda: "old" not in self.gait("executions").stdout)
        self.gait("describe", "old", status=2)
        # The name is still its own.
        self.assertIn("old", self.gait("run", "m.asl.json", "--name", "old", status=2).stderr)

    def test_what_it_cannot_have(self):
        self.assertIn("cannot listen", self.gait("serve", "--host", "203.0.113.1", "--ephemeral", "--insecure", status=2).stderr)
        with self.serve() as url:
            port = url.rsplit(":", 1)[1]
            self.assertIn("cannot listen", self.gait("serve", "--ephemeral", "--port", port, status=2).stderr)
            self.assertIn("in use by process", self.gait("serve", "--port", "0", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
