// settings/environment_settings.h: what the process environment sets (spec 01 section 9), read once at start into plain
// values. Names, defaults and bounds are rows of environment_table.cpp; options that change while running are settings.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/environment.h"

namespace opusclaw::settings {

/// A window limiter (spec 01 section 14.2).
struct WindowLimit {
    bool enabled = true;
    std::int64_t requests = 0;
    std::chrono::seconds window{0};
    bool operator==(const WindowLimit&) const = default;
};

struct EnvironmentSettings {
    // server
    std::optional<std::uint16_t> port;    // PORT; unset: the command line's
    std::string tls_certificate_file, tls_key_file;
    unsigned loops = 0;    // 0: one for each processor
    std::chrono::seconds drain_period{30};
    // node
    bool is_slave = false;    // NODE_TYPE
    std::string node_name, frontend_base_url;
    std::optional<std::string> session_secret;    // unset: random per start; `random_string` stops the start
    std::optional<std::string> crypto_secret;     // unset: as session_secret
    bool debug = false, memory_cache_enabled = false, batch_update_enabled = false, error_log_enabled = false;
    std::chrono::seconds sync_period{60};    // SYNC_FREQUENCY, at least 1 s
    std::chrono::seconds batch_update_interval{5};
    std::string redis_address;    // REDIS_CONN_STRING
    std::size_t redis_pool_size = 10;
    // database
    std::string sql_dsn, log_sql_dsn, sqlite_path;
    std::string journal_folder;    // empty: store::default_journal_folder
    std::size_t journal_segment_kb = 0, journal_max_mb = 0;
    std::size_t sql_max_open =
        1000;    // SQL_MAX_OPEN_CONNS, of each database; readers and the writer share it
    std::size_t sql_max_idle = 100;           // SQL_MAX_IDLE_CONNS
    std::chrono::seconds sql_lifetime{60};    // SQL_MAX_LIFETIME; 0: for ever
    // relay
    std::chrono::seconds relay_timeout{0};          // to the response head; 0: none
    std::chrono::seconds streaming_timeout{300};    // silence in a stream
    std::size_t relay_max_idle_connections = 500, relay_max_idle_connections_per_host = 100;
    std::size_t stream_line_bytes = 0, request_body_bytes = 0, file_download_bytes = 0;
    bool tls_insecure_skip_verify = false, force_stream_option = true;
    bool count_token = true, get_media_token = true, get_media_token_not_stream = false;
    std::string http_proxy, https_proxy, no_proxy;
    std::string azure_default_api_version, cohere_safety_setting;
    std::string vertex_token_url, volcengine_tts_url;    // the former may be empty: Google's
    bool dify_debug = true;
    std::vector<std::string> ali_anthropic_messages_models;    // lower case
    // accounts and REST
    bool generate_default_token = false;
    std::optional<std::string>
        trusted_proxies;    // TRUSTED_PROXIES; unset: the built-in ranges; empty: nobody
    std::vector<std::string> trusted_redirect_domains;    // lower case
    std::string linux_do_token_endpoint, linux_do_user_endpoint;
    std::chrono::seconds subscription_plan_cache_ttl{300}, subscription_plan_info_cache_ttl{120};
    std::size_t subscription_plan_cache_cap = 5000, subscription_plan_info_cache_cap = 10000;
    WindowLimit global_api_limit, global_web_limit, critical_limit, search_limit;
    std::string umami_website_id, umami_script_url, google_analytics_id;
    // jobs
    std::chrono::seconds polling_interval{0};
    std::optional<std::chrono::minutes> channel_update_period, channel_test_period;    // unset: off
    bool upstream_model_check_enabled = true;
    std::chrono::minutes upstream_model_check_period{30};
    std::chrono::seconds upstream_model_check_pause{300};    // of one channel
    bool update_task = true;
    std::size_t task_query_limit = 1000;
    std::chrono::minutes task_timeout{1440};    // 0: never
    std::vector<std::string> task_price_patch;
    std::int64_t notify_limit_count = 2;
    std::chrono::minutes notification_limit_duration{10};
    std::string sync_upstream_base, update_check_url;
    std::optional<std::chrono::seconds> sync_http_timeout;    // unset: 10 s a connection, 15 s in all
    std::int64_t sync_http_retry = 3;
    std::size_t sync_http_bytes = 0;

    bool operator==(const EnvironmentSettings&) const = default;
};

/// Values that make no sense fall back to their default; `environment` keeps the warnings. Throws std::runtime_error for one
/// that has to stop the start.
EnvironmentSettings read_environment(const Environment& environment);

}    // namespace opusclaw::settings
