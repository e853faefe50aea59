// api/new_channel.cpp: reads the channel as it was sent, checks it, and makes one row or one a key of it. What only the server
// writes (times, balance, used quota, states of keys) is not read.
#include "api/new_channel.h"

#include <string>

#include "api/channel_check.h"
#include "api/channel_keys.h"
#include "api/reply.h"
#include "catalog/channel_keys.h"

namespace opusclaw::api {
namespace {

store::ChannelRow read_channel(const JsonBody& body) {
    store::ChannelRow c;
    c.type = read_type(body).value_or(0);
    c.key = body.text("key");
    c.openai_organization = body.optional_text("openai_organization");
    c.test_model = body.optional_text("test_model");
    c.status = read_status(body).value_or(0);
    c.name = body.text("name");
    c.weight = read_weight(body);
    c.base_url = body.optional_text("base_url");
    c.other = body.text("other");
    c.models = body.text("models");
    c.group = body.text("group");
    c.model_mapping = body.optional_text("model_mapping");
    c.status_code_mapping = body.optional_text("status_code_mapping");
    c.priority = body.optional_integer("priority");
    c.auto_ban = read_auto_ban(body);
    c.other_info = body.text("other_info");
    c.tag = body.optional_text("tag");
    c.setting = body.optional_text("setting");
    c.param_override = body.optional_text("param_override");
    c.header_override = body.optional_text("header_override");
    c.remark = body.optional_text("remark");
    c.settings = body.text("settings");
    return c;
}

void check(const store::ChannelRow& channel) {
    check_settings(channel.setting.value_or(""), channel.settings);
    if (channel.key.empty()) fail("channel cannot be empty");
    check_model_names(channel.models);
    if (channel.type == kVertexType) check_vertex_regions(channel.other);
    if (channel.type == kCodexType) check_codex_key(channel.key);
}

std::vector<std::string> one_or_more(std::vector<std::string> keys) {
    if (keys.empty()) fail("channel cannot be empty");
    return keys;
}

enum class Naming { Plain, KeyPrefix };

/// One channel a key.
std::vector<store::ChannelRow> batch(const store::ChannelRow& channel, Naming naming) {
    const std::vector<std::string> keys = has_json_keys(channel.type, channel.settings)
                                              ? vertex_keys(channel.key)
                                              : one_or_more(split_lines(channel.key));
    constexpr std::size_t kMostBytes = std::size_t{64} << 20;    // of copies of what all keys share
    const std::size_t shared = channel.models.size() + channel.setting.value_or("").size() +
                               channel.settings.size() + channel.model_mapping.value_or("").size() +
                               sizeof(channel);
    if (keys.size() > kMostBytes / shared) fail_key("common.invalid_params");
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
    const std::vector<std::string> keys = has_json_keys(channel.type, channel.settings)
                                              ? vertex_keys(channel.key)
                                              : one_or_more(split_keys(channel.key));
    channel.key = join_lines(keys);
    channel.channel_info =
        catalog::ChannelInfo{.multi_key = true, .size = static_cast<std::int64_t>(keys.size()), .mode = mode}
            .text();
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
    channel.channel_info = catalog::ChannelInfo{}.text();
    check(channel);
    if (mode != "single" && mode != "batch" && mode != "multi_to_single") fail("不支持的添加模式");
    check_lengths(channel.status_code_mapping.value_or(""), channel.remark.value_or(""));
    if (mode == "single") return {std::move(channel)};
    if (mode == "batch") return batch(channel, naming);
    return {multi_key(std::move(channel), key_mode)};
}

}    // namespace opusclaw::api
