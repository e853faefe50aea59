// Tests of api/log_cleanup.h and api/database_health.h: what runs on a database in the background of a request.
#include "api/log_cleanup.h"

#include <gtest/gtest.h>

#include "api/database_health.h"
#include "base/error.h"
#include "store/logs.h"
#include "unit/store/temp_database.h"

namespace opusclaw::api {
namespace {

void fill(store::Database& database, int rows) {
    std::vector<store::LogRow> logs(static_cast<std::size_t>(rows));
    for (int i = 0; i < rows; ++i) logs[static_cast<std::size_t>(i)].created_at = 1 + i;
    database.write_now([&logs](store::Transaction& tx) { store::insert_logs(tx, logs); });
}

Task<> clean(LogCleanup& cleanup, store::Database& database, std::int64_t before, std::int64_t& deleted) {
    try {
        deleted = co_await cleanup.run(database, before);
    } catch (const Error& error) {
        deleted = error.code == "stopping" ? -1 : -2;
    }
}

TEST(LogCleanup, DeletesRangeByRange) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    fill(*database, 1700);
    LogCleanup cleanup;
    std::int64_t deleted = 0;
    store::run_on_loop(clean(cleanup, *database, 1500, deleted));
    EXPECT_EQ(deleted, 1499);
    store::run_on_loop(clean(cleanup, *database, 1500, deleted));
    EXPECT_EQ(deleted, 0);
}

TEST(LogCleanup, EndsWhenTheProgramDoes) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    fill(*database, 10);
    LogCleanup cleanup;
    cleanup.stop();
    std::int64_t deleted = 0;
    store::run_on_loop(clean(cleanup, *database, 1500, deleted));
    EXPECT_EQ(deleted, -1);
}

Task<> ask(DatabaseHealth& health, store::Database& database, const Clock& clock, bool& alive) {
    alive = co_await health.alive(database, clock);
}

TEST(DatabaseHealth, IsAskedAgainAfterAWhile) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    ManualClock clock;
    DatabaseHealth health;
    bool alive = false;
    store::run_on_loop(ask(health, *database, clock, alive));
    EXPECT_TRUE(alive);
    clock.advance(DatabaseHealth::kBelieved);
    alive = false;
    store::run_on_loop(ask(health, *database, clock, alive));
    EXPECT_TRUE(alive);
}

}    // namespace
}    // namespace opusclaw::api
