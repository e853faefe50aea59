// api/pricing_cache.cpp: when the price list is made anew. It is built on a database thread: with many channels it takes a while.
#include "api/pricing_cache.h"

#include <utility>

namespace opusclaw::api {

Task<PricingCache::Table> PricingCache::current(PricingParts parts) {
    // Versions before what they count: a swap in between only makes the next call look again.
    Made next{.table = nullptr,
              .settings = parts.settings.version(),
              .channels = parts.channels.version(),
              .at = parts.clock.steady()};
    {
        const std::lock_guard lock(mutex_);
        const bool same = made_.settings == next.settings && made_.channels == next.channels;
        if (made_.table && same && next.at - made_.at < kBelieved) co_return made_.table;
    }
    const settings::Snapshot settings = parts.settings.current();
    const auto channels = parts.channels.current();
    next.table = co_await parts.database.read([&](store::Reader& db) -> Table {
        const auto metadata = store::all_model_metadata(db);
        const auto vendors = store::all_vendors(db);
        return std::make_shared<const PricingTable>(build_pricing(
            {.settings = *settings, .channels = *channels, .metadata = metadata, .vendors = vendors}));
    });
    const std::lock_guard lock(mutex_);
    made_ = next;
    co_return next.table;
}

void PricingCache::forget() {
    const std::lock_guard lock(mutex_);
    made_.table.reset();
}

Task<> PricingCache::create_missing_vendors(PricingParts parts) {
    const Table table = co_await current(parts);
    if (table->missing_vendors.empty()) co_return;
    const std::int64_t now = to_unix(parts.clock.unix_now());
    co_await parts.database.write([&table, now](store::Transaction& tx) {
        store::insert_missing_vendors(tx, table->missing_vendors, now);
    });
    forget();
}

}    // namespace opusclaw::api
