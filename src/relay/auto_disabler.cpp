// relay/auto_disabler.cpp: one round at a time on its loop: all reports so far, then one reload.
#include "relay/auto_disabler.h"

#include <exception>

#include "base/log.h"
#include "relay/auto_disable.h"

namespace opusclaw::relay {

AutoDisabler::AutoDisabler(net::Loop& loop, store::Database& database, catalog::Catalog& catalog,
                           const Clock& clock)
    : loop_(loop), database_(database), catalog_(catalog), clock_(clock), tasks_(loop) {}

void AutoDisabler::report(const Route& route, const Failure& failure, const settings::Settings& settings) {
    if (!route.channel->auto_ban || !should_disable(failure, settings)) return;
    Failure shown = failure;
    const std::string_view secrets[] = {route.key};
    mask(shown, secrets);
    catalog::HealthChange change{.channel = route.channel->id,
                                 .key = std::string(route.key),
                                 .reason = disable_reason(shown),
                                 .now = to_unix(clock_.unix_now())};
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    reports_.try_emplace(Key{change.channel.value, change.key}, std::move(change));
    if (std::exchange(running_, true)) return;
    loop_.post([this] { tasks_.start(run()); });
}

Task<> AutoDisabler::run() {
    while (more()) co_await step();
}

/// Whether a round is due; a report behind this answer begins a new run.
bool AutoDisabler::more() {
    const std::lock_guard lock(mutex_);
    running_ = !reports_.empty();
    return running_;
}

Task<> AutoDisabler::step() {
    Reports reports;
    {
        const std::lock_guard lock(mutex_);
        reports.swap(reports_);
    }
    if (reports.empty()) co_return;
    for (const auto& [key, change] : reports) co_await store(change);
    // Also when nothing had to change: then another node was quicker, and our channels are old.
    try {
        co_await catalog_.reload();
    } catch (const std::exception& error) {
        log::error("the channels could not be read again: {}", error.what());
    }
}

/// Twice at most: servers give up one of two transactions that wait for each other.
Task<> AutoDisabler::store(const catalog::HealthChange& change) {
    for (int attempts_left = 1; attempts_left >= 0; --attempts_left) {
        try {
            const catalog::Changed changed = co_await database_.write(
                [&change](store::Transaction& tx) { return catalog::disable_automatically(tx, change); });
            note(change, changed);
            co_return;
        } catch (const std::exception& error) {
            log::error("channel #{} could not be switched off: {}", change.channel.value, error.what());
        }
    }
}

void AutoDisabler::note(const catalog::HealthChange& change, catalog::Changed changed) {
    if (changed == catalog::Changed::Nothing) return;
    const bool key = changed == catalog::Changed::Key;
    log::warning("{} #{} is off: {}", key ? "a key of channel" : "channel", change.channel.value,
                 change.reason);
    if (key || notices_ == nullptr) return;
    const auto snapshot = catalog_.current();
    const catalog::Channel* const channel = snapshot->find(change.channel);
    const std::string_view name = channel == nullptr ? std::string_view() : channel->name;
    notices_->tell_root(billing::channel_off_notice(change.channel, name, change.reason));
}

Task<> AutoDisabler::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    co_await tasks_.join();
    co_await step();
}

}    // namespace opusclaw::relay
