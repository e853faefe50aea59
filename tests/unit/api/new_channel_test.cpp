// Tests of api/new_channel.h and api/channel_settings_check.h: the checks of spec 03 section 3.4 in their order, and the rows.
#include "api/new_channel.h"

#include <gtest/gtest.h>

#include <string>

#include "api/channel_settings_check.h"
#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

std::vector<store::ChannelRow> read(const std::string& body) {
    return read_new_channels(JsonBody::parse(body), 1234);
}
std::string refused(const std::string& body) {
    return refusal([&body] { read(body); });
}
std::string single(const std::string& channel) { return R"({"mode":"single","channel":)" + channel + "}"; }

struct Refused {
    std::string body, message;
};
const Refused kRefused[] = {
    {R"({"mode":"single"})", "channel cannot be empty"},
    {R"({"mode":"single","channel":null})", "channel cannot be empty"},
    {single("5"), "common.invalid_params"},
    {single(R"({"key":""})"), "channel cannot be empty"},
    {single(R"({"key":"k","type":"one"})"), "common.invalid_params"},
    {single(R"({"key":"k","weight":-1})"), "common.invalid_params"},
    {single(R"({"key":"k","status":4})"), "common.invalid_params"},
    {single(R"({"key":"","setting":"[]"})"), "渠道额外设置[channel setting] 格式错误：not a JSON object"},
    {single(R"({"key":"k","setting":"{\"proxy\":5}"})"),
     "渠道额外设置[channel setting] 格式错误：proxy has a wrong type"},
    {single(R"({"key":"k","settings":"{\"disable_store\":\"yes\"}"})"),
     "渠道额外设置[channel setting] 格式错误：disable_store has a wrong type"},
    {single(R"({"key":"k","models":"ok,)" + std::string(256, 'm') + R"("})"),
     "模型名称过长: " + std::string(256, 'm')},
    {single(R"({"key":"k","type":41})"), "部署地区不能为空"},
    {single(R"({"key":"k","type":41,"other":"us-central1"})"),
     R"(部署地区必须是标准的Json格式，例如{"default": "us-central1", "region2": "us-east1"})"},
    {single(R"({"key":"k","type":41,"other":"{\"a\":\"b\"}"})"), "部署地区必须包含default字段"},
    {single(R"({"key":"sk-1","type":57})"), "Codex key must be a valid JSON object"},
    {single(R"({"key":"{\"account_id\":\"a\"}","type":57})"), "Codex key JSON must include access_token"},
    {single(R"({"key":"{\"access_token\":\"a\",\"account_id\":\" \"}","type":57})"),
     "Codex key JSON must include account_id"},
    {R"({"mode":"many","channel":{"key":"k"}})", "不支持的添加模式"},
    {R"({"channel":{"key":"k"}})", "不支持的添加模式"},
    {R"({"mode":"batch","channel":{"key":" \n "}})", "channel cannot be empty"},
    {R"({"mode":"batch","channel":{"key":"[]","type":41,"other":"{\"default\":\"x\"}"}})",
     "批量添加 Vertex AI 的 keys 不能为空"},
    {single(R"({"key":"k","remark":")" + std::string(256, 'r') + R"("})"),
     "Key: 'Channel.Remark' Error:Field validation for 'Remark' failed on the 'max' tag"},
};

TEST(NewChannels, AreRefusedWithTheTextOfTheFirstCheck) {
    for (const Refused& expected : kRefused)
        EXPECT_EQ(refused(expected.body), expected.message) << expected.body;
}

TEST(NewChannels, OfVertexSayWhatIsWrongWithTheirArray) {
    const std::string told = refused(
        R"({"mode":"multi_to_single","channel":{"key":"not json","type":41,"other":"{\"default\":\"x\"}"}})");
    EXPECT_TRUE(told.starts_with(
        "批量添加 Vertex AI 必须使用标准的JsonArray格式，例如[{key1}, {key2}...]，请检查输入: "))
        << told;
}

