"""What the tests of the program share: running it, a server, a folder of their own."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
GAIT = os.environ.get("GAIT", str(SOURCE / "build/release/gait"))


class ProgramTest(unittest.TestCase):
    """A test in a folder of its own, which is the present one of the programs that it runs."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gait-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def gait(self, *arguments, input=None, status=0, timeout=60, cwd=None):
        """Runs the program and checks its exit status."""
        done = subprocess.run([GAIT, *map(str, arguments)], cwd=cwd or self.folder, input=input, capture_output=True, text=True,
                              timeout=timeout)
        self.assertEqual(done.returncode, status, "gait %s\n%s%s" % (arguments, done.stdout, done.stderr))
        return done

    def start(self, *arguments, **options):
        """Starts the program, with Popen's options; it is killed when the test ends, if it is still there."""
        process = subprocess.Popen([GAIT, *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **{"text": True, **options})

        def stop():
            if process.poll() is None:
                process.kill()
            process.communicate()

        self.addCleanup(stop)
        return process

    @contextlib.contextmanager
    def serve(self, *arguments, **options):
        """A server, as its URL."""
        process = self.start("serve", "--port", "0", *arguments, **options)
        line = process.stderr.readline()
        found = re.search(r"https?://\S+", line)
        self.assertTrue(found, line)
        try:
            yield found.group()
        finally:
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(timeout=30), 0)

    def wait_for(self, condition, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            result = condition()
            if result:
                return result
            time.sleep(0.02)
        self.fail("it did not happen within %d seconds" % seconds)


def machine(**states):
    """A definition that begins with the first state."""
    return {"StartAt": next(iter(states)), "States": states}


def lambda_arn(name):
    return "arn:aws:lambda:us-east-1:123456789012:function:" + name
