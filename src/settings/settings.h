// settings/settings.h: the options as typed values (spec 01 sections 7 and 8). A request takes one snapshot and reads plain
// members; which key, default and check belong to a member stands in settings/table*.cpp. Pure values: no database here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "settings/code_ranges.h"
#include "settings/price_tables.h"

namespace opusclaw::settings {

/// Checked JSON text (compact or not, as stored), for options that are shown or read by one place only.
struct JsonText {
    std::string text;
    bool operator==(const JsonText&) const = default;
};

/// `general_setting.quota_display_type`; another text counts as Usd.
enum class QuotaDisplay { Usd, Cny, Tokens, Custom };
/// `USD`, `CNY`, `TOKENS`, `CUSTOM`.
std::string_view quota_display_name(QuotaDisplay display);

/// [requests, successful requests] in the window of the model request limit; 0 requests: unlimited.
struct RequestLimit {
    std::int64_t total = 0, success = 0;
    bool operator==(const RequestLimit&) const = default;
};

/// Every option with a type. Value-initialised members are not the defaults: take default_settings() or a snapshot.
struct Settings {
    // site
    std::string system_name, logo, footer, notice, about, home_page_content, top_up_link;
    std::string server_address;    // http://localhost:3000 until stored; stored empty is empty
    std::string header_nav_modules, sidebar_modules_admin;    // JSON text for the dashboard; may be empty
    bool default_collapse_sidebar = false, demo_site_enabled = false, self_use_mode_enabled = false;
    JsonText chats;    // array of one-member objects
    std::string theme_frontend, user_agreement, privacy_policy;
    bool raw_html_enabled = false;
    // accounts
    bool password_login_enabled = false, password_register_enabled = false, register_enabled = false;
    bool email_verification_enabled = false, email_domain_restriction_enabled = false;
    bool email_alias_restriction_enabled = false;
    std::vector<std::string> email_domain_whitelist;    // trimmed, lower case, none empty
    bool github_oauth_enabled = false, linux_do_oauth_enabled = false, wechat_auth_enabled = false;
    bool telegram_oauth_enabled = false, turnstile_check_enabled = false;
    std::string github_client_id, github_client_secret, linux_do_client_id, linux_do_client_secret;
    std::string telegram_bot_token, telegram_bot_name, wechat_server_address, wechat_server_token;
    std::string wechat_account_qr_code_image_url, turnstile_site_key, turnstile_secret_key;
    std::int64_t linux_do_minimum_trust_level = 0;
    bool oidc_enabled = false, discord_enabled = false, passkey_enabled = false,
         passkey_allow_insecure_origin = false;
    std::string oidc_client_id, oidc_client_secret, oidc_well_known, oidc_authorization_endpoint;
    std::string oidc_token_endpoint, oidc_user_info_endpoint, discord_client_id, discord_client_secret;
    std::string passkey_rp_display_name, passkey_rp_id, passkey_origins;    // empty: derived by the reader
    std::string passkey_user_verification, passkey_attachment_preference;
    std::int64_t max_user_tokens = 0;
    // mail and worker
    std::string smtp_server, smtp_account, smtp_from, smtp_token;
    std::int64_t smtp_port = 0;
    bool smtp_ssl_enabled = false, smtp_force_auth_login = false;
    std::string worker_url, worker_valid_key;
    bool worker_allow_http_image_request_enabled = false;
    // quota and prices
    Quota quota_for_new_user, quota_for_inviter, quota_for_invitee, quota_remind_threshold;
    std::int64_t pre_consumed_quota = 0;    // tokens: minimal basis of an estimate (spec 05 section 4)
    double quota_per_unit = 0;              // units per USD, > 0
    bool display_token_stat_enabled = false, expose_ratio_enabled = false,
         enable_free_model_pre_consume = false;
    QuotaDisplay quota_display_type = QuotaDisplay::Usd;
    std::string custom_currency_symbol;
    double custom_currency_exchange_rate = 0, usd_exchange_rate = 0, price = 0, stripe_unit_price = 0;
    NumberMap group_ratio, topup_group_ratio;       // an unknown group counts as 1
    NameMap<NumberMap> group_group_ratio;           // user group, using group
    TextMap user_usable_groups;                     // group, description
    NameMap<TextMap> group_special_usable_group;    // user group, [`+:` or `-:`] group, description
    std::vector<std::string> auto_groups;           // order of group `auto`
    bool default_use_auto_group = false;
    NumberMap model_ratio, model_price, completion_ratio, cache_ratio, create_cache_ratio;
    NumberMap image_ratio, audio_ratio, audio_completion_ratio, tool_prices;
    TextMap billing_mode, billing_expr;    // model, `ratio` or `tiered_expr`; model, expression
    // logs, data, drawing, content check
    bool log_consume_enabled = false, data_export_enabled = false, drawing_enabled = false,
         task_enabled = false;
    std::int64_t data_export_interval_minutes = 0;
    std::string data_export_default_time;
    bool mj_notify_enabled = false, mj_account_filter_enabled = false, mj_mode_clear_enabled = false;
    bool mj_forward_url_enabled = false, mj_action_check_success_enabled = false;
    bool check_sensitive_enabled = false, check_sensitive_on_prompt_enabled = false;
    std::vector<std::string> sensitive_words;    // trimmed, lower case (ASCII), none empty
    // channels, retry, monitoring
    std::int64_t retry_times = 0;    // attempts after the first
    bool automatic_disable_channel_enabled = false, automatic_enable_channel_enabled = false;
    double channel_disable_threshold_seconds = 0;
    bool auto_test_channel_enabled = false;
    double auto_test_channel_minutes = 0;                   // as set: rounded, and at least one, by who waits
    std::vector<std::string> automatic_disable_keywords;    // trimmed, lower case (ASCII), none empty
    CodeRanges automatic_disable_status_codes, automatic_retry_status_codes;
    bool pass_through_request_enabled = false;
    std::vector<std::string> thinking_model_blacklist;
    JsonText chat_completions_to_responses_policy;
    // providers
    NameMap<NameMap<std::vector<std::string>>> claude_model_headers;    // model, header, values
    NameMap<std::int64_t> claude_default_max_tokens;                    // model, or `default`
    bool claude_thinking_adapter_enabled = false;
    double claude_thinking_adapter_share = 0;    // of max_tokens
    TextMap gemini_safety_settings;              // category, or `default`, to threshold
    TextMap gemini_version_settings;             // model, or `default`, to API version
    std::vector<std::string> gemini_image_models;
    bool gemini_thinking_adapter_enabled = false;
    bool gemini_removes_result_ids = false;      // of functions, where the server knows none
    double gemini_thinking_adapter_share = 0;    // of the output limit
    bool gemini_signature_bypass = false;
    // model request limit
    bool model_request_rate_limit_enabled = false;
    std::int64_t model_request_rate_limit_total = 0,
                 model_request_rate_limit_success = 0;    // in the window; 0: any
    std::int64_t model_request_rate_limit_duration_minutes = 0;
    NameMap<RequestLimit> model_request_rate_limit_group;
    // general_setting
    std::string docs_link;
    bool ping_interval_enabled = false;
    std::int64_t ping_interval_seconds = 0;
    // console_setting
    JsonText console_api_info, console_uptime_kuma_groups, console_announcements,
        console_faq;    // arrays, or empty
    bool api_info_enabled = false, uptime_kuma_enabled = false, announcements_enabled = false,
         faq_enabled = false;
    bool checkin_enabled = false;
    // fetch_setting: read by FetchRules::of (settings/fetch_rules.h)
    bool fetch_checked = true, fetch_allows_private = false, fetch_checks_names = true;
    bool fetch_domains_allow = false, fetch_addresses_allow = false;    // the list allows, instead of denying
    std::vector<std::string> fetch_domains, fetch_addresses, fetch_ports;    // as set

    bool operator==(const Settings&) const = default;
};

/// The built-in defaults. Thread-safe; lives as long as the program.
const Settings& default_settings();

}    // namespace opusclaw::settings
