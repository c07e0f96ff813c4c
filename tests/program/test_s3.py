#!/usr/bin/env python3
"""S3 buckets of a host, which is s3rver: another's server, from npm, whose objects can be looked at without gait. It takes
any signature of version 4, so that these are checked by AWS's own signer, botocore's."""
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import unittest
import unittest.mock
import urllib.error
import urllib.parse
import urllib.request

import support
from support import machine

try:
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
except ImportError:
    botocore = None

SERVER = "s3rver"
NPM = support.SOURCE / "build/npm-s3"
KEY = "S3RVER"  # its access key, and its secret
BUCKET = "over-there"


def sdk(action, arguments, **fields):
    return {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:" + action, "Parameters": arguments, "End": True, **fields}


def reading(action, parameters, config=None):
    """A Distributed Map whose children give their items back."""
    reader = {"Resource": "arn:aws:states:::s3:" + action, "Parameters": parameters}
    if config:
        reader["ReaderConfig"] = config
    return machine(M={"Type": "Map", "End": True, "ItemReader": reader, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, **machine(P={"Type": "Pass", "End": True})}})


class Witness(http.server.BaseHTTPRequestHandler):
    """Takes everything, and keeps what AWS's signer says of the signature."""
    protocol_version = "HTTP/1.1"
    checked = []

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = dict(re.findall(r"(\w+)=([^, ]+)", self.headers["Authorization"]))
        names = given["SignedHeaders"].split(";")
        request = botocore.awsrequest.AWSRequest(self.command, "http://%s%s" % (self.headers["Host"], self.path), data=body,
                                                 headers={name: self.headers[name] for name in names})
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = botocore.auth.S3SigV4Auth(botocore.credentials.Credentials("AKID", "a/secret+", "token"), "s3", "eu-west-1")
        expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        digest = self.headers["X-Amz-Content-Sha256"] == hashlib.sha256(body).hexdigest()
        self.checked.append((self.command, self.path, given["Signature"] == expected and digest))
        self.send_response(200)
        self.send_header("ETag", '"e"')
        answer = b"<ListBucketResult/>" if "list-type" in self.path else b""
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_DELETE = do_PUT

    def log_message(self, *_):
        pass


@unittest.skipIf(botocore is None, "botocore is not installed (Debian: python3-botocore)")
class Signatures(support.ProgramTest):
    def test_aws_signer_comes_to_the_same(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Witness)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.write("credentials", "[p]\naws_access_key_id=AKID\naws_secret_access_key=a/secret+\naws_session_token=token\n")
        self.write("gait.json", {"s3": {"buckets": {"*": {
            "endpoint": "http://127.0.0.1:%d" % server.server_port, "region": "eu-west-1", "profile": "p"}}}})
        keys = ["plain", "a folder/b+c&ä=~.json", "two//slashes/", "%41?x#y", "a'(b)*!"]
        tasks = [sdk(action, {"Bucket": "some.bucket", "Key": key, **({"Body": key} if action == "putObject" else {})})
                 for key in keys for action in ("putObject", "getObject", "deleteObject")]
        tasks += [sdk("listObjectsV2", {"Bucket": "abc", "Prefix": key, "StartAfter": key}) for key in keys]
        self.write("m.asl.json", machine(P={"Type": "Parallel", "End": True, "Branches": [
            machine(**{"T%d" % i: task}) for i, task in enumerate(tasks)]}))
        with unittest.mock.patch.dict(os.environ, AWS_SHARED_CREDENTIALS_FILE=str(self.folder / "credentials")):
            self.gait("run", "m.asl.json", "--targets", "gait.json", "--ephemeral")
        self.assertEqual(len(Witness.checked), len(tasks))
        self.assertEqual([c for c in Witness.checked if not c[2]], [])


