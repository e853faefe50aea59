// settings/checks.cpp: what may be stored, with the texts that dashboards show (spec 02 section 22.2, literally).
#include "settings/checks.h"

#include <algorithm>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::settings {

namespace {

/// `true` as any of the two spellings of truth says it.
bool switched_on(std::string_view text) {
    return decode_bool(text, {KeyKind::Module, Source::Stored}).value_or(false);
}

/// `80` or `8000-8999`.
bool is_port_range(std::string_view text) {
    constexpr std::int64_t kHighest = 65535;
    const std::size_t dash = text.find('-');
    const auto first = text::parse_int(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : text::parse_int(text.substr(dash + 1));
    return first && last && *first >= 1 && *first <= *last && *last <= kHighest;
}

std::optional<std::string> needs(std::string_view text, bool there, std::string_view refusal) {
    if (there || !switched_on(text)) return std::nullopt;
    return std::string(refusal);
}

}    // namespace

ValueCheck<std::int64_t> at_least(std::int64_t lowest) {
    return {[lowest](const std::int64_t& value) { return value >= lowest; },
            "at least " + std::to_string(lowest)};
}

ValueCheck<std::int64_t> at_most(std::int64_t highest) {
    return {[highest](const std::int64_t& value) { return value <= highest; },
            "at most " + std::to_string(highest)};
}

ValueCheck<std::int64_t> between(std::int64_t lowest, std::int64_t highest) {
    return {[lowest, highest](const std::int64_t& value) { return value >= lowest && value <= highest; },
            "between " + std::to_string(lowest) + " and " + std::to_string(highest)};
}

ValueCheck<double> above_zero() {
    return {[](const double& value) { return value > 0; }, "greater than 0"};
}

ValueCheck<double> not_negative() {
    return {[](const double& value) { return value >= 0; }, "not less than 0"};
}

ValueCheck<std::string> one_of(std::vector<std::string> words) {
    std::string demand;
    for (const std::string& word : words) {
        if (!demand.empty()) demand += &word == &words.back() ? " or " : ", ";
        demand += word.empty() ? "empty" : word;
    }
    return {[words = std::move(words)](const std::string& value) {
                return std::ranges::find(words, value) != words.end();
            },
            std::move(demand)};
}

std::optional<std::string> needs_github_client(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.github_client_id.empty(),
                 "无法启用 GitHub OAuth，请先填入 GitHub Client Id 以及 GitHub Client Secret！");
}

std::optional<std::string> needs_discord_client(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.discord_client_id.empty(),
                 "无法启用 Discord OAuth，请先填入 Discord Client Id 以及 Discord Client Secret！");
}

std::optional<std::string> needs_oidc_client(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.oidc_client_id.empty(),
                 "无法启用 OIDC 登录，请先填入 OIDC Client Id 以及 OIDC Client Secret！");
}

std::optional<std::string> needs_linux_do_client(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.linux_do_client_id.empty(),
                 "无法启用 LinuxDO OAuth，请先填入 LinuxDO Client Id 以及 LinuxDO Client Secret！");
}

std::optional<std::string> needs_email_whitelist(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.email_domain_whitelist.empty(),
                 "无法启用邮箱域名限制，请先填入限制的邮箱域名！");
}

std::optional<std::string> needs_wechat_server(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.wechat_server_address.empty(),
                 "无法启用微信登录，请先填入微信登录相关配置信息！");
}

std::optional<std::string> needs_turnstile_key(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.turnstile_site_key.empty(),
                 "无法启用 Turnstile 校验，请先填入 Turnstile 校验相关配置信息！");
}

std::optional<std::string> needs_telegram_token(std::string_view text, const Settings& in_force) {
    return needs(text, !in_force.telegram_bot_token.empty(),
                 "无法启用 Telegram OAuth，请先填入 Telegram Bot Token！");
}

std::optional<std::string> is_theme(std::string_view text, const Settings&) {
    if (text == "default" || text == "classic") return std::nullopt;
    return "无效的主题值，可选值：default（新版前端）、classic（经典前端）";
}

std::optional<std::string> is_json_or_empty(std::string_view text, const Settings&) {
    if (text.empty()) return std::nullopt;
    try {
        json::Document::copy(text).validate();
        return std::nullopt;
    } catch (const Error& error) {
        return "not JSON: " + error.message.text;
    }
}

std::optional<std::string> names_ports(std::string_view text, const Settings&) {
    const auto entries = decode_text_list(text, {KeyKind::Module, Source::Stored});
    for (const std::string& entry : *entries)
        if (!is_port_range(entry)) return "invalid port configuration: " + entry;
    return std::nullopt;
}

}    // namespace opusclaw::settings
