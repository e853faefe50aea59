"""scripts/cpp_source.py: what is a comment, what is a function, how long and how deep it is."""

import unittest

import scripts_under_test    # noqa: F401  (puts scripts/ on the path)
import cpp_source


def found(text):
    return {function.name: function for function in cpp_source.functions(text)}


class Literals(unittest.TestCase):
    def test_comments_become_blanks_of_the_same_shape(self):
        self.assertEqual(cpp_source.strip_comments("a /* b\nc */ d // e\nf"), "a     \n     d     \nf")

    def test_a_comment_mark_inside_a_string_is_text(self):
        self.assertEqual(cpp_source.strip_comments('f("//x"); // y'), 'f("//x");     ')

    def test_literals_keep_their_quotes(self):
        self.assertEqual(cpp_source.strip_literals(r'f("a\"{b", \'{\')'.replace("\\'", "'")), "f(\"     \", ' ')")

    def test_raw_strings_end_at_their_tag(self):
        text = 'auto s = R"x({ " )" })x"; int y;'
        self.assertNotIn("{", cpp_source.strip_literals(text))
        self.assertIn("int y;", cpp_source.strip_literals(text))

    def test_digit_separators_open_no_character(self):
        self.assertEqual(cpp_source.strip_literals("int a = 1'000'000; g('x');"), "int a = 1'000'000; g(' ');")

    def test_includes_in_comments_do_not_count(self):
        text = '#include "a/b.h"\n// #include "c.h"\n#  include <map>\n'
        self.assertEqual(
            [(i.line, i.name, i.system) for i in cpp_source.includes(text)], [(1, "a/b.h", False), (3, "map", True)])


class Functions(unittest.TestCase):
    def test_lines_run_from_the_name_to_the_closing_brace(self):
        self.assertEqual(found("int\nf(int a,\n  int b) {\n    return a + b;\n}\n")["f"].lines, 4)

    def test_members_constructors_and_operators_are_functions(self):
        text = """
        struct A : B<int(int)> {
            A(int x) : x_{x}, b_(x) { g(); }
            explicit operator bool() const { return true; }
            bool operator==(const A& o) const { return x_ == o.x_; }
            A& operator=(A&& o) noexcept { return *this; }
            void operator()(int, int) const {}
            ~A() {}
        };
        """
        self.assertEqual(
            list(found(text)), ["A", "operatorbool", "operator==", "operator=", "operator()", "~A"])

    def test_qualified_names_are_whole(self):
        self.assertIn("net::Pool::take", found("auto net::Pool::take(int a) const -> Task<int> { co_return a; }"))

    def test_declarations_tables_and_types_are_no_functions(self):
        text = """
        namespace a::b {
        int f(int x = g({1, 2}));
        const Row kRows[] = {{1, f(2)}, {3, 4}};
        enum class E : std::uint8_t { A, B };
        std::function<void(int)> h{nullptr};
        const auto l = [](int x) { return x; };
        }
        """
        self.assertEqual(found(text), {})

    def test_templates_and_extern_c_are_seen_through(self):
        text = 'template <class T = void, int N = 3>\nT f(T a) { return a; }\nextern "C" int g(int a) { return a; }'
        self.assertEqual(list(found(text)), ["f", "g"])

    def test_parameters_are_counted_outside_of_brackets(self):
        functions = found("void f(std::map<int, int> a, int (*b)(int, int), C c = {1, 2}) {}\nvoid g() {}\n")
        self.assertEqual((functions["f"].parameters, functions["g"].parameters), (3, 0))

    def test_test_macros_keep_their_arguments_as_name(self):
        function = cpp_source.functions("TEST(Pool, GivesBack) {\n}\n")[0]
        self.assertEqual((function.name, function.parameters), ("TEST( Pool , GivesBack )", 0))

    def test_preprocessor_lines_are_skipped(self):
        self.assertEqual(list(found("#define X(a) { \\\n  if (a) {\nint f() { return 1; }\n")), ["f"])


class Nesting(unittest.TestCase):
    def depth(self, body):
        return found("void f() {" + body + "}")["f"].nesting

    def test_control_blocks_count(self):
        self.assertEqual(self.depth("for (;;) { if (a) { b(); } else if (c) { while (d) { e(); } } }"), 3)

    def test_initialisers_do_not_count(self):
        self.assertEqual(self.depth("auto x = A{1, {2}}; g({.a = {1}}); if (a) return B{1}; for (int i : {1, 2}) { h(); }"), 1)

    def test_lambdas_count_as_a_level(self):
        self.assertEqual(self.depth("g([](int a) -> Task<void> { if (a) { b(); } });"), 2)

    def test_switch_and_its_cases_count(self):
        self.assertEqual(self.depth("switch (a) { case A::B: { b(); break; } default: { c(); } }"), 2)

    def test_init_statements_do_not_end_the_head(self):
        self.assertEqual(self.depth("if (auto a = g(); a) [[likely]] { for (int i = 0; i < 3; ++i) { h(); } }"), 2)


if __name__ == "__main__":
    unittest.main()
