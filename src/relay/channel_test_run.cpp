// relay/channel_test_run.cpp: a few workers take channels off one list, the highest priority first.
#include "relay/channel_test_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "billing/notices.h"
#include "catalog/health.h"
#include "relay/auto_disable.h"
#include "store/channels.h"

namespace opusclaw::relay {
namespace {

constexpr int kCodex = 57;
constexpr int kTimedOut = 408;

bool is_tested(const catalog::Channel& channel) {
    return channel.status != catalog::ChannelStatus::Disabled && can_be_tested(channel.type);
}

/// Takes too long, whether it works or not.
std::optional<Failure> too_slow(const TestOutcome& outcome, const settings::Settings& settings) {
    const double limit = settings.channel_disable_threshold_seconds;
    const double seconds = std::chrono::duration<double>(outcome.elapsed).count();
    if (limit <= 0 || seconds <= limit) return std::nullopt;
    Failure failure;
    failure.client.status = kTimedOut;
    failure.client.code = "channel:response_time_exceeded";
    failure.client.message = fmt::format("响应时间 {:.2f}s 超过阈值 {:.2f}s", seconds, limit);
    return failure;
}

/// The next round may begin, however this one ended.
class Released {
public:
    explicit Released(std::atomic<bool>& running) : running_(running) {}
    ~Released() { running_ = false; }
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;

private:
    std::atomic<bool>& running_;
};

}    // namespace

/// What the workers of one round share. Lives in the coroutine of run().
struct ChannelTestRun::Round {
    std::shared_ptr<const account::User> user;
    std::shared_ptr<const catalog::Snapshot> snapshot;
    std::vector<const catalog::Channel*> left;    // the next one last
    std::set<std::string, std::less<>> busy;      // base URLs

