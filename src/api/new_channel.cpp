// api/new_channel.cpp: reads the channel as it was sent, checks it, and makes one row or one a key of it. What only the server
// writes (times, balance, used quota, states of keys) is not read.
#include "api/new_channel.h"

#include <optional>
#include <string>
#include <string_view>

#include "api/channel_json.h"
#include "api/channel_keys.h"
#include "api/channel_settings_check.h"
#include "api/reply.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kVertex = 41;
constexpr std::int64_t kCodex = 57;
constexpr std::size_t kLongestModelBytes = 255;
constexpr std::size_t kLongestRemark = 255;
constexpr std::size_t kLongestStatusCodeMapping = 1024;
constexpr std::int64_t kLargestWeight = 4'294'967'295;    // the column has 32 bits on servers
constexpr std::int64_t kLargestNumber = 2'147'483'647;

std::int64_t bounded(std::int64_t number, std::int64_t least, std::int64_t most) {
    if (number < least || number > most) fail_key("common.invalid_params");
    return number;
}

store::ChannelRow read_channel(const JsonBody& body) {
    store::ChannelRow c;
    c.type = bounded(body.integer("type"), 0, kLargestNumber);
    c.key = body.text("key");
    c.openai_organization = body.optional_text("openai_organization");
    c.test_model = body.optional_text("test_model");
    c.status = bounded(body.integer("status"), 0, 3);
    c.name = body.text("name");
    c.weight = body.optional_integer("weight");
    if (c.weight) bounded(*c.weight, 0, kLargestWeight);
    c.base_url = body.optional_text("base_url");
    c.other = body.text("other");
    c.models = body.text("models");
    c.group = body.text("group");
    c.model_mapping = body.optional_text("model_mapping");
    c.status_code_mapping = body.optional_text("status_code_mapping");
    c.priority = body.optional_integer("priority");
    c.auto_ban = body.optional_integer("auto_ban");
    if (c.auto_ban) bounded(*c.auto_ban, -kLargestNumber, kLargestNumber);
    c.other_info = body.text("other_info");
    c.tag = body.optional_text("tag");
    c.setting = body.optional_text("setting");
    c.param_override = body.optional_text("param_override");
    c.header_override = body.optional_text("header_override");
    c.remark = body.optional_text("remark");
    c.settings = body.text("settings");
    return c;
}

std::string describe(const Error& error) { return error.message.text; }

/// The object in the text; nullopt for everything else.
std::optional<json::Document> object_of(std::string_view text) {
    try {
        json::Document document = json::Document::copy(text::trim(text));
        document.validate();
        if (document.root().type() == json::Type::Object) return document;
    } catch (const Error&) {
        // each check has its own words for it
    }
    return std::nullopt;
}

bool has_text(const json::Document& object, std::string_view name) {
    const auto value = object.root().find(name);
    return value && !text::trim(value->as_string().value_or("")).empty();
}

void check_settings(const store::ChannelRow& channel) {
    constexpr std::string_view kWrong = "渠道额外设置[channel setting] 格式错误：";
    for (const auto& wrong :
         {wrong_in_setting(channel.setting.value_or("")), wrong_in_settings(channel.settings)}) {
        if (wrong) fail(std::string(kWrong) + *wrong);
    }
}

void check_models(const store::ChannelRow& channel) {
    for (const std::string_view model : text::split(channel.models, ',')) {
        if (model.size() > kLongestModelBytes) fail("模型名称过长: " + std::string(model));
    }
}

void check_vertex(const store::ChannelRow& channel) {
    if (channel.other.empty()) fail("部署地区不能为空");
    const auto regions = object_of(channel.other);
    if (!regions) {
        fail(R"(部署地区必须是标准的Json格式，例如{"default": "us-central1", "region2": "us-east1"})");
    }
    if (!regions->root().find("default")) fail("部署地区必须包含default字段");
}

