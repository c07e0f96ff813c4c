"""Replays the executions that were recorded on AWS: with their own definition there is no difference, with a planted one it is found
where it was planted; and their mocks and tests bring the same end."""
import collections
import concurrent.futures
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from conformance import CORPORA, GAIT

SAME_MIN, MOCKED_MIN, FOUND_MIN = 0.98, 0.98, 0.99
# Those that are known to differ, and why.
KNOWN = {
    "test_sqs_failure_in_wait_for_task_tok_no_error_field[SQS_WAIT_FOR_TASK_TOKEN_CATCH]":
        "AWS gives a Catcher null where a token's holder named no error; gait gives an empty text",
    "test_math_random_seeded": "the recording has a word in the place of the number",
    "test_invalid_jsonpath[INVALID_JSONPATH_IN_ERRORPATH]": "the recording has a word in the place of the input in the cause",
    "test_invalid_jsonpath[INVALID_JSONPATH_IN_STRING_EXPR_JSONPATH]": "the same",
    "test_lambda_service_invoke_with_retry_extended_input": "recorded before the context object had a RedriveCount",
    "test_sfn_start_execution_implicit_json_serialisation": "the recording lost which of two state machines is started",
    "test_activity_task_on_deleted": "the activity is gone when it is called; in a test every activity is there",
}
PAYLOADS = ("input", "output", "parameters", "cause")
MOMENT = "2024-05-01T10:00:00.000Z"
WORDS = {"time": MOMENT, "uuid": "11111111-2222-4333-8444-555555555555"}
PLACEHOLDERS = {"<partition>": "aws", "<region>": "us-east-1"}


def dump(x):
    return json.dumps(x, separators=(",", ":"), ensure_ascii=False)


def canonical(x):
    return json.dumps(x, sort_keys=True)


def texts(x):
    """All texts within `x` that are JSON objects."""
    if isinstance(x, str) and x.startswith("{"):
        try:
            json.loads(x)
            yield x
        except ValueError:
            pass
    elif isinstance(x, dict):
        for v in x.values():
            yield from texts(v)
    elif isinstance(x, list):
        for v in x:
            yield from texts(v)


def unmarked(events, case):
    """The events with names, ids and moments in the place of what the recording was made comparable with."""
    text = json.dumps(events, ensure_ascii=False)
    for pattern, placeholder in reversed(case.get("replacements", [])):
        if re.fullmatch(r"[\w:./\-]+", pattern):
            text = text.replace(json.dumps(placeholder)[1:-1], json.dumps(pattern)[1:-1])
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    # What a case has replaced by a word of its own.
    for rule in case.get("normalised", []):
        word = rule.get("with", "")
        for kind, value in WORDS.items():
            if re.search(kind, word, re.I):
                text = re.sub(r'(?<=")%s(?=\\?")' % re.escape(word), value, text)
    text = re.sub(r"<uuid:(\d+)>", lambda m: "00000000-0000-4000-9000-%012d" % int(m[1]), text)
    text = re.sub(r"<+task_token>?:(\d+)>", lambda m: "AQCEAAAAKgAAAAMAAAAA" + m[1] * 60 + "+/=", text)
    return restored(json.loads(re.sub(r'(?<=")date(?=\\?")', MOMENT, text)), case["executions"][0].get("input"))


def restored(x, input):
    """Values under a key with "timestamp" in its name were lost; those of the input are known."""
    if isinstance(x, list):
        return [restored(v, input) for v in x]
    if not isinstance(x, dict):
        return x
    return {k: input[k] if v == "timestamp" and isinstance(input, dict) and k in input else restored(v, input) for k, v in x.items()}


