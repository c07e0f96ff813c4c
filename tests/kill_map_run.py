#!/usr/bin/env python3
"""kill -9 while a Distributed Map runs: tests/kill_map_run.py --kills N [--items N] [--mode MODE] [--seed N].

A Map Run reads its items from a CSV file in a bucket, gives each to a child of its own (`express`: 25 to one) whose task
calls an endpoint of this program, and writes what they brought into a bucket. Its server is killed while it counts the
items, while children run and while it writes; the next one takes the run up. In the mode `redrive` the endpoint is not
idempotent, so that kills fail the run, which is redriven. At the end each item has had one child and has one result, and
no child that had succeeded was given its task again."""
import argparse
import asyncio
import collections
import contextlib
import csv
import json
import pathlib
import random
import re
import shutil
import sys
import tempfile
import threading
import time

from kill import Client, ROLE, MACHINES, EXECUTIONS, Server

EXECUTION = EXECUTIONS + "load:run"
CONCURRENCY = 200
BATCH = 25
HISTORY = ["ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunSucceeded",
           "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"]
CHILD_HISTORY = ["ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted",
                 "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded"]


def definition(express):
    work = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Work", "End": True,
            "Parameters": {"child.$": "$$.Execution.Name", "given.$": "$"}}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" if express else "STANDARD"},
                 "StartAt": "Work", "States": {"Work": work}}
    each = {"Type": "Map", "Label": "each", "MaxConcurrency": CONCURRENCY, "ItemProcessor": processor, "End": True,
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "items", "Key": "items.csv"},
                           "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "p"}}}
    if express:
        each["ItemBatcher"] = {"MaxItemsPerBatch": BATCH}
    return {"StartAt": "Each", "States": {"Each": each}}


def ids_in(given):
    """The items that a child was given."""
    return [int(item["id"]) for item in given.get("Items", [given])]


