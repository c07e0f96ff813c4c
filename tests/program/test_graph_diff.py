#!/usr/bin/env python3
"""gait graph and gait diff: pictures of definitions and of what executions did, and what changed between definitions."""
import json
import shutil
import unittest
import urllib.request
import xml.etree.ElementTree

import support
from support import machine

# Goes through both branches; with "amount" 0 the Choice is left by its default, with a negative one the branch fails.
ORDERS = machine(
    Check={"Type": "Choice", "Default": "Nothing", "Choices": [
        {"Not": {"Variable": "$.amount", "NumericEquals": 0}, "Next": "Both"}]},
    Both={"Type": "Parallel", "Next": "Done", "Catch": [{"ErrorEquals": ["Negative"], "Next": "Refused"}], "Branches": [
        machine(Sign={"Type": "Choice", "Default": "Positive", "Choices": [
                    {"Variable": "$.amount", "NumericLessThan": 0, "Next": "Bad"}]},
                Positive={"Type": "Pass", "End": True}, Bad={"Type": "Fail", "Error": "Negative"}),
        machine(Later={"Type": "Wait", "Seconds": 1, "End": True})]},
    Done={"Type": "Succeed"}, Nothing={"Type": "Succeed"}, Refused={"Type": "Fail", "Error": "Refused"})


