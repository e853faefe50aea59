// api/log_json.cpp: the members of a log row, and what is taken out of `other` for users.
#include "api/log_json.h"

#include <array>

#include "base/error.h"
#include "base/json/edit.h"

namespace opusclaw::api {
namespace {

constexpr std::array<std::string_view, 4> kForAdministrators = {"admin_info", "stream_status",
                                                                "reject_reason", "po"};
constexpr std::array<std::string_view, 3> kOfErrors = {"channel_id", "channel_name", "channel_type"};

std::string cleaned_other(const store::LogRow& row) {
    try {
        json::Node other = json::Node::parse(row.other);
        if (other.type() != json::Type::Object) return "{}";
        for (const std::string_view name : kForAdministrators) other.erase(name);
        if (row.type == static_cast<std::int64_t>(store::LogType::Error)) {
            for (const std::string_view name : kOfErrors) other.erase(name);
        }
        return other.str();
    } catch (const Error&) {
        return "{}";    // what cannot be read cannot be cleaned
    }
}

}    // namespace

void write_log(json::Writer& writer, const store::LogRow& row, std::string_view channel_name) {
    writer.begin_object();
    writer.member("id", row.id).member("user_id", row.user_id).member("created_at", row.created_at);
    writer.member("type", row.type).member("content", row.content).member("username", row.username);
    writer.member("token_name", row.token_name)
        .member("model_name", row.model_name)
        .member("quota", row.quota);
    writer.member("prompt_tokens", row.prompt_tokens).member("completion_tokens", row.completion_tokens);
    writer.member("use_time", row.use_time).member("is_stream", row.is_stream);
    writer.member("channel", row.channel_id).member("channel_name", channel_name);
    writer.member("token_id", row.token_id).member("group", row.group).member("ip", row.ip);
    if (!row.request_id.empty()) writer.member("request_id", row.request_id);
    writer.member("other", row.other).end_object();
}

store::LogRow cleaned_log(store::LogRow row, std::int64_t position) {
    row.other = cleaned_other(row);
    row.id = position;
    row.channel_id = 0;
    return row;
}

}    // namespace opusclaw::api
