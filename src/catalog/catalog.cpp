// catalog/catalog.cpp: holds and swaps the snapshot (DESIGN section 9).
#include "catalog/catalog.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace opusclaw::catalog {

Catalog::Catalog(store::Database& database, TargetOptions options)
    : database_(database), options_(std::move(options)) {}

std::shared_ptr<const Snapshot> Catalog::current() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

void Catalog::load() {
    std::vector<store::ChannelRow> rows;
    database_.read_now([&rows](store::Reader& reader) { rows = store::all_channels(reader); });
    swap(Snapshot::build(rows, options_), ++reads_);
}

Task<> Catalog::reload() {
    try {
        // Built on the reader's thread, so that requests do not wait for it.
        const std::uint64_t read = ++reads_;
        const auto before = current();
        auto snapshot = co_await database_.read([this, &before](store::Reader& reader) {
            return Snapshot::build(store::all_channels(reader), options_, before.get());
        });
        swap(std::move(snapshot), read);
    } catch (const Error& error) {
        log::error("channels could not be read again, the old ones stay in force: {}", error.what());
    }
}

void Catalog::swap(std::shared_ptr<const Snapshot> snapshot, std::uint64_t read) {
    {
        const std::lock_guard lock(mutex_);
        if (read < shown_read_) return;
        shown_read_ = read;
        snapshot_.swap(snapshot);
    }
    version_.fetch_add(1, std::memory_order_release);
}

const std::shared_ptr<const Snapshot>& CatalogView::current() {
    const std::uint64_t version = catalog_.version();
    if (snapshot_ == nullptr || version != version_) {
        snapshot_ = catalog_.current();
        version_ = version;
    }
    return snapshot_;
}

}    // namespace opusclaw::catalog
