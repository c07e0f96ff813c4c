"""What `gait validate` takes: files, folders, patterns, standard input, and templates with definitions in or beside them."""
import json
import os
import unittest

from support import ProgramTest, machine

PASS = machine(P={"Type": "Pass", "End": True})
BROKEN = machine(P={"Type": "Pass", "Next": "Q"})
TEMPLATE = """Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      DefinitionUri: %s
"""


class ValidateInputs(ProgramTest):
    def write(self, name, content):
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        return super().write(name, content)

    def found(self, *arguments, status=0, input=None):
        """(file, machine, rules) of each definition."""
        done = self.gait("validate", "--format", "json", *arguments, status=status, input=input)
        return [(f["file"], f.get("machine", ""), [d["rule"] for d in f["diagnostics"]]) for f in json.loads(done.stdout)["files"]]

    def test_a_folder_gives_what_holds_a_state_machine(self):
        self.write("w/b.asl.json", PASS)
        self.write("w/a.json", PASS)
        self.write("w/deep/er/t.yaml", TEMPLATE % "src/orders.asl.json")
        self.write("w/deep/er/src/orders.asl.json", PASS)
        for other in ("w/package.json", "w/.hidden/x.asl.json", "w/node_modules/x.asl.json", "w/.git/x.asl.json"):
            self.write(other, PASS if other.endswith("asl.json") else {"name": "x", "scripts": {}})
        self.write("elsewhere/x.asl.json", BROKEN)
        os.symlink("../elsewhere", self.folder / "w/link")
        os.symlink("../elsewhere/x.asl.json", self.folder / "w/link.asl.json")
        os.symlink("..", self.folder / "w/deep/loop")
        # The definition that a template names is that template's alone, with its type.
        expected = [("w/a.json", "", []), ("w/b.asl.json", "", []), ("w/deep/er/src/orders.asl.json", "Orders", [])]
        self.assertEqual(self.found("w"), expected)
        self.assertEqual([f for f, _, _ in self.found(".", status=1)], ["elsewhere/x.asl.json", *(f for f, _, _ in expected), "w/link.asl.json"])

    def test_a_folder_without_a_state_machine_says_so(self):
        self.write("w/package.json", {})
        self.assertIn("w: error: No file here holds a state machine [no-state-machine]", self.gait("validate", "w", status=1).stdout)

    def test_patterns(self):
        for name in ("a.asl.json", "w/b.asl.json", "w/x/c.asl.json", "w/x/c.asl.yaml", "w/.h/d.asl.json"):
            self.write(name, PASS)
        for pattern, files in (("**/*.asl.json", ["a.asl.json", "w/b.asl.json", "w/x/c.asl.json"]), ("w/*/c.asl.*", ["w/x/c.asl.json", "w/x/c.asl.yaml"]),
                               ("w/**", ["w/b.asl.json", "w/x/c.asl.json", "w/x/c.asl.yaml"]), ("[ab].asl.json", ["a.asl.json"])):
            self.assertEqual([f for f, _, _ in self.found(pattern)], files, pattern)
        self.assertEqual(len(self.found("w", "**/*.asl.json")), 4)  # none twice
        self.assertIn("no file matches *.nothing", self.gait("validate", "*.nothing", status=2).stderr)

    def test_standard_input(self):
        self.assertEqual(self.found("-", input=json.dumps(PASS)), [("-", "", [])])
        self.assertEqual(self.found("-", input="StartAt: P\nStates: {P: {Type: Succeed}}\n"), [("-", "", [])])
        template = TEMPLATE % "d.asl.json"
        self.write("w/d.asl.json", BROKEN)
        self.assertEqual(self.found("-", "--stdin-name", "w/t.yaml", input=template, status=1), [("w/d.asl.json", "Orders", ["dangling-transition"])])

    def test_the_type_is_the_templates_unless_it_is_given(self):
        callback = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 9, "End": True,
                    "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}}
        self.write("t.yaml", TEMPLATE % "d.asl.json")
        self.write("d.asl.json", machine(C=callback))
        self.assertEqual(self.found("t.yaml", status=1)[0][2], ["not-for-express"])
        self.assertEqual(self.found("t.yaml", "--type", "STANDARD")[0][2], [])

    def test_the_position_is_the_templates(self):
        self.write("t.yaml", "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n"
                             "        {\"StartAt\": \"P\",\n         \"States\": {\"P\": {\"Type\": \"Pass\", \"Next\": \"Q\"}}}\n")
        self.assertIn("t.yaml:7:51: error: Missing 'Next' target: Q [dangling-transition]\n"
                      "     7 |          \"States\": {\"P\": {\"Type\": \"Pass\", \"Next\": \"Q\"}}}\n"
                      "       |                                                   ^", self.gait("validate", "t.yaml", status=1).stdout)

    def test_files_that_are_not_to_be_read(self):
        secret = self.write("secret.asl.json", BROKEN)
        self.write("w/ok.asl.json", PASS)
        os.mkdir(self.folder / "w/cwd")
        os.symlink(secret, self.folder / "w/link.asl.json")
        for uri, rule in (("../secret.asl.json", "definition-not-read"), (secret, "definition-not-read"), ("link.asl.json", "definition-not-read"),
                          ("../../../../../../etc/passwd", "definition-not-read"), (".", "definition-not-read"), ("t.yaml", "definition-not-read"),
                          ("missing.asl.json", "definition-not-found"), ("cwd/../ok.asl.json", None)):
            with self.subTest(uri=uri):
                self.write("w/t.yaml", TEMPLATE % uri)
                found = json.loads(self.gait("validate", "--format", "json", "t.yaml", cwd=self.folder / "w").stdout)["files"]
                self.assertEqual([d["rule"] for f in found for d in f["diagnostics"]], [rule] if rule else [])

    def refused(self, name, content, *told):
        self.write(name, content)
        done = self.gait("validate", name, status=1)
        for text in told:
            self.assertIn(text, done.stdout)

    def test_bad_files(self):
        head = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n"
        self.refused("none.yaml", "Resources: {T: {Type: AWS::SNS::Topic}}\n", "none.yaml:1:1: error: The file holds no state machine [no-state-machine]")
        self.refused("notes.txt", "hello", "invalid-json")
        bomb = "".join("a%d: &a%d [%s]\n" % (i, i, ", ".join(["*a%d" % (i - 1)] * 10 if i else ["x"] * 10)) for i in range(12))
        self.refused("bomb.yaml", bomb + head, "expand to too many values")
        self.refused("deep.yaml", head + "      Definition: " + "[" * 10_000 + "]" * 10_000, "nests deeper than 256 levels")
        self.refused("cut.yaml", head + "      DefinitionString: '{\"StartAt\": \"A\"\n", "cut.yaml:", "[invalid-json]")
        self.refused("nul.yaml", (head + "      Definition: {A: \0}\n").encode(), "nul.yaml:5:23: error: A NUL byte stands in the document")
        self.refused("latin1.yaml", head.encode() + b"      Comment: \xe9\n", "latin1.yaml:5:16: error: Invalid encoding")
        self.refused("utf16.json", json.dumps(PASS).encode("utf-16"), "utf16.json:1:1: error: The text is UTF-16; it has to be UTF-8")
        self.refused("inner.yaml", head + "      DefinitionString: |\n        {\"StartAt\": \"A\"\n         \"States\": {}}\n",
                     "inner.yaml:7:10: error: Missing a comma or '}' after an object member [invalid-json]")
        long = json.dumps({"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
            "DefinitionString": json.dumps({**BROKEN, "Comment": "x" * 1_000_000})}}}})
        self.refused("long.json", long, "long.json:1:%d: error: Missing 'Next' target" % (long.index('\\"Q\\"') + 1))
        self.refused("large.json", long.replace("xxx", "xxxx"), "[too-large]")

    def test_marks_and_line_ends(self):
        text = "StartAt: P\r\nStates:\n  P:\r\n    Type: Pass\n    Next: Q\r\n"
        template = "Resources:\r\n  M:\n    Type: AWS::Serverless::StateMachine\r\n    Properties:\n      Definition:\r\n" + "".join(
            "        " + line for line in text.splitlines(keepends=True))
        self.refused("m.asl.yaml", "\ufeff" + text, "m.asl.yaml:5:11: error: Missing 'Next' target: Q")
        self.refused("t.yaml", "\ufeff" + template, "t.yaml:10:19: error: Missing 'Next' target: Q")
        self.refused("cr.asl.json", json.dumps(BROKEN, indent=1).replace("\n", "\r"), "Missing 'Next' target: Q")

    def test_a_file_of_100_mib(self):
        self.write("w/big.json", '{"StartAt": "%s"}' % ("x" * 100 * 1024 * 1024))
        self.assertIn("is too large", self.gait("validate", "w/big.json", status=2).stderr)
        self.assertIn("No file here holds a state machine", self.gait("validate", "w", status=1).stdout)


if __name__ == "__main__":
    unittest.main()
