"""Map Runs as the program shows them: gait map-runs, and the line on the terminal while one goes on."""
import json
import os
import pty
import re
import signal
import subprocess
import unittest

import support
from support import ProgramTest, machine


def distributed(states, **fields):
    """A machine with one Distributed Map, called 注文."""
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": next(iter(states)),
                 "States": states}
    return machine(注文={"Type": "Map", "Label": "L", "ItemProcessor": processor, "End": True, **fields})


BATCHES = distributed(
    {"C": {"Type": "Choice", "Choices": [{"Variable": "$.Items[0]", "NumericEquals": 3, "Next": "F"}], "Default": "P"},
     "F": {"Type": "Fail", "Error": "Broken"}, "P": {"Type": "Pass", "End": True}},
    MaxConcurrency=1, ItemBatcher={"MaxItemsPerBatch": 2})


class MapRuns(ProgramTest):
    def map_runs(self, *arguments):
        return json.loads(self.gait("map-runs", *arguments, "--format", "json").stdout)

    def test_the_map_runs_of_an_execution(self):
        self.write("m.asl.json", BATCHES)
        self.gait("run", "m.asl.json", "--name", "one", "--input", "[1, 2, 3, 4, 5]", status=1)
        run, = self.map_runs("one")
        arn = "arn:aws:states:us-east-1:123456789012:mapRun:m/L:"
        self.assertTrue(run["mapRunArn"].startswith(arn))
        self.assertEqual((run["stateName"], run["status"], run["redriveCount"]), ("注文", "FAILED", 0))
        items, executions = run["itemCounts"], run["executionCounts"]
        self.assertEqual([items[k] for k in ("total", "succeeded", "failed", "pending")], [5, 2, 2, 1])
        self.assertEqual([executions[k] for k in ("total", "succeeded", "failed", "pending")], [3, 1, 1, 1])
        self.assertRegex(run["stopDate"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertNotIn("children", run)
        self.assertEqual(self.map_runs(run["executionArn"]), [run])

        lines = self.gait("map-runs", "one").stdout.splitlines()
        self.assertEqual(re.split(r" {2,}", lines[0]), [
            "STARTED", "STATUS", "SECONDS", "STATE", "ITEMS", "PENDING", "RUNNING", "SUCCEEDED", "FAILED", "TIMED OUT", "ABORTED",
            "EXECUTIONS", "REDRIVES", "MAP RUN"])
        row = lines[1].split()
        self.assertEqual([row[1]] + row[3:-1], ["FAILED", "注文", "5", "1", "0", "2", "2", "0", "0", "3", "0"])
        self.assertEqual(arn + row[-1][2:], run["mapRunArn"])
        self.assertEqual(len(lines), 2)

    def test_children(self):
        self.write("m.asl.json", BATCHES)
        self.gait("run", "m.asl.json", "--name", "one", "--input", "[1, 2, 3, 4, 5]", status=1)
        run, = self.map_runs("one", "--children")
        self.assertEqual([(c["status"], c["itemCount"]) for c in run["children"]], [("FAILED", 2), ("SUCCEEDED", 2)])
        run, = self.map_runs("one", "--children", "--status", "FAILED")
        failed, = run["children"]
        self.assertEqual(len(self.map_runs("one", "--children", "--limit", "1")[0]["children"]), 1)
        self.assertIn(failed["executionArn"], self.gait("map-runs", "one", "--children").stdout)
        described = json.loads(self.gait("describe", failed["executionArn"]).stdout)
        self.assertEqual((described["executionArn"], described["error"]), (failed["executionArn"], "Broken"))
        self.assertIn("ExecutionFailed", self.gait("history", failed["executionArn"]).stdout)
        # A redrive by another command: what failed fails again.
        self.gait("redrive-execution", "one", status=1)
        run, = self.map_runs("one", "--children")
        self.assertEqual((run["redriveCount"], [c["redriveCount"] for c in run["children"]]), (1, [1, 0]))

    def test_while_another_process_runs_it(self):
        self.write("w.asl.json", distributed({"W": {"Type": "Wait", "Seconds": 1000, "End": True}}, MaxConcurrency=2))
        process = self.start("run", "w.asl.json", "--name", "one", "--input", "[1, 2, 3]")

        def counts():
            listed = subprocess.run([support.GAIT, "map-runs", "one", "--format", "json"], cwd=self.folder, capture_output=True)
            runs = json.loads(listed.stdout) if listed.returncode == 0 else []
            return runs and [runs[0]["status"]] + [runs[0]["itemCounts"][k] for k in ("total", "running", "pending")]

        self.wait_for(lambda: counts() == ["RUNNING", 3, 2, 1])
        self.assertIsNone(process.poll())
        self.assertNotIn("stopDate", self.map_runs("one")[0])

    def test_executions_without_map_runs_and_wrong_calls(self):
        self.write("p.asl.json", machine(P={"Type": "Pass", "End": True}))
        self.gait("run", "p.asl.json", "--name", "one")
        self.assertEqual(self.map_runs("one"), [])
        self.assertEqual(len(self.gait("map-runs", "one").stdout.splitlines()), 1)
        for arguments, told in (((), "EXECUTION is required"), (("two",), "there is no execution 'two'"),
                                (("one", "--status", "FAILED"), "add --children"),
                                (("one", "--children", "--status", "HAPPY"), "--status"),
                                (("one", "--db", "none.db"), "there is no database none.db")):
            with self.subTest(arguments=arguments):
                self.assertIn(told, self.gait("map-runs", *arguments, status=2).stderr)


class Terminal(ProgramTest):
    """Children that wait for a second each, three at a time."""

    def setUp(self):
        super().setUp()
        self.write("w.asl.json", distributed({"W": {"Type": "Wait", "Seconds": 1, "End": True}}, MaxConcurrency=3))

    def on_terminal(self, *arguments, until=None):
        """What the program writes to a terminal that is its standard error, and its exit status; killed when that is
        matched by `until`."""
        seen, terminal = pty.openpty()
        self.addCleanup(os.close, seen)
        process = subprocess.Popen([support.GAIT, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=terminal)
        os.close(terminal)
        text = b""
        while True:
            try:
                text += os.read(seen, 4096)
            except OSError:  # nobody has it open any more
                break
            if until and re.search(until, text.decode(errors="replace")):
                process.send_signal(signal.SIGKILL)
                until = None
        self.output = process.communicate(timeout=60)[0].decode()
        return text.decode(), process.returncode

    def bar(self, text):
        """The last state that the bar had."""
        return re.findall(r"\r\x1b\[K([^\r]*)", text)

    def test_a_bar_shows_how_far_a_map_run_is(self):
        text, status = self.on_terminal("run", "w.asl.json", "--input", "[1,2,3,4,5,6,7]")
        self.assertEqual((status, self.output), (0, "[1,2,3,4,5,6,7]\n"))
        lines = self.bar(text)
        self.assertGreaterEqual(len(lines), 10)  # some times a second
        self.assertTrue(any(re.match(r"[\d.]+ s 注文 \[\.{20}\] 0/7$", line) for line in lines), lines)
        self.assertTrue(any(re.match(r"[\d.]+ s 注文 \[########\.{12}\] 3/7 \d+\.\d/s \d s left$", line) for line in lines), lines)
        self.assertEqual(lines[-1], "")  # nothing is left of it
        self.assertTrue(text.endswith("\r\x1b[K"))

    def test_what_goes_on_after_a_crash_has_a_bar_again(self):
        text, status = self.on_terminal("run", "w.asl.json", "--name", "one", "--input", "[1,2,3,4,5,6,7]", until=r"\] 3/7")
        self.assertEqual(status, -signal.SIGKILL)
        text, status = self.on_terminal("run", "w.asl.json", "--name", "one", "--input", "[1,2,3,4,5,6,7]")
        self.assertEqual((status, self.output), (0, "[1,2,3,4,5,6,7]\n"))
        self.assertIn("goes on where it was", text)
        self.assertRegex(text, r"\r\x1b\[K[\d.]+ s 注文 \[#[#.]{19}\] [3-6]/7")
        self.assertTrue(text.endswith("\r\x1b[K"))

    def test_without_a_terminal_there_is_none(self):
        done = self.gait("run", "w.asl.json", "--input", "[1]")
        self.assertEqual((done.stdout, done.stderr), ("[1]\n", ""))


if __name__ == "__main__":
    unittest.main()
