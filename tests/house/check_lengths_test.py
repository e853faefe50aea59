"""scripts/check-lengths at its limits."""

import tempfile
import unittest
from pathlib import Path

import scripts_under_test

lengths = scripts_under_test.load("check-lengths")


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return lengths.check(Path(folder))


class Files(unittest.TestCase):
    def test_400_lines_pass_and_401_fail(self):
        self.assertEqual(check({"src/a.cpp": "//\n" * 400}), ([], []))
        self.assertEqual(check({"src/a.cpp": "//\n" * 401})[0], ["src/a.cpp: 401 lines, at most 400"])

    def test_a_listed_file_may_have_450(self):
        listing = {"scripts/long-files.txt": "# why\nsrc/a.cpp  # a table\n"}
        self.assertEqual(check({"src/a.cpp": "//\n" * 450, **listing})[0], [])
        self.assertEqual(len(check({"src/a.cpp": "//\n" * 451, **listing})[0]), 1)

    def test_a_listed_file_that_is_gone_is_reported(self):
        self.assertEqual(len(check({"scripts/long-files.txt": "src/gone.cpp\n"})[0]), 1)

    def test_tests_in_other_languages_count_and_their_packages_do_not(self):
        files = {"tests/a.ts": "//\n" * 401, "tests/node_modules/b.ts": "//\n" * 999}
        self.assertEqual(check(files)[0], ["tests/a.ts: 401 lines, at most 400"])


class FunctionSizes(unittest.TestCase):
    def test_60_lines_pass_and_61_fail(self):
        self.assertEqual(check({"src/a.cpp": "void f() {\n" + "g();\n" * 58 + "}\n"}), ([], []))
        found, _ = check({"src/a.cpp": "void f() {\n" + "g();\n" * 59 + "}\n"})
        self.assertEqual(found, ["src/a.cpp:1: f: 61 lines, at most 60"])

    def test_six_parameters_fail(self):
        found, _ = check({"src/a.cpp": "void f(int a, int b, int c, int d, int e, int g) {}\n"})
        self.assertEqual(len(found), 1)

    def test_deep_nesting_only_warns(self):
        found, warnings = check({"src/a.cpp": "void f() {" + "if (a) {" * 5 + "}" * 5 + "}\n"})
        self.assertEqual((found, len(warnings)), ([], 1))


if __name__ == "__main__":
    unittest.main()
