#!/usr/bin/env python3
"""Fuzzes `gait serve`: api_fuzz.py [--requests N] [--seed S]. Two requests of three are of the API, with something in
them changed; the third is bytes. The server must answer each that is HTTP, never with a 500, and be there at the end.

Build it with AddressSanitizer (preset asan), so that what goes wrong unseen is seen: GAIT=build/asan/gait."""
import argparse
import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests/program"))
import support  # noqa: E402
import test_api_model as model  # noqa: E402

TEXTS = ["", "x", "\u0000", "\ud83d\ude00", "x" * 300, "a/../b", "arn:", "arn:aws:states:::", "%s%n", "null", "{", "[]", "{}",
         "\u202e", "-1", "1e999", "${x}", "{% $x %}", "$.a[?(@.b)]", "ä" * 100, "9" * 40, "\r\n", "a\tb",
         '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}', '{"StartAt":"A","States":{"A":{"Type":"Map"}}}']
NUMBERS = [0, -1, 1, 2**31, 2**53 + 1, -2**63, 2**63 - 1, 2**64, 1e308, -0.0, 0.5, 1001, 10**30]


class Fuzz:
    def __init__(self, url, seed):
        self.random = random.Random(seed)
        self.host, port = re.match(r"http://([^:/]+):(\d+)", url).groups()
        self.port = int(port)
        self.connection = None
        self.good = None

    def value(self, depth=0):
        kind = self.random.randrange(8 if depth < 4 else 5)
        if kind == 0:
            return None
        if kind == 1:
            return self.random.choice((True, False))
        if kind == 2:
            return self.random.choice(NUMBERS)
        if kind in (3, 4):
            return self.random.choice(TEXTS)
        if kind == 5:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        if kind == 6:
            return {self.random.choice(TEXTS): self.value(depth + 1) for _ in range(self.random.randrange(4))}
        return self.random.choice(list(self.good.values()))

    def changed(self, value):
        """`value` with one thing in it replaced, left out, or added."""
        if isinstance(value, dict) and value and self.random.random() < 0.8:
            key = self.random.choice(list(value))
            other = dict(value)
            what = self.random.randrange(4)
            if what == 0:
                del other[key]
            elif what == 1:
                other[self.random.choice(TEXTS + list(value))] = self.value()
            else:
                other[key] = self.changed(value[key])
            return other
        if isinstance(value, list) and value and self.random.random() < 0.8:
            at = self.random.randrange(len(value))
            return value[:at] + [self.changed(value[at])] * self.random.randrange(3) + value[at + 1:]
        if isinstance(value, str) and value and self.random.random() < 0.5:
            at = self.random.randrange(len(value))
            return value[:at] + self.random.choice(TEXTS) + value[at + self.random.randrange(3):]
        return self.value()

    def structured(self):
        operation = self.random.choice(sorted(self.good))
        request = self.good[operation]
        for _ in range(self.random.randrange(1, 4)):
            request = self.changed(request)
        body = json.dumps(request).encode()
        if self.random.random() < 0.1:
            at = self.random.randrange(len(body))
            body = body[:at] + bytes([self.random.randrange(256)]) + body[at + 1:]
        # A poll that waits for a task would take a minute; and a machine that is deleted is missed by all the others.
        if operation == "GetActivityTask" and isinstance(request, dict) and request.get("activityArn") == self.good[operation]["activityArn"]:
            return
        status, answer = self.post(operation, body)
        if status not in (200, 400, 413):
            raise SystemExit("api_fuzz: status %d for %s %r: %r" % (status, operation, body[:2000], answer[:500]))
        json.loads(answer)

    def post(self, operation, body):
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
                self.connection.request("POST", "/", body, {"X-Amz-Target": "AWSStepFunctions." + operation})
                response = self.connection.getresponse()
                return response.status, response.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection = None  # a request that was refused may close it
                if attempt == 2:
                    raise

    def raw(self):
        body = json.dumps(self.good[self.random.choice(sorted(self.good))]).encode()
        message = bytearray(b"POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.DescribeExecution\r\nContent-Length: %d\r\n\r\n%s"
                            % (len(body), body))
        for _ in range(self.random.randrange(1, 6)):
            at = self.random.randrange(len(message))
            what = self.random.randrange(4)
            if what == 0:
                message[at] = self.random.randrange(256)
            elif what == 1:
                del message[at:at + self.random.randrange(1, 20)]
            elif what == 2:
                message[at:at] = self.random.randbytes(self.random.randrange(1, 20))
            else:
                message[at:at] = message[:self.random.randrange(len(message))]
            if not message:
                return
        with socket.create_connection((self.host, self.port)) as connection:
            connection.sendall(bytes(message))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**31))
    arguments = parser.parse_args()
    if not model.MODEL.exists():
        print("SKIPPED: no service model at %s" % model.MODEL)
        return 77
    print("api_fuzz: seed %d" % arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([support.GAIT, "serve", "--port", "0", "--db", os.path.join(folder, "gait.db")],
                                  stderr=subprocess.PIPE, text=True)
        url = re.search(r"http://\S+", server.stderr.readline()).group()
        test = model.BadRequests("test_every_operation_refuses_what_the_model_does_not_allow")
        fuzz = Fuzz(url, arguments.seed)
        fuzz.good = test.good(model.Api(url))
        for number in range(arguments.requests):
            fuzz.raw() if number % 3 == 2 else fuzz.structured()
            if server.poll() is not None:
                print("api_fuzz: the server has ended after %d requests:\n%s" % (number + 1, server.stderr.read()[-4000:]))
                return 1
        with socket.create_connection((fuzz.host, fuzz.port)) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            healthy = b"200 OK" in connection.recv(65536)
        server.send_signal(signal.SIGTERM)
        errors = server.communicate(timeout=60)[1]
        if not healthy or server.returncode != 0:
            print("api_fuzz: not healthy at the end, status %d:\n%s" % (server.returncode, errors[-4000:]))
            return 1
    print("api_fuzz: %d requests, the server is up" % arguments.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