def raw(events, case, iso):
    """The events as GetExecutionHistory gave them: data as text, timestamps as moments."""
    events = unmarked(events, case)
    known = {canonical(json.loads(t)): t for t in texts(events)}

    def text(value):
        return value if isinstance(value, str) else known.get(canonical(value), dump(value))

    out = []
    for event in events:
        ms = 1_714_557_600_000 + 10 * event["id"]
        event["timestamp"] = "2024-05-01T10:00:%02d.%03d000+00:00" % (ms // 1000 % 60, ms % 1000) if iso else ms / 1000
        for details in event.values():
            if isinstance(details, dict):
                for key in PAYLOADS:
                    if key in details:
                        details[key] = text(details[key])
                if "assignedVariables" in details:
                    details["assignedVariables"] = {k: text(v) for k, v in details["assignedVariables"].items()}
        out.append(event)
    return out


def recordings():
    """Each execution with a history that can be replayed, and how many there are that cannot, by the reason."""
    found, left_out = [], collections.Counter()
    for file in sorted((CORPORA / "aws-recorded").glob("*.json")):
        for case in json.loads(file.read_text()):
            for number, execution in enumerate(case.get("executions", [])):
                answer = case["expected"].get(execution.get("expect") or "")
                events = answer.get("events") if isinstance(answer, dict) else None
                if not events:
                    continue
                if case.get("parallel_events_sorted"):
                    left_out["the recording lost the order of the events"] += 1
                elif events[0].get("type") != "ExecutionStarted" or not isinstance(events[0].get("id"), int):
                    left_out["the recording is not from the start"] += 1
                elif "executionStartedEventDetails" in events[0] and "input" not in events[0]["executionStartedEventDetails"]:
                    left_out["the recording has no data"] += 1
                else:
                    found.append((case, number, execution, events))
    return found, left_out


def state_of(definition, name):
    for key, state in definition.get("States", {}).items():
        if key == name:
            return definition["States"], state
        for inner in [*state.get("Branches", []), state.get("ItemProcessor"), state.get("Iterator")]:
            if inner and (there := state_of(inner, name)):
                return there
    return None


def entered(events):
    return [e["stateEnteredEventDetails"]["name"] for e in events if e["type"].endswith("StateEntered")]


def planted(definition, events):
    """Changed definitions, each with the state that the first difference must be in and what it must be about."""
    seen, done = entered(events), set()
    until = next((e["id"] for e in events if e["type"] == "MapRunStarted"), len(events) + 1)  # what follows is not compared
    reached = entered([e for e in events if e["id"] < until])
    left = {e["stateExitedEventDetails"]["name"] for e in events if e["type"].endswith("StateExited") and e["id"] < until}
    called, name = set(), None
    by_id = {e["id"]: e for e in events}
    for event in events:
        if event["type"].endswith("Scheduled") and event["id"] < until:
            at = event
            while at is not None and not at["type"].endswith("StateEntered"):
                at = by_id.get(at["previousEventId"])
            if at:
                called.add(at["stateEnteredEventDetails"]["name"])
    for name in dict.fromkeys(reached):
        changed = copy.deepcopy(definition)
        place = state_of(changed, name)
        if place is None:
            continue
        states, state = place
        jsonata = state.get("QueryLanguage", definition.get("QueryLanguage")) == "JSONata"
        if state["Type"] == "Pass" and "Result" in state and name in left and "pass" not in done and "ResultPath" not in state \
                and "OutputPath" not in state and not jsonata:
            done.add("pass")
            state["Result"] = {"planted": state["Result"]}
            yield "result", changed, name, ("output", "variables", "error")
        elif state["Type"] == "Task" and name in called and "parameters" not in done:
            field = "Arguments" if jsonata else "Parameters"
            if isinstance(state.get(field, {}), dict):
                done.add("parameters")
                state[field] = {**state.get(field, {}), "planted": 17}
                yield "parameters", changed, name, ("parameters",)
        elif state.get("Next") in seen and name in left and "next" not in done:
            at = reached.index(name)
            if reached[at + 1:at + 2] != [state["Next"]] or state["Type"] in ("Parallel", "Map"):
                continue
            done.add("next")
            states["Planted"] = {"Type": "Pass", "Next": state["Next"]}
            state["Next"] = "Planted"
            yield "transition", changed, name, ("transition",)


def gait(*arguments):
    return subprocess.run([GAIT, *map(str, arguments)], capture_output=True, text=True, timeout=60)


HAS_TEST = "test" in re.findall(r"^  ([\w-]+)", gait("--help").stdout, re.M)


def mocked(folder, machine_file, events, arn, kind):
    """Do mocks, and where there is gait test the test, bring the recorded end? None: the history allows no test."""
    done = gait("mocks", "from-history", folder / "history.json", "--definition", machine_file, "--type", kind, "-o", folder,
                "--name", "m", "--execution-arn", arn, "--force")
    if done.returncode != 0:
        return False, done.stderr
    if not (folder / "m.test.yaml").exists():
        return None, done.stderr
    if HAS_TEST:
        ran = gait("test", folder / "m.test.yaml")
        return ran.returncode == 0, done.stderr + ran.stdout[-600:] + ran.stderr[-300:]
    start = next(e for e in events if e["type"] == "ExecutionStarted")["executionStartedEventDetails"]["input"]
    (folder / "input.json").write_text(start)
    # A file that bears the name of the state machine of the mocks.
    machine = folder / (arn.split(":")[6] + ".asl.json")
    machine.write_text(machine_file.read_text())
    ran = gait("run", machine, "--input", "@%s" % (folder / "input.json"), "--ephemeral", "--type", kind, "--clock", "virtual",
               "--name", arn.split(":")[7], "--mock-config", folder / "m.mocks.json", "--test-case", "m")
    test = (folder / "m.test.yaml").read_text()
    status = re.search(r'status: "(\w+)"', test)[1]
    good = (ran.returncode == 0) == (status == "SUCCEEDED")
    if good and (output := re.search(r"^      output: (.*)$", test, re.M)):
        good = json.loads(ran.stdout) == json.loads(output[1])
    return good, done.stderr + ran.stdout[-300:] + ran.stderr[-600:]


def check(number, recording):
    case, index, execution, events = recording
    machine = case["state_machines"][execution["state_machine"]]
    label = "%s [%d]" % (case["id"], index)
    kind = machine.get("type", "STANDARD")
    definition = machine.get("definition_text") or machine["definition"]
    arn = "arn:aws:states:us-east-1:111111111111:execution:%s:%s" % (machine["name"], execution["name"])
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        machine_file, history = folder / "definition.asl.json", folder / "history.json"
        machine_file.write_text(definition if isinstance(definition, str) else json.dumps(definition))
        events = raw(events, case, iso=number % 2 == 0)
        history.write_text(json.dumps({"events": events[::-1] if number % 3 == 0 else events}))
        done = gait("replay", history, machine_file, "--execution-arn", arn, "--type", kind)
        results["same"] = (done.returncode == 0, done.stdout + done.stderr)
        results["mocked"] = mocked(folder, machine_file, events, arn, kind)
        results["planted"] = []
        if isinstance(definition, dict) and done.returncode == 0:
            for what, changed, state, expected in planted(definition, events):
                machine_file.write_text(json.dumps(changed))
                ran = gait("replay", history, machine_file, "--execution-arn", arn, "--type", kind, "--format", "json")
                found = json.loads(ran.stdout).get("difference") or {} if ran.returncode == 1 else {}
                good = found.get("state") == state and found.get("what") in expected
                results["planted"].append((good, "%s in %s: %s" % (what, state, found or ran.stdout + ran.stderr)))
    return label, results


def rate(what, results, least, show):
    good = sum(1 for _, (ok, _) in results if ok)
    for label, (ok, why) in results:
        known = KNOWN.get(label.split("::")[-1].rsplit(" ", 1)[0])
        if not ok and known and not show:
            print("%s: differs, as known: %s: %s" % (what, label, known))
        elif not ok or show:
            print("%s: %s: %s\n    %s" % (what, "good" if ok else "FAILED", label, why.strip().replace("\n", "\n    ")))
    print("%s: %d of %d (%.1f %%; at least %.0f %%)" % (what, good, len(results), 100 * good / max(1, len(results)), 100 * least))
    return good >= least * len(results) > 0


def main(show=False):
    found, left_out = recordings()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        checked = list(pool.map(check, range(len(found)), found))
    for reason, n in left_out.items():
        print("not replayed: %d: %s" % (n, reason))
    untested = [(label, r["mocked"]) for label, r in checked if r["mocked"][0] is None]
    print("no test can be made of %d" % len(untested))
    good = rate("own definition", [(label, r["same"]) for label, r in checked], SAME_MIN, show)
    good &= rate("mocks", [(label, r["mocked"]) for label, r in checked if r["mocked"][0] is not None], MOCKED_MIN, show)
    good &= rate("planted", [(label, p) for label, r in checked for p in r["planted"]], FOUND_MIN, show)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main("-v" in sys.argv))
