// dialect/anthropic/usage_json.cpp: one row a member (spec 06 sections 19.2, 19.3).
#include "dialect/anthropic/usage_json.h"

#include <algorithm>
#include <array>
#include <span>

namespace opusclaw::dialect::anthropic {
namespace {

struct Member {
    std::string_view name;
    std::int64_t Usage::*place;
};
constexpr std::array kMembers = {Member{"input_tokens", &Usage::prompt},
                                 Member{"output_tokens", &Usage::completion},
                                 Member{"cache_read_input_tokens", &Usage::cached_read},
                                 Member{"cache_creation_input_tokens", &Usage::cache_write}};
constexpr std::array kSplit = {Member{"ephemeral_5m_input_tokens", &Usage::cache_write_5m},
                               Member{"ephemeral_1h_input_tokens", &Usage::cache_write_1h}};

void take(Usage& usage, std::span<const Member> members, const json::View& object) {
    object.each_member([&](std::string_view key, const json::View& value) {
        for (const Member& member : members) {
            const std::int64_t count = member.name == key ? value.as_int().value_or(0) : 0;
            if (count > 0) usage.*member.place = count;
        }
        return true;
    });
}

}    // namespace

void take_usage(Usage& usage, const json::View& object) {
    usage.semantics = UsageSemantics::Anthropic;
    take(usage, kMembers, object);
    if (const auto split = object.find("cache_creation")) take(usage, kSplit, *split);
    usage.clamp();
    usage.total = usage.prompt + usage.completion;
}

void write_usage(json::Writer& writer, const Usage& usage) {
    const std::int64_t written = usage.written_to_cache();
    const bool with_cached = usage.semantics == UsageSemantics::Openai;
    const std::int64_t input = with_cached ? usage.prompt - usage.cached_read - written : usage.prompt;
    writer.begin_object();
    writer.member("input_tokens", std::max<std::int64_t>(input, 0));
    writer.member("output_tokens", usage.completion);
    writer.member("cache_creation_input_tokens", written);
    writer.member("cache_read_input_tokens", usage.cached_read);
    if (usage.cache_write_5m > 0 || usage.cache_write_1h > 0) {
        writer.key("cache_creation").begin_object();
        writer.member("ephemeral_5m_input_tokens", usage.written_for_5m());
        writer.member("ephemeral_1h_input_tokens", usage.cache_write_1h);
        writer.end_object();
    }
    writer.end_object();
}

}    // namespace opusclaw::dialect::anthropic
