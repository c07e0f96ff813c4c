"""Compares what executions log, and the rest of the recorded cases about logs and EXPRESS state machines, with what AWS logged."""
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import types

from conformance import CORPORA, GAIT, HARNESS, free_port

sys.path.insert(0, str(HARNESS))
try:
    from recorded.case import CaseRun, of_log
    from recorded.client import Client
    from recorded.hosts import LambdaHost
except ImportError:  # no corpora: the caller says so
    CaseRun = object

AREAS = ("logs", "api_logs", "express", "api_express")
HAVE = {"lambda", "callbacks", "activities", "logs", "service-shapes", "states", "aws-sdk"}
WAIT_MAX = 10
# What cannot be met, and why.
NOT_COMPARED = {
    "v2/express/test_express_sync.py::TestExpressSync::test_catch":
        "the recording lost a quote before the request id, so that the stack trace in it cannot be read and given",
}


def file_of(group):
    """As docs/logs.md says."""
    return group.replace("/", "+") + ".jsonl"


class LoggedRun(CaseRun):
    """Reads the file of the case's log group before what the case made is removed."""

    def expected_lines(self):
        """The entries of all that the case logs: whole, or the last of them alone."""
        names = of_log(self.case)
        whole = [n for n in names if isinstance(self.case["expected"].get(n), list)]
        return whole, [n for n in names if n not in whole]

    def lines(self):
        groups = set(re.findall(r"log-group:([^:\"]+):", json.dumps(self.case)))
        files = [self.options.folder / file_of(g) for g in groups]
        return [json.loads(line) for f in files if f.exists() for line in f.read_text().splitlines()]

    def clean_up(self, fixtures, functions):
        whole, last = self.expected_lines()
        count = max([len(self.case["expected"][n]) for n in whole], default=1 if last else 0)
        ended = lambda lines: len(lines) >= count and (not last or any(x["type"].startswith("Execution") and x["id"] != "1" for x in lines))
        deadline = time.monotonic() + WAIT_MAX
        while not ended(self.lines()) and time.monotonic() < deadline:
            time.sleep(0.01)
        if not whole and not last:
            time.sleep(0.2)  # what must not come
        lines = self.lines()
        if any(not re.fullmatch(r"\d{13}", x["event_timestamp"]) for x in lines):
            self.compare("log", "milliseconds", [x["event_timestamp"] for x in lines], "log")
        # Executions that run side by side log side by side: one behind the other, in the order of starting.
        names = [e["name"] for e in self.case.get("executions", [])]
        lines.sort(key=lambda x: names.index(x["execution_arn"].split(":")[7]) if x["execution_arn"].split(":")[7] in names else 0)
        lines = [{**x, "event_timestamp": int(x["event_timestamp"])} for x in lines]
        # A case that calls with the run's id, which the service chose, has it in its calls.
        run_id = next((p for p, t in self.case["replacements"] if t.startswith("<ExpressExecArn_Part2")), "")
        if run_id and run_id in json.dumps(self.case.get("calls", [])):
            lines = [{**x, "execution_arn": x["execution_arn"].rsplit(":", 1)[0] + ":" + run_id} for x in lines]
        for name in whole:
            self.compare(name, {"log": self.case["expected"][name]}, {"log": lines}, "log")
        for name in last:
            self.compare(name, {"log": [self.case["expected"][name]]}, {"log": lines[-1:]}, "log")
        if not whole and not last and lines:
            self.compare("log", [], lines, "log")
        super().clean_up(fixtures, functions)


def main():
    cases = [c for area in AREAS for c in json.loads((CORPORA / "aws-recorded" / (area + ".json")).read_text())]
    lambda_port, run = free_port(), random.randrange(1, 36 ** 3)
    exact, exact_logs, with_logs = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        options = types.SimpleNamespace(functions=LambdaHost(lambda_port), buckets=None, case_limit=30, suspect=False, have=HAVE,
                                        max_delay=60, folder=pathlib.Path(folder) / "logs")
        server = subprocess.Popen([GAIT, "serve", "--ephemeral", "--port", "0", "--account-id", "111111111111", "--lambda-endpoint",
                                   "http://127.0.0.1:%d" % lambda_port, "--log-folder", options.folder],
                                  stderr=subprocess.PIPE, text=True)
        try:
            client = Client(re.search(r"http://\S+", server.stderr.readline()).group())
            for number, case in enumerate(cases):
                if case["id"] in NOT_COMPARED:
                    print("skipped %s  [%s]" % (case["id"], NOT_COMPARED[case["id"]]))
                    continue
                logs = bool(of_log(case)) or case["area"] == "logs"
                result = LoggedRun(case, client, options, run, number).run()
                exact += result.verdict == "exact"
                with_logs += logs
                exact_logs += logs and result.verdict == "exact"
                if result.verdict != "exact":
                    print("%-7s %s%s" % (result.verdict, case["id"], "  [%s]" % result.reason if result.reason else ""))
                for difference in result.differences[:5]:
                    print("    %s\n      expected %.200r\n      actual   %.200r" % difference)
        finally:
            server.terminate()
            print(server.communicate()[1], end="")
    print("cases that log: %d of %d exact; all of %s: %d of %d" % (exact_logs, with_logs, ", ".join(AREAS), exact, len(cases) - len(NOT_COMPARED)))
    return 0 if exact == len(cases) - len(NOT_COMPARED) else 1
