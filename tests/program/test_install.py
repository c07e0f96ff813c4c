"""cmake --install, and a program that is built against what it installs."""
import os
import subprocess
import unittest

from support import GAIT, SOURCE, ProgramTest


class Install(ProgramTest):
    def run_it(self, *command, **environment):
        done = subprocess.run([str(c) for c in command], cwd=self.folder, env={**os.environ, **environment}, capture_output=True,
                              text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_find_package(self):
        prefix = self.folder / "prefix"
        self.run_it("cmake", "--install", os.path.dirname(GAIT), "--prefix", prefix)
        installed = {str(p.relative_to(prefix)) for p in prefix.rglob("*") if not p.is_dir()}
        for name in ("bin/gait", "include/gait/gait.h", "include/gait/gait.hpp", "share/man/man1/gait.1", "share/gait/targets.schema.json",
                     "share/gait/mock-config.schema.json", "share/gait/state_machine.schema.json", "share/gait/test.schema.json",
                     "share/bash-completion/completions/gait"):
            self.assertIn(name, installed)
        config = next(prefix.rglob("gaitConfig.cmake")).parent
        for sample in ("embed", "c"):
            with self.subTest(sample=sample):
                expected = (SOURCE / "samples" / sample / "expected.txt").read_text()
                build = str(self.folder / sample)
                self.assertEqual(self.run_it(SOURCE / "samples" / sample / "run", sample + ".db", gait_DIR=str(config), BUILD=build), expected)
        library = next(prefix.rglob("libgait.so"))
        self.assertEqual(self.run_it(SOURCE / "samples/python-ctypes/orders.py", "python.db", LIBGAIT=str(library)),
                         (SOURCE / "samples/python-ctypes/expected.txt").read_text())

    def test_the_static_library(self):
        sources = self.folder / "static"
        sources.mkdir()
        (sources / "main.cc").write_text((SOURCE / "samples/embed/main.cc").read_text())
        (sources / "CMakeLists.txt").write_text((SOURCE / "samples/embed/CMakeLists.txt").read_text().replace("gait::gait)", "gait::gait_static)"))
        self.run_it("cmake", "-S", sources, "-B", sources / "b", "-Dgait_DIR=" + os.path.dirname(GAIT))
        self.run_it("cmake", "--build", sources / "b")
        self.assertEqual(self.run_it(sources / "b/orders", "static.db"), (SOURCE / "samples/embed/expected.txt").read_text())


if __name__ == "__main__":
    unittest.main()
