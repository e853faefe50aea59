// api/channel_json.cpp: optional scalars that are not set are written as null, and an unreadable `channel_info` as an empty one.
#include "api/channel_json.h"

#include <optional>
#include <string>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

std::optional<json::Document> readable(const std::string& text) {
    if (text::trim(text).empty()) return std::nullopt;
    try {
        json::Document document = json::Document::copy(text);
        document.validate();
        return document;
    } catch (const Error&) {
        return std::nullopt;    // catalog logs it when it builds its snapshot
    }
}

/// Why and when keys were disabled is for the calls that manage keys (spec 03 section 6).
void write_channel_info(json::Writer& writer, const std::string& text) {
    const std::optional<json::Document> document = readable(text);
    const auto find = [&document](std::string_view name) {
        return document ? document->root().find(name) : std::nullopt;
    };
    const auto multi = find("is_multi_key");
    const auto size = find("multi_key_size"), index = find("multi_key_polling_index");
    const auto statuses = find("multi_key_status_list"), mode = find("multi_key_mode");
    writer.begin_object();
    writer.member("is_multi_key", multi ? multi->as_bool().value_or(false) : false);
    writer.member("multi_key_size", size ? size->as_int().value_or(0) : 0);
    writer.member_raw("multi_key_status_list",
                      statuses && statuses->type() == json::Type::Object ? statuses->raw() : "null");
    writer.member("multi_key_polling_index", index ? index->as_int().value_or(0) : 0);
    writer.member("multi_key_mode", mode ? mode->as_string().value_or("") : std::string());
    writer.end_object();
}

}    // namespace

void write_channel(json::Writer& writer, const store::ChannelRow& c) {
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
    writer.key("channel_info");
    write_channel_info(writer, c.channel_info);
    writer.member("settings", c.settings).end_object();
}

std::string channel_info_text(const ChannelInfo& info) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("is_multi_key", info.multi_key).member("multi_key_size", info.keys);
    writer.member_null("multi_key_status_list").member("multi_key_polling_index", 0);
    writer.member("multi_key_mode", info.mode).end_object();
    return text;
}

}    // namespace opusclaw::api
