// app/jobs.h: what runs by itself while the program is up. Each has an owner (Jobs), a stop, and a step that is somebody's method.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "net/loop.h"
#include "settings/environment_settings.h"
#include "settings/settings_store.h"
#include "store/database.h"

namespace opusclaw::app {

/// Runs on one loop. Everything given outlives it.
class Jobs {
public:
    struct Subjects {
        store::Database& database;
        settings::SettingsStore& settings;
        catalog::Catalog& catalog;
    };
    /// Jobs that one node does for all run on a master only, under a lease (spec 01 section 13.2).
    Jobs(net::Loop& loop, const settings::EnvironmentSettings& environment, const Subjects& subjects);
    /// Something else to do each period, behind the rest. Before start().
    void also(std::function<Task<>()> step) { steps_.push_back(std::move(step)); }
    /// On the loop.
    void start();
    /// On the loop; resumes when the running step has ended.
    Task<> stop();

private:
    /// Options and channels, read again every period (spec 01 sections 6.4, 11).
    Task<> sync();
    /// Log rows that are not in the hourly usage yet, step by step (store/usage.h).
    Task<> count_old_logs();
    Task<> run_steps();
    Task<> wait(std::chrono::milliseconds time);

    net::Loop& loop_;
    std::chrono::seconds sync_period_;
    bool master_;
    Subjects subjects_;
    std::string node_;    // this process, as the holder of leases
    std::vector<std::function<Task<>()>> steps_;
    net::TaskGroup tasks_;
    bool stopping_ = false;
};

}    // namespace opusclaw::app
