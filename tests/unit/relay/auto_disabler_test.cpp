// Tests of relay/auto_disabler.h and relay/auto_disable.h: which failures take a channel out of service, and what is stored of it
// (spec 03 section 2.8; 04 section 13.3).
#include "relay/auto_disabler.h"

#include <gtest/gtest.h>

#include "catalog/channel_keys.h"
#include "catalog/status_note.h"
#include "relay/auto_disable.h"
#include "unit/relay/gateway_parts.h"

namespace opusclaw::relay {
namespace {

Failure failure(int status, std::string message, std::string code = "") {
    Failure made;
    made.client.status = status;
    made.client.message = std::move(message);
    made.client.code = std::move(code);
    return made;
}

settings::Settings disabling() {
    settings::Settings settings = settings::default_settings();
    settings.automatic_disable_channel_enabled = true;
    return settings;
}

TEST(AutoDisable, GoesByCodeStatusAndWords) {
    const settings::Settings settings = disabling();
    EXPECT_TRUE(should_disable(failure(401, "no"), settings));
    EXPECT_FALSE(should_disable(failure(500, "no"), settings));
    EXPECT_TRUE(should_disable(failure(429, "Sorry: YOU EXCEEDED your current quota, see"), settings));
    EXPECT_TRUE(should_disable(failure(500, "x", "channel:invalid_key"), settings));
    for (const char* const mistake :
         {"channel:param_override_invalid", "channel:header_override_invalid", "channel:model_mapped_error"})
        EXPECT_FALSE(should_disable(failure(401, "x", mistake), settings)) << mistake;
}

TEST(AutoDisable, SparesWhatIsNotTheChannelsFault) {
    settings::Settings settings = disabling();
    Failure ours = failure(401, "x");
    ours.retry = Retry::Forbidden;
    EXPECT_FALSE(should_disable(ours, settings));
    Failure gone = failure(401, "x");
    gone.client_gone = true;
    EXPECT_FALSE(should_disable(gone, settings));
    settings.automatic_disable_channel_enabled = false;
    EXPECT_FALSE(should_disable(failure(401, "x"), settings));
}

TEST(AutoDisable, TellsTheReasonInNoMoreThanANoticeHolds) {
    EXPECT_EQ(disable_reason(failure(401, "no")), "status_code=401, no");
    EXPECT_EQ(disable_reason(failure(401, std::string(1 << 20, 'x'))),
              "status_code=401, " + std::string(2048, 'x'));
}

class Disabler : public testing::Test {
protected:
    Route route(ChannelId id, std::size_t key = 0) {
        Route route;
        route.snapshot = parts_.catalog.current();
        route.channel = route.snapshot->find(id);
        route.key = route.channel->keys.at(key);
        return route;
    }
    /// All reports at once, until they are stored.
    void report(const std::vector<std::pair<Route, Failure>>& reports,
                const settings::Settings& settings = disabling()) {
        AutoDisabler disabler(parts_.loops[0], *parts_.database, parts_.catalog, parts_.clock);
        for (const auto& [route, failure] : reports) disabler.report(route, failure, settings);
        parts_.run(disabler.stop());
        for (const auto& [route, failure] : reports) disabler.report(route, failure, settings);
    }
    bool serves() { return parts_.catalog.current()->serves("default", "gpt-4o"); }

    GatewayParts parts_;
};

TEST_F(Disabler, StoresTheReasonMaskedAndReadsTheChannelsAgain) {
    const ChannelId id = parts_.add({.key = "sk-secret-key"});
    EXPECT_TRUE(serves());
    report({{route(id), failure(401, "wrong key sk-secret-key")},
            {route(id), failure(401, "another word for it")}});
    const store::ChannelRow row = parts_.row(id);
    EXPECT_EQ(row.status, 3);
    const std::string reason = catalog::status_reason(row.other_info);
    EXPECT_TRUE(reason.starts_with("status_code=401, wrong key ")) << reason;
    EXPECT_EQ(reason.find("secret"), std::string::npos);
    EXPECT_NE(row.other_info.find("\"status_time\":1700000000"), std::string::npos) << row.other_info;
    EXPECT_FALSE(serves());
}

TEST_F(Disabler, LeavesOthersAlone) {
    const ChannelId spared = parts_.add({.key = "k", .auto_ban = 0});
    const ChannelId healthy = parts_.add({.key = "k"});
    report({{route(spared), failure(401, "x")}, {route(healthy), failure(500, "x")}});
    report({{route(healthy), failure(401, "x")}}, settings::default_settings());
    EXPECT_EQ(parts_.row(spared).status, 1);
    EXPECT_EQ(parts_.row(healthy).status, 1);
}

TEST_F(Disabler, TakesOneKeyOfSeveralAndTheChannelWithTheLast) {
    const ChannelId id = parts_.add(
        {.key = "k0\nk1", .channel_info = R"({"is_multi_key":true,"multi_key_size":2})"});
    report({{route(id, 1), failure(401, "x")}, {route(id, 1), failure(401, "x")}});
    EXPECT_EQ(parts_.row(id).status, 1);
    const auto info = catalog::ChannelInfo::parse(parts_.row(id).channel_info);
    EXPECT_TRUE(info.enabled(0));
    EXPECT_EQ(info.status_of(1), 3);
    EXPECT_EQ(info.states.at(1).reason, "status_code=401, x");
    EXPECT_EQ(info.states.at(1).time, 1'700'000'000);
    EXPECT_TRUE(serves());
    report({{route(id, 0), failure(401, "x")}});
    EXPECT_EQ(catalog::status_reason(parts_.row(id).other_info), catalog::kAllKeysDisabled);
    EXPECT_FALSE(serves());
}

TEST_F(Disabler, SurvivesADatabaseThatRefuses) {
    const ChannelId id = parts_.add({.key = "k"});
    const Route failing = route(id);
    store::run_all(*parts_.database, {R"(ALTER TABLE "channels" RENAME TO "hidden")"});
    report({{failing, failure(401, "x")}});
    store::run_all(*parts_.database, {R"(ALTER TABLE "hidden" RENAME TO "channels")"});
    report({{failing, failure(401, "x")}});
    EXPECT_EQ(parts_.row(id).status, 3) << "the next failure reports again";
}

}    // namespace
}    // namespace opusclaw::relay
