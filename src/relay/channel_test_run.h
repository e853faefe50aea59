// relay/channel_test_run.h: tests all channels, one round at a time (spec 03 section 4.4): switches off those that fail and on
// those that work again, by the options, and keeps how long each took.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "net/loop.h"
#include "relay/channel_test.h"
#include "store/database.h"

namespace opusclaw::relay {

/// Runs on one loop. Everything given outlives it; start() is for any thread, the rest for the loop's.
class ChannelTestRun {
public:
    static constexpr std::size_t kAtOnce = 4;    // never two of the same base URL
    /// A provider that says nothing for so long has failed, and so that a round ends, its test.
    static constexpr std::chrono::minutes kLongest{2};

    ChannelTestRun(net::Loop& loop, std::shared_ptr<net::ClientShared> shared, const Services& services,
                   store::Database& database);
    /// Another limit than kLongest. Before start().
    void limit_tests(std::chrono::milliseconds longest) { longest_ = longest; }
    /// In the name of `user`. False: a round is under way.
    bool start(std::shared_ptr<const account::User> user);
    /// Stops what is under way; resumes when it has ended.
    Task<> stop();
    bool running() const { return running_; }
    /// Those of the relay, for tests of one channel, too.
    AccessTokens* tokens() const { return services_.tokens; }

private:
    struct Round;
    Task<> run(std::shared_ptr<const account::User> user);
    Task<> work(Round& round);
    Task<> test_one(Round& round, ChannelId channel);
    Task<> judge(const catalog::Channel& channel, TestOutcome outcome);
    Task<> pause();
    std::chrono::milliseconds longest() const;

    net::Loop& loop_;
    const Services& services_;
    store::Database& database_;
    net::Client client_;
    net::TaskGroup tasks_;
    std::set<UpstreamStop*> under_way_;
    std::chrono::milliseconds longest_{kLongest};
    std::atomic<bool> running_{false};
    std::atomic<bool> stopping_{false};
};

}    // namespace opusclaw::relay
