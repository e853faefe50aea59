// Tests of api/user_json.h: what users see of themselves, and administrators of them (spec 02 sections 8.2, 9.1, 12.2).
#include "api/user_json.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json/view.h"

namespace opusclaw::api {
namespace {

std::string self(const store::UserProfile& user) {
    std::string out;
    json::Writer writer(out);
    write_self(writer, user);
    return out;
}

std::string member(const std::string& json, std::string_view name) {
    const json::Document document = json::Document::copy(json);
    const auto value = document.root().find(name);
    return value ? std::string(value->raw()) : "absent";
}

TEST(SignedIn, HasSixMembers) {
    std::string out;
    json::Writer writer(out);
    write_signed_in(
        writer,
        {.id = 7, .username = "ann", .password = "$2a$", .display_name = "Ann", .role = 1, .status = 1});
    EXPECT_EQ(out, R"({"id":7,"username":"ann","display_name":"Ann","role":1,"status":1,"group":"default"})");
}

TEST(Self, ShowsWhatTheRoleMaySee) {
    EXPECT_EQ(member(self({.role = 100}), "permissions"),
              R"({"sidebar_settings":false,"sidebar_modules":{}})");
    EXPECT_EQ(member(self({.role = 10}), "permissions"),
              R"({"sidebar_settings":true,"sidebar_modules":{"admin":{"setting":false}}})");
    EXPECT_EQ(member(self({.role = 1}), "permissions"),
              R"({"sidebar_settings":true,"sidebar_modules":{"admin":false}})");
}

TEST(Self, TakesTheSidebarOutOfTheSettings) {
    const std::string shown = self({.role = 1, .setting = R"({"sidebar_modules":"{\"chat\":true}"})"});
    EXPECT_EQ(member(shown, "sidebar_modules"), R"("{\"chat\":true}")");
    EXPECT_EQ(member(shown, "setting"), R"("{\"sidebar_modules\":\"{\\\"chat\\\":true}\"}")");
    for (const char* const odd : {"", "{", "[]", "{}", R"({"sidebar_modules":5})"}) {
        EXPECT_EQ(member(self({.role = 1, .setting = odd}), "sidebar_modules"), R"("")") << odd;
    }
}

TEST(Self, CallsTheHistoryOfInvitationsByItsWireName) {
    EXPECT_EQ(member(self({.aff_history = 9}), "aff_history_quota"), "9");
}

TEST(UserForAdministrators, HasEveryMemberAndNoSecret) {
    std::string out;
    json::Writer writer(out);
    write_user(writer, {.id = 7, .username = "ann", .role = 1, .status = 1, .group = "vip", .quota = 5});
    EXPECT_EQ(out, R"({"id":7,"username":"ann","password":"","original_password":"","display_name":"",)"
                   R"("role":1,"status":1,"email":"","github_id":"","discord_id":"","oidc_id":"",)"
                   R"("wechat_id":"","telegram_id":"","verification_code":"","access_token":null,"quota":5,)"
                   R"("used_quota":0,"request_count":0,"group":"vip","aff_code":"","aff_count":0,)"
                   R"("aff_quota":0,"aff_history_quota":0,"inviter_id":0,"DeletedAt":null,)"
                   R"("linux_do_id":"","setting":"","stripe_customer":"","created_at":0,"last_login_at":0})");
}

TEST(UserForAdministrators, ShowsRemarkAndDeletionWhereThereAreAny) {
    std::string out;
    json::Writer writer(out);
    write_user(writer, {.remark = "r", .deleted_at = "2026-01-01 00:00:00"});
    EXPECT_EQ(member(out, "remark"), R"("r")");
    EXPECT_EQ(member(out, "DeletedAt"), R"("2026-01-01T00:00:00Z")");
}

TEST(TimeColumn, IsWrittenAsRfc3339WhateverTheEngineSays) {
    EXPECT_EQ(rfc3339_of_column("2026-01-02 03:04:05"), "2026-01-02T03:04:05Z");
    EXPECT_EQ(rfc3339_of_column("2026-01-02 03:04:05.678"), "2026-01-02T03:04:05.678Z");
    EXPECT_EQ(rfc3339_of_column("2026-01-02 03:04:05.678901+00"), "2026-01-02T03:04:05.678901Z");
    EXPECT_EQ(rfc3339_of_column("2026-01-02 03:04:05+05:30"), "2026-01-02T03:04:05+05:30");
    EXPECT_EQ(rfc3339_of_column("2026-01-02 03:04:05-08"), "2026-01-02T03:04:05-08:00");
    EXPECT_EQ(rfc3339_of_column("2026-01-02T03:04:05Z"), "2026-01-02T03:04:05Z");
    EXPECT_EQ(rfc3339_of_column("2026-01-02 03:04:05.1 +0800 CST m=+0.1"), "2026-01-02T03:04:05.1+08:00");
    EXPECT_EQ(rfc3339_of_column("yesterday"), "yesterday");
}

}    // namespace
}    // namespace opusclaw::api
