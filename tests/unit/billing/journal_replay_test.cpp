// Tests of what a crash, a lost answer, a refusing database and a damaged file do to the bill (DESIGN section 10), on every engine:
// each settlement counts once, and what cannot count is set aside. A process that dies is one whose parts just end.
#include <gtest/gtest.h>

#include <fstream>

#include "billing/group_store.h"
#include "billing/set_aside.h"
#include "store/journal_cursors.h"
#include "unit/billing/money_process.h"

namespace opusclaw::billing {
namespace {

using JournalReplayTest = MoneyTest;

TEST_F(JournalReplayTest, StoresWhatAProcessLeftBehindOnce) {
    begin()->flusher.step();
    {
        const auto dying = begin();
        for (int i = 1; i <= 100; ++i) dying->settle(user_, i, static_cast<std::size_t>(i % 2));
    }
    expect_billed(0, 0);
    for (int again = 0; again < 3; ++again) {
        begin();
        expect_billed(5050, 100);
    }
}

TEST_F(JournalReplayTest, GoesOnBehindWhatWasStored) {
    {
        const auto dying = begin();
        for (int i = 0; i < 10; ++i) dying->settle(user_, 7);
        EXPECT_TRUE(dying->flusher.step());
        expect_billed(70, 10);
        for (int i = 0; i < 5; ++i) dying->settle(user_, 1);
    }
    begin();
    expect_billed(75, 15);
}

TEST_F(JournalReplayTest, LeavesNothingBehindAnOrderlyEnd) {
    const auto process = begin();
    process->flusher.start();
    for (int i = 0; i < 500; ++i) process->settle(user_, 1, static_cast<std::size_t>(i % 2));
    process->flusher.stop();
    expect_billed(500, 500);
    EXPECT_TRUE(folder_.files().empty());
    EXPECT_EQ(ask(R"(SELECT COUNT(*) FROM "opus_journal")"), 0);
}

// The transaction is in the database, and whoever sent it thinks that it failed.
TEST_F(JournalReplayTest, CountsACommitWhoseAnswerWasLostOnce) {
    const auto process = begin();
    for (int i = 0; i < 10; ++i) process->settle(user_, 5);
    const std::string file = process->journal.streams()[0]->id();
    database_.write_now([&](store::Transaction& tx) {
        ASSERT_TRUE(store::move_cursor(tx, file, 0, 6));
        std::vector<Settlement> group(
            6, {.user = user_, .token = TokenId{1}, .channel = ChannelId{1}, .amount = Quota{5}});
        for (Settlement& each : group)
            each.log = store::LogRow{.user_id = user_.value, .type = 2, .quota = 5};
        for (Settlement& each : group) each.in_quota_data = true;
        store_group(tx, group, LogPlace::Here);
    });
    while (process->flusher.step()) {}
    expect_billed(50, 10);
    EXPECT_EQ(process->ledger.user_balance(user_)->pending, Quota{0});
    EXPECT_EQ(process->ledger.user_balance(user_)->known, Quota{kStart - 50});
}

// Stored once more its rows would break the operator's index; that is no reason to set anything aside.
TEST_F(JournalReplayTest, TakesALostAnswerForNoRefusal) {
    store::run_all(database_, {R"(CREATE UNIQUE INDEX "no" ON "logs" ("quota"))"});
    const auto process = begin();
    std::vector<Settlement> group;
    for (const std::int64_t amount : {1, 2, 3}) {
        process->settle(user_, amount);
        group.push_back({.user = user_,
                         .token = TokenId{1},
                         .channel = ChannelId{1},
                         .amount = Quota{amount},
                         .log = store::LogRow{.user_id = user_.value, .type = 2, .quota = amount},
                         .in_quota_data = true});
    }
    database_.write_now([&](store::Transaction& tx) {
        ASSERT_TRUE(store::move_cursor(tx, process->journal.streams()[0]->id(), 0, 3));
        store_group(tx, group, LogPlace::Here);
    });
    while (process->flusher.step()) {}
    expect_billed(6, 3);
    EXPECT_TRUE(folder_.files(store::kAsideFolder).empty());
    EXPECT_EQ(process->ledger.user_balance(user_)->pending, Quota{0});
}

/// Whether the flusher comes to an end of its own.
bool comes_to_an_end(Flusher& flusher) {
    constexpr int kMostSteps = 100;
    for (int i = 0; i < kMostSteps; ++i)
        if (!flusher.step()) return true;
    return false;
}

TEST_F(JournalReplayTest, GoesOnBehindASettingAsideWhoseAnswerWasLost) {
    refuse(1);
    const auto process = begin();
    for (int i = 1; i <= 5; ++i) process->settle(user_, i);
    // Five are refused, then two, then the first alone.
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(process->flusher.step());
    database_.write_now([&](store::Transaction& tx) {
        ASSERT_TRUE(store::move_cursor(tx, process->journal.streams()[0]->id(), 0, 1));
    });
    ASSERT_TRUE(comes_to_an_end(process->flusher));
    expect_billed(2 + 3 + 4 + 5, 4);
    EXPECT_EQ(process->ledger.user_balance(user_)->pending, Quota{0});
}

TEST_F(JournalReplayTest, GoesOnBehindARecordThatNobodyUnderstandsAndWhoseAnswerWasLost) {
    const auto process = begin();
    process->journal.append(0, std::string(store::kRecordHeadBytes, ' ') + "nonsense");
    for (int i = 0; i < 3; ++i) process->settle(user_, 5);
    database_.write_now([&](store::Transaction& tx) {
        ASSERT_TRUE(store::move_cursor(tx, process->journal.streams()[0]->id(), 0, 1));
    });
    ASSERT_TRUE(comes_to_an_end(process->flusher));
    expect_billed(15, 3);
}

TEST_F(JournalReplayTest, KeepsEverythingWhileTheDatabaseIsAway) {
    const auto process = begin();
    store::run_all(database_, {R"(ALTER TABLE "users" RENAME TO "away")"});
    for (int i = 0; i < 300; ++i) process->settle(user_, 2);
    EXPECT_FALSE(process->flusher.step());
    EXPECT_FALSE(process->flusher.step());
    store::run_all(database_, {R"(ALTER TABLE "away" RENAME TO "users")"});
    while (process->flusher.step()) {}
    expect_billed(600, 300);
    EXPECT_TRUE(folder_.files(store::kAsideFolder).empty());
}

TEST_F(JournalReplayTest, SetsAsideWhatTheDatabaseRefusesAndStoresTheRest) {
    refuse(13);
    const auto process = begin();
    for (int i = 1; i <= 50; ++i) process->settle(user_, i, static_cast<std::size_t>(i % 2));
    while (process->flusher.step()) {}
    expect_billed(50 * 51 / 2 - 13, 49);
    EXPECT_EQ(process->ledger.user_balance(user_)->pending, Quota{0});
    const auto aside = folder_.files(store::kAsideFolder);
    ASSERT_EQ(aside.size(), 1U);
    std::ifstream file(folder_.path() / store::kAsideFolder / aside[0], std::ios::binary);
    const std::string payload((std::istreambuf_iterator<char>(file)), {});
    const auto kept = decode_settlement(payload);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->amount, Quota{13});
    process->settle(user_, 1);
    EXPECT_TRUE(process->flusher.step());
    expect_billed(50 * 51 / 2 - 12, 50);
}

// The operator's own trigger, in its own words.
TEST_F(JournalReplayTest, SetsAsideWhatATriggerRefuses) {
    switch (store::tested_engine()) {
        case store::Engine::Sqlite:
            store::run_all(database_, {R"(CREATE TRIGGER "no" BEFORE INSERT ON "logs" WHEN NEW."quota" = 13)"
                                       R"( BEGIN SELECT RAISE(ABORT, 'not today'); END)"});
            break;
        case store::Engine::Mysql:
            store::run_all(database_, {R"(CREATE TRIGGER "no" BEFORE INSERT ON "logs" FOR EACH ROW BEGIN)"
                                       R"( IF NEW."quota" = 13 THEN SIGNAL SQLSTATE '45000')"
                                       R"( SET MESSAGE_TEXT = 'not today'; END IF; END)"});
            break;
        case store::Engine::Postgres:
            store::run_all(database_,
                           {R"(CREATE FUNCTION "no"() RETURNS trigger AS 'BEGIN IF NEW."quota" = 13)"
                            R"( THEN RAISE EXCEPTION ''not today''; END IF; RETURN NEW; END')"
                            R"( LANGUAGE plpgsql)",
                            R"(CREATE TRIGGER "no" BEFORE INSERT ON "logs" FOR EACH ROW)"
                            R"( EXECUTE FUNCTION "no"())"});
    }
    const auto process = begin();
    for (int i = 1; i <= 20; ++i) process->settle(user_, i);
    while (process->flusher.step()) {}
    expect_billed(20 * 21 / 2 - 13, 19);
    EXPECT_EQ(folder_.files(store::kAsideFolder).size(), 1U);
}

TEST_F(JournalReplayTest, SetsAsideWhatAUniqueIndexOfTheOperatorRefuses) {
    store::run_all(database_, {R"(CREATE UNIQUE INDEX "no" ON "logs" ("quota"))"});
    const auto process = begin();
    for (const std::int64_t amount : {5, 7, 5, 9}) process->settle(user_, amount);
    while (process->flusher.step()) {}
    expect_billed(21, 3);
    const SetAsidePage page = list_set_aside(process->journal, 0, 10);
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.items[0].file.record.database, "main");
    EXPECT_EQ(page.items[0].file.record.file, process->journal.streams()[0]->id());
    EXPECT_EQ(page.items[0].file.record.sequence, 3U);
    EXPECT_NE(page.items[0].file.reason, "");
    ASSERT_TRUE(page.items[0].settlement);
    EXPECT_EQ(page.items[0].settlement->amount, Quota{5});
    EXPECT_EQ(list_set_aside(process->journal, 1, 10).items.size(), 0U);
}

