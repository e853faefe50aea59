// Tests of base/text.h but masking: case, blanks, numbers, UTF-8.
#include "base/text.h"

#include <gtest/gtest.h>

namespace opusclaw::text {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Text, ComparesAndLowersAsciiLettersOnly) {
    EXPECT_TRUE(iequals("Content-Type", "content-TYPE"));
    EXPECT_FALSE(iequals("content", "content-type"));
    EXPECT_FALSE(iequals("@", "`"));
    EXPECT_FALSE(iequals("É", "é"));
    EXPECT_EQ(lower("AZ[É]09"), "az[É]09");
}

TEST(Text, TrimsAsciiBlanks) {
    EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
    EXPECT_EQ(trim("   "), "");
    EXPECT_EQ(trim("\u00a0x"), "\u00a0x");
}

TEST(Text, SplitsAtEverySeparator) {
    EXPECT_EQ(split("", ','), (Parts{""}));
    EXPECT_EQ(split("a", ','), (Parts{"a"}));
    EXPECT_EQ(split("a,,b,", ','), (Parts{"a", "", "b", ""}));
}

TEST(ParseInt, TakesTheWholeTextOrNothing) {
    EXPECT_EQ(parse_int("0"), 0);
    EXPECT_EQ(parse_int("-42"), -42);
    EXPECT_EQ(parse_int("+7"), 7);
    EXPECT_EQ(parse_int("007"), 7);
    EXPECT_EQ(parse_int("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(parse_int("-9223372036854775808"), INT64_MIN);
    for (const std::string_view text :
         {"", "+", "-", "+-1", "--1", " 1", "1 ", "1.0", "1e3", "0x10", "a", "9223372036854775808"})
        EXPECT_FALSE(parse_int(text)) << text;
}

TEST(ParseDouble, TakesFiniteDecimalsOnly) {
    EXPECT_EQ(parse_double("0.5"), 0.5);
    EXPECT_EQ(parse_double("-1e3"), -1000.0);
    EXPECT_EQ(parse_double("+.5"), 0.5);
    EXPECT_EQ(parse_double("12"), 12.0);
    for (const std::string_view text :
         {"", " 1", "1 ", "inf", "-inf", "nan", "0x1p3", "1e400", "1,5", "1.5.1", "+inf", "."})
        EXPECT_FALSE(parse_double(text)) << text;
}

TEST(Utf8, AcceptsEverySequenceOfTheStandardAndNoOther) {
    for (const std::string_view good :
         {"", "abc", "é", "中文", "😀", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "12345678é"})
        EXPECT_TRUE(valid_utf8(good)) << good;
    for (const std::string_view bad :
         {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe4\xb8", "\xf0\x9f\x98", "12345678\x80",
          "1234567\xc3"})
        EXPECT_FALSE(valid_utf8(bad)) << bad;
}

TEST(Utf8, ReplacesMaximalSubpartsAsTheStandardShows) {
    // Unicode 15, section 3.9, table 3-11.
    EXPECT_EQ(clean_utf8("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64"),
              "a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd");
    EXPECT_EQ(clean_utf8("\xc0\xaf"), "\ufffd\ufffd");
    EXPECT_EQ(clean_utf8(std::string_view("a\0b", 3)), "ab");
    EXPECT_EQ(clean_utf8("中\xe4\xb8"), "中\ufffd");
    EXPECT_EQ(clean_utf8("plain"), "plain");
}

TEST(Utf8, CleanTextIsValidWhateverWentIn) {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; b += 3) {
            const std::string text{static_cast<char>(a), static_cast<char>(b), static_cast<char>(b ^ a), 'x'};
            const std::string clean = clean_utf8(text);
            ASSERT_TRUE(valid_utf8(clean)) << a << " " << b;
            ASSERT_EQ(clean_utf8(clean), clean);
        }
}

TEST(Utf8, CountsAndCutsCodePoints) {
    EXPECT_EQ(count_characters(""), 0U);
    EXPECT_EQ(count_characters("a中😀"), 3U);
    EXPECT_EQ(count_characters("\xff\xe4\xb8"), 3U);
    EXPECT_EQ(cut_utf8("a中😀b", 0), "");
    EXPECT_EQ(cut_utf8("a中😀b", 2), "a中");
    EXPECT_EQ(cut_utf8("a中😀b", 3), "a中😀");
    EXPECT_EQ(cut_utf8("a中😀b", 9), "a中😀b");
    EXPECT_EQ(count_characters(cut_utf8("\xff\xe4\xb8z", 2)), 2U);
}

TEST(MaskKey, ShowsBothEnds) {
    EXPECT_EQ(mask_key(""), "");
    EXPECT_EQ(mask_key("abcd"), "****");
    EXPECT_EQ(mask_key("abcde"), "ab****de");
    EXPECT_EQ(mask_key("abcdefgh"), "ab****gh");
    EXPECT_EQ(mask_key("abcdefghi"), "abcd**********fghi");
}

}    // namespace
}    // namespace opusclaw::text
