// app/jobs.h: what runs by itself while the program is up. Each has an owner (Jobs), a stop, and a step that is somebody's method.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "net/loop.h"
#include "settings/environment_settings.h"
#include "settings/settings_store.h"

namespace opusclaw::app {

/// Runs on one loop. Everything given outlives it.
class Jobs {
public:
    Jobs(net::Loop& loop, std::chrono::seconds sync_period, settings::SettingsStore& settings,
         catalog::Catalog& catalog);
    /// Something else to do each period, behind the rest. Before start().
    void also(std::function<Task<>()> step) { steps_.push_back(std::move(step)); }
    /// On the loop.
    void start();
    /// On the loop; resumes when the running step has ended.
    Task<> stop();

private:
    /// Options and channels, read again every period (spec 01 sections 6.4, 11).
    Task<> sync();
    Task<> wait_period();
    Task<> run_steps();

    net::Loop& loop_;
    std::chrono::seconds sync_period_;
    settings::SettingsStore& settings_;
    catalog::Catalog& catalog_;
    std::vector<std::function<Task<>()>> steps_;
    net::TaskGroup tasks_;
    bool stopping_ = false;
};

}    // namespace opusclaw::app
