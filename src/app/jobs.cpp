// app/jobs.cpp: the periodic reload of options and channels, the counting of old log rows, and the steps of others in their time.
#include "app/jobs.h"

#include <algorithm>
#include <exception>

#include "base/error.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/time.h"
#include "store/state.h"
#include "store/usage.h"

namespace opusclaw::app {
namespace {

Task<> run_step(const Jobs::Step& step) {
    try {
        co_await step();
    } catch (const std::exception& error) {
        log::error("a periodic step failed: {}", error.what());
    }
}

}    // namespace

Jobs::Jobs(net::Loop& loop, const settings::EnvironmentSettings& environment, const Subjects& subjects)
    : loop_(loop),
      sync_period_(environment.sync_period),
      master_(!environment.is_slave),
      subjects_(subjects),
      node_(random_alphanumeric(32)),
      tasks_(loop) {}

void Jobs::start() {
    tasks_.start(sync());
    if (master_) tasks_.start(count_old_logs());
    for (const Timed& job : repeated_) tasks_.start(repeat(job));
}

Task<> Jobs::stop() {
    stopping_ = true;
    co_await tasks_.join();
}

/// In short sleeps, so that a stop does not wait for the period.
Task<> Jobs::wait(std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds kNap{200};
    for (std::chrono::milliseconds waited{0}; waited < time && !stopping_; waited += kNap)
        co_await loop_.sleep(std::min(kNap, time));
}

Task<> Jobs::sync() {
    co_await run_steps();
    while (true) {
        co_await wait(sync_period_);
        if (stopping_) co_return;
        try {
            co_await subjects_.settings.reload();
        } catch (const std::exception& error) {
            log::error("options could not be read again: {}", error.what());
        }
        co_await subjects_.catalog.reload();
        co_await run_steps();
    }
}

Task<> Jobs::run_steps() {
    for (const Step& step : steps_) co_await run_step(step);
}

Task<> Jobs::repeat(const Timed& job) {
    while (true) {
        co_await wait(job.period);
        if (stopping_) co_return;
        co_await run_step(job.step);
    }
}

Task<> Jobs::count_old_logs() {
    constexpr std::chrono::milliseconds kBetweenSteps{50};    // the writer has other work
    constexpr std::chrono::seconds kAfterFailure{60};
    constexpr std::int64_t kLeaseSeconds = 120;
    store::Database& logs = subjects_.database.logs();
    const auto step = [this](store::Transaction& tx) {
        const std::int64_t now = store::database_now(tx, system_clock());    // one for all nodes
        const bool mine = store::take_lease(
            tx, {.name = "count_old_logs", .holder = node_, .now = now, .seconds = kLeaseSeconds});
        if (!mine) return true;
        const bool more = store::count_old_logs(tx);
        if (!more) store::drop_lease(tx, "count_old_logs", node_);
        return more;
    };
    bool more = true;
    while (more && !stopping_) {
        std::chrono::milliseconds pause = kBetweenSteps;
        try {
            more = co_await logs.write(step);
        } catch (const Error& error) {
            log::error("old log rows could not be counted: {}", error.what());
            pause = kAfterFailure;
        }
        if (more) co_await wait(pause);
    }
}

}    // namespace opusclaw::app
