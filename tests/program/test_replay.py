"""gait replay and gait mocks from-history as their users have them: the forms of a history, what cannot be replayed, and executions
whose branches and iterations ran side by side."""
import copy
import datetime
import json
import unittest

from support import ProgramTest, lambda_arn, machine

RETRY = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 1.0}]
# A function that takes as long as its input says, and fails the first time it is given a `once`.
WORK = """import json, os, sys, time
event = json.load(sys.stdin)
time.sleep(event.get("ms", 0) / 1000)
mark = "once-%s" % event.get("once")
if "once" in event and not os.path.exists(mark):
    open(mark, "w").close()
    print(json.dumps({"errorType": "Busy", "errorMessage": "try again"}))
    sys.exit(1)
print(json.dumps({"done": event.get("n"), "was": event}))
"""
EACH = {"StartAt": "Work", "States": {
    "Work": {"Type": "Task", "Resource": lambda_arn("Work"), "Retry": RETRY, "ResultPath": "$.first", "Next": "Again"},
    "Again": {"Type": "Task", "Resource": lambda_arn("Work"), "Parameters": {"n.$": "$.first.done", "ms.$": "$.ms2"}, "End": True}}}
SIDE_BY_SIDE = machine(
    Both={"Type": "Parallel", "Next": "Last", "Branches": [
        {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "ItemProcessor": EACH,
                                                "End": True}}},
        {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 1, "Next": "Alone"},
                                        "Alone": {"Type": "Task", "Resource": lambda_arn("Work"), "Parameters": {"n": "alone"},
                                                  "End": True}}}]},
    Last={"Type": "Pass", "Parameters": {"at.$": "$$.State.EnteredTime", "id.$": "States.UUID()", "all.$": "$", "n.$": "States.MathRandom(1, 1000000)"}, "End": True})
ITEMS = {"items": [{"n": n, "ms": 40 * ((5 * n) % 7), "ms2": 30 * ((3 * n) % 5), **({"once": n} if n % 3 == 0 else {})}
                   for n in range(8)]}
TASK = machine(Ask={"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody.$": "$.text"},
                    "Next": "Tell"},
               Tell={"Type": "Pass", "Parameters": {"got.$": "$.MessageId"}, "End": True})


def event(id, type, previous=None, details=None, **fields):
    names = {"TaskStateEntered": "stateEntered", "PassStateEntered": "stateEntered", "TaskStateExited": "stateExited",
             "PassStateExited": "stateExited"}
    if fields:
        details = names.get(type, type[0].lower() + type[1:]) + "EventDetails"
    return {"id": id, "previousEventId": id - 1 if previous is None else previous, "timestamp": 1714557600.5 + id, "type": type,
            **({details: fields} if details else {})}


def history():
    """Of TASK."""
    task = {"resource": "sendMessage", "resourceType": "sqs"}
    return [event(1, "ExecutionStarted", input='{"text": "hello"}', roleArn="arn:aws:iam::123456789012:role/r"),
            event(2, "TaskStateEntered", 0, name="Ask", input='{"text": "hello"}'),
            event(3, "TaskScheduled", region="us-east-1", parameters='{"QueueUrl":"q","MessageBody":"hello"}', **task),
            event(4, "TaskStarted", **task),
            event(5, "TaskSucceeded", output='{"MessageId":"m-1"}', **task),
            event(6, "TaskStateExited", name="Ask", output='{"MessageId":"m-1"}'),
            event(7, "PassStateEntered", name="Tell", input='{"MessageId":"m-1"}'),
            event(8, "PassStateExited", name="Tell", output='{"got":"m-1"}'),
            event(9, "ExecutionSucceeded", output='{"got":"m-1"}')]


