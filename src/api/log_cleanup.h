// api/log_cleanup.h: deletes old rows of the log (spec 03 section 14.2): range of ids by range of ids, each a short transaction of its
// own, so that settlements go in between. Not on the request's loop but on the database's writer.
#pragma once

#include <atomic>
#include <cstdint>

#include "net/task.h"
#include "store/database.h"

namespace opusclaw::api {

/// Thread-safe.
class LogCleanup {
public:
    static constexpr std::int64_t kIdsAtOnce = 500;
    /// Deletes rows older than `before` (unix seconds) and gives their number. Goes on when the client that asked has left;
    /// tells its progress in the program's log. Throws Error(Unavailable, "stopping") when the program ends meanwhile.
    Task<std::int64_t> run(store::Database& database, std::int64_t before);
    /// Running deletions end behind their range, and no new one begins.
    void stop() { stopping_ = true; }

private:
    std::atomic<bool> stopping_{false};
};

}    // namespace opusclaw::api
