// Tests of base/environment.h: the typing rules of spec 01 section 9 and the `.env` format.
#include "base/environment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace opusclaw {
namespace {

Environment loaded(std::string_view text, std::vector<std::pair<std::string, std::string>> set = {}) {
    Environment environment = Environment::of(std::move(set));
    environment.load_text(text);
    return environment;
}

TEST(Environment, TakesEmptyForUnset) {
    const Environment environment = Environment::of({{"A", "x"}, {"B", ""}});
    EXPECT_EQ(environment.text("A"), "x");
    EXPECT_FALSE(environment.text("B"));
    EXPECT_FALSE(environment.text("C"));
    EXPECT_EQ(environment.text("B", "fallback"), "fallback");
    EXPECT_EQ(environment.set_text("B"), "");
    EXPECT_FALSE(environment.set_text("C"));
}

TEST(Environment, ReadsTheProcess) {
    ASSERT_EQ(::setenv("OPUSCLAW_TEST_VARIABLE", "a=b", 1), 0);
    EXPECT_EQ(Environment::of_process().text("OPUSCLAW_TEST_VARIABLE"), "a=b");
    ASSERT_EQ(::unsetenv("OPUSCLAW_TEST_VARIABLE"), 0);
    EXPECT_FALSE(Environment::of_process().set_text("OPUSCLAW_TEST_VARIABLE"));
}

TEST(Environment, ReadsWholeNumbersAndWarnsAboutOthers) {
    const Environment environment = Environment::of(
        {{"A", "60"}, {"B", "-1"}, {"C", "6s"}, {"D", ""}, {"E", "1.5"}});
    EXPECT_EQ(environment.number("A", 5), 60);
    EXPECT_EQ(environment.number("B", 5), -1);
    EXPECT_EQ(environment.number("D", 5), 5);
    EXPECT_EQ(environment.number("F", 5), 5);
    EXPECT_TRUE(environment.warnings().empty());
    EXPECT_EQ(environment.number("C", 5), 5);
    EXPECT_EQ(environment.number("C", 5), 5);
    EXPECT_EQ(environment.number("E", 5), 5);
    ASSERT_EQ(environment.warnings().size(), 2U);
    EXPECT_EQ(environment.warnings()[0], "C is not a whole number; 5 is used");
}

TEST(Environment, ReadsFlagsAsGoDoes) {
    for (const char* on : {"1", "t", "T", "TRUE", "true", "True"})
        EXPECT_TRUE(Environment::of({{"A", on}}).flag("A", false)) << on;
    for (const char* off : {"0", "f", "F", "FALSE", "false", "False"})
        EXPECT_FALSE(Environment::of({{"A", off}}).flag("A", true)) << off;
    const Environment bad = Environment::of({{"A", "yes"}, {"B", ""}});
    EXPECT_TRUE(bad.flag("A", true));
    EXPECT_FALSE(bad.flag("A", false));
    EXPECT_TRUE(bad.flag("B", true));
    EXPECT_FALSE(bad.warnings().empty());
    EXPECT_EQ(bad.warnings()[0].find("yes"), std::string::npos);
}

TEST(Environment, KnowsVariablesThatAreOnForExactlyTrue) {
    EXPECT_TRUE(Environment::of({{"A", "true"}}).exactly_true("A"));
    for (const char* other : {"1", "TRUE", "true ", "", "false"})
        EXPECT_FALSE(Environment::of({{"A", other}}).exactly_true("A")) << other;
}

TEST(Environment, SplitsLists) {
    EXPECT_EQ(Environment::of({{"A", " a, b ,,c"}}).list("A"), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(Environment::of({}).list("A").empty());
}

struct LineCase {
    std::string_view line, value;
};
constexpr LineCase kLineCases[] = {
    {"A=b", "b"},
    {"  A = b  ", "b"},
    {"export A=b", "b"},
    {"export\tA=b", "b"},
    {"A: b", "b"},
    {"A=", ""},
    {"A= # comment", ""},
    {"A=b # comment", "b"},
    {"A=b#c", "b#c"},
    {"A=b=c", "b=c"},
    {"A=b\r", "b"},
    {"A=\"b # c\" # d", "b # c"},
    {"A='b # c'", "b # c"},
    {"A=\"b\\nc\\\"d\\\\e\"", "b\nc\"d\\e"},
    {"A='b\\nc'", "b\\nc"},
    {"A=\"two\nlines\"", "two\nlines"},
    {"A=it's", "it's"},
    {"A=user:pa#ss@tcp(localhost:3306)/db?x=1", "user:pa#ss@tcp(localhost:3306)/db?x=1"},
    {"A=$SET/x", "there/x"},
    {"A=\"${SET}\"", "there"},
    {"A='${SET}'", "${SET}"},
    {"A=${MISSING}x", "x"},
    {"A=5$ and $1", "5$ and $1"},
    {"A=\"\\${SET}\"", "${SET}"},
    {"B=one\nA=${B}two", "onetwo"},
    {"A=first\nA=second", "second"},
    {"\xef\xbb\xbf# mark\n\n\nA=b", "b"},
};

TEST(EnvironmentFile, ReadsEveryFormOfALine) {
    for (const LineCase& c : kLineCases) {
        const Environment environment = loaded(c.line, {{"SET", "there"}});
        EXPECT_EQ(environment.set_text("A"), c.value) << c.line;
        EXPECT_TRUE(environment.warnings().empty()) << c.line;
    }
}

TEST(EnvironmentFile, NeverOverridesWhatIsSet) {
    const Environment environment = loaded("A=file\nB=file\nC=file", {{"A", "process"}, {"B", ""}});
    EXPECT_EQ(environment.text("A"), "process");
    EXPECT_EQ(environment.set_text("B"), "");
    EXPECT_EQ(environment.text("C"), "file");
}

TEST(EnvironmentFile, LeavesOutLinesWithoutSenseAndNamesTheirNumberOnly) {
    const Environment environment = loaded("A=1\nsecret text\n=x\n1A=x\nB=\"never closed\nC='x' y\nD=2\n");
    EXPECT_EQ(environment.text("A"), "1");
    EXPECT_EQ(environment.text("D"), "2");
    EXPECT_FALSE(environment.set_text("B"));
    EXPECT_FALSE(environment.set_text("C"));
    std::vector<std::string> expected;
    for (const char* line : {"2", "3", "4", "5", "6"})
        expected.push_back(std::string("line ") + line + " of the .env file is not understood and left out");
    EXPECT_EQ(environment.warnings(), expected);
}

TEST(EnvironmentFile, MayBeMissing) {
    Environment environment = Environment::of({});
    const std::filesystem::path file = std::filesystem::path(testing::TempDir()) /
                                       "opusclaw_environment_test.env";
    EXPECT_FALSE(environment.load_file(file));
    std::ofstream(file) << "A=from the file\n";
    EXPECT_TRUE(environment.load_file(file));
    EXPECT_EQ(environment.text("A"), "from the file");
    std::filesystem::remove(file);
}

TEST(Environment, ReadsNumbersWithinBounds) {
    const Environment environment = Environment::of({{"A", "65535"}, {"B", "65536"}, {"C", "x"}, {"D", ""}});
    EXPECT_EQ(environment.number_between("A", 0, 65535), 65535);
    EXPECT_EQ(environment.number_between("B", 0, 65535), std::nullopt);
    EXPECT_EQ(environment.number_between("C", 0, 65535), std::nullopt);
    EXPECT_EQ(environment.number_between("D", 0, 65535), std::nullopt);
    EXPECT_EQ(environment.warnings().size(), 2U) << "an empty variable is an unset one";
}

}    // namespace
}    // namespace opusclaw
