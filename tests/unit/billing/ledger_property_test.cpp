// Properties of billing/ledger.h under random interleavings (DESIGN section 10), on a real database: spendable is known - pending -
// held and never anything else, whatever is reserved, settled, released, flushed, changed elsewhere, read again or forgotten; and
// what the parts paid is what the whole paid. One thread against a model, then threads against bounds.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "base/error.h"
#include "billing/flusher.h"
#include "billing/ledger.h"
#include "net/loop.h"
#include "store/usage.h"
#include "unit/store/journal_folder.h"
#include "unit/store/temp_database.h"

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kStart = 20'000;
constexpr std::size_t kUsers = 3, kTokens = 2;    // tokens of each user
constexpr std::int64_t kShards = 64;              // users whose ids differ by that share a shard

/// What a user or token should have.
struct Money {
    std::int64_t stored = kStart;
    std::int64_t pending = 0, held = 0;
    std::int64_t spendable() const { return stored - pending - held; }
};

struct ModelToken {
    TokenId id;
    TokenKind kind = TokenKind::Limited;
    Money money;
    std::int64_t paid = 0;
};

struct ModelUser {
    UserId id;
    Money money;
    std::int64_t paid = 0;
    std::array<ModelToken, kTokens> tokens;
};

struct OpenHold {
    std::size_t user = 0, token = 0;
    std::int64_t amount = 0;
    Hold hold;
};

class LedgerPropertyTest : public testing::Test {
protected:
    LedgerPropertyTest() {
        store::migrate(database_);
        database_.write_now([this](store::Transaction& tx) {
            for (ModelUser& user : users_) add(tx, user);
        });
        flusher_.recover();
        loops_.start();
    }
    ~LedgerPropertyTest() override {
        open_.clear();
        loops_.stop();
    }

    static void add(store::Transaction& tx, ModelUser& user) {
        store::UserRow row;
        row.username = "u" + random_alphanumeric(8);
        row.aff_code = random_alphanumeric(8);
        row.quota = kStart;
        user.id = UserId{store::insert_user(tx, row)};
        for (std::size_t i = 0; i < kTokens; ++i) {
            store::TokenRow token;
            token.user_id = user.id.value;
            token.key = random_alphanumeric(40);
            token.remain_quota = kStart;
            user.tokens[i].id = TokenId{store::insert_token(tx, token)};
            user.tokens[i].kind = i == 0 ? TokenKind::Limited : TokenKind::Unlimited;
        }
    }

    /// More users, whose accounts are in one shard.
    std::vector<ModelUser> share_a_shard(std::size_t count) {
        std::vector<ModelUser> users;
        database_.write_now([&](store::Transaction& tx) {
            while (users.size() < count) {
                ModelUser user;
                add(tx, user);
                if (user.id.value % kShards == 0) users.push_back(user);
            }
        });
        return users;
    }

    std::size_t pick(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
    }
    std::int64_t amount() { return static_cast<std::int64_t>(pick(4) == 0 ? pick(9000) : pick(600)); }

    Task<> reserve_into(Ledger::Wish wish, Hold& hold, std::string& refused) {
        try {
            hold = co_await ledger_.reserve(wish, settings::default_settings());
        } catch (const Error& error) {
            refused = error.code;
        }
    }
    /// The code of the refusal, or empty.
    std::string reserve(const Ledger::Wish& wish, Hold& hold, std::size_t loop = 0) {
        std::string refused;
        net::run_and_wait(loops_[loop], reserve_into(wish, hold, refused));
        return refused;
    }
    void settle(UserId user, TokenId token, Hold hold, std::int64_t paid, std::size_t loop) {
        Settlement settlement{.user = user, .token = token, .channel = ChannelId{1}, .amount = Quota{paid}};
        settlement.log = store::LogRow{
            .user_id = user.value, .type = 2, .quota = paid, .token_id = token.value};
        ledger_.settle(std::move(hold), std::move(settlement), loop);
    }

