// tests/unit/settings/environment_settings_test.cpp: what environment variables set (spec 01 section 9).
#include "settings/environment_settings.h"

#include <gtest/gtest.h>

namespace opusclaw::settings {
namespace {

using namespace std::chrono_literals;

EnvironmentSettings read(std::vector<std::pair<std::string, std::string>> variables) {
    return read_environment(Environment::of(std::move(variables)));
}

TEST(EnvironmentSettings, HaveTheDefaultsOfTheSpecification) {
    const EnvironmentSettings s = read({});
    EXPECT_FALSE(s.is_slave);
    EXPECT_EQ(s.sync_period, 60s);
    EXPECT_EQ(s.streaming_timeout, 300s);
    EXPECT_EQ(s.relay_timeout, 0s);
    EXPECT_EQ(s.request_body_bytes, 128U << 20);
    EXPECT_EQ(s.file_download_bytes, 64U << 20);
    EXPECT_EQ(s.trusted_proxies, std::nullopt);
    EXPECT_EQ(s.global_api_limit.requests, 180);
    EXPECT_EQ(s.critical_limit.window, 1200s);
    EXPECT_TRUE(s.search_limit.enabled && s.force_stream_option && s.count_token);
    EXPECT_EQ(s.channel_test_period, std::nullopt);
    EXPECT_EQ(s.ali_anthropic_messages_models.size(), 5U);
}

TEST(EnvironmentSettings, TakeWhatIsSet) {
    const EnvironmentSettings s = read({{"NODE_TYPE", "slave"},
                                        {"SYNC_FREQUENCY", "0"},
                                        {"RELAY_TIMEOUT", "30"},
                                        {"MAX_REQUEST_BODY_MB", "1"},
                                        {"TRUSTED_PROXIES", ""},
                                        {"DEBUG", "1"},
                                        {"BATCH_UPDATE_ENABLED", "true"},
                                        {"CRITICAL_RATE_LIMIT_ENABLE", "f"},
                                        {"CRITICAL_RATE_LIMIT", "7"},
                                        {"TRUSTED_REDIRECT_DOMAINS", " A.example ,b"},
                                        {"CHANNEL_TEST_FREQUENCY", "5"},
                                        {"CountToken", "false"}});
    EXPECT_TRUE(s.is_slave);
    EXPECT_EQ(s.sync_period, 1s) << "never a busy loop";
    EXPECT_EQ(s.relay_timeout, 30s);
    EXPECT_EQ(s.request_body_bytes, 1U << 20);
    EXPECT_EQ(s.trusted_proxies, "") << "set but empty: nobody";
    EXPECT_FALSE(s.debug) << "on only for exactly true";
    EXPECT_TRUE(s.batch_update_enabled);
    EXPECT_FALSE(s.critical_limit.enabled);
    EXPECT_EQ(s.critical_limit.requests, 7);
    EXPECT_EQ(s.trusted_redirect_domains, (std::vector<std::string>{"a.example", "b"}));
    EXPECT_EQ(s.channel_test_period, 5min);
    EXPECT_FALSE(s.count_token);
}

TEST(EnvironmentSettings, NameDatabasesAndTheirPools) {
    const EnvironmentSettings usual = read({});
    EXPECT_EQ(usual.sql_dsn, "");
    EXPECT_EQ(usual.sql_max_open, 1000U);
    EXPECT_EQ(usual.sql_max_idle, 100U);
    EXPECT_EQ(usual.sql_lifetime, 60s);
    const EnvironmentSettings s = read({{"SQL_DSN", "u@/d"},
                                        {"LOG_SQL_DSN", "u@/l"},
                                        {"SQL_MAX_OPEN_CONNS", "0"},
                                        {"SQL_MAX_IDLE_CONNS", "3"},
                                        {"SQL_MAX_LIFETIME", "-1"}});
    EXPECT_EQ(s.sql_dsn, "u@/d");
    EXPECT_EQ(s.log_sql_dsn, "u@/l");
    EXPECT_EQ(s.sql_max_open, 1000U) << "0 is no limit";
    EXPECT_EQ(s.sql_max_idle, 3U);
    EXPECT_EQ(s.sql_lifetime, 0s) << "for ever";
}

TEST(EnvironmentSettings, FallBackWhereAValueMakesNoSense) {
    const EnvironmentSettings s = read(
        {{"STREAMING_TIMEOUT", "soon"}, {"MAX_REQUEST_BODY_MB", "0"}, {"GLOBAL_API_RATE_LIMIT", "x"}});
    EXPECT_EQ(s.streaming_timeout, 300s);
    EXPECT_EQ(s.request_body_bytes, 128U << 20);
    EXPECT_EQ(s.global_api_limit.requests, 180);
}

}    // namespace
}    // namespace opusclaw::settings
