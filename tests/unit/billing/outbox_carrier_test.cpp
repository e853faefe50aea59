// Tests of billing/outbox_carrier.h and store/outbox.h: log rows of what is done in the main database come into the log database once,
// whatever ends in between and whoever carries them. On SQLite both are one database, and nothing is carried.
#include "billing/outbox_carrier.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "billing/settlement.h"
#include "store/journal_aside.h"
#include "store/journal_cursors.h"
#include "store/journal_format.h"
#include "unit/store/journal_folder.h"
#include "unit/store/temp_database.h"

namespace opusclaw::billing {
namespace {

store::LogRow row(std::int64_t quota, std::string content = "given") {
    return {.user_id = 7,
            .created_at = 3600,
            .type = static_cast<std::int64_t>(store::LogType::Manage),
            .content = std::move(content),
            .username = "ann",
            .quota = quota,
            .is_stream = true,
            .other = R"({"admin_info":{"admin_id":1}})"};
}

class OutboxCarrierTest : public testing::Test {
protected:
    OutboxCarrierTest() { store::migrate(database_); }
    void SetUp() override {
        if (store::tested_engine() == store::Engine::Sqlite) GTEST_SKIP() << "one database";
    }
    std::unique_ptr<store::Database> open() const {
        const bool apart = store::tested_engine() != store::Engine::Sqlite;
        return std::make_unique<store::Database>(
            store::DatabaseOptions{.dsn = main_.dsn(),
                                   .sqlite_path = main_.path(),
                                   .readers = 2,
                                   .log_dsn = apart ? logs_.dsn() : std::string("local")});
    }
    void put(store::Outbox& outbox, std::vector<store::LogRow> rows) {
        database_.write_now([&](store::Transaction& tx) { outbox.put(tx, rows); });
        outbox.announce();
    }
    void step(OutboxCarrier& carrier) { store::run_on_loop(carrier.step()); }
    static std::int64_t ask(store::Database& database, const std::string& sql) {
        return store::read_one(database, [&](store::Reader& db) { return db.integer(sql).value_or(0); });
    }
    std::int64_t waiting() { return ask(database_, R"(SELECT COUNT(*) FROM "opus_outbox")"); }
    std::int64_t cursors() { return ask(database_.logs(), R"(SELECT COUNT(*) FROM "opus_journal")"); }
    std::vector<store::LogRow> carried() {
        return store::read_one(database_.logs(), [](store::Reader& db) {
            return store::list_logs(db, {}, 0, 1000).rows;    // the newest first
        });
    }

    store::TempDatabase main_, logs_;
    std::unique_ptr<store::Database> opened_ = open();
    store::Database& database_ = *opened_;
    store::Outbox outbox_;
    store::JournalFolder folder_;
    OutboxCarrier carrier_{database_, outbox_, folder_.path()};
};

TEST_F(OutboxCarrierTest, CarriesRowsWholeAndInOrder) {
    put(outbox_, {row(1, "\"quoted\" 额度"), row(2)});
    EXPECT_FALSE(carrier_.done());
    step(carrier_);
    EXPECT_TRUE(carrier_.done());
    EXPECT_EQ(waiting(), 0);
    const auto rows = carried();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].quota, 2);
    EXPECT_EQ(rows[1].content, "\"quoted\" 额度");
    EXPECT_EQ(rows[1].username, "ann");
    EXPECT_EQ(rows[1].created_at, 3600);
    EXPECT_EQ(rows[1].type, static_cast<std::int64_t>(store::LogType::Manage));
    EXPECT_EQ(rows[1].other, row(1).other);
    EXPECT_TRUE(rows[1].is_stream);
    put(outbox_, {row(3)});
    step(carrier_);
    step(carrier_);
    EXPECT_EQ(carried().size(), 3U);
}

TEST_F(OutboxCarrierTest, HasNothingOfWhatWasTakenBack) {
    EXPECT_THROW(database_.write_now([&](store::Transaction& tx) {
        const store::LogRow rows[] = {row(1)};
        outbox_.put(tx, rows);
        throw std::runtime_error("taken back");
    }),
                 std::runtime_error);
    put(outbox_, {row(2)});
    step(carrier_);
    ASSERT_EQ(carried().size(), 1U);
    EXPECT_EQ(carried()[0].quota, 2);
}

TEST_F(OutboxCarrierTest, CarriesWhatAProcessLeftBehind) {
    {
        store::Outbox dying;
        put(dying, {row(1), row(2)});
    }
    step(carrier_);
    EXPECT_TRUE(carrier_.done());
    EXPECT_EQ(carried().size(), 2U);
    EXPECT_EQ(waiting(), 0);
}

