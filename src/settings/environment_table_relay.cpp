// settings/environment_table_relay.cpp: the environment variables of relaying, accounts, request limits, and those that only New
// API knows (spec 01 section 9). The others, and what a row is, are in environment_table.cpp.
#include "settings/environment_parts.h"
#include "settings/environment_rows.h"

namespace opusclaw::settings {

namespace {

using rows::Bounds;
using rows::S;

/// Go's programs, and with them New API's users, set these in either letter case.
EnvironmentVariable proxy(std::string name, std::string S::*member, std::string_view purpose) {
    return {name, "text", "", purpose, [=](const Environment& environment, S& settings) {
                settings.*member = environment.text(name, environment.text(text::lower(name), ""));
            }};
}

EnvironmentVariable task_price_patch() {
    return {"TASK_PRICE_PATCH", "texts between commas", "", "Models whose tasks are charged by the call.",
            [](const Environment& environment, S& settings) {
                settings.task_price_patch = environment.list("TASK_PRICE_PATCH");
            }};
}

EnvironmentVariable limit_switch(const std::string& prefix, WindowLimit S::*member,
                                 std::string_view purpose) {
    const std::string name = prefix + "_ENABLE";
    return {name, "true or false", "true", purpose, [=](const Environment& environment, S& settings) {
                (settings.*member).enabled = environment.flag(name, true);
            }};
}

EnvironmentVariable limit_count(const std::string& prefix, WindowLimit S::*member, long long requests) {
    return {prefix, "whole number", std::to_string(requests), "Most requests in the time below.",
            [=](const Environment& environment, S& settings) {
                (settings.*member).requests = environment.number(prefix, requests);
            }};
}

EnvironmentVariable limit_window(const std::string& prefix, WindowLimit S::*member, long long window) {
    const std::string name = prefix + "_DURATION";
    return {
        name, "seconds", std::to_string(window), "The time of that limit.",
        [=](const Environment& environment, S& settings) {
            (settings.*member).window = std::chrono::seconds{std::max(environment.number(name, window), 1LL)};
        }};
}

}    // namespace

std::span<const EnvironmentVariable> relay_variables() {
    static const EnvironmentVariable kRows[] = {
        rows::period("RELAY_TIMEOUT", &S::relay_timeout, Bounds{.initial = 0, .least = 0},
                     "Until a provider must have sent the head of its answer; 0: no limit."),
        rows::period("STREAMING_TIMEOUT", &S::streaming_timeout, Bounds{.initial = 300, .least = 1},
                     "Longest silence within a stream."),
        rows::whole("RELAY_MAX_IDLE_CONNS", &S::relay_max_idle_connections,
                    Bounds{.initial = 500, .least = 0},
                    "Idle connections to providers, shared evenly by the event loops."),
        rows::whole("RELAY_MAX_IDLE_CONNS_PER_HOST", &S::relay_max_idle_connections_per_host,
                    Bounds{.initial = 100, .least = 0}, "Of these to one provider, shared in the same way."),
        rows::mebibytes("STREAM_SCANNER_MAX_BUFFER_MB", &S::stream_line_bytes,
                        {.initial = 128, .otherwise = 64}, "Longest line of a stream."),
        rows::mebibytes("MAX_REQUEST_BODY_MB", &S::request_body_bytes, {.initial = 128, .otherwise = 128},
                        "Largest request body, after decompression."),
        rows::mebibytes("MAX_FILE_DOWNLOAD_MB", &S::file_download_bytes, {.initial = 64, .otherwise = 32},
                        "Largest file that is fetched for a request."),
        proxy("HTTP_PROXY", &S::http_proxy, "Proxy towards providers without TLS; also in lower case."),
        proxy("HTTPS_PROXY", &S::https_proxy, "Proxy towards providers with TLS; also in lower case."),
        proxy("NO_PROXY", &S::no_proxy, "Hosts that need no proxy, between commas; also in lower case."),
        rows::flag("TLS_INSECURE_SKIP_VERIFY", &S::tls_insecure_skip_verify, false,
                   "No certificate checks towards providers."),
        rows::flag("FORCE_STREAM_OPTION", &S::force_stream_option, true,
                   "Ask providers for usage in streams."),
        rows::flag("CountToken", &S::count_token, true, "Estimate the tokens of prompts."),
        rows::flag("GET_MEDIA_TOKEN", &S::get_media_token, true, "Count images and audio in estimates."),
        rows::flag("GET_MEDIA_TOKEN_NOT_STREAM", &S::get_media_token_not_stream, false,
                   "The same for requests without a stream."),
        rows::text("AZURE_DEFAULT_API_VERSION", &S::azure_default_api_version, "2025-04-01-preview",
                   "API version of Azure channels that name none."),
        rows::text("COHERE_SAFETY_SETTING", &S::cohere_safety_setting, "NONE",
                   "Safety mode of Cohere requests."),
        rows::flag("DIFY_DEBUG", &S::dify_debug, true, "Show the nodes of Dify workflows."),
        rows::lower_list("ALI_ANTHROPIC_MESSAGES_MODELS", &S::ali_anthropic_messages_models,
                         "qwen,deepseek-v4,kimi,glm,minimax-m",
                         "Parts of the names of Ali models that speak the Anthropic dialect."),
        rows::text("VERTEX_TOKEN_URL", &S::vertex_token_url, "", "Instead of Google's token address."),
        rows::text("VOLCENGINE_TTS_URL", &S::volcengine_tts_url,
                   "wss://openspeech.bytedance.com/api/v1/tts/ws_binary", "Address of Volcengine's speech."),
        task_price_patch(),
        rows::flag("ERROR_LOG_ENABLED", &S::error_log_enabled, false, "A log row for each failed request."),
    };
    return kRows;
}

std::span<const EnvironmentVariable> account_variables() {
    static const EnvironmentVariable kRows[] = {
        rows::flag("GENERATE_DEFAULT_TOKEN", &S::generate_default_token, false,
                   "Who registers gets a first token."),
        rows::lower_list("TRUSTED_REDIRECT_DOMAINS", &S::trusted_redirect_domains, "",
                         "Domains that payments may send users back to, subdomains included."),
        rows::text("LINUX_DO_TOKEN_ENDPOINT", &S::linux_do_token_endpoint,
                   "https://connect.linux.do/oauth2/token", "Where LinuxDO codes become tokens."),
        rows::text("LINUX_DO_USER_ENDPOINT", &S::linux_do_user_endpoint, "https://connect.linux.do/api/user",
                   "Where the LinuxDO user is looked up."),
        rows::period_or_default("SUBSCRIPTION_PLAN_CACHE_TTL", &S::subscription_plan_cache_ttl,
                                Bounds{.initial = 300, .least = 1}, "How long a plan is kept in memory."),
        rows::period_or_default("SUBSCRIPTION_PLAN_INFO_CACHE_TTL", &S::subscription_plan_info_cache_ttl,
                                Bounds{.initial = 120, .least = 1},
                                "How long the plan of a subscription is kept in memory."),
        rows::positive("SUBSCRIPTION_PLAN_CACHE_CAP", &S::subscription_plan_cache_cap, 5000,
                       "Plans kept in memory."),
        rows::positive("SUBSCRIPTION_PLAN_INFO_CACHE_CAP", &S::subscription_plan_info_cache_cap, 10000,
                       "Subscriptions whose plan is kept in memory."),
        rows::text("UMAMI_WEBSITE_ID", &S::umami_website_id, "",
                   "Umami's id of the site, for the index page."),
        rows::text("UMAMI_SCRIPT_URL", &S::umami_script_url, "https://analytics.umami.is/script.js",
                   "Umami's script."),
        rows::text("GOOGLE_ANALYTICS_ID", &S::google_analytics_id, "",
                   "Google Analytics' id of the site, for the index page."),
    };
    return kRows;
}

std::span<const EnvironmentVariable> limit_variables() {
    static const EnvironmentVariable kRows[] = {
        limit_switch("GLOBAL_API_RATE_LIMIT", &S::global_api_limit, "Limit `/api/` by client address."),
        limit_count("GLOBAL_API_RATE_LIMIT", &S::global_api_limit, 180),
        limit_window("GLOBAL_API_RATE_LIMIT", &S::global_api_limit, 180),
        limit_switch("GLOBAL_WEB_RATE_LIMIT", &S::global_web_limit,
                     "Limit the dashboard's files and unknown paths by client address."),
        limit_count("GLOBAL_WEB_RATE_LIMIT", &S::global_web_limit, 60),
        limit_window("GLOBAL_WEB_RATE_LIMIT", &S::global_web_limit, 180),
        limit_switch("CRITICAL_RATE_LIMIT", &S::critical_limit,
                     "Limit logins, registrations, payments and shown keys by client address."),
        limit_count("CRITICAL_RATE_LIMIT", &S::critical_limit, 20),
        limit_window("CRITICAL_RATE_LIMIT", &S::critical_limit, 1200),
        limit_switch("SEARCH_RATE_LIMIT", &S::search_limit, "Limit searches by user."),
        limit_count("SEARCH_RATE_LIMIT", &S::search_limit, 10),
        limit_window("SEARCH_RATE_LIMIT", &S::search_limit, 60),
    };
    return kRows;
}

std::span<const EnvironmentVariable> ignored_variables() {
    constexpr std::string_view kProfiling = "Continuous profiling of New API.";
    static const EnvironmentVariable kRows[] = {
        rows::not_read("GIN_MODE", "text", "", "Mode of New API's HTTP engine."),
        rows::not_read("GEMINI_SAFETY_SETTING", "text", "BLOCK_NONE",
                       "Read by New API, and not used there either."),
        rows::not_read("ENABLE_PPROF", "on for exactly `true`", "false", "Profiling server of New API."),
        rows::not_read("PYROSCOPE_URL", "text", "", kProfiling),
        rows::not_read("PYROSCOPE_APP_NAME", "text", "new-api", kProfiling),
        rows::not_read("PYROSCOPE_BASIC_AUTH_USER", "text", "", kProfiling),
        rows::not_read("PYROSCOPE_BASIC_AUTH_PASSWORD", "text", "", kProfiling),
        rows::not_read("PYROSCOPE_MUTEX_RATE", "whole number", "5", kProfiling),
        rows::not_read("PYROSCOPE_BLOCK_RATE", "whole number", "5", kProfiling),
        rows::not_read("HOSTNAME", "text", "new-api", kProfiling),
    };
    return kRows;
}

}    // namespace opusclaw::settings
