// api/channel_json.cpp: optional scalars that are not set are written as null, and an unreadable `channel_info` as an empty one.
#include "api/channel_json.h"

#include <string>

#include "catalog/channel_keys.h"

namespace opusclaw::api {
namespace {

/// Why and when keys were disabled is for the calls that manage keys (spec 03 section 6).
std::string shown_info(const std::string& text) {
    catalog::ChannelInfo info = catalog::ChannelInfo::parse(text);
    for (auto& [index, state] : info.states) state = {.status = state.status};
    return info.text();
}

}    // namespace

void write_channel(json::Writer& writer, const store::ChannelRow& c, const WriteInside& more) {
    writer.begin_object();
    writer.member("id", c.id).member("type", c.type).member("key", "");
    writer.member_or_null("openai_organization", c.openai_organization);
    writer.member_or_null("test_model", c.test_model);
    writer.member("status", c.status).member("name", c.name).member_or_null("weight", c.weight);
    writer.member("created_time", c.created_time).member("test_time", c.test_time);
    writer.member("response_time", c.response_time).member_or_null("base_url", c.base_url);
    writer.member("other", c.other).member("balance", c.balance);
    writer.member("balance_updated_time", c.balance_updated_time);
    writer.member("models", c.models).member("group", c.group).member("used_quota", c.used_quota);
    writer.member_or_null("model_mapping", c.model_mapping);
    writer.member_or_null("status_code_mapping", c.status_code_mapping);
    writer.member_or_null("priority", c.priority).member_or_null("auto_ban", c.auto_ban);
    writer.member("other_info", c.other_info).member_or_null("tag", c.tag);
    writer.member_or_null("setting", c.setting).member_or_null("param_override", c.param_override);
    writer.member_or_null("header_override", c.header_override).member_or_null("remark", c.remark);
    writer.member_raw("channel_info", shown_info(c.channel_info)).member("settings", c.settings);
    if (more) more(writer);
    writer.end_object();
}

}    // namespace opusclaw::api
