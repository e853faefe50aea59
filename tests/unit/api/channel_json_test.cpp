// Tests of api/channel_json.h and api/channel_keys.h: channels on the wire, keys in one text (spec 03 sections 2.1, 2.4, 2.5).
#include "api/channel_json.h"

#include <gtest/gtest.h>

#include <string>

#include "api/channel_keys.h"
#include "base/json/view.h"
#include "catalog/channel_keys.h"
#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

using Keys = std::vector<std::string>;

std::string written(const store::ChannelRow& channel) {
    std::string out;
    json::Writer writer(out);
    write_channel(writer, channel);
    return out;
}

std::string member(const store::ChannelRow& channel, std::string_view name) {
    const json::Document document = json::Document::copy(written(channel));
    const auto value = document.root().find(name);
    return value ? std::string(value->raw()) : "absent";
}

TEST(ChannelJson, NeverShowsTheKey) {
    const store::ChannelRow channel{.key = "sk-upstream", .name = "x"};
    EXPECT_EQ(member(channel, "key"), R"("")");
    EXPECT_EQ(written(channel).find("upstream"), std::string::npos);
}

TEST(ChannelJson, KeepsNullAndEmptyApart) {
    EXPECT_EQ(member({}, "tag"), "null");
    EXPECT_EQ(member({.tag = ""}, "tag"), R"("")");
    EXPECT_EQ(member({}, "priority"), "null");
    EXPECT_EQ(member({.priority = 0}, "priority"), "0");
    EXPECT_EQ(member({.balance = 1.5}, "balance"), "1.5");
}

TEST(ChannelJson, CompletesTheInfoAndDropsWhyKeysWereDisabled) {
    constexpr std::string_view kEmpty =
        R"({"is_multi_key":false,"multi_key_size":0,"multi_key_status_list":null,"multi_key_polling_index":0,"multi_key_mode":""})";
    for (const char* const odd :
         {"", "{}", "{", "null", "[]", R"({"is_multi_key":"yes","multi_key_size":null})"}) {
        EXPECT_EQ(member({.channel_info = odd}, "channel_info"), kEmpty) << odd;
    }
    EXPECT_EQ(
        member({.channel_info = R"({"is_multi_key":true,"multi_key_size":2,"multi_key_status_list":{"1":3},)"
                                R"("multi_key_disabled_reason":{"1":"x"},"multi_key_disabled_time":{"1":5},)"
                                R"("multi_key_polling_index":1,"multi_key_mode":"polling"})"},
               "channel_info"),
        R"({"is_multi_key":true,"multi_key_size":2,"multi_key_status_list":{"1":3},)"
        R"("multi_key_polling_index":1,"multi_key_mode":"polling"})");
    EXPECT_EQ(catalog::ChannelInfo{}.text(), kEmpty);
}

TEST(ChannelKeys, AreLinesOrItemsOfAnArray) {
    EXPECT_EQ(split_keys("a\n\n  b \r\nc\n"), (Keys{"a", "b", "c"}));
    EXPECT_EQ(split_keys(R"( ["a", " b ", "", {"x": 1} ] )"), (Keys{"a", "b", R"({"x":1})"}));
    EXPECT_EQ(split_keys("[odd\nkey"), (Keys{"[odd", "key"}));
    EXPECT_EQ(split_keys(" \n "), Keys{});
    EXPECT_EQ(join_lines({"a", "b"}), "a\nb");
    EXPECT_EQ(join_lines({}), "");
}

TEST(ChannelKeys, OfAnArrayMustBeOne) {
    EXPECT_NE(refusal([] { split_array("{}"); }), "");
    EXPECT_NE(refusal([] { split_array("[{]"); }), "");
    EXPECT_EQ(split_array("[null, \"  \"]"), Keys{});
}

TEST(ChannelKeys, HavePrefixesThatEndWithACharacter) {
    EXPECT_EQ(key_prefix("sk-1234567890"), "sk-12345");
    EXPECT_EQ(key_prefix("short"), "short");
    EXPECT_EQ(key_prefix("钥匙钥匙"), "钥匙");
}

}    // namespace
}    // namespace opusclaw::api
