"""Every sample does what its expected.json says."""
import json
import os
import subprocess
import unittest
import urllib.request

from support import GAIT, SOURCE, ProgramTest

SAMPLES = sorted(path.parent for path in SOURCE.glob("samples/*/*.asl.*"))


class Samples(ProgramTest):
    def test_samples(self):
        self.assertGreaterEqual(len(SAMPLES), 4)
        for sample in SAMPLES:
            with self.subTest(sample=sample.name):
                done = subprocess.run([str(sample / "run"), "--clock", "virtual", "--db", "samples.db"], cwd=self.folder,
                                      env={**os.environ, "GAIT": GAIT}, capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout), json.loads((sample / "expected.json").read_text()))
        # All of them are in the database.
        listed = json.loads(self.gait("executions", "--db", "samples.db", "--format", "json").stdout)
        self.assertEqual(sorted(e["stateMachine"] for e in listed), [sample.name for sample in SAMPLES])

    def test_names_that_are_not_ascii(self):
        """csv-processing, whose states have Japanese names, in what the program and the API tell of it."""
        sample = SOURCE / "samples/csv-processing"
        subprocess.run([str(sample / "run"), "--db", "samples.db", "--name", "may"], cwd=self.folder, check=True,
                       env={**os.environ, "GAIT": GAIT}, capture_output=True, timeout=60)
        states = ["注文を処理", "件数を確認", "エラー確認", "一覧を読む", "エラーを読む", "通知"]
        events = json.loads(self.gait("history", "may", "--db", "samples.db", "--format", "json").stdout)["events"]
        self.assertEqual([e["stateEnteredEventDetails"]["name"] for e in events if e["type"].endswith("StateEntered")], states)
        table = self.gait("history", "may", "--db", "samples.db").stdout
        for state in states:
            self.assertRegex(table, r"StateEntered +%s +input=" % state)
        run, = json.loads(self.gait("map-runs", "may", "--db", "samples.db", "--children", "--format", "json").stdout)
        self.assertEqual((run["stateName"], run["status"], len(run["children"])), ("注文を処理", "SUCCEEDED", 5))
        self.assertEqual([run["itemCounts"][k] for k in ("total", "succeeded", "failed", "resultsWritten")], [14, 8, 6, 14])
        failed = next(c for c in run["children"] if c["status"] == "FAILED")

        with self.serve("--db", "samples.db") as url:
            def call(operation, **given):
                request = urllib.request.Request(url, json.dumps(given).encode(), {
                    "X-Amz-Target": "AWSStepFunctions." + operation, "Content-Type": "application/x-amz-json-1.0"})
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)

            told = call("GetExecutionHistory", executionArn=run["executionArn"])["events"]
            self.assertEqual([e["stateEnteredEventDetails"]["name"] for e in told if "stateEnteredEventDetails" in e], states)
            child = call("DescribeStateMachineForExecution", executionArn=failed["executionArn"])
            self.assertEqual(list(json.loads(child["definition"])["States"]), ["金額を合計"])
            told = call("GetExecutionHistory", executionArn=failed["executionArn"])["events"]
            self.assertEqual(told[1]["stateEnteredEventDetails"]["name"], "金額を合計")
            self.assertIn('"商品":', call("DescribeExecution", executionArn=failed["executionArn"])["input"])


if __name__ == "__main__":
    unittest.main()
