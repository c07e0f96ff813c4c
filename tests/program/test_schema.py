#!/usr/bin/env python3
"""The JSON Schema of definitions, by validators that are not gait's: ajv, which editors' schemas are written for, and
Python's jsonschema. With the corpora (GAIT_CORPORA) also on real definitions."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import support
from support import machine

try:
    import jsonschema
except ImportError:
    jsonschema = None
try:
    import yaml
except ImportError:
    yaml = None

AJV_VERSION = "8.17.1"
NPM = support.SOURCE / "build/npm-ajv"
SCHEMA = support.SOURCE / "schemas/state_machine.schema.json"
CORPUS = pathlib.Path(os.environ.get("GAIT_CORPORA", "/nowhere")) / "definitions"
# Of the corpus' definitions with one defect the schema sees what has to do with fields: at least so many of a hundred.
REFUSED_PERCENT_MIN = 50

if yaml is not None:
    class Loader(yaml.SafeLoader):
        """YAML 1.2's core schema has no timestamps."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def ajv(documents):
    """What ajv says of each document, "" for nothing; None if there is no ajv, with why not."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None, "node and npm are not installed"
    if not (NPM / "node_modules/ajv").exists():
        done = subprocess.run(["npm", "install", "--prefix", str(NPM), "--no-audit", "--no-fund", "ajv@" + AJV_VERSION],
                              capture_output=True, text=True)
        if done.returncode != 0:
            return None, "npm cannot install ajv: " + done.stderr.strip()[-300:]
    done = subprocess.run(["node", str(support.SOURCE / "tests/schema_validate.mjs")], capture_output=True, text=True,
                          input=json.dumps({"schema": json.loads(SCHEMA.read_text()), "documents": documents}),
                          env={**os.environ, "AJV_FOLDER": str(NPM)})
    if done.returncode != 0:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout), ""


def python(documents):
    """The same of Python's jsonschema."""
    if jsonschema is None:
        return None, "jsonschema is not installed (Debian: python3-jsonschema)"
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    answers = []
    for document in documents:
        error = next(validator.iter_errors(document), None)
        answers.append("" if error is None else error.message[:200] or "refused")
    return answers, ""


def read(path):
    """A definition as a value; None if it cannot be one in JSON (an unquoted placeholder), with why not."""
    if path.suffix == ".json":
        try:
            return json.loads(path.read_text()), ""
        except ValueError:
            return None, "it is no JSON"
    if yaml is None:
        return None, "there is no yaml module (Debian: python3-yaml)"
    try:
        return json.loads(json.dumps(yaml.load(path.read_text(), Loader))), ""
    except (yaml.YAMLError, TypeError) as e:
        return None, "it is no YAML: " + str(e)[:60]


def pass_state(**fields):
    return machine(A={"Type": "Pass", "End": True, **fields})


def jsonata(definition):
    return {**definition, "QueryLanguage": "JSONata"}


