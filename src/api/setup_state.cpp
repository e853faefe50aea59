// api/setup_state.cpp: reads the state, and completes it in databases that other programs made.
#include "api/setup_state.h"

#include <utility>

#include "store/setups.h"
#include "store/users.h"

namespace opusclaw::api {
namespace {

enum class Found { Nothing, RootOnly, Row };

Found look(store::Reader& db) {
    if (store::setup_done(db)) return Found::Row;
    return store::root_exists(db) ? Found::RootOnly : Found::Nothing;
}

}    // namespace

Task<bool> SetupState::done(store::Database& database, SetupRecord record) {
    if (done_.load(std::memory_order_acquire)) co_return true;
    const Found found = co_await database.read(&look);
    if (found == Found::Nothing) co_return false;
    if (found == Found::RootOnly) {
        co_await database.write([&record](store::Transaction& tx) {
            if (!store::setup_done(tx)) store::insert_setup(tx, record.version, record.now);
        });
    }
    set_done();
    co_return true;
}

}    // namespace opusclaw::api
