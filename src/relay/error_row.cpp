// relay/error_row.cpp: columns and `other` of error rows, in the order of spec 03 section 14.3.
#include "relay/error_row.h"

#include <fmt/format.h>

#include "base/json/writer.h"

namespace opusclaw::relay {
namespace {

std::string other_of(const ErrorFacts& facts) {
    const bool upstream = facts.failure.client.source == dialect::ErrorSource::OpenaiUpstream;
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("request_path", facts.trace.path);
    writer.member("error_type", upstream ? "openai_error" : "new_api_error");
    writer.member("error_code", facts.failure.client.code).member("status_code", facts.failure.client.status);
    writer.member("channel_id", facts.channel.id.value).member("channel_name", facts.channel.name);
    writer.member("channel_type", facts.channel.type).key("admin_info").begin_object();
    writer.key("use_channel").begin_array();
    for (const ChannelId id : facts.trace.channels) writer.value(std::to_string(id.value));
    writer.end_array();
    if (facts.channel.multi_key) {
        writer.member("is_multi_key", true);
        writer.member("multi_key_index", static_cast<std::int64_t>(facts.key_place));
    }
    writer.end_object().end_object();
    return text;
}

}    // namespace

store::LogRow error_row(const ErrorFacts& facts) {
    store::LogRow row;
    row.user_id = facts.caller.user->id.value;
    row.created_at = to_unix(facts.now);
    row.type = static_cast<std::int64_t>(store::LogType::Error);
    row.content = fmt::format("status_code={}, {}", facts.failure.client.status,
                              facts.failure.client.message);
    row.username = facts.caller.user->username;
    row.token_name = facts.caller.token->name;
    row.model_name = facts.model;
    row.use_time = facts.elapsed.count();
    row.is_stream = facts.stream;
    row.channel_id = facts.channel.id.value;
    row.token_id = facts.caller.token->id.value;
    row.group = facts.group;
    if (facts.caller.user->record_ip) row.ip = facts.trace.ip;
    row.request_id = facts.trace.request_id;
    row.other = other_of(facts);
    return row;
}

}    // namespace opusclaw::relay
