// api/pricing_cache.h: the price list in force (spec 03 section 13.1): made anew when options or channels have changed, and each
// minute for metadata that other nodes changed.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "api/pricing_table.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "net/task.h"
#include "settings/settings_store.h"
#include "store/database.h"

namespace opusclaw::api {

/// What the list is read from. References outlive the call.
struct PricingParts {
    store::Database& database;
    const settings::SettingsStore& settings;
    const catalog::Catalog& channels;
    const Clock& clock;
};

/// Thread-safe.
class PricingCache {
public:
    static constexpr std::chrono::seconds kBelieved{60};
    using Table = std::shared_ptr<const PricingTable>;
    /// Throws what the database throws.
    Task<Table> current(PricingParts parts);
    /// Metadata or vendors were changed here.
    void forget();
    /// Inserts vendors that models name and the database lacks: a step in the background, on the master only.
    Task<> create_missing_vendors(PricingParts parts);

private:
    struct Made {
        Table table;
        std::uint64_t settings = 0, channels = 0;    // their versions
        SteadyTime at{};
    };
    std::mutex mutex_;    // guards made_
    Made made_;
};

}    // namespace opusclaw::api
