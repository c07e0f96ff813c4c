"""The mock configuration as its users have it: the option, the variable, the schema, and a server that is killed."""
import json
import os
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from support import GAIT, SOURCE, ProgramTest, machine

try:
    import jsonschema
except ImportError:
    jsonschema = None

SAMPLES = sorted(SOURCE.glob("samples/*/MockConfigFile.json"))
ROLE = "arn:aws:iam::123456789012:role/r"
RETRIED = machine(T={"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": True,
                     "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 4, "BackoffRate": 1.0}]})
CONFIG = {"StateMachines": {"m": {"TestCases": {"Retry": {"T": "r"}}}},
          "MockedResponses": {"r": {"0-1": {"Throw": {"Error": "Busy", "Cause": "not yet"}}, "2": {"Return": "third"}}}}
# Accepted by the reader as by the schema, or refused by both.
WRONG = [[], {"StateMachines": []}, {"StateMachines": {"m": {"TestCases": {"c": {"S": 1}}}}}, {"MockedResponses": {"r": {"x": {"Return": 1}}}},
         {"MockedResponses": {"r": {"0": {}}}}, {"MockedResponses": {"r": {"0": {"Return": 1, "Throw": {"Error": "E"}}}}},
         {"MockedResponses": {"r": {"0": {"Throw": {"Cause": "c"}}}}}, {"MockedResponses": {"r": {"0": {"Throw": {"Error": 1}}}}}]
RIGHT = [{}, CONFIG, {"Comment": "none", "MockedResponses": {"r": {}}}]


class Mocks(ProgramTest):
    def call(self, url, operation, **params):
        request = urllib.request.Request(url, json.dumps(params).encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions." + operation})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as e:
            return json.load(e)

    def create(self, url):
        return self.call(url, "CreateStateMachine", name="m", definition=json.dumps(RETRIED), roleArn=ROLE)["stateMachineArn"]

    def ended(self, url, arn):
        def end():
            answer = self.call(url, "DescribeExecution", executionArn=arn)
            return answer if answer["status"] != "RUNNING" else None
        return self.wait_for(end)

    def test_the_option_comes_before_the_variable(self):
        self.write("mocks.json", CONFIG)
        self.write("other.json", {})
        self.addCleanup(os.environ.pop, "SFN_MOCK_CONFIG", None)
        os.environ["SFN_MOCK_CONFIG"] = "mocks.json"
        with self.serve("--ephemeral") as url:
            arn = self.create(url)
            self.assertIn("executionArn", self.call(url, "StartExecution", stateMachineArn=arn + "#Retry"))
        with self.serve("--ephemeral", "--mock-config", "other.json") as url:
            arn = self.create(url)
            answer = self.call(url, "StartExecution", stateMachineArn=arn + "#Retry")
            self.assertEqual(answer["__type"], "ValidationException")

    def test_a_faulty_file_is_refused_with_all_that_is_wrong(self):
        self.write("mocks.json", '{\n  "StateMachines": {"m": {"TestCases": {"c": {"S": "r"}}}},\n  "MockedResponses": {"R": {"x": {}}}}')
        self.write("m.asl.json", RETRIED)
        for command in (("serve", "--port", "0"), ("run", "m.asl.json", "--test-case", "c")):
            done = self.gait(*command, "--ephemeral", "--mock-config", "mocks.json", status=2)
            self.assertIn("mocks.json:2:52: There is no mocked response 'r' (did you mean 'R'?) at /StateMachines/m/TestCases/c/S "
                          "[missing-response]", done.stderr)
            self.assertIn("mocks.json:3:29: ", done.stderr)
        self.assertIn("mocks.json", self.gait("run", "m.asl.json", "--mock-config", "none/mocks.json", status=2).stderr)

    def test_run_with_a_test_case(self):
        self.write("m.asl.json", RETRIED)
        self.write("mocks.json", CONFIG)
        arguments = ("run", "m.asl.json", "--ephemeral", "--clock", "virtual")
        self.assertEqual(self.gait(*arguments, "--mock-config", "mocks.json", "--test-case", "Retry").stdout, '"third"\n')
        self.assertIn("--mock-config", self.gait(*arguments, "--test-case", "Retry", status=2).stderr)
        self.assertIn("no test case 'Other'", self.gait(*arguments, "--mock-config", "mocks.json", "--test-case", "Other",
                                                        status=2).stderr)

    def test_a_server_that_is_killed_goes_on_with_the_answers_that_were_not_given(self):
        self.write("mocks.json", CONFIG)
        for killed in range(3):
            process = self.start("serve", "--port", "0", "--db", "%d.db" % killed, "--mock-config", "mocks.json")
            url = process.stderr.readline().split("at ")[1].split()[0]
            arn = self.call(url, "StartExecution", stateMachineArn=self.create(url) + "#Retry")["executionArn"]
            scheduled = lambda: [e for e in self.call(url, "GetExecutionHistory", executionArn=arn)["events"]
                                 if e["type"] == "TaskScheduled"]
            self.wait_for(lambda: len(scheduled()) >= min(killed, 2))
            process.send_signal(signal.SIGKILL)
            process.wait()
            with self.serve("--db", "%d.db" % killed, "--mock-config", "mocks.json") as url:
                end = self.ended(url, arn)
                self.assertEqual((end["status"], end["output"]), ("SUCCEEDED", '"third"'))
                self.assertEqual(len(scheduled()), 3)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not there")
    def test_the_schema_and_the_reader_agree(self):
        schema = json.loads((SOURCE / "schemas/mock-config.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        self.assertTrue(SAMPLES)
        for config in [json.loads(path.read_text()) for path in SAMPLES] + RIGHT:
            validator.validate(config)
        self.write("p.asl.json", machine(P={"Type": "Pass", "End": True}))
        for number, config in enumerate(WRONG + RIGHT):
            name = self.write("%d.json" % number, config)
            done = subprocess.run([GAIT, "run", "p.asl.json", "--ephemeral", "--mock-config", name], cwd=self.folder,
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual((validator.is_valid(config), done.returncode), (number >= len(WRONG), 0 if number >= len(WRONG) else 2),
                             (config, done.stderr))


if __name__ == "__main__":
    unittest.main()
