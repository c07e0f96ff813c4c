#!/usr/bin/env python3
"""Real clients against `gait serve`: boto3, the AWS CLI, and the AWS SDK for JavaScript. Each goes through
tests/clients/scenario.json, which calls every operation of the API; an older client leaves out those that it does not
know."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import unittest

import support

sys.path.insert(0, str(support.SOURCE / "tests/clients"))
import scenario  # noqa: E402

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
               "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}
SDK, SDK_VERSION = "@aws-sdk/client-sfn", "3.1163.0"
NPM = support.SOURCE / "build/npm-sdk"  # build/npm is of another test, which may run at the same time


def words(name):
    """StartExecution -> start-execution"""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class ForgetfulProxy:
    """Hands on to a server, and closes the connection in place of the first answer."""

    def __init__(self, url):
        self.host, self.port = re.match(r"http://([^:/]+):(\d+)", url).groups()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.requests = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            with client, socket.create_connection((self.host, int(self.port))) as server:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += client.recv(65536)
                head, _, body = request.partition(b"\r\n\r\n")
                length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
                while len(body) < length:
                    body += client.recv(65536)
                head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
                server.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
                answer = b""
                while chunk := server.recv(65536):
                    answer += chunk
                self.requests += 1
                if self.requests > 1:
                    client.sendall(answer)


class Boto3(support.ProgramTest):
    def setUp(self):
        super().setUp()
        if boto3 is None:
            self.skipTest("boto3 is not installed (Debian: python3-boto3)")

    def client(self, url, **options):
        return boto3.client("stepfunctions", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test",
                            aws_secret_access_key="test", config=botocore.config.Config(inject_host_prefix=False, **options))

    def test_every_operation(self):
        with self.serve("--ephemeral") as url:
            client = self.client(url)
            known = set(client.meta.service_model.operation_names)

            def has(operation, given):
                if operation not in known:
                    return False
                members = client.meta.service_model.operation_model(operation).input_shape.members
                return set(given) <= set(members)

            def call(operation, given):
                try:
                    return getattr(client, words(operation).replace("-", "_"))(**given)
                except botocore.exceptions.ClientError as error:
                    code = error.response["Error"]["Code"]
                    # It has a class of its own, unless the client is older than the error.
                    if hasattr(client.exceptions, code):
                        self.assertIsInstance(error, getattr(client.exceptions, code))
                    raise scenario.Refused(code, str(error))

            called = scenario.run(call, has)
            self.assertGreaterEqual(called, known)
            print("boto3 %s: %d operations" % (boto3.__version__, len(called)), file=sys.stderr)

    def test_paginators_see_every_page(self):
        with self.serve("--ephemeral") as url:
            client = self.client(url)
            arn = client.create_state_machine(name="m", roleArn="arn:aws:iam::123456789012:role/r", definition=json.dumps(
                support.machine(P={"Type": "Pass", "Next": "Q"}, Q={"Type": "Pass", "End": True})))["stateMachineArn"]
            for i in range(5):
                execution = client.start_execution(stateMachineArn=arn, name="e%d" % i)["executionArn"]
            pages = client.get_paginator("list_executions").paginate(stateMachineArn=arn, PaginationConfig={"PageSize": 2})
            self.assertEqual([e["name"] for page in pages for e in page["executions"]], ["e4", "e3", "e2", "e1", "e0"])
            self.wait_for(lambda: client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
            pages = client.get_paginator("get_execution_history").paginate(executionArn=execution, PaginationConfig={"PageSize": 4})
            self.assertEqual([e["id"] for page in pages for e in page["events"]], [1, 2, 3, 4, 5, 6])

    def test_a_retry_starts_no_second_execution(self):
        with self.serve("--ephemeral") as url:
            client = self.client(url)
            arn = client.create_state_machine(name="m", roleArn="arn:aws:iam::123456789012:role/r", definition=json.dumps(
                support.machine(W={"Type": "Wait", "Seconds": 1000, "End": True})))["stateMachineArn"]
            proxy = ForgetfulProxy(url)
            started = self.client(proxy.url, retries={"max_attempts": 3, "mode": "standard"}).start_execution(
                stateMachineArn=arn, name="once", input="{}")
            self.assertEqual(proxy.requests, 2)
            listed = client.list_executions(stateMachineArn=arn)["executions"]
            self.assertEqual([e["executionArn"] for e in listed], [started["executionArn"]])


class CommandLine(support.ProgramTest):
    @unittest.skipIf(shutil.which("aws") is None, "the AWS CLI is not installed")
    def test_every_operation(self):
        with self.serve("--ephemeral") as url:
            def aws(*arguments):
                return subprocess.run(["aws", "--endpoint-url", url, "--output", "json", *arguments], capture_output=True,
                                      text=True, cwd=self.folder, env={**os.environ, **ENVIRONMENT})

            def has(operation, given):
                # Its host would be sync-127.0.0.1, which the CLI cannot be kept from.
                return operation not in ("TestState", "StartSyncExecution")

            def call(operation, given):
                request = self.write("request.json", given)
                done = aws("stepfunctions", words(operation), "--cli-input-json", "file://" + request)
                if re.search("(?i)invalid choice|unknown parameter in input", done.stderr):
                    raise scenario.Unknown(operation)
                if done.returncode != 0:
                    found = re.search(r"\((\w+)\) when calling", done.stderr)
                    self.assertTrue(found, done.stderr)
                    raise scenario.Refused(found[1], done.stderr)
                return json.loads(done.stdout) if done.stdout.strip() else {}

            called = scenario.run(call, has)
            self.assertGreaterEqual(len(called), 20)
            print("aws: %d operations" % len(called), file=sys.stderr)


class JavaScript(support.ProgramTest):
    def test_every_operation(self):
        if not shutil.which("node") or not shutil.which("npm"):
            self.skipTest("node and npm are not installed")
        if not (NPM / "node_modules" / SDK).exists():
            done = subprocess.run(["npm", "install", "--prefix", str(NPM), "--no-audit", "--no-fund", SDK + "@" + SDK_VERSION],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                self.skipTest("npm cannot install %s: %s" % (SDK, done.stderr.strip()[-300:]))
        with self.serve("--ephemeral") as url:
            done = subprocess.run(["node", str(support.SOURCE / "tests/clients/scenario.mjs"), url], capture_output=True,
                                  text=True, env={**os.environ, "SDK_FOLDER": str(NPM)})
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            called = json.loads(done.stdout)
            self.assertEqual(len(called), 37, called)
            print("%s %s: %d operations" % (SDK, SDK_VERSION, len(called)), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
