// tests/unit/billing/heir_test.cpp: what other processes leave is stored while this one runs, without its accounts taking it for their own;
// a database that is away at the start is waited for; and what is wrong with a table, not with a settlement, is mended where it can be.
#include "billing/heir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "billing/set_aside.h"
#include "unit/billing/money_process.h"

namespace opusclaw::billing {
namespace {

using HeirTest = MoneyTest;

TEST_F(HeirTest, StoresWhatAnotherNodeLeftWhileThisOneRuns) {
    const auto living = begin();
    living->settle(user_, 5);
    {
        const auto dying = begin();
        for (int i = 0; i < 10; ++i) dying->settle(user_, 7, static_cast<std::size_t>(i % 2));
    }
    EXPECT_TRUE(living->flusher.take_over());
    expect_billed(70, 10);
    const auto balance = living->ledger.user_balance(user_);
    EXPECT_EQ(balance->known, Quota{kStart - 70});
    EXPECT_EQ(balance->pending, Quota{5}) << "what this process has settled itself";
    EXPECT_TRUE(living->flusher.step());
    EXPECT_EQ(living->ledger.user_balance(user_)->pending, Quota{0});
    expect_billed(75, 11);
    EXPECT_TRUE(living->flusher.take_over()) << "there is nothing more";
    expect_billed(75, 11);
    living->flusher.stop();
    EXPECT_TRUE(folder_.files().empty());
}

/// Whether nothing is left but the files of this process.
bool alone(const store::JournalFolder& folder, const store::Journal& journal) {
    return std::ranges::all_of(folder.files(), [&journal](const std::string& name) {
        return std::ranges::any_of(journal.streams(),
                                   [&name](const auto& stream) { return name.starts_with(stream->id()); });
    });
}

TEST_F(HeirTest, LooksForItAgainAndAgain) {
    const auto living = begin();
    living->flusher.start(std::chrono::milliseconds{1});
    for (int round = 1; round <= 3; ++round) {
        begin()->settle(user_, 1);
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{2};
        while (!alone(folder_, living->journal) && std::chrono::steady_clock::now() < until)
            std::this_thread::yield();
        expect_billed(round, round);
    }
    living->flusher.stop();
    EXPECT_TRUE(folder_.files().empty());
}

TEST_F(HeirTest, LeavesWhatCannotBeStoredForTheNextLook) {
    const auto living = begin();
    begin()->settle(user_, 3);
    store::run_all(database_, {R"(ALTER TABLE "users" RENAME TO "away")"});
    EXPECT_FALSE(living->flusher.take_over());
    store::run_all(database_, {R"(ALTER TABLE "away" RENAME TO "users")"});
    EXPECT_TRUE(living->flusher.take_over());
    expect_billed(3, 1);
}

TEST_F(HeirTest, WaitsForTheDatabaseAtTheStart) {
    begin()->settle(user_, 3);
    store::run_all(database_, {R"(ALTER TABLE "users" RENAME TO "away")"});
    {
        Process impatient(database_, folder_);
        EXPECT_THROW(impatient.flusher.recover(std::chrono::milliseconds{0}), std::runtime_error);
    }
    const std::size_t before = folder_.files().size();
    std::thread operator_([&] {
        // It has begun: its own files are there.
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{2};
        while (folder_.files().size() <= before && std::chrono::steady_clock::now() < until)
            std::this_thread::yield();
        store::run_all(database_, {R"(ALTER TABLE "away" RENAME TO "users")"});
    });
    Process process(database_, folder_);
    EXPECT_NO_THROW(process.flusher.recover(std::chrono::minutes{2}));
    operator_.join();
    expect_billed(3, 1);
}

// Rows that were imported with their ids: the sequence knows nothing of them.
TEST_F(HeirTest, PutsSequencesBehindImportedRows) {
    if (store::tested_engine() != store::Engine::Postgres) return;    // the others look at the table itself
    store::run_all(database_, {R"(INSERT INTO "logs" ("id", "type") VALUES (1, 0), (2, 0), (40, 0))",
                               R"(INSERT INTO "quota_data" ("id", "user_id") VALUES (1, 77), (9, 77))"});
    const auto process = begin();
    for (int i = 1; i <= 20; ++i) process->settle(user_, i);
    while (process->flusher.step()) {}
    EXPECT_TRUE(folder_.files(store::kAsideFolder).empty());
    EXPECT_EQ(ask(R"(SELECT SUM("quota") FROM "logs" WHERE "id" > 40)"), 210);
    EXPECT_EQ(ask(R"(SELECT SUM("quota") FROM "quota_data" WHERE "id" > 9)"), 210);
    EXPECT_EQ(ask(R"(SELECT "quota" FROM "users")"), kStart - 210);
}

TEST_F(HeirTest, NamesTheColumnThatNothingFills) {
    if (store::tested_engine() == store::Engine::Sqlite) return;    // which lets nobody add such a column
    store::run_all(database_, {R"(ALTER TABLE "logs" ADD COLUMN "of_mine" int NOT NULL)"});
    const auto process = begin();
    process->settle(user_, 1);
    while (process->flusher.step()) {}
    const SetAsidePage page = list_set_aside(process->journal, 0, 10);
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_NE(page.items[0].file.reason.find("of_mine"), std::string::npos) << page.items[0].file.reason;
    EXPECT_NE(page.items[0].file.reason.find("give it a default"), std::string::npos)
        << page.items[0].file.reason;
    store::run_all(database_, {R"(ALTER TABLE "logs" DROP COLUMN "of_mine")"});
    process->settle(user_, 2);
    while (process->flusher.step()) {}
    expect_billed(2, 1);
}

}    // namespace
}    // namespace opusclaw::billing
