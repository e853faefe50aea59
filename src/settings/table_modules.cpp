// settings/table_modules.cpp: the options of namespaced modules, `<module>.<field>` (spec 01 section 8.1). Those that nothing reads
// as a value yet are texts. How a row reads is said in table.cpp.
#include "settings/checks.h"
#include "settings/console_lists.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

constexpr std::string_view kAffinityRules =
    R"([{"name":"codex cli trace","model_regex":["^gpt-.*$"],"path_regex":["/v1/responses"],)"
    R"("key_sources":[{"type":"gjson","path":"prompt_cache_key"}],"value_regex":"","ttl_seconds":0,)"
    R"("param_override_template":{"operations":[{"mode":"pass_headers","keep_origin":true,"value":["Originator",)"
    R"("Session_id","User-Agent","X-Codex-Beta-Features","X-Codex-Turn-Metadata"]}]},"skip_retry_on_failure":true,)"
    R"("include_using_group":true,"include_model_name":false,"include_rule_name":true},)"
    R"({"name":"claude cli trace","model_regex":["^claude-.*$"],"path_regex":["/v1/messages"],)"
    R"("key_sources":[{"type":"gjson","path":"metadata.user_id"}],"value_regex":"","ttl_seconds":0,)"
    R"("param_override_template":{"operations":[{"mode":"pass_headers","keep_origin":true,"value":["X-Stainless-Arch",)"
    R"("X-Stainless-Lang","X-Stainless-Os","X-Stainless-Package-Version","X-Stainless-Retry-Count",)"
    R"("X-Stainless-Runtime","X-Stainless-Runtime-Version","X-Stainless-Timeout","User-Agent","X-App",)"
    R"("Anthropic-Beta","Anthropic-Dangerous-Direct-Browser-Access","Anthropic-Version"]}]},)"
    R"("skip_retry_on_failure":true,"include_using_group":true,"include_model_name":false,"include_rule_name":true}])";
constexpr std::string_view kGeminiImageModels =
    R"(["gemini-2.0-flash-exp-image-generation","gemini-2.0-flash-exp","gemini-3-pro-image-preview",)"
    R"("gemini-2.5-flash-image","gemini-3.1-flash-image-preview"])";
