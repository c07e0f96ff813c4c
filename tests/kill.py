#!/usr/bin/env python3
"""kill -9, again and again: tests/kill.py --kills N [--seed N].

A server is loaded with executions whose tasks append to a file and wait for task tokens, and is killed at a random
moment; the next one takes the database over. At the end everything that was acknowledged must have happened, and
nothing twice."""
import argparse
import collections
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
GAIT = os.environ.get("GAIT", str(SOURCE / "build/release/gait"))
ROLE = "arn:aws:iam::123456789012:role/r"
MACHINES = "arn:aws:states:us-east-1:123456789012:stateMachine:"
EXECUTIONS = "arn:aws:states:us-east-1:123456789012:execution:"


def task(function, payload, next_state, token=False):
    """A task that a crash may leave uncertain: that is caught, so that each is given out once and no more."""
    resource = "arn:aws:states:::lambda:invoke" + (".waitForTaskToken" if token else "")
    return {"Type": "Task", "Resource": resource, "Parameters": {"FunctionName": function, "Payload": payload},
            "ResultPath": None, "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": next_state}],
            "Next": next_state}


LOAD = {"StartAt": "First", "States": {
    "First": task("Append", {"call.$": "States.Format('{}/1', $.id)"}, "Both"),
    "Both": {"Type": "Parallel", "ResultPath": None, "Next": "Ask", "Branches": [
        {"StartAt": "Left", "States": {"Left": {**task("Append", {"call.$": "States.Format('{}/left', $.id)"}, "LeftEnd")},
                                       "LeftEnd": {"Type": "Pass", "End": True}}},
        {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 1, "End": True}}}]},
    "Ask": task("Keep", {"token.$": "$$.Task.Token"}, "Last", token=True),
    "Last": task("Append", {"call.$": "States.Format('{}/2', $.id)"}, "Done"),
    "Done": {"Type": "Pass", "End": True}}}


class Refused(Exception):
    pass


class Client:
    """One connection to the server. Raises OSError or HTTPException when that is gone, Refused with the error's code."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, operation, **request):
        self.connection.request("POST", "/", json.dumps(request), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions." + operation})
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise Refused(answer["__type"])
        return answer


GONE = (OSError, http.client.HTTPException)


class Server:
    """A server over the database and the targets file of a folder, which is killed."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None
        self.port = 0

    def write(self, name, value):
        (self.folder / name).write_text(json.dumps(value))

    def serve(self):
        self.begin()
        self.listen()

    def begin(self):
        self.process = subprocess.Popen([GAIT, "serve", "--port", "0", "--db", "gait.db", "--targets", "gait.json"],
                                        cwd=self.folder, stderr=subprocess.PIPE, text=True)

    def listen(self):
        line = self.process.stderr.readline()
        found = re.search(r":(\d+)", line.split("http://", 1)[-1]) if "http://" in line else None
        if not found:
            raise SystemExit("gait serve did not start: " + line + self.process.stderr.read())
        self.port = int(found.group(1))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()  # so that it never waits for a reader

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def database(self):
        return sqlite3.connect("file:%s?mode=ro" % (self.folder / "gait.db"), uri=True)

    def check_database(self):
        with contextlib.closing(self.database()) as database:
            result = database.execute("PRAGMA integrity_check").fetchall()
        if result != [("ok",)]:
            raise SystemExit("the database is damaged: %s" % result)


