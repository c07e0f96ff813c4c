"""What nobody should hand to the program: a clear diagnostic each, and never a crash."""
import json
import unittest

from support import ProgramTest, lambda_arn, machine

PASS = machine(P={"Type": "Pass", "End": True})


class BadInput(ProgramTest):
    def refused(self, name, content, *told, status=1):
        """Both commands that read a definition refuse it, with the same words."""
        self.write(name, content)
        for command in (("validate",), ("run", "--ephemeral")):
            done = self.gait(*command, name, status=status)
            for text in told:
                self.assertIn(text, done.stderr + done.stdout)

    def test_broken_json_is_shown_with_the_line_and_a_caret(self):
        self.refused("d.asl.json", '{\n  "StartAt": "A",\n  "States": {\n    "A": {"Type": "Pass" "End": true}\n  }\n}\n',
                     "d.asl.json:4:26: error: Missing a comma or '}' after an object member [invalid-json]",
                     '     4 |     "A": {"Type": "Pass" "End": true}\n       |                          ^')

    def test_broken_yaml(self):
        self.refused("d.asl.yaml", "StartAt: A\nStates: {A: {Type: Pass, End: true}\n", "d.asl.yaml:", "[invalid-json]")

    def test_ten_thousand_levels(self):
        for name, content in (("a.asl.json", "[" * 10_000 + "]" * 10_000), ("o.asl.json", '{"a":' * 10_000 + "1" + "}" * 10_000),
                              ("u.asl.json", '{"a":[' * 10_000), ("y.asl.yaml", "[" * 10_000 + "]" * 10_000),
                              ("b.asl.yaml", "".join("%s- x:\n" % ("  " * i) for i in range(1_000)))):
            with self.subTest(name=name):
                self.refused(name, content, "nests deeper than 256 levels")

    def test_yaml_that_grows_without_end(self):
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += ["a%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 10)) for i in range(1, 12)]
        self.refused("bomb.asl.yaml", "\n".join(lines), "expand to too many values")

    def test_nul_bytes(self):
        self.refused("n.asl.json", b'{"StartAt": "A\0B", "States": {}}', "n.asl.json:1:15: error: A NUL byte stands in the document")
        self.refused("m.asl.json", json.dumps(PASS).encode() + b"\0", "A NUL byte stands in the document")
        self.refused("o.asl.json", b"\0" * 100, "NUL byte")

    def test_invalid_utf8(self):
        self.refused("u.asl.json", b'{"StartAt": "A\xff\xfe", "States": {}}', "u.asl.json:1:15: error: Invalid encoding in string",
                     '{"StartAt": "A\ufffd\ufffd", "States": {}}')
        self.refused("s.asl.json", b'{"StartAt": "A\xed\xa0\x80", "States": {}}', "Invalid encoding")

    def test_a_file_of_100_mib(self):
        self.refused("b.asl.json", '{"Comment": "%s"}' % ("x" * 100 * 1024 * 1024), "b.asl.json is too large", status=2)

    def test_an_empty_file(self):
        self.refused("e.asl.json", "", "Definition must be a valid JSON object")

    def test_a_missing_target(self):
        self.refused("t.asl.json", machine(A={"Type": "Pass", "Next": "Chrage"}, Charge={"Type": "Succeed"}),
                     "[dangling-transition]", "Missing 'Next' target: Chrage", "did you mean 'Charge'?")

    def test_a_state_name_of_81_characters(self):
        name = "ä" * 81
        self.refused("l.asl.json", {"StartAt": name, "States": {name: {"Type": "Succeed"}}}, "[state-name-too-long]", "it has 81 characters")
        self.write("ok.asl.json", {"StartAt": name[1:], "States": {name[1:]: {"Type": "Succeed"}}})
        self.gait("validate", "ok.asl.json")

    def test_a_retry_behind_states_all(self):
        self.refused("r.asl.json", machine(T={"Type": "Task", "Resource": lambda_arn("f"), "End": True,
                                              "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["Busy"]}]}),
                     "[states-all-not-last]", "those behind it are never reached")

    def test_all_findings_at_once(self):
        self.write("m.asl.json", {"StartAt": "A", "Stats": 1, "States": {"A": {"Type": "Wait", "Next": "B"}, "C": {"Type": "Pass"}}})
        found = json.loads(self.gait("validate", "--format", "json", "m.asl.json", status=1).stdout)
        rules = {d["rule"] for d in found["files"][0]["diagnostics"]}
        self.assertLessEqual({"unknown-field", "wait-without-time", "dangling-transition", "missing-next"}, rules)

    def test_inputs(self):
        self.write("p.asl.json", PASS)
        self.gait("run", "--ephemeral", "p.asl.json", "--input", "[" * 10_000, status=2)
        self.assertIn("262144", self.gait("run", "--ephemeral", "p.asl.json", "--input", "-", input='"%s"' % ("x" * 300_000), status=2).stderr)
        self.write("i.json", b'"\xff"')
        self.gait("run", "--ephemeral", "p.asl.json", "--input", "@i.json", status=2)

    def test_expressions(self):
        for language, expression in (("jsonpath", "$" + "[0]" * 100_000), ("jsonpath", "$[?(" + "(" * 100_000), ("jsonpath", "$.a\0b"),
                                     ("jsonpath", "$..*" * 50), ("intrinsic", "States.Array(" * 10_000), ("intrinsic", "States.Format('" + "\\" * 9_999),
                                     ("intrinsic", "States.ArrayRange(0, 1000000000, 1)"), ("intrinsic", "States.Format('{" + "}' * 3")):
            with self.subTest(expression=expression[:20]):
                request = json.dumps({"id": 1, "expr": expression, "input": {"a": [[[1]]]}, "limits": {"time_ms": 1000}})
                done = self.gait("eval", language, "--batch", input=request + "\n")
                self.assertEqual(len(done.stdout.splitlines()), 1)

    def test_a_database_that_is_none(self):
        self.write("p.asl.json", PASS)
        self.write("no.db", "this is no database, and long enough to be looked at as one" * 100)
        self.assertIn("no.db", self.gait("run", "p.asl.json", "--db", "no.db", status=2).stderr)
        self.assertIn("no.db", self.gait("executions", "--db", "no.db", status=2).stderr)
        self.gait("run", "p.asl.json", "--db", "missing/folder/x.db", status=2)


if __name__ == "__main__":
    unittest.main()
