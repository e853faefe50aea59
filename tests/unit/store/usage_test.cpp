// tests/unit/store/usage_test.cpp: the hourly usage is what the logs add up to, whoever wrote them; named locks and leases, and
// the database's clock (store/usage.h, store/state.h).
#include "store/usage.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "store/sql.h"
#include "store/state.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

LogRow row(std::int64_t at, std::int64_t user, std::string model, std::int64_t quota) {
    LogRow log;
    log.created_at = at;
    log.user_id = user;
    log.type = static_cast<std::int64_t>(LogType::Consume);
    log.model_name = std::move(model);
    log.group = "vip";
    log.token_id = 7;
    log.channel_id = 3;
    log.quota = quota;
    log.prompt_tokens = 10;
    log.completion_tokens = 1;
    return log;
}

void insert(Database& database, const std::vector<LogRow>& rows) {
    database.write_now([&](Transaction& tx) { insert_logs(tx, rows); });
}

UsageSum sum(Database& database, const UsageFilter& filter = {}) {
    return read_one(database, [&](Reader& db) { return sum_usage(db, filter); });
}

std::int64_t rows_in(Database& database, const std::string& table) {
    return read_one(database,
                    [&](Reader& db) { return *db.integer("SELECT COUNT(*) FROM \"" + table + "\""); });
}

/// As New API writes: behind our back.
void insert_as_new_api(Database& database, int count, std::int64_t at) {
    database.write_now([&](Transaction& tx) {
        for (int i = 0; i < count; ++i)
            tx.execute(
                R"(INSERT INTO "logs" ("user_id", "created_at", "type", "model_name", "quota", "group"))"
                R"( VALUES (1, :at, 2, 'old', 2, NULL))",
                {{"at", at + i}});
    });
}

int count_all(Database& database) {
    int steps = 0;
    while (write_one(database, [](Transaction& tx) { return count_old_logs(tx); })) ++steps;
    return steps;
}

TEST(Usage, IsKeptByWhoeverInsertsLogs) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    insert(*database,
           {row(3600, 1, "a", 5), row(7199, 1, "a", 6), row(7200, 1, "a", 7), row(3700, 2, "b", 1)});
    insert(*database, {row(3601, 1, "a", 100)});
    EXPECT_EQ(rows_in(*database, "opus_usage_hourly"), 3);
    const UsageSum all = sum(*database);
    EXPECT_EQ(all.requests, 5);
    EXPECT_EQ(all.quota, 119);
    EXPECT_EQ(all.prompt_tokens, 50);
    EXPECT_EQ(all.completion_tokens, 5);
    EXPECT_EQ(sum(*database, {.user_id = 1, .to = 3600}).quota, 111);
    EXPECT_EQ(sum(*database, {.from = 7300}).quota, 7) << "the hour that a time lies in";
    EXPECT_EQ(sum(*database, {.model_name = "b"}).quota, 1);
    EXPECT_EQ(sum(*database, {.token_id = 7, .channel_id = 3, .type = 2, .group = "vip"}).requests, 5);
    EXPECT_EQ(sum(*database, {.user_id = 9}).requests, 0);
}

TEST(Usage, GoesWithItsTransaction) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const auto failing = [](Transaction& tx) {
        const std::vector<LogRow> rows = {row(0, 1, "a", 5)};
        insert_logs(tx, rows);
        throw std::runtime_error("half way");
    };
    EXPECT_THROW(database->write_now(failing), std::runtime_error);
    EXPECT_EQ(rows_in(*database, "opus_usage_hourly"), 0);
}

TEST(Usage, TellsNamesApartAsTheyAreWritten) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::string endless;
    for (int i = 0; i < 300; ++i) endless += "模";
    insert(*database, {row(0, 1, "GPT", 1), row(0, 1, "gpt", 2), row(0, 1, "gpt ", 4), row(0, 1, endless, 8),
                       row(0, 1, "a\xFF", 16)});
    EXPECT_EQ(sum(*database, {.model_name = "GPT"}).quota, 1);
    // MySQL does not tell blanks at the end apart.
    EXPECT_EQ(sum(*database, {.model_name = "gpt"}).quota, database->engine() == Engine::Mysql ? 6 : 2);
    EXPECT_EQ(sum(*database).quota, 31);
}

