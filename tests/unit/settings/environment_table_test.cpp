// tests/unit/settings/environment_table_test.cpp: the table of environment variables against the list of the specification (01
// section 9): names, defaults, and that no value, however odd, does more than give the default.
#include <gtest/gtest.h>

#include <map>

#include "settings/environment_variable.h"

namespace opusclaw::settings {
namespace {

using namespace std::chrono_literals;

/// Name and default, as the chapter has them; Opusclaw's own at the end.
const std::map<std::string, std::string> kExpected = {
    {"PORT", ""},
    {"SQL_DSN", ""},
    {"LOG_SQL_DSN", ""},
    {"SQLITE_PATH", "one-api.db"},
    {"JOURNAL_DIR", ""},
    {"JOURNAL_SEGMENT_KB", "4096"},
    {"JOURNAL_MAX_MB", "1024"},
    {"SQL_MAX_IDLE_CONNS", "100"},
    {"SQL_MAX_OPEN_CONNS", "1000"},
    {"SQL_MAX_LIFETIME", "60"},
    {"REDIS_CONN_STRING", ""},
    {"REDIS_POOL_SIZE", "10"},
    {"SESSION_SECRET", ""},
    {"CRYPTO_SECRET", ""},
    {"NODE_TYPE", "master"},
    {"NODE_NAME", ""},
    {"FRONTEND_BASE_URL", ""},
    {"VERSION", ""},
    {"TZ", "the system's"},
    {"DEBUG", "false"},
    {"GIN_MODE", ""},
    {"ENABLE_PPROF", "false"},
    {"PYROSCOPE_URL", ""},
    {"PYROSCOPE_APP_NAME", "new-api"},
    {"PYROSCOPE_BASIC_AUTH_USER", ""},
    {"PYROSCOPE_BASIC_AUTH_PASSWORD", ""},
    {"PYROSCOPE_MUTEX_RATE", "5"},
    {"PYROSCOPE_BLOCK_RATE", "5"},
    {"HOSTNAME", "new-api"},
    {"MEMORY_CACHE_ENABLED", "false"},
    {"SYNC_FREQUENCY", "60"},
    {"BATCH_UPDATE_ENABLED", "false"},
    {"BATCH_UPDATE_INTERVAL", "5"},
    {"POLLING_INTERVAL", "0"},
    {"CHANNEL_UPDATE_FREQUENCY", ""},
    {"CHANNEL_TEST_FREQUENCY", ""},
    {"CHANNEL_UPSTREAM_MODEL_UPDATE_TASK_ENABLED", "true"},
    {"CHANNEL_UPSTREAM_MODEL_UPDATE_TASK_INTERVAL_MINUTES", "30"},
    {"CHANNEL_UPSTREAM_MODEL_UPDATE_MIN_CHECK_INTERVAL_SECONDS", "300"},
    {"UPDATE_TASK", "true"},
    {"TASK_QUERY_LIMIT", "1000"},
    {"TASK_TIMEOUT_MINUTES", "1440"},
    {"TASK_PRICE_PATCH", ""},
    {"RELAY_TIMEOUT", "0"},
    {"RELAY_MAX_IDLE_CONNS", "500"},
    {"RELAY_MAX_IDLE_CONNS_PER_HOST", "100"},
    {"STREAMING_TIMEOUT", "300"},
    {"STREAM_SCANNER_MAX_BUFFER_MB", "128"},
    {"MAX_REQUEST_BODY_MB", "128"},
    {"MAX_FILE_DOWNLOAD_MB", "64"},
    {"TLS_INSECURE_SKIP_VERIFY", "false"},
    {"HTTP_PROXY", ""},
    {"HTTPS_PROXY", ""},
    {"NO_PROXY", ""},
    {"FORCE_STREAM_OPTION", "true"},
    {"CountToken", "true"},
    {"GET_MEDIA_TOKEN", "true"},
    {"GET_MEDIA_TOKEN_NOT_STREAM", "false"},
    {"GEMINI_SAFETY_SETTING", "BLOCK_NONE"},
    {"COHERE_SAFETY_SETTING", "NONE"},
    {"AZURE_DEFAULT_API_VERSION", "2025-04-01-preview"},
    {"DIFY_DEBUG", "true"},
    {"ALI_ANTHROPIC_MESSAGES_MODELS", "qwen,deepseek-v4,kimi,glm,minimax-m"},
    {"VERTEX_TOKEN_URL", ""},
    {"VOLCENGINE_TTS_URL", "wss://openspeech.bytedance.com/api/v1/tts/ws_binary"},
    {"LINUX_DO_TOKEN_ENDPOINT", "https://connect.linux.do/oauth2/token"},
    {"LINUX_DO_USER_ENDPOINT", "https://connect.linux.do/api/user"},
    {"SYNC_UPSTREAM_BASE", "https://basellm.github.io/llm-metadata"},
    {"SYNC_HTTP_TIMEOUT_SECONDS", ""},
    {"SYNC_HTTP_RETRY", "3"},
    {"SYNC_HTTP_MAX_MB", "10"},
    {"SUBSCRIPTION_PLAN_CACHE_TTL", "300"},
    {"SUBSCRIPTION_PLAN_INFO_CACHE_TTL", "120"},
    {"SUBSCRIPTION_PLAN_CACHE_CAP", "5000"},
    {"SUBSCRIPTION_PLAN_INFO_CACHE_CAP", "10000"},
    {"NOTIFY_LIMIT_COUNT", "2"},
    {"NOTIFICATION_LIMIT_DURATION_MINUTE", "10"},
    {"GENERATE_DEFAULT_TOKEN", "false"},
    {"ERROR_LOG_ENABLED", "false"},
    {"TRUSTED_REDIRECT_DOMAINS", ""},
    {"TRUSTED_PROXIES", "loopback, private and link-local ranges"},
    {"UPDATE_CHECK_URL", ""},
    {"GLOBAL_API_RATE_LIMIT_ENABLE", "true"},
    {"GLOBAL_API_RATE_LIMIT", "180"},
    {"GLOBAL_API_RATE_LIMIT_DURATION", "180"},
    {"GLOBAL_WEB_RATE_LIMIT_ENABLE", "true"},
    {"GLOBAL_WEB_RATE_LIMIT", "60"},
    {"GLOBAL_WEB_RATE_LIMIT_DURATION", "180"},
    {"CRITICAL_RATE_LIMIT_ENABLE", "true"},
    {"CRITICAL_RATE_LIMIT", "20"},
    {"CRITICAL_RATE_LIMIT_DURATION", "1200"},
    {"SEARCH_RATE_LIMIT_ENABLE", "true"},
    {"SEARCH_RATE_LIMIT", "10"},
    {"SEARCH_RATE_LIMIT_DURATION", "60"},
    {"UMAMI_WEBSITE_ID", ""},
    {"UMAMI_SCRIPT_URL", "https://analytics.umami.is/script.js"},
    {"GOOGLE_ANALYTICS_ID", ""},
    {"TLS_CERT_FILE", ""},
    {"TLS_KEY_FILE", ""},
    {"LOOPS", "0"},
    {"DRAIN_SECONDS", "30"},
    {"LISTEN_FDS", ""},
    {"LISTEN_PID", ""},
};

std::map<std::string, const EnvironmentVariable*> all_variables() {
    std::map<std::string, const EnvironmentVariable*> all;
    for (const EnvironmentArea& area : environment_areas())
        for (const EnvironmentVariable& variable : area.variables)
            EXPECT_TRUE(all.emplace(variable.name, &variable).second) << variable.name << " twice";
    return all;
}

EnvironmentSettings read(std::vector<std::pair<std::string, std::string>> variables) {
    return read_environment(Environment::of(std::move(variables)));
}

TEST(EnvironmentTable, HasTheVariablesAndDefaultsOfTheSpecification) {
    const auto all = all_variables();
    for (const auto& [name, initial] : kExpected) {
        ASSERT_TRUE(all.contains(name)) << name;
        EXPECT_EQ(all.at(name)->initial, initial) << name;
    }
    for (const auto& [name, variable] : all) {
        EXPECT_TRUE(kExpected.contains(name)) << name;
        EXPECT_FALSE(variable->form.empty() || variable->purpose.empty()) << name;
    }
}

TEST(EnvironmentTable, TakesADefaultThatIsSetForTheDefault) {
    const EnvironmentSettings usual = read({});
    for (const auto& [name, variable] : all_variables()) {
        if (!variable->read || variable->initial.empty() || name == "TRUSTED_PROXIES") continue;
        EXPECT_EQ(read({{name, variable->initial}}), usual) << name;
        EXPECT_EQ(read({{name, ""}}), usual) << name << ": empty is unset";
    }
}

TEST(EnvironmentTable, GivesTheDefaultAndAWarningForWhatCannotBeRead) {
    const EnvironmentSettings usual = read({});
    for (const auto& [name, variable] : all_variables()) {
        const std::string_view form = variable->form;
        const bool typed = form == "true or false" || form == "whole number" || form == "seconds" ||
                           form == "minutes" || form == "mebibytes" || form == "0 to 65535";
        if (!typed || !variable->read || name == "CHANNEL_UPDATE_FREQUENCY") continue;
        const Environment environment = Environment::of({{name, "nonsense"}});
        EXPECT_EQ(read_environment(environment), usual) << name;
        ASSERT_EQ(environment.warnings().size(), 1U) << name;
        EXPECT_TRUE(environment.warnings()[0].starts_with(name)) << environment.warnings()[0];
    }
}

TEST(EnvironmentTable, ChangesSomethingByEveryVariableThatIsRead) {
    const EnvironmentSettings usual = read({});
    for (const auto& [name, variable] : all_variables()) {
        if (!variable->read) continue;
        const bool truth = variable->initial == "true" || variable->initial == "false";
        const std::string other = truth                 ? variable->initial == "true" ? "false" : "true"
                                  : name == "NODE_TYPE" ? "slave"
                                                        : "77";
        EXPECT_FALSE(read({{name, other}}) == usual) << name << " = " << other;
    }
}

TEST(EnvironmentTable, StopsTheStartForABalancePeriodThatIsNoNumber) {
    EXPECT_THROW(read({{"CHANNEL_UPDATE_FREQUENCY", "often"}}), std::runtime_error);
    EXPECT_EQ(read({{"CHANNEL_UPDATE_FREQUENCY", "5"}}).channel_update_period, 5min);
    EXPECT_EQ(read({{"CHANNEL_UPDATE_FREQUENCY", "0"}}).channel_update_period, std::nullopt);
}

TEST(EnvironmentTable, KeepsNumbersWithinTheirBounds) {
    const EnvironmentSettings s = read({{"PORT", "65536"},
                                        {"LOOPS", "-3"},
                                        {"TASK_QUERY_LIMIT", "0"},
                                        {"TASK_TIMEOUT_MINUTES", "-1"},
                                        {"SUBSCRIPTION_PLAN_CACHE_TTL", "-5"},
                                        {"CHANNEL_UPSTREAM_MODEL_UPDATE_TASK_INTERVAL_MINUTES", "0"},
                                        {"CHANNEL_UPSTREAM_MODEL_UPDATE_MIN_CHECK_INTERVAL_SECONDS", "-1"},
                                        {"SYNC_HTTP_RETRY", "0"},
                                        {"SYNC_HTTP_MAX_MB", "-1"}});
    EXPECT_EQ(s.port, std::nullopt);
    EXPECT_EQ(s.loops, 0U);
    EXPECT_EQ(s.task_query_limit, 1000U);
    EXPECT_EQ(s.task_timeout, 0min) << "never";
    EXPECT_EQ(s.subscription_plan_cache_ttl, 300s);
    EXPECT_EQ(s.upstream_model_check_period, 30min);
    EXPECT_EQ(s.upstream_model_check_pause, 300s);
    EXPECT_EQ(s.sync_http_retry, 1);
    EXPECT_EQ(s.sync_http_bytes, 10U << 20U);
    EXPECT_EQ(read({{"LOOPS", "99999999999"}}).loops, std::numeric_limits<unsigned>::max())
        << "app bounds it";
    EXPECT_EQ(read({{"PORT", "8080"}}).port, 8080);
}

}    // namespace
}    // namespace opusclaw::settings
