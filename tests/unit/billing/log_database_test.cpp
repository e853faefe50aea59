// tests/unit/billing/log_database_test.cpp: logs in a database of their own (LOG_SQL_DSN): balances and log rows are two transactions,
// each happens once, and a log database that is away holds nothing up.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "billing/flusher.h"
#include "net/loop.h"
#include "store/usage.h"
#include "unit/store/journal_folder.h"
#include "unit/store/temp_database.h"

namespace opusclaw::billing {
namespace {

// On SQLite both DSNs name the one file of SQLITE_PATH, so there it is one database.
bool apart() { return store::tested_engine() != store::Engine::Sqlite; }

class LogDatabaseTest : public testing::Test {
protected:
    LogDatabaseTest() {
        store::migrate(database_);
        database_.write_now([this](store::Transaction& tx) {
            store::UserRow user;
            user.username = "ann";
            user.quota = 1000;
            user_ = UserId{store::insert_user(tx, user)};
        });
        flusher_.recover();
        loops_.start();
    }
    ~LogDatabaseTest() override { loops_.stop(); }

    std::unique_ptr<store::Database> open() const {
        return std::make_unique<store::Database>(
            store::DatabaseOptions{.dsn = main_.dsn(),
                                   .sqlite_path = main_.path(),
                                   .readers = 2,
                                   .log_dsn = apart() ? logs_.dsn() : std::string("local")});
    }
    void settle(std::int64_t amount) { settle_in(ledger_, amount); }
    void settle_in(Ledger& ledger, std::int64_t amount) const {
        Settlement settlement{.user = user_, .channel = ChannelId{1}, .amount = Quota{amount}};
        settlement.log = store::LogRow{.user_id = user_.value, .type = 2, .quota = amount};
        ledger.settle({}, std::move(settlement));
    }
    static std::int64_t ask(store::Database& database, const std::string& sql) {
        return store::read_one(database, [&](store::Reader& db) { return db.integer(sql).value_or(0); });
    }
    std::int64_t balance() { return ask(database_, R"(SELECT "quota" FROM "users")"); }
    std::int64_t rows() { return ask(database_.logs(), R"(SELECT COUNT(*) FROM "logs")"); }
    std::int64_t counted() {
        return store::read_one(database_.logs(),
                               [](store::Reader& db) { return store::sum_usage(db, {}).requests; });
    }
    Task<> wait_for_flusher() { co_await flusher_.caught_up(); }

    store::TempDatabase main_, logs_;
    std::unique_ptr<store::Database> opened_ = open();
    store::Database& database_ = *opened_;
    ManualClock clock_;
    net::Loops loops_{1};
    store::JournalFolder folder_;
    store::Journal journal_{folder_.options()};
    Ledger ledger_{database_, journal_, clock_};
    Flusher flusher_{loops_[0], database_, journal_, ledger_};
    UserId user_;
};

TEST_F(LogDatabaseTest, HasTheLogsAndTheMainOneHasTheBalances) {
    EXPECT_EQ(database_.logs_are_apart(), apart());
    settle(100);
    settle(200);
    EXPECT_TRUE(flusher_.step());
    EXPECT_FALSE(flusher_.step());
    EXPECT_EQ(balance(), 700);
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(counted(), 2);
    if (!apart()) return;
    EXPECT_EQ(ask(database_, R"(SELECT COUNT(*) FROM "logs")"), 0) << "the table is there all the same";
    EXPECT_TRUE(
        store::read_one(database_.logs(), [](store::Reader& db) { return store::usage_is_complete(db); }));
}

TEST_F(LogDatabaseTest, IsWaitedForBeforeLogsAreShown) {
    flusher_.start();
    for (int i = 0; i < 50; ++i) {
        settle(1);
        // It gives up after a second, which a disk may take: then it is asked again. One that was quicker has told the truth.
        constexpr std::chrono::seconds kMost{1}, kPatience{60};
        const auto begin = std::chrono::steady_clock::now();
        auto asked = begin;
        do {
            asked = std::chrono::steady_clock::now();
            net::run_and_wait(loops_[0], wait_for_flusher());
        } while (rows() != i + 1 && std::chrono::steady_clock::now() - asked >= kMost &&
                 asked - begin < kPatience);
        ASSERT_EQ(rows(), i + 1);
    }
    flusher_.stop();
    EXPECT_EQ(balance(), 950);
}

TEST_F(LogDatabaseTest, MayBeAwayForAWhile) {
    if (!apart()) return;
    store::run_all(database_.logs(), {R"(ALTER TABLE "logs" RENAME TO "away")"});
    settle(100);
    settle(50);
    EXPECT_FALSE(flusher_.step()) << "the log rows wait";
    EXPECT_EQ(balance(), 850);
    settle(1);
    flusher_.step();
    store::run_all(database_.logs(), {R"(ALTER TABLE "away" RENAME TO "logs")"});
    while (flusher_.step()) {}
    EXPECT_EQ(balance(), 849);
    EXPECT_EQ(rows(), 3) << "each row once";
    EXPECT_EQ(counted(), 3);
    EXPECT_EQ(ask(database_.logs(), R"(SELECT "quota" FROM "logs" ORDER BY "id" LIMIT 1)"), 100);
}

// Again and again: a stop may fall between a group's commit and the moment its rows set out.
TEST_F(LogDatabaseTest, IsFinishedAtTheStop) {
    for (int round = 1; round <= 20; ++round) {
        store::Journal journal(folder_.options());
        Ledger ledger(database_, journal, clock_);
        Flusher flusher(loops_[0], database_, journal, ledger);
        flusher.recover();
        flusher.start();
        for (int i = 0; i < 10; ++i) settle_in(ledger, 1);
        flusher.stop();
        ASSERT_EQ(balance(), 1000 - 10 * round);
        ASSERT_EQ(rows(), 10 * round);
    }
    EXPECT_EQ(ask(database_, R"(SELECT COUNT(*) FROM "opus_journal")"), 1) << "of the fixture's own journal";
}

TEST_F(LogDatabaseTest, GetsItsRowsAfterAProcessThatDiedBetweenTheTwoTransactions) {
    if (!apart()) return;
    {
        store::Journal journal(folder_.options());
        Ledger ledger(database_, journal, clock_);
        Flusher flusher(loops_[0], database_, journal, ledger);
        flusher.recover();
        store::run_all(database_.logs(), {R"(ALTER TABLE "logs" RENAME TO "away")"});
        for (int i = 0; i < 10; ++i) settle_in(ledger, 1);
        flusher.step();
        ASSERT_EQ(balance(), 990);
        store::run_all(database_.logs(), {R"(ALTER TABLE "away" RENAME TO "logs")"});
    }
    EXPECT_EQ(rows(), 0);
    for (int again = 0; again < 2; ++again) {
        store::Journal journal(folder_.options());
        Ledger ledger(database_, journal, clock_);
        Flusher flusher(loops_[0], database_, journal, ledger);
        flusher.recover();
        EXPECT_EQ(balance(), 990);
        EXPECT_EQ(rows(), 10);
        EXPECT_EQ(counted(), 10);
    }
}

}    // namespace
}    // namespace opusclaw::billing
