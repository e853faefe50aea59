"""scripts/lib.sh: which Debian packages are missing, under the shell options of ./dev."""

import shutil
import subprocess
import unittest

from scripts_under_test import ROOT


@unittest.skipUnless(shutil.which("dpkg-query"), "not a Debian system")
class MissingPackages(unittest.TestCase):
    def missing(self, *names):
        script = 'set -euo pipefail; source scripts/lib.sh; mapfile -t missing < <(missing_of "$@"); echo "${missing[@]}"'
        done = subprocess.run(["bash", "-c", script, "bash", *names], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.split()

    def test_those_that_dpkg_never_heard_of_are(self):
        self.assertEqual(self.missing("no-such-package", "bash"), ["no-such-package"])
        self.assertEqual(self.missing("no-such-package", "nor-this-one"), ["no-such-package", "nor-this-one"])

    def test_those_that_are_installed_are_not(self):
        self.assertEqual(self.missing("bash"), [])


if __name__ == "__main__":
    unittest.main()
