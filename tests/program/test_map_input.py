"""What a Distributed Map is given that nobody should give it: the Map fails with AWS's error and a cause that names the
object and the place in it, which can be caught, and the server goes on."""
import contextlib
import gzip
import http.client
import json
import os
import resource
import signal
import subprocess
import unittest

from support import ProgramTest, machine

ROLE = "arn:aws:iam::123456789012:role/r"
CSV = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}


class Server:
    def __init__(self, connection):
        self.connection = connection
        self.numbers = iter(range(1000))

    def call(self, operation, **request):
        self.connection.request("POST", "/", json.dumps(request), {"X-Amz-Target": "AWSStepFunctions." + operation,
                                                                   "Content-Type": "application/x-amz-json-1.0"})
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise AssertionError("%s: %s" % (operation, answer))
        return answer

    def start(self, definition, value):
        name = "m%d" % next(self.numbers)
        created = self.call("CreateStateMachine", name=name, roleArn=ROLE, definition=json.dumps(definition))
        return self.call("StartExecution", stateMachineArn=created["stateMachineArn"], input=json.dumps(value))["executionArn"]


class MapInput(ProgramTest):
    def setUp(self):
        super().setUp()
        self.buckets = self.folder / "buckets"
        for bucket in ("bkt", "out"):
            (self.buckets / bucket).mkdir(parents=True)
        self.write("gait.json", {"s3": {"buckets": {"*": "buckets"}}})

    @contextlib.contextmanager
    def server(self, **options):
        with self.serve("--ephemeral", "--targets", "gait.json", **options) as url, \
                contextlib.closing(http.client.HTTPConnection(url.split("//")[1].rstrip("/"), timeout=60)) as connection:
            yield Server(connection)

    def put(self, key, content, bucket="bkt"):
        path = self.buckets / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def ended(self, server, arn):
        def description():
            described = server.call("DescribeExecution", executionArn=arn)
            return described if described["status"] != "RUNNING" else None
        return self.wait_for(description)

    def failed(self, server, error, value, **fields):
        """The cause with which such a Map fails, and which its Catch is given; and the ARN of its execution."""
        processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P",
                     "States": {"P": {"Type": "Pass", "End": True}}}
        each = {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}
        arn = server.start(machine(M=each), value)
        ended = self.ended(server, arn)
        self.assertEqual((ended["status"], ended.get("error")), ("FAILED", error), ended)
        events = server.call("GetExecutionHistory", executionArn=arn)["events"]
        told = [e["mapRunFailedEventDetails"] for e in events if e["type"] == "MapRunFailed"]
        self.assertEqual(told, [{"error": error, "cause": ended["cause"]}])
        run, = server.call("ListMapRuns", executionArn=arn)["mapRuns"]
        self.assertEqual(server.call("DescribeMapRun", mapRunArn=run["mapRunArn"])["status"], "FAILED")
        caught = machine(M={**each, "Catch": [{"ErrorEquals": [error], "Next": "C"}]}, C={"Type": "Pass", "End": True})
        ended_again = self.ended(server, server.start(caught, value))
        self.assertEqual(ended_again["status"], "SUCCEEDED", ended_again)
        self.assertEqual(json.loads(ended_again["output"])["Error"], error)
        return ended["cause"], arn

    def reading(self, server, key, config, bucket="bkt"):
        """The cause with which an ItemReader fails."""
        reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
                  "Parameters": {"Bucket": bucket, "Key": key}}
        return self.failed(server, "States.ItemReaderFailed", {}, ItemReader=reader)[0]

    def writing(self, server, bucket="out", prefix="p"):
        """The cause with which a ResultWriter fails to write 250 KB, and the execution's ARN."""
        writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": prefix}}
        return self.failed(server, "States.ResultWriterFailed", ["x" * 1000] * 100, ResultWriter=writer)

    def test_what_is_not_there(self):
        with self.server() as server:
            self.assertEqual(self.reading(server, "a.csv", CSV, bucket="absent"), "The specified bucket does not exist")
            self.assertEqual(self.reading(server, "absent.csv", CSV), "The specified key does not exist.")

    def test_broken_text(self):
        self.put("cut.csv", 'a,b\n1,2\n3,"and so')
        self.put("bytes.csv", b"a,b\n1,2\n3,\xc3(\n")
        self.put("long.csv", "a,b\n1,2\n" + "x" * 10_000_000 + "\n")
        self.put("large.csv", "a,b\n1,2\n" + "x" * 300_000 + "\n")
        self.put("cut.jsonl", '{"a": 1}\n{"a": ')
        self.put("cut.json", '[{"a": 1},\n{"a": 2')
        self.put("cut.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 1000)[:-12])
        with self.server() as server:
            self.assertEqual(self.reading(server, "cut.csv", CSV),
                             "The ItemReader found a quote that nothing closes, at line 3, byte 11 of s3://bkt/cut.csv")
            self.assertEqual(self.reading(server, "bytes.csv", CSV),
                             "The ItemReader found invalid UTF-8, at line 3, byte 11 of s3://bkt/bytes.csv")
            self.assertEqual(self.reading(server, "long.csv", CSV),
                             "The ItemReader found a row of more than 8388608 bytes, at line 3, byte 9 of s3://bkt/long.csv")
            self.assertEqual(self.reading(server, "large.csv", CSV),
                             "The item with index 1 of s3://bkt/large.csv has 300015 bytes; the input of a child has 262144 at the most")
            self.assertRegex(self.reading(server, "cut.jsonl", {"InputType": "JSONL"}), "at line 2, byte [0-9]+ of s3://bkt/cut.jsonl$")
            self.assertRegex(self.reading(server, "cut.json", {"InputType": "JSON"}), "at line 2, byte [0-9]+ of s3://bkt/cut.json$")
            self.assertEqual(self.reading(server, "cut.csv.gz", CSV),
                             "The ItemReader found gzip data that ends too early in s3://bkt/cut.csv.gz")

    def test_a_manifest_that_lies(self):
        manifest = {"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::bkt", "fileFormat": "CSV", "fileSchema": "Bucket, Key"}
        self.put("1.csv", '"src","a"\n')
        with self.server() as server:
            def told(files):
                self.put("manifest.json", json.dumps({**manifest, "files": files}))
                return self.reading(server, "manifest.json", {"InputType": "MANIFEST"})

            names = "The manifest s3://bkt/manifest.json names s3://bkt/"
            self.assertEqual(told([{"key": "2.csv"}]), names + "2.csv, which cannot be read: The specified key does not exist.")
            self.assertEqual(told([{"key": "1.csv", "size": 9}]), names + "1.csv, which has 10 bytes, not 9")
            self.assertRegex(told([{"key": "1.csv", "MD5checksum": "0" * 32}]), "^" + names + "1.csv, whose MD5 is .*, not 0{32}$")
            self.assertEqual(told([{"key": "1.csv"}, {"size": 3}]),
                             "The ItemReader found a manifest that is none of S3 Inventory's: /files/1/key is missing, in s3://bkt/manifest.json")
            self.put("manifest.json", "{\n,")
            self.assertRegex(self.reading(server, "manifest.json", {"InputType": "MANIFEST"}),
                             "a manifest that is not JSON: .*, at line 2, byte 3 of s3://bkt/manifest.json$")

    def test_broken_parquet(self):
        self.put("a.parquet", b"PAR1" + b"\0" * 100 + (50).to_bytes(4, "little") + b"PAR1")
        self.put("short.parquet", b"PAR1PAR1")
        self.put("long.parquet", b"PAR1" + b"\0" * 100 + (5000).to_bytes(4, "little") + b"PAR1")
        with self.server() as server:
            for key in ("a.parquet", "short.parquet", "long.parquet"):
                cause = self.reading(server, key, {"InputType": "PARQUET"})
                self.assertTrue(cause.startswith("s3://bkt/" + key + ": "), cause)

    def test_results_that_cannot_be_written(self):
        self.put("file", "in the way", bucket="out")
        with self.server() as server:
            self.assertRegex(self.writing(server, bucket="absent")[0],
                             "^s3://absent/p/.*/SUCCEEDED_0.json: NoSuchBucket: The specified bucket does not exist$")
            self.assertRegex(self.writing(server, prefix="file")[0],
                             "^s3://out/file/.*/SUCCEEDED_0.json: InternalError: The bucket's folder: Not a directory$")
            os.chmod(self.buckets / "out", 0o555)
            if not os.access(self.buckets / "out", os.W_OK):  # for root every folder can be written
                self.assertRegex(self.writing(server)[0], "^s3://out/p/.*/SUCCEEDED_0.json: AccessDenied: Access Denied$")

    def test_results_that_are_larger_than_a_file_may_be(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        with self.server(preexec_fn=limit) as server:
            cause, _ = self.writing(server)
        self.assertRegex(cause, "^s3://out/p/.*/SUCCEEDED_0.json: InternalError: The bucket's folder: File too large$")
        self.assertEqual([path for path in self.buckets.glob("out/**/*") if path.is_file()], [])

    def test_a_full_disk(self):
        disk = self.buckets / "out"
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk], capture_output=True).returncode != 0:
            self.skipTest("a file system can only be mounted by root")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        with self.server() as server:
            cause, arn = self.writing(server)
            self.assertRegex(cause, "^s3://out/p/.*/SUCCEEDED_0.json: InternalError: The bucket's folder: No space left on device$")
            self.assertEqual([path for path in disk.glob("**/*") if path.is_file()], [])
            # With room again a redrive writes what the children brought, of whom none runs again.
            subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
            server.call("RedriveExecution", executionArn=arn)
            output = json.loads(self.ended(server, arn)["output"])
            counts = server.call("DescribeMapRun", mapRunArn=output["MapRunArn"])["itemCounts"]
            self.assertEqual((counts["succeeded"], counts["resultsWritten"]), (100, 100))
        files = json.loads((disk / output["ResultWriterDetails"]["Key"]).read_text())["ResultFiles"]["SUCCEEDED"]
        results = [result for file in files for result in json.loads((disk / file["Key"]).read_text())]
        self.assertEqual([result["Output"] for result in results], ['"%s"' % ("x" * 1000)] * 100)


if __name__ == "__main__":
    unittest.main()
