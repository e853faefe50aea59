// api/log_cleanup.cpp: the walk over the ranges. Which rows of a range go is decided by store/logs.
#include "api/log_cleanup.h"

#include "base/error.h"
#include "base/log.h"
#include "store/logs.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kToldEvery = 10'000;    // rows

}    // namespace

Task<std::int64_t> LogCleanup::run(store::Database& database, std::int64_t before) {
    store::LogRange range{.first = 0, .ids = kIdsAtOnce, .before = before};
    std::int64_t rows = 0, told = 0;
    do {
        if (stopping_)
            throw Error(
                ErrorKind::Unavailable, "stopping",
                Message::literal("the server is stopping; " + std::to_string(rows) + " rows were deleted"));
        const store::LogsDeleted deleted = co_await database.write(
            [range](store::Transaction& tx) { return store::delete_logs(tx, range); });
        rows += deleted.rows;
        range.first = deleted.next;
        if (rows - told >= kToldEvery) {
            told = rows;
            log::info("log rows older than {}: {} deleted so far", before, rows);
        }
    } while (range.first != 0);
    log::info("log rows older than {}: {} deleted", before, rows);
    co_return rows;
}

}    // namespace opusclaw::api
