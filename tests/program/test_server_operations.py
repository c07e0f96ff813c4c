"""gait serve as those see it who run it: who may call, TLS, the access log, metrics, health, stopping."""
import concurrent.futures
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest
import warnings
from unittest import mock

from support import GAIT, ProgramTest, machine

ROLE = "arn:aws:iam::123456789012:role/r"
CREDENTIALS = """# who may call
[worker]
aws_access_key_id = AKIDWORKER
aws_secret_access_key = the/secret+of=the worker
"""
WAIT = machine(W={"Type": "Wait", "Seconds": 1000, "End": True})
PASS = machine(P={"Type": "Pass", "End": True})


class ServerTest(ProgramTest):
    def connect(self, url):
        connection = http.client.HTTPConnection(*url.split("//")[1].split(":"), timeout=30)
        self.addCleanup(connection.close)
        return connection

    def call(self, url, operation, request, connection=None, **headers):
        """Status, headers and body of an operation's answer."""
        own = connection is None
        connection = connection or self.connect(url)
        connection.request("POST", "/", json.dumps(request), {"Content-Type": "application/x-amz-json-1.0",
                                                              "X-Amz-Target": "AWSStepFunctions." + operation, **headers})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        if own:
            connection.close()
        return answer.status, answer.headers, body

    def get(self, url, path):
        connection = self.connect(url)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def create(self, url, definition, name="m", type="STANDARD"):
        return self.call(url, "CreateStateMachine", {"name": name, "roleArn": ROLE, "type": type,
                                                     "definition": json.dumps(definition)})[2]["stateMachineArn"]

    def log_lines(self, path):
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Security(ServerTest):
    def test_others_are_let_in_only_on_purpose(self):
        refused = self.gait("serve", "--host", "0.0.0.0", "--port", "0", "--ephemeral", status=2).stderr
        self.assertIn("others reach 0.0.0.0", refused)
        self.assertIn("--auth FILE", refused)
        self.assertIn("--insecure", refused)
        self.write("credentials", CREDENTIALS)
        for arguments in (["--insecure"], ["--auth", "credentials"]):
            with self.serve("--host", "0.0.0.0", "--ephemeral", *arguments) as url:
                self.assertEqual(self.get(url, "/health"), (200, '{"status":"ok"}'))

    def test_a_credentials_file_that_is_wrong(self):
        self.assertIn("cannot read the credentials file none", self.gait("serve", "--auth", "none", "--ephemeral", status=2).stderr)
        self.write("credentials", "[a]\naws_access_key_id = A\n")
        self.assertIn("credentials:1: the profile [a] has no aws_secret_access_key",
                      self.gait("serve", "--auth", "credentials", "--ephemeral", status=2).stderr)

    def test_unsigned_requests_are_refused(self):
        self.write("credentials", CREDENTIALS)
        with self.serve("--ephemeral", "--auth", "credentials") as url:
            status, headers, body = self.call(url, "ListStateMachines", {})
            self.assertEqual((status, body["__type"], body["message"]),
                             (400, "MissingAuthenticationTokenException", "Missing Authentication Token"))
            self.assertEqual(headers["x-amzn-ErrorType"], "MissingAuthenticationTokenException")
            self.assertEqual(self.get(url, "/health")[0], 200)
            self.assertEqual(self.get(url, "/metrics")[0], 200)  # from this machine

    @unittest.skipIf(shutil.which("aws") is None, "the AWS CLI is not installed")
    def test_the_aws_cli_signs(self):
        self.write("credentials", CREDENTIALS + "[b]\naws_access_key_id=AKIDB\naws_secret_access_key=other\naws_session_token=TOKEN\n")
        definition = self.write("m.json", PASS)

        def aws(url, *arguments, id="AKIDWORKER", secret="the/secret+of=the worker", token=None):
            environment = {**os.environ, "AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "eu-central-1",
                           "AWS_PAGER": "", "AWS_CONFIG_FILE": "/dev/null", "AWS_MAX_ATTEMPTS": "1"}
            environment.pop("AWS_SESSION_TOKEN", None)
            if token:
                environment["AWS_SESSION_TOKEN"] = token
            done = subprocess.run(["aws", "--endpoint-url", url, "--output", "json", "stepfunctions", *arguments],
                                  env=environment, cwd=self.folder, capture_output=True, text=True, timeout=60)
            return done.stdout if done.returncode == 0 else done.stderr

        with self.serve("--ephemeral", "--auth", "credentials", "--access-log", "access.log") as url:
            # Non-ASCII in what is signed, and a definition that is not small.
            created = json.loads(aws(url, "create-state-machine", "--name", "m", "--type", "EXPRESS", "--role-arn", ROLE,
                                     "--definition", "file://" + definition))
            self.assertIn("stateMachine:m", created["stateMachineArn"])
            # The CLI puts sync- before the host's name, which is then another in the signature.
            by_name = url.replace("127.0.0.1", "localhost")
            synced = aws(by_name, "start-sync-execution", "--state-machine-arn", created["stateMachineArn"], "--input", '{"a": "\u00e9\u4e2d"}')
            if "Could not connect" not in synced:  # sync-localhost does not resolve everywhere
                self.assertEqual(json.loads(synced)["status"], "SUCCEEDED")
            self.assertIn('"m"', aws(url, "list-state-machines", id="AKIDB", secret="other", token="TOKEN"))
            self.assertIn("(InvalidSignatureException)", aws(url, "list-state-machines", secret="not it"))
            self.assertIn("(UnrecognizedClientException)", aws(url, "list-state-machines", id="AKIDOTHER"))
            self.assertIn("The security token included in the request is invalid.",
                          aws(url, "list-state-machines", id="AKIDB", secret="other", token="WRONG"))
        lines = self.log_lines(self.folder / "access.log")
        self.assertEqual(lines[0]["access_key_id"], "AKIDWORKER")
        self.assertEqual([line["error_code"] for line in lines if line["status"] != 200],
                         ["InvalidSignatureException", "UnrecognizedClientException", "UnrecognizedClientException"])
        text = (self.folder / "access.log").read_text()
        for secret in ("the/secret", "TOKEN", "other", "Signature="):
            self.assertNotIn(secret, text)

    def test_gait_signs_what_it_asks_a_server(self):
        self.write("credentials", CREDENTIALS)
        with self.serve("--ephemeral", "--auth", "credentials") as url:
            heartbeat = ("send-task-heartbeat", "a-token", "--endpoint-url", url)
            with mock.patch.dict(os.environ):
                for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
                    os.environ.pop(name, None)
                self.assertIn("MissingAuthenticationToken", self.gait(*heartbeat, status=1).stderr)
                os.environ.update(AWS_ACCESS_KEY_ID="AKIDWORKER", AWS_SECRET_ACCESS_KEY="wrong")
                self.assertIn("InvalidSignature", self.gait(*heartbeat, status=1).stderr)
                os.environ.update(AWS_SECRET_ACCESS_KEY="the/secret+of=the worker")
                self.assertIn("InvalidToken", self.gait(*heartbeat, status=1).stderr)

    def test_signatures_are_of_the_host_that_was_named(self):
        try:
            import botocore.auth
            import botocore.awsrequest
            import botocore.credentials
        except ImportError:
            self.skipTest("botocore is not installed")
        self.write("credentials", CREDENTIALS)
        with self.serve("--ephemeral", "--auth", "credentials") as url:
            port = url.rsplit(":", 1)[1]
            for host in ("sync-localhost:" + port, "sync-states.eu-west-1.amazonaws.com", "[::1]:" + port):
                request = botocore.awsrequest.AWSRequest("POST", "http://%s/" % host, data=b"{}", headers={
                    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions.ListStateMachines"})
                keys = botocore.credentials.Credentials("AKIDWORKER", "the/secret+of=the worker")
                botocore.auth.SigV4Auth(keys, "states", "eu-west-1").add_auth(request)
                connection = self.connect(url)
                connection.request("POST", "/", b"{}", {**dict(request.headers), "Host": host})
                answer = connection.getresponse()
                self.assertEqual((answer.status, answer.read()), (200, b'{"stateMachines":[]}'), host)

    def test_pages_from_elsewhere_may_not_call(self):
        with self.serve("--ephemeral") as url:
            self.assertEqual(self.call(url, "ListStateMachines", {}, Origin="http://localhost:3000")[0], 200)
            for origin in ("http://rebound.example:8083", "null", "http://127.0.0.1.example"):
                status, _, body = self.call(url, "ListStateMachines", {}, Origin=origin)
                self.assertEqual((status, body["__type"]), (403, "AccessDeniedException"))


@unittest.skipIf(shutil.which("openssl") is None, "openssl is not installed")
class Tls(ServerTest):
    def certificate(self, name="server"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", name + ".key", "-out", name + ".pem"], cwd=self.folder, check=True, capture_output=True)

    def test_requests_in_tls(self):
        self.certificate()
        self.write("credentials", CREDENTIALS)
        with self.serve("--ephemeral", "--tls-cert", "server.pem", "--tls-key", "server.key") as url:
            self.assertTrue(url.startswith("https://"), url)
            port = int(url.rsplit(":", 1)[1])
            trusting = ssl.create_default_context(cafile=self.folder / "server.pem")
            connection = http.client.HTTPSConnection("localhost", port, context=trusting, timeout=30)
            for _ in range(3):  # on one connection
                self.assertEqual(self.call(url, "ListStateMachines", {}, connection=connection)[0], 200)
            # Answers and requests of many records.
            large = machine(P={"Type": "Pass", "Comment": "x" * 200_000, "End": True})
            answer = self.call(url, "CreateStateMachine", {"name": "m", "roleArn": ROLE, "definition": json.dumps(large)}, connection=connection)
            arn = answer[2]["stateMachineArn"]
            described = self.call(url, "DescribeStateMachine", {"stateMachineArn": arn}, connection=connection)[2]
            self.assertEqual(json.loads(described["definition"]), large)
            connection.close()
            with socket.create_connection(("localhost", port)) as plain:
                plain.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
                self.assertNotIn(b"ok", plain.recv(1000))
            old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
            old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                old.maximum_version = ssl.TLSVersion.TLSv1_1
            with socket.create_connection(("localhost", port)) as plain, self.assertRaises(OSError):
                old.wrap_socket(plain, server_hostname="localhost")

    def test_a_worker_waits_in_tls(self):
        self.certificate()
        with self.serve("--ephemeral", "--tls-cert", "server.pem", "--tls-key", "server.key") as url:
            port = int(url.rsplit(":", 1)[1])
            trusting = ssl.create_default_context(cafile=self.folder / "server.pem")

            def connect():
                connection = http.client.HTTPSConnection("localhost", port, context=trusting, timeout=30)
                self.addCleanup(connection.close)
                return connection

            activity = self.call(url, "CreateActivity", {"name": "a"}, connection=connect())[2]["activityArn"]
            gone = connect()
            gone.request("POST", "/", json.dumps({"activityArn": activity}), {"X-Amz-Target": "AWSStepFunctions.GetActivityTask"})
            time.sleep(0.2)
            gone.close()
            time.sleep(0.2)
            arn = self.call(url, "CreateStateMachine", {"name": "m", "roleArn": ROLE, "definition": json.dumps(
                machine(T={"Type": "Task", "Resource": activity, "End": True}))}, connection=connect())[2]["stateMachineArn"]
            self.call(url, "StartExecution", {"stateMachineArn": arn}, connection=connect())
            self.assertIn("taskToken", self.call(url, "GetActivityTask", {"activityArn": activity}, connection=connect())[2])

    def test_files_that_are_wrong(self):
        self.certificate()
        self.certificate("other")
        subprocess.run(["openssl", "ec", "-in", "server.key", "-aes128", "-passout", "pass:x", "-out", "encrypted.key"],
                       cwd=self.folder, check=True, capture_output=True)
        for certificate, key, says in (("none.pem", "server.key", "cannot read none.pem"),
                                       ("server.pem", "none.key", "cannot read none.key"),
                                       ("server.key", "server.key", "server.key has no certificate in PEM form"),
                                       ("server.pem", "server.pem", "server.pem has no private key in PEM form"),
                                       ("server.pem", "other.key", "the key in other.key is not that of the certificate in server.pem"),
                                       ("server.pem", "encrypted.key", "the key in encrypted.key is encrypted")):
            self.assertIn(says, self.gait("serve", "--ephemeral", "--port", "0", "--tls-cert", certificate, "--tls-key", key, status=2).stderr)
        self.assertIn("--tls-key", self.gait("serve", "--ephemeral", "--tls-cert", "server.pem", status=2).stderr)


class Operations(ServerTest):
    def test_what_an_answer_carries(self):
        with self.serve("--ephemeral") as url:
            connection = self.connect(url)
            ids = set()
            for _ in range(3):
                status, headers, _ = self.call(url, "ListStateMachines", {}, connection=connection)
                self.assertEqual((status, headers["Content-Type"], headers["Content-Length"]), (200, "application/x-amz-json-1.0", "20"))
                self.assertRegex(headers["Date"], r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
                self.assertRegex(headers["x-amzn-RequestId"], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
                ids.add(headers["x-amzn-RequestId"])
            self.assertEqual(len(ids), 3)
            self.assertEqual(self.call(url, "ListStateMachines", {}, **{"Content-Type": "application/json"})[0], 200)
            status, _, body = self.call(url, "ListStateMachines", {}, **{"Content-Type": "text/plain"})
            self.assertEqual((status, body["__type"]), (404, "UnknownOperationException"))

    def test_metrics(self):
        with self.serve() as url:
            ok = self.create(url, PASS, "ok")
            bad = self.create(url, machine(F={"Type": "Fail", "Error": "E"}), "bad")
            waits = self.create(url, WAIT, "waits")
            for _ in range(3):
                self.call(url, "StartExecution", {"stateMachineArn": ok})
            self.call(url, "StartExecution", {"stateMachineArn": bad})
            for _ in range(2):  # the second is the first
                execution = self.call(url, "StartExecution", {"stateMachineArn": waits, "name": "one"})[2]["executionArn"]
            self.assertEqual(self.call(url, "StartExecution", {"stateMachineArn": waits, "name": "one", "input": "1"})[2]["__type"],
                             "ExecutionAlreadyExists")

            def samples():
                status, text = self.get(url, "/metrics")
                self.assertEqual(status, 200)
                for line in text.splitlines():
                    self.assertRegex(line, r'^(# (HELP|TYPE) .+|[a-zA-Z_]\w*(\{(\w+="([^"\\]|\\.)*",?)+\})? [-+.\de]+)$')
                return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))

            self.wait_for(lambda: samples().get('ExecutionsSucceeded{state_machine_arn="%s"}' % ok) == "3")
            self.wait_for(lambda: samples().get('ExecutionsFailed{state_machine_arn="%s"}' % bad) == "1")
            found = samples()
            self.assertEqual(found["gait_executions_running"], "1")
            self.call(url, "StopExecution", {"executionArn": execution})
            found = samples()
            for name, value in (('ExecutionsStarted{state_machine_arn="%s"}' % ok, "3"),
                                ('ExecutionsFailed{state_machine_arn="%s"}' % ok, "0"),
                                ('ExecutionTime_count{state_machine_arn="%s"}' % ok, "3"),
                                ('ExecutionTime_bucket{state_machine_arn="%s",le="+Inf"}' % ok, "3"),
                                ('ExecutionsStarted{state_machine_arn="%s"}' % waits, "1"),
                                ('ExecutionsAborted{state_machine_arn="%s"}' % waits, "1"),
                                ('gait_starts_with_a_name_in_use_total{answer="same"}', "1"),
                                ('gait_starts_with_a_name_in_use_total{answer="refused"}', "1"),
                                ('gait_requests_total{operation="StartExecution",status="200",error=""}', "6"),
                                ('gait_requests_total{operation="StartExecution",status="400",error="ExecutionAlreadyExists"}', "1"),
                                ('gait_request_duration_seconds_count{operation="StartExecution"}', "7"),
                                ("gait_executions_running", "0"), ("gait_executions_recovering", "0"), ("gait_store_failed", "0")):
                self.assertEqual(found.get(name), value, name)
            self.assertGreaterEqual(int(found["gait_commits_total"]), 4)
            self.assertGreaterEqual(int(found["gait_connections"]), 1)

    def test_tasks_are_counted(self):
        with self.serve("--ephemeral") as url:
            activity = self.call(url, "CreateActivity", {"name": "a"})[2]["activityArn"]
            arn = self.create(url, machine(T={"Type": "Task", "Resource": activity, "End": True}))
            for operation, more in (("SendTaskSuccess", {"output": "1"}), ("SendTaskFailure", {})):
                self.call(url, "StartExecution", {"stateMachineArn": arn})
                token = self.call(url, "GetActivityTask", {"activityArn": activity})[2]["taskToken"]
                self.assertEqual(self.call(url, operation, {"taskToken": token, **more})[0], 200)
            text = self.get(url, "/metrics")[1]
            for name, value in (("Scheduled", 2), ("Started", 2), ("Succeeded", 1), ("Failed", 1)):
                self.assertIn('Activities%s{state_machine_arn="%s"} %d\n' % (name, arn, value), text)

    def test_health_when_nothing_can_be_stored(self):
        # The limit takes the place of a disk that is full: SQLite's write-ahead log cannot grow.
        process = subprocess.Popen(["bash", "-c", 'ulimit -f 512; trap "" XFSZ; exec "$0" serve --port 0', GAIT], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        url = re.search(r"http://\S+", process.stderr.readline()).group()
        arn = self.create(url, PASS)
        self.assertEqual(self.get(url, "/health"), (200, '{"status":"ok"}'))
        for _ in range(100):
            status, _, body = self.call(url, "StartExecution", {"stateMachineArn": arn, "input": json.dumps("x" * 50_000)})
            if status != 200:
                break
        self.assertEqual((status, body["__type"]), (503, "ServiceUnavailable"))
        status, text = self.wait_for(lambda: (lambda got: got if got[0] == 503 else None)(self.get(url, "/health")))
        self.assertEqual(json.loads(text)["status"], "failed")
        self.assertNotEqual(json.loads(text)["reason"], "")
        self.assertIn("gait_store_failed 1\n", self.get(url, "/metrics")[1])

    def test_the_access_log_and_its_rotation(self):
        log, old = self.folder / "access.log", self.folder / "access.log.1"
        process = self.start("serve", "--port", "0", "--ephemeral", "--access-log", "access.log")
        url = re.search(r"http://\S+", process.stderr.readline()).group()
        _, headers, _ = self.call(url, "ListStateMachines", {})
        self.call(url, "StartExecution", {"stateMachineArn": "x", "input": '"a payload"'})
        self.get(url, "/health")
        lines = self.wait_for(lambda: (lambda found: found if len(found) == 3 else None)(self.log_lines(log)))
        self.assertEqual(set(lines[0]), {"time", "request_id", "client", "operation", "status", "duration_ms", "bytes_in", "bytes_out"})
        self.assertEqual((lines[0]["operation"], lines[0]["status"], lines[0]["client"]), ("ListStateMachines", 200, "127.0.0.1"))
        self.assertEqual(lines[0]["request_id"], headers["x-amzn-RequestId"])
        self.assertRegex(lines[0]["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertGreater(lines[0]["bytes_in"], 100)
        self.assertGreater(lines[0]["bytes_out"], 100)
        self.assertEqual((lines[1]["status"], lines[1]["error_code"]), (400, "InvalidArn"))
        self.assertEqual(lines[2]["operation"], "/health")
        self.assertNotIn("payload", log.read_text())
        os.rename(log, old)
        self.get(url, "/health")
        self.wait_for(lambda: len(self.log_lines(old)) == 4)
        process.send_signal(signal.SIGHUP)
        self.wait_for(log.exists)
        self.get(url, "/health")
        self.wait_for(lambda: len(self.log_lines(log)) == 1)
        self.assertEqual(len(self.log_lines(old)), 4)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertIn("cannot write the access log no/such", self.gait("serve", "--ephemeral", "--port", "0", "--access-log", "no/such", status=2).stderr)

    def test_the_access_log_on_standard_output(self):
        process = self.start("serve", "--port", "0", "--ephemeral", "--access-log", "-")
        url = re.search(r"http://\S+", process.stderr.readline()).group()
        self.get(url, "/health")
        self.assertEqual(json.loads(process.stdout.readline())["operation"], "/health")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=10), 0)


class Stopping(ServerTest):
    def begin(self, *arguments):
        process = self.start("serve", "--port", "0", *arguments)
        return process, re.search(r"http://\S+", process.stderr.readline()).group()

    def test_what_is_under_way_is_answered(self):
        process, url = self.begin()
        activity = self.call(url, "CreateActivity", {"name": "a"})[2]["activityArn"]
        short = self.create(url, machine(W={"Type": "Wait", "Seconds": 1, "End": True}), "short", "EXPRESS")
        standard = self.create(url, WAIT)
        execution = self.call(url, "StartExecution", {"stateMachineArn": standard})[2]["executionArn"]
        idle = self.connect(url)
        self.call(url, "ListActivities", {}, connection=idle)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            poll = pool.submit(lambda: (self.call(url, "GetActivityTask", {"activityArn": activity}), time.monotonic()))
            sync = pool.submit(lambda: (self.call(url, "StartSyncExecution", {"stateMachineArn": short}), time.monotonic()))
            time.sleep(0.3)
            stopped_at = time.monotonic()
            process.send_signal(signal.SIGTERM)
            (status, headers, body), answered_at = poll.result()
            self.assertEqual((status, body, headers["Connection"]), (200, {}, "close"))
            self.assertLess(answered_at - stopped_at, 0.5)
            (status, headers, body), answered_at = sync.result()
            self.assertEqual((status, body["status"]), (200, "SUCCEEDED"))
            self.assertGreater(answered_at - stopped_at, 0.5)
        self.assertEqual(process.wait(timeout=10), 0)
        with self.serve() as again:
            self.assertEqual(self.call(again, "DescribeExecution", {"executionArn": execution})[2]["status"], "RUNNING")

    def test_it_does_not_wait_for_ever(self):
        process, url = self.begin("--ephemeral")
        endless = self.create(url, WAIT, type="EXPRESS")
        half = socket.create_connection(tuple(url.split("//")[1].split(":")))
        half.sendall(b"POST / HTTP/1.1\r\n")  # and no more
        with concurrent.futures.ThreadPoolExecutor() as pool:
            sync = pool.submit(lambda: self.call(url, "StartSyncExecution", {"stateMachineArn": endless}))
            time.sleep(0.3)
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            status, _, body = sync.result()
        self.assertEqual((status, body["__type"]), (503, "ServiceUnavailable"))
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertLess(time.monotonic() - began, 8)
        half.close()

    def test_a_second_signal_ends_it_at_once(self):
        process, url = self.begin("--ephemeral")
        endless = self.create(url, WAIT, type="EXPRESS")
        connection = self.connect(url)
        connection.request("POST", "/", json.dumps({"stateMachineArn": endless}), {"X-Amz-Target": "AWSStepFunctions.StartSyncExecution"})
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        self.assertIn("gait stops", process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=2), 128 + signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
