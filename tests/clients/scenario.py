"""Runs scenario.json through a client: a function that calls an operation with parameters and gives its answer, or
raises Refused."""
import json
import pathlib
import re
import time


class Refused(Exception):
    """An operation failed; `code` is the class of the error."""

    def __init__(self, code, message=""):
        super().__init__("%s: %s" % (code, message))
        self.code = code


class Unknown(Exception):
    """The client is too old to know the operation, or a parameter."""


def at(value, path):
    for key in path.split("."):
        if isinstance(value, list):
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = (value or {}).get(key)
    return value


def fill(value, answers):
    if isinstance(value, dict):
        return {key: fill(item, answers) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, answers) for item in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"\$\{(\w+)\.([^}]+)\}", lambda m: at(answers[m[1]], m[2]), value)


def parameters(step, answers):
    given = fill(step["with"], answers)
    # What the API takes as JSON text.
    return {key: json.dumps(value) if key in ("definition", "input", "output") and not isinstance(value, str) else value
            for key, value in given.items()}


def load():
    return json.loads((pathlib.Path(__file__).parent / "scenario.json").read_text())["steps"]


def run(call, has=lambda operation: True):
    """Gives the operations that were called. Those that the client does not have are left out, with what needs them."""
    answers, called = {}, set()
    for number, step in enumerate(load()):
        where = "step %d, %s" % (number, step["call"])
        try:
            given = parameters(step, answers)
        except KeyError:
            continue  # it needs the answer of one that was left out
        if not has(step["call"], given):
            continue
        deadline = time.monotonic() + 30
        while True:
            try:
                answer = call(step["call"], given)
            except Unknown:
                break
            except Refused as refused:
                assert refused.code == step.get("error"), "%s: %s" % (where, refused)
                called.add(step["call"])
                break
            assert "error" not in step, "%s was not refused with %s: %s" % (where, step["error"], answer)
            if all(at(answer, path) == fill(value, answers) for path, value in step.get("until", {}).items()):
                for path, value in step.get("expect", {}).items():
                    assert at(answer, path) == fill(value, answers), "%s: %s is not %r in %s" % (where, path, value, answer)
                answers[step.get("as", "")] = answer
                called.add(step["call"])
                break
            assert time.monotonic() < deadline, "%s: not in time, the last was %s" % (where, answer)
            time.sleep(0.1)
    return called
