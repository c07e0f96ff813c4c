"""gait serve writes what executions log, to files and to standard output, and answers the calls of CloudWatch Logs."""
import json
import signal
import unittest
import urllib.error
import urllib.request

from support import ProgramTest, machine

GROUP = "/aws/vendedlogs/states/orders"
FILE = "logs/+aws+vendedlogs+states+orders.jsonl"
ROLE = "arn:aws:iam::123456789012:role/r"
PASS = machine(P={"Type": "Pass", "End": True})
EVENTS = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]


class Logs(ProgramTest):
    def call(self, url, operation, service="AWSStepFunctions", version="1.0", **params):
        request = urllib.request.Request(url, json.dumps(params).encode(), {
            "Content-Type": "application/x-amz-json-" + version, "X-Amz-Target": "%s.%s" % (service, operation)})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as e:
            return json.load(e)

    def logs(self, url, operation, **params):
        return self.call(url, operation, "Logs_20140328", "1.1", **params)

    def run_one(self, url, kind="STANDARD"):
        destination = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:%s:*" % GROUP}}
        arn = self.call(url, "CreateStateMachine", name="orders", definition=json.dumps(PASS), roleArn=ROLE, type=kind,
                        loggingConfiguration={"level": "ALL", "includeExecutionData": True, "destinations": [destination]})
        return self.call(url, "StartExecution", stateMachineArn=arn["stateMachineArn"], input='{"order": 17}')["executionArn"]

    def lines(self):
        path = self.folder / FILE
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def test_files(self):
        for kind in ("STANDARD", "EXPRESS"):
            with self.subTest(kind=kind):
                before = len(self.lines())
                with self.serve("--ephemeral", "--log-folder", "logs") as url:
                    arn = self.run_one(url, kind)
                    lines = self.wait_for(lambda: len(self.lines()) == before + 4 and self.lines()[before:])
                    self.assertEqual([x["type"] for x in lines], EVENTS)
                    self.assertEqual({x["execution_arn"] for x in lines}, {arn})
                    self.assertEqual(json.loads(lines[0]["details"]["input"]), {"order": 17})

    def test_the_operations_of_cloudwatch_logs(self):
        with self.serve("--ephemeral") as url:
            self.assertEqual(self.logs(url, "CreateLogGroup", logGroupName=GROUP), {})
            self.assertEqual(self.logs(url, "CreateLogGroup", logGroupName=GROUP)["__type"], "ResourceAlreadyExistsException")
            self.run_one(url)
            streams = self.wait_for(lambda: self.logs(url, "DescribeLogStreams", logGroupName=GROUP)["logStreams"])
            get = lambda: self.logs(url, "GetLogEvents", logGroupName=GROUP, logStreamName=streams[0]["logStreamName"])["events"]
            events = self.wait_for(lambda: len(get()) == 4 and get())
            self.assertEqual([json.loads(e["message"])["type"] for e in events], EVENTS)
            found = self.logs(url, "FilterLogEvents", logGroupName=GROUP, filterPattern='{ $.type = "ExecutionSucceeded" }')
            self.assertEqual(len(found["events"]), 1)
            self.assertEqual(self.logs(url, "DeleteLogGroup", logGroupName=GROUP), {})
            self.assertEqual(self.logs(url, "GetLogEvents", logGroupName=GROUP, logStreamName="x")["__type"],
                             "ResourceNotFoundException")

    def test_standard_output_also_when_nobody_reads_it_any_more(self):
        process = self.start("serve", "--port", "0", "--ephemeral", "--log-stdout")
        url = process.stderr.readline().split("at ")[1].split()[0]
        self.run_one(url)
        self.assertEqual([json.loads(process.stdout.readline())["type"] for _ in range(4)], EVENTS)
        process.stdout.close()
        for _ in range(3):
            self.assertIn("execution", self.run_one(url))
        self.assertEqual(self.call(url, "ListStateMachines")["stateMachines"][0]["name"], "orders")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 0)
        process.stdout = None

    def test_a_folder_that_cannot_be_is_refused(self):
        self.write("file", "x")
        self.assertIn("log folder", self.gait("serve", "--ephemeral", "--log-folder", "file/logs", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
