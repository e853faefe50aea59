// relay/price_cache.h: prices that billing/price resolved, kept as long as the settings they were made from: the tables and rules
// are walked once for each model and pair of groups, not once for each request.
#pragma once

#include <string>
#include <unordered_map>

#include "billing/price.h"
#include "settings/settings_store.h"

namespace opusclaw::relay {

/// Belongs to one loop.
class PriceCache {
public:
    /// As billing::resolve_price(*settings, request), and throws as it does. The reference lives until the next call.
    const billing::Price& price(const settings::Snapshot& settings, const billing::PriceRequest& request);

private:
    settings::Snapshot made_from_;
    std::unordered_map<std::string, billing::Price> prices_;
    std::string key_;    // of the request at hand: its memory is used again
};

}    // namespace opusclaw::relay
