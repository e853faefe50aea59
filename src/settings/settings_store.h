// settings/settings_store.h: the options in force (spec 01 section 6): built-in defaults overlaid with the rows of table
// `options`, as immutable snapshots that are swapped whole. Checks stand in settings/table*.cpp; the REST wire in api.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/task.h"
#include "settings/option_texts.h"
#include "settings/settings.h"
#include "store/database.h"

namespace opusclaw::settings {

using Snapshot = std::shared_ptr<const Settings>;

/// Thread-safe. One per process; `database` outlives it.
class SettingsStore {
public:
    /// Starts with the defaults.
    explicit SettingsStore(store::Database& database);
    SettingsStore(const SettingsStore&) = delete;
    SettingsStore& operator=(const SettingsStore&) = delete;

    /// Reads the table; for start-up, may block. Bad rows keep their default, with a warning in the log.
    void load();
    /// The same for a running node (spec 01 section 6.4). Nothing is swapped when nothing changed; a row that was deleted
    /// goes back to its default; a row that became bad keeps the value it had.
    Task<> reload();

    /// The snapshot in force: a short lock. Take it once per request.
    Snapshot current() const;
    /// Rises with every swap, so that a loop or a cache can tell cheaply whether its snapshot is still the one in force.
    std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

    /// Checks, stores, swaps. Throws Error(InvalidRequest, "invalid_option") with the text of spec 02 section 22.2 when the
    /// value is refused (nothing is stored then), Error(InvalidRequest, "invalid_params") for an empty key or a NUL byte in
    /// key or value, and what the database throws. Keys that have no row in the table are stored as text.
    Task<> put(std::string key, std::string text);
    /// The same checks alone. For callers that store several options in a transaction of their own; they then reload().
    void check(std::string_view key, std::string_view text) const;

    /// What GET /api/option/ shows: built-in defaults overlaid with the stored texts, unknown stored keys included, sorted
    /// by key; keys that is_hidden_key() names left out.
    OptionTexts visible_texts() const;
    /// The hidden keys whose value is not empty, sorted (`ConfiguredSecrets`).
    std::vector<std::string> configured_secrets() const;

private:
    struct State {
        Settings settings;
        OptionTexts stored;      // as in the table
        OptionTexts in_force;    // the same with twins
    };
    using StatePtr = std::shared_ptr<const State>;
    StatePtr state() const;
    void refresh(store::Reader& reader);
    void swap_in(OptionTexts rows);

    store::Database& database_;
    std::mutex refreshing_;       // held from reading the table to the swap, so that an older read never wins
    mutable std::mutex mutex_;    // guards state_
    StatePtr state_;
    std::atomic<std::uint64_t> version_{0};
};

/// A loop's own look at the store: two loads a request instead of a lock. Not thread-safe; `store` outlives it.
class SettingsView {
public:
    explicit SettingsView(const SettingsStore& store) : store_(store) {}
    /// The snapshot in force. The reference is valid until the next call; copy it to keep it across a co_await.
    const Snapshot& current();

private:
    const SettingsStore& store_;
    Snapshot snapshot_;
    std::uint64_t version_ = 0;
};

}    // namespace opusclaw::settings
