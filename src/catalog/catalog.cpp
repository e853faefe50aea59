// catalog/catalog.cpp: holds and swaps the snapshot (DESIGN section 9).
#include "catalog/catalog.h"

#include <exception>
#include <utility>

#include "base/log.h"

namespace opusclaw::catalog {

namespace {

/// Snapshots that nobody looks at any more. To free one of a thousand channels takes milliseconds, which a loop does not have, and
/// the last one to let go of it is a loop: so it comes here, until a reader's thread frees it.
class Graves {
public:
    void add(std::shared_ptr<const Snapshot> snapshot) {
        const std::lock_guard lock(mutex_);
        dead_.push_back(std::move(snapshot));
    }
    void free_all() {
        std::vector<std::shared_ptr<const Snapshot>> dead;    // freed behind the lock
        const std::lock_guard lock(mutex_);
        dead.swap(dead_);
    }

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<const Snapshot>> dead_;
};

/// What the last owner of a snapshot does instead of freeing it.
struct Burial {
    std::shared_ptr<Graves> graves;
    std::shared_ptr<const Snapshot> snapshot;
    void operator()(const Snapshot*) { graves->add(std::move(snapshot)); }
};

/// Each snapshot hands the graves on to the next one; the first one begins.
std::shared_ptr<Graves> graves_of(const std::shared_ptr<const Snapshot>& snapshot) {
    const auto* burial = std::get_deleter<Burial>(snapshot);
    return burial == nullptr ? std::make_shared<Graves>() : burial->graves;
}

std::shared_ptr<const Snapshot> with_burial(std::shared_ptr<const Snapshot> snapshot,
                                            std::shared_ptr<Graves> graves) {
    const Snapshot* const seen = snapshot.get();
    return {seen, Burial{.graves = std::move(graves), .snapshot = std::move(snapshot)}};
}

}    // namespace

Catalog::Catalog(store::Database& database, TargetOptions options)
    : database_(database), options_(std::move(options)) {}

std::shared_ptr<const Snapshot> Catalog::current() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

void Catalog::load() {
    std::vector<store::ChannelRow> rows;
    database_.read_now([&rows](store::Reader& reader) { rows = store::all_channels(reader); });
    swap(with_burial(Snapshot::build(rows, options_), graves_of(current())), ++reads_);
}

Task<> Catalog::reload() {
    try {
        // Built on the reader's thread, so that requests do not wait for it.
        const std::uint64_t read = ++reads_;
        const auto before = current();
        auto snapshot = co_await database_.read([this, &before](store::Reader& reader) {
            const auto graves = graves_of(before);
            graves->free_all();
            return with_burial(Snapshot::build(store::all_channels(reader), options_, before.get()), graves);
        });
        swap(std::move(snapshot), read);
    } catch (const std::exception& error) {
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
