"""Runs gait against the corpora (GAIT_CORPORA, or ../shared/corpora beside the project), which are not part of it.

Exit status 77 where they are absent: CTest then shows the test as skipped.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
GAIT = os.environ.get("GAIT", str(SOURCE / "build/release/gait"))
CORPORA = pathlib.Path(os.environ.get("GAIT_CORPORA") or SOURCE.parent / "shared/corpora")
HARNESS = CORPORA.parent / "harness"

# Of the recorded cases, the areas whose executions gait must reproduce to the letter, and how many of them.
AREAS = ("base", "scenarios", "choice_operators", "intrinsic_functions", "assign", "context_object", "error_handling", "timeouts",
         "comments", "evaluate_jsonata", "query_language", "outputdecl", "arguments", "states_variables", "services")
# And the area of TestState, for whose mocks the models of AWS's services must be there.
TEST_STATE = "test_state"
EXACT_MIN = 0.97


def run(program, *arguments):
    print("$ %s %s" % (program, " ".join(map(str, arguments))), flush=True)
    return subprocess.run([sys.executable, str(HARNESS / program), *map(str, arguments)]).returncode


def expressions(language, corpus):
    return run("expressions.py", language, CORPORA / corpus, "--gait", GAIT, "--min-pass-rate", "0.98")


def definitions():
    """Every valid definition is accepted, the invalid ones are caught, where they are wrong."""
    return run("definitions.py", CORPORA / "definitions", "--gait", GAIT, "--min-caught", "0.99", "--min-placed", "0.95")


# Machines of the templates that AWS would refuse: a Resource that is `test`, a definition without States.
DEFECTIVE = {"TestGoodStateMachine1": "invalid-resource", "MyStateMachine": "missing-required-field"}


def templates():
    """Every state machine of every template is found: its logical id and the file; none has an error that AWS would not see."""
    folder, bad, count = CORPORA / "definitions/templates", [], 0
    for template in json.loads((folder / "manifest.json").read_text()):
        main = folder / template["name"] / template["main"]
        done = subprocess.run([GAIT, "validate", "--format", "json", str(main)], capture_output=True, text=True)
        found = {f.get("machine"): f for f in json.loads(done.stdout)["files"]}  # the last: the definition itself
        machines = {m["logical_id"]: m for m in template["machines"]}
        count += len(machines)
        if found.keys() != machines.keys():
            bad.append((main, "found %s" % sorted(map(str, found)), "there are %s" % sorted(machines)))
        for name in found.keys() & machines.keys():
            definition = machines[name]["definition_file"]
            file = main.parent / definition if definition else main
            told = [d for d in found[name]["diagnostics"] if d["severity"] == "error" and DEFECTIVE.get(name) != d["rule"]]
            lines = len(file.read_text().splitlines())
            if pathlib.Path(found[name]["file"]) != file or told or any(not 1 <= d["line"] <= lines for d in found[name]["diagnostics"]):
                bad.append((main, name, found[name]["file"], told or found[name]["diagnostics"]))
    for row in bad:
        print(*row)
    print("templates: %d machines, %d faults" % (count, len(bad)))
    return 1 if bad else 0


def jsonata():
    return run("expressions.py", "jsonata", CORPORA / "jsonata", "--gait", GAIT, "--min-pass-rate", "0.99")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def in_scope():
    """The ids of the executions, and of the states that are tested."""
    ids = set()
    for area in (*AREAS, TEST_STATE):
        for case in json.loads((CORPORA / "aws-recorded" / (area + ".json")).read_text()):
            if case["kind"] in ("execution", "test-state"):
                ids.add(case["id"])
    return ids


def have_models():
    """What the harness is told that the server has."""
    state = {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "End": True}
    with tempfile.NamedTemporaryFile("w", suffix=".asl.json") as file:
        json.dump(state, file)
        file.flush()
        found = subprocess.run([GAIT, "test-state", file.name, "--mock", "{}"], capture_output=True).returncode == 0
    if not found:
        print("without service models: install python3-botocore or awscli")
    return "lambda,s3,states,aws-sdk" + (",apigateway,service-shapes" if found else "")


def recorded():
    lambda_port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        report, buckets, targets = (pathlib.Path(folder) / name for name in ("report.json", "buckets", "targets.json"))
        buckets.mkdir()
        targets.write_text(json.dumps({"s3": {"buckets": {"*": str(buckets)}}}))
        server = subprocess.Popen([GAIT, "serve", "--ephemeral", "--port", "0", "--account-id", "111111111111", "--lambda-endpoint",
                                   "http://127.0.0.1:%d" % lambda_port, "--targets", targets], stderr=subprocess.PIPE, text=True)
        try:
            endpoint = re.search(r"http://\S+", server.stderr.readline()).group()
            run("aws_recorded.py", CORPORA / "aws-recorded", "--endpoint", endpoint, "--have", have_models(), "--lambda-port",
                lambda_port, "--s3-root", buckets, "--report", report, *[a for area in (*AREAS, TEST_STATE) for a in ("--area", area)])
        finally:
            server.terminate()
            server.communicate()
        results = json.loads(report.read_text())
    wanted = in_scope()
    ran = [r for r in results["cases"] if r["id"] in wanted and r["verdict"] != "skipped"]
    exact = [r for r in ran if r["verdict"] == "exact"]
    for r in ran:
        if r["verdict"] != "exact":
            print("not exact: %s" % r["id"])
    print("cases: %d of %d exact (%.1f %%; at least %.0f %%)" % (len(exact), len(ran), 100 * len(exact) / len(ran), 100 * EXACT_MIN))
    return 0 if len(exact) >= EXACT_MIN * len(ran) else 1


def mocks():
    import recorded_mocks
    return recorded_mocks.main()


def logs():
    import recorded_logs
    return recorded_logs.main()


def replays():
    import recorded_replays
    return recorded_replays.main()


SUITES = {"jsonata": jsonata, "jsonpath": lambda: expressions("jsonpath", "jsonpath"), "intrinsics": lambda: expressions("intrinsic", "intrinsics"),
          "definitions": definitions, "templates": templates, "recorded": recorded, "mocks": mocks, "logs": logs,
          "replays": replays}

if __name__ == "__main__":
    if not HARNESS.is_dir():
        print("SKIPPED: there are no corpora at %s (set GAIT_CORPORA)" % CORPORA)
        sys.exit(77)
    sys.exit(SUITES[sys.argv[1]]())
