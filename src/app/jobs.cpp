// app/jobs.cpp: the periodic reload of options and channels.
#include "app/jobs.h"

#include "base/error.h"
#include "base/log.h"

namespace opusclaw::app {

Jobs::Jobs(net::Loop& loop, std::chrono::seconds sync_period, settings::SettingsStore& settings,
           catalog::Catalog& catalog)
    : loop_(loop), sync_period_(sync_period), settings_(settings), catalog_(catalog), tasks_(loop) {}

void Jobs::start() { tasks_.start(sync()); }

Task<> Jobs::stop() {
    stopping_ = true;
    co_await tasks_.join();
}

/// In short sleeps, so that a stop does not wait for the period.
Task<> Jobs::wait_period() {
    constexpr std::chrono::milliseconds kNap{200};
    for (std::chrono::milliseconds waited{0}; waited < sync_period_ && !stopping_; waited += kNap)
        co_await loop_.sleep(kNap);
}

Task<> Jobs::sync() {
    while (true) {
        co_await wait_period();
        if (stopping_) co_return;
        try {
            co_await settings_.reload();
        } catch (const Error& error) {
            log::error("options could not be read again: {}", error.what());
        }
        co_await catalog_.reload();
        co_await run_steps();
    }
}

Task<> Jobs::run_steps() {
    for (const auto& step : steps_) {
        try {
            co_await step();
        } catch (const Error& error) {
            log::error("a periodic step failed: {}", error.what());
        }
    }
}

}    // namespace opusclaw::app
