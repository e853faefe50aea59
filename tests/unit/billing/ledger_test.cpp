// Tests of billing/ledger.h and billing/flusher.h on a real database: what is held, pending and known, and that the database ends
// up with exactly what was settled, whatever runs at the same time (DESIGN section 10).
#include "billing/ledger.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <thread>

#include "base/error.h"
#include "billing/flusher.h"
#include "net/loop.h"
#include "unit/store/journal_folder.h"
#include "unit/store/temp_database.h"

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kStart = 10'000;

class LedgerTest : public testing::Test {
protected:
    LedgerTest() {
        store::migrate(database_);
        database_.write_now([this](store::Transaction& tx) {
            store::UserRow user;
            user.username = "ann";
            user.quota = kStart;
            user_ = UserId{store::insert_user(tx, user)};
            store::TokenRow token;
            token.user_id = user_.value;
            token.key = "key";
            token.remain_quota = kStart / 2;
            token_ = TokenId{store::insert_token(tx, token)};
        });
        flusher_.recover();
        loops_.start();
    }
    ~LedgerTest() override { loops_.stop(); }

    /// Holds on a loop; the code of the refusal, or empty.
    std::string reserve(std::int64_t amount, Hold& hold, TokenKind kind = TokenKind::Limited) {
        std::string refused;
        net::run_and_wait(loops_[0], hold_into(amount, kind, hold, refused));
        return refused;
    }
    Task<> hold_into(std::int64_t amount, TokenKind kind, Hold& hold, std::string& refused) {
        try {
            hold = co_await ledger_.reserve(
                {.user = user_, .token = token_, .kind = kind, .amount = Quota{amount}},
                settings::default_settings());
        } catch (const Error& error) {
            refused = error.code;
        }
    }
    void settle(Hold hold, std::int64_t amount, std::size_t loop = 0) {
        Settlement settlement{
            .user = user_, .token = token_, .channel = ChannelId{1}, .amount = Quota{amount}};
        settlement.log = store::LogRow{.user_id = user_.value, .type = 2, .quota = amount};
        ledger_.settle(std::move(hold), std::move(settlement), loop);
    }
    std::int64_t stored(std::string_view sql) {
        std::int64_t value = 0;
        database_.read_now([&](store::Reader& reader) { value = reader.integer(sql).value_or(0); });
        return value;
    }

    store::TempDatabase file_;
    std::unique_ptr<store::Database> opened_ = file_.open();
    store::Database& database_ = *opened_;
    ManualClock clock_;
    net::Loops loops_{2};
    store::JournalFolder folder_;
    store::Journal journal_{folder_.options(2)};
    Ledger ledger_{database_, journal_, clock_};
    Flusher flusher_{loops_[0], database_, journal_, ledger_};
    UserId user_;
    TokenId token_;
};

TEST_F(LedgerTest, AHoldThatIsDroppedGivesEverythingBack) {
    {
        Hold hold;
        ASSERT_EQ(reserve(3000, hold), "");
        EXPECT_EQ(ledger_.user_balance(user_)->spendable(), Quota{kStart - 3000});
        EXPECT_EQ(ledger_.token_balance(user_, token_)->held, Quota{3000});
    }
    EXPECT_EQ(ledger_.user_balance(user_)->spendable(), Quota{kStart});
    EXPECT_EQ(ledger_.token_balance(user_, token_)->held, Quota{0});
}

TEST_F(LedgerTest, ParallelHoldsNeverExceedTheBalance) {
    Hold first, second, third;
    EXPECT_EQ(reserve(4000, first, TokenKind::Unlimited), "");
    EXPECT_EQ(reserve(6000, second, TokenKind::Unlimited), "");
    EXPECT_EQ(reserve(1, third, TokenKind::Unlimited), "insufficient_user_quota");
    second = Hold();
    EXPECT_EQ(reserve(6000, third, TokenKind::Unlimited), "");
}

TEST_F(LedgerTest, ALimitedTokenIsItsOwnLimit) {
    Hold hold, more;
    EXPECT_EQ(reserve(kStart / 2, hold), "");
    EXPECT_EQ(reserve(1, more), "pre_consume_token_quota_failed");
}

TEST_F(LedgerTest, SettlingMovesFromHeldToPendingToKnown) {
    Hold hold;
    ASSERT_EQ(reserve(3000, hold), "");
    settle(std::move(hold), 1200);
    EXPECT_EQ(ledger_.user_balance(user_)->pending, Quota{1200});
    EXPECT_EQ(ledger_.user_balance(user_)->held, Quota{0});
    EXPECT_TRUE(flusher_.step());
    EXPECT_EQ(ledger_.user_balance(user_)->pending, Quota{0});
    EXPECT_EQ(ledger_.user_balance(user_)->known, Quota{kStart - 1200});
    EXPECT_EQ(ledger_.token_balance(user_, token_)->known, Quota{kStart / 2 - 1200});
    EXPECT_EQ(stored("SELECT \"quota\" FROM \"users\""), kStart - 1200);
    EXPECT_EQ(stored("SELECT \"used_quota\" FROM \"tokens\""), 1200);
    EXPECT_EQ(stored("SELECT COUNT(*) FROM \"logs\""), 1);
}

