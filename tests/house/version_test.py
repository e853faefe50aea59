"""cmake/version.cmake: the file VERSION, else git describe, else the commit; a build without a version fails."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from scripts_under_test import ROOT

IDENTITY = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]


class Version(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name) / "source"
        self.folder.mkdir()
        self.header = Path(self.temporary.name) / "version_text.h"
        # Neither a repository around the temporary folder nor the caller's own may be found.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.environment["GIT_CEILING_DIRECTORIES"] = self.temporary.name

    def git(self, *arguments):
        done = subprocess.run(["git", *IDENTITY, *arguments], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self):
        self.git("init", "-q")
        self.git("commit", "-q", "--allow-empty", "-m", "first")

    def stamp(self):
        command = ["cmake", f"-DSOURCE={self.folder}", f"-DOUTPUT={self.header}", "-P", ROOT / "cmake" / "version.cmake"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def version(self):
        done = self.stamp()
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.header.read_text(encoding="utf-8").split('"')[1]

    def test_without_any_source_the_build_fails(self):
        done = self.stamp()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("No version", done.stderr)
        self.assertFalse(self.header.exists())

    def test_an_empty_file_is_no_version(self):
        (self.folder / "VERSION").write_text(" \n", encoding="utf-8")
        self.assertNotEqual(self.stamp().returncode, 0)

    def test_the_file_comes_first(self):
        self.commit()
        self.git("tag", "v9.9.9")
        (self.folder / "VERSION").write_text("1.2.3\n", encoding="utf-8")
        self.assertEqual(self.version(), "1.2.3")

    def test_then_the_tag(self):
        self.commit()
        self.git("tag", "v9.9.9")
        self.assertEqual(self.version(), "v9.9.9")

    def test_an_empty_file_falls_back_to_the_tag(self):
        self.commit()
        self.git("tag", "v9.9.9")
        (self.folder / "VERSION").write_text("\n", encoding="utf-8")
        self.assertEqual(self.version(), "v9.9.9")

    def test_then_the_commit(self):
        self.commit()
        self.assertEqual(self.version(), self.git("rev-parse", "--short=12", "HEAD"))

    def test_text_that_could_leave_the_string_is_refused(self):
        (self.folder / "VERSION").write_text('1"; system("x")\n', encoding="utf-8")
        self.assertNotEqual(self.stamp().returncode, 0)

    def test_an_unchanged_version_leaves_the_header_alone(self):
        (self.folder / "VERSION").write_text("1.2.3\n", encoding="utf-8")
        self.version()
        before = self.header.stat().st_mtime_ns
        self.version()
        self.assertEqual(self.header.stat().st_mtime_ns, before)


if __name__ == "__main__":
    unittest.main()
