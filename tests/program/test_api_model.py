#!/usr/bin/env python3
"""Every operation of the API's service model gets the bad requests that the model implies. Each is refused with status
400 and an error that the model lists for the operation, or one that every operation has."""
import http.client
import json
import os
import pathlib
import sys
import unittest
import urllib.parse

import support

CORPORA = pathlib.Path(os.environ.get("GAIT_CORPORA", support.SOURCE.parent / "shared/corpora"))
MODEL = CORPORA.parent / "aws-api/stepfunctions-2016-11-23.json"
# https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
COMMON = {"ValidationException", "SerializationException"}
ARN = "arn:aws:states:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/r"
WAIT = support.machine(W={"Type": "Wait", "Seconds": 1000, "End": True})
MAP = support.machine(M={"Type": "Map", "End": True, "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **WAIT}})


class Api:
    """One connection, without an SDK in between, which would refuse most of this itself."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urllib.parse.urlparse(url).netloc, timeout=100)

    def __call__(self, operation, request):
        body = request if isinstance(request, (str, bytes)) else json.dumps(request)
        self.connection.request("POST", "/", body, {"X-Amz-Target": "AWSStepFunctions." + operation,
                                                    "Content-Type": "application/x-amz-json-1.0"})
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def must(self, operation, **request):
        status, answer = self(operation, request)
        assert status == 200, (operation, answer)
        return answer


class Model:
    def __init__(self, document):
        self.operations = document["operations"]
        self.shapes = document["shapes"]

    def shape(self, name):
        return self.shapes[name]

    def input(self, operation):
        return self.shape(self.operations[operation]["input"]["shape"])

    def errors(self, operation):
        return {error["shape"] for error in self.operations[operation].get("errors", [])}

    def broken(self, name, path=()):
        """(path, value, what is wrong) for values that this shape cannot have."""
        shape = self.shape(name)
        kind = shape["type"]
        wrong = {"string": 7, "integer": "x", "long": "x", "float": "x", "boolean": "x", "list": "x", "structure": "x",
                 "timestamp": []}
        yield path, wrong[kind], "wrong type"
        if kind == "string":
            if shape.get("min", 0) > 0:
                yield path, "", "too short"
            # Those that are quotas have errors of their own, which are tested elsewhere.
            if "max" in shape and shape["max"] <= 4096:
                yield path, "x" * (shape["max"] + 1), "too long"
            if "enum" in shape:
                yield path, "NONE_OF_THESE", "not of the enumeration"
            if "pattern" in shape:
                yield path, "\u00e9 \u00e9", "does not match the pattern"
        elif kind in ("integer", "long", "float"):
            if "min" in shape:
                yield path, shape["min"] - 1, "too small"
            if "max" in shape:
                yield path, shape["max"] + 1, "too large"
        elif kind == "list":
            if shape.get("min", 0) > 0:
                yield path, [], "too few"
            yield from self.broken(shape["member"]["shape"], (*path, 0))
        elif kind == "structure":
            for member, of in shape["members"].items():
                yield from self.broken(of["shape"], (*path, member))


def put(value, path, what):
    """`value` with `what` at `path`."""
    if not path:
        return what
    if path[0] == 0:
        return [put(value[0] if isinstance(value, list) and value else None, path[1:], what)]
    changed = dict(value) if isinstance(value, dict) else {}
    changed[path[0]] = put(changed.get(path[0]), path[1:], what)
    return changed


class BadRequests(support.ProgramTest):
    def setUp(self):
        super().setUp()
        if not MODEL.exists():
            self.skipTest("no service model at %s" % MODEL)
        self.model = Model(json.loads(MODEL.read_text()))

    def good(self, api):
        """A request for each operation that is taken, or that fails for no reason but what it names."""
        machine = api.must("CreateStateMachine", name="m", definition=json.dumps(WAIT), roleArn=ROLE, publish=True)
        express = api.must("CreateStateMachine", name="x", roleArn=ROLE, type="EXPRESS", definition=json.dumps(
            support.machine(P={"Type": "Pass", "End": True})))["stateMachineArn"]
        arn, version = machine["stateMachineArn"], machine["stateMachineVersionArn"]
        routing = [{"stateMachineVersionArn": version, "weight": 100}]
        alias = api.must("CreateStateMachineAlias", name="live", routingConfiguration=routing)["stateMachineAliasArn"]
        execution = api.must("StartExecution", stateMachineArn=arn)["executionArn"]
        activity = api.must("CreateActivity", name="a")["activityArn"]
        maps = api.must("CreateStateMachine", name="maps", definition=json.dumps(MAP), roleArn=ROLE)["stateMachineArn"]
        parent = api.must("StartExecution", stateMachineArn=maps, input="[1]")["executionArn"]
        run = self.wait_for(lambda: api.must("ListMapRuns", executionArn=parent)["mapRuns"])[0]["mapRunArn"]
        encryption = {"type": "AWS_OWNED_KEY"}
        logging = {"level": "OFF", "includeExecutionData": False, "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}]}
        create = {"name": "n", "definition": json.dumps(WAIT), "roleArn": ROLE, "loggingConfiguration": logging,
                  "tags": [{"key": "k", "value": "v"}], "encryptionConfiguration": encryption}
        token = {"taskToken": "x"}
        return {
            "CreateActivity": {"name": "b", "encryptionConfiguration": encryption, "tags": [{"key": "k"}]},
            "CreateStateMachine": create,
            "CreateStateMachineAlias": {"name": "other", "routingConfiguration": routing},
            "DeleteActivity": {"activityArn": activity},
            "DeleteStateMachine": {"stateMachineArn": ARN + "stateMachine:none"},
            "DeleteStateMachineAlias": {"stateMachineAliasArn": alias},
            "DeleteStateMachineVersion": {"stateMachineVersionArn": version},
            "DescribeActivity": {"activityArn": activity},
            "DescribeExecution": {"executionArn": execution},
            "DescribeMapRun": {"mapRunArn": run},
            "DescribeStateMachine": {"stateMachineArn": arn},
            "DescribeStateMachineAlias": {"stateMachineAliasArn": alias},
            "DescribeStateMachineForExecution": {"executionArn": execution},
            "GetActivityTask": {"activityArn": activity},
            "GetExecutionHistory": {"executionArn": execution},
            "ListActivities": {},
            "ListExecutions": {"stateMachineArn": arn},
            "ListMapRuns": {"executionArn": parent},
            "ListStateMachineAliases": {"stateMachineArn": arn},
            "ListStateMachineVersions": {"stateMachineArn": arn},
            "ListStateMachines": {},
            "ListTagsForResource": {"resourceArn": arn},
            "PublishStateMachineVersion": {"stateMachineArn": arn},
            "RedriveExecution": {"executionArn": execution},
            "SendTaskFailure": token,
            "SendTaskHeartbeat": token,
            "SendTaskSuccess": {**token, "output": "1"},
            "StartExecution": {"stateMachineArn": arn},
            "StartSyncExecution": {"stateMachineArn": express},
            "StopExecution": {"executionArn": execution},
            "TagResource": {"resourceArn": arn, "tags": [{"key": "k", "value": "v"}]},
            "TestState": {"definition": '{"Type": "Pass", "End": true}', "input": "{}", "roleArn": ROLE},
            "UntagResource": {"resourceArn": arn, "tagKeys": ["k"]},
            "UpdateMapRun": {"mapRunArn": run, "maxConcurrency": 1},
            "UpdateStateMachine": {**{k: v for k, v in create.items() if k not in ("name", "tags")},
                                   "stateMachineArn": arn},
            "UpdateStateMachineAlias": {"stateMachineAliasArn": alias, "routingConfiguration": routing},
            "ValidateStateMachineDefinition": {"definition": "{}"},
        }

    def bad(self, operation, good):
        """(request, what is wrong)"""
        shape = self.model.input(operation)
        for member in shape.get("required", []):
            yield {k: v for k, v in good.items() if k != member}, "no " + member
            yield {**good, member: None}, member + " is null"
        for path, value, wrong in self.model.broken(self.model.operations[operation]["input"]["shape"]):
            if path:
                yield put(good, path, value), "%s: %s" % (".".join(map(str, path)), wrong)
        for member in shape["members"]:
            if not member.lower().endswith("arn") or member == "roleArn":
                continue
            yield {**good, member: "x"}, member + " is no ARN"
            yield {**good, member: "arn:aws:s3:::bucket"}, member + " of another service"
            if operation not in ("DeleteActivity", "DeleteStateMachine", "DeleteStateMachineVersion",
                                 "ListStateMachineVersions"):  # what is gone already is no error; see the model
                kind = good.get(member, ARN + "mapRun:m/l:u").split(":")[5]
                yield {**good, member: ARN + kind + ":none:none"}, member + " names nothing"
        if "nextToken" in shape["members"]:
            for token in ("x", "1.2.3", "9" * 100, "1.99999999999999.abcdef"):
                yield {**good, "nextToken": token}, "a token that is not ours"

    def test_every_operation_refuses_what_the_model_does_not_allow(self):
        with self.serve("--ephemeral") as url:
            api = Api(url)
            good = self.good(api)
            self.assertEqual(set(good), set(self.model.operations))
            requests = 0
            for operation in sorted(good):
                allowed = self.model.errors(operation) | COMMON
                for request, wrong in self.bad(operation, good[operation]):
                    with self.subTest(operation=operation, wrong=wrong):
                        status, answer = api(operation, request)
                        self.assertEqual(status, 400, (request, answer))
                        self.assertIn(answer["__type"], allowed, (request, answer))
                        self.assertTrue(answer["message"])
                        requests += 1
                for body in ("", "{", "[]", "7", '"x"', "nonsense", b"\xff\xfe", "[" * 100000):
                    with self.subTest(operation=operation, body=body[:20]):
                        status, answer = api(operation, body)
                        self.assertEqual((status, answer["__type"]), (400, "SerializationException"))
                        requests += 1
            print("%d bad requests to %d operations" % (requests, len(good)), file=sys.stderr)

    def test_the_list_of_operations_is_that_of_the_model(self):
        with self.serve("--ephemeral") as url:
            api = Api(url)
            for operation in self.model.operations:
                self.assertNotEqual(api(operation, {})[1].get("__type"), "UnknownOperationException", operation)
            self.assertEqual(api("MakeCoffee", {})[1]["__type"], "UnknownOperationException")


if __name__ == "__main__":
    unittest.main()