class Trial(Server):
    def __init__(self, folder, seed):
        super().__init__(folder)
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.started = {}  # ARN: input, of what was acknowledged
        self.contested = collections.defaultdict(set)  # name: the inputs that were acknowledged for it
        self.completed = collections.Counter()  # by token: how often that was acknowledged
        self.answered = set()  # tokens that need no answer any more
        self.numbers = iter(range(10 ** 9))

    def objects(self, name):
        """The JSON values in a file, one behind the other; what a kill cut short at the end is left out."""
        path = self.folder / name
        text = path.read_text() if path.exists() else ""
        decoder, at, found = json.JSONDecoder(), 0, []
        while at < len(text):
            try:
                value, at = decoder.raw_decode(text, at)
            except ValueError:
                break
            found.append(value)
        return found

    def start_some(self):
        """Starts executions until the server is gone."""
        try:
            client = Client(self.port)
            while True:
                with self.lock:
                    name = "e%d" % next(self.numbers)
                text = json.dumps({"id": name})
                try:
                    arn = client.call("StartExecution", stateMachineArn=MACHINES + "load", name=name, input=text)["executionArn"]
                except Refused as refused:
                    raise SystemExit("StartExecution of a new name: %s" % refused)
                with self.lock:
                    self.started[arn] = text
                time.sleep(0.01)
        except GONE:
            pass

    def contest(self, name, number, barrier):
        """One of 32 who start an execution of the same name, each with an input of its own."""
        try:
            client = Client(self.port)
            barrier.wait(timeout=10)
            text = json.dumps({"id": "%s-%d" % (name, number)})
            client.call("StartExecution", stateMachineArn=MACHINES + "pass", name=name, input=text)
            with self.lock:
                self.contested[name].add(text)
                self.started[EXECUTIONS + "pass:" + name] = text
        except (Refused, threading.BrokenBarrierError, *GONE):
            pass

    def answer_tokens(self, stop):
        """Answers each token twice, until the server is gone or `stop` is set."""
        try:
            client = Client(self.port)
            while not stop.is_set():
                for token in {o["token"] for o in self.objects("tokens")} - self.answered:
                    for _ in range(2):
                        try:
                            client.call("SendTaskSuccess", taskToken=token, output='"yes"')
                            with self.lock:
                                self.completed[token] += 1
                        except Refused as refused:
                            if str(refused) not in ("TaskTimedOut", "TaskDoesNotExist"):
                                raise SystemExit("SendTaskSuccess: %s" % refused)
                    self.answered.add(token)
                time.sleep(0.01)
        except GONE:
            pass

    def round(self):
        self.serve()
        stop = threading.Event()
        name = "contested%d" % next(self.numbers)
        barrier = threading.Barrier(32)
        threads = [threading.Thread(target=self.start_some) for _ in range(4)]
        threads += [threading.Thread(target=self.contest, args=(name, i, barrier)) for i in range(32)]
        threads.append(threading.Thread(target=self.answer_tokens, args=(stop,)))
        for thread in threads:
            thread.start()
        time.sleep(self.random.uniform(0.02, 1.0))
        self.kill()
        stop.set()
        for thread in threads:
            thread.join()
        self.check_database()

    def finish(self):
        """The last server: all that was acknowledged ends."""
        self.serve()
        stop = threading.Event()
        answers = threading.Thread(target=self.answer_tokens, args=(stop,))
        answers.start()
        client = Client(self.port)
        deadline = time.monotonic() + 120
        problems = []
        for arn, text in self.started.items():
            try:
                described = client.call("DescribeExecution", executionArn=arn)
                while described["status"] == "RUNNING" and time.monotonic() < deadline:
                    time.sleep(0.02)
                    described = client.call("DescribeExecution", executionArn=arn)
            except Refused as refused:
                problems.append("%s was acknowledged and is lost: %s" % (arn, refused))
                continue
            if described["status"] != "SUCCEEDED" or described["input"] != text:
                problems.append("%s: %s with the input %s instead of %s" % (arn, described["status"], described["input"], text))
            events, page = [], {}
            while True:
                page = client.call("GetExecutionHistory", executionArn=arn, **({"nextToken": page["nextToken"]} if page else {}))
                events += page["events"]
                if "nextToken" not in page:
                    break
            if [e["id"] for e in events] != list(range(1, len(events) + 1)):
                problems.append("%s: the ids of its events are not dense" % arn)
            ends = [e["type"] for e in events if e["type"] in ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")]
            if ends != ["ExecutionSucceeded"] or events[-1]["type"] != ends[0]:
                problems.append("%s: it ends as %s" % (arn, ends))
        stop.set()
        answers.join()
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=30) != 0:
            problems.append("the server did not stop as it should")
        self.check_database()
        calls = collections.Counter(o["call"] for o in self.objects("calls"))
        problems += ["%s was called %d times" % (call, n) for call, n in calls.items() if n > 1]
        problems += ["a token was completed %d times" % n for n in self.completed.values() if n > 1]
        problems += ["%s was acknowledged for %d inputs" % (name, len(inputs)) for name, inputs in self.contested.items() if len(inputs) > 1]
        return problems, calls

    def run(self, kills):
        self.write("gait.json", {"lambda": {"functions": {
            "Append": {"command": ["tee", "-a", "calls"]}, "Keep": {"command": ["tee", "-a", "tokens"]}}}})
        self.serve()
        client = Client(self.port)
        for name, definition in (("load", LOAD), ("pass", {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})):
            client.call("CreateStateMachine", name=name, roleArn=ROLE, definition=json.dumps(definition))
        self.kill()  # what was created was acknowledged, too
        for _ in range(kills):
            self.round()
        problems, calls = self.finish()
        print("%d kills: %d executions acknowledged, %d calls, %d tokens completed, %d contested names" %
              (kills, len(self.started), sum(calls.values()), sum(self.completed.values()), len(self.contested)))
        for problem in problems[:20]:
            print("  " + problem)
        print("%d problems" % len(problems))
        return 1 if problems or not self.started or not self.completed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gait-kill-"))
    print("seed %d in %s" % (options.seed, folder), flush=True)
    status = Trial(folder, options.seed).run(options.kills)
    if status == 0:
        shutil.rmtree(folder)
    return status


if __name__ == "__main__":
    sys.exit(main())
