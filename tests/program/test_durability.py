"""What was acknowledged survives kill -9, and one process owns a database."""
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

from support import GAIT, ProgramTest, lambda_arn, machine

WAIT = machine(W={"Type": "Wait", "Seconds": 2, "Next": "P"}, P={"Type": "Pass", "Result": "done", "End": True})
# Writes down that it was called, then works for a while.
SLOW = "import os, sys, time\nopen('calls', 'a').write(os.environ.get('CALL', 'x') + '\\n')\ntime.sleep(0.3)\nprint('{}')"


class Durability(ProgramTest):
    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def running(self):
        done = subprocess.run([GAIT, "executions", "--format", "json", "--status", "RUNNING"], cwd=self.folder,
                              capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else []

    def targets(self, idempotent):
        self.write("slow.py", SLOW)
        self.write("gait.json", {"lambda": {"functions": {"Slow": {"command": [sys.executable, "slow.py"], "idempotent": idempotent}}}})

    def calls(self):
        path = self.folder / "calls"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def test_an_execution_goes_on_where_it_was(self):
        self.write("w.asl.json", WAIT)
        process = self.start("run", "w.asl.json", "--name", "one", "--input", "[1]")
        self.wait_for(self.running)
        self.kill(process)
        self.assertEqual([e["name"] for e in self.running()], ["one"])
        done = self.gait("resume")
        self.assertIn("SUCCEEDED", done.stdout)
        events = json.loads(self.gait("history", "one", "--format", "json").stdout)["events"]
        self.assertEqual([e["type"] for e in events], ["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "PassStateEntered",
                                                       "PassStateExited", "ExecutionSucceeded"])
        # The two seconds began before the kill.
        self.assertAlmostEqual(events[2]["timestamp"] - events[1]["timestamp"], 2, delta=1.9)

    def test_the_same_run_again_rejoins_it(self):
        self.write("w.asl.json", WAIT)
        process = self.start("run", "w.asl.json", "--name", "one")
        self.wait_for(self.running)
        self.kill(process)
        self.assertIn("another input", self.gait("run", "w.asl.json", "--name", "one", "--input", "[2]", status=2).stderr)
        self.assertEqual(self.gait("run", "w.asl.json", "--name", "one").stdout, '"done"\n')

    def test_a_task_token_outlives_the_process_that_made_it(self):
        self.write("keep.py", "import json, sys\nopen('token', 'w').write(json.load(sys.stdin))\nprint('{}')")
        self.write("gait.json", {"lambda": {"functions": {"Keep": {"command": [sys.executable, "keep.py"]}}}})
        self.write("m.asl.json", machine(
            T={"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Next": "P",
               "Parameters": {"FunctionName": "Keep", "Payload.$": "$$.Task.Token"}},
            P={"Type": "Pass", "End": True}))
        process = self.start("run", "m.asl.json", "--name", "one", "--targets", "gait.json")
        self.wait_for(lambda: "TaskSubmitted" in subprocess.run([GAIT, "history", "one"], cwd=self.folder, capture_output=True,
                                                                text=True).stdout)
        self.kill(process)
        token = (self.folder / "token").read_text()
        self.assertIn("InvalidOutput", self.gait("send-task-success", token, "--output", "{", status=1).stderr)
        self.assertIn("SUCCEEDED", self.gait("send-task-success", token, "--output", '{"n": 1}').stdout)
        self.assertEqual(json.loads(json.loads(self.gait("describe", "one").stdout)["output"]), {"n": 1})
        self.assertIn("TaskTimedOut", self.gait("send-task-failure", token, "--error", "E", status=1).stderr)
        self.assertIn("no task token", self.gait("send-task-success", "abc", status=2).stderr)

    def test_a_task_whose_outcome_is_not_known_is_not_given_out_again(self):
        self.targets(idempotent=False)
        self.write("t.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("Slow"), "End": True}))
        process = self.start("run", "t.asl.json", "--name", "one", "--targets", "gait.json")
        self.wait_for(self.calls)
        self.kill(process)
        done = self.gait("resume", "--targets", "gait.json", status=1)
        self.assertIn("FAILED", done.stdout)
        described = json.loads(self.gait("describe", "one").stdout)
        self.assertEqual(described["error"], "States.TaskFailed")
        self.assertIn("The engine stopped while the task was running", described["cause"])
        self.assertEqual(self.calls(), 1)

    def test_a_task_of_an_idempotent_target_is_given_out_again(self):
        self.targets(idempotent=True)
        self.write("t.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("Slow"), "End": True}))
        process = self.start("run", "t.asl.json", "--name", "one", "--targets", "gait.json")
        self.wait_for(self.calls)
        self.kill(process)
        self.gait("resume", "--targets", "gait.json")
        self.assertEqual(self.calls(), 2)

    def test_a_second_process_is_refused_and_told_whose_the_database_is(self):
        self.write("w.asl.json", WAIT)
        process = self.start("run", "w.asl.json")
        self.wait_for(self.running)
        done = self.gait("run", "w.asl.json", status=2)
        self.assertIn("in use by process %d" % process.pid, done.stderr)
        self.gait("executions")  # looking is free
        self.kill(process)
        self.gait("resume")

    def test_gait_stop_ends_what_a_crash_left(self):
        self.write("w.asl.json", WAIT)
        process = self.start("run", "w.asl.json", "--name", "one")
        self.wait_for(self.running)
        self.kill(process)
        self.gait("stop", "one", "--error", "Cancelled", "--cause", "by hand")
        described = json.loads(self.gait("describe", "one").stdout)
        self.assertEqual((described["status"], described["error"], described["cause"]), ("ABORTED", "Cancelled", "by hand"))
        self.gait("stop", "one", status=1)

    def test_a_redrive_goes_on_after_a_crash(self):
        task = {"Type": "Task", "Resource": lambda_arn("Slow"), "End": True}
        self.write("m.asl.json", {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": True, "Branches": [
            machine(A={"Type": "Pass", "Result": "a", "End": True}), machine(S=task)]}}})
        self.write("slow.py", "import sys\nsys.exit('broken')")
        self.write("gait.json", {"lambda": {"functions": {"Slow": {"command": [sys.executable, "slow.py"], "idempotent": True}}}})
        self.gait("run", "m.asl.json", "--name", "one", "--targets", "gait.json", status=1)
        done = self.gait("redrive-execution", "one", "--targets", "gait.json", status=1)
        self.assertIn("ended as FAILED", done.stderr)
        self.targets(idempotent=True)
        process = self.start("redrive-execution", "one", "--targets", "gait.json")
        self.wait_for(self.calls)
        self.kill(process)
        self.assertEqual([e["name"] for e in self.running()], ["one"])
        self.gait("resume", "--targets", "gait.json")
        described = json.loads(self.gait("describe", "one").stdout)
        self.assertEqual((described["status"], described["output"], described["redriveCount"]), ("SUCCEEDED", '["a",{}]', 2))
        self.assertRegex(described["redriveDate"], r"^\d{4}-\d\d-\d\dT")
        self.assertRegex(self.gait("history", "one").stdout, r"ExecutionRedriven +redriveCount=2\n[^\n]+ LambdaFunctionScheduled +S ")
        done = self.gait("redrive-execution", "one", status=1)
        self.assertIn("Execution is SUCCEEDED and cannot be redriven", done.stderr)

    def test_nothing_that_a_server_acknowledged_is_lost(self):
        """Kills a server again and again while clients start executions; every acknowledged one ends, once."""
        import urllib.error
        import urllib.request

        rng = random.Random(5)
        rounds = int(os.environ.get("GAIT_CRASH_ROUNDS", "6"))
        definition = machine(A={"Type": "Pass", "Next": "W"}, W={"Type": "Wait", "Seconds": 1, "Next": "B"},
                             B={"Type": "Pass", "End": True})
        acknowledged = []

        def call(url, operation, **request):
            body = json.dumps(request).encode()
            headers = {"X-Amz-Target": "AWSStepFunctions." + operation, "Content-Type": "application/x-amz-json-1.0"}
            with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
                return json.loads(answer.read())

        def serve():
            process = self.start("serve", "--port", "0")
            return process, process.stderr.readline().split("at ")[1].split()[0]

        process, url = serve()
        arn = call(url, "CreateStateMachine", name="m", definition=json.dumps(definition),
                   roleArn="arn:aws:iam::123456789012:role/r")["stateMachineArn"]
        for round_ in range(rounds):
            stop = time.monotonic() + rng.uniform(0.05, 0.5)

            def client(number):
                count = 0
                while True:
                    name = "r%d-c%d-%d" % (round_, number, count)
                    try:
                        call(url, "StartExecution", stateMachineArn=arn, name=name, input=json.dumps([name]))
                    except (urllib.error.URLError, ConnectionError, OSError):
                        return
                    acknowledged.append(name)
                    count += 1

            clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
            for c in clients:
                c.start()
            time.sleep(max(0, stop - time.monotonic()))
            self.kill(process)
            for c in clients:
                c.join()
            process, url = serve()
        self.assertGreater(len(acknowledged), rounds)

        def all_ended():
            return not call(url, "ListExecutions", stateMachineArn=arn, statusFilter="RUNNING", maxResults=1)["executions"]

        self.wait_for(all_ended, seconds=60)
        for name in acknowledged:
            execution = arn.replace("stateMachine", "execution") + ":" + name
            described = call(url, "DescribeExecution", executionArn=execution)
            self.assertEqual((described["status"], described["output"]), ("SUCCEEDED", json.dumps([name])), name)
        sample = arn.replace("stateMachine", "execution") + ":" + rng.choice(acknowledged)
        types = [e["type"] for e in call(url, "GetExecutionHistory", executionArn=sample)["events"]]
        self.assertEqual(types, ["ExecutionStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered", "WaitStateExited",
                                 "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])


if __name__ == "__main__":
    unittest.main()
