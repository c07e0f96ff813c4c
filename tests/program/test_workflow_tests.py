"""gait test as its users have it: reports, exit codes, coverage, watching, files that are wrong."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

from support import GAIT, SOURCE, ProgramTest, machine

try:
    import jsonschema
except ImportError:
    jsonschema = None

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:F"
TASK = {"Type": "Task", "Resource": LAMBDA, "End": True}
CHOICE = machine(C={"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "T"}], "Default": "P"},
                 T=TASK, P={"Type": "Pass", "End": True})
# Accepted by the reader as by the schema, or refused by both.
CASES = {"definition": "m.asl.json", "cases": [{"name": "a", "mocks": {"T": {"Return": 1}}}]}


def with_case(**case):
    return {**CASES, "cases": [{"name": "a", **case}]}


WRONG = [[], {}, {"definition": "m.asl.json"}, {**CASES, "cases": []}, {**CASES, "cases": [{}]}, {**CASES, "type": "FAST"},
         {**CASES, "other": 1}, {**CASES, "stateMachine": "a b"}, {**CASES, "substitutions": {"A": []}}, with_case(mocks={"T": {}}),
         with_case(mocks={"T": []}), with_case(mocks={"T": 1}), with_case(mocks={"T": {"Return": 1, "Throw": {"Error": "E"}}}),
         with_case(mocks={"T": {"Throw": {}}}), with_case(mocks={"T": {"x": {"Return": 1}}}), with_case(mocks={"T": [{"Return": 1, "Repeat": 0}]}),
         with_case(mocks={"T": {"Return": 1, "Repeat": 2}}), with_case(expect={"status": "RUNNING"}), with_case(expect={"elapsed": "1"}),
         with_case(expect={"elapsed": {}}), with_case(expect={"calls": {"T": -1}}), with_case(expect={"calls": {"T": {}}}),
         with_case(expect={"path": "T"}), with_case(context={"Execution": {"Id": "x"}})]
RIGHT = [CASES, with_case(comment="c", input=None, mocks={"T": [{"Return": 1, "Repeat": True}]}, expect={"output": 1, "outputMatches": 1}),
         with_case(context={"Execution": {"Name": "n", "StartTime": "2026-01-01T00:00:00Z"}}, mocks={"T": {"0-1": {"Throw": {"Error": "E"}}}},
                   expect={"status": "FAILED", "error": "E", "causeMatches": "*", "pathIncludes": ["T"], "pathExcludes": [],
                           "calls": {"T": {"count": 1, "argumentsMatch": [{}]}}, "elapsed": {"atLeast": 0}, "variables": {}})]


class WorkflowTests(ProgramTest):
    def suite(self, name, definition, cases, **fields):
        self.write("%s.asl.json" % name, definition)
        return self.write("%s.test.json" % name, {"definition": "%s.asl.json" % name, "cases": cases, **fields})

    def mixed(self):
        self.suite("m", CHOICE, [
            {"name": "one", "input": {"n": 1}, "mocks": {"T": {"Return": {"a": 1}}}, "expect": {"output": {"a": 1}}},
            {"name": "wrong <&> \"#1\"", "input": {"n": 1}, "mocks": {"T": {"Return": {"a": 1}}}, "expect": {"output": {"a": 2}, "path": ["C", "P"]}},
            {"name": "other", "input": {"n": 2}, "expect": {"output": {"n": 2}}}])

    def test_the_page_s_example(self):
        page = (SOURCE / "docs/testing-workflows.md").read_text()
        blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.M | re.S)
        self.write("orders.asl.json", next(text for kind, text in blocks if kind == "json"))
        self.write("orders.test.yaml", next(text for kind, text in blocks if kind == "yaml"))
        plain = [text for kind, text in blocks if kind == ""]
        self.assertEqual(self.gait("test", "orders.test.yaml", "--coverage").stdout, plain[0])
        suite = (self.folder / "orders.test.yaml").read_text()
        self.write("orders.test.yaml", suite.replace("payment: {id: ch_1}", "payment: {id: ch_2}").replace("Charge: [{order: A-17, amount: 80}]", "Charge: 2"))
        self.assertIn(plain[1], self.gait("test", "orders.test.yaml", status=1).stdout)
        for option in re.findall(r"^\| `(--[a-z-]+)", page, re.M):
            self.assertIn(option, self.gait("test", "--help").stdout)

    def test_a_month_takes_no_time(self):
        self.suite("m", machine(W={"Type": "Wait", "Seconds": 30 * 86400, "Next": "T"}, T={**TASK, "TimeoutSeconds": 60}),
                   [{"name": str(i), "mocks": {"T": {"Return": i}}, "expect": {"output": i, "elapsed": 30 * 86400}} for i in range(50)])
        start = time.monotonic()
        self.assertIn("50 passed", self.gait("test").stdout)
        self.assertLess(time.monotonic() - start, 20)

    def test_all_kinds_of_tasks_are_mocked(self):
        states = "arn:aws:states:::"
        resources = {"Invoke": (states + "lambda:invoke", {"FunctionName": "f"}), "Sync": (states + "batch:submitJob.sync", {"JobName": "j", "JobDefinition": "d", "JobQueue": "q"}),
                     "Token": (states + "sqs:sendMessage.waitForTaskToken", {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}),
                     "Activity": ("arn:aws:states:us-east-1:123456789012:activity:a", None),
                     "Nested": (states + "states:startExecution.sync:2", {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:x"}),
                     "Http": (states + "http:invoke", {"ApiEndpoint": "https://x.example", "Method": "GET", "Authentication": {
                         "ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"}}),
                     "Sdk": (states + "aws-sdk:s3:getObject", {"Bucket": "b", "Key": "k"})}
        branches = [machine(**{name: {"Type": "Task", "Resource": arn, "End": True, **({"Parameters": given} if given else {})}})
                    for name, (arn, given) in resources.items()]
        mocks = {name: {"Return": {"by": name}} for name in resources}
        self.suite("m", machine(All={"Type": "Parallel", "Branches": branches, "End": True}),
                   [{"name": "a", "mocks": mocks, "expect": {"output": [{"by": name} for name in resources], "pathIncludes": list(resources),
                                                             "path": ["All"], "calls": {name: 1 for name in resources}}}])
        self.gait("test", "--min-coverage", "100")
        self.suite("e", machine(T=TASK), [{"name": "a", "mocks": {"T": {"Return": 1}}, "expect": {"output": 1}}], type="EXPRESS")
        self.gait("test", "e.test.json")

    def test_exit_codes_and_formats(self):
        self.mixed()
        done = self.gait("test", "--coverage", status=1)
        self.assertIn('/a: expected 2, got 1', done.stdout)
        self.assertIn("path: C > T", done.stdout)
        self.assertIn("1 file: 3 cases, 2 passed, 1 failed", done.stdout)
        self.gait("test", "--filter", "o", status=1)  # wr-o-ng
        self.gait("test", "--filter", "m.test.json: o")
        self.assertIn("no case has", self.gait("test", "--filter", "nothing", status=2).stderr)
        self.assertIn("there is no test file", self.gait("test", "none", status=2).stderr)
        self.assertIn("1 passed, 1 failed, 1 skipped", self.gait("test", "--bail", "--jobs", "1", status=1).stdout)
        tap = self.gait("test", "--format", "tap", status=1).stdout
        self.assertEqual(tap.splitlines()[:3], ["TAP version 14", "1..3", "ok 1 - m.test.json: one"])
        self.assertIn('not ok 2 - m.test.json: wrong <&> "\\#1"\n  ---\n', tap)
        data = json.loads(self.gait("test", "--format", "json", status=1).stdout)
        self.assertEqual([c["result"] for c in data["files"][0]["cases"]], ["passed", "failed", "passed"])
        self.assertEqual(data["files"][0]["cases"][1]["failures"][0]["differences"], [{"pointer": "/a", "expected": 2, "actual": 1}])
        self.assertEqual(data["coverage"][0]["states"], {"covered": 3, "all": 3, "missed": []})
        done = self.gait("test", "--format", "junit", "--output", "report.xml", status=1)
        self.assertIn("1 failed", done.stdout)
        suites = ElementTree.parse(self.folder / "report.xml").getroot()
        self.assertEqual((suites.tag, suites.get("tests"), suites.get("failures")), ("testsuites", "3", "1"))
        case = suites.findall("testsuite/testcase")[1]
        self.assertEqual(case.get("name"), 'wrong <&> "#1"')
        self.assertIn("/a: expected 2, got 1", case.find("failure").text)
        self.gait("test", "--output", "no/where.txt", status=2)

    def test_what_is_found(self):
        one = {"definition": "../m.asl.json", "cases": [{"name": "a", "mocks": {"T": {"Return": 1}}}]}
        self.write("m.asl.json", machine(T=TASK))
        for folder in ("b", "a", ".hidden", "node_modules"):
            (self.folder / folder).mkdir()
            self.write(folder + "/x.test.json", one)
        self.write("b/y.test.yaml", "definition: ../m.asl.json\ncases:\n  - {name: a, mocks: {T: {Return: 1}}}\n")
        listed = [line for line in self.gait("test").stdout.splitlines() if line.endswith((".json", ".yaml"))]
        self.assertEqual(listed, ["a/x.test.json", "b/x.test.json", "b/y.test.yaml"])
        self.assertIn("2 files", self.gait("test", "[ab]/x.test.*").stdout)
        self.assertIn("1 file:", self.gait("test", ".hidden/x.test.json").stdout)

    def test_coverage(self):
        self.suite("m", CHOICE, [{"name": "one", "input": {"n": 1}, "mocks": {"T": {"Return": 1}}}])
        done = self.gait("test", "--coverage", "--coverage-lcov", "lcov.info", "--coverage-html", "page")
        self.assertRegex(done.stdout, r"m.asl.json +2/3 66.6 % +2/4 50.0 % +1/2 50.0 %")
        self.assertRegex(done.stdout, r"not covered: m.asl.json:1:\d+: the state P\n")
        self.gait("test", "--min-coverage", "66.6")
        self.assertIn("66.6 % of the states covered", self.gait("test", "--min-coverage", "100", status=1).stderr)
        self.gait("test", "--min-coverage", "rules=50,states=60")
        self.assertIn("of the rules covered", self.gait("test", "--min-coverage", "rules=51", status=1).stderr)
        self.assertIn("did you mean 'states'", self.gait("test", "--min-coverage", "state=5", status=2).stderr)
        # Another file with the definition, and the rest of its cases.
        self.write("other.test.json", {"definition": "m.asl.json", "cases": [{"name": "two", "input": {"n": 2}}]})
        self.gait("test", "--min-coverage", "states=100,transitions=100,rules=100")
        records = (self.folder / "lcov.info").read_text().splitlines()
        self.assertEqual((records[0], records[1], records[-1]), ("TN:", "SF:m.asl.json", "end_of_record"))
        self.assertEqual(sorted(r for r in records if r.startswith("BR")), ["BRDA:1,0,0,1", "BRDA:1,0,1,0", "BRF:2", "BRH:1"])
        opened = []

        class Checker(HTMLParser):
            def handle_starttag(self, tag, attrs):
                if tag not in ("meta", "path", "polygon", "ellipse", "polyline"):
                    opened.append(tag)
                self.check(attrs)

            def handle_startendtag(self, tag, attrs):
                self.check(attrs)

            def handle_endtag(self, tag):
                if tag not in ("path", "polygon", "ellipse", "polyline"):
                    assert opened.pop() == tag, tag

            @staticmethod
            def check(attrs):
                assert not any(name == "src" or (name == "href" and not value.startswith("#")) for name, value in attrs), attrs

        page = (self.folder / "page/index.html").read_text()
        Checker().feed(page)
        self.assertEqual(opened, [])
        self.assertIn("the state P", page)
        # Without Graphviz.
        os.environ["PATH"], path = "/nowhere", os.environ["PATH"]
        try:
            self.gait("test", "--coverage-html", "boxes.html")
        finally:
            os.environ["PATH"] = path
        self.assertIn('<div class="state taken"><b>C</b>', (self.folder / "boxes.html").read_text())

    def test_mocks_of_step_functions_local_and_targets(self):
        self.write("mocks.json", {"StateMachines": {"m": {"TestCases": {"Busy": {"T": "busy"}}}},
                                  "MockedResponses": {"busy": {"0": {"Throw": {"Error": "E"}}, "1": {"Return": "late"}}}})
        retried = {**TASK, "Retry": [{"ErrorEquals": ["E"]}]}
        self.suite("m", machine(T=retried), [{"name": "a", "testCase": "Busy", "expect": {"output": "late", "calls": {"T": 2}}}], mockConfig="mocks.json")
        self.gait("test")
        self.suite("none", machine(T=TASK), [{"name": "a"}])
        self.assertIn("the state T calls %s and has no mock" % LAMBDA, self.gait("test", "none.test.json", status=1).stdout)
        self.write("f.py", "import sys\nprint('[' + sys.stdin.read() + ']')")
        self.write("targets.json", {"lambda": {"functions": {"F": {"command": ["python3", "f.py"]}, "*": {"command": ["sleep", "600"]}}}})
        self.suite("real", machine(T=TASK), [{"name": "a", "input": 7, "expect": {"output": [7], "elapsed": 0}}], targets="targets.json")
        self.gait("test", "real.test.json")
        self.suite("slow", machine(T={**TASK, "Resource": LAMBDA + "G"}), [{"name": "a"}], targets="targets.json")
        self.assertIn("did not end within 1 s of real time; it came to the state T", self.gait("test", "slow.test.json", "--timeout", "1", status=1).stdout)

    def test_files_that_are_wrong(self):
        self.write("m.asl.json", machine(T={"Type": "Task", "Resource": LAMBDA, "Next": "Gone"}))
        self.write("m.test.yaml", "definition: m.asl.json\ncases:\n  - name: a\n    expct: {}\n")
        errors = self.gait("test", status=2).stderr
        self.assertIn("m.test.yaml:4:5: error: There is no field 'expct' here [unknown-field]", errors)
        self.assertIn("did you mean 'expect'?", errors)
        self.assertRegex(errors, r"m.asl.json:1:\d+: error: Missing 'Next' target: Gone")
        findings = json.loads(self.gait("test", "--format", "json", status=2).stdout)["findings"]
        self.assertEqual([(f["file"], f["line"], f["pointer"], f["rule"]) for f in findings],
                         [("m.test.yaml", 4, "/cases/0/expct", "unknown-field"), ("m.asl.json", 1, "/States/T/Next", "dangling-transition")])
        self.assertIn("Bail out!", self.gait("test", "--format", "tap", status=2).stdout)
        (self.folder / "m.test.yaml").unlink()
        self.assertIn("there are no test files", self.gait("test", status=2).stderr)

    @unittest.skipIf(jsonschema is None, "jsonschema is not installed")
    def test_the_schema_and_the_reader_agree(self):
        schema = json.loads((SOURCE / "schemas/test.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for path in SOURCE.glob("samples/*/*.test.json"):
            validator.validate(json.loads(path.read_text()))
        self.write("m.asl.json", machine(T=TASK))
        for number, test in enumerate(WRONG + RIGHT):
            name = self.write("%d.test.json" % number, test)
            done = subprocess.run([GAIT, "test", name], cwd=self.folder, capture_output=True, text=True, timeout=30)
            self.assertEqual((validator.is_valid(test), done.returncode), (number >= len(WRONG), 0 if number >= len(WRONG) else 2),
                             (test, done.stdout, done.stderr))

    def test_watch(self):
        self.suite("m", machine(T=TASK), [{"name": "a", "mocks": {"T": {"Return": 1}}, "expect": {"output": 1}}])
        leader, follower = pty.openpty()
        process = subprocess.Popen([GAIT, "test", "--watch"], cwd=self.folder, stdout=follower, stderr=follower,
                                   env={**os.environ, "TERM": "xterm"})
        os.close(follower)
        self.addCleanup(os.close, leader)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        shown = ""

        def until(text):
            nonlocal shown
            deadline = time.monotonic() + 30
            while text not in shown or "waiting for changes" not in shown[shown.index(text):]:
                self.assertTrue(select.select([leader], [], [], max(0, deadline - time.monotonic()))[0], shown)
                shown += os.read(leader, 65536).decode()
            seen, shown = shown, ""
            return seen

        self.assertIn("\x1b[2J", until("1 passed"))
        self.write("m.asl.json", machine(T={**TASK, "ResultPath": "$.r"}))
        until('expected 1, got {"r":1}')
        self.write("m.test.json", "{")
        until("invalid-json")
        self.suite("m", machine(T=TASK), [{"name": "a", "mocks": {"T": {"Return": 1}}}])
        until("1 passed")
        (self.folder / "new").mkdir()
        until("1 passed")
        self.write("new/n.test.json", {"definition": "../m.asl.json", "cases": [{"name": "b", "mocks": {"T": {"Return": 1}}}]})
        until("2 passed")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=10), -signal.SIGINT)


if __name__ == "__main__":
    unittest.main()
