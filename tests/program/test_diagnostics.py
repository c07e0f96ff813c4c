"""The rules of validate: each has its page and its examples, and the examples do what the page says."""
import json
import sys
import unittest

from support import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "scripts"))
import diagnostics_pages as diagnostics  # noqa: E402


class Diagnostics(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.rules = {rule["rule"]: rule for rule in diagnostics.rules()}

    def findings(self, *files):
        """Of each file, (rule, severity) of what is found."""
        done = diagnostics.gait("validate", "--format", "json", *files)
        found = {}
        for file in json.loads(done.stdout)["files"]:
            found.setdefault(file["file"], []).extend((d["rule"], d["severity"]) for d in file["diagnostics"])
        return found

    def examples(self, kind):
        names = [name for name in self.rules if name not in diagnostics.WITHOUT_EXAMPLES]
        found = {name: diagnostics.example(name, kind) for name in names}
        self.assertEqual([], [name for name, file in found.items() if file is None], f"rules without a {kind} example")
        return {name: str(file) for name, file in found.items()}

    def test_a_bad_example_breaks_its_rule_and_no_other(self):
        examples = self.examples("bad")
        checked = {name: file for name, file in examples.items() if name not in diagnostics.COMMANDS}
        findings = self.findings(*checked.values())
        for name, file in checked.items():
            with self.subTest(rule=name):
                found = findings[file]
                self.assertIn((name, self.rules[name]["severity"]), found)
                allowed = {name, *diagnostics.BESIDES.get(name, ())}
                self.assertEqual([], [rule for rule, _ in found if rule not in allowed])
        for name in diagnostics.COMMANDS:
            with self.subTest(rule=name):
                self.assertIn(f"[{name}]", diagnostics.said(name, diagnostics.example(name, "bad")))

    def test_a_good_example_has_no_finding(self):
        examples = self.examples("good")
        findings = self.findings(*examples.values())
        for name, file in examples.items():
            with self.subTest(rule=name):
                self.assertEqual([], findings[file])

    def test_no_example_is_left_over(self):
        known = {f"{name}.{kind}" for name in self.rules for kind in ("bad", "good")}
        for file in diagnostics.EXAMPLES.iterdir():
            self.assertIn(".".join(file.name.split(".")[:2]), known)

    def test_the_pages_are_up_to_date(self):
        expected = diagnostics.pages()
        self.assertEqual(set(expected), set(diagnostics.PAGES.glob("*.md")))
        for path, text in expected.items():
            with self.subTest(page=path.name):
                self.assertEqual(path.read_text(), text, "run scripts/diagnostics_pages.py")

    def test_explain(self):
        rule = self.rules["no-path"]
        self.assertEqual(rule["code"], "NO_PATH")
        told = self.gait("explain", "no-path").stdout
        for text in ("no-path: " + rule["summary"], "warning", "NO_PATH", rule["page"], rule["advice"]):
            self.assertIn(text, told)
        listed = self.gait("explain").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in listed], list(self.rules))
        self.assertEqual(json.loads(self.gait("explain", "no-path", "--format", "json").stdout), [rule])
        self.assertIn("did you mean 'no-path'?", self.gait("explain", "no-paht", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
