// catalog/catalog.h: channels as routing sees them: an immutable snapshot, rebuilt from the database and swapped whole (DESIGN
// sections 4 and 9; spec 04 section 7; 01 section 11). A failed rebuild keeps the old one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "catalog/channel.h"
#include "net/task.h"
#include "store/channels.h"
#include "store/database.h"

namespace opusclaw::catalog {

class Snapshot {
public:
    /// Trims names in lists, drops empty ones and repeats. Polling goes on where `before` (may be null) stands.
    static std::shared_ptr<const Snapshot> build(std::span<const store::ChannelRow> rows,
                                                 const TargetOptions& options,
                                                 const Snapshot* before = nullptr);
    const Channel* find(ChannelId id) const;
    /// Who is asked for.
    struct Wish {
        std::string_view group;
        std::string_view model;
        unsigned retry_index = 0;
        std::span<const ChannelId> tried;    // repeated only when their whole tier was tried
        std::span<const ChannelId>
            left_out;    // never: they cannot serve this request (spec 04 section 13.2)
        /// Instead of the tier that the retry index names, the highest one at or below this priority.
        std::optional<std::int64_t> at_most;
    };
    /// Algorithm of spec 04 section 7.2: weights within one tier. nullptr: nobody serves it.
    const Channel* choose(const Wish& wish, const Draw& draw) const;
    bool serves(std::string_view group, std::string_view model) const;
    /// Endpoint types that the channels serving a model offer (spec 03 section 13.1), e.g. `openai`; empty when nobody does.
    std::vector<std::string_view> endpoint_types(std::string_view model) const;
    /// Each model of each group, in the order of their names, with the enabled channels that serve it, highest priority first.
    using Visit = std::function<void(std::string_view group, const std::string& model,
                                     std::span<const Channel* const> channels)>;
    void each_model(const Visit& visit) const;
    /// Enabled models of a group, sorted, without repeats.
    std::vector<std::string> models_of(std::string_view group) const;
    /// Enabled models of any group, sorted, without repeats.
    std::vector<std::string> models() const;
    /// All, whatever their status.
    std::vector<const Channel*> channels() const;

private:
    std::span<const Channel* const> candidates(std::string_view group, std::string_view model) const;
    std::vector<std::unique_ptr<Channel>> channels_;
    std::unordered_map<std::int64_t, const Channel*> by_id_;
    using Models =
        std::map<std::string, std::vector<const Channel*>, std::less<>>;    // by priority, highest first
    std::map<std::string, Models, std::less<>> by_group_;
};

/// Holds the current snapshot. Thread-safe.
class Catalog {
public:
    Catalog(store::Database& database, TargetOptions options);
    /// Never null after the first load.
    std::shared_ptr<const Snapshot> current() const;
    void load();        // blocking, at start; throws
    Task<> reload();    // after a change, and every SYNC_FREQUENCY; keeps the old one on error
    const TargetOptions& target_options() const { return options_; }
    /// Rises with every swap.
    std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

private:
    /// `read`: the number that the read got when it began; what a later one has replaced is dropped.
    void swap(std::shared_ptr<const Snapshot> snapshot, std::uint64_t read);
    store::Database& database_;
    TargetOptions options_;
    mutable std::mutex mutex_;    // guards snapshot_ and shown_read_
    std::shared_ptr<const Snapshot> snapshot_;
    std::uint64_t shown_read_ = 0;
    std::atomic<std::uint64_t> reads_{0};
    std::atomic<std::uint64_t> version_{0};
};

/// A loop's own look at the catalog: no lock while nothing changed. Not thread-safe; `catalog` outlives it.
class CatalogView {
public:
    explicit CatalogView(const Catalog& catalog) : catalog_(catalog) {}
    /// Valid until the next call; copy it to keep it across a co_await.
    const std::shared_ptr<const Snapshot>& current();

private:
    const Catalog& catalog_;
    std::shared_ptr<const Snapshot> snapshot_;
    std::uint64_t version_ = 0;
};

}    // namespace opusclaw::catalog
