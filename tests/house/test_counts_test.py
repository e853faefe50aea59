"""scripts/test_counts.py on what the runners really print."""

import unittest

import scripts_under_test    # noqa: F401  (puts scripts/ on the path)
import test_counts
from test_counts import Counts

GOOGLETEST = """[==========] Running 3 tests from 1 test suite.
[ RUN      ] A.One
[       OK ] A.One (0 ms)
[ RUN      ] A.Two
a.cpp:3: Failure
[  FAILED  ] A.Two (1 ms)
[ RUN      ] A.Three
[  SKIPPED ] A.Three (0 ms)
[==========] 3 tests from 1 test suite ran. (1 ms total)
[  PASSED  ] 1 test.
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] A.Three
[  FAILED  ] 1 test, listed below:
[  FAILED  ] A.Two

 1 FAILED TEST
"""
BUN = """(todo) z

 12 pass
 1 skip
 1 todo
 2 fail
 40 expect() calls
Ran 16 tests across 2 files. [5.00ms]
"""


class Readers(unittest.TestCase):
    def test_googletest_counts_cases(self):
        self.assertEqual(test_counts.googletest(GOOGLETEST, 1), Counts(1, 1, 1))

    def test_googletest_that_crashed_is_one_failure(self):
        cut = GOOGLETEST.split("a.cpp")[0]
        self.assertEqual(test_counts.googletest(cut, -11), Counts(1, 1, 0))

    def test_bun_counts_its_summary(self):
        self.assertEqual(test_counts.bun(BUN, 1), Counts(12, 2, 2))

    def test_bun_that_found_no_test_is_one_failure(self):
        self.assertEqual(test_counts.bun('Test filter "./x" had no matches\n', 1), Counts(0, 1, 0))

    def test_bun_with_an_error_outside_of_tests_fails(self):
        self.assertEqual(test_counts.bun(" 3 pass\n 0 fail\n 1 error\n", 1), Counts(3, 1, 0))

    def test_unittest_counts_failures_errors_and_skips(self):
        text = "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=1)\n"
        self.assertEqual(test_counts.unittest(text, 1), Counts(5, 3, 1))
        self.assertEqual(test_counts.unittest("Ran 9 tests in 0.1s\n\nOK\n", 0), Counts(9, 0, 0))

    def test_unittest_that_did_not_start_is_one_failure(self):
        self.assertEqual(test_counts.unittest("SyntaxError\n", 1), Counts(0, 1, 0))


if __name__ == "__main__":
    unittest.main()
