// relay/services.h: what the relay needs of the rest of the house. Made once by app; everything outlives the relay.
#pragma once

#include <string>

#include "account/directory.h"
#include "base/time.h"
#include "billing/ledger.h"
#include "catalog/catalog.h"
#include "net/thread_pool.h"
#include "settings/environment_settings.h"
#include "settings/settings_store.h"

namespace opusclaw::billing {
class Notices;
}

namespace opusclaw::relay {

class AccessTokens;
class AutoDisabler;
class ModelLimits;

struct Services {
    settings::SettingsStore& settings;
    const settings::EnvironmentSettings& environment;
    account::Directory& directory;
    catalog::Catalog& catalog;
    billing::Ledger& ledger;
    net::ThreadPool& workers;
    const Clock& clock;
    std::string version;    // X-New-Api-Version
    AutoDisabler* disabler =
        nullptr;    // hears of attempts that fail in service; set before the first request
    billing::Notices* notices = nullptr;    // hears of balances that run low; likewise
    ModelLimits* model_limits = nullptr;    // how often a user may ask; likewise
    AccessTokens* tokens = nullptr;         // of providers that exchange keys for them; likewise
};

}    // namespace opusclaw::relay