    static std::string expected_refusal(const ModelUser& user, const ModelToken& token, std::int64_t wanted) {
        if (user.money.spendable() <= 0 || user.money.spendable() < wanted) return "insufficient_user_quota";
        const bool limited = token.kind == TokenKind::Limited;
        return limited && token.money.spendable() < wanted ? "pre_consume_token_quota_failed" : "";
    }

    void do_reserve(std::size_t user_index) {
        const std::size_t token_index = pick(kTokens);
        ModelUser& user = users_[user_index];
        ModelToken& token = user.tokens[token_index];
        const std::int64_t wanted = amount();
        Hold hold;
        const std::string expected = expected_refusal(user, token, wanted);
        ASSERT_EQ(
            reserve({.user = user.id, .token = token.id, .kind = token.kind, .amount = Quota{wanted}}, hold),
            expected);
        if (!expected.empty()) return;
        user.money.held += wanted;
        token.money.held += wanted;
        open_.push_back({user_index, token_index, wanted, std::move(hold)});
    }
    OpenHold take_open() {
        std::swap(open_[pick(open_.size())], open_.back());
        OpenHold taken = std::move(open_.back());
        open_.pop_back();
        users_[taken.user].money.held -= taken.amount;
        users_[taken.user].tokens[taken.token].money.held -= taken.amount;
        return taken;
    }
    void do_settle() {
        OpenHold taken = take_open();
        ModelUser& user = users_[taken.user];
        ModelToken& token = user.tokens[taken.token];
        // Mostly less than was held, now and then more.
        const std::int64_t paid = pick(8) == 0 ? taken.amount + amount() : taken.amount / 3;
        settle(user.id, token.id, std::move(taken.hold), paid, pick(2));
        for (Money* const money : {&user.money, &token.money}) money->pending += paid;
        user.paid += paid;
        token.paid += paid;
    }
    void do_flush() {
        flusher_.step();
        for (ModelUser& user : users_) {
            flushed(user.money);
            for (ModelToken& token : user.tokens) flushed(token.money);
        }
    }
    static void flushed(Money& money) {
        money.stored -= money.pending;
        money.pending = 0;
    }
    /// A top-up or correction by REST, which the ledger is told of.
    void do_top_up() {
        ModelUser& user = users_[pick(kUsers)];
        const std::int64_t more = amount() - 200;
        change(user, more);
        net::run_and_wait(loops_[0], ledger_.refresh(user.id, user.tokens[pick(kTokens)].id));
    }
    /// Another node changed the balance of somebody at rest; nobody tells, time does.
    void do_change_elsewhere() {
        const std::size_t index = pick(kUsers);
        ModelUser& user = users_[index];
        if (user.money.pending != 0 || user.money.held != 0) return;
        change(user, amount() - 200);
        clock_.advance(Ledger::kBelieved);
        do_reserve(index);
    }
    void change(ModelUser& user, std::int64_t more) {
        user.money.stored += more;
        topped_up_ += more;
        database_.write_now([&](store::Transaction& tx) {
            tx.execute("UPDATE \"users\" SET \"quota\" = \"quota\" + " + std::to_string(more) +
                       " WHERE \"id\" = " + std::to_string(user.id.value));
        });
    }
    void act() {
        const std::size_t choice = pick(20);
        if (choice < 9) return do_reserve(pick(kUsers));
        if (choice < 14 && !open_.empty()) return do_settle();
        if (choice < 16 && !open_.empty()) return static_cast<void>(take_open());
        if (choice < 18) return do_flush();
        if (choice == 18) return do_top_up();
        do_change_elsewhere();
    }

