// Tests of api/option_value.h: JSON values as option texts, and the body of a change (spec 02 section 22.2).
#include "api/option_value.h"

#include <gtest/gtest.h>

#include <string>

namespace opusclaw::api {
namespace {

struct Case {
    std::string json, text;
};
const Case kTexts[] = {
    {"true", "true"},
    {"false", "false"},
    {"null", ""},
    {R"("as it is \n")", "as it is \n"},
    {R"("")", ""},
    {"5", "5"},
    {"-5", "-5"},
    {"0", "0"},
    {"10000000", "10000000"},
    {"9007199254740993", "9007199254740993"},
    {"0.1", "0.1"},
    {"2.0", "2"},
    {"1e6", "1000000"},
    {"1.5e-7", "0.00000015"},
    {"7.3", "7.3"},
    {"1E21", "1000000000000000000000"},
    {R"({ "a" : 1.0 , "b c" : [ true , null ] })", R"({"a":1.0,"b c":[true,null]})"},
    {"[ ]", "[]"},
};

TEST(OptionText, IsPlain) {
    for (const Case& expected : kTexts) {
        const json::Document document = json::Document::copy(expected.json);
        EXPECT_EQ(option_text(document.root()), expected.text) << expected.json;
    }
}

TEST(OptionText, HoldsTheSmallestNumberInFull) {
    const json::Document document = json::Document::copy("5e-324");
    const std::string text = option_text(document.root()).value();
    EXPECT_EQ(text.size(), 326U);
    EXPECT_TRUE(text.starts_with("0.000") && text.ends_with("5"));
}

TEST(OptionChange, NeedsAKeyAndSomethingThatCanBeStored) {
    for (const char* const bad :
         {"", "{", "[]", "{}", R"({"key":"","value":"x"})", R"({"key":5,"value":"x"})",
          R"({"key":null,"value":"x"})", R"({"key":"a\u0000","value":"x"})",
          R"({"key":"a","value":"\u0000"})", R"({"key":"a","value":1e999})"}) {
        EXPECT_FALSE(read_option_change(bad)) << bad;
    }
}

TEST(OptionChange, ReadsKeyAndText) {
    const auto change = read_option_change(R"({"Key":"RetryTimes","Value":3})");
    ASSERT_TRUE(change);
    EXPECT_EQ(change->key, "RetryTimes");
    EXPECT_EQ(change->text, "3");
    EXPECT_EQ(read_option_change(R"({"key":"a"})")->text, "");
}

}    // namespace
}    // namespace opusclaw::api
