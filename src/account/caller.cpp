// account/caller.cpp: where the key is read (spec 04 section 4.1), the checks in their order (4.2), usable groups (5).
#include "account/caller.h"

#include <utility>

#include "base/text.h"
#include "base/url.h"

namespace opusclaw::account {
namespace {

std::string_view header(const net::RequestHead& request, std::string_view name) {
    return request.headers.find(name).value_or("");
}

/// The key of a WebSocket client, which can set no other header (spec 04 section 4.1 rule 1).
std::string_view websocket_key(const net::RequestHead& request) {
    constexpr std::string_view kPrefix = "openai-insecure-api-key.";
    if (header(request, "Upgrade").empty()) return {};
    for (const std::string_view item : text::split(header(request, "Sec-WebSocket-Protocol"), ',')) {
        const std::string_view trimmed = text::trim(item);
        if (trimmed.starts_with(kPrefix)) return trimmed.substr(kPrefix.size());
    }
    return {};
}

/// The first place that has one; `room` keeps what had to be decoded. x-api-key counts before Authorization on the paths of Anthropic's clients, behind it elsewhere.
std::string_view raw_key(const net::RequestHead& request, std::string& room) {
    if (const auto key = websocket_key(request); !key.empty()) return key;
    const bool anthropic = request.path.find("/v1/messages") != std::string_view::npos ||
                           request.path.find("/v1/models") != std::string_view::npos;
    const bool google = request.path.starts_with("/v1beta/models") ||
                        request.path.starts_with("/v1beta/openai/models") ||
                        request.path.starts_with("/v1/models/");
    const std::string_view authorization = header(request, "Authorization");
    const std::string_view x_api_key = header(request, "x-api-key");
    const std::string_view x_goog = header(request, "x-goog-api-key");
    if (google && !x_goog.empty()) return x_goog;
    const auto in_query = [&request, &room] {
        room = query_parameters(request.query).find("key").value_or("");
        return std::string_view(room);
    };
    if (google && !request.query.empty()) {
        if (const auto key = in_query(); !key.empty()) return key;
    }
    if (anthropic && !x_api_key.empty()) return x_api_key;
    if (!authorization.empty() && authorization != "midjourney-proxy") return authorization;
    if (!x_api_key.empty()) return x_api_key;
    if (!x_goog.empty()) return x_goog;
    if (const auto secret = header(request, "mj-api-secret"); !secret.empty()) return secret;
    return in_query();
}

[[noreturn]] void refuse(ErrorKind kind, Message message, std::string code = {}) {
    throw Error(kind, std::move(code), std::move(message));
}

[[noreturn]] void invalid_token() { refuse(ErrorKind::Unauthenticated, Message::key("token.invalid")); }

Task<std::shared_ptr<const Token>> valid_token(std::string_view key, Directory& directory, TokenFunds& funds,
                                               UnixSeconds now) {
    if (key.empty()) invalid_token();
    std::shared_ptr<const Token> token = directory.cached_token(key);
    if (token == nullptr) token = co_await directory.token_by_key(key);
    if (token == nullptr || token->status != TokenStatus::Enabled) invalid_token();
    if (token->expired_time != -1 && token->expired_time < to_unix(now)) {
        co_await directory.set_token_status(*token, TokenStatus::Expired);
        invalid_token();
    }
    if (!token->unlimited && !co_await funds.token_has_quota(token->user_id, token->id)) {
        co_await directory.set_token_status(*token, TokenStatus::Exhausted);
        invalid_token();
    }
    co_return token;
}

void check_group(const Caller& caller, const settings::Settings& settings) {
    const std::string& group = caller.token->group;
    if (group.empty()) return;
    if (!usable_groups(settings, caller.user->group).contains(group)) {
        refuse(ErrorKind::Forbidden, Message::literal("无权访问 " + group + " 分组"));
    }
    if (group != "auto" && !settings::find_number(settings.group_ratio, group)) {
        refuse(ErrorKind::Forbidden, Message::literal("分组 " + group + " 已被弃用"));
    }
}

void pin_channel(Caller& caller, const std::string& channel) {
    if (channel.empty()) return;
    if (caller.user->role < Role::Admin) throw PinRefused();
    const auto number = text::parse_int(channel);
    if (number) {
        caller.pinned = ChannelId{*number};
    } else {
        caller.bad_pin = channel;
    }
}

/// What is in memory shows no reason to refuse the token.
bool good(const Token& token, TokenFunds& funds, UnixSeconds now) {
    if (token.status != TokenStatus::Enabled) return false;
    if (token.expired_time != -1 && token.expired_time < to_unix(now)) return false;
    return token.unlimited || funds.known_to_have_quota(token.user_id, token.id).value_or(false);
}

void check_address(const Token& token, const net::RequestHead& request) {
    if (!token.allow_ips.empty() && !token.allow_ips.contains(request.client)) {
        refuse(ErrorKind::Forbidden, Message::literal("您的 IP 不在令牌允许访问的列表中"), "access_denied");
    }
}

/// The checks behind the token's own, and the group.
void complete(Caller& caller, const settings::Settings& settings, const std::string& channel) {
    if (caller.user == nullptr) refuse(ErrorKind::Internal, Message::key("common.database_error"));
    if (!caller.user->enabled) refuse(ErrorKind::Forbidden, Message::key("auth.user_banned"));
    check_group(caller, settings);
    caller.group = caller.token->group.empty() ? caller.user->group : caller.token->group;
    pin_channel(caller, channel);
}

}    // namespace

PresentedKey presented_key(const net::RequestHead& request) {
    std::string room;
    std::string_view key = raw_key(request, room);
    constexpr std::string_view kBearer = "bearer ";
    if (key.size() > kBearer.size() && text::iequals(key.substr(0, kBearer.size()), kBearer))
        key.remove_prefix(kBearer.size());
    key = text::trim(key);
    if (key.starts_with("sk-")) key.remove_prefix(3);
    const std::size_t dash = key.find('-');
    const std::string_view behind = dash == std::string_view::npos ? "" : key.substr(dash + 1);
    return {.key = std::string(key.substr(0, dash)),
            .channel = std::string(behind.substr(0, behind.find('-')))};
}

Task<Caller> identify(const net::RequestHead& request, Directory& directory, TokenFunds& funds,
                      const settings::Settings& settings, UnixSeconds now) {
    const PresentedKey presented = presented_key(request);
    Caller caller;
    caller.token = co_await valid_token(presented.key, directory, funds, now);
    check_address(*caller.token, request);
    caller.user = directory.cached_user(caller.token->user_id);
    if (caller.user == nullptr) caller.user = co_await directory.user(caller.token->user_id);
    complete(caller, settings, presented.channel);
    co_return caller;
}

std::optional<Caller> try_identify(const net::RequestHead& request, Directory& directory, TokenFunds& funds,
                                   const settings::Settings& settings, UnixSeconds now) {
    const PresentedKey presented = presented_key(request);
    if (presented.key.empty()) return std::nullopt;
    std::optional<Caller> caller(std::in_place);
    caller->token = directory.cached_token(presented.key);
    if (caller->token == nullptr || !good(*caller->token, funds, now)) return std::nullopt;
    caller->user = directory.cached_user(caller->token->user_id);
    if (caller->user == nullptr) return std::nullopt;
    check_address(*caller->token, request);
    complete(*caller, settings, presented.channel);
    return caller;
}

std::map<std::string, std::string> usable_groups(const settings::Settings& settings,
                                                 std::string_view user_group) {
    std::map<std::string, std::string> groups(settings.user_usable_groups.begin(),
                                              settings.user_usable_groups.end());
    const auto special = settings.group_special_usable_group.find(user_group);
    if (special != settings.group_special_usable_group.end()) {
        for (const auto& [name, description] : special->second) {
            if (name.starts_with("-:")) {
                groups.erase(name.substr(2));
            } else {
                groups.insert_or_assign(name.starts_with("+:") ? name.substr(2) : name, description);
            }
        }
    }
    if (!user_group.empty()) groups.try_emplace(std::string(user_group), "用户分组");
    return groups;
}

}    // namespace opusclaw::account