// Between the two commits: the rows are there, and still in the outbox.
TEST_F(OutboxCarrierTest, CarriesOnceWhenItDiedBehindTheFirstCommit) {
    put(outbox_, {row(1), row(2)});
    const auto rows = store::read_one(
        database_, [&](store::Reader& db) { return store::outbox_rows(db, outbox_.sender(), 10); });
    database_.logs().write_now([&](store::Transaction& tx) {
        ASSERT_EQ(store::outbox_position(tx, outbox_.sender()), 0);
        ASSERT_TRUE(store::store_outbox_rows(tx, outbox_.sender(), 0, std::span(rows).first(1)));
    });
    step(carrier_);
    EXPECT_EQ(carried().size(), 2U);
    EXPECT_EQ(waiting(), 0);
}

TEST_F(OutboxCarrierTest, RefusesWhoComesLate) {
    put(outbox_, {row(1)});
    const auto rows = store::read_one(
        database_, [&](store::Reader& db) { return store::outbox_rows(db, outbox_.sender(), 10); });
    step(carrier_);
    database_.logs().write_now([&](store::Transaction& tx) {
        EXPECT_FALSE(store::store_outbox_rows(tx, outbox_.sender(), 0, rows));
    });
    EXPECT_EQ(carried().size(), 1U);
}

TEST_F(OutboxCarrierTest, SeveralAtOnceCarryEachRowOnce) {
    constexpr std::int64_t kMany = 1300;
    std::vector<store::LogRow> rows;
    for (std::int64_t i = 0; i < kMany; ++i) rows.push_back(row(i));
    put(outbox_, rows);
    store::Outbox other;
    OutboxCarrier second(database_, other, folder_.path());
    std::vector<Task<>> both;
    both.push_back(carrier_.step());
    both.push_back(second.step());
    store::run_on_loop(std::move(both));
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(ask(database_.logs(), R"(SELECT COUNT(*) FROM "logs")"), kMany);
    EXPECT_EQ(ask(database_.logs(), R"(SELECT SUM("quota") FROM "logs")"), kMany * (kMany - 1) / 2);
}

TEST_F(OutboxCarrierTest, WaitsForALogDatabaseThatIsAway) {
    store::run_all(database_.logs(), {R"(ALTER TABLE "logs" RENAME TO "away")"});
    put(outbox_, {row(1)});
    step(carrier_);
    EXPECT_FALSE(carrier_.done());
    EXPECT_EQ(waiting(), 1);
    store::run_all(database_.logs(), {R"(ALTER TABLE "away" RENAME TO "logs")"});
    store::run_on_loop(carrier_.finish());
    EXPECT_TRUE(carrier_.done());
    EXPECT_EQ(carried().size(), 1U);
    EXPECT_EQ(cursors(), 0) << "the process has ended well";
}

// A constraint of the operator's: the one row that breaks it is set aside, and all others are carried.
TEST_F(OutboxCarrierTest, SetsAsideWhatTheLogDatabaseRefuses) {
    store::run_all(database_.logs(), {R"(ALTER TABLE "logs" ADD CONSTRAINT "no" CHECK ("quota" <> 13))"});
    std::vector<store::LogRow> rows;
    for (std::int64_t i = 1; i <= 20; ++i) rows.push_back(row(i));
    put(outbox_, rows);
    database_.write_now([&](store::Transaction& tx) {
        tx.execute(
            R"(INSERT INTO "opus_outbox" ("sender", "seq", "log_row") VALUES ('outbox-of-old', 3, 'no row'))");
    });
    step(carrier_);
    EXPECT_TRUE(carrier_.done());
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(carried().size(), 19U);
    auto aside = store::list_aside(folder_.path());
    ASSERT_EQ(aside.size(), 2U);
    if (aside[0].record.file != outbox_.sender()) std::swap(aside[0], aside[1]);
    EXPECT_EQ(aside[0].record.file, outbox_.sender());
    EXPECT_EQ(aside[0].record.sequence, 13U);
    EXPECT_EQ(aside[0].record.database, "log");
    EXPECT_NE(aside[0].reason.find("no"), std::string::npos);
    const auto kept = decode_settlement(store::read_aside(aside[0], store::kMostPayloadBytes));
    ASSERT_TRUE(kept && kept->log);
    EXPECT_EQ(kept->user, UserId{});
    EXPECT_EQ(kept->log->quota, 13);
    EXPECT_EQ(kept->log->content, "given");
    EXPECT_EQ(aside[1].record.file, "outbox-of-old");
    EXPECT_EQ(store::read_aside(aside[1], 100), "no row");
    put(outbox_, {row(21)});
    step(carrier_);
    EXPECT_EQ(carried().size(), 20U);
}

TEST(OutboxWithoutALogDatabase, HasNothingToCarry) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    store::Outbox outbox;
    const OutboxCarrier carrier(*database, outbox, {});
    outbox.announce();
    EXPECT_TRUE(carrier.done());
}

}    // namespace
}    // namespace opusclaw::billing
