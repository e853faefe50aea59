// tests/unit/relay/gateway_parts.h: what relay::Services names, over a database of its own, for tests of jobs and rounds that need no
// client. Time is the test's, the loop runs in a thread of its own.
#pragma once

#include <memory>
#include <string>

#include "net/client.h"
#include "relay/services.h"
#include "store/channels.h"
#include "store/users.h"
#include "unit/store/journal_folder.h"
#include "unit/store/temp_database.h"

namespace opusclaw::relay {

struct GatewayParts {
    GatewayParts() {
        settings.load();
        catalog.load();
        loops.start();
    }
    ~GatewayParts() { loops.stop(); }
    GatewayParts(const GatewayParts&) = delete;
    GatewayParts& operator=(const GatewayParts&) = delete;

    void run(Task<> task) { net::run_and_wait(loops[0], std::move(task)); }
    ChannelId add(store::ChannelRow row) {
        row.type = 1;
        row.models = "gpt-4o";
        const ChannelId id{store::write_one(
            *database, [&](store::Transaction& tx) { return store::insert_channel(tx, row); })};
        run(catalog.reload());
        return id;
    }
    store::ChannelRow row(ChannelId id) {
        return *store::read_one(*database,
                                [&](store::Reader& db) { return store::find_channel(db, id.value); });
    }
    std::int64_t add_root() {
        return store::write_one(*database, [](store::Transaction& tx) {
            return store::insert_user(tx, {.username = "root", .role = 100});
        });
    }
    void put(const std::string& key, const std::string& value) { run(settings.put(key, value)); }

    store::TempDatabase file;
    std::unique_ptr<store::Database> database = file.open_migrated();
    settings::SettingsStore settings{*database};
    settings::EnvironmentSettings environment;
    ManualClock clock;
    account::Directory directory{*database, clock, std::chrono::seconds{60}};
    catalog::Catalog catalog{*database, {}};
    store::JournalFolder journal_files;
    store::Journal journal{journal_files.options()};
    billing::Ledger ledger{*database, journal, clock};
    net::ThreadPool workers{{.name = "worker", .threads = 1, .queue = 16}};
    net::Loops loops{1};
    Services services{settings, environment, directory, catalog, ledger, workers, clock, "test"};
};

}    // namespace opusclaw::relay
