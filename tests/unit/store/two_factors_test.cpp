// Tests of store/two_factors.h: what a removal takes with it, and that it waits for who signs in, who never waits for it.
#include "store/two_factors.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "store/state.h"
#include "store/user_changes.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::int64_t kUser = 7;

void add_factor(Database& database) {
    run_all(database, {R"(INSERT INTO "two_fas" ("user_id", "secret", "is_enabled", "failed_attempts"))"
                       R"( VALUES (7, 'S', true, 0))",
                       R"(INSERT INTO "two_fa_backup_codes" ("user_id", "code_hash", "is_used"))"
                       R"( VALUES (7, 'h', false))"});
}

std::int64_t steps(Database& database) {
    return read_one(database, [](Reader& db) {
        return db.integer(R"(SELECT COUNT(*) FROM "opus_state" WHERE "name" LIKE 'totp_step:%')").value_or(0);
    });
}

TEST(TwoFactors, GoWithTheirCodesAndTheLastStep) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    for (const auto& remove : {+[](Transaction& tx) { EXPECT_TRUE(remove_two_factor(tx, kUser)); },
                               +[](Transaction& tx) { remove_user(tx, kUser); }}) {
        add_factor(*database);
        database->write_now([](Transaction& tx) {
            const auto factor = hold_two_factor(tx, kUser);
            EXPECT_TRUE(use_one_time_step(tx, *factor, 5));
            EXPECT_FALSE(use_one_time_step(tx, *factor, 5));
        });
        EXPECT_EQ(steps(*database), 1);
        database->write_now(remove);
        EXPECT_EQ(steps(*database), 0);
        database->read_now([](Reader& db) {
            EXPECT_FALSE(find_two_factor(db, kUser));
            EXPECT_TRUE(unused_backup_codes(db, kUser).empty());
        });
    }
    database->write_now([](Transaction& tx) { EXPECT_FALSE(remove_two_factor(tx, kUser)); });
}

/// Until another transaction waits for a lock, or half a minute.
void await_a_waiter(Reader& db) {
    const std::string_view waiting =
        db.engine() == Engine::Postgres
            ? "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"
            : "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'";
    // InnoDB tells the same again to who asks within a tenth of a second.
    constexpr std::chrono::milliseconds kPause{150};
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (db.integer(waiting).value_or(0) == 0) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        std::this_thread::sleep_for(kPause);
    }
}

TEST(TwoFactors, AreRemovedBehindWhoSignsIn) {
    if (tested_engine() == Engine::Sqlite) GTEST_SKIP() << "it has one writer";
    const TempDatabase file;
    const auto database = file.open_migrated(), other = file.open();
    add_factor(*database);
    std::thread remover;
    database->write_now([&](Transaction& tx) {
        ASSERT_TRUE(hold_two_factor(tx, kUser));
        const auto codes = unused_backup_codes(tx, kUser);
        ASSERT_EQ(codes.size(), 1U);
        remover = std::thread([&] {
            EXPECT_NO_THROW(other->write_now([](Transaction& theirs) { remove_two_factor(theirs, kUser); }));
        });
        await_a_waiter(tx);
        EXPECT_NO_THROW(EXPECT_TRUE(use_backup_code(tx, codes.front().id)));
    });
    if (remover.joinable()) remover.join();
    database->read_now([](Reader& db) { EXPECT_FALSE(find_two_factor(db, kUser)); });
}

}    // namespace
}    // namespace opusclaw::store
