"""Runs the recorded cases that also have a mock configuration against `gait serve --mock-config`: their histories must be those
that AWS gave with the services themselves, but for what no mock can know (UNKNOWN)."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import types

from conformance import CORPORA, GAIT, HARNESS

sys.path.insert(0, str(HARNESS))
try:
    from recorded.case import CaseRun, personal, planned
    from recorded.client import Client
except ImportError:  # no corpora: the caller says so
    CaseRun = object

# What a service adds to its answer; the mock configurations of the cases leave it out.
UNKNOWN = {"SdkHttpMetadata", "SdkResponseMetadata", "ExecutedVersion", "RedriveCount", "RedriveStatus", "RedriveStatusReason"}
RUN = 1  # of `personal`: not 0, whose names it would replace once more


def without_unknown(x, submitted=False):
    """An answer in which JSON in texts is read, without the members above and without the output of what was submitted."""
    if isinstance(x, str) and x[:1] in ("{", "["):
        try:
            return without_unknown(json.loads(x))
        except ValueError:
            return x
    if isinstance(x, dict):
        return {k: without_unknown(v, k == "taskSubmittedEventDetails") for k, v in x.items()
                if k not in UNKNOWN and not (submitted and k == "output")}
    return [without_unknown(v) for v in x] if isinstance(x, list) else x


class MockedRun(CaseRun):
    def compare(self, name, want, actual, what):
        # Back to text where the API gives text.
        def text(x):
            if isinstance(x, dict):
                return {k: json.dumps(v) if k in ("input", "output", "parameters") and isinstance(v, (dict, list)) else text(v)
                        for k, v in x.items()}
            return [text(v) for v in x] if isinstance(x, list) else x

        super().compare(name, without_unknown(want), text(without_unknown(actual)), what)


def variant(case, number):
    """The case as it runs with mocks, and its part of the mock configuration."""
    case = {**personal(case, RUN, number), "id": case["id"]}
    mocked = case.pop("mocked_variant")
    prefix = "case%d-" % number  # their responses have the same names
    config = mocked["mock_config"]
    machines = {name: {"TestCases": {test_case: {state: prefix + response for state, response in states.items()}
                                     for test_case, states in machine["TestCases"].items()}}
                for name, machine in config["StateMachines"].items()}
    responses = {prefix + name: response for name, response in config["MockedResponses"].items()}
    case.pop("calls", None)
    case.update({k: mocked[k] for k in ("state_machines", "executions", "replacements")}, fixtures={}, lambdas={}, requires=[])
    starts = iter(mocked["executions"])
    case["calls"] = planned(case)
    for call in case["calls"]:
        if call["operation"].startswith("Start"):
            call["params"]["stateMachineArn"] += "#" + next(starts)["test_case"]
    if "describe_execution_response" in case["expected"]:
        arn = next(c["params"]["executionArn"] for c in case["calls"] if c["operation"] == "GetExecutionHistory")
        case["calls"].append({"operation": "DescribeExecution", "params": {"executionArn": arn}, "expect": "describe_execution_response"})
    return case, machines, responses


def main():
    cases = [c for f in sorted((CORPORA / "aws-recorded").glob("*.json")) for c in json.loads(f.read_text()) if "mocked_variant" in c]
    variants = [variant(case, number) for number, case in enumerate(cases)]
    options = types.SimpleNamespace(functions=None, buckets=None, case_limit=30, suspect=False)
    exact = 0
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "MockConfigFile.json"
        file.write_text(json.dumps({"StateMachines": {k: v for _, machines, _ in variants for k, v in machines.items()},
                                    "MockedResponses": {k: v for _, _, responses in variants for k, v in responses.items()}}))
        server = subprocess.Popen([GAIT, "serve", "--ephemeral", "--port", "0", "--account-id", "111111111111", "--mock-config", file],
                                  stderr=subprocess.PIPE, text=True)
        try:
            client = Client(re.search(r"http://\S+", server.stderr.readline()).group())
            for number, (case, _, _) in enumerate(variants):
                result = MockedRun(case, client, options, RUN, number).run()
                exact += result.verdict == "exact"
                print("%-7s %s%s" % (result.verdict, case["id"], "  [%s]" % result.reason if result.reason else ""))
                for difference in result.differences[:5]:
                    print("    %s\n      expected %.200r\n      actual   %.200r" % difference)
        finally:
            server.terminate()
            print(server.communicate()[1], end="")
    print("mocked cases: %d of %d exact" % (exact, len(cases)))
    return 0 if exact == len(cases) else 1