TEST(NewChannels, KeepAbsentAndZeroApart) {
    const store::ChannelRow bare = read(single(R"({"key":"k"})")).at(0);
    EXPECT_FALSE(bare.weight || bare.priority || bare.auto_ban || bare.base_url || bare.tag ||
                 bare.model_mapping);
    EXPECT_EQ(bare.created_time, 1234);
    const store::ChannelRow full =
        read(
            single(
                R"({"key":"a\nb","type":1,"weight":0,"priority":-3,"auto_ban":0,"base_url":"","tag":"","status":2,"Name":"n"})"))
            .at(0);
    EXPECT_EQ(full.weight, 0);
    EXPECT_EQ(full.priority, -3);
    EXPECT_EQ(full.auto_ban, 0);
    EXPECT_EQ(full.base_url, "");
    EXPECT_EQ(full.tag, "");
    EXPECT_EQ(full.status, 2);
    EXPECT_EQ(full.name, "n");
    EXPECT_EQ(full.key, "a\nb");    // one key, as given
}

TEST(NewChannels, DoNotTakeWhatTheServerWrites) {
    const store::ChannelRow row =
        read(
            single(
                R"({"key":"k","id":9,"used_quota":5,"balance":7,"created_time":1,"test_time":2,"response_time":3,)"
                R"("channel_info":{"is_multi_key":true}})"))
            .at(0);
    EXPECT_EQ(row.id, 0);
    EXPECT_EQ(row.used_quota, 0);
    EXPECT_EQ(row.balance, 0);
    EXPECT_EQ(row.created_time, 1234);
    EXPECT_EQ(row.test_time + row.response_time, 0);
    EXPECT_NE(row.channel_info.find(R"("is_multi_key":false)"), std::string::npos);
}

TEST(NewChannels, OfABatchAreOneAKey) {
    const auto rows = read(
        R"({"mode":"batch","batch_add_set_key_prefix_2_name":true,"channel":{"name":"n","key":"sk-aaaaaaa\n\n sk-bbbbbbb\nc"}})");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].key, "sk-aaaaaaa");
    EXPECT_EQ(rows[0].name, "n sk-aaaaa");
    EXPECT_EQ(rows[1].key, "sk-bbbbbbb");
    EXPECT_EQ(rows[1].name, "n sk-bbbbb");    // its own prefix only
    EXPECT_EQ(rows[2].name, "n c");
    EXPECT_EQ(
        read(R"({"mode":"batch","batch_add_set_key_prefix_2_name":true,"channel":{"name":"n","key":"k"}})")
            .at(0)
            .name,
        "n");
    EXPECT_EQ(read(R"({"mode":"batch","channel":{"name":"n","key":"a\nb"}})").at(1).name, "n");
}

TEST(NewChannels, OfManyKeysKeepThemInOne) {
    const auto rows = read(
        R"({"mode":"multi_to_single","multi_key_mode":"polling","channel":{"key":" a \n\nb\n"}})");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].key, "a\nb");
    EXPECT_EQ(
        rows[0].channel_info,
        R"({"is_multi_key":true,"multi_key_size":2,"multi_key_status_list":null,"multi_key_polling_index":0,)"
        R"("multi_key_mode":"polling"})");
}

TEST(NewChannels, OfVertexTakeObjectsOrPlainKeys) {
    const auto objects = read(R"({"mode":"batch","channel":{"type":41,"other":"{\"default\":\"x\"}",)"
                              R"("key":"[{\"a\": 1}, {\"b\": 2}]"}})");
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[1].key, R"({"b":2})");
    const auto plain = read(
        R"({"mode":"batch","channel":{"type":41,"other":"{\"default\":\"x\"}","key":"a\nb",)"
        R"("settings":"{\"vertex_key_type\":\"api_key\"}"}})");
    EXPECT_EQ(plain.at(1).key, "b");
}

TEST(ChannelSettings, MayBeEmptyAndHaveUnknownMembers) {
    EXPECT_FALSE(wrong_in_setting(""));
    EXPECT_FALSE(wrong_in_setting(R"({"proxy":null,"force_format":true,"of the future":[1]})"));
    EXPECT_FALSE(wrong_in_settings(
        R"({"upstream_model_update_ignored_models":["regex:a"],"openrouter_enterprise":false})"));
    EXPECT_TRUE(wrong_in_settings(R"({"upstream_model_update_ignored_models":["a",5]})"));
    EXPECT_TRUE(wrong_in_settings(R"({"upstream_model_update_last_check_time":1.5})"));
    EXPECT_TRUE(wrong_in_setting("{"));
}

}    // namespace
}    // namespace opusclaw::api