RULE = {"Variable": "$.a", "IsPresent": True}
VALID = [
    pass_state(Comment="x", InputPath=None, Result=[1]),
    jsonata(pass_state(Output="{% 1 %}")),
    machine(A={"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": "{% 1 %}"}, "Next": "B"},
            B={"Type": "Wait", "Seconds": "${Seconds}", "End": True}),
    jsonata(machine(A={"Type": "Wait", "Seconds": "{% $states.input.s\n %}", "End": True})),
    machine(A={"Type": "Choice", "Choices": [{"And": [{"Not": RULE}, RULE], "Next": "A"}], "Default": "A"}),
    machine(A={"Type": "Parallel", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": True,
               "Branches": [pass_state(OutputPath="$.a")]}),
    machine(A={"Type": "Map", "ItemsPath": "$.a", "End": True, "MaxConcurrency": 3, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, **pass_state()},
        "Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 1.5}]}),
]
INVALID = [
    [], {}, {"StartAt": "A"}, {"StartAt": "A", "States": {}}, {**pass_state(), "Nonsense": 1},
    machine(A={"Type": "Pas", "End": True}), machine(A={"End": True}), machine(A=[]), machine(**{"x" * 81: {"Type": "Fail"}}),
    pass_state(Next="A"), machine(A={"Type": "Pass"}), pass_state(Resource="r"), pass_state(Output="{% 1 %}"),
    pass_state(InputPath="a"), pass_state(InputPath=1), pass_state(QueryLanguage="JSONPath3"),
    jsonata(pass_state(InputPath="$.a")), jsonata(pass_state(QueryLanguage="JSONPath")),
    machine(A={"Type": "Task", "End": True}),
    machine(A={"Type": "Task", "Resource": "r", "TimeoutSeconds": 0, "End": True}),
    machine(A={"Type": "Task", "Resource": "r", "TimeoutSeconds": "{% 1 %}", "End": True}),
    machine(A={"Type": "Task", "Resource": "r", "TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t", "End": True}),
    machine(A={"Type": "Task", "Resource": "r", "Retry": [{"ErrorEquals": []}], "End": True}),
    machine(A={"Type": "Task", "Resource": "r", "Retry": [{"ErrorEquals": ["x"], "JitterStrategy": "SOME"}], "End": True}),
    machine(A={"Type": "Task", "Resource": "r", "Catch": [{"ErrorEquals": ["x"]}], "End": True}),
    machine(A={"Type": "Wait", "End": True}), machine(A={"Type": "Wait", "Seconds": 1, "Timestamp": "t", "End": True}),
    machine(A={"Type": "Choice", "Choices": []}), machine(A={"Type": "Choice", "Choices": [RULE]}),
    machine(A={"Type": "Choice", "Choices": [{**RULE, "IsNull": True, "Next": "A"}]}),
    machine(A={"Type": "Choice", "Choices": [{"And": [{**RULE, "Next": "A"}], "Next": "A"}]}),
    machine(A={"Type": "Choice", "Choices": [{"Condition": True, "Next": "A"}]}),
    machine(A={"Type": "Parallel", "Branches": [], "End": True}),
    machine(A={"Type": "Parallel", "Branches": [machine(B={"Type": "Pass"})], "End": True}),
    machine(A={"Type": "Map", "End": True}),
    machine(A={"Type": "Map", "ItemProcessor": pass_state(Resource="r"), "End": True}),
    machine(A={"Type": "Fail", "Error": "a", "ErrorPath": "$.a"}), machine(A={"Type": "Succeed", "End": True}),
]


class Schema(support.ProgramTest):
    maxDiff = None

    def test_the_file_is_what_the_command_prints(self):
        self.assertEqual(SCHEMA.read_text(), self.gait("schema").stdout, "gait schema > schemas/state_machine.schema.json")

    def check(self, validate):
        samples = [read(path) for path in sorted(support.SOURCE.glob("samples/*/*.asl.*"))]
        valid = VALID + [s for s, _ in samples if s is not None]
        answers, why = validate(valid + INVALID)
        if answers is None:
            self.skipTest(why)
        for definition, answer in zip(valid, answers):
            self.assertEqual(answer, "", json.dumps(definition))
        for definition, answer in zip(INVALID, answers[len(valid):]):
            self.assertNotEqual(answer, "", json.dumps(definition))

    def test_ajv(self):
        self.check(ajv)

    def test_jsonschema(self):
        self.check(python)

    def test_real_definitions(self):
        if not CORPUS.exists():
            self.skipTest("GAIT_CORPORA is not set")
        documents, skipped, invalid = {}, {}, set()
        for folder in ("valid", "invalid"):
            for row in json.loads((CORPUS / folder / "manifest.json").read_text()):
                path = CORPUS / folder / row["file"]
                document, why = read(path)
                if why:
                    skipped[row["file"]] = why
                    continue
                documents[row["file"]] = document
                if folder == "invalid":
                    invalid.add(row["file"])
        answers, why = ajv(list(documents.values()))
        if answers is None:
            answers, why = python(list(documents.values()))
        if answers is None:
            self.skipTest(why)
        refused = {name: answer for name, answer in zip(documents, answers) if answer}
        print("%d of %d valid definitions taken, %d of %d invalid ones refused; skipped: %s" % (
            len(documents) - len(invalid) - len(refused.keys() - invalid), len(documents) - len(invalid),
            len(refused.keys() & invalid), len(invalid), skipped or "none"), file=sys.stderr)
        self.assertEqual({n: a for n, a in refused.items() if n not in invalid}, {})
        self.assertGreaterEqual(100 * len(refused.keys() & invalid), REFUSED_PERCENT_MIN * len(invalid))


if __name__ == "__main__":
    unittest.main()
