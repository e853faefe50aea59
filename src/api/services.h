// api/services.h: what the management API needs of the rest of the house. Made once by app; everything outlives the API.
#pragma once

#include <memory>
#include <string>

#include "account/directory.h"
#include "account/session.h"
#include "api/database_health.h"
#include "api/log_cleanup.h"
#include "api/login_throttle.h"
#include "api/pricing_cache.h"
#include "api/rate_limit.h"
#include "api/setup_state.h"
#include "api/single_flight.h"
#include "api/uptime_cache.h"
#include "base/time.h"
#include "billing/flusher.h"
#include "billing/ledger.h"
#include "catalog/catalog.h"
#include "net/loop_count.h"
#include "net/thread_pool.h"
#include "settings/environment_settings.h"
#include "settings/settings_store.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/outbox.h"

namespace opusclaw::relay {
class ChannelTestRun;
}

namespace opusclaw::api {

struct Services {
    store::Database& database;
    settings::SettingsStore& settings;
    const settings::EnvironmentSettings& environment;
    account::Directory& directory;
    const account::Sessions& sessions;
    catalog::Catalog& catalog;
    billing::Ledger& ledger;
    billing::Flusher& flusher;
    net::ThreadPool& workers;
    const Clock& clock;
    std::string version;
    std::int64_t started_at = 0;    // unix seconds
    // What the API itself remembers, shared by all loops.
    std::unique_ptr<LoginThrottle> login_throttle = std::make_unique<LoginThrottle>();
    std::unique_ptr<SetupState> setup_state = std::make_unique<SetupState>();
    relay::ChannelTestRun* channel_tests = nullptr;    // set before the first request
    const store::Journal* journal = nullptr;           // the same
    std::unique_ptr<SingleFlight> ability_repair = std::make_unique<SingleFlight>();
    std::unique_ptr<LogCleanup> log_cleanup = std::make_unique<LogCleanup>();
    std::unique_ptr<PricingCache> pricing_cache = std::make_unique<PricingCache>();
    std::unique_ptr<DatabaseHealth> database_health = std::make_unique<DatabaseHealth>();
    std::unique_ptr<UptimeCache> uptime_cache = std::make_unique<UptimeCache>();
    // Relayed and web requests being served right now (GET /api/status/test); app counts.
    std::unique_ptr<net::LoopCount> in_flight = std::make_unique<net::LoopCount>();
    std::unique_ptr<store::Outbox> outbox = std::make_unique<store::Outbox>();
    std::unique_ptr<RateLimits> rate_limits = std::make_unique<RateLimits>(environment);
};

}    // namespace opusclaw::api
