"""The ItemReader of a Distributed Map: what it reads from S3 buckets that are folders, and how it says what is wrong."""
import gzip
import hashlib
import json
import unittest

from support import ProgramTest, machine

GET = "arn:aws:states:::s3:getObject"
LIST = "arn:aws:states:::s3:listObjectsV2"


class ItemReader(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("gait.json", json.dumps({"s3": {"buckets": {"*": "buckets"}}}))

    def put(self, bucket, key, content):
        path = self.folder / "buckets" / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run_map(self, config, key=None, resource=GET, status=0, **parameters):
        reader = {"Resource": resource, "Parameters": {"Bucket": "bkt", **({"Key": key} if key else {}), **parameters}}
        if config:
            reader["ReaderConfig"] = config
        processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P",
                     "States": {"P": {"Type": "Pass", "End": True}}}
        self.write("m.asl.json", machine(M={"Type": "Map", "ItemReader": reader, "ItemProcessor": processor, "End": True}))
        return self.gait("run", "m.asl.json", "--targets", "gait.json", status=status)

    def items(self, *arguments, **parameters):
        return json.loads(self.run_map(*arguments, **parameters).stdout)

    def failure(self, *arguments, **parameters):
        error = self.run_map(*arguments, status=1, **parameters).stderr
        self.assertIn("error: States.ItemReaderFailed\n", error)
        return error.split("cause: ")[1].strip()

    def test_objects(self):
        self.put("bkt", "a.csv", "id;name\n1;\"Ana; \"\"A\"\"\"\n")
        self.assertEqual(self.items({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "SEMICOLON"}, "a.csv"),
                         [{"id": "1", "name": 'Ana; "A"'}])
        self.put("bkt", "a.jsonl.gz", gzip.compress(b'{"n": 1}\n\n2\n'))
        self.assertEqual(self.items({"InputType": "JSONL"}, "a.jsonl.gz"), [{"n": 1}, 2])
        self.put("bkt", "a.json", '{"skipped": [{}], "all": {"k": [1]}}')
        self.assertEqual(self.items({"InputType": "JSON", "ItemsPointer": "/all"}, "a.json"), [{"Key": "k", "Value": [1]}])
        self.assertEqual(self.items({"InputType": "JSON", "ItemsPointer": "/skipped"}, "a.json", VersionId="null"), [{}])
        self.assertEqual(self.failure({"InputType": "JSON"}, "a.json", VersionId="v1"), "The specified version does not exist.")

    def test_an_inventory(self):
        rows = gzip.compress(b'"src","a%2Fb","17"\n"src","c",""\n')
        self.put("dst", "data/1.csv.gz", rows)
        manifest = {"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::dst", "fileFormat": "CSV",
                    "fileSchema": "Bucket, Key, Size",
                    "files": [{"key": "data/1.csv.gz", "size": len(rows), "MD5checksum": hashlib.md5(rows).hexdigest()}]}
        self.put("bkt", "manifest.json", json.dumps(manifest))
        items = [{"Bucket": "src", "Key": "a%2Fb", "Size": "17"}, {"Bucket": "src", "Key": "c", "Size": ""}]
        self.assertEqual(self.items({"InputType": "MANIFEST"}, "manifest.json"), items)
        self.assertEqual(self.items({"ManifestType": "S3_INVENTORY"}, "manifest.json"), items)
        manifest["files"][0]["MD5checksum"] = "0" * 32
        self.put("bkt", "manifest.json", json.dumps(manifest))
        self.assertEqual(self.failure({"InputType": "MANIFEST"}, "manifest.json"),
                         "The manifest s3://bkt/manifest.json names s3://dst/data/1.csv.gz, whose MD5 is %s, not %s" %
                         (hashlib.md5(rows).hexdigest(), "0" * 32))

    def test_data_files_of_athena(self):
        self.put("dst", "1", "1\n2\n")
        self.put("dst", "2.gz", gzip.compress(b"3\n"))
        self.put("bkt", "manifest.csv", "s3://dst/1\ns3://dst/2.gz\n")
        self.assertEqual(self.items({"ManifestType": "ATHENA_DATA", "InputType": "JSONL"}, "manifest.csv"), [1, 2, 3])
        self.assertEqual(self.items({"ManifestType": "ATHENA_DATA", "InputType": "CSV", "CSVHeaderLocation": "GIVEN",
                                     "CSVHeaders": ["n"]}, "manifest.csv"), [{"n": "1"}, {"n": "2"}, {"n": "3"}])
        self.put("bkt", "manifest.csv", "s3://dst/1\ns3://dst/3\n")
        self.assertEqual(self.failure({"ManifestType": "ATHENA_DATA", "InputType": "JSONL"}, "manifest.csv"),
                         "The manifest s3://bkt/manifest.csv names s3://dst/3, which cannot be read: The specified key does not exist.")

    def test_objects_that_are_listed(self):
        self.put("bkt", "p/1", "n\n1\n2\n")
        self.put("bkt", "p/2", "m\n3\n")
        self.put("bkt", "q", "no\n1\n")
        self.assertEqual([item["Key"] for item in self.items(None, resource=LIST, Prefix="p/")], ["p/1", "p/2"])
        flatten = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "Transformation": "LOAD_AND_FLATTEN"}
        self.assertEqual(self.items(flatten, resource=LIST, Prefix="p/"), [{"n": "1"}, {"n": "2"}, {"m": "3"}])
        self.assertEqual(self.items({**flatten, "MaxItems": 1}, resource=LIST, Prefix="p/"), [{"n": "1"}])

    def test_what_is_wrong_is_said_with_its_place(self):
        self.put("bkt", "bad.csv", b"a,b\n1,2\n3,\xff\n")
        self.assertEqual(self.failure({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "bad.csv"),
                         "The ItemReader found invalid UTF-8, at line 3, byte 11 of s3://bkt/bad.csv")
        self.put("bkt", "open.csv", 'a,b\n1,2\n"x\n')
        self.assertEqual(self.failure({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "open.csv"),
                         "The ItemReader found a quote that nothing closes, at line 3, byte 9 of s3://bkt/open.csv")
        self.put("bkt", "bad.json", "[1,\n 2 3]")
        self.assertEqual(self.failure({"InputType": "JSON"}, "bad.json"),
                         "The ItemReader found no JSON: a comma or ] is missing after an element, at line 2, byte 8 of s3://bkt/bad.json")
        self.put("bkt", "torn.jsonl.gz", gzip.compress(b"1\n2\n")[:-4])
        self.assertEqual(self.failure({"InputType": "JSONL"}, "torn.jsonl.gz"),
                         "The ItemReader found gzip data that ends too early in s3://bkt/torn.jsonl.gz")
        self.assertEqual(self.failure({"InputType": "JSONL"}, "absent"), "The specified key does not exist.")

    def test_what_does_not_go_together_is_refused_before_it_runs(self):
        done = self.run_map({"ManifestType": "ATHENA_DATA"}, "manifest.csv", status=1)
        self.assertIn("[bad-item-reader]", done.stderr)
        self.assertIn("hint: add InputType", done.stderr)


if __name__ == "__main__":
    unittest.main()
