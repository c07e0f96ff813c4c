"""Every sample does what its expected.json says."""
import json
import os
import subprocess
import unittest

from support import GAIT, SOURCE, ProgramTest

SAMPLES = sorted(path.parent for path in SOURCE.glob("samples/*/*.asl.*"))


class Samples(ProgramTest):
    def test_samples(self):
        self.assertGreaterEqual(len(SAMPLES), 4)
        for sample in SAMPLES:
            with self.subTest(sample=sample.name):
                done = subprocess.run([str(sample / "run"), "--clock", "virtual", "--db", "samples.db"], cwd=self.folder,
                                      env={**os.environ, "GAIT": GAIT}, capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout), json.loads((sample / "expected.json").read_text()))
        # All of them are in the database.
        listed = json.loads(self.gait("executions", "--db", "samples.db", "--format", "json").stdout)
        self.assertEqual(sorted(e["stateMachine"] for e in listed), [sample.name for sample in SAMPLES])


if __name__ == "__main__":
    unittest.main()
