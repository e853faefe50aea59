// tests/unit/billing/money_process.h: the parts of a process that have to do with money, on a database of the tested engine with one user
// and one token. A process that dies is one whose parts just end.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "billing/flusher.h"
#include "net/loop.h"
#include "store/usage.h"
#include "unit/store/journal_folder.h"
#include "unit/store/temp_database.h"

namespace opusclaw::billing {

inline constexpr std::int64_t kStart = 1'000'000;

/// The parts of a process that have to do with money.
struct Process {
    Process(store::Database& database, const store::JournalFolder& folder)
        : journal(folder.options(2)),
          ledger(database, journal, system_clock()),
          flusher(loops[0], database, journal, ledger) {
        loops.start();
    }
    ~Process() { loops.stop(); }
    void settle(UserId user, std::int64_t amount, std::size_t loop = 0) {
        Settlement settlement{
            .user = user, .token = TokenId{1}, .channel = ChannelId{1}, .amount = Quota{amount}};
        settlement.log = store::LogRow{.user_id = user.value, .type = 2, .quota = amount};
        settlement.in_quota_data = true;
        ledger.settle({}, std::move(settlement), loop);
    }
    net::Loops loops{1};
    store::Journal journal;
    Ledger ledger;
    Flusher flusher;
};

class MoneyTest : public testing::Test {
protected:
    MoneyTest() {
        store::migrate(database_);
        database_.write_now([this](store::Transaction& tx) {
            store::UserRow user;
            user.username = "ann";
            user.quota = kStart;
            user_ = UserId{store::insert_user(tx, user)};
            store::TokenRow token;
            token.user_id = user_.value;
            token.key = "key";
            token.remain_quota = kStart;
            store::insert_token(tx, token);
        });
    }
    std::unique_ptr<Process> begin() {
        auto process = std::make_unique<Process>(database_, folder_);
        process->flusher.recover();
        return process;
    }
    std::int64_t ask(const std::string& sql) {
        return store::read_one(database_, [&](store::Reader& db) { return db.integer(sql).value_or(0); });
    }
    /// Everywhere where a settlement leaves a trace.
    void expect_billed(std::int64_t quota, std::int64_t rows) {
        EXPECT_EQ(ask(R"(SELECT "quota" FROM "users")"), kStart - quota);
        EXPECT_EQ(ask(R"(SELECT "used_quota" FROM "users")"), quota);
        EXPECT_EQ(ask(R"(SELECT "request_count" FROM "users")"), rows);
        EXPECT_EQ(ask(R"(SELECT "remain_quota" FROM "tokens")"), kStart - quota);
        EXPECT_EQ(ask(R"(SELECT COUNT(*) FROM "logs")"), rows);
        EXPECT_EQ(ask(R"(SELECT COUNT(*) FROM "logs" WHERE "quota" IS NULL)"), 0);
        EXPECT_EQ(ask(R"(SELECT SUM("quota") FROM "quota_data")"), quota);
        EXPECT_EQ(ask(R"(SELECT SUM("count") FROM "quota_data")"), rows);
        EXPECT_EQ(
            store::read_one(database_, [](store::Reader& db) { return store::sum_usage(db, {}).quota; }),
            quota);
    }
    /// The database refuses log rows with that quota from now on.
    void refuse(std::int64_t quota) {
        const std::string number = std::to_string(quota);
        const std::string check = R"(ALTER TABLE "logs" ADD CONSTRAINT "no" CHECK ("quota" <> )" + number +
                                  ")";
        const std::string trigger = R"(CREATE TRIGGER "no" BEFORE INSERT ON "logs" WHEN NEW."quota" = )" +
                                    number +
                                    R"( BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: no'); END)";
        store::run_all(database_, {store::tested_engine() == store::Engine::Sqlite ? trigger : check});
    }

    store::TempDatabase file_;
    std::unique_ptr<store::Database> opened_ = file_.open();
    store::Database& database_ = *opened_;
    store::JournalFolder folder_;
    UserId user_;
};

}    // namespace opusclaw::billing
