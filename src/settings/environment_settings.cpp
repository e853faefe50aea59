// settings/environment_settings.cpp: names, defaults and bounds of the environment (spec 01 section 9).
#include "settings/environment_settings.h"

#include <algorithm>

#include "base/text.h"

namespace opusclaw::settings {
namespace {

constexpr std::size_t kMebi = std::size_t{1} << 20;

std::chrono::seconds seconds(const Environment& environment, std::string_view name, long long fallback,
                             long long least = 0) {
    return std::chrono::seconds{std::max(environment.number(name, fallback), least)};
}

/// Mebibytes; 0 and less give `fallback` (spec 01 section 15.1).
std::size_t mebibytes(const Environment& environment, std::string_view name, long long fallback,
                      long long otherwise) {
    const long long number = environment.number(name, fallback);
    return static_cast<std::size_t>(number > 0 ? number : otherwise) * kMebi;
}

std::vector<std::string> lower_list(const Environment& environment, std::string_view name,
                                    std::string_view fallback) {
    std::vector<std::string> list = environment.list(name);
    if (list.empty()) {
        for (const std::string_view part : text::split(fallback, ',')) {
            if (!part.empty()) list.emplace_back(part);
        }
    }
    for (std::string& entry : list) entry = text::lower(entry);
    return list;
}

WindowLimit limit(const Environment& environment, const std::string& prefix, long long requests,
                  long long window) {
    return {.enabled = environment.flag(prefix + "_ENABLE", true),
            .requests = environment.number(prefix, requests),
            .window = seconds(environment, prefix + "_DURATION", window, 1)};
}

/// Go's programs, and with them New API's users, set these in either letter case.
std::string proxy(const Environment& environment, const std::string& name) {
    return environment.text(name, environment.text(text::lower(name), ""));
}

std::optional<std::chrono::minutes> minutes(const Environment& environment, std::string_view name) {
    const long long number = environment.number(name, 0);
    return number > 0 ? std::optional(std::chrono::minutes{number}) : std::nullopt;
}

void read_relay(const Environment& environment, EnvironmentSettings& settings) {
    settings.relay_timeout = seconds(environment, "RELAY_TIMEOUT", 0);
    settings.streaming_timeout = seconds(environment, "STREAMING_TIMEOUT", 300, 1);
    settings.relay_max_idle_connections = static_cast<std::size_t>(
        std::max(0LL, environment.number("RELAY_MAX_IDLE_CONNS", 500)));
    settings.relay_max_idle_connections_per_host = static_cast<std::size_t>(
        std::max(0LL, environment.number("RELAY_MAX_IDLE_CONNS_PER_HOST", 100)));
    settings.stream_line_bytes = mebibytes(environment, "STREAM_SCANNER_MAX_BUFFER_MB", 128, 64);
    settings.request_body_bytes = mebibytes(environment, "MAX_REQUEST_BODY_MB", 128, 128);
    settings.file_download_bytes = mebibytes(environment, "MAX_FILE_DOWNLOAD_MB", 64, 32);
    settings.tls_insecure_skip_verify = environment.flag("TLS_INSECURE_SKIP_VERIFY", false);
    settings.force_stream_option = environment.flag("FORCE_STREAM_OPTION", true);
    settings.count_token = environment.flag("CountToken", true);
    settings.get_media_token = environment.flag("GET_MEDIA_TOKEN", true);
    settings.get_media_token_not_stream = environment.flag("GET_MEDIA_TOKEN_NOT_STREAM", false);
    settings.http_proxy = proxy(environment, "HTTP_PROXY");
    settings.https_proxy = proxy(environment, "HTTPS_PROXY");
    settings.no_proxy = proxy(environment, "NO_PROXY");
    settings.azure_default_api_version = environment.text("AZURE_DEFAULT_API_VERSION", "2025-04-01-preview");
    settings.cohere_safety_setting = environment.text("COHERE_SAFETY_SETTING", "NONE");
    settings.dify_debug = environment.flag("DIFY_DEBUG", true);
    settings.ali_anthropic_messages_models = lower_list(environment, "ALI_ANTHROPIC_MESSAGES_MODELS",
                                                        "qwen,deepseek-v4,kimi,glm,minimax-m");
}

}    // namespace

EnvironmentSettings read_environment(const Environment& environment) {
    EnvironmentSettings settings;
    settings.is_slave = environment.text("NODE_TYPE", "") == "slave";
    settings.node_name = environment.text("NODE_NAME", "");
    settings.frontend_base_url = environment.text("FRONTEND_BASE_URL", "");
    settings.session_secret = environment.text("SESSION_SECRET");
    settings.crypto_secret = environment.text("CRYPTO_SECRET");
    settings.version = environment.text("VERSION");
    settings.debug = environment.exactly_true("DEBUG");
    settings.memory_cache_enabled = environment.exactly_true("MEMORY_CACHE_ENABLED");
    settings.batch_update_enabled = environment.exactly_true("BATCH_UPDATE_ENABLED");
    settings.error_log_enabled = environment.flag("ERROR_LOG_ENABLED", false);
    settings.sync_period = seconds(environment, "SYNC_FREQUENCY", 60, 1);
    settings.batch_update_interval = seconds(environment, "BATCH_UPDATE_INTERVAL", 5, 1);
    settings.sql_dsn = environment.text("SQL_DSN", "");
    settings.log_sql_dsn = environment.text("LOG_SQL_DSN", "");
    settings.sqlite_path = environment.text("SQLITE_PATH", "one-api.db");
    // As the pools of New API's language have it: 0 open ones, or less, means without a limit.
    const long long most = environment.number("SQL_MAX_OPEN_CONNS", 1000);
    settings.sql_max_open = most > 0 ? static_cast<std::size_t>(most) : 1000;
    settings.sql_max_idle = static_cast<std::size_t>(
        std::max(0LL, environment.number("SQL_MAX_IDLE_CONNS", 100)));
    settings.sql_lifetime = seconds(environment, "SQL_MAX_LIFETIME", 60);
    read_relay(environment, settings);
    settings.generate_default_token = environment.flag("GENERATE_DEFAULT_TOKEN", false);
    settings.trusted_proxies = environment.set_text("TRUSTED_PROXIES");
    settings.trusted_redirect_domains = lower_list(environment, "TRUSTED_REDIRECT_DOMAINS", "");
    settings.global_api_limit = limit(environment, "GLOBAL_API_RATE_LIMIT", 180, 180);
    settings.global_web_limit = limit(environment, "GLOBAL_WEB_RATE_LIMIT", 60, 180);
    settings.critical_limit = limit(environment, "CRITICAL_RATE_LIMIT", 20, 1200);
    settings.search_limit = limit(environment, "SEARCH_RATE_LIMIT", 10, 60);
    settings.umami_website_id = environment.text("UMAMI_WEBSITE_ID", "");
    settings.umami_script_url = environment.text("UMAMI_SCRIPT_URL", "https://analytics.umami.is/script.js");
    settings.google_analytics_id = environment.text("GOOGLE_ANALYTICS_ID", "");
    settings.polling_interval = seconds(environment, "POLLING_INTERVAL", 0);
    settings.channel_update_period = minutes(environment, "CHANNEL_UPDATE_FREQUENCY");
    settings.channel_test_period = minutes(environment, "CHANNEL_TEST_FREQUENCY");
    settings.notify_limit_count = environment.number("NOTIFY_LIMIT_COUNT", 2);
    settings.notification_limit_duration = std::chrono::minutes{
        environment.number("NOTIFICATION_LIMIT_DURATION_MINUTE", 10)};
    return settings;
}

}    // namespace opusclaw::settings
