"""A disk that is full, a database that cannot be written or is damaged: a clear error, and nothing acknowledged is lost."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from support import ProgramTest, machine

PASS = machine(P={"Type": "Pass", "End": True})
ROLE = "arn:aws:iam::123456789012:role/r"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:m"


def call(url, operation, **request):
    with contextlib.closing(http.client.HTTPConnection(url.split("//")[1].rstrip("/"), timeout=30)) as connection:
        connection.request("POST", "/", json.dumps(request), {"X-Amz-Target": "AWSStepFunctions." + operation,
                                                              "Content-Type": "application/x-amz-json-1.0"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


class Faults(ProgramTest):
    def small_disk(self):
        """A file system of 2 MiB."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="gait-disk-"))
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True).returncode != 0:
            folder.rmdir()
            self.skipTest("a file system can only be mounted by root")
        self.addCleanup(folder.rmdir)
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def test_a_full_disk(self):
        disk = self.small_disk()
        database = str(disk / "gait.db")
        acknowledged = []
        process = self.start("serve", "--port", "0", "--db", database)
        url = re.search(r"http://\S+", process.stderr.readline()).group()
        self.assertEqual(call(url, "CreateStateMachine", name="m", roleArn=ROLE, definition=json.dumps(PASS))[0], 200)
        for i in range(2000):
            status, answer = call(url, "StartExecution", stateMachineArn=MACHINE, name="e%d" % i, input=json.dumps("x" * 5000))
            if status != 200:
                break
            acknowledged.append(answer["executionArn"])
        self.assertEqual(status, 503, answer)
        self.assertEqual(answer["__type"], "ServiceUnavailable")
        self.assertGreater(len(acknowledged), 20)
        self.assertEqual(call(url, "ListStateMachines")[0], 503)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        self.assertIn("full", process.stderr.read())
        # With room again everything that was acknowledged is there.
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        with self.serve("--db", database) as url:
            for arn in acknowledged:
                self.assertEqual(call(url, "DescribeExecution", executionArn=arn)[1]["status"], "SUCCEEDED")
            self.assertEqual(call(url, "StartExecution", stateMachineArn=MACHINE, name="again")[0], 200)

    def test_a_database_that_cannot_be_written(self):
        self.write("m.asl.json", PASS)
        self.gait("run", "m.asl.json", "--db", "gait.db", "--name", "one")
        os.chmod(self.folder / "gait.db", 0o444)
        if os.access(self.folder / "gait.db", os.W_OK):
            self.skipTest("for root every file can be written")
        self.assertIn("gait.db", self.gait("run", "m.asl.json", "--db", "gait.db", status=2).stderr)
        self.assertIn("SUCCEEDED", self.gait("executions", "--db", "gait.db").stdout)

    def test_a_damaged_database(self):
        self.write("m.asl.json", PASS)
        self.gait("run", "m.asl.json", "--db", "gait.db", "--name", "one")
        path = self.folder / "gait.db"
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + b"\xff" * 200 + whole[300:])
        damaged = self.gait("describe", "one", "--db", "gait.db", status=2).stderr
        self.assertIn("gait.db", damaged)
        self.assertNotIn("internal error", damaged)
        path.write_bytes(b"this is no database" * 100)
        self.assertIn("gait.db", self.gait("run", "m.asl.json", "--db", "gait.db", status=2).stderr)
        path.write_bytes(whole)
        self.assertIn("SUCCEEDED", self.gait("describe", "one", "--db", "gait.db").stdout)


if __name__ == "__main__":
    unittest.main()
