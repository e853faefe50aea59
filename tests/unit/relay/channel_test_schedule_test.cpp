// Tests of relay/channel_test_schedule.h: when a round of channel tests begins, and on which of several masters (spec 01 sections 13.2 and
// 13.4). Rounds themselves are only counted.
#include "relay/channel_test_schedule.h"

#include <gtest/gtest.h>

#include <limits>

#include "store/state.h"
#include "unit/relay/gateway_parts.h"

namespace opusclaw::relay {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::optional<minutes> period(bool enabled, double wanted, std::optional<minutes> environment = {}) {
    settings::Settings settings;
    settings.auto_test_channel_enabled = enabled;
    settings.auto_test_channel_minutes = wanted;
    settings::EnvironmentSettings process;
    process.channel_test_period = environment;
    return ChannelTestSchedule::period(settings, process);
}

TEST(ChannelTestPeriod, IsRoundedAndAtLeastAMinute) {
    EXPECT_EQ(period(true, 10), minutes{10});
    EXPECT_EQ(period(true, 2.5), minutes{3});
    EXPECT_EQ(period(true, 1.4), minutes{1});
    for (const double odd :
         {0.0, 0.3, -5.0, std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()})
        EXPECT_EQ(period(true, odd), minutes{1}) << odd;
    EXPECT_EQ(period(true, 1e300), minutes{1'000'000});
    EXPECT_EQ(period(false, 10), std::nullopt);
}

TEST(ChannelTestPeriod, IsTheEnvironmentsWhereItNamesOne) {
    EXPECT_EQ(period(false, 10, minutes{7}), minutes{7});
    EXPECT_EQ(period(true, 10, minutes{7}), minutes{7});
    EXPECT_EQ(period(false, 10, minutes{0}), std::nullopt);
}

class TestSchedule : public testing::Test {
protected:
    struct Master {
        explicit Master(TestSchedule& test)
            : schedule(test.parts_.services, *test.parts_.database, [this](auto user) {
                  names.push_back(user->username);
                  return !busy;
              }) {}
        std::vector<std::string> names;    // in whose name each round began
        bool busy = false;
        ChannelTestSchedule schedule;
    };
    /// A step each `kBetweenSteps`, of all masters in turn.
    void pass(seconds time, std::initializer_list<Master*> masters) {
        for (seconds passed{0}; passed < time; passed += ChannelTestSchedule::kBetweenSteps) {
            parts_.clock.advance(ChannelTestSchedule::kBetweenSteps);
            for (Master* const master : masters) parts_.run(master->schedule.step());
        }
    }
    void switch_on(const std::string& period) {
        parts_.put("monitor_setting.auto_test_channel_minutes", period);
        parts_.put("monitor_setting.auto_test_channel_enabled", "true");
    }
    /// As if the time of the lease were over: its clock is the database's.
    void let_lease_run_out() {
        store::run_all(*parts_.database, {R"(UPDATE "opus_leases" SET "until" = 1)"});
    }

    GatewayParts parts_;
};

TEST_F(TestSchedule, WaitsThePeriodFirstAndThenAgainAndAgain) {
    parts_.add_root();
    Master master(*this);
    pass(minutes{30}, {&master});
    EXPECT_TRUE(master.names.empty()) << "it is off";
    switch_on("10");
    pass(minutes{10}, {&master});
    EXPECT_TRUE(master.names.empty());
    pass(seconds{20}, {&master});
    EXPECT_EQ(master.names, std::vector<std::string>{"root"});
    pass(minutes{30}, {&master});
    EXPECT_EQ(master.names.size(), 4U);
}

TEST_F(TestSchedule, FollowsItsOptionsWithoutARestart) {
    parts_.add_root();
    Master master(*this);
    switch_on("600");
    pass(minutes{30}, {&master});
    EXPECT_TRUE(master.names.empty());
    switch_on("20");
    pass(seconds{20}, {&master});
    EXPECT_EQ(master.names.size(), 1U) << "more than twenty minutes are over";
    parts_.put("monitor_setting.auto_test_channel_enabled", "false");
    pass(minutes{60}, {&master});
    switch_on("1");
    pass(seconds{60}, {&master});
    EXPECT_EQ(master.names.size(), 1U) << "the period begins when it is switched on";
    pass(seconds{20}, {&master});
    EXPECT_EQ(master.names.size(), 2U);
}

TEST_F(TestSchedule, LeavesARoundOutWhileOneIsUnderWay) {
    parts_.add_root();
    Master master(*this);
    switch_on("1");
    pass(seconds{60}, {&master});
    master.busy = true;
    pass(seconds{60}, {&master});
    EXPECT_EQ(master.names.size(), 1U) << "it asked once, was refused, and waits the next period";
}

TEST_F(TestSchedule, NeedsSomebodyToTestInTheNameOf) {
    Master master(*this);
    switch_on("1");
    pass(minutes{5}, {&master});
    EXPECT_TRUE(master.names.empty());
}

TEST_F(TestSchedule, IsOneMastersBusinessUntilItEnds) {
    parts_.add_root();
    Master first(*this), second(*this);
    switch_on("1");
    pass(minutes{10}, {&first, &second});
    EXPECT_GE(first.names.size(), 9U);
    EXPECT_TRUE(second.names.empty());

    parts_.run(first.schedule.stop());
    const std::size_t before = first.names.size();
    pass(seconds{60}, {&second});
    EXPECT_TRUE(second.names.empty()) << "who takes over waits the period too";
    pass(seconds{20}, {&second});
    EXPECT_EQ(second.names.size(), 1U);
    pass(minutes{5}, {&first, &second});
    EXPECT_EQ(first.names.size(), before);
}

TEST_F(TestSchedule, GoesToAnotherMasterWhenOneDies) {
    parts_.add_root();
    Master dead(*this), other(*this);
    switch_on("1");
    pass(seconds{20}, {&dead});
    pass(minutes{5}, {&other});
    EXPECT_TRUE(other.names.empty()) << "the lease still runs, by the database's clock";
    let_lease_run_out();
    pass(minutes{2}, {&other});
    EXPECT_FALSE(other.names.empty());
}

TEST_F(TestSchedule, GivesTheLeaseBackWhenItIsSwitchedOff) {
    Master master(*this);
    switch_on("1");
    pass(seconds{20}, {&master});
    const auto leases = [this] {
        return *store::read_one(*parts_.database, [](store::Reader& db) {
            return db.integer(R"(SELECT COUNT(*) FROM "opus_leases" WHERE "name" = 'channel_tests')");
        });
    };
    EXPECT_EQ(leases(), 1);
    parts_.put("monitor_setting.auto_test_channel_enabled", "false");
    pass(seconds{20}, {&master});
    EXPECT_EQ(leases(), 0);
}

}    // namespace
}    // namespace opusclaw::relay
