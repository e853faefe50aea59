// Tests of dialect/tool_map.h: the input of a free-form tool in the arguments of the function that stood for it (spec 06 section 9.1).
#include "dialect/tool_map.h"

#include <gtest/gtest.h>

#include <string>

namespace opusclaw::dialect {
namespace {

struct Case {
    std::string arguments, text;
    bool cut = false;
};

void check(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        const FreeInput input = unwrap_input(one.arguments);
        EXPECT_EQ(input.text, one.text) << one.arguments;
        EXPECT_EQ(input.cut, one.cut) << one.arguments;
    }
}

TEST(UnwrapInput, TakesTheTextOut) {
    check({{R"({"input":"a\nb"})", "a\nb"},
           {R"( { "more" : 1, "input" : "" } )", ""},
           {"{}", ""},
           {" { } ", ""},
           {"", ""}});
    EXPECT_EQ(unwrap_input(wrap_input("a \"b\"\\\n\x01")).text, "a \"b\"\\\n\x01");
}

TEST(UnwrapInput, TakesWhatIsThereOfArgumentsThatAreCut) {
    check({{R"({"input":"*** Begin Patch\n*** Upd)", "*** Begin Patch\n*** Upd", true},
           {R"( { "input" : "a)", "a", true},
           {R"({"input":"a\)", "a", true},
           {R"({"input":"a\u00e)", "a", true},
           {R"({"input":"a\u00e9)", "a\u00e9", true},
           {R"({"input":"a\ud83d)", "a", true},
           {R"({"input":"a\ud83d\ude0)", "a", true},
           {R"({"input":"a\ud83d\ude00)", "a\U0001F600", true},
           {R"({"input":")", "", true},
           {R"({"input":)", "", true},
           {R"({"inp)", "", true},
           {"{", "", true}});
}

TEST(UnwrapInput, TakesAWholeTextWhateverIsWrongBehindIt) {
    check({{R"({"input":"a\"b")", "a\"b"}, {R"({"input":"ab", "x)", "ab"}});
}

TEST(UnwrapInput, LeavesWhatIsNoSuchObject) {
    check({{"ls -l", "ls -l"},
           {R"({"patch":"x"})", R"({"patch":"x"})"},
           {R"({"input":7})", R"({"input":7})"},
           {R"(["x"])", R"(["x"])"},
           {R"({"inputs":"x)", R"({"inputs":"x)"},
           {"{\"input\":\"a\nb\"}", "{\"input\":\"a\nb\"}"},
           {R"({"input":"a\q)", R"({"input":"a\q)"}});
}

}    // namespace
}    // namespace opusclaw::dialect