class Hosted(support.ProgramTest):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("node") or not shutil.which("npm"):
            raise unittest.SkipTest("node and npm are not installed")
        if not (NPM / "node_modules" / SERVER).exists():
            done = subprocess.run(["npm", "install", "--prefix", str(NPM), "--no-audit", "--no-fund", SERVER],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                raise unittest.SkipTest("npm cannot install %s: %s" % (SERVER, done.stderr.strip()[-300:]))

    def setUp(self):
        super().setUp()
        (self.folder / "hosted").mkdir()
        host = subprocess.Popen(
            # It encrypts its continuation tokens as nobody should any more.
            ["node", "--openssl-legacy-provider", str(NPM / "node_modules/.bin" / SERVER), "--directory", str(self.folder / "hosted"), "--address", "127.0.0.1",
             "--port", "0", "--no-vhost-buckets", "--configure-bucket", BUCKET], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)

        def stop():
            host.kill()
            host.communicate()

        self.addCleanup(stop)
        said = ""
        while not (found := re.search(r"127\.0\.0\.1:\d+\n", said)):
            line = host.stdout.readline()
            self.assertTrue(line, said)
            said += line
        self.url = "http://" + found.group().strip()
        self.targets({"far": {"endpoint": self.url, "bucket": BUCKET, "profile": "s3rver"}, "near": "near"})
        self.write("credentials", "[s3rver]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                                  "[wrong]\naws_access_key_id = WRONG\naws_secret_access_key = x\n" % (KEY, KEY))
        patch = unittest.mock.patch.dict(os.environ, AWS_SHARED_CREDENTIALS_FILE=str(self.folder / "credentials"))
        patch.start()
        self.addCleanup(patch.stop)
        (self.folder / "near").mkdir()

    def targets(self, buckets):
        self.write("gait.json", {"s3": {"buckets": buckets}})

    def run_machine(self, definition, status=0):
        """The output, or what is said of the failure."""
        self.write("m.asl.json", definition)
        done = self.gait("run", "m.asl.json", "--targets", "gait.json", "--ephemeral", status=status)
        return json.loads(done.stdout) if status == 0 else done.stderr

    def task(self, action, status=0, **arguments):
        return self.run_machine(machine(T=sdk(action, arguments)), status)

    def hosted(self, key, body=None):
        """The object as the host has it, without gait; with a body, puts it there."""
        request = urllib.request.Request("%s/%s/%s" % (self.url, BUCKET, urllib.parse.quote(key)), data=body,
                                         method="GET" if body is None else "PUT")
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def test_objects_as_tasks(self):
        key = "a folder/b+c&ä.json"
        put = self.task("putObject", Bucket="far", Key=key, Body={"x": [1, "é"]})
        self.assertEqual(json.loads(self.hosted(key)), {"x": [1, "é"]})
        got = self.task("getObject", Bucket="far", Key=key)
        self.assertEqual(json.loads(got["Body"]), {"x": [1, "é"]})
        self.assertEqual(got["ETag"], put["ETag"])
        self.assertEqual(got["ContentLength"], len(self.hosted(key)))
        head = self.task("headObject", Bucket="far", Key=key)
        self.assertEqual(head["LastModified"], got["LastModified"])
        self.assertNotIn("Body", head)
        self.task("deleteObject", Bucket="far", Key=key)
        with self.assertRaises(urllib.error.HTTPError):
            self.hosted(key)
        self.task("deleteObject", Bucket="far", Key=key)
        self.assertIn("S3.NoSuchKeyException", self.task("getObject", Bucket="far", Key=key, status=1))
        # And in a folder, by the same definition.
        self.task("putObject", Bucket="near", Key="k", Body=1)
        self.assertEqual((self.folder / "near/k").read_text(), "1")

    def test_listings_go_on_where_they_stopped(self):
        keys = sorted("list/%d %s" % (i, "+ä&%"[i % 4]) for i in range(7))
        for key in keys:
            self.hosted(key, key.encode())
        self.hosted("other", b"")
        found, token = [], {}
        for pages in range(1, 9):
            page = self.task("listObjectsV2", Bucket="far", Prefix="list/", MaxKeys=3, **token)
            found += [entry["Key"] for entry in page["Contents"]]
            if not page["IsTruncated"]:
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
        self.assertEqual((found, pages), (keys, 3))
        after = self.task("listObjectsV2", Bucket="far", Prefix="list/", StartAfter=keys[4])
        self.assertEqual([entry["Key"] for entry in after["Contents"]], keys[5:])
        self.assertEqual(after["Contents"][0]["Size"], len(keys[5].encode()))
        items = self.run_machine(reading("listObjectsV2", {"Bucket": "far", "Prefix": "list/"}))
        self.assertEqual([item["Key"] for item in items], keys)

    def test_an_item_reader_reads_an_object_in_ranges(self):
        rows = 200_000  # three ranges
        self.hosted("big.csv", b"n,text\n" + b"".join(b"%d,%s\n" % (i, b"x" * 90) for i in range(rows)))
        config = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}
        self.assertEqual(self.run_machine(reading("getObject", {"Bucket": "far", "Key": "big.csv"}, {**config, "MaxItems": 2})),
                         [{"n": "0", "text": "x" * 90}, {"n": "1", "text": "x" * 90}])
        # The end of a document comes only with all that is before it.
        self.hosted("big.json", json.dumps({"filling": "x" * 18_000_000, "items": ["last"]}).encode())
        self.assertEqual(self.run_machine(reading("getObject", {"Bucket": "far", "Key": "big.json"},
                                                  {"InputType": "JSON", "ItemsPointer": "/items"})), ["last"])
        said = self.run_machine(reading("getObject", {"Bucket": "far", "Key": "absent"}, config), status=1)
        self.assertIn("States.ItemReaderFailed", said)
        self.assertIn("The specified key does not exist", said)

    def test_keys_that_do_not_fit_are_refused(self):
        self.targets({"far": {"endpoint": self.url, "bucket": BUCKET, "profile": "wrong"},
                      "gone": {"endpoint": self.url, "profile": "s3rver"},
                      "nobody": {"endpoint": self.url, "profile": "nobody"},
                      "unsigned": {"endpoint": self.url, "bucket": BUCKET},
                      "dead": {"endpoint": "http://127.0.0.1:1"}})
        self.assertIn("S3.InvalidAccessKeyIdException", self.task("putObject", Bucket="far", Key="k", Body=1, status=1))
        self.assertIn("S3.NoSuchBucketException", self.task("getObject", Bucket="gone", Key="k", status=1))
        said = self.task("getObject", Bucket="nobody", Key="k", status=1)
        self.assertIn("S3.SdkClientException", said)
        self.assertIn("has no profile [nobody]", said)
        self.hosted("k", b"open")
        self.assertEqual(self.task("getObject", Bucket="unsigned", Key="k")["Body"], "open")
        self.assertIn("S3.SdkClientException", self.task("getObject", Bucket="dead", Key="k", status=1))
        said = self.run_machine(reading("getObject", {"Bucket": "dead", "Key": "k"}, {"InputType": "JSON"}), status=1)
        self.assertIn("States.ItemReaderFailed", said)
        self.assertIn("cause: s3://dead/k: ", said)


if __name__ == "__main__":
    unittest.main()