class Endpoint:
    """A host of Lambda's Invoke API that remembers its calls, and answers each within some milliseconds."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.calls = collections.defaultdict(list)  # by child: (which server, idempotency key, items)
        self.answered = set()  # children
        self.settled = set()  # children that had ended when a server was killed
        self.server = 0
        self.problems = []
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.port = asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result()

    async def listen(self):
        listening = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1000)
        return listening.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                body = await reader.readexactly(int(re.search(r"(?im)^content-length: *(\d+)", head).group(1)))
                child, answer = self.take(re.search(r"(?im)^x-gait-idempotency-key: *(\S+)", head).group(1), json.loads(body))
                await asyncio.sleep(self.random.uniform(0, 0.02))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
                await writer.drain()
                self.answered.add(child)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.connections -= 1
            writer.close()

    def take(self, key, payload):
        child, ids = payload["child"], ids_in(payload["given"])
        if child in self.settled:
            self.problems.append("%s had ended, and was given its task again" % child)
        self.calls[child].append((self.server, key, ids))
        return child, json.dumps({"done": ids}).encode()

    def next_server(self, settled):
        """The one before has been killed. Waits until all that it sent is here."""
        async def wait():
            await asyncio.sleep(0.02)
            while self.connections:
                await asyncio.sleep(0.01)
            self.settled |= settled
            self.server += 1
        asyncio.run_coroutine_threadsafe(wait(), self.loop).result(timeout=30)


class Trial(Server):
    def __init__(self, folder, options):
        super().__init__(folder)
        self.random = random.Random(options.seed)
        self.express, self.redrive = options.mode == "express", options.mode == "redrive"
        self.items, self.kills = options.items, options.kills
        self.children = -(-self.items // BATCH) if self.express else self.items
        self.endpoint = Endpoint(options.seed)
        self.killed = collections.Counter()  # by what was under way
        self.client = None
        self.redrives = 0
        self.problems = []

    def prepare(self):
        for bucket in ("items", "out"):
            (self.folder / bucket).mkdir()
        with open(self.folder / "items/items.csv", "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "text"])
            rows.writerows([i, "%s \"%d\", " % ("x" * self.random.randrange(300, 600), i)] for i in range(self.items))
        work = {"endpoint": "http://127.0.0.1:%d" % self.endpoint.port, "idempotent": not self.redrive}
        self.write("gait.json", {"lambda": {"functions": {"Work": work}}, "s3": {"buckets": {"items": "items", "out": "out"}}})

    def start(self):
        self.serve()
        client = Client(self.port)
        client.call("CreateStateMachine", name="load", roleArn=ROLE, definition=json.dumps(definition(self.express)))
        client.call("StartExecution", stateMachineArn=MACHINES + "load", name="run", input="{}")

    def what_is_under_way(self):
        """Of the killed server, as its database tells: that, and the children that had ended."""
        with contextlib.closing(self.database()) as database:
            run = database.execute("SELECT status, counted FROM map_runs").fetchone()
            children = database.execute("SELECT name, status FROM executions WHERE map_run_id != 0").fetchall()
        running = sum(status == 0 for _, status in children)
        if running > CONCURRENCY:
            self.problems.append("%d children ran at a time" % running)
        ended = {name.split(":")[0] for name, status in children if status == 1}
        if run is None or run == (0, 0):
            return "while it counted", ended
        if run[0] != 0:
            return "after its end", ended
        if self.uploads():
            return "while it wrote", ended
        return "among children" if running or len(ended) < self.children else "before and after it wrote", ended

    def uploads(self):
        """What is being written, or was when a server was killed."""
        return list(self.folder.glob("out/**/.gait-upload-*"))

    def kill_and_begin(self, delay):
        """Whoever waits for the next server to listen has missed that it counts or writes."""
        time.sleep(delay)
        self.kill()
        self.process.stderr.close()
        self.check_database()
        moment, ended = self.what_is_under_way()
        self.killed[moment] += 1
        self.endpoint.next_server(ended)
        for path in self.uploads():
            path.unlink()
        self.begin()
        if self.redrive:
            self.listen()
            self.client = Client(self.port)

    def redrive_if_failed(self):
        if not self.redrive or self.client.call("DescribeExecution", executionArn=EXECUTION)["status"] != "FAILED":
            return
        self.client.call("RedriveExecution", executionArn=EXECUTION)
        self.redrives += 1

    def wait_for(self, what, condition):
        deadline = time.monotonic() + 120
        while not condition():
            self.redrive_if_failed()
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit("there were never %s; %d of %d children were called" %
                                 (what, len(self.endpoint.answered), self.children))
            time.sleep(0.001)

    def kill_again_and_again(self):
        """A tenth of the kills while it begins and counts, as far as that takes so long, and a tenth while it writes."""
        seldom = max(1, self.kills // 10)
        self.kill_and_begin(0)
        for delay in sorted(self.random.uniform(0, 0.03) for _ in range(seldom - 1)):
            self.kill_and_begin(delay)
        for count in sorted(self.random.randrange(self.children) for _ in range(self.kills - 2 * seldom)):
            self.wait_for("so many calls", lambda: len(self.endpoint.answered) >= count)
            self.kill_and_begin(self.random.uniform(0, 0.02))
        self.wait_for("so many calls", lambda: len(self.endpoint.answered) == self.children)
        for _ in range(seldom):
            self.wait_for("results", lambda: self.uploads() or any(self.folder.glob("out/**/manifest.json")))
            self.kill_and_begin(self.random.uniform(0, 0.1) * self.items / 20_000)
        if not self.redrive:
            self.listen()

    def listed(self, client, operation, member, **request):
        found, page = [], {}
        while not page or "nextToken" in page:
            page = client.call(operation, **request, **({"nextToken": page["nextToken"]} if page else {}))
            found += page[member]
        return found

    def expect(self, what, found, expected):
        if found != expected:
            self.problems.append("%s: %s instead of %s" % (what, str(found)[:300], str(expected)[:300]))

    def finish(self):
        client = Client(self.port)
        deadline = time.monotonic() + 120
        described = {"status": "RUNNING"}
        while described["status"] == "RUNNING" and time.monotonic() < deadline:
            time.sleep(0.02)
            self.redrive_if_failed()
            described = client.call("DescribeExecution", executionArn=EXECUTION)
        self.expect("the execution", described["status"], "SUCCEEDED")
        events = self.listed(client, "GetExecutionHistory", "events", executionArn=EXECUTION)
        types = [e["type"] for e in events]
        self.expect("its redrives", types.count("ExecutionRedriven"), self.redrives)
        self.expect("its history", types[:4] + types[-4:] if self.redrive else types, HISTORY)
        self.expect("its ids", [e["id"] for e in events], list(range(1, len(events) + 1)))
        runs = self.listed(client, "ListMapRuns", "mapRuns", executionArn=EXECUTION)
        self.expect("Map Runs", len(runs), 1)
        if described["status"] != "SUCCEEDED" or len(runs) != 1:
            self.problems.append(json.dumps(described)[:1000])
            return
        self.check_run(client, runs[0]["mapRunArn"])
        self.check_results(runs[0]["mapRunArn"], json.loads(described["output"]))
        self.check_calls()

    def check_run(self, client, arn):
        run = client.call("DescribeMapRun", mapRunArn=arn)
        none = dict.fromkeys(("pending", "running", "failed", "timedOut", "aborted", "failuresNotRedrivable", "pendingRedrive"), 0)
        for name, total in (("itemCounts", self.items), ("executionCounts", self.children)):
            self.expect(name, run[name], {**none, "total": total, "succeeded": total, "resultsWritten": total})
        self.expect("the run", run["status"], "SUCCEEDED")
        self.expect("the run's redrives", run["redriveCount"], self.redrives)
        children = self.listed(client, "ListExecutions", "executions", mapRunArn=arn)
        self.expect("children", len({c["executionArn"] for c in children}), self.children)
        self.expect("their status", {c["status"] for c in children}, {"SUCCEEDED"})
        if self.express or self.redrive:
            return
        again = {c["executionArn"] for c in children if len(self.endpoint.calls[c["name"]]) > 1}
        for child in list(again)[:100] + [c["executionArn"] for c in self.random.sample(children, 20)]:
            events = self.listed(client, "GetExecutionHistory", "events", executionArn=child)
            self.expect("the history of " + child, [e["type"] for e in events], CHILD_HISTORY)

    def check_results(self, run, output):
        out = self.folder / "out"
        folder = "p/%s/" % run.rsplit(":", 1)[-1]
        folders = [folder] + ["%sRedrive-%d/" % (folder, i + 1) for i in range(self.redrives)]
        key = folders[-1] + "manifest.json"
        self.expect("the output", output, {"MapRunArn": run, "ResultWriterDetails": {"Bucket": "out", "Key": key}})
        written = {str(path.relative_to(out)): path.stat().st_size for path in out.glob("**/*") if path.is_file()}
        succeeded = [{"Key": name, "Size": written[name]} for name in (f + "SUCCEEDED_0.json" for f in folders) if name in written]
        manifest = json.loads((out / key).read_text())
        self.expect("the manifest", manifest, {"DestinationBucket": "out", "MapRunArn": run, "ResultFiles": {
            "FAILED": [], "PENDING": [], "SUCCEEDED": succeeded}})
        if not self.redrive:
            self.expect("what is written", set(written), {key, folder + "SUCCEEDED_0.json"})
        results = [result for file in succeeded for result in json.loads((out / file["Key"]).read_text())]
        self.expect("results", len(results), self.children)
        self.expect("their names", len({r["Name"] for r in results}), self.children)
        given = [(r["Name"], ids_in(json.loads(r["Input"]))) for r in results]
        items = [i for _, ids in given for i in ids]
        self.expect("items without a result", sorted(set(range(self.items)) - set(items)), [])
        self.expect("items with several", [i for i, n in collections.Counter(items).items() if n > 1], [])
        self.expect("their order", self.redrive or items == sorted(items), True)
        self.expect("what children brought", [json.loads(r["Output"])["done"] for r in results], [ids for _, ids in given])
        for child, ids in given:
            if any(called != ids for _, _, called in self.endpoint.calls.get(child, [(0, "", [])])):
                self.problems.append("%s was called for other items than its %s" % (child, ids))

    def check_calls(self):
        self.expect("children that were called", len(self.endpoint.calls), self.children)
        for child, calls in self.endpoint.calls.items():
            keys = {key for _, key, _ in calls}
            if self.redrive:  # another attempt each
                self.expect("idempotency keys of " + child, len(keys), len(calls))
                continue
            if len({server for server, _, _ in calls}) != len(calls):
                self.problems.append("%s was called twice by one server" % child)
            if len(keys) > 1 and not self.express:
                self.problems.append("%s was called with several idempotency keys" % child)
        self.problems += self.endpoint.problems

    def run(self):
        self.prepare()
        begun = time.monotonic()
        self.start()
        self.kill_again_and_again()
        self.finish()
        self.process.terminate()
        self.expect("the server's end", self.process.wait(timeout=30), 0)
        self.check_database()
        calls = sum(map(len, self.endpoint.calls.values()))
        print("%d kills (%s) and %d redrives in %.1f s: %d items, %d children, %d calls, %d of them once more" %
              (self.kills, ", ".join("%d %s" % (n, moment) for moment, n in self.killed.items()), self.redrives,
               time.monotonic() - begun, self.items, self.children, calls, calls - len(self.endpoint.calls)))
        for problem in self.problems[:20]:
            print("  " + problem)
        print("%d problems" % len(self.problems))
        return 1 if self.problems or not self.killed["among children"] else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--mode", choices=("standard", "express", "redrive"), default="standard")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gait-kill-"))
    print("seed %d in %s" % (options.seed, folder), flush=True)
    trial = Trial(folder, options)
    try:
        status = trial.run()
    finally:
        if trial.process and trial.process.poll() is None:
            trial.kill()
    if status == 0:
        shutil.rmtree(folder)
    return status


if __name__ == "__main__":
    sys.exit(main())
