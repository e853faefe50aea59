// settings/table_modules.cpp: the options of namespaced modules, `<module>.<field>` (spec 01 section 8.1), but for those of
// table_services.cpp. How a row reads is said in table.cpp.
#include "settings/checks.h"
#include "settings/console_lists.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

std::vector<Option> price_modules() {
    const DefaultPricing& initial = default_pricing();
    return {
        option("group_ratio_setting.group_ratio", &Settings::group_ratio, initial.group_ratio,
               &decode_group_ratio)
            .group("groups")
            .help("The same table as GroupRatio."),
        option("group_ratio_setting.group_group_ratio", &Settings::group_group_ratio,
               initial.group_group_ratio, &decode_number_tables)
            .group("groups")
            .help("The same table as GroupGroupRatio."),
        option("group_ratio_setting.group_special_usable_group", &Settings::group_special_usable_group,
               initial.group_special_usable_group, &decode_special_groups)
            .group("groups")
            .help("User group to groups added (`+:`) and taken away (`-:`)."),
        option("tool_price_setting.prices", &Settings::tool_prices, initial.tool_prices, &decode_tool_prices)
            .group("prices")
            .help("Tool to USD per 1000 calls, laid over the built-in prices."),
        option("billing_setting.billing_mode", &Settings::billing_mode, "{}", &decode_texts)
            .group("prices")
            .help("Model to `ratio` or `tiered_expr`."),
        option("billing_setting.billing_expr", &Settings::billing_expr, "{}", &decode_texts)
            .group("prices")
            .help("Model to billing expression."),
    };
}