void check_codex(const store::ChannelRow& channel) {
    const auto key = object_of(channel.key);
    if (!key) fail("Codex key must be a valid JSON object");
    if (!has_text(*key, "access_token")) fail("Codex key JSON must include access_token");
    if (!has_text(*key, "account_id")) fail("Codex key JSON must include account_id");
}

void check_width(std::string_view field, std::string_view text, std::size_t most) {
    if (text::count_characters(text) <= most) return;
    const std::string name(field);
    fail("Key: 'Channel." + name + "' Error:Field validation for '" + name + "' failed on the 'max' tag");
}

void check(const store::ChannelRow& channel) {
    check_settings(channel);
    if (channel.key.empty()) fail("channel cannot be empty");
    check_models(channel);
    if (channel.type == kVertex) check_vertex(channel);
    if (channel.type == kCodex) check_codex(channel);
}

void check_widths(const store::ChannelRow& channel) {
    check_width("StatusCodeMapping", channel.status_code_mapping.value_or(""), kLongestStatusCodeMapping);
    check_width("Remark", channel.remark.value_or(""), kLongestRemark);
}

/// Vertex takes service accounts, which are JSON objects, unless it is told to take plain keys.
bool has_json_keys(const store::ChannelRow& channel) {
    if (channel.type != kVertex) return false;
    const auto settings = object_of(channel.settings);
    const auto kind = settings ? settings->root().find("vertex_key_type") : std::nullopt;
    return !kind || kind->as_string() != "api_key";
}

std::vector<std::string> vertex_keys(const std::string& text) {
    constexpr std::string_view kWrong =
        "批量添加 Vertex AI 必须使用标准的JsonArray格式，例如[{key1}, {key2}...]，请检查输入: ";
    std::string why;
    try {
        std::vector<std::string> keys = split_array(text);
        if (!keys.empty()) return keys;
    } catch (const Error& error) {
        why = describe(error);
    }
    if (!why.empty()) fail(std::string(kWrong) + why);
    fail("批量添加 Vertex AI 的 keys 不能为空");
}

std::vector<std::string> one_or_more(std::vector<std::string> keys) {
    if (keys.empty()) fail("channel cannot be empty");
    return keys;
}

enum class Naming { Plain, KeyPrefix };

/// One channel a key.
std::vector<store::ChannelRow> batch(const store::ChannelRow& channel, Naming naming) {
    const std::vector<std::string> keys = has_json_keys(channel) ? vertex_keys(channel.key)
                                                                 : one_or_more(split_lines(channel.key));
    std::vector<store::ChannelRow> rows;
    for (const std::string& key : keys) {
        store::ChannelRow& row = rows.emplace_back(channel);
        row.key = key;
        if (naming == Naming::KeyPrefix && keys.size() > 1) row.name.append(" ").append(key_prefix(key));
    }
    return rows;
}

/// One channel with all keys.
store::ChannelRow multi_key(store::ChannelRow channel, const std::string& mode) {
    const std::vector<std::string> keys = has_json_keys(channel) ? vertex_keys(channel.key)
                                                                 : one_or_more(split_keys(channel.key));
    channel.key = join_lines(keys);
    channel.channel_info = channel_info_text({.multi_key = true, .keys = keys.size(), .mode = mode});
    return channel;
}

}    // namespace

std::vector<store::ChannelRow> read_new_channels(const JsonBody& body, std::int64_t now) {
    const std::string mode = body.text("mode");
    const std::string key_mode = body.text("multi_key_mode");
    const Naming naming = body.flag("batch_add_set_key_prefix_2_name") ? Naming::KeyPrefix : Naming::Plain;
    const auto sent = body.object("channel");
    if (!sent) fail("channel cannot be empty");
    store::ChannelRow channel = read_channel(*sent);
    channel.created_time = now;
    channel.channel_info = channel_info_text({});
    check(channel);
    if (mode != "single" && mode != "batch" && mode != "multi_to_single") fail("不支持的添加模式");
    check_widths(channel);
    if (mode == "single") return {std::move(channel)};
    if (mode == "batch") return batch(channel, naming);
    return {multi_key(std::move(channel), key_mode)};
}

}    // namespace opusclaw::api