constexpr std::string_view kQwenImageModels =
    R"(["z-image","qwen-image","wan2.6","wan2.7","qwen-image-edit","qwen-image-edit-max",)"
    R"("qwen-image-edit-max-2026-01-16","qwen-image-edit-plus","qwen-image-edit-plus-2025-12-15",)"
    R"("qwen-image-edit-plus-2025-10-30"])";

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
        .help("Seconds between two of them."),
    option("general_setting.quota_display_type", &Settings::quota_display_type, "USD", &decode_quota_display)
        .group("prices")
        .help("USD, CNY, TOKENS or CUSTOM."),
    option("general_setting.custom_currency_symbol", &Settings::custom_currency_symbol, "¤")
        .group("prices")
        .help("For CUSTOM."),
    option("general_setting.custom_currency_exchange_rate", &Settings::custom_currency_exchange_rate, "1")
        .check(above_zero())
        .group("prices")
        .help("For CUSTOM: units of it per USD."),
    option("quota_setting.enable_free_model_pre_consume", &Settings::enable_free_model_pre_consume, true)
        .group("prices")
        .help("Free requests, too, need a balance."),
    option("token_setting.max_user_tokens", &Settings::max_user_tokens, 1000)
        .group("accounts")
        .help("Tokens a user may have."),
    option("checkin_setting.enabled", &Settings::checkin_enabled, false)
        .group("accounts")
        .help("Users may check in daily."),
    text_option("checkin_setting.min_quota", "1000").group("accounts").help("Least quota for a check-in."),
    text_option("checkin_setting.max_quota", "10000").group("accounts").help("Most quota for a check-in."),
    option("console_setting.api_info", &Settings::console_api_info, "", &decode_json_array_or_empty)
        .rule(check_api_info)
        .group("site")
        .help("JSON array: addresses shown on the front page."),
    option("console_setting.uptime_kuma_groups", &Settings::console_uptime_kuma_groups, "",
           &decode_json_array_or_empty)
        .rule(check_uptime_kuma_groups)
        .group("site")
        .help("JSON array: status pages."),
    option("console_setting.announcements", &Settings::console_announcements, "", &decode_json_array_or_empty)
        .rule(check_announcements)
        .group("site")
        .help("JSON array: announcements."),
    option("console_setting.faq", &Settings::console_faq, "", &decode_json_array_or_empty)
        .rule(check_faq)
        .group("site")
        .help("JSON array: questions and answers."),
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
        .group("site")
        .help("`default` or `classic`."),
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
           R"({"enabled":false,"all_channels":true})", &decode_json_object)
        .group("relay")
        .help("Which Chat requests go over /v1/responses."),
    option("passkey.enabled", &Settings::passkey_enabled, false)
        .group("login")
        .help("Sign in with passkeys."),
    option("passkey.rp_display_name", &Settings::passkey_rp_display_name, "")
        .group("login")
        .help("Empty: the site's name."),
    option("passkey.rp_id", &Settings::passkey_rp_id, "")
        .group("login")
        .help("Empty: the host of ServerAddress."),
    option("passkey.origins", &Settings::passkey_origins, "").group("login").help("Empty: ServerAddress."),
    option("passkey.allow_insecure_origin", &Settings::passkey_allow_insecure_origin, false)
        .group("login")
        .help("Allow http origins."),
    option("passkey.user_verification", &Settings::passkey_user_verification, "preferred")
        .group("login")
        .help("WebAuthn userVerification."),
    option("passkey.attachment_preference", &Settings::passkey_attachment_preference, "")
        .group("login")
        .help("WebAuthn attachment."),
    option("oidc.enabled", &Settings::oidc_enabled, false)
        .rule(needs_oidc_client)
        .group("login")
        .help("Sign in by OpenID Connect."),
    option("oidc.client_id", &Settings::oidc_client_id, "").group("login").help("Client id."),
    option("oidc.client_secret", &Settings::oidc_client_secret, "")
        .secret()
        .group("login")
        .help("Client secret."),
    option("oidc.well_known", &Settings::oidc_well_known, "")
        .group("login")
        .help("Address of the discovery document."),
    option("oidc.authorization_endpoint", &Settings::oidc_authorization_endpoint, "")
        .group("login")
        .help("Authorization endpoint."),
    option("oidc.token_endpoint", &Settings::oidc_token_endpoint, "").group("login").help("Token endpoint."),
    option("oidc.user_info_endpoint", &Settings::oidc_user_info_endpoint, "")
        .group("login")
        .help("User info endpoint."),
    option("discord.enabled", &Settings::discord_enabled, false)
        .rule(needs_discord_client)
        .group("login")
        .help("Sign in by Discord."),
    option("discord.client_id", &Settings::discord_client_id, "").group("login").help("Client id."),
    option("discord.client_secret", &Settings::discord_client_secret, "")
        .secret()
        .group("login")
        .help("Client secret."),
    text_option("performance_setting.disk_cache_enabled", "false")
        .group("performance")
        .help("Keep large bodies on disk."),
    text_option("performance_setting.disk_cache_threshold_mb", "10")
        .rule(is_not_negative)
        .group("performance")
        .help("From this size."),
    text_option("performance_setting.disk_cache_max_size_mb", "1024")
        .rule(is_not_negative)
        .group("performance")
        .help("In all."),
    text_option("performance_setting.disk_cache_path", "")
        .group("performance")
        .help("Empty: the system's temporary directory."),
    text_option("performance_setting.monitor_enabled", "true")
        .group("performance")
        .help("Refuse requests under overload."),
    text_option("performance_setting.monitor_cpu_threshold", "90")
        .rule(is_not_negative)
        .group("performance")
        .help("Percent."),
    text_option("performance_setting.monitor_memory_threshold", "90")
        .rule(is_not_negative)
        .group("performance")
        .help("Percent."),
    text_option("performance_setting.monitor_disk_threshold", "95")
        .rule(is_not_negative)
        .group("performance")
        .help("Percent."),
    option("monitor_setting.auto_test_channel_enabled", &Settings::auto_test_channel_enabled, false)
        .group("channels")
        .help("Test channels by themselves."),
    option("monitor_setting.auto_test_channel_minutes", &Settings::auto_test_channel_minutes, "10")
        .group("channels")
        .help("Minutes between two rounds."),
    text_option("payment_setting.amount_options", "[10,20,50,100,200,500]")
        .rule(is_json)
        .group("payments")
        .help("Offered amounts."),
    text_option("payment_setting.amount_discount", "{}")
        .rule(is_json)
        .group("payments")
        .help("Amount to factor."),
    text_option("channel_affinity_setting.enabled", "true")
        .group("channels")
        .help("Requests that belong together stay on one channel."),
    text_option("channel_affinity_setting.switch_on_success", "true")
        .group("channels")
        .help("The channel that served last is kept."),
    text_option("channel_affinity_setting.max_entries", "100000")
        .group("channels")
        .help("Entries kept in memory."),
    text_option("channel_affinity_setting.default_ttl_seconds", "3600")
        .group("channels")
        .help("How long one lasts."),
    text_option("channel_affinity_setting.rules", kAffinityRules)
        .rule(is_json)
        .group("channels")
        .help("What belongs together."),
    text_option("fetch_setting.enable_ssrf_protection", "true")
        .group("fetch")
        .help("Check the addresses of fetched files."),
    text_option("fetch_setting.allow_private_ip", "false")
        .group("fetch")
        .help("Private addresses are allowed."),
    text_option("fetch_setting.domain_filter_mode", "false")
        .group("fetch")
        .help("true: domain_list allows; false: it forbids."),
    text_option("fetch_setting.ip_filter_mode", "false")
        .group("fetch")
        .help("true: ip_list allows; false: it forbids."),
    text_option("fetch_setting.domain_list", "[]")
        .rule(is_json)
        .group("fetch")
        .help("Domains, `*.` for all below."),
    text_option("fetch_setting.ip_list", "[]")
        .rule(is_json)
        .group("fetch")
        .help("Addresses and CIDR ranges."),
    text_option("fetch_setting.allowed_ports", R"(["80","443","8080","8443"])")
        .rule(is_json)
        .group("fetch")
        .help("Empty: all."),
    text_option("fetch_setting.apply_ip_filter_for_domain", "true")
        .group("fetch")
        .help("Check what names resolve to."),
    text_option("grok.violation_deduction_enabled", "true")
        .group("prices")
        .help("Charge for refused content."),
    text_option("grok.violation_deduction_amount", "0.05").group("prices").help("USD for one refusal."),
    text_option("claude.model_headers_settings", "{}")
        .rule(is_json)
        .group("providers")
        .help("Model to headers."),
    text_option("claude.default_max_tokens", R"({"default":8192})")
        .rule(is_json)
        .group("providers")
        .help("Model to max_tokens."),
    text_option("claude.thinking_adapter_enabled", "true")
        .group("providers")
        .help("-thinking in model names."),
    text_option("claude.thinking_adapter_budget_tokens_percentage", "0.8")
        .group("providers")
        .help("Share of max_tokens."),
    text_option("gemini.safety_settings", R"({"default":"OFF"})")
        .rule(is_json)
        .group("providers")
        .help("Category to threshold."),
    text_option("gemini.version_settings", R"({"default":"v1beta","gemini-1.0-pro":"v1"})")
        .rule(is_json)
        .group("providers")
        .help("Model to API version."),
    text_option("gemini.supported_imagine_models", kGeminiImageModels)
        .rule(is_json)
        .group("providers")
        .help("Models that answer with images."),
    text_option("qwen.sync_image_models", kQwenImageModels)
        .rule(is_json)
        .group("providers")
        .help("Image models without a task."),
    text_option("gemini.thinking_adapter_enabled", "false")
        .group("providers")
        .help("-thinking in model names."),
    text_option("gemini.thinking_adapter_budget_tokens_percentage", "0.6")
        .group("providers")
        .help("Share of the output limit."),
    text_option("gemini.function_call_thought_signature_enabled", "true")
        .group("providers")
        .help("Fill in signatures."),
    text_option("gemini.remove_function_response_id_enabled", "true")
        .group("providers")
        .help("Leave ids out."),
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
