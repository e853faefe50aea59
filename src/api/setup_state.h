// api/setup_state.h: whether the system is installed (spec 02 section 4; 01 section 13.3): a row in `setups`, or a root user of
// a database that is older than this table. Once it is, it stays so: then nobody asks the database any more.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "net/task.h"
#include "store/database.h"

namespace opusclaw::api {

/// What a row of `setups` says.
struct SetupRecord {
    std::string version;
    std::int64_t now = 0;    // unix seconds
};

/// Thread-safe.
class SetupState {
public:
    /// Writes the missing row when there is a root user without one. Throws Error(Internal, "database_error").
    Task<bool> done(store::Database& database, SetupRecord record);
    /// The row was stored.
    void set_done() { done_.store(true, std::memory_order_release); }

private:
    std::atomic<bool> done_{false};
};

}    // namespace opusclaw::api
