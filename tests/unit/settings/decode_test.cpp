// tests/unit/settings/decode_test.cpp: how texts become values (spec 01 section 6.1): flat keys, keys of modules, stored texts
// that nobody would be allowed to set.
#include "settings/decode.h"

#include <gtest/gtest.h>

namespace opusclaw::settings {
namespace {

constexpr Decoding kFlat{KeyKind::Flat, Source::Put};
constexpr Decoding kModule{KeyKind::Module, Source::Put};
constexpr Decoding kStored{KeyKind::Flat, Source::Stored};
constexpr Decoding kModuleStored{KeyKind::Module, Source::Stored};

TEST(Decode, ReadsTruthByTheKindOfKey) {
    EXPECT_EQ(decode_bool("true", kFlat), true);
    for (const std::string_view other : {"True", "1", "TRUE", "", "yes"})
        EXPECT_EQ(decode_bool(other, kFlat), false) << other;
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"})
        EXPECT_EQ(decode_bool(yes, kModule), true) << yes;
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"})
        EXPECT_EQ(decode_bool(no, kModule), false) << no;
    for (const std::string_view other : {"", "yes", "tRUE"}) {
        EXPECT_EQ(decode_bool(other, kModuleStored), std::nullopt) << other;
        EXPECT_THROW(decode_bool(other, kModule), BadValue) << other;
    }
}

TEST(Decode, ReadsNumbersByTheKindOfKey) {
    EXPECT_EQ(decode_int("-7", kFlat), -7);
    EXPECT_EQ(decode_int("2.0", kStored), 0);
    EXPECT_EQ(decode_int("", kFlat), 0) << "a field that was cleared";
    EXPECT_EQ(decode_int("2.000000", kModule), 2);
    EXPECT_EQ(decode_int("2.9", kModule), 2);
    EXPECT_EQ(decode_int("1e30", kModuleStored), std::nullopt);
    EXPECT_EQ(decode_int("x", kModuleStored), std::nullopt);
    EXPECT_EQ(decode_double("0.5", kFlat), 0.5);
    EXPECT_EQ(decode_double("x", kStored), 0);
    EXPECT_EQ(decode_double("x", kModuleStored), std::nullopt);
    EXPECT_EQ(decode_double("inf", kStored), 0);
}

TEST(Decode, LetsNobodySetANumberThatCannotBeRead) {
    for (const Decoding how : {kFlat, kModule}) {
        EXPECT_THROW(decode_int("x", how), BadValue);
        EXPECT_THROW(decode_int("1e30", how), BadValue);
        EXPECT_THROW(decode_double("x", how), BadValue);
        EXPECT_THROW(decode_double("inf", how), BadValue);
    }
    EXPECT_THROW(decode_int("2.0", kFlat), BadValue);
    EXPECT_THROW(decode_int("", kModule), BadValue);
    EXPECT_THROW(decode_double("", kModule), BadValue);
}

TEST(Decode, ReadsLists) {
    EXPECT_EQ(decode_comma_list(" A.com, ,b.COM,", kFlat), (std::vector<std::string>{"a.com", "b.com"}));
    EXPECT_EQ(decode_lines("One\r\n\n  TWO words \n", kFlat), (std::vector<std::string>{"one", "two words"}));
    EXPECT_TRUE(decode_comma_list("", kFlat)->empty());
    EXPECT_EQ(decode_text_list(R"(["a","b\n"])", kModule), (std::vector<std::string>{"a", "b\n"}));
    EXPECT_THROW(decode_text_list(R"(["a",1])", kModule), BadValue);
}

TEST(Decode, TakesTheLastOfEqualNames) { EXPECT_EQ(decode_numbers(R"({"a":1,"a":2})", kFlat)->at("a"), 2); }

TEST(Decode, LeavesBadEntriesOutOfStoredTables) {
    const auto table = decode_numbers(R"({"good":1,"negative":-1,"text":"1","null":null,"zero":0})", kStored);
    EXPECT_EQ(table, (NumberMap{{"good", 1}, {"null", 0}, {"zero", 0}}));
    EXPECT_THROW(decode_numbers(R"({"good":1)", kStored), BadValue) << "not JSON: nothing of it is used";
    EXPECT_EQ(decode_code_ranges("401,nonsense", kStored)->ranges.size(), 1U);
}

TEST(Decode, TellsWhichEntriesOfAStoredTextItLeftOut) {
    std::vector<std::string> left_out;
    const Decoding how{KeyKind::Flat, Source::Stored, &left_out};
    decode_numbers(R"({"good":1,"negative":-1,"text":"1"})", how);
    decode_number_tables(R"({"a":{"b":"1"},"c":{"d":1}})", how);
    decode_code_ranges("401,nonsense,9-8", how);
    EXPECT_EQ(left_out, (std::vector<std::string>{"negative", "text", "b", "nonsense", "9-8"}));
}

TEST(Decode, TakesNothingForAStoredTextWithoutAUsableEntry) {
    EXPECT_THROW(decode_numbers(R"({"a":"1","b":-1})", kStored), BadValue);
    EXPECT_THROW(decode_group_ratio(R"({"default":"1"})", kStored), BadValue);
    EXPECT_THROW(decode_number_tables(R"({"a":{"b":"1"},"c":{}})", kStored), BadValue);
    EXPECT_THROW(decode_tool_prices(R"({"web_search":"1"})", kModuleStored), BadValue);
    EXPECT_THROW(decode_amount_factors(R"({"10":"1"})", kModuleStored), BadValue);
    EXPECT_THROW(decode_code_ranges("abc", kStored), BadValue);
    EXPECT_THROW(decode_code_ranges("401 403,99", kStored), BadValue);
}

TEST(Decode, TakesAStoredTextWithoutEntriesForEmpty) {
    EXPECT_TRUE(decode_numbers("{}", kStored)->empty());
    EXPECT_TRUE(decode_number_tables("{}", kStored)->empty());
    EXPECT_FALSE(decode_number_tables(R"({"a":{}})", kStored)->empty());
    EXPECT_TRUE(decode_code_ranges("", kStored)->ranges.empty());
    EXPECT_TRUE(decode_code_ranges(" , ", kStored)->ranges.empty());
}

TEST(Decode, TakesUnknownDisplayTypesForDollars) {
    EXPECT_EQ(decode_quota_display("TOKENS", kModule), QuotaDisplay::Tokens);
    EXPECT_EQ(decode_quota_display("EUR", kModule), QuotaDisplay::Usd);
    EXPECT_EQ(quota_display_name(QuotaDisplay::Custom), "CUSTOM");
}

TEST(Decode, LaysToolPricesOverTheBuiltInOnes) {
    const auto prices = decode_tool_prices(R"({"web_search":1,"mine":2})", kModule);
    EXPECT_EQ(prices->at("web_search"), 1);
    EXPECT_EQ(prices->at("mine"), 2);
    EXPECT_EQ(prices->at("file_search"), 2.5);
}

TEST(Decode, RestoresTheSpecialGroupsForNull) {
    EXPECT_TRUE(decode_special_groups("{}", kModule)->empty());
    EXPECT_TRUE(decode_special_groups("null", kModule)->contains("vip"));
}

}    // namespace
}    // namespace opusclaw::settings