class Graph(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.orders = self.write("orders.asl.json", ORDERS)

    def marks(self, *arguments):
        """What gait graph marks: of the states and of the transitions, by name and by pointer."""
        graph = json.loads(self.gait("graph", *arguments, "--format", "json").stdout)
        return ({s["name"]: s["mark"] for s in graph["states"] if "mark" in s},
                {t["pointer"]: t["mark"] for t in graph["transitions"] if "mark" in t})

    @unittest.skipUnless(shutil.which("dot"), "graphviz is not installed")
    def test_a_picture_shows_every_state(self):
        path = self.folder / "orders.svg"
        self.gait("graph", self.orders, "-o", path)
        svg = xml.etree.ElementTree.parse(path).getroot()
        self.assertEqual(svg.tag, "{http://www.w3.org/2000/svg}svg")
        texts = {t.text for t in svg.iter("{http://www.w3.org/2000/svg}text")}
        self.assertLessEqual({"Check", "Both", "Sign", "Later", "Refused", "Parallel", "Branch 2", "Negative"},
                             {t.strip(" \xa0") for t in texts})
        control = json.dumps(machine(**{"A\0\ufffe\x85B\uffff": {"Type": "Succeed"}}))  # what XML does not take
        xml.etree.ElementTree.fromstring(self.gait("graph", "-", input=control).stdout)
        # Names that are markup, quotes or none of Latin's letters stand there as they are.
        odd = ['<b>&"\\', '日本 "]; x', "--> ${y}", "\\N"]
        states = {name: {"Type": "Pass", "Comment": name, "Next": odd[(i + 1) % 4]} for i, name in enumerate(odd)}
        svg = self.gait("graph", "-", input=json.dumps({"StartAt": odd[0], "States": states})).stdout
        shown = [t.text.replace("\xa0", " ") for t in xml.etree.ElementTree.fromstring(svg).iter() if t.tag.endswith("text")]
        self.assertLessEqual(set(odd), set(shown))

    def test_without_graphviz_the_others_are_there(self):
        empty = self.folder / "empty"
        empty.mkdir()
        process = self.start("graph", self.orders, env={"PATH": str(empty)})
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 2)
        self.assertIn("install graphviz, or use --format dot, mermaid or json", errors)
        self.assertTrue(self.gait("graph", self.orders, "-o", "orders.dot").stdout == "")
        self.assertTrue((self.folder / "orders.dot").read_text().startswith("digraph"))
        mermaid = self.gait("graph", self.orders, "--format", "mermaid").stdout
        self.assertIn('s1 -.->|"Negative"| s4', mermaid)
        self.assertEqual(mermaid.count("subgraph"), mermaid.count("\n    end\n") + mermaid.count("\n  end\n"))

    def test_what_is_faulty_is_drawn_as_far_as_it_goes(self):
        text = "StartAt: A\nStates:\n  A: {Type: Pass, Next: Gone}\n  B: {Type: Succeed}\n"
        for path, input in ((self.write("faulty.asl.yaml", text), None), ("-", text)):
            done = self.gait("graph", path, "--format", "dot", input=input)
            self.assertIn("has 2 errors, which gait validate shows; drawn is what there is", done.stderr)
            self.assertIn("label=<B<br/>", done.stdout)
        for content, message in (('{"States": ', "broken.json:1:"), ("[]", "is no definition")):
            self.assertIn(message, self.gait("graph", self.write("broken.json", content), status=2).stderr)
        self.assertIn("cannot write", self.gait("graph", self.orders, "-o", "/nowhere/x.dot", status=2).stderr)

    def test_the_path_of_an_execution(self):
        self.gait("run", self.orders, "--input", '{"amount": 5}', "--name", "good", "--clock", "virtual")
        self.gait("run", self.orders, "--input", '{"amount": -5}', "--name", "bad", status=1)
        states, transitions = self.marks("--execution", "good")
        self.assertEqual(states, {s: "taken" for s in ("Check", "Both", "Sign", "Positive", "Later", "Done")})
        self.assertEqual(sorted(transitions), [
            "/States/Both/Branches/0/States/Positive/End", "/States/Both/Branches/0/States/Sign/Default",
            "/States/Both/Branches/1/States/Later/End", "/States/Both/Next", "/States/Check/Choices/0/Next",
            "/States/Done"])

        states, transitions = self.marks(self.orders, "--execution", "bad")
        self.assertEqual(states, {"Check": "taken", "Both": "taken", "Sign": "taken", "Later": "taken", "Bad": "failed",
                                  "Refused": "failed"})
        self.assertIn("/States/Both/Catch/0/Next", transitions)
        self.assertNotIn("/States/Both/Next", transitions)
        self.assertNotIn("/States/Both/Branches/1/States/Later/End", transitions)
        # The same from a file, in either order, also as the AWS CLI writes it: with dates as texts.
        history = json.loads(self.gait("history", "bad", "--format", "json").stdout)
        for event in history["events"]:
            event["timestamp"] = "2026-01-01T00:00:00+00:00"
        for events in (history["events"], history["events"][::-1]):
            path = self.write("history.json", {"events": events, "nextToken": None})
            self.assertEqual(self.marks(self.orders, "--history", path), (states, transitions))
        # Cut off in the middle it is one that runs.
        cut = [e for e in history["events"] if e["id"] <= next(
            e["id"] for e in history["events"] if e["type"] == "WaitStateEntered")]
        running, _ = self.marks(self.orders, "--history", self.write("cut.json", cut))
        self.assertEqual((running["Later"], running["Both"], running["Check"]), ("running", "running", "taken"))

    def test_a_failure_that_a_later_attempt_made_good(self):
        """Of a Map of two rounds, of which the first fails: also if it is the execution that then goes well."""
        events = []

        def add(type, before, name=None):
            events.append({"id": len(events) + 1, "type": type, "previousEventId": before})
            if name:
                events[-1]["stateExitedEventDetails" if type.endswith("Exited") else "stateEnteredEventDetails"] = {
                    "name": name}
            return len(events)

        definition = machine(M={"Type": "Map", "End": True, "Retry": [{"ErrorEquals": ["States.ALL"]}], "ItemProcessor":
                                machine(T={"Type": "Task", "Resource": support.lambda_arn("f"), "End": True})})
        path = self.write("map.asl.json", definition)
        map_entered = add("MapStateEntered", add("ExecutionStarted", 0), "M")
        first = add("TaskStateEntered", add("MapIterationStarted", add("MapStateStarted", map_entered)), "T")
        add("MapIterationFailed", add("LambdaFunctionFailed", first))
        marks = self.marks(path, "--history", self.write("history.json", events))[0]
        self.assertEqual(marks, {"M": "running", "T": "running"})  # it may be tried again
        side = [*events, {"id": 90, "type": "TaskStateEntered", "previousEventId": 3, "stateEnteredEventDetails": {"name": "T"}},
                {"id": 91, "type": "TaskStateExited", "previousEventId": 90, "stateExitedEventDetails": {"name": "T"}}]
        marks = self.marks(path, "--history", self.write("history.json", side))[0]
        self.assertEqual(marks, {"M": "running", "T": "running"})  # that another iteration has ended changes nothing
        second = add("TaskStateEntered", add("MapIterationStarted", add("MapStateStarted", map_entered)), "T")
        exit = add("MapStateExited", add("MapStateSucceeded", add("TaskStateExited", second, "T")), "M")
        add("ExecutionSucceeded", exit)
        marks, transitions = self.marks(path, "--history", self.write("history.json", events))
        self.assertEqual(marks, {"M": "taken", "T": "taken"})
        self.assertEqual(len(transitions), 2)

    def test_what_is_no_history_or_no_execution(self):
        for content, message in (({}, "no list of events"), ({"events": [{"id": 1}]}, "event 0"), ("{", "is no JSON"),
                                 ([{"id": 1, "type": "X"}, {"id": 1, "type": "X"}], "the same id")):
            path = self.write("history.json", content)
            self.assertIn(message, self.gait("graph", self.orders, "--history", path, status=2).stderr)
        self.assertIn("there is no database", self.gait("graph", "--execution", "x", status=2).stderr)
        self.assertIn("name a file", self.gait("graph", status=2).stderr)