TEST(Usage, CountsOldRowsStepByStep) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database, {R"(DELETE FROM "opus_state")"});    // as before the first start
    insert_as_new_api(*database, 5001, 3600);
    run_all(*database, {R"(INSERT INTO "logs" ("content") VALUES ('nothing but NULLs'))"});
    migrate(*database);
    EXPECT_FALSE(read_one(*database, [](Reader& db) { return usage_is_complete(db); }));
    insert(*database, {row(3600, 1, "old", 1)});    // a new row meanwhile
    EXPECT_EQ(count_all(*database), 2) << "at most 5000 rows a step";
    EXPECT_TRUE(read_one(*database, [](Reader& db) { return usage_is_complete(db); }));
    EXPECT_EQ(sum(*database).requests, 5003);
    EXPECT_EQ(sum(*database, {.model_name = "old"}).quota, 10'003);
    migrate(*database);
    EXPECT_EQ(count_all(*database), 0) << "nothing is counted twice";
}

TEST(Usage, FindsWhatNewApiWroteInBetween) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    insert(*database, {row(3600, 1, "a", 1)});
    insert_as_new_api(*database, 3, 3600);
    migrate(*database);
    EXPECT_EQ(count_all(*database), 1);
    insert(*database, {row(3600, 1, "a", 1)});
    migrate(*database);
    EXPECT_EQ(count_all(*database), 0);
    EXPECT_EQ(sum(*database).requests, 5);
}

TEST(Leases, BelongToOneHolderAtATime) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const auto take = [&](std::string_view holder, std::int64_t now) {
        return write_one(*database, [&](Transaction& tx) {
            return take_lease(tx, {.name = "job", .holder = holder, .now = now, .seconds = 10});
        });
    };
    EXPECT_TRUE(take("a", 100));
    EXPECT_FALSE(take("b", 105));
    EXPECT_TRUE(take("a", 109)) << "prolonged";
    EXPECT_FALSE(take("b", 115));
    EXPECT_TRUE(take("b", 119)) << "run out";
    database->write_now([](Transaction& tx) { drop_lease(tx, "job", "a"); });
    EXPECT_FALSE(take("a", 120)) << "not a's to drop";
    database->write_now([](Transaction& tx) { drop_lease(tx, "job", "b"); });
    EXPECT_TRUE(take("a", 121));
    EXPECT_TRUE(take("a", 50'000)) << "by a wrong clock";
    EXPECT_FALSE(take("b", 48'000)) << "clocks may differ";
    EXPECT_TRUE(take("b", 200)) << "nobody wished for that long";
}

TEST(Locks, LetOneTransactionInAtATime) {
    const TempDatabase file;
    const auto one = file.open_migrated(), other = file.open();
    const auto add_unless_there = [](Transaction& tx) {
        hold_lock(tx, "setup");
        if (tx.integer(R"(SELECT COUNT(*) FROM "options")") == 0)
            tx.execute(R"(INSERT INTO "options" ("key", "value") VALUES (:key, ''))",
                       {{"key", random_alphanumeric(8)}});
    };
    for (int i = 0; i < 20; ++i) {
        std::vector<std::thread> threads;
        for (Database* database : {one.get(), other.get()})
            threads.emplace_back([&, database] { database->write_now(add_unless_there); });
        for (std::thread& thread : threads) thread.join();
        EXPECT_EQ(rows_in(*one, "options"), 1);
        run_all(*one, {R"(DELETE FROM "options")"});
    }
}

TEST(DatabaseClock, IsThatOfTheServer) {
    const TempDatabase file;
    const auto database = file.open();
    const ManualClock otherwise;
    const auto now = read_one(*database, [&](Reader& db) { return database_now(db, otherwise); });
    EXPECT_NEAR(static_cast<double>(now), static_cast<double>(to_unix(system_clock().unix_now())), 60);
}

TEST(UnlessTaken, GoesOnWithTheTransaction) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const auto add = [](Transaction& tx) {
        tx.execute(R"(INSERT INTO "options" ("key", "value") VALUES ('a', ''))");
    };
    database->write_now([&](Transaction& tx) {
        EXPECT_TRUE(unless_taken(tx, add));
        EXPECT_FALSE(unless_taken(tx, add));
        tx.execute(R"(INSERT INTO "options" ("key", "value") VALUES ('b', ''))");
        EXPECT_THROW(unless_taken(tx, [](Transaction& inner) { inner.execute("SELECT nothing"); }), Error);
    });
    EXPECT_EQ(rows_in(*database, "options"), 2);
}

}    // namespace
}    // namespace opusclaw::store