    static void expect_money(const std::optional<Ledger::Balance>& balance, const Money& money) {
        if (!balance) {    // not in memory: nothing may be on the way
            ASSERT_EQ(money.pending, 0);
            ASSERT_EQ(money.held, 0);
            return;
        }
        ASSERT_EQ(balance->pending, Quota{money.pending});
        ASSERT_EQ(balance->held, Quota{money.held});
        ASSERT_EQ(balance->known, Quota{money.stored});
        ASSERT_EQ(balance->spendable(), Quota{money.spendable()});
    }
    void check() {
        for (const ModelUser& user : users_) {
            expect_money(ledger_.user_balance(user.id), user.money);
            std::int64_t held = 0, pending = 0;
            for (const ModelToken& token : user.tokens) {
                // A token that was never asked for has only what was held or settled through it.
                if (const auto balance = ledger_.token_balance(user.id, token.id)) {
                    expect_money(balance, token.money);
                    held += balance->held.units;
                    pending += balance->pending.units;
                }
            }
            ASSERT_EQ(held, user.money.held) << "the parts are the whole";
            ASSERT_EQ(pending, user.money.pending);
        }
    }
    std::int64_t stored(const std::string& sql) {
        return store::read_one(database_, [&](store::Reader& db) { return db.integer(sql).value_or(0); });
    }
    /// The database has exactly what was paid, in every sum of it.
    void check_stored() {
        std::int64_t paid = 0;
        for (const ModelUser& user : users_) {
            const std::string id = std::to_string(user.id.value);
            EXPECT_EQ(stored("SELECT \"quota\" FROM \"users\" WHERE \"id\" = " + id), user.money.stored);
            EXPECT_EQ(stored("SELECT \"used_quota\" FROM \"users\" WHERE \"id\" = " + id), user.paid);
            EXPECT_EQ(stored("SELECT SUM(\"used_quota\") FROM \"tokens\" WHERE \"user_id\" = " + id),
                      user.paid);
            EXPECT_EQ(stored("SELECT SUM(\"quota\") FROM \"logs\" WHERE \"user_id\" = " + id), user.paid);
            for (const ModelToken& token : user.tokens)
                EXPECT_EQ(stored("SELECT \"remain_quota\" FROM \"tokens\" WHERE \"id\" = " +
                                 std::to_string(token.id.value)),
                          kStart - token.paid);
            paid += user.paid;
        }
        const auto sum = [](store::Reader& db) { return store::sum_usage(db, {}).quota; };
        EXPECT_EQ(store::read_one(database_, sum), paid);
        EXPECT_EQ(stored("SELECT SUM(\"quota\") FROM \"users\""),
                  static_cast<std::int64_t>(kUsers) * kStart + topped_up_ - paid);
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
    std::array<ModelUser, kUsers> users_;
    std::vector<OpenHold> open_;
    std::mt19937 random_;
    std::int64_t topped_up_ = 0;
};

TEST_F(LedgerPropertyTest, SpendableIsNeverWrongWhateverTheOrder) {
    constexpr unsigned kSeeds = 12;
    constexpr int kActs = 200;
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        random_.seed(seed);
        for (int i = 0; i < kActs; ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", act " << i);
            act();
            if (!HasFatalFailure()) check();
            if (HasFatalFailure()) return;
        }
        while (!open_.empty()) take_open();
        do_flush();
        check();
        check_stored();
        if (HasFailure()) return;
    }
}