const Option kRows[] = {
    option("general_setting.docs_link", &Settings::docs_link, "https://docs.newapi.pro")
        .group("site")
        .help("Address of the documentation."),
    option("general_setting.ping_interval_enabled", &Settings::ping_interval_enabled, false)
        .group("relay")
        .help("Comments keep silent streams alive."),
    option("general_setting.ping_interval_seconds", &Settings::ping_interval_seconds, 60)
        .check(at_least(1))
        .group("relay")
        .help("Seconds between two such comments."),
    option("general_setting.quota_display_type", &Settings::quota_display_type, "USD", &decode_quota_display)
        .group("prices")
        .help("How amounts of quota are shown."),
    option("general_setting.custom_currency_symbol", &Settings::custom_currency_symbol, "¤")
        .group("prices")
        .help("Sign of the currency, for CUSTOM."),
    option("general_setting.custom_currency_exchange_rate", &Settings::custom_currency_exchange_rate, "1")
        .check(above_zero())
        .group("prices")
        .help("What one USD is in it, for CUSTOM."),
    option("quota_setting.enable_free_model_pre_consume", &Settings::enable_free_model_pre_consume, true)
        .group("prices")
        .help("Free requests, too, need a balance."),
    option("token_setting.max_user_tokens", &Settings::max_user_tokens, 1000)
        .group("accounts")
        .help("Tokens a user may have."),
    option("checkin_setting.enabled", &Settings::checkin_enabled, false)
        .group("accounts")
        .help("Users may check in daily."),
    checked("checkin_setting.min_quota", 1000)
        .check(at_least(0))
        .group("accounts")
        .help("Least quota for a check-in."),
    checked("checkin_setting.max_quota", 10000)
        .check(at_least(0))
        .group("accounts")
        .help("Most quota for a check-in; up to the least one, it is always the least."),
    option("console_setting.api_info", &Settings::console_api_info, "", &decode_json_array_or_empty)
        .rule(check_api_info)
        .group("site")
        .help("Addresses shown on the front page."),
    option("console_setting.uptime_kuma_groups", &Settings::console_uptime_kuma_groups, "",
           &decode_json_array_or_empty)
        .rule(check_uptime_kuma_groups)
        .group("site")
        .help("Status pages of Uptime Kuma."),
    option("console_setting.announcements", &Settings::console_announcements, "", &decode_json_array_or_empty)
        .rule(check_announcements)
        .group("site")
        .help("Announcements on the front page."),
    option("console_setting.faq", &Settings::console_faq, "", &decode_json_array_or_empty)
        .rule(check_faq)
        .group("site")
        .help("Questions and answers."),
    option("console_setting.api_info_enabled", &Settings::api_info_enabled, true)
        .group("site")
        .help("Show the addresses."),
    option("console_setting.uptime_kuma_enabled", &Settings::uptime_kuma_enabled, true)
        .group("site")
        .help("Show the status pages."),
    option("console_setting.announcements_enabled", &Settings::announcements_enabled, true)
        .group("site")
        .help("Show announcements."),
    option("console_setting.faq_enabled", &Settings::faq_enabled, true)
        .group("site")
        .help("Show questions and answers."),
    option("theme.frontend", &Settings::theme_frontend, "classic")
        .rule(is_theme)
        .form("default or classic")
        .group("site")
        .help("Kept for New API, which has two dashboards; no effect."),
    option("legal.user_agreement", &Settings::user_agreement, "").group("site").help("The user agreement."),
    option("legal.privacy_policy", &Settings::privacy_policy, "").group("site").help("The privacy policy."),
    option("opusclaw.raw_html_enabled", &Settings::raw_html_enabled, false)
        .group("site")
        .help("Show administrators' HTML unsanitised."),
    option("global.pass_through_request_enabled", &Settings::pass_through_request_enabled, false)
        .group("relay")
        .help("Send clients' bodies on byte for byte."),
    option("global.thinking_model_blacklist", &Settings::thinking_model_blacklist,
           R"(["moonshotai/kimi-k2-thinking","kimi-k2-thinking"])", &decode_text_list)
        .group("relay")
        .help("Models whose -thinking is part of the name."),
    option("global.chat_completions_to_responses_policy", &Settings::chat_completions_to_responses_policy,
           R"({"enabled":false,"all_channels":true})", &decode_responses_policy)
        .group("relay")
        .help("Which Chat requests go over /v1/responses."),
    option("passkey.enabled", &Settings::passkey_enabled, false)
        .group("login")
        .help("Sign in with passkeys."),
    option("passkey.rp_display_name", &Settings::passkey_rp_display_name, "")
        .group("login")
        .help("Name that browsers show; empty: the site's name."),
    option("passkey.rp_id", &Settings::passkey_rp_id, "")
        .group("login")
        .help("Domain that passkeys belong to; empty: the host of ServerAddress."),
    option("passkey.origins", &Settings::passkey_origins, "")
        .group("login")
        .help("Allowed origins, comma list; empty: ServerAddress."),
    option("passkey.allow_insecure_origin", &Settings::passkey_allow_insecure_origin, false)
        .group("login")
        .help("Allow http origins."),
    option("passkey.user_verification", &Settings::passkey_user_verification, "preferred")
        .check(one_of({"required", "preferred", "discouraged", ""}))
        .group("login")
        .help("Whether the device must know its user; empty: preferred."),
    option("passkey.attachment_preference", &Settings::passkey_attachment_preference, "")
        .check(one_of({"platform", "cross-platform", ""}))
        .group("login")
        .help("Which kind of device may be used; empty: any."),
    option("oidc.enabled", &Settings::oidc_enabled, false)
        .rule(needs_oidc_client)
        .group("login")
        .help("Sign in by OpenID Connect."),
    option("oidc.client_id", &Settings::oidc_client_id, "")
        .group("login")
        .help("Client id at the OpenID Connect provider."),
    option("oidc.client_secret", &Settings::oidc_client_secret, "")
        .secret()
        .group("login")
        .help("Client secret of the OpenID Connect provider."),
    option("oidc.well_known", &Settings::oidc_well_known, "")
        .group("login")
        .help("Address of the discovery document."),
    option("oidc.authorization_endpoint", &Settings::oidc_authorization_endpoint, "")
        .group("login")
        .help("Where users sign in."),
    option("oidc.token_endpoint", &Settings::oidc_token_endpoint, "")
        .group("login")
        .help("Where codes become tokens."),
    option("oidc.user_info_endpoint", &Settings::oidc_user_info_endpoint, "")
        .group("login")
        .help("Where the user is looked up."),
    option("discord.enabled", &Settings::discord_enabled, false)
        .rule(needs_discord_client)
        .group("login")
        .help("Sign in by Discord."),
    option("discord.client_id", &Settings::discord_client_id, "")
        .group("login")
        .help("Client id of the Discord app."),
    option("discord.client_secret", &Settings::discord_client_secret, "")
        .secret()
        .group("login")
        .help("Client secret of the Discord app."),
};

std::vector<Option> all_rows() {
    std::vector<Option> rows = price_modules();
    rows.insert(rows.end(), std::begin(kRows), std::end(kRows));
    return rows;
}

}    // namespace

std::span<const Option> module_options() {
    static const std::vector<Option> kAll = all_rows();
    return kAll;
}

}    // namespace opusclaw::settings