class Diff(support.ProgramTest):
    def test_what_did_not_change_in_meaning(self):
        old = self.write("old.asl.json", ORDERS)
        new = self.write("new.asl.yaml", "# the same, in YAML\n" + json.dumps(ORDERS, sort_keys=True, indent=7))
        done = self.gait("diff", old, new)
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_what_changed(self):
        old = self.write("old.asl.json", ORDERS)
        new = json.loads(json.dumps(ORDERS))
        new["TimeoutSeconds"] = 60
        new["States"]["Finished"] = new["States"].pop("Done")
        new["States"]["Finished"]["Comment"] = "the end"
        new["States"]["Both"]["Next"] = "Finished"
        new["States"]["Both"]["Branches"][1]["States"]["Later"]["Seconds"] = 2
        new["States"]["Declined"] = new["States"].pop("Refused")
        new["States"]["Both"]["Catch"][0]["Next"] = "Declined"
        new = self.write("new.asl.json", new)
        done = self.gait("diff", old, new, status=1)
        self.assertEqual(done.stdout, """\
~ the state machine
    /TimeoutSeconds: added 60
~ Both (Parallel)
    /Next: "Done" -> "Finished"
+ Finished (Succeed)
Refused -> Declined
~ Later (Wait) in Both / Branch 2
    /Seconds: 1 -> 2
- Done (Succeed)
1 state added, 1 removed, 1 renamed, 2 changed
""".replace("Refused -> Declined", "> Refused -> Declined (Fail), probably renamed"))
        states = json.loads(self.gait("diff", old, new, "--format", "json", status=1).stdout)["states"]
        both = next(s for s in states if s["name"] == "Both")
        self.assertEqual((both["change"], both["fields"]), ("changed", [
            {"pointer": "/Next", "transition": True, "old": "Done", "new": "Finished"}]))
        for arguments in (("gone.json", new), (old, self.write("x.json", "{")), ("-", "-")):
            self.assertTrue(self.gait("diff", *arguments, status=2).stderr.startswith("gait: "))

    def test_which_running_executions_could_not_go_on(self):
        waits = {"Type": "Wait", "Seconds": 3600, "End": True}
        old = machine(Which={"Type": "Choice", "Default": "Alone", "Choices": [
                          {"Variable": "$.both", "BooleanEquals": True, "Next": "Both"}]},
                      Alone=waits, Both={"Type": "Parallel", "End": True, "Branches": [
                          machine(Left=waits), machine(Right={"Type": "Map", "End": True, "ItemsPath": "$.items",
                                                              "ItemProcessor": machine(Each=waits)})]})
        with self.serve() as url:
            def call(operation, **request):
                call = urllib.request.Request(url, json.dumps(request).encode(), {
                    "X-Amz-Target": "AWSStepFunctions." + operation, "Content-Type": "application/x-amz-json-1.0"})
                return json.load(urllib.request.urlopen(call))

            arn = call("CreateStateMachine", name="orders", definition=json.dumps(old),
                       roleArn="arn:aws:iam::123456789012:role/r")["stateMachineArn"]
            for name, input in (("alone", {"both": False}), ("both", {"both": True, "items": [1, 2]})):
                execution = call("StartExecution", stateMachineArn=arn, name=name, input=json.dumps(input))["executionArn"]
                waiting = 1 if name == "alone" else 3
                self.wait_for(lambda: sum(e["type"] == "WaitStateEntered" for e in call(
                    "GetExecutionHistory", executionArn=execution)["events"]) == waiting)

            new = json.loads(json.dumps(old))
            path = self.write("orders.asl.json", new)
            done = self.gait("diff", path, path, "--executions")  # also while a server has the database
            self.assertEqual(done.stdout, "0 of 2 running executions could not go on\n")

        new["States"]["Alone"]["Seconds"] = 5
        right = new["States"]["Both"]["Branches"][1]["States"]["Right"]
        right["ItemProcessor"] = machine(Every={"Type": "Pass", "End": True})
        new["States"]["Both"]["Branches"][0] = machine(Left={"Type": "Succeed"})
        old, new = self.write("old.asl.json", old), self.write("orders.asl.json", new)
        done = json.loads(self.gait("diff", old, new, "--executions", "--format", "json", status=1).stdout)["executions"]
        self.assertEqual((done["running"], done["cannotGoOn"]), (2, 1))
        self.assertEqual([(s["name"], s["state"], s["goesOn"], s["reason"]) for s in done["standings"]], [
            ("alone", "Alone", True, "/Seconds"),
            ("both", "Each", False, "it is not there any more"),
            ("both", "Left", False, "it is of type Succeed now, and was of type Wait")])
        text = self.gait("diff", old, new, "--executions", "--state-machine", arn, status=1).stdout
        self.assertIn("1 of 2 running executions could not go on\n", text)
        self.assertIn("there is no state machine 'old'", self.gait("diff", new, old, "--executions", status=2).stderr)
        self.assertIn("there is no database x.db", self.gait("diff", new, old, "--executions", "--db", "x.db",
                                                             status=2).stderr)


if __name__ == "__main__":
    unittest.main()
