// settings/checks.cpp: what may be stored, with the texts that dashboards show (spec 02 section 22.2, literally).
#include "settings/checks.h"

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::settings {

namespace {

/// `true` as any of the two spellings of truth says it.
bool switched_on(std::string_view text) {
    return decode_bool(text, {KeyKind::Module, Source::Put}).value_or(false);
}

std::optional<std::string> needs(std::string_view text, bool there, std::string_view refusal) {
    if (there || !switched_on(text)) return std::nullopt;
    return std::string(refusal);
}

}    // namespace

ValueCheck<std::int64_t> at_least(std::int64_t lowest) {
    return [lowest](const std::int64_t& value) -> std::optional<std::string> {
        if (value >= lowest) return std::nullopt;
        return "must be at least " + std::to_string(lowest);
    };
}

ValueCheck<std::int64_t> between(std::int64_t lowest, std::int64_t highest) {
    return [lowest, highest](const std::int64_t& value) -> std::optional<std::string> {
        if (value >= lowest && value <= highest) return std::nullopt;
        return "must be between " + std::to_string(lowest) + " and " + std::to_string(highest);
    };
}

ValueCheck<double> above_zero() {
    return [](const double& value) -> std::optional<std::string> {
        if (value > 0) return std::nullopt;
        return "must be greater than 0";
    };
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

std::optional<std::string> is_json(std::string_view text, const Settings&) {
    try {
        json::Document::copy(text).validate();
        return std::nullopt;
    } catch (const Error& error) {
        return "not JSON: " + error.message.text;
    }
}

std::optional<std::string> is_json_or_empty(std::string_view text, const Settings& in_force) {
    return text.empty() ? std::nullopt : is_json(text, in_force);
}

std::optional<std::string> is_not_negative(std::string_view text, const Settings&) {
    const auto number = text::parse_double(text);
    if (!number || *number >= 0) return std::nullopt;    // unreadable scalars of modules change nothing
    return "must be not less than 0";
}

}    // namespace opusclaw::settings
