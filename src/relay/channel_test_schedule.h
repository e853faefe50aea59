// relay/channel_test_schedule.h: when all channels are tested by themselves (spec 01 section 13.4; 03 section 22): every so many minutes,
// on one of the masters. How a round goes is channel_test_run's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "account/records.h"
#include "net/task.h"
#include "relay/services.h"
#include "store/database.h"

namespace opusclaw::relay {

/// On one loop. Everything given outlives it.
class ChannelTestSchedule {
public:
    /// Begins a round in the name of the user; false: one is under way.
    using Start = std::function<bool(std::shared_ptr<const account::User>)>;
    /// How often step() is to be called, and how long the other masters wait for one that has died.
    static constexpr std::chrono::seconds kBetweenSteps{20}, kLease{120};

    ChannelTestSchedule(const Services& services, store::Database& database, Start start);
    /// Begins a round when the period is over. The period begins when the tests are switched on, or when this node takes them over, and
    /// again with each round; options that change count at once. Throws Error of the database.
    Task<> step();
    /// Another master may take over at once. Does not throw.
    Task<> stop();
    /// From one round to the next, by the options and the environment, at least a minute. nullopt: no tests.
    static std::optional<std::chrono::minutes> period(const settings::Settings& settings,
                                                      const settings::EnvironmentSettings& environment);

private:
    Task<bool> hold_lease();
    Task<> drop_lease();
    Task<> begin_round();

    const Services& services_;
    store::Database& database_;
    Start start_;
    std::string holder_;
    bool holds_ = false;                 // the lease, as far as we know
    std::optional<SteadyTime> since_;    // when the period began
};

}    // namespace opusclaw::relay
