// Tests of base/regex.h: what is found, what is no pattern, and that no text makes a search slow. RE2 itself is not tested
// here.
#include "base/regex.h"

#include <gtest/gtest.h>

#include <string>

namespace opusclaw {
namespace {

TEST(Regex, SearchesAnywhere) {
    const auto regex = Regex::compile("^gpt-4|mini$");
    ASSERT_TRUE(regex);
    EXPECT_TRUE(regex->found_in("gpt-4o"));
    EXPECT_TRUE(regex->found_in("o4-mini"));
    EXPECT_FALSE(regex->found_in("my-gpt-4o"));
    EXPECT_TRUE(Regex::compile("(?i)GPT")->found_in("a gpt"));
}

TEST(Regex, RefusesWhatIsNoPattern) {
    for (const char* const pattern : {"(", "[a", "(?=x)", "\\", "a{1000000}"})
        EXPECT_FALSE(Regex::compile(pattern)) << pattern;
}

TEST(Regex, IsLinear) {
    const auto regex = Regex::compile("(a*)*b");
    ASSERT_TRUE(regex);
    EXPECT_FALSE(regex->found_in(std::string(100'000, 'a')));
}

}    // namespace
}    // namespace opusclaw
