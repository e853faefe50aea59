// tests/unit/settings/code_ranges_test.cpp: the grammar of status code lists (spec 01 section 7.4).
#include "settings/code_ranges.h"

#include <gtest/gtest.h>

namespace opusclaw::settings {
namespace {

using Ranges = std::vector<CodeRange>;

TEST(CodeRanges, AreSortedAndMerged) {
    EXPECT_EQ(parse_code_ranges("500-505,504,401,403,402").good.ranges, (Ranges{{401, 403}, {500, 505}}));
    EXPECT_EQ(parse_code_ranges(" 401 ，, 500 - 503 ,504-505").good.ranges, (Ranges{{401, 401}, {500, 505}}));
    EXPECT_TRUE(parse_code_ranges("").good.ranges.empty());
    EXPECT_TRUE(parse_code_ranges(" , ，").bad.empty());
}

TEST(CodeRanges, ReportEveryBadTokenAsTyped) {
    const ParsedCodeRanges parsed = parse_code_ranges("401 403, 99,600,a,505-500,-401,401-,200, 1-2-3 ,+401");
    EXPECT_EQ(parsed.bad, (std::vector<std::string>{"401 403", "99", "600", "a", "505-500", "-401", "401-",
                                                    "1-2-3", "+401"}));
    EXPECT_EQ(parsed.good.ranges, (Ranges{{200, 200}}));
}

TEST(CodeRanges, KnowWhatTheyContain) {
    const CodeRanges ranges = parse_code_ranges("401,500-503").good;
    for (const int inside : {401, 500, 502, 503}) EXPECT_TRUE(ranges.contains(inside)) << inside;
    for (const int outside : {400, 402, 499, 504}) EXPECT_FALSE(ranges.contains(outside)) << outside;
}

}    // namespace
}    // namespace opusclaw::settings
