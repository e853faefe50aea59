// billing/quota_data.h: hourly usage for the dashboard (spec 03 section 15): sums of stored settlements, kept in memory and merged
// into table `quota_data` every DataExportInterval minutes, before an answer that shows them, and when the program ends.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "billing/ledger.h"
#include "net/loop.h"
#include "settings/settings_store.h"
#include "store/database.h"
#include "store/quota_data.h"

namespace opusclaw::billing {

/// Thread-safe but for start() and stop().
class QuotaData {
public:
    /// Everything given outlives it.
    QuotaData(net::Loop& loop, store::Database& database, const settings::SettingsStore& settings);
    ~QuotaData();
    /// Sums up those that have a log row and count. From any thread; does not throw but for lack of memory.
    void add(std::span<const Settlement> group);
    static constexpr std::size_t kRowsAtOnce = 500;    // in one transaction: settlements go in between
    /// Merges what is in memory and waits for what others are merging, a second at most. What cannot be stored stays in memory;
    /// throws what the database threw. On a loop.
    Task<> merge();
    /// Merges every DataExportInterval minutes, first one interval after the start.
    void start();
    /// Ends that and merges the rest. Blocking, not on the loop.
    void stop();

private:
    using Key =
        std::tuple<std::int64_t, std::string, std::string, std::int64_t>;    // user, name, model, hour
    struct Sum {
        std::int64_t tokens = 0, count = 0;
        Quota quota;
    };
    std::vector<store::QuotaDataRow> take();
    void give_back(std::span<const store::QuotaDataRow> rows);
    /// Throws what the database threw; `rows` are those not stored then.
    Task<> store(std::span<const store::QuotaDataRow>& rows);
    Task<> wait_for_others() const;
    Task<> run();

    net::Loop& loop_;
    store::Database& database_;
    const settings::SettingsStore& settings_;
    std::mutex mutex_;    // guards sums_
    std::map<Key, Sum> sums_;
    std::atomic<int> merging_{0};    // merges that have taken rows and not ended
    net::TaskGroup tasks_;
    bool stopping_ = false;    // on the loop
};

}    // namespace opusclaw::billing
