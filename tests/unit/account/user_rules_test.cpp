// Tests of account/user_rules.h and account/user_settings.h: lengths of fields, and the JSON of a user's settings.
#include "account/user_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "account/user_settings.h"
#include "base/json/view.h"

namespace opusclaw::account {
namespace {

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

TEST(UserRules, CountCodePointsAndNotBytes) {
    EXPECT_EQ(broken_rules({.username = repeated("字", 20)}), "");
    EXPECT_EQ(broken_rules({.username = repeated("字", 21)}),
              "Key: 'User.Username' Error:Field validation for 'Username' failed on the 'max' tag");
    EXPECT_EQ(broken_rules({.password = repeated("😀", 7)}),
              "Key: 'User.Password' Error:Field validation for 'Password' failed on the 'min' tag");
    EXPECT_EQ(broken_rules({.password = repeated("😀", 8)}), "");
}

TEST(UserRules, NameEveryBrokenFieldInOrder) {
    const UserFields fields{.username = std::string(21, 'u'),
                            .password = std::string(21, 'p'),
                            .display_name = std::string(21, 'd'),
                            .email = std::string(51, 'e'),
                            .remark = std::string(256, 'r')};
    const std::string lines = broken_rules(fields);
    std::size_t at = 0;
    for (const char* const field : {"Username", "Password", "DisplayName", "Email", "Remark"}) {
        const std::size_t found = lines.find("'User." + std::string(field) + "'", at);
        ASSERT_NE(found, std::string::npos) << field;
        at = found;
    }
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
}

TEST(UserRules, SayNothingOfAbsentFields) {
    EXPECT_EQ(broken_rules({}), "");
    EXPECT_TRUE(storable({}));
    EXPECT_FALSE(storable({.remark = std::string("a\0b", 3)}));
}

TEST(UserSettings, ChangeOneMemberAndKeepTheRestAsItWasWritten) {
    EXPECT_EQ(changed_setting(R"({"a":1.0,"gotify_priority":7,"language":"en"})",
                              {{"language", json::Node::of("zh")}, {"a", std::nullopt}}),
              R"({"gotify_priority":7,"language":"zh"})");
}

TEST(UserSettings, StartAnewWhereTheColumnHoldsNoObject) {
    for (const char* const odd : {"", "  ", "{", "[1]", "null", "\"x\"", "{\"a\":1}x"}) {
        EXPECT_EQ(changed_setting(odd, {{"language", json::Node::of("en")}}),
                  R"({"language":"en","gotify_priority":0})")
            << odd;
    }
}

TEST(UserSettings, GiveEachRoleItsSideBar) {
    const auto side_bar = [](Role role) {
        const json::Document document = json::Document::copy(first_setting(role));
        return document.root().find("sidebar_modules")->as_string().value();
    };
    constexpr std::string_view kCommon =
        R"({"chat":{"enabled":true,"playground":true,"chat":true},)"
        R"("console":{"enabled":true,"detail":true,"token":true,"log":true,"midjourney":true,"task":true},)"
        R"("personal":{"enabled":true,"topup":true,"personal":true})";
    EXPECT_EQ(side_bar(Role::Common), std::string(kCommon) + "}");
    constexpr std::string_view kAdmin =
        R"(,"admin":{"enabled":true,"channel":true,"models":true,"redemption":true,"user":true,"setting":)";
    EXPECT_EQ(side_bar(Role::Admin), std::string(kCommon) + std::string(kAdmin) + "false}}");
    EXPECT_EQ(side_bar(Role::Root), std::string(kCommon) + std::string(kAdmin) + "true}}");
}

}    // namespace
}    // namespace opusclaw::account
