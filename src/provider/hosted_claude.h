// provider/hosted_claude.h: Messages bodies as clouds that host Claude take them: the version in the body, no model, and only the members
// that are known there (spec 06 section 24; 07 sections 8.4, 9.5). Only for provider.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "provider/protocol.h"

namespace opusclaw::provider {

enum class ZeroTokens { Dropped, Sent };

struct HostedClaude {
    std::string_view version;                        // of `anthropic_version`
    std::span<const std::string_view> members;       // that go on, beside the version
    ZeroTokens zero_tokens = ZeroTokens::Dropped;    // `max_tokens` of 0
    bool beta_in_body = false;                       // the header's list as `anthropic_beta`
};

inline constexpr std::array kHostedClaudePaths = {EndpointPath{Endpoint::Messages, ""}};
inline constexpr std::array kHostedClaudeHeaders = {ClientHeader{"anthropic-beta", ""}};
/// The row of a cloud's Claude models, which takes what Anthropic's own does but for its address and key.
struct HostedClaudeRow {
    ChannelType type = ChannelType::Unknown;
    std::string_view name, reference;
    const Protocol* protocol = nullptr;
    bool (*serves)(std::string_view model) = nullptr;    // nullptr: all
};
constexpr Provider hosted_claude_provider(const HostedClaudeRow& row) {
    return {.type = row.type,
            .name = row.name,
            .endpoints = kHostedClaudePaths,
            .auth = Auth::ByProtocol,
            .stream_options = StreamOptions::Supported,
            .query = QueryRule::BetaOnly,
            .model_headers = ModelHeaders::FromSettings,
            .client_headers = kHostedClaudeHeaders,
            .reference = row.reference,
            .protocol = row.protocol,
            .serves = row.serves};
}

/// The members in their order, their values untouched. Of a body that is passed on all but `model` and `stream` stay.
std::string hosted_claude_body(const HostedClaude& cloud, const CallBody& body);

}    // namespace opusclaw::provider