class Replay(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("m.asl.json", TASK)

    def replay(self, events, definition="m.asl.json", *options, status=0):
        self.write("h.json", events if isinstance(events, (str, bytes)) else {"events": events})
        return self.gait("replay", "h.json", definition, *options, status=status)

    def difference(self, events, definition, *options):
        self.write("changed.asl.json", definition)
        return json.loads(self.replay(events, "changed.asl.json", "--format", "json", *options, status=1).stdout)["difference"]

    def changed(self, state, **fields):
        definition = copy.deepcopy(TASK)
        definition["States"][state].update(fields)
        return definition

    def recorded(self, definition, input, **options):
        """The history of an execution with real functions."""
        self.write("work.py", WORK)
        self.write("targets.json", {"lambda": {"functions": {"Work": {"command": ["python3", "work.py"]}}}})
        self.write("real.asl.json", definition)
        done = self.gait("run", "real.asl.json", "--targets", "targets.json", "--input", json.dumps(input), "--ephemeral", "--history",
                         "json", **options)
        return json.loads(done.stderr[done.stderr.index("{\n"):done.stderr.rindex("\n}") + 2])["events"]

    def test_the_forms_of_a_history(self):
        events = history()
        iso = [{**e, "timestamp": datetime.datetime.fromtimestamp(e["timestamp"], datetime.timezone(datetime.timedelta(hours=2)))
                .isoformat(timespec="milliseconds")} for e in events]
        pages = [{"events": events[:4], "nextToken": "t"}, {"events": events[4:]}]
        for form in ({"events": events}, {"events": events[::-1]}, events, {"events": iso}, pages,
                     "\n".join(map(json.dumps, pages)), json.dumps(pages[1]) + json.dumps(pages[0]), b"\xef\xbb\xbf" + json.dumps(pages).encode(),
                     [{"events": events[:6]}, {"events": events[3:]}]):
            done = self.replay(form if isinstance(form, (str, bytes)) else json.dumps(form))
            self.assertIn("no difference", done.stdout)
        self.write("h.yaml", "events:\n" + "".join("- %s\n" % json.dumps(e) for e in events))
        self.gait("replay", "h.yaml", "m.asl.json")

    def test_what_is_no_history(self):
        events = history()
        without = copy.deepcopy(events)
        for e in without:
            for details in e.values():
                if isinstance(details, dict):
                    for key in ("input", "output", "parameters"):
                        details.pop(key, None)
        cut = copy.deepcopy(events)
        cut[0]["executionStartedEventDetails"] = {"inputDetails": {"truncated": True}, "input": '{"text'}

        def with_(n, **fields):
            return {"events": [*events[:n], {**events[n], **fields}, *events[n + 1:]]}

        for wrong, message in (
                ("{", "h.json:1:2"), ("", "h.json:1:1"), ({"a": 1}, "This is no history"), ("7", "This is no history"), ({"events": []}, "no events"),
                ({"events": events[1:]}, "The events 1 to 1 are not there"), ({"events": events[:3] + events[5:]}, "The events 4 to 5"),
                (with_(2, type="TaskDreamt"), "no event of the type 'TaskDreamt'"), (with_(2, timestamp="noon"), "'timestamp' is no moment"),
                (with_(2, id="3"), "'id' has the wrong type"), (with_(4, id=4), "two events with the id 4"),
                (with_(3, previousEventId=7), "follows a later one"), (with_(0, type="PassStateEntered"), "no name of a state"),
                (with_(4, taskSucceededEventDetails={"output": "{"}), "The text is not JSON"),
                (without, "without execution data"), ({"events": cut}, "cut short")):
            done = self.replay(wrong if isinstance(wrong, str) else json.dumps(wrong), status=2)
            self.assertIn(message, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertNotIn("internal error", done.stderr)
        done = self.replay(json.dumps(with_(4, taskSucceededEventDetails={"output": "{"}), indent=1), status=2)
        self.assertRegex(done.stderr, r"h\.json:\d+:15: error: The text is not JSON")

    def test_the_first_difference(self):
        events = history()

        def longer(before, **more):
            definition = copy.deepcopy(TASK)
            definition["States"].update(more)
            if before:
                definition["States"][before].pop("End", None)
                definition["States"][before]["Next"] = "Way"
            return definition

        for definition, expected in (
                (self.changed("Tell", Parameters={"have.$": "$.MessageId"}), ("output", 8, "Tell")),
                (self.changed("Ask", Parameters={"QueueUrl": "q", "MessageBody.$": "$.text", "DelaySeconds": 1}), ("parameters", 3, "Ask")),
                (self.changed("Ask", Resource="arn:aws:states:::sns:publish", Parameters={"TopicArn": "t", "Message.$": "$.text"}), ("call", 3, "Ask")),
                (self.changed("Ask", TimeoutSeconds=5), ("call", 3, "Ask")),
                (self.changed("Ask", InputPath="$.txt"), ("error", 3, "Ask")),
                (self.changed("Ask", ResultSelector={"MessageId.$": "$.MessageId", "x": 1}), ("output", 6, "Ask")),
                ({**TASK, "States": {**TASK["States"], "Tell": {"Type": "Succeed"}}}, ("state", 7, "Tell")),
                (longer("Ask", Way={"Type": "Pass", "Next": "Tell"}), ("transition", 7, "Ask")),
                (longer("Tell", Way={"Type": "Succeed"}), ("transition", 9, "Tell")),
                ({**longer("", Way={"Type": "Pass", "Next": "Ask"}), "StartAt": "Way"}, ("start", 2, ""))):
            found = self.difference(events, definition)
            self.assertEqual((found["what"], found["event"], found["state"]), expected, found)
        found = self.difference(events, self.changed("Tell", Parameters={"have.$": "$.MessageId"}))
        self.assertEqual(found["values"], [{"pointer": "/got", "recorded": "m-1"}, {"pointer": "/have", "now": "m-1"}])

    def test_what_is_ignored(self):
        changed = self.changed("Ask", Parameters={"QueueUrl": "q", "MessageBody.$": "$.text", "Id.$": "$$.Execution.Name"})
        self.write("changed.asl.json", changed)
        events = history()
        events[2]["taskScheduledEventDetails"]["parameters"] = '{"QueueUrl":"q","MessageBody":"hello","Id":"order-17"}'
        arn = "arn:aws:states:us-east-1:123456789012:execution:m:"
        self.replay(events, "changed.asl.json")  # its name is not known
        self.replay(events, "changed.asl.json", "--execution-arn", arn + "order-17")
        self.replay(events, "changed.asl.json", "--execution-arn", arn + "order-18", status=1)
        self.replay(events, "changed.asl.json", "--execution-arn", arn + "order-18", "--ignore", "/Id")
        self.replay(events, "changed.asl.json", "--execution-arn", arn + "order-18", "--ignore", "/*/Id", status=1)
        self.assertIn("is no JSON pointer", self.replay(events, "changed.asl.json", "--ignore", "Id", status=2).stderr)
        self.assertIn("is no execution's ARN", self.replay(events, "changed.asl.json", "--execution-arn", "order-17", status=2).stderr)

    def test_a_history_without_an_end(self):
        for n in range(1, 9):
            done = self.replay(history()[:n])
            self.assertIn("still running", done.stdout)
        done = self.replay(json.dumps({"events": history()[:5], "nextToken": "t"}))
        self.assertIn("on pages that the file does not have", done.stdout)
        # A task that was under way, and is called otherwise now.
        found = self.difference(history()[:4], self.changed("Ask", Resource="arn:aws:states:::sns:publish", Parameters={"TopicArn": "t", "Message.$": "$.text"}))
        self.assertEqual(found["now"], "calls sns:publish, which the recording has no answer for")
        stopped = [*history()[:4], event(5, "ExecutionAborted", 0)]
        self.assertIn("ended from outside", self.replay(stopped).stdout)

    def test_what_is_not_told_of_a_branch(self):
        inner = {"StartAt": "Ask", "States": TASK["States"]}
        definition = machine(Both={"Type": "Parallel", "End": True, "ResultPath": "$.both", "Branches": [
            inner, {"StartAt": "Other", "States": {"Other": {"Type": "Pass", "Next": "More"}, "More": {"Type": "Pass", "End": True}}}]})
        text = '{"text": "hello"}'
        events = history()
        cut = events[:1] + [event(2, "ParallelStateEntered", 0), event(3, "ParallelStateStarted")]
        cut[1]["stateEnteredEventDetails"] = {"name": "Both", "input": text}
        cut += [{**e, "id": e["id"] + 2, "previousEventId": max(3, e["previousEventId"] + 2)} for e in events[1:8]]
        cut[6]["taskSucceededEventDetails"] = {"resource": "sendMessage", "resourceType": "sqs", "output": '{"Mess',
                                               "outputDetails": {"truncated": True}}
        cut += [event(11, "PassStateEntered", 3, name="Other", input=text), event(12, "PassStateExited", name="Other", output=text),
                event(13, "PassStateEntered", name="More", input=text), event(14, "PassStateExited", name="More", output=text),
                event(15, "ParallelStateSucceeded"), event(16, "ParallelStateExited", 14), event(17, "ExecutionSucceeded", output="1")]
        cut[15]["stateExitedEventDetails"] = {"name": "Both", "output": "1"}
        self.write("both.asl.json", definition)
        done = self.replay(cut, "both.asl.json")
        self.assertIn("The data of event 7 was cut short", done.stdout)
        definition["States"]["Both"]["Branches"][1]["States"]["Other"]["Result"] = 17
        found = self.difference(cut, definition)
        self.assertEqual((found["what"], found["event"], found["state"]), ("output", 12, "Other"))

    def test_an_execution_that_does_not_end_now(self):
        self.write("loop.asl.json", machine(Ask=TASK["States"]["Ask"], Tell={"Type": "Pass", "Next": "Which"}, Which={
            "Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "End"}], "Default": "Tell"},
            End={"Type": "Succeed"}))
        for limits in ("aws", "off"):
            done = self.replay(history(), "loop.asl.json", "--limits", limits, status=1)
            self.assertIn("the first difference is at event 8 of 9, PassStateExited, in the state 'Tell'", done.stdout)
            if limits == "off":  # with AWS's limits the history is full, unless the time is over before: with sanitizers
                self.assertIn("it was stopped", done.stdout)

    def test_time_passes_as_it_did(self):
        events = history()
        for e in events[4:]:
            e["timestamp"] += 100
        self.assertEqual(self.difference(events, {**TASK, "TimeoutSeconds": 50})["now"], "the execution times out")
        self.replay(events)
        self.write("beats.asl.json", self.changed("Ask", HeartbeatSeconds=10))
        for e in events:
            if e["type"] == "TaskScheduled":
                e["taskScheduledEventDetails"]["heartbeatInSeconds"] = 10
        self.replay(events, "beats.asl.json")

    def test_side_by_side(self):
        events = self.recorded(SIDE_BY_SIDE, ITEMS)
        done = self.replay(events, "real.asl.json")
        self.assertIn("no difference", done.stdout)
        changed = copy.deepcopy(SIDE_BY_SIDE)
        processor = changed["States"]["Both"]["Branches"][0]["States"]["Each"]["ItemProcessor"]["States"]
        processor["Again"]["Parameters"]["ms"] = 0
        del processor["Again"]["Parameters"]["ms.$"]
        found = self.difference(events, changed)
        self.assertEqual((found["what"], found["state"]), ("parameters", "Again"))
        self.assertRegex(found["branch"], r"^iteration \d of 'Each' in the branch of 'Both' that begins with 'Each'$")
        changed["States"]["Both"]["Branches"][0]["States"]["Each"]["MaxConcurrency"] = 1
        processor["Again"]["Parameters"] = EACH["States"]["Again"]["Parameters"]
        self.write("one.asl.json", changed)
        self.replay(events, "one.asl.json")
        # As mocks, the tasks are answered at once and in another order: with the definition it is known.
        done = self.gait("mocks", "from-history", "h.json", "--definition", "real.asl.json", "-o", "tests")
        self.assertIn("made anew by each execution", done.stderr)
        self.gait("test", "tests/h.test.yaml")
        done = self.gait("mocks", "from-history", "h.json", "--name", "blind")
        self.assertIn("need not be that of gait", done.stderr)

    def test_mocks_and_a_test(self):
        events = history()
        self.write("h.json", {"events": events})
        done = self.gait("mocks", "from-history", "h.json", "--definition", "m.asl.json", "-o", "tests", "--name", "order-17")
        self.assertEqual(done.stderr, "")
        self.gait("test", "tests/order-17.test.yaml")
        self.gait("run", "m.asl.json", "--ephemeral", "--input", '{"text": "hello"}', "--mock-config", "tests/order-17.mocks.json",
                  "--test-case", "order-17")
        config = json.loads((self.folder / "tests/order-17.mocks.json").read_text())
        self.assertEqual(config["MockedResponses"], {"order-17.Ask": {"0": {"Return": {"MessageId": "m-1"}}}})
        text = (self.folder / "tests/order-17.test.yaml").read_text()
        self.assertIn("definition: \"../m.asl.json\"\n", text)
        self.assertIn("      path: [\"Ask\",\"Tell\"]\n", text)
        again = ("mocks", "from-history", "h.json", "--definition", "m.asl.json", "-o", "tests", "--name", "order-17")
        self.assertIn("exists already", self.gait(*again, status=2).stderr)
        self.gait(*again, "--force")
        self.assertIn("cannot be a name", self.gait("mocks", "from-history", "h.json", "--name", "a/b", status=2).stderr)
        self.write("changed.asl.json", self.changed("Tell", Parameters={"have.$": "$.MessageId"}))
        done = self.gait("mocks", "from-history", "h.json", "--definition", "changed.asl.json", "-o", "tests")
        self.assertIn("will not pass with this definition: gait replay finds a difference at event 8", done.stderr)
        self.gait("test", "tests/h.test.yaml", status=1)

    def test_failures_as_mocks(self):
        events = history()[:4]
        busy = {"resource": "sendMessage", "resourceType": "sqs", "error": "Busy", "cause": "try again"}
        late = {"resource": "sendMessage", "resourceType": "sqs", "error": "States.Timeout"}
        events += [event(5, "TaskFailed", **busy), event(6, "TaskScheduled", **history()[2]["taskScheduledEventDetails"]),
                   event(7, "TaskStarted", **{k: busy[k] for k in ("resource", "resourceType")}), event(8, "TaskTimedOut", **late),
                   event(9, "ExecutionFailed", error="States.Timeout")]
        self.write("retry.asl.json", self.changed("Ask", Retry=RETRY))
        self.replay(events, "retry.asl.json")
        self.gait("mocks", "from-history", "h.json", "--definition", "retry.asl.json")
        config = json.loads((self.folder / "h.mocks.json").read_text())
        self.assertEqual(config["MockedResponses"]["h.Ask"], {"0": {"Throw": {"Error": "Busy", "Cause": "try again"}},
                                                              "1": {"Throw": {"Error": "States.Timeout"}}})
        self.gait("test", "h.test.yaml")

    def test_a_map_run_is_where_it_ends(self):
        distributed = machine(Ready={"Type": "Pass", "Next": "All"}, All={
            "Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                                             "StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}, "End": True})
        events = self.recorded(distributed, [1, 2])
        done = self.replay(events, "real.asl.json")
        self.assertIn("The state 'All' starts a Map Run, whose executions are not in this history", done.stdout)
        distributed["States"]["Ready"]["Result"] = [3]
        self.assertEqual(self.difference(events, distributed)["state"], "Ready")
        done = self.gait("mocks", "from-history", "h.json", "--definition", "real.asl.json")
        self.assertIn("There is no test: the state 'All' starts a Map Run", done.stderr)
        self.assertFalse((self.folder / "h.test.yaml").exists())


if __name__ == "__main__":
    unittest.main()
