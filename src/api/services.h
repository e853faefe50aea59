// api/services.h: what the management API needs of the rest of the house. Made once by app; everything outlives the API.
#pragma once

#include <memory>
#include <string>

#include "account/directory.h"
#include "account/session.h"
#include "api/login_throttle.h"
#include "api/setup_state.h"
#include "api/single_flight.h"
#include "base/time.h"
#include "billing/flusher.h"
#include "billing/ledger.h"
#include "catalog/catalog.h"
#include "net/thread_pool.h"
#include "settings/environment_settings.h"
#include "settings/settings_store.h"
#include "store/database.h"

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
    std::unique_ptr<SingleFlight> ability_repair = std::make_unique<SingleFlight>();
};

}    // namespace opusclaw::api
