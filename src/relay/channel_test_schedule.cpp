// relay/channel_test_schedule.cpp: who of the masters has the lease tests; it keeps it between the rounds too, so that two do not
// test in turn.
#include "relay/channel_test_schedule.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "store/state.h"
#include "store/users.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kLeaseName = "channel_tests";

}    // namespace

ChannelTestSchedule::ChannelTestSchedule(const Services& services, store::Database& database, Start start)
    : services_(services), database_(database), start_(std::move(start)), holder_(random_alphanumeric(32)) {}

std::optional<std::chrono::minutes> ChannelTestSchedule::period(
    const settings::Settings& settings, const settings::EnvironmentSettings& environment) {
    using std::chrono::minutes;
    constexpr double kShortest = 1, kLongest = 1e6;    // minutes; two years are never
    if (environment.channel_test_period && *environment.channel_test_period > minutes{0})
        return environment.channel_test_period;
    if (!settings.auto_test_channel_enabled) return std::nullopt;
    const double wanted = std::round(settings.auto_test_channel_minutes);
    if (!(wanted > kShortest)) return minutes{1};    // not a number neither
    return minutes{static_cast<std::int64_t>(std::min(wanted, kLongest))};
}

Task<> ChannelTestSchedule::step() {
    const auto wait = period(*services_.settings.current(), services_.environment);
    if (!wait) {
        since_.reset();
        if (holds_) co_await drop_lease();
        co_return;
    }
    if (!co_await hold_lease()) {
        since_.reset();
        co_return;
    }
    const SteadyTime now = services_.clock.steady();
    if (!since_) since_ = now;
    if (now - *since_ < *wait) co_return;
    since_ = now;
    co_await begin_round();
}

Task<bool> ChannelTestSchedule::hold_lease() {
    holds_ = co_await database_.write([this](store::Transaction& tx) {
        return store::take_lease(tx, {.name = kLeaseName,
                                      .holder = holder_,
                                      .now = store::database_now(tx, services_.clock),
                                      .seconds = kLease.count()});
    });
    co_return holds_;
}

Task<> ChannelTestSchedule::drop_lease() {
    co_await database_.write([this](store::Transaction& tx) { store::drop_lease(tx, kLeaseName, holder_); });
    holds_ = false;
}

/// In the name of root; before the set-up there is nobody, and no channel either.
Task<> ChannelTestSchedule::begin_round() {
    const auto root = co_await database_.read([](store::Reader& db) { return store::find_root(db); });
    auto user = root ? co_await services_.directory.user(UserId{*root}) : nullptr;
    if (user == nullptr) co_return;
    if (!start_(std::move(user))) log::info("a round of channel tests is left out: one is under way");
}

Task<> ChannelTestSchedule::stop() {
    if (!holds_) co_return;
    try {
        co_await drop_lease();
    } catch (const std::exception& error) {
        log::warning("the lease of channel tests runs out by itself: {}", error.what());
    }
}

}    // namespace opusclaw::relay