TEST_F(LedgerPropertyTest, AccountsWithSomethingOnTheWayAreNeverForgotten) {
    constexpr std::int64_t kCrowd = 8192;    // behind which accounts at rest may go
    const std::vector<ModelUser> users = share_a_shard(3);
    const auto wish = [&users](std::size_t user) {
        return Ledger::Wish{.user = users[user].id, .token = users[user].tokens[0].id, .amount = Quota{100}};
    };
    const auto spendable = [&](std::size_t user) {
        const auto balance = ledger_.user_balance(users[user].id);
        return balance ? balance->spendable().units : -1;
    };
    // Somebody holds, somebody has paid, somebody only looked.
    Hold kept, spent, looked;
    ASSERT_EQ(reserve(wish(0), kept), "");
    ASSERT_EQ(reserve(wish(1), spent), "");
    settle(users[1].id, users[1].tokens[0].id, std::move(spent), 40, 0);
    ASSERT_EQ(reserve(wish(2), looked), "");
    looked = Hold();
    clock_.advance(Ledger::kBelieved);
    // The shard is crowded with accounts that nothing is held on; who comes then makes room.
    for (std::int64_t i = 100; i < 100 + kCrowd; ++i)
        ledger_.settle({}, {.user = UserId{users[0].id.value + i * kShards}, .token = TokenId{1}}, 0);
    net::run_and_wait(loops_[0], ledger_.refresh(UserId{users[0].id.value + 99 * kShards}));
    EXPECT_EQ(spendable(0), kStart - 100);
    EXPECT_EQ(spendable(1), kStart - 40);
    EXPECT_EQ(spendable(2), -1);
    kept = Hold();
    EXPECT_EQ(spendable(0), kStart);
    ASSERT_EQ(reserve(wish(2), looked), "");
    EXPECT_EQ(spendable(2), kStart - 100);
}

/// Threads that spend, one that reads balances again, the flusher, and one that looks: without top-ups what is known less what is
/// pending is the start less what was paid, at every moment.
TEST_F(LedgerPropertyTest, ThreadsNeverSeeABalanceThatCountsTwiceOrNotAtAll) {
    constexpr int kThreads = 3, kRounds = 120;
    flusher_.start();
    std::atomic<std::int64_t> begun{0}, done{0};
    std::atomic<int> running{kThreads};
    const ModelUser& user = users_[0];
    const auto spend = [&](std::size_t index) {
        std::mt19937 random(static_cast<unsigned>(index));
        for (int round = 0; round < kRounds; ++round) {
            const ModelToken& token = user.tokens[random() % kTokens];
            const std::int64_t wanted = random() % 400;
            Hold hold;
            if (!reserve({.user = user.id, .token = token.id, .kind = token.kind, .amount = Quota{wanted}},
                         hold, index % 2)
                     .empty())
                continue;
            if (random() % 3 == 0) continue;
            const std::int64_t paid = wanted == 0 ? 0 : static_cast<std::int64_t>(random()) % (wanted + 1);
            begun += paid;
            settle(user.id, token.id, std::move(hold), paid, index % 2);
            done += paid;
        }
        --running;
    };
    const auto read_again = [&] {
        for (std::size_t i = 0; running > 0; ++i)
            net::run_and_wait(loops_[1], ledger_.refresh(user.id, user.tokens[i % kTokens].id));
    };
    std::atomic<std::int64_t> wrong{0};
    const auto look = [&] {
        while (running > 0) {
            const std::int64_t least = done;
            const auto balance = ledger_.user_balance(user.id);
            const std::int64_t most = begun;
            if (!balance) continue;
            const std::int64_t paid = kStart - (balance->known - balance->pending).units;
            const bool right = paid >= least && paid <= most && balance->spendable() >= Quota{0} &&
                               balance->held >= Quota{0} && balance->pending >= Quota{0};
            if (!right) ++wrong;
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t index = 0; index < kThreads; ++index) threads.emplace_back(spend, index);
    threads.emplace_back(read_again);
    threads.emplace_back(look);
    for (std::thread& thread : threads) thread.join();
    flusher_.stop();
    EXPECT_EQ(wrong, 0);
    users_[0].money.stored -= done;
    users_[0].paid = done;
    EXPECT_LE(done, kStart) << "what was held covers what was paid";
    EXPECT_EQ(stored("SELECT \"quota\" FROM \"users\" WHERE \"id\" = " + std::to_string(user.id.value)),
              kStart - done);
    EXPECT_EQ(stored("SELECT SUM(\"used_quota\") FROM \"tokens\""), done);
    const auto balance = ledger_.user_balance(user.id);
    EXPECT_EQ(balance->known, Quota{kStart - done});
    EXPECT_EQ(balance->pending, Quota{0});
    EXPECT_EQ(balance->held, Quota{0});
}

}    // namespace
}    // namespace opusclaw::billing