TEST_F(LedgerTest, TellsTheBalanceBehindASettlementOfWhatWasHeld) {
    Hold hold;
    ASSERT_EQ(reserve(3000, hold), "");
    Settlement settlement{.user = user_, .token = token_, .amount = Quota{1200}, .log = {}};
    const auto behind = ledger_.settle(std::move(hold), settlement);
    ASSERT_TRUE(behind.has_value());
    EXPECT_EQ(behind->known - behind->pending, Quota{kStart - 1200});
    EXPECT_FALSE(ledger_.settle({}, settlement).has_value());
}

TEST_F(LedgerTest, ARowWithoutABillTouchesNoBalance) {
    Hold hold;
    ASSERT_EQ(reserve(3000, hold), "");
    ledger_.record({.user_id = user_.value, .type = 5, .content = "status_code=500, x", .request_id = "r"});
    EXPECT_TRUE(flusher_.step());
    EXPECT_EQ(stored("SELECT COUNT(*) FROM \"logs\" WHERE \"type\" = 5"), 1);
    EXPECT_EQ(stored("SELECT SUM(\"quota\") FROM \"users\""), kStart);
    EXPECT_EQ(stored("SELECT SUM(\"request_count\") FROM \"users\""), 0);
    EXPECT_EQ(ledger_.user_balance(user_)->held, Quota{3000});
    EXPECT_EQ(ledger_.user_balance(user_)->pending, Quota{0});
}

TEST_F(LedgerTest, ASettlementMayExceedItsHold) {
    Hold hold;
    ASSERT_EQ(reserve(10, hold), "");
    settle(std::move(hold), kStart + 500);
    flusher_.step();
    EXPECT_EQ(stored("SELECT \"quota\" FROM \"users\""), -500);
    Hold next;
    EXPECT_EQ(reserve(1, next), "insufficient_user_quota");
}

TEST_F(LedgerTest, BalancesChangedElsewhereAreReadAgainInTime) {
    Hold hold;
    ASSERT_EQ(reserve(10, hold), "");
    hold = Hold();
    database_.write_now([](store::Transaction& tx) { tx.execute("UPDATE \"users\" SET \"quota\" = 77"); });
    clock_.advance(Ledger::kBelieved + std::chrono::seconds(1));
    ASSERT_EQ(reserve(10, hold), "");
    EXPECT_EQ(ledger_.user_balance(user_)->known, Quota{77});
}

TEST_F(LedgerTest, BalancesChangedElsewhereAreReadAgainInTimeWhileSomethingIsHeld) {
    Hold running, hold;
    ASSERT_EQ(reserve(kStart / 2, running), "");
    EXPECT_EQ(reserve(kStart, hold, TokenKind::Unlimited), "insufficient_user_quota");
    database_.write_now([](store::Transaction& tx) {
        tx.execute(R"(UPDATE "users" SET "quota" = :quota)", {{"quota", 2 * kStart}});
    });
    clock_.advance(Ledger::kBelieved + std::chrono::seconds(1));
    EXPECT_EQ(reserve(kStart, hold, TokenKind::Unlimited), "") << "another node filled the wallet up";
    EXPECT_EQ(ledger_.user_balance(user_)->held, Quota{kStart / 2 + kStart});
}

TEST_F(LedgerTest, WhatWasSettledIsWhatTheDatabaseHasWhateverRunsAtOnce) {
    flusher_.start();
    constexpr int kThreads = 4, kRounds = 100;
    std::atomic<std::int64_t> settled{0};
    std::vector<std::thread> threads;
    for (int index = 0; index < kThreads; ++index) {
        threads.emplace_back([this, index, &settled] {
            std::mt19937 random(static_cast<unsigned>(index));
            for (int round = 0; round < kRounds; ++round) {
                Hold hold;
                std::string refused;
                net::run_and_wait(loops_[index % 2],
                                  hold_into(random() % 50, TokenKind::Unlimited, hold, refused));
                if (!refused.empty() || random() % 4 == 0) continue;
                const auto amount = static_cast<std::int64_t>(random() % 20);
                settle(std::move(hold), amount, static_cast<std::size_t>(index % 2));
                settled += amount;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    flusher_.stop();
    EXPECT_EQ(stored("SELECT \"quota\" FROM \"users\""), kStart - settled);
    EXPECT_EQ(stored("SELECT SUM(\"quota\") FROM \"logs\""), settled);
    const auto balance = ledger_.user_balance(user_);
    EXPECT_EQ(balance->known, Quota{kStart - settled});
    EXPECT_EQ(balance->pending, Quota{0});
    EXPECT_EQ(balance->held, Quota{0});
}

}    // namespace
}    // namespace opusclaw::billing
