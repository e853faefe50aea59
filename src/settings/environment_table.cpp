// settings/environment_table.cpp: the environment variables of the node, its database, its ports and its jobs (spec 01 section 9).
// One row is the whole truth about a variable. Those of relaying and of the REST API are in environment_table_relay.cpp.
#include <stdexcept>

#include "settings/environment_parts.h"
#include "settings/environment_rows.h"

namespace opusclaw::settings {

namespace {

using rows::Bounds;
using rows::S;

EnvironmentVariable port() {
    return {"PORT", "0 to 65535", "",
            "Port to listen on, on all addresses; goes before `--port`. 0: any free one.",
            [](const Environment& environment, S& settings) {
                constexpr long long kHighest = 65535;
                if (const auto number = environment.number_between("PORT", 0, kHighest))
                    settings.port = static_cast<std::uint16_t>(*number);
            }};
}

EnvironmentVariable channel_update_frequency() {
    return {"CHANNEL_UPDATE_FREQUENCY", "minutes", "",
            "Between two rounds that ask providers for balances; unset: none. Anything but a number stops "
            "the start.",
            [](const Environment& environment, S& settings) {
                const auto value = environment.text("CHANNEL_UPDATE_FREQUENCY");
                if (!value) return;
                const auto number = text::parse_int(*value);
                if (!number) throw std::runtime_error("CHANNEL_UPDATE_FREQUENCY is not a whole number");
                if (*number > 0) settings.channel_update_period = std::chrono::minutes{*number};
            }};
}

EnvironmentVariable trusted_proxies() {
    return {"TRUSTED_PROXIES", "CIDR ranges between commas, or `*`",
            "loopback, private and link-local ranges",
            "Peers whose `X-Forwarded-For` counts; set but empty: nobody's.",
            [](const Environment& environment, S& settings) {
                settings.trusted_proxies = environment.set_text("TRUSTED_PROXIES");
            }};
}

EnvironmentVariable node_type() {
    return {"NODE_TYPE", "`slave`, or anything else", "master",
            "A slave runs neither migrations nor the jobs that one node does for all.",
            [](const Environment& environment, S& settings) {
                settings.is_slave = environment.text("NODE_TYPE") == "slave";
            }};
}

}    // namespace

std::span<const EnvironmentVariable> server_variables() {
    static const EnvironmentVariable kRows[] = {
        port(),
        rows::text("TLS_CERT_FILE", &S::tls_certificate_file, "",
                   "PEM file with the certificate chain; with it the port speaks HTTPS."),
        rows::text("TLS_KEY_FILE", &S::tls_key_file, "",
                   "PEM file with its key; unset: it is in the same file."),
        trusted_proxies(),
        rows::whole("LOOPS", &S::loops, Bounds{.initial = 0, .least = 0},
                    "Event loops; 0: one for each processor. At most 256."),
        rows::period("DRAIN_SECONDS", &S::drain_period, Bounds{.initial = 30, .least = 0},
                     "How long a stop waits for running requests."),
        rows::not_read(
            "LISTEN_FDS", "whole number", "",
            "Sockets that systemd hands over (with `LISTEN_PID`); they are used instead of the port."),
        rows::not_read("LISTEN_PID", "process id", "", "The process that `LISTEN_FDS` is meant for."),
    };
    return kRows;
}

std::span<const EnvironmentVariable> node_variables() {
    static const EnvironmentVariable kRows[] = {
        rows::optional_text(
            "SESSION_SECRET", &S::session_secret,
            "Signs sessions; the same on all nodes. Unset: made at each start, so that everybody "
            "signs in again. `random_string` stops the start."),
        rows::optional_text("CRYPTO_SECRET", &S::crypto_secret,
                            "Key of the names of cached tokens in Redis; unset: the session secret."),
        node_type(),
        rows::text("NODE_NAME", &S::node_name, "", "Name of this node in log rows of top-ups."),
        rows::text("FRONTEND_BASE_URL", &S::frontend_base_url, "",
                   "On a slave: paths that nobody serves are sent on to this address."),
        rows::not_read("VERSION", "text", "", "Reported instead of the program's own version."),
        rows::not_read("TZ", "name of a time zone", "the system's",
                       "Local time, for check-in dates, resets of subscriptions and log stamps."),
        rows::exactly_true("DEBUG", &S::debug, "Debug messages in the log."),
        rows::period(
            "SYNC_FREQUENCY", &S::sync_period, Bounds{.initial = 60, .least = 1},
            "How often options and channels are read again, and how long users and tokens are kept."),
        rows::exactly_true("MEMORY_CACHE_ENABLED", &S::memory_cache_enabled,
                           "Kept for New API; channels are always in memory here."),
        rows::exactly_true("BATCH_UPDATE_ENABLED", &S::batch_update_enabled,
                           "Kept for New API and shown in the status; writes are always grouped here."),
        rows::period("BATCH_UPDATE_INTERVAL", &S::batch_update_interval, Bounds{.initial = 5, .least = 1},
                     "Kept for New API; groups are written within a tenth of a second here."),
        rows::text(
            "REDIS_CONN_STRING", &S::redis_address, "",
            "`redis://[user:password@]host:port[/db]`, `rediss://` or `unix://`; unset: one node alone."),
        rows::positive("REDIS_POOL_SIZE", &S::redis_pool_size, 10, "Connections to Redis."),
    };
    return kRows;
}

std::span<const EnvironmentVariable> database_variables() {
    static const EnvironmentVariable kRows[] = {
        rows::text("SQL_DSN", &S::sql_dsn, "",
                   "`postgres://user:password@host:5432/name`, or MySQL and MariaDB as "
                   "`user:password@tcp(host:3306)/name`; unset, or `local`: SQLite."),
        rows::text("LOG_SQL_DSN", &S::log_sql_dsn, "",
                   "A database of its own for the logs, in the same forms; unset: they are in the main one."),
        rows::text("SQLITE_PATH", &S::sqlite_path, "one-api.db",
                   "The SQLite file; `?_busy_timeout=ms`, `_pragma=` and `_txlock=` may follow."),
        rows::positive("SQL_MAX_OPEN_CONNS", &S::sql_max_open, 1000,
                       "Most connections to each database; a few are enough here. 0 or less: the default."),
        rows::whole("SQL_MAX_IDLE_CONNS", &S::sql_max_idle, Bounds{.initial = 100, .least = 0},
                    "Most of them that stay open while idle."),
        rows::period("SQL_MAX_LIFETIME", &S::sql_lifetime, Bounds{.initial = 60, .least = 0},
                     "Age at which a connection is made anew; 0 or less: never."),
        rows::text(
            "JOURNAL_DIR", &S::journal_folder, "",
            "Folder of the bills on their way to the database, on a disk that outlives the process; unset: "
            "`journal/` beside the SQLite file, else `./data/journal`."),
        rows::positive("JOURNAL_SEGMENT_KB", &S::journal_segment_kb, 4096, "Kibibytes of one file there."),
        rows::positive(
            "JOURNAL_MAX_MB", &S::journal_max_mb, 1024,
            "Mebibytes there from which new requests get 503: the database has been away for long."),
    };
    return kRows;
}

std::span<const EnvironmentVariable> job_variables() {
    static const EnvironmentVariable kRows[] = {
        rows::period("POLLING_INTERVAL", &S::polling_interval, Bounds{.initial = 0, .least = 0},
                     "Pause between two channels of a round of tests, balances or model lists."),
        channel_update_frequency(),
        rows::optional_period(
            "CHANNEL_TEST_FREQUENCY", &S::channel_test_period,
            "Between two rounds of channel tests, whatever the option says; unset: the option "
            "decides."),
        rows::flag("CHANNEL_UPSTREAM_MODEL_UPDATE_TASK_ENABLED", &S::upstream_model_check_enabled, true,
                   "Look for new and removed models of channels that ask for it."),
        rows::period_or_default("CHANNEL_UPSTREAM_MODEL_UPDATE_TASK_INTERVAL_MINUTES",
                                &S::upstream_model_check_period, Bounds{.initial = 30, .least = 1},
                                "Between two such rounds."),
        rows::period_or_default("CHANNEL_UPSTREAM_MODEL_UPDATE_MIN_CHECK_INTERVAL_SECONDS",
                                &S::upstream_model_check_pause, Bounds{.initial = 300, .least = 0},
                                "A channel is not looked at again before this time is over."),
        rows::flag("UPDATE_TASK", &S::update_task, true, "Poll drawing, video and music tasks."),
        rows::positive("TASK_QUERY_LIMIT", &S::task_query_limit, 1000,
                       "Unfinished tasks in a round of polling."),
        rows::period("TASK_TIMEOUT_MINUTES", &S::task_timeout, Bounds{.initial = 1440, .least = 0},
                     "Older tasks fail and are refunded; 0: never."),
        rows::whole("NOTIFY_LIMIT_COUNT", &S::notify_limit_count, Bounds{.initial = 2, .least = 0},
                    "Most notices of one kind to a user in the time below."),
        rows::period("NOTIFICATION_LIMIT_DURATION_MINUTE", &S::notification_limit_duration,
                     Bounds{.initial = 10, .least = 1}, "The time of that limit."),
        rows::text("SYNC_UPSTREAM_BASE", &S::sync_upstream_base, "https://basellm.github.io/llm-metadata",
                   "Where the descriptions of models are read from."),
        rows::optional_period("SYNC_HTTP_TIMEOUT_SECONDS", &S::sync_http_timeout,
                              "Time for that; unset: 10 for each connection, 15 in all."),
        rows::whole("SYNC_HTTP_RETRY", &S::sync_http_retry, Bounds{.initial = 3, .least = 1},
                    "How often it is tried."),
        rows::mebibytes("SYNC_HTTP_MAX_MB", &S::sync_http_bytes, {.initial = 10, .otherwise = 10},
                        "Most that is read."),
        rows::text(
            "UPDATE_CHECK_URL", &S::update_check_url, "",
            "Where the newest release is looked up when root asks; unset or `off`: nowhere, for there is no "
            "address of releases that it could name by itself."),
    };
    return kRows;
}

}    // namespace opusclaw::settings
