// app/jobs.h: what runs by itself while the program is up. Each has an owner (Jobs), a stop, and a step that is somebody's method.
#pragma once

#include <chrono>
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
    using Step = std::function<Task<>()>;
    /// Something else to do at the start and each SYNC_FREQUENCY, behind the reload. Before start().
    void also(Step step) { steps_.push_back(std::move(step)); }
    /// A job of its own: the step again and again, first after one period. A step that throws is logged and comes again.
    /// Before start().
    void every(std::chrono::milliseconds period, Step step) {
        repeated_.push_back({period, std::move(step)});
    }
    /// On the loop.
    void start();
    /// On the loop; resumes when the running step has ended.
    Task<> stop();

private:
    struct Timed {
        std::chrono::milliseconds period;
        Step step;
    };
    /// Options and channels, read again every period (spec 01 sections 6.4, 11).
    Task<> sync();
    /// Log rows that are not in the hourly usage yet, step by step (store/usage.h).
    Task<> count_old_logs();
    Task<> run_steps();
    Task<> repeat(const Timed& job);
    Task<> wait(std::chrono::milliseconds time);

    net::Loop& loop_;
    std::chrono::seconds sync_period_;
    bool master_;
    Subjects subjects_;
    std::string node_;    // this process, as the holder of leases
    std::vector<Step> steps_;
    std::vector<Timed> repeated_;
    net::TaskGroup tasks_;
    bool stopping_ = false;
};

}    // namespace opusclaw::app
