// relay/auto_disabler.h: takes channels, or single keys, that fail in service out of it (spec 04 section 13.3), behind the back of
// the requests that met them. Whether they should go is auto_disable's, how it is stored catalog/health's.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/time.h"
#include "billing/notices.h"
#include "catalog/catalog.h"
#include "catalog/health.h"
#include "net/loop.h"
#include "relay/failure.h"
#include "relay/route.h"
#include "store/database.h"

namespace opusclaw::relay {

/// Stores on one loop, whatever loops the reports come from. Everything given outlives it.
class AutoDisabler {
public:
    AutoDisabler(net::Loop& loop, store::Database& database, catalog::Catalog& catalog, const Clock& clock);
    /// Who tells the root user of channels that went off; outlives it. Before the first report.
    void tell(billing::Notices& notices) { notices_ = &notices; }
    /// An attempt that failed; the message is not masked yet. From any thread; waits for nobody. Many reports of one key are one.
    void report(const Route& route, const Failure& failure, const settings::Settings& settings);
    /// Stores what was reported and reads the channels again. What the database refuses is logged and dropped: the next attempt that
    /// fails reports again. On the loop.
    Task<> step();
    /// Stores the rest; reports that come later are not heard. On the loop.
    Task<> stop();

private:
    using Key = std::pair<std::int64_t, std::string>;    // channel and key
    using Reports = std::map<Key, catalog::HealthChange>;
    Task<> run();
    bool more();
    Task<> store(const catalog::HealthChange& change);
    void note(const catalog::HealthChange& change, catalog::Changed changed);

    net::Loop& loop_;
    store::Database& database_;
    catalog::Catalog& catalog_;
    const Clock& clock_;
    billing::Notices* notices_ = nullptr;
    std::mutex mutex_;    // guards what follows
    Reports reports_;
    bool running_ = false;    // run() will look at the reports
    bool stopping_ = false;
    net::TaskGroup tasks_;
};

}    // namespace opusclaw::relay