    /// nullptr: nothing is left that may be tested now. Who holds a base URL goes on with the others of it.
    const catalog::Channel* take() {
        const auto next = std::find_if(left.rbegin(), left.rend(), [this](const catalog::Channel* channel) {
            return !busy.contains(channel->base_url);
        });
        if (next == left.rend()) return nullptr;
        const catalog::Channel* const channel = *next;
        left.erase(std::next(next).base());
        return channel;
    }
};

ChannelTestRun::ChannelTestRun(net::Loop& loop, std::shared_ptr<net::ClientShared> shared,
                               const Services& services, store::Database& database)
    : loop_(loop),
      services_(services),
      database_(database),
      client_(loop, std::move(shared), net::IdleConnections::Close),    // the relay's keep theirs
      tasks_(loop) {}

bool ChannelTestRun::start(std::shared_ptr<const account::User> user) {
    if (stopping_ || running_.exchange(true)) return false;
    loop_.post([this, user = std::move(user)] { tasks_.start(run(user)); });
    return true;
}

Task<> ChannelTestRun::stop() {
    stopping_ = true;
    for (UpstreamStop* const test : under_way_) test->request();
    co_await tasks_.join();
}

Task<> ChannelTestRun::run(std::shared_ptr<const account::User> user) {
    const Released released(running_);
    Round round{.user = std::move(user), .snapshot = services_.catalog.current(), .left = {}, .busy = {}};
    for (const catalog::Channel* const channel : round.snapshot->channels()) {
        if (is_tested(*channel)) round.left.push_back(channel);
    }
    std::ranges::stable_sort(round.left, {}, &catalog::Channel::priority);
    {
        net::TaskGroup workers(loop_);
        for (std::size_t i = 0; i < kAtOnce; ++i) workers.start(work(round));
        co_await workers.join();
    }
    log::info("all channels were tested");
}

Task<> ChannelTestRun::work(Round& round) {
    while (!stopping_) {
        const catalog::Channel* const channel = round.take();
        if (channel == nullptr) co_return;
        round.busy.insert(channel->base_url);
        try {
            co_await test_one(round, channel->id);
        } catch (const std::exception& fault) {
            log::error("the test of channel #{} broke: {}", channel->id.value, fault.what());
        }
        round.busy.erase(channel->base_url);
        co_await pause();
    }
}

Task<> ChannelTestRun::test_one(Round& round, ChannelId id) {
    const catalog::Channel& channel = *round.snapshot->find(id);
    UpstreamStop stop;
    under_way_.insert(&stop);
    std::optional<TestOutcome> outcome;
    try {
        outcome = co_await test_channel(
            client_, services_,
            {.snapshot = round.snapshot,
             .channel = id,
             .user = round.user,
             .wish = {.model = {}, .endpoint_type = {}, .stream = channel.type == kCodex},
             .stop = stop,
             .longest = longest()});
    } catch (...) {
        under_way_.erase(&stop);
        throw;
    }
    under_way_.erase(&stop);
    if (!stopping_) co_await judge(channel, std::move(*outcome));
}

Task<> ChannelTestRun::judge(const catalog::Channel& channel, TestOutcome outcome) {
    const settings::Snapshot settings = services_.settings.current();
    const std::int64_t now = to_unix(services_.clock.unix_now());
    std::optional<Failure> failure = outcome.failure;
    if ((!failure || outcome.timed_out) && settings->automatic_disable_channel_enabled) {
        if (auto slow = too_slow(outcome, *settings)) failure = std::move(slow);
    }
    const bool enabled = channel.status == catalog::ChannelStatus::Enabled;
    const bool disable = failure && enabled && should_disable(*failure, *settings);
    const bool enable = !failure && channel.status == catalog::ChannelStatus::AutoDisabled &&
                        settings->automatic_enable_channel_enabled;
    catalog::HealthChange change{.channel = channel.id, .key = outcome.key, .reason = {}, .now = now};
    if (failure) change.reason = disable_reason(*failure);
    const bool keep_error = services_.environment.error_log_enabled && outcome.error.has_value();
    using catalog::Changed;
    const Changed changed = co_await database_.write([&](store::Transaction& tx) {
        store::set_channel_tested(tx, channel.id.value, outcome.elapsed.count(), now);
        if (disable) return catalog::disable_automatically(tx, change);
        return enable ? catalog::enable_automatically(tx, change) : Changed::Nothing;
    });
    std::vector<store::LogRow> rows;
    if (outcome.log) rows.push_back(std::move(*outcome.log));
    if (disable && changed != Changed::Nothing && keep_error) rows.push_back(std::move(*outcome.error));
    if (!rows.empty()) {
        co_await database_.logs().write([&rows](store::Transaction& tx) { store::insert_logs(tx, rows); });
    }
    if (changed == Changed::Nothing) co_return;
    log::info("{} #{} is {} after a test", changed == Changed::Key ? "a key of channel" : "channel",
              channel.id.value, disable ? "off" : "on again");
    if (changed == Changed::Channel && services_.notices != nullptr)
        services_.notices->tell_root(
            disable ? billing::channel_off_notice(channel.id, channel.name, change.reason)
                    : billing::channel_on_notice(channel.id, channel.name));
    co_await services_.catalog.reload();
}

/// Longer than what the options call slow: a test that works, but slowly, is told as that.
std::chrono::milliseconds ChannelTestRun::longest() const {
    constexpr double kMostSeconds = 3600;
    const double slow = services_.settings.current()->channel_disable_threshold_seconds;
    if (!(slow > 0)) return longest_;
    return std::max(longest_, std::chrono::ceil<std::chrono::milliseconds>(
                                  std::chrono::duration<double>(std::min(slow, kMostSeconds) + 1)));
}

/// In short sleeps, so that a stop does not wait for the period.
Task<> ChannelTestRun::pause() {
    constexpr std::chrono::milliseconds kNap{200};
    const std::chrono::milliseconds whole = services_.environment.polling_interval;
    for (std::chrono::milliseconds waited{0}; waited < whole && !stopping_; waited += kNap)
        co_await loop_.sleep(std::min(kNap, whole - waited));
}

}    // namespace opusclaw::relay
