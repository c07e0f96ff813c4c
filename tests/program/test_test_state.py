"""gait test-state: one state of a definition, from the command line."""
import json
import unittest

from support import ProgramTest, machine

CHARGE = machine(
    Charge={"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"},
            "OutputPath": "$.Payload", "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}], "End": True},
    Sorry={"Type": "Fail", "Error": "Sorry"})


class TestState(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("orders.asl.json", CHARGE)

    def run_state(self, *arguments, status=0):
        return json.loads(self.gait("test-state", "orders.asl.json", "--state", *arguments, status=status).stdout)

    def test_a_mocked_result(self):
        answer = self.run_state("Charge", "--mock", '{"Payload": {"ok": [1]}}', "--validation", "NONE", "--input", '{"id": 1}',
                                 "--level", "DEBUG")
        self.assertEqual((answer["status"], answer["output"]), ("SUCCEEDED", {"ok": [1]}))
        self.assertEqual(answer["inspectionData"]["afterParameters"], {"FunctionName": "f", "Payload": {"id": 1}})

    def test_a_mocked_error(self):
        answer = self.run_state("Charge", "--mock-error", "Busy", "--level", "DEBUG", status=1)
        self.assertEqual((answer["status"], answer["inspectionData"]["errorDetails"]["retryIndex"]), ("RETRIABLE", 0))
        answer = self.run_state("Charge", "--mock-error", "Busy", "--mock-cause", "why", "--retries", "1")
        self.assertEqual((answer["status"], answer["nextState"], answer["cause"]), ("CAUGHT_ERROR", "Sorry", "why"))

    def test_for_real(self):
        self.write("gait.json", {"lambda": {"functions": {"f": {"command": ["cat"]}}}})
        answer = self.run_state("Charge", "--input", '{"id": 2}', "--targets", "gait.json")
        self.assertEqual(answer["output"], {"id": 2})

    def test_what_is_missing_is_said(self):
        done = self.gait("test-state", "orders.asl.json", status=2)
        self.assertIn("name a state with --state; it has Charge, Sorry", done.stderr)
        done = self.gait("test-state", "orders.asl.json", "--state", "Nobody", status=2)
        self.assertIn("ValidationException: State not found in definition", done.stderr)
        (self.folder / "none").mkdir()
        done = self.gait("test-state", "orders.asl.json", "--state", "Charge", "--mock", "{}", "--service-models", "none", status=2)
        self.assertIn("gait finds no service model of 'lambda'", done.stderr)


if __name__ == "__main__":
    unittest.main()
