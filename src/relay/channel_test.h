// relay/channel_test.h: tests a channel with a real request, by the relay's own stages (spec 03 sections 4.2, 4.3): the request is
// built, sent once on the channel that was named, and its answer judged. Nobody pays; what it would have cost is told.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "account/records.h"
#include "catalog/catalog.h"
#include "net/client.h"
#include "relay/channel_test_plan.h"
#include "relay/failure.h"
#include "relay/services.h"
#include "relay/upstream_stop.h"
#include "store/logs.h"

namespace opusclaw::relay {

struct ChannelTest {
    std::shared_ptr<const catalog::Snapshot> snapshot;    // has the channel
    ChannelId channel;
    std::shared_ptr<const account::User> user;    // in whose name and group
    TestWish wish;
    UpstreamStop& stop;
    std::optional<std::chrono::milliseconds> longest;    // then it has failed; absent: as long as it takes
};

struct TestOutcome {
    std::optional<Failure> failure;    // none: the channel works. The message is masked.
    bool timed_out = false;            // it took longer than it may; then there is a failure too
    bool local = false;                // the failure came about before anything could be asked
    std::string key;                   // that was used; empty: it did not come to that
    std::chrono::milliseconds elapsed{0};
    std::optional<store::LogRow> log;      // of a channel that works, when consumption is logged
    std::optional<store::LogRow> error;    // type 5, of one that does not; for who keeps such rows
};

/// `client` is of this loop. Throws only what is our own fault.
Task<TestOutcome> test_channel(net::Client& client, const Services& services, const ChannelTest& test);

}    // namespace opusclaw::relay
