"""scripts/check-style: each rule catches what it should, and lets pass what looks alike."""

import unittest

import scripts_under_test

style = scripts_under_test.load("check-style")
OPENING = "// base/a.h: what it is for.\n// What it leaves to others.\n"


def problems(code, name="src/relay/a.cpp"):
    pragma = "#pragma once\n" if name.endswith(".h") else ""
    return style.check_text(name, OPENING + pragma + code)


class Openings(unittest.TestCase):
    def test_two_lines_or_one_long_line_are_enough(self):
        self.assertIsNone(style.opening_problem("a.cpp", OPENING))
        self.assertIsNone(style.opening_problem("a.cpp", "// " + "x" * 60 + "\n"))

    def test_a_short_line_or_none_is_not(self):
        self.assertIsNotNone(style.opening_problem("a.cpp", "// a\n"))
        self.assertIsNotNone(style.opening_problem("a.cpp", "#include <map>\n"))

    def test_a_header_needs_pragma_once(self):
        self.assertEqual(len(style.check_text("src/base/a.h", OPENING)), 1)


class Names(unittest.TestCase):
    def test_vague_names_are_refused(self):
        for name in ("src/base/string_utils.h", "src/utils/a.cpp", "src/base/util.cpp", "src/base/misc.h"):
            self.assertTrue(style.name_problems(name), name)

    def test_names_that_only_contain_the_letters_pass(self):
        self.assertEqual(style.name_problems("src/base/utility_bill.cpp"), [])

    def test_names_are_snake_case(self):
        self.assertTrue(style.name_problems("src/base/FooBar.cpp"))


class Forbidden(unittest.TestCase):
    def test_calls_are_caught(self):
        for code in (
            "int a = rand();", "int a = std::rand();", "gettimeofday(&a, nullptr);", "thread.detach();",
            "std::this_thread::sleep_for(1s);", "::sleep(1);", "usleep(3);", "auto* a = new Foo();", "delete a;",
            "delete[] a;", "const_cast<int&>(a);", "reinterpret_cast<char*>(a);", 'printf("x");',
            'std::snprintf(a, 3, "x");', "std::cout << a;", 'std::getenv("A");', "auto a = system_clock::now();",
        ):
            self.assertEqual(len(problems(code + "\n")), 1, code)

    def test_what_looks_alike_passes(self):
        for code in (
            "int a = operand();", "rng.rand();", "A(const A&) = delete;", "void operator delete(void*);",
            "new (place) Foo();", "// new and delete in a comment, rand() too", 'log("printf(x)");',
            "int newest = renew(a);", "co_await timer.sleep(5ms);", "erase(deleted);", "is_free(a);",
            "using namespace std::chrono_literals;",
        ):
            self.assertEqual(problems(code + "\n"), [], code)

    def test_the_edges_may_do_more(self):
        self.assertEqual(problems("reinterpret_cast<char*>(a);\n", "src/net/a.cpp"), [])
        self.assertEqual(problems('std::printf("x");\n', "src/app/main.cpp"), [])

    def test_headers_open_no_namespace(self):
        self.assertEqual(len(problems("using namespace std;\n", "src/base/a.h")), 1)

    def test_unfinished_work_is_caught_in_comments_too(self):
        self.assertEqual(len(problems("// TO" + "DO: later\n")), 1)

    def test_blanks_at_the_end_and_tabs_are_caught(self):
        self.assertEqual(len(problems("int a; \n")), 1)
        self.assertEqual(len(problems("\tint a;\n")), 1)


if __name__ == "__main__":
    unittest.main()
