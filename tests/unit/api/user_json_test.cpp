// Tests of api/user_json.h: what users see of themselves (spec 02 sections 8.2 and 9.1).
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

}    // namespace
}    // namespace opusclaw::api
