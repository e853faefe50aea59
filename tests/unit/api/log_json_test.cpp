// Tests of api/log_json.h and api/pattern_check.h: rows of the log and what may be searched for (spec 03 sections 14.1, 14.2).
#include "api/log_json.h"

#include <gtest/gtest.h>

#include <string>

#include "api/pattern_check.h"
#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

std::string written(const store::LogRow& row, std::string_view channel_name) {
    std::string out;
    json::Writer writer(out);
    write_log(writer, row, channel_name);
    return out;
}

TEST(LogJson, HasTheMembersOfTheSpecification) {
    EXPECT_EQ(
        written({.id = 9,
                 .user_id = 1,
                 .created_at = 2,
                 .type = 2,
                 .model_name = "m",
                 .quota = 3,
                 .is_stream = true,
                 .channel_id = 4,
                 .request_id = "r",
                 .other = R"({"a":1})"},
                "sim"),
        R"({"id":9,"user_id":1,"created_at":2,"type":2,"content":"","username":"","token_name":"","model_name":"m",)"
        R"("quota":3,"prompt_tokens":0,"completion_tokens":0,"use_time":0,"is_stream":true,"channel":4,)"
        R"("channel_name":"sim","token_id":0,"group":"","ip":"","request_id":"r","other":"{\"a\":1}"})");
}

TEST(LogJson, LeavesOutAnEmptyRequestId) { EXPECT_EQ(written({}, "").find("request_id"), std::string::npos); }

TEST(CleanedLogs, ShowUsersNothingOfChannelsAndAdministrators) {
    const store::LogRow row = cleaned_log(
        {.id = 900,
         .type = 2,
         .channel_id = 4,
         .other =
             R"({"admin_info":{"use_channel":["4"]},"model_ratio":1.0,"stream_status":{},"reject_reason":"x","po":[1],"channel_id":4})"},
        21);
    EXPECT_EQ(row.id, 21);
    EXPECT_EQ(row.channel_id, 0);
    EXPECT_EQ(row.other, R"({"model_ratio":1.0,"channel_id":4})");
}

TEST(CleanedLogs, OfErrorsLoseTheirChannelToo) {
    const store::LogRow row = cleaned_log(
        {.type = 5, .other = R"({"channel_id":4,"channel_name":"secret","channel_type":1,"error_code":"x"})"},
        1);
    EXPECT_EQ(row.other, R"({"error_code":"x"})");
}

TEST(CleanedLogs, HideWhatCannotBeRead) {
    for (const char* const odd : {"", "null", "[1]", "{\"admin_info\":", "text"}) {
        EXPECT_EQ(cleaned_log({.other = odd}, 1).other, "{}") << odd;
    }
}

TEST(Patterns, AreChecked) {
    const auto told = [](std::string_view typed) { return refusal([typed] { check_pattern(typed); }); };
    for (const char* const good : {"", "a", "gpt-4o", "gpt%", "%ab%", "_!%", "%4o"})
        EXPECT_EQ(told(good), "") << good;
    EXPECT_EQ(told("gpt%%4"), "搜索模式中不允许包含连续的 % 通配符");
    EXPECT_EQ(told("a%b%c%d"), "搜索模式中最多允许包含 2 个 % 通配符");
    EXPECT_EQ(told("%a%"), "使用模糊搜索时，关键词长度至少为 2 个字符");
    EXPECT_EQ(told("%"), "使用模糊搜索时，关键词长度至少为 2 个字符");
}

}    // namespace
}    // namespace opusclaw::api
