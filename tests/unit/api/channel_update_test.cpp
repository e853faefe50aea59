// Tests of api/channel_update.h: what an update writes and what it leaves (spec 03 section 3.6).
#include "api/channel_update.h"

#include <gtest/gtest.h>

#include "catalog/channel_keys.h"
#include "unit/api/refusal.h"
#include "unit/base/work.h"

namespace opusclaw::api {
namespace {

store::ChannelChanges changes(const std::string& body, const store::ChannelRow& stored = {},
                              std::string_view clear = "") {
    return merged(read_channel_update(JsonBody::parse(body), clear), stored);
}

TEST(ChannelUpdate, LeavesWhatIsAbsentNullOrHasNoValueForEmpty) {
    for (const char* const body :
         {"{}", R"({"name":"","models":"","group":"","other":"","settings":"","type":0,"status":0,"key":""})",
          R"({"weight":null,"priority":null,"tag":null,"base_url":null,"remark":null,"name":null})",
          R"({"id":7,"used_quota":5,"balance":1,"other_info":"{}","channel_info":{"is_multi_key":true}})"}) {
        const store::ChannelChanges c = changes(body);
        EXPECT_FALSE(c.name || c.models || c.group || c.other || c.settings || c.type || c.status || c.key ||
                     c.weight || c.priority || c.auto_ban || c.tag || c.base_url || c.remark ||
                     c.other_info || c.channel_info)
            << body;
    }
}

TEST(ChannelUpdate, WritesExplicitZerosOfOptionalMembers) {
    const store::ChannelChanges c = changes(
        R"({"weight":0,"priority":0,"auto_ban":0,"tag":"","base_url":"","setting":"","openai_organization":""})");
    EXPECT_EQ(c.weight, 0);
    EXPECT_EQ(c.priority, 0);
    EXPECT_EQ(c.auto_ban, 0);
    EXPECT_EQ(c.tag, "");
    EXPECT_EQ(c.base_url, "");
    EXPECT_EQ(c.setting, "");
    EXPECT_EQ(c.openai_organization, "");
}

TEST(ChannelUpdate, ClearsWhatIsNamed) {
    const store::ChannelChanges c = changes(R"({"models":"m"})", {}, "other, models,other_info");
    EXPECT_EQ(c.other, "");
    EXPECT_EQ(c.models, "m") << "what was sent counts";
    EXPECT_EQ(c.other_info, "");
    for (const char* const wrong : {"key", "id", "weight", "other,nothing"})
        EXPECT_NE(refusal([&] { changes("{}", {}, wrong); }), "") << wrong;
}

store::ChannelRow multi(std::string key, std::string states) {
    return {.key = std::move(key),
            .channel_info = R"({"is_multi_key":true,"multi_key_size":1,"multi_key_status_list":)" + states +
                            R"(,"multi_key_polling_index":0,"multi_key_mode":"polling"})"};
}

std::string key_lines(std::string_view name, std::int64_t count) {
    std::string text;
    for (std::int64_t i = 0; i < count; ++i) text.append(name).append(std::to_string(i)).append("\\n");
    return text;
}

TEST(ChannelUpdate, AppendsKeysInLinearTime) {
    const double times = growth(
        [](std::int64_t count) {
            const auto body = JsonBody::parse(R"({"key_mode":"append","key":")" + key_lines("new", count) +
                                              "\"}");
            const ChannelUpdate update = read_channel_update(body, "");
            store::ChannelRow stored = multi("", "{}");
            for (std::int64_t i = 0; i < count; ++i) stored.key += "old" + std::to_string(i) + "\n";
            return cpu_time_of([&] { merged(update, stored); });
        },
        500);
    EXPECT_LT(times, kLinearGrowth);
}

TEST(ChannelUpdate, AppendsNewKeysOnceInOrder) {
    const auto c = changes(R"({"key":" c \n\na\nc\nd","key_mode":"append"})", multi("a\nb", R"({"1":3})"));
    EXPECT_EQ(c.key, "a\nb\nc\nd");
    const auto info = catalog::ChannelInfo::parse(*c.channel_info);
    EXPECT_EQ(info.size, 4);
    EXPECT_EQ(info.status_of(1), 3);
}

TEST(ChannelUpdate, AppendsObjectsOfVertex) {
    store::ChannelRow stored = multi(R"({"a":1})", "null");
    stored.type = 41;
    const auto c = changes(R"({"key":"[{\"b\": 2}, {\"a\":1}]","key_mode":"append"})", stored);
    EXPECT_EQ(c.key, "{\"a\":1}\n{\"b\":2}");
    EXPECT_EQ(changes(R"({"key":"{\"c\": 3}","key_mode":"append"})", stored).key, "{\"a\":1}\n{\"c\":3}");
    EXPECT_TRUE(refusal([&] {
                    changes(R"({"key":"nonsense","key_mode":"append"})", stored);
                }).starts_with("追加密钥解析失败: "));
}

TEST(ChannelUpdate, ReplacesKeysAndPrunesStates) {
    const auto c = changes(R"({"key":"b\nx","key_mode":"replace","multi_key_mode":"random"})",
                           multi("a\nb", R"({"0":2,"1":3})"));
    EXPECT_EQ(c.key, "b\nx");
    const auto info = catalog::ChannelInfo::parse(*c.channel_info);
    EXPECT_EQ(info.states.size(), 1U);
    EXPECT_EQ(info.status_of(0), 3);
    EXPECT_EQ(info.mode, "random");
    EXPECT_EQ(changes(R"({"key":"new","key_mode":"append"})", {.key = "old"}).key, "new");
}

TEST(ChannelUpdate, SwitchedOnForgetsTheReasonOnly) {
    const store::ChannelRow stored{.other_info = R"({"status_reason":"r","x":1})"};
    EXPECT_EQ(changes(R"({"status":1})", stored).other_info, R"({"x":1})");
    EXPECT_FALSE(changes(R"({"status":2})", stored).other_info);
    EXPECT_FALSE(changes(R"({"status":1})", {.other_info = "{}"}).other_info);
}

TEST(ChannelUpdate, ChecksTheBodysOwnValues) {
    EXPECT_EQ(refusal([] { changes(R"({"type":41})"); }), "部署地区不能为空");
    EXPECT_EQ(refusal([] { changes(R"({"type":57,"key":"x"})"); }), "Codex key must be a valid JSON object");
    EXPECT_EQ(refusal([] { changes(R"({"type":57})"); }), "");
    EXPECT_EQ(refusal([] { changes(R"({"weight":4294967296})"); }), "common.invalid_params");
    EXPECT_EQ(refusal([] { changes(R"({"models":")" + std::string(300, 'm') + R"("})"); }), "");
}

}    // namespace
}    // namespace opusclaw::api