TEST_F(JournalReplayTest, SetsAsideWhatTheDatabaseRefusesAtTheStartToo) {
    {
        const auto dying = begin();
        for (int i = 1; i <= 20; ++i) dying->settle(user_, i);
    }
    refuse(20);
    begin();
    expect_billed(190, 19);
    EXPECT_EQ(folder_.files(store::kAsideFolder).size(), 1U);
    begin();
    expect_billed(190, 19);
}

TEST_F(JournalReplayTest, SetsAsideARecordThatNobodyUnderstands) {
    {
        const auto dying = begin();
        dying->settle(user_, 3);
        dying->journal.append(0, std::string(store::kRecordHeadBytes, '\0') + "\xff of another time");
        dying->settle(user_, 4);
    }
    begin();
    expect_billed(7, 2);
    EXPECT_EQ(folder_.files(store::kAsideFolder).size(), 1U);
}

TEST_F(JournalReplayTest, LeavesAFileAloneThatTheDatabaseDoesNotKnow) {
    {
        const auto dying = begin();
        for (const std::size_t loop : {0U, 1U}) dying->settle(user_, 3, loop);
    }
    const auto before = folder_.files();
    store::run_all(database_, {R"(DELETE FROM "opus_journal")"});
    {
        const auto process = begin();
        expect_billed(0, 0);
        process->flusher.stop();
    }
    EXPECT_EQ(folder_.files(), before);
}

TEST_F(JournalReplayTest, LetsSegmentsGoWhenTheyAreStored) {
    const auto process = begin();
    process->flusher.start();
    std::size_t most = 0;
    for (int i = 0; i < 5000; ++i) {
        process->settle(user_, 1);
        most = std::max(most, folder_.files().size());
    }
    process->flusher.stop();
    expect_billed(5000, 5000);
    EXPECT_GT(most, 2U);
    EXPECT_TRUE(folder_.files().empty());
}

}    // namespace
}    // namespace opusclaw::billing
